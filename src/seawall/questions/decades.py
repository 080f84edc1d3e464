"""From a catalogue of cases to decades: what a pact brings its members, and at which price.

A case is one severity of one hazard with what it means for each member.  Everything here is
arithmetic on arrays; no scenario is computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seawall.shocks.hazards import draw_cases, draw_frequencies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from seawall.network.network import Floats
    from seawall.shocks.hazards import Hazard

#: Percentiles that bound a 90 % interval.
LOW, HIGH = 5.0, 95.0
#: Below this part of the largest loan a quantity counts as nothing.
_NOTHING = 1e-9


@dataclass(frozen=True)
class Catalogue:
    """What each case means for each member.

    Attributes
    ----------
    hazards, members
        What the first and the last axis of the arrays count.
    gain : (hazards, severities, members)
        Value with the pact less value without [million].
    lent, borrowed : (hazards, severities, members)
        What each member lends and borrows [unit].
    """

    hazards: tuple[Hazard, ...]
    members: tuple[str, ...]
    gain: Floats
    lent: Floats
    borrowed: Floats

    @property
    def severities(self) -> int:
        return int(self.gain.shape[1])

    @cached_property
    def frequency(self) -> Floats:
        """Mean number of events a year, by hazard."""
        return np.array([h.frequency for h in self.hazards])

    @cached_property
    def used(self) -> NDArray[np.bool_]:
        """Whether anything is lent (hazards, severities)."""
        total = self.lent.sum(axis=2)
        used: NDArray[np.bool_] = total > _NOTHING * max(1e-12, float(total.max(initial=0.0)))
        return used

    def yearly(self, amounts: Floats) -> Floats:
        """Expected yearly amount by member, of amounts by case."""
        expected: Floats = self.frequency @ amounts.mean(axis=1)
        return expected


@dataclass(frozen=True)
class Decades:
    """What happens in many drawn decades.

    Attributes
    ----------
    years
        Length of each.
    gain, lent, borrowed : (draws, members)
        Totals of a decade, a year on average [million/year, unit/year].
    uses : (draws,)
        Events of a decade in which anything is lent.
    frequency : (draws, hazards)
        Yearly frequency with which each decade was drawn.
    """

    years: int
    gain: Floats
    lent: Floats
    borrowed: Floats
    uses: NDArray[np.int64]
    frequency: Floats


def draw(catalogue: Catalogue, years: int, draws: int, seed: int) -> Decades:
    """Draw decades from a catalogue; draw i is that of `draw_decade` with the same seed."""
    count = draw_cases(catalogue.hazards, years, draws, seed, catalogue.severities)
    flat = count.reshape(draws, -1)

    def total(amounts: Floats) -> Floats:
        result: Floats = flat @ amounts.reshape(-1, len(catalogue.members)) / years
        return result

    return Decades(
        years=years,
        gain=total(catalogue.gain),
        lent=total(catalogue.lent),
        borrowed=total(catalogue.borrowed),
        uses=flat @ catalogue.used.ravel().astype(np.int64),
        frequency=draw_frequencies(catalogue.hazards, draws, seed),
    )


@dataclass(frozen=True)
class Terms:
    """Compensations per unit lent between which nobody loses on average [million/unit].

    Attributes
    ----------
    lender, borrower
        Who lends and who borrows, in the cases that count.
    lent
        Expected yearly loans [unit/year].
    least, most
        Below `least` the lender loses, above `most` the borrower does; NaN where no bound is.
    least_low, least_high, most_low, most_high
        90 % intervals of both, because the frequencies are uncertain.
    agreeable
        Whether there is a compensation with which nobody loses.
    chance
        Share of drawn frequencies for which there is one.
    """

    lender: str
    borrower: str
    lent: float
    least: float
    most: float
    least_low: float
    least_high: float
    most_low: float
    most_high: float
    agreeable: bool
    chance: float


def compensation(catalogue: Catalogue, drawn: Decades) -> list[Terms]:
    """Agreeable compensation: for each lender alone, then for the pact as a whole.

    A member's yearly balance with a compensation c per unit is its gain + c (lent - borrowed). So
    c has a lower bound for who lends more than it borrows, an upper bound for who borrows more.
    Cases in which several members lend count for the pact as a whole only.
    """
    found = []
    everybody = catalogue.used
    lending = catalogue.lent > _NOTHING * max(1e-12, float(catalogue.lent.max(initial=0.0)))
    for m in range(len(catalogue.members)):
        alone = lending[:, :, m] & (lending.sum(axis=2) == 1)
        if alone.any():
            found.append(_terms(catalogue, drawn, alone))
    if len(found) != 1:
        found.append(_terms(catalogue, drawn, everybody))
    return found


def _terms(catalogue: Catalogue, drawn: Decades, cases: NDArray[np.bool_]) -> Terms:
    """Bounds over some of the cases, with the drawn and the mean frequencies."""
    kept = np.where(cases[:, :, None], 1.0, 0.0)
    gain, lent, borrowed = (
        (part * kept).mean(axis=1) for part in (catalogue.gain, catalogue.lent, catalogue.borrowed)
    )
    least, most, fine = _bounds(catalogue.frequency[None, :], gain, lent - borrowed)
    some_least, some_most, some_fine = _bounds(drawn.frequency, gain, lent - borrowed)
    low, high = _interval(some_least), _interval(some_most)
    lenders = [m for m, x in zip(catalogue.members, lent.sum(axis=0), strict=True) if x > 0]
    borrowers = [m for m, x in zip(catalogue.members, borrowed.sum(axis=0), strict=True) if x > 0]
    return Terms(
        lender=" and ".join(lenders),
        borrower=" and ".join(borrowers),
        lent=float(catalogue.frequency @ lent.sum(axis=1)),
        least=float(least[0]),
        most=float(most[0]),
        least_low=low[0],
        least_high=low[1],
        most_low=high[0],
        most_high=high[1],
        agreeable=bool(fine[0]),
        chance=float(some_fine.mean()),
    )


def _bounds(
    frequency: Floats, gain: Floats, net: Floats
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Lower and upper bound of the compensation (draws,), and whether one lies between."""
    balance, lends = frequency @ gain, frequency @ net
    nothing = _NOTHING * max(1e-12, float(np.abs(lends).max(initial=0.0)))
    with np.errstate(divide="ignore", invalid="ignore"):
        price = -balance / lends
    least = np.where(lends > nothing, price, -np.inf).max(axis=1)
    most = np.where(lends < -nothing, price, np.inf).min(axis=1)
    # Whom no compensation reaches must not lose as it is.
    reached = np.abs(lends) > nothing
    tolerance = 1e-9 * np.maximum(1.0, np.abs(balance).max(initial=0.0))
    fine = (least <= most) & np.all(reached | (balance >= -tolerance), axis=1)
    fine &= reached.any(axis=1)
    least = np.where(np.isinf(least), np.nan, least)
    most = np.where(np.isinf(most), np.nan, most)
    return least, most, fine


def _interval(values: Floats) -> tuple[float, float]:
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.percentile(known, [LOW, HIGH])
    return float(low), float(high)


def contributions(catalogue: Catalogue, member: int) -> Sequence[int]:
    """Positions of the hazards, that which moves a member's expected balance most first."""
    expected = catalogue.frequency * catalogue.gain[:, :, member].mean(axis=1)
    return [int(h) for h in np.argsort(-np.abs(expected), kind="stable")]
