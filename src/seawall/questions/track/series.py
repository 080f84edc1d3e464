"""Evidence of one indicator as a series: readings of a level, or flows a year and instrument.

Times are years as decimals (2026.5 is the first of July 2026).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall import units
from seawall.errors import UnitError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Flows", "counts_things", "flows_of", "readings", "years"]

_YEAR = 365.25
#: A year counts as told where periods cover this share of its days.
_WHOLE = 0.9


@dataclass(frozen=True)
class Flows:
    """Flows of one instrument, a year each, oldest first.

    Attributes
    ----------
    instrument
        Its name; blank where the evidence names none.
    middle
        Middle of each year, of those that are known; there may be gaps.
    span
        Years of watching: 1, unless things are counted: of these the part of a year that was
        watched, or the length of the period.
    value
        Flow in each span, not scaled up to a year.
    until
        End of the last day that any evidence speaks of.
    """

    instrument: str
    middle: Floats
    span: Floats
    value: Floats
    until: float


def years(days: object) -> Floats:
    """Days (anything numpy reads as such) as decimal years; NaN for none."""
    found = np.asarray(days, dtype="datetime64[D]")
    told = np.where(np.isnat(found), np.nan, found.astype(np.int64) / _YEAR + 1970.0)
    return np.asarray(told, dtype=float)


def counts_things(counted_in: str, rates: pd.DataFrame) -> bool:
    """Whether figures count things (plants, companies), and neither money nor a measured unit."""
    if counted_in == "USD" or counted_in in set(rates["currency"]):
        return False
    try:
        return units.parse(counted_in).dimension.startswith("count")
    except UnitError:
        return True


def readings(rows: pd.DataFrame) -> tuple[Floats, Floats]:
    """Times and values of a level, one a day: the newest publication."""
    newest = rows.drop_duplicates("ends", keep="last")
    return years(newest["ends"].to_numpy()), newest["value"].to_numpy(dtype=float)


def flows_of(rows: pd.DataFrame, watched: tuple[float, float] | None) -> tuple[Flows, ...]:
    """Flows by instrument.

    Parameters
    ----------
    rows
        Of one indicator, with the share that counts (`measured.once_a_day` without a first day).
    watched
        From and until when things were counted, if the indicator counts things: no event then
        means that there was none.  None: a year without a row is unknown, not nought.
    """
    found = []
    for name, part in rows[rows["share"] > 0].groupby("instrument", sort=True):
        events = (part["begins"] == part["ends"]).to_numpy()
        if events.all():
            found.append(_events(str(name), part, watched))
        elif watched is not None and not events.any():
            found.append(_counted(str(name), part))
        else:
            found.append(_periods(str(name), part))
    return tuple(found)


def _counted(name: str, rows: pd.DataFrame) -> Flows:
    """Things of each period as they were counted, so that numbers stay whole."""
    begins, ends = years(rows["from"].to_numpy()), years(rows["ends"].to_numpy()) + 1 / _YEAR
    value = rows["value"].to_numpy(dtype=float) * rows["share"].to_numpy(dtype=float)
    return Flows(name, (begins + ends) / 2, ends - begins, np.round(value), float(ends.max()))


def _periods(name: str, rows: pd.DataFrame) -> Flows:
    """Years that end on the day of the year on which the newest period ends."""
    begins, ends = years(rows["from"].to_numpy()), years(rows["ends"].to_numpy()) + 1 / _YEAR
    value = rows["value"].to_numpy(dtype=float) * rows["share"].to_numpy(dtype=float)
    period = (rows["begins"] != rows["ends"]).to_numpy()
    last = ends[period].max()
    edges = last - np.arange(int(np.ceil(last - begins.min() - _DAY)), -1, -1.0)
    inside = np.clip(
        np.minimum(ends[:, None], edges[1:]) - np.maximum(begins[:, None], edges[:-1]), 0.0, None
    )
    covered = inside[period].sum(axis=0)
    told = (value[:, None] * inside / (ends - begins)[:, None]).sum(axis=0)
    whole = covered >= min(_WHOLE, covered.max())  # of less than a year, the fullest
    a_year = told[whole] / covered[whole]
    middle = edges[:-1][whole] + 0.5
    return Flows(name, middle, np.ones_like(middle), a_year, float(ends.max()))


def _events(name: str, rows: pd.DataFrame, watched: tuple[float, float] | None) -> Flows:
    """Calendar years; of things, all that were watched, else those with an event."""
    at = years(rows["ends"].to_numpy())
    value = rows["value"].to_numpy(dtype=float)
    year = np.floor(at)
    if watched is None:
        found, of = np.unique(year, return_inverse=True)
        total = np.bincount(of, weights=value).astype(float)
        return Flows(name, found + 0.5, np.ones(len(found)), total, float(found[-1] + 1))
    start, until = min(at.min(), watched[0]), max(at.max(), watched[1])
    every = np.arange(np.floor(start), np.floor(until) + 1)
    first, last = np.maximum(every, start), np.minimum(every + 1, until)
    kept = last - first > _DAY
    total = np.bincount((year - every[0]).astype(int), weights=value, minlength=len(every)).astype(
        float
    )
    return Flows(
        name, ((first + last) / 2)[kept], (last - first)[kept], total[kept], float(last[kept][-1])
    )


_DAY = 1.5 / _YEAR  # spans of less than a day or two come from leap years
