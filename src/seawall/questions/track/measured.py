"""Evidence as figures of its indicators: in one unit, of the instruments that count, once a day.

Units convert as `seawall.units` has it, currencies at the mean rate of the year in which the middle
of the period lies.  Where there is neither a unit nor a rate of that year, a row is kept apart and
said to be left out.

A sum of flows is where counting twice is easy.  Here every day of an instrument counts once:

- An indicator counts only the instruments that it names (all, if it names none).
- A row with a period (`begins` before `ends`) speaks of all its days.  Where two rows of an
  instrument overlap, the days go to the one that begins first, of these to the longest, of these
  to the newest; the other counts with the share of its days that are left, as if its flow were
  even.  A month inside a year that is also told as a whole so adds nothing.
- A row without a period is an event of one day (a loan signed, a plant opened).  Events of one day
  add up; an event on a day that a period of its instrument covers is part of that period's figure.
- Days before the indicator begins do not count; they are kept as history, for the forecast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall import units
from seawall.errors import UnitError
from seawall.questions.track.days import first_days, last_days
from seawall.questions.track.state import once

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.questions.track.days import Days
    from seawall.questions.track.state import State

    Floats = NDArray[np.float64]

__all__ = ["factor", "measured", "once_a_day", "share_until"]

_FAR = np.int64(np.iinfo(np.int64).min // 2)  # a day before all others


@once
def measured(state: State) -> pd.DataFrame:
    """Rows of evidence that count for an indicator, in the indicator's unit.

    Returns
    -------
    DataFrame
        `at`, position of the indicator in `state.indicators`; `id` of the evidence; `instrument`;
        `begins`, `ends` (datetime64, both the day of the event or of the reading where no period
        is told); `value`, `low`, `high` (in the indicator's `counted_in`; the value itself where
        no error was told); `published` (datetime64); `recorded`; `usable`, False where the figure
        is absent or cannot be told in the indicator's unit.  In order of indicator and `ends`,
        the newest publication of a day last.
    """
    indicators = state.indicators
    evidence = state.evidence
    at = pd.Index(indicators["id"]).get_indexer(pd.Index(evidence["indicator"]))
    kept = at >= 0
    evidence, at = evidence[kept], at[kept]
    counts = _counts(at, evidence["instrument"], indicators["instruments"])
    evidence, at = evidence[counts], at[counts]
    published = last_days(evidence["date"])
    ends = last_days(evidence["ends"])
    ends = np.where(np.isnat(ends), published, ends)
    begins = first_days(evidence["begins"])
    begins = np.where(np.isnat(begins), ends, np.minimum(begins, ends))
    factor = _factors(
        evidence["counted_in"], indicators["counted_in"].iloc[at], begins + (ends - begins) // 2,
        state.rates,
    )  # fmt: skip
    value = evidence["value"].to_numpy(dtype=float) * factor
    low, high = (evidence[name].to_numpy(dtype=float) * factor for name in ("low", "high"))
    rows = pd.DataFrame({
        "at": at, "id": evidence["id"].to_numpy(), "instrument": evidence["instrument"].to_numpy(),
        "begins": begins, "ends": ends, "value": value,
        "low": np.where(np.isnan(low), value, low), "high": np.where(np.isnan(high), value, high),
        "published": published, "recorded": evidence["recorded"].to_numpy(),
        "usable": np.isfinite(value) & ~np.isnat(ends),
    })  # fmt: skip
    return rows.sort_values(["at", "ends", "published", "recorded"], ignore_index=True)


def once_a_day(rows: pd.DataFrame, since: Days) -> pd.DataFrame:
    """How much of each row of flows counts, if every day of an instrument counts once.

    Parameters
    ----------
    rows
        Usable rows as `measured` returns them.
    since
        First day that counts, an element an indicator; NaT: all days count.

    Returns
    -------
    DataFrame
        The rows with `from` (datetime64, first day that counts) and `share` (0 to 1 of the row's
        value), in order of indicator, instrument and day.
    """
    event = (rows["begins"] == rows["ends"]).to_numpy()
    order = rows.assign(event=event, longest=rows["begins"] - rows["ends"]).sort_values(
        ["at", "instrument", "begins", "event", "longest", "published", "recorded"],
        ascending=[True, True, True, True, True, False, False],
        ignore_index=True,
    )
    begins, ends = (_numbers(order[name]) for name in ("begins", "ends"))
    event = order["event"].to_numpy()
    group = order.groupby(["at", "instrument"], sort=False).ngroup().to_numpy().astype(np.int64)
    covered = _covered_before(group, np.where(event, _FAR, ends))
    start = _numbers(pd.Series(since))[order["at"].to_numpy()]
    start = np.where(np.isnat(since)[order["at"].to_numpy()], _FAR, start)
    first = np.maximum(np.maximum(begins, covered + 1), start)
    share = np.clip((ends - first + 1) / (ends - begins + 1), 0.0, 1.0)
    first = np.minimum(first, ends)
    return order.drop(columns=["event", "longest"]).assign(
        **{"from": first.astype("datetime64[D]").astype("datetime64[s]"), "share": share}
    )


def share_until(flows: pd.DataFrame, until: Days | np.datetime64) -> Floats:
    """The share of what counts of each row that lies on a day or before, as if flows were even.

    Parameters
    ----------
    flows
        Rows as `once_a_day` returns them.
    until
        The day, one for all or one a row.
    """
    first, ends = (_numbers(flows[name]) for name in ("from", "ends"))
    day = np.asarray(until, dtype="datetime64[D]").astype(np.int64)
    share: Floats = np.clip((day - first + 1) / (ends - first + 1), 0.0, 1.0)
    return share


def _covered_before(group: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """The last day that earlier rows of a row's group cover; far in the past for the first."""
    if not len(ends):
        return ends
    before = np.r_[_FAR, pd.Series(ends).groupby(group).cummax().to_numpy()[:-1]]
    return np.where(np.r_[True, group[1:] != group[:-1]], _FAR, before)


