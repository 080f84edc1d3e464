"""Hazards: shocks with a yearly frequency and distributions, from which scenarios are drawn.

Arrivals are Poisson with a frequency that is itself uncertain (gamma).  Hazards of one cluster
share a yearly factor of mean 1 (gamma), which makes their counts negative binomial: bad years come
together.  Lengths are lognormal and capped, depths are beta between their bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv, gammaincinv, ndtr, ndtri

from seawall.errors import UsageError
from seawall.network.build import P95, SIGMA
from seawall.shocks.scenario import Scenario, Shock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from seawall.network.network import Floats
    from seawall.study import Study

#: Sum of the two shape parameters of a depth: that of PERT.
DEPTH_SHAPES = 6.0
#: Successive multiples of it, modulo 1, are spread as evenly as can be (Kronecker sequence).
_GOLDEN = (5**0.5 - 1) / 2
_DAYS_PER_YEAR = 365
#: Below this a spread of logarithms is none.
_CERTAIN = 1e-6
#: Of a year with so many days.
_YEAR_START = date(2001, 1, 1)
_ABOUT = "Drawn from the frequencies of the hazard table: a case of its kind, not a forecast."


@dataclass(frozen=True)
class Hazard:
    """One row of the table `hazards`.

    Attributes
    ----------
    id, name
        Its key, and what people call it.
    kind, targets, commodity
        What it hits, as in a `Shock`: all targets at once and alike.
    frequency, low, high
        Mean number of events a year, with its 5th and 95th percentile.
    days_median, days_sigma, days_most
        Length of an event [day]: lognormal, a longer one counts as `days_most`.
    recovery_days
        Days after the end in which half of what was lost is back.
    depth, depth_least, depth_most
        Share taken away (demand: added): mean and bounds of a beta distribution.
    season
        First and last month in which it may begin; None: any.
    cluster, dispersion
        Name of the cluster ("" for none) and variance of its yearly factor.
    """

    id: str
    name: str
    kind: str
    targets: tuple[str, ...]
    commodity: str | None
    frequency: float
    low: float
    high: float
    days_median: float
    days_sigma: float
    days_most: float
    recovery_days: float
    depth: float
    depth_least: float
    depth_most: float
    season: tuple[int, int] | None = None
    cluster: str = ""
    dispersion: float = 0.0

    @cached_property
    def frequency_shape(self) -> float:
        """Shape of the gamma distribution of the frequency; infinite where it is certain."""
        if self.frequency <= 0 or self.high <= self.low:
            return np.inf
        wanted = np.log(self.high / self.low)

        def miss(log_shape: float) -> float:
            shape = np.exp(log_shape)
            low, high = gammaincinv(shape, 0.05), gammaincinv(shape, 0.95)
            return float(np.log(high) - np.log(low) - wanted)

        # From a ratio of 1e24 down to one of 1.003.
        least, most = np.log(0.05), np.log(1e6)
        if miss(most) > 0:
            return np.inf
        if miss(least) < 0:
            raise UsageError(f'hazard "{self.id}": frequency_high is 1e24 times frequency_low')
        return float(np.exp(brentq(miss, least, most)))

    def days(self, level: Floats | float) -> Floats:
        """Length at a quantile level between 0 and 1 [day]."""
        length = self.days_median * np.exp(self.days_sigma * ndtri(np.asarray(level)))
        shorter: Floats = np.minimum(length, self.days_most)
        return shorter

    def depths(self, level: Floats | float) -> Floats:
        """Depth at a quantile level between 0 and 1 [share]."""
        level = np.asarray(level, dtype=float)
        if self.depth_most <= self.depth_least:
            return np.full(level.shape, self.depth)
        a, b = self._depth_shapes
        width = self.depth_most - self.depth_least
        found: Floats = self.depth_least + width * betaincinv(a, b, level)
        return found

    def mean_days(self, levels: Floats) -> Floats:
        """Mean length between each two successive quantile levels [day]."""
        top = min(self.days_median, self.days_most)
        if self.days_sigma < _CERTAIN:
            return np.full(len(levels) - 1, top)
        sigma = self.days_sigma
        capped = ndtr(np.log(self.days_most / self.days_median) / sigma)
        below = np.minimum(levels, capped)
        part = self.days_median * np.exp(sigma**2 / 2) * ndtr(ndtri(below) - sigma)
        total = part + self.days_most * (np.maximum(levels, capped) - capped)
        # Rounding must not lead beyond the cap.
        mean: Floats = np.minimum(np.diff(total) / np.diff(levels), self.days_most)
        return mean

    def mean_depths(self, levels: Floats) -> Floats:
        """Mean depth between each two successive quantile levels [share]."""
        if self.depth_most <= self.depth_least:
            return np.full(len(levels) - 1, self.depth)
        a, b = self._depth_shapes
        total = a / (a + b) * betainc(a + 1, b, betaincinv(a, b, levels))
        width = self.depth_most - self.depth_least
        mean: Floats = self.depth_least + width * np.diff(total) / np.diff(levels)
        return mean

    @property
    def _depth_shapes(self) -> tuple[float, float]:
        middle = (self.depth - self.depth_least) / (self.depth_most - self.depth_least)
        return DEPTH_SHAPES * middle, DEPTH_SHAPES * (1 - middle)

    def scenario(self, name: str, days: float, depth: float, start: date | None = None) -> Scenario:
        """One event of this hazard as a scenario."""
        common: dict[str, Any] = {"days": days, "commodity": self.commodity}
        if self.kind == "demand":
            common["change"] = depth
        else:
            common["depth"] = depth
            if self.recovery_days > 0:
                common["recovery"] = ((self.recovery_days, 1 - depth / 2),)
        return Scenario(
            name=name,
            title=f"{self.name}: {days:.0f} days, {depth:.0%}",
            about=_ABOUT,
            start=start,
            shock=tuple(
                Shock.model_validate({self.kind: target, **common}) for target in self.targets
            ),
        )


@dataclass(frozen=True)
class Event:
    """One event of a draw: which hazard strikes in which year (from 0), on which day of it."""

    hazard: str
    year: int
    day: float
    scenario: Scenario


def hazards(study: Study) -> tuple[Hazard, ...]:
    """Return the hazards of a study, in the order of its table; none if it has none."""
    return tuple(_hazard(row) for row in study.rows("hazards"))


def _hazard(row: Any) -> Hazard:
    low, high = row.frequency_low, row.frequency_high
    if np.isnan(low):
        spread = np.exp(P95 * SIGMA[row.confidence])
        low, high = row.frequency / spread, row.frequency * spread
    given = not np.isnan(row.depth_least)
    seasonal = not np.isnan(row.season_from)
    return Hazard(
        id=row.id,
        name=row.name,
        kind=row.kind,
        targets=tuple(name.strip() for name in row.target.split(";")),
        commodity=row.commodity or None,
        frequency=row.frequency,
        low=low,
        high=high,
        days_median=row.days_median,
        days_sigma=row.days_sigma,
        days_most=row.days_most,
        recovery_days=row.recovery_days,
        depth=row.depth,
        depth_least=row.depth_least if given else row.depth,
        depth_most=row.depth_most if given else row.depth,
        season=(int(row.season_from), int(row.season_to)) if seasonal else None,
        cluster=row.cluster,
        dispersion=row.dispersion,
    )


def severities(hazard: Hazard, n: int) -> list[tuple[float, Scenario]]:
    """Return `n` equally likely cases of a hazard, the shortest first, with their probability.

    Lengths and depths are the means of `n` equal parts of their distributions (Miller and Rice
    1983), so that mean length and mean depth are kept whatever `n`. Depths are joined to lengths
    in a fixed order that spreads both evenly, because the two are independent.

    Raises
    ------
    UsageError
        When `n` is below 1.

    References
    ----------
    Miller, A. and Rice, T. (1983). Discrete approximations of probability distributions.
    *Management Science* 29.
    """
    if n < 1:
        raise UsageError(f"a hazard has at least one severity, not {n}")
    levels = np.linspace(0.0, 1.0, n + 1)
    # Levels 0.5, 0.5 + golden, 0.5 + 2 golden ...: their ranks order the depths.
    order = np.argsort(np.argsort((0.5 + _GOLDEN * np.arange(n)) % 1.0))
    lengths, depths = hazard.mean_days(levels), hazard.mean_depths(levels)[order]
    return [
        (1.0 / n, hazard.scenario(f"{hazard.id}-{i + 1}-of-{n}", float(d), float(depth)))
        for i, (d, depth) in enumerate(zip(lengths, depths, strict=True))
    ]


def draw_decade(
    found: Iterable[Hazard],
    years: int = 10,
    draws: int = 1,
    seed: int = 0,
    first_year: int | None = None,
) -> list[list[Event]]:
    """Draw what may happen in `years` years, `draws` times.

    Parameters
    ----------
    first_year
        Calendar year of year 0; scenarios then carry the date of their first day.

    Returns
    -------
    list of list of Event
        The events of each draw in the order in which they begin. Draw i depends on `seed` and i,
        not on how many are drawn. A year has 365 days and begins on 1 January.

    Raises
    ------
    UsageError
        When `years` or `draws` is below 1.
    """
    known = tuple(found)
    _refuse_none(years, draws)
    result = []
    for i in range(draws):
        rng = _generator(seed, i)
        count = _arrivals(rng, known, years)
        events = [
            _event(rng, known[h], int(y), first_year)
            for y, h in np.argwhere(count > 0)
            for _ in range(count[y, h])
        ]
        result.append(sorted(events, key=lambda e: (e.year, e.day, e.hazard)))
    return result


def draw_cases(
    found: Sequence[Hazard], years: int, draws: int, seed: int, n: int
) -> NDArray[np.int64]:
    """Count the events of `draws` draws by hazard and severity: (draws, hazards, n).

    Draw i has as many events of each hazard as draw i of `draw_decade`.

    Raises
    ------
    UsageError
        When `years`, `draws` or `n` is below 1.
    """
    _refuse_none(years, draws)
    if n < 1:
        raise UsageError(f"a hazard has at least one severity, not {n}")
    cases = np.zeros((draws, len(found), n), dtype=np.int64)
    equal = np.full(n, 1.0 / n)
    for i in range(draws):
        rng = _generator(seed, i)
        cases[i] = rng.multinomial(_arrivals(rng, found, years).sum(axis=0), equal)
    return cases


def draw_frequencies(found: Sequence[Hazard], draws: int, seed: int) -> Floats:
    """Draw the uncertain yearly frequencies: (draws, hazards).

    Draw i has the frequencies with which draw i of `draw_decade` was made.
    """
    return np.array([_frequencies(_generator(seed, i), found) for i in range(draws)]).reshape(
        draws, len(found)
    )


def _refuse_none(years: int, draws: int) -> None:
    for what, value in (("year", years), ("draw", draws)):
        if value < 1:
            raise UsageError(f"at least one {what} is drawn, not {value}")


def _generator(seed: int, draw: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(draw,)))


def _frequencies(rng: np.random.Generator, found: Sequence[Hazard]) -> Floats:
    mean = np.array([h.frequency for h in found])
    shape = np.array([h.frequency_shape for h in found])
    sure = np.isinf(shape)
    shape = np.where(sure, 1.0, shape)
    drawn = rng.standard_gamma(shape) / shape
    frequency: Floats = mean * np.where(sure, 1.0, drawn)
    return frequency


def _arrivals(rng: np.random.Generator, found: Sequence[Hazard], years: int) -> NDArray[np.int64]:
    """Number of events (years, hazards)."""
    frequency = _frequencies(rng, found)
    factor = np.ones((years, len(found)))
    clusters = {h.cluster: h.dispersion for h in found if h.cluster and h.dispersion > 0}
    for cluster, dispersion in clusters.items():
        shared = rng.standard_gamma(1 / dispersion, years) * dispersion
        factor[:, [h.cluster == cluster for h in found]] = shared[:, None]
    return rng.poisson(frequency * factor)


def _event(rng: np.random.Generator, hazard: Hazard, year: int, first: int | None) -> Event:
    at, length, depth = rng.random(3)
    day = _day(hazard.season, float(at))
    start = None
    if first is not None:
        # A leap day would shift the seasons.
        common = _YEAR_START + timedelta(days=int(day))
        start = common.replace(year=first + year)
    scenario = hazard.scenario(
        hazard.id, float(hazard.days(length)), float(hazard.depths(depth)), start
    )
    return Event(hazard=hazard.id, year=year, day=day, scenario=scenario)


def _day(season: tuple[int, int] | None, at: float) -> float:
    """Day of the year at a share of the season, which may run over the turn of the year."""
    if season is None:
        return at * _DAYS_PER_YEAR
    begin = [(_YEAR_START.replace(month=month) - _YEAR_START).days for month in range(1, 13)]
    first = begin[season[0] - 1]
    last = begin[season[1]] if season[1] < 12 else _DAYS_PER_YEAR
    if last <= first:
        last += _DAYS_PER_YEAR
    return (first + at * (last - first)) % _DAYS_PER_YEAR
