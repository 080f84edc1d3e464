"""Will it be reached?  Forecasts of counted targets, each with an interval and beside a naive one.

- A sum of *flows* (yen a year) is forecast instrument by instrument: what has been counted so far,
  and the years to come from the logs of the yearly flows that are known (`local_level`), also of
  years before the pledge.  Amounts in other currencies are told in the target's at the mean rate
  of their year; no future rate is forecast.
- *Things* that are counted one by one (plants) come as events at a rate that may change
  (`counts`); where there are more than `outlook.FEW` a year, they are forecast as amounts are.
- A *level* (companies there are) walks at random in logs, its drift held near zero
  (`local_level`).  A level whose readings are figures of a year (trade, inflow of a year) is
  noisier, and is forecast as flows are.
- Where a figure is 0 or below, logs cannot be taken, and the same model is used without them.

The forecast is the median, the interval runs from the 5th to the 95th percentile, and the
probability is the share of draws that reach the target.  All of it assumes that the years to come
are of the kind of those that were: a programme that has not begun to build cannot be foretold
from its past, and the backtest shows how far such forecasts held.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.questions.track.days import months_before, text_of
from seawall.questions.track.measured import measured
from seawall.questions.track.outlook import Asked, outlook
from seawall.questions.track.series import counts_things
from seawall.questions.track.status import standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.questions.track.outlook import Outlook
    from seawall.questions.track.state import State

__all__ = ["COLUMNS", "HORIZON", "INTERVAL", "forecasts", "generator", "questions"]

COLUMNS = (
    "id", "indicator", "by", "target", "unit", "forecast", "low", "high", "probability", "naive",
    "method", "note",
)  # fmt: skip
#: Years ahead that are forecast where no deadline was stated.
HORIZON = 10
#: Percentiles between which the interval runs.
INTERVAL = (5.0, 95.0)


def forecasts(state: State, seed: int = 0, draws: int = 2000) -> pd.DataFrame:
    """Forecast every counted target whose deadline lies ahead, or that has none.

    Parameters
    ----------
    seed
        Of the draws; each indicator has its own stream, so that none depends on the others.
    draws
        Draws an indicator.

    Returns
    -------
    DataFrame
        A row an indicator with a target and evidence: `id` of the pledge, `indicator`, `by` (day
        of the forecast, ISO 8601), `target`, `forecast`, `low`, `high` and `naive` in `unit`,
        `probability` (0 to 1) of reaching the target by then, `method`, and `note` on what was
        assumed.
    """
    today = np.datetime64(state.as_of, "D")
    far = months_before(np.array([today]), np.array([-12.0 * HORIZON]))[0]
    rows = []
    for row, asked in questions(state):
        stated = not np.isnat(asked.by)
        if stated and asked.by < today:
            continue
        asked = asked if stated else Asked(**vars(asked) | {"by": far})
        found = outlook(asked, draws, generator(seed, row.indicator))
        low, middle, high = np.percentile(found.draws, (INTERVAL[0], 50.0, INTERVAL[1]))
        rows.append((
            row.pledge, row.indicator, text_of(asked.by), row.target, row.unit, middle, low, high,
            reached(found, row.target, row.baseline), found.naive, found.method,
            "" if stated else f"no deadline was stated: shown for {HORIZON} years on",
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def reached(found: Outlook, target: float, baseline: float) -> float:
    """Share of the draws that reach the target, from above if it lies below the baseline."""
    falling = target < baseline
    there = found.draws <= target if falling else found.draws >= target
    return float(there.mean())


def generator(seed: int, name: str) -> np.random.Generator:
    """The stream of random numbers of one indicator."""
    return np.random.default_rng([seed, zlib.crc32(name.encode("utf-8"))])


def questions(state: State) -> list[tuple[Any, Asked]]:
    """What can be forecast: the row of `standing` and the question, `by` NaT without deadline."""
    table = standing(state)
    rows = measured(state)
    rows = rows[rows["usable"]]
    groups = dict(iter(rows.groupby("at")))
    today = np.datetime64(state.as_of, "D")
    found: list[tuple[Any, Asked]] = []
    each: Iterator[Any] = table.itertuples(index=False)
    for at, row in enumerate(each):
        if row.measure == "steps" or np.isnan(row.target) or at not in groups:
            continue
        found.append((row, Asked(
            rows=groups[at],
            cumulative=row.measure == "cumulative",
            things=counts_things(row.unit, state.rates),
            baseline=row.baseline,
            begins=_day(row.based if row.measure == "level" else row.begins),
            by=_day(row.ends),
            today=today,
        )))  # fmt: skip
    return found


def _day(stamp: Any) -> np.datetime64:
    return np.datetime64("NaT", "D") if pd.isna(stamp) else np.datetime64(stamp.date(), "D")