def _numbers(days: pd.Series[pd.Timestamp]) -> NDArray[np.int64]:
    return days.to_numpy().astype("datetime64[D]").astype(np.int64)


def _counts(
    at: NDArray[np.intp], instrument: pd.Series[str], counted: pd.Series[str]
) -> NDArray[np.bool_]:
    """Whether the indicator of each row counts the row's instrument."""
    wanted = [{name.strip() for name in text.split(";")} - {""} for text in counted]
    codes, names = pd.factorize(instrument)
    pairs, inverse = np.unique(at * max(len(names), 1) + codes, return_inverse=True)
    fits = [
        not wanted[pair // len(names)] or names[pair % len(names)] in wanted[pair // len(names)]
        for pair in pairs
    ]
    return np.asarray(fits, dtype=bool)[inverse] if len(pairs) else np.zeros(0, dtype=bool)


def _factors(
    counted_in: pd.Series[str], wanted: pd.Series[str], day: Days, rates: pd.DataFrame
) -> Floats:
    """What a figure is multiplied with to be in the indicator's unit; NaN where there is no way."""
    year = day.astype("datetime64[Y]").astype(np.int64) + 1970
    year = np.where(np.isnat(day), 0, year)
    told, units_told = pd.factorize(counted_in)
    into, units_wanted = pd.factorize(wanted)
    cases = (told * max(len(units_wanted), 1) + into) * (year.max(initial=0) + 1) + year
    _, first, codes = np.unique(cases, return_index=True, return_inverse=True)
    factors = [
        factor(str(units_told[told[n]]), str(units_wanted[into[n]]), int(year[n]), rates)
        for n in first
    ]
    return np.array(factors, dtype=np.float64)[codes]


def factor(counted_in: str, wanted: str, year: int, rates: pd.DataFrame) -> float:
    """What a figure of a year is multiplied with to be told in another unit or currency.

    Returns
    -------
    float
        NaN where the units do not convert, or no rate of that year is known.
    """
    if counted_in == wanted:
        return 1.0
    of_year = rates[rates["year"] == year]
    per_usd = {"USD": 1.0, **dict(zip(of_year["currency"], of_year["per_usd"], strict=True))}
    if counted_in in per_usd and wanted in per_usd:
        return float(per_usd[wanted] / per_usd[counted_in])
    try:
        return units.convert(1.0, counted_in, wanted)
    except UnitError:
        return float("nan")
