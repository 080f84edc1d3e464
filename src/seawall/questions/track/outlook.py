"""The forecast of one indicator, and the naive one beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.track import counts, local_level
from seawall.questions.track.local_level import ANY, WALK
from seawall.questions.track.measured import once_a_day
from seawall.questions.track.series import Flows, flows_of, readings, years

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["FLOW", "LEVEL", "Asked", "Outlook", "outlook"]

#: Prior size of what a year changes, as a share: of a year's figure, and of a stock.
FLOW, LEVEL = 1 / 3, 0.1
COUNT = "Poisson-gamma, changing rate"
#: Name of the method by whether the figures are of years, and whether all are above 0.
METHODS = {
    (True, True): "local level of logs of yearly figures",
    (True, False): "local level of yearly figures",
    (False, True): "random walk of logs",
    (False, False): "random walk",
}
#: Things a year up to which chance decides how many there are; more of them vary as amounts do.
FEW = 50
_TO_INTERVAL = 3.29  # standard deviations from the 5th to the 95th percentile of a normal


@dataclass(frozen=True)
class Asked:
    """What is to be forecast.

    Attributes
    ----------
    rows
        Usable evidence of the indicator, as `measured.measured` returns it, at least one row.
    cumulative
        Whether flows are added up from `begins`; else the level is asked for.
    things
        Whether it counts things, one by one.
    baseline
        Of a level, where it stood at `begins`; of flows, what they are added to.
    begins, by
        First day that counts, and the day of the forecast.
    today
        Until when things were watched.
    """

    rows: pd.DataFrame
    cumulative: bool
    things: bool
    baseline: float
    begins: np.datetime64
    by: np.datetime64
    today: np.datetime64


@dataclass(frozen=True)
class Outlook:
    """What may come: draws of the figure on the day, the naive forecast, and the method's name."""

    draws: Floats
    naive: float
    method: str


def outlook(asked: Asked, count: int, rng: np.random.Generator) -> Outlook:
    """Forecast an indicator.

    The naive forecast of a sum lets the last year's flow of each instrument go on (of things, the
    rate so far); that of a level follows the straight line from the baseline through its last
    reading, or stays there where both are of one day.
    """
    return _sum(asked, count, rng) if asked.cumulative else _level(asked, count, rng)


def _level(asked: Asked, count: int, rng: np.random.Generator) -> Outlook:
    times, values = readings(asked.rows)
    begins, by = (float(one) for one in years([asked.begins, asked.by]))
    ahead = max(by, times[-1])
    of_years = bool((asked.rows["begins"] < asked.rows["ends"]).any())
    if ahead == times[-1]:
        drawn = np.full(count, values[-1])
    else:
        drawn = _drawn((times, values), of_years, np.array([ahead]), count, rng)[:, 0]
    gone = times[-1] - begins
    slope = (values[-1] - asked.baseline) / gone if gone > 0 else 0.0
    naive = values[-1] + slope * (ahead - times[-1]) if np.isfinite(slope) else values[-1]
    return Outlook(drawn, float(naive), METHODS[of_years, bool((values > 0).all())])


def _sum(asked: Asked, count: int, rng: np.random.Generator) -> Outlook:
    begins, by, today = (float(one) for one in years([asked.begins, asked.by, asked.today]))
    rows = asked.rows.assign(at=0)
    so_far = once_a_day(rows, np.array([asked.begins]))
    naive = asked.baseline + float((so_far["value"] * so_far["share"]).sum())
    total = naive + _error(so_far) * rng.standard_normal(count)
    ever = once_a_day(rows, np.array(["NaT"], dtype="datetime64[D]"))
    methods: dict[str, None] = {}
    for flows in flows_of(ever, (begins, today) if asked.things else None):
        spans, ahead = _to_come(flows, begins, by)
        if asked.things and _few(flows):
            methods[COUNT] = None
            if len(spans):
                total += counts.fit(flows.value, flows.span).draws(spans, count, rng).sum(axis=1)
            naive += flows.value.sum() / flows.span.sum() * spans.sum()
            continue
        a_year = flows.value / flows.span
        methods[METHODS[True, bool((a_year > 0).all())]] = None
        if len(spans):
            total += (_drawn((flows.middle, a_year), True, ahead, count, rng) * spans).sum(axis=1)
        naive += a_year[-1] * spans.sum()
    return Outlook(total, float(naive), " + ".join(methods))


def _drawn(
    series: tuple[Floats, Floats],
    of_years: bool,
    ahead: Floats,
    count: int,
    rng: np.random.Generator,
) -> Floats:
    """Draws of a series at later times, in logs where all its figures are above 0."""
    times, values = series
    size, stays = (FLOW, ANY) if of_years else (LEVEL, WALK)
    if (values > 0).all():
        return np.exp(local_level.fit(times, np.log(values), size, stays).draws(ahead, count, rng))
    scale = size * (float(np.abs(values).mean()) or 1.0)
    return local_level.fit(times, values, scale, stays).draws(ahead, count, rng)


def _to_come(flows: Flows, begins: float, by: float) -> tuple[Floats, Floats]:
    """Lengths (years) and middles of the stretches that are still unknown, a year at most each."""
    start = max(flows.until, begins)
    if by <= start:
        return np.zeros(0), np.zeros(0)
    edges = np.r_[np.arange(start, by, 1.0), by]
    return np.diff(edges), np.maximum((edges[:-1] + edges[1:]) / 2, flows.middle[-1])


def _error(rows: pd.DataFrame) -> float:
    """Standard deviation of a sum of figures that err alike."""
    return float(((rows["high"] - rows["low"]) * rows["share"]).sum()) / _TO_INTERVAL


def _few(flows: Flows) -> bool:
    """Whether things come one by one, in whole numbers."""
    whole = bool((flows.value >= 0).all() and (flows.value == np.round(flows.value)).all())
    return whole and float(flows.value.sum() / flows.span.sum()) <= FEW
