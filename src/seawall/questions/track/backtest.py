"""How far such forecasts held: targets of the past, forecast from what was known on the way.

For every counted target that has run for a report or longer, the question is put again on each day
on which a figure ended, with only the figures of that day and before, and the answer is compared
with what came: at the deadline, or on the last day that is known if that is earlier.  "Known" goes
by the days that the figures speak of, as days of publication are not known for all: a forecaster
of the time would have had the newest figure some months later.  Figures are those of today, not of
then.

Forecasts of one target from day to day share most of what they foretell.  A share of intervals that
held is told for what it is, out of how many and of how many targets, and not as a test of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.questions.track.days import months_before, text_of
from seawall.questions.track.forecast import INTERVAL, generator, questions, reached
from seawall.questions.track.measured import once_a_day, share_until
from seawall.questions.track.outlook import Asked, outlook

if TYPE_CHECKING:
    from seawall.questions.track.days import Days
    from seawall.questions.track.state import State

__all__ = ["COLUMNS", "backtest", "coverage"]

COLUMNS = (
    "target", "indicator", "at", "by", "unit", "forecast", "low", "high", "naive", "actual",
    "inside", "probability", "wanted", "reached",
)  # fmt: skip


def backtest(state: State, seed: int = 0, draws: int = 2000) -> pd.DataFrame:
    """Forecast past and running targets from each day on the way, and compare with what came.

    Returns
    -------
    DataFrame
        `target` (id of the pledge), `indicator`, `at` (last day that the forecaster knew of), `by`
        (day that was forecast); `forecast`, `low`, `high`, `naive` and `actual` in `unit`;
        `inside`, whether the actual lies in the interval; `probability` of the target, `wanted`,
        by that day, and whether it was `reached` then.
    """
    rows = []
    for row, asked in questions(state):
        by = _known_until(asked)
        begun = months_before(np.array([by]), np.array([row.frequency]))[0]
        if not begun >= asked.begins:
            continue
        actual = _came(asked, by)
        ends = asked.rows["ends"].to_numpy().astype("datetime64[D]")
        for at in _origins(ends, asked.begins, by):
            known = Asked(**vars(asked) | {"rows": asked.rows[ends <= at], "by": by, "today": at})
            found = outlook(known, draws, generator(seed, f"{row.indicator} {at}"))
            low, middle, high = np.percentile(found.draws, (INTERVAL[0], 50.0, INTERVAL[1]))
            falling = row.target < row.baseline
            rows.append((
                row.pledge, row.indicator, text_of(at), text_of(by), row.unit, middle, low, high,
                found.naive, actual, bool(low <= actual <= high),
                reached(found, row.target, row.baseline), row.target,
                bool(actual <= row.target if falling else actual >= row.target),
            ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def coverage(table: pd.DataFrame) -> pd.DataFrame:
    """How a backtest went, by target and in all.

    Returns
    -------
    DataFrame
        `target` ("all" in the last row), `forecasts` (number), `inside` (share of intervals that
        held; 0.9 is what they promise), `error` and `naive_error`, medians of |forecast - actual|
        as shares of the actual.
    """
    if table.empty:
        return pd.DataFrame(columns=["target", "forecasts", "inside", "error", "naive_error"])
    size = table["actual"].abs()
    told = table.assign(
        error=(table["forecast"] - table["actual"]).abs() / size,
        naive_error=(table["naive"] - table["actual"]).abs() / size,
    )
    how = {
        "forecasts": ("inside", "size"), "inside": ("inside", "mean"), "error": ("error", "median"),
        "naive_error": ("naive_error", "median"),
    }  # fmt: skip
    return pd.concat(
        [part.groupby("target", sort=False).agg(**how).reset_index()
         for part in (told, told.assign(target="all"))],
        ignore_index=True,
    )  # fmt: skip


def _known_until(asked: Asked) -> np.datetime64:
    """The deadline, or the last day of which all instruments are known, if that is earlier."""
    part = asked.rows
    last = part.groupby("instrument" if asked.cumulative else "at")["ends"].max().min()
    known = np.datetime64(last.date(), "D")
    if np.isnat(asked.by) or known < asked.by:
        return known
    if asked.cumulative:
        return asked.by
    ends = part["ends"].to_numpy().astype("datetime64[D]")
    return ends[ends <= asked.by].max() if (ends <= asked.by).any() else np.datetime64("NaT", "D")


def _came(asked: Asked, by: np.datetime64) -> float:
    """The figure on the day as it is known now."""
    if not asked.cumulative:
        ends = asked.rows["ends"].to_numpy().astype("datetime64[D]")
        return float(asked.rows["value"].to_numpy()[ends <= by][-1])
    flows = once_a_day(asked.rows.assign(at=0), np.array([asked.begins]))
    share = flows["share"] * share_until(flows, by)
    return asked.baseline + float((flows["value"] * share).sum())


def _origins(ends: Days, begins: np.datetime64, by: np.datetime64) -> Days:
    """Days on which a figure ended: the last before the target began, and all on the way."""
    days = np.unique(ends)
    before = days[days <= begins][-1:]
    return np.concatenate([before, days[(days > begins) & (days < by)]])
