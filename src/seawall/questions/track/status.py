"""The status of every promise, by rule from evidence; nobody types one in.

A pledge has the status of its first indicator.  The rules, in the order in which they are tried:

1. **no evidence**: nothing has been published that measures it since it began: no indicator, no
   row that counts, or only readings of its first day or before.
2. **delivered**: the evidence reaches the target, with its whole interval where it states one.
   A target below its baseline is reached from above.  Steps: all of them are shown as done.
3. **late**: the deadline has passed and it is not delivered.
4. **late** or **stalled**: there is a line to keep to, and the evidence is behind it by more than
   its own error: even the better end of its interval falls short.  It is stalled where nothing
   has moved for two reports, and late where it still moves.
5. **stalled**: there is no line to keep to (no deadline, or no figure), and nothing has moved for
   two reports.
6. **moving**: there is no line to keep to, so that nothing says what would be on track.
7. **on track**: whatever is left.

What these words mean:

- The *line* runs straight from the baseline on the first day (`begins`; else the day of the
  baseline; else that of the pledge) to the target on the deadline.  A sum of flows without a
  baseline starts at 0, a level at its last reading before the first day, or else its first.
  For steps the line is the share whose day has passed; steps without days of their own share the
  straight line to the deadline.
- The line is read on the last day that the evidence speaks of, as reports take their time; of a
  sum, on the last day to which all its instruments are known, and beside what was counted by then.
  Not for ever: evidence more than two reports old is held against the line as it stood two reports
  ago, since silence for so long shows no progress.
- A *report* is the indicator's `frequency` in months, 12 where none is stated.
- To *move* is a flow in the wanted direction, a level nearer to the target than any before it,
  or a further step done.
- *stale*: the newest evidence speaks of a day more than one report ago (or there is none).
- The *interval* is `low` to `high` of the evidence; without them the figure counts as exact.
  Errors of flows are added up as if they all erred alike, as rows of one series tend to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.questions.track.actuals import actuals, patience
from seawall.questions.track.days import months_before, text_of
from seawall.questions.track.reasons import reason
from seawall.questions.track.state import once

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from numpy.typing import NDArray

    from seawall.questions.track.state import State

__all__ = [
    "COLUMNS",
    "DELIVERED",
    "LATE",
    "MOVING",
    "NO_EVIDENCE",
    "ON_TRACK",
    "STALLED",
    "STATUSES",
    "standing",
    "statuses",
]

DELIVERED, ON_TRACK, LATE, STALLED = "delivered", "on track", "late", "stalled"
MOVING, NO_EVIDENCE = "moving", "no evidence"
STATUSES = (DELIVERED, ON_TRACK, MOVING, LATE, STALLED, NO_EVIDENCE)
COLUMNS = (
    "id", "sector", "what", "status", "target", "actual", "unit", "as_of", "expected", "low",
    "high", "deadline", "evidence", "newest", "stale", "indicator", "why",
)  # fmt: skip
#: A pledge that nothing measures.
_UNMEASURED: dict[Hashable, Any] = {
    "status": NO_EVIDENCE, "target": np.nan, "actual": np.nan, "unit": "", "as_of": "",
    "expected": np.nan, "low": np.nan, "high": np.nan, "deadline": "", "evidence": 0, "newest": "",
    "stale": True, "indicator": "", "why": "no indicator says what would show it",
}  # fmt: skip
_ROUNDING = 1e-9  # of a figure: sums of flows do not end in exact decimals


def statuses(state: State) -> pd.DataFrame:
    """One row a pledge, in the study's order: its status by the rules above, and why.

    Returns
    -------
    DataFrame
        `id`, `sector`, `what` of the pledge; `status`, one of `STATUSES`; `target`, `actual`,
        `expected` (where the line stands), `low`, `high` (of the actual), all in `unit`, NaN
        where there is none; `as_of`, last day that the actual speaks of, and `deadline`, both ISO
        8601 or blank; `evidence`, number of rows that it rests on; `newest`, id of the newest of
        these; `stale`; `indicator`, id of the one that decides; `why`, in plain words.
    """
    pledges = state.pledges
    first = standing(state).drop_duplicates("pledge").set_index("pledge")
    found = first.to_dict(orient="index")
    table = pd.DataFrame(
        [found.get(pledge, _UNMEASURED) for pledge in pledges["id"]], columns=list(COLUMNS)
    )
    for name in ("id", "sector", "what"):
        table[name] = pledges[name].to_numpy()
    return table


@once
def standing(state: State) -> pd.DataFrame:
    """One row an indicator: as `statuses`, with `pledge`, `begins` and `baseline` besides.

    `begins`, `ends` (the deadline) and `until` (of the actual) are kept as days, too.
    """
    today = np.datetime64(state.as_of, "D")
    table = _with_lines(actuals(state), today)
    table["status"] = _judged(table, today)
    rows: Iterator[Any] = table.itertuples(index=False)
    table["why"] = [reason(row, state.as_of) for row in rows]
    table["as_of"] = [text_of(day) for day in table["until"].to_numpy().astype("datetime64[D]")]
    return table


def _with_lines(table: pd.DataFrame, today: np.datetime64) -> pd.DataFrame:
    """Add `expected`, the line on the day `read`, and the flags `stale` and `idle`."""
    until, moved, begins, ends, read = (
        table[name].to_numpy().astype("datetime64[D]")
        for name in ("until", "moved", "begins", "ends", "read")
    )
    day = np.timedelta64(1, "D")
    span = (ends - begins) / day + 1  # both days belong to it
    with np.errstate(divide="ignore", invalid="ignore"):
        passed = np.clip(((read - begins) / day + 1) / span, 0.0, 1.0)
    passed = np.where(span > 1, passed, np.nan)
    baseline, target = table["baseline"].to_numpy(), table["target"].to_numpy()
    dated, due = table["dated"].to_numpy(), table["due"].to_numpy()
    undated = np.where(dated > 0, (1 - dated) * np.nan_to_num(passed), passed)
    line = np.where(np.isnan(due), baseline + (target - baseline) * passed, due + undated)
    since = np.where(np.isnat(moved), begins, moved)
    return table.assign(
        expected=line,
        stale=~(until >= months_before(np.full(len(table), today), table["frequency"].to_numpy())),
        idle=~(since >= patience(table, today)),
    )


def _judged(table: pd.DataFrame, today: np.datetime64) -> NDArray[np.str_]:
    """The status of each indicator: the rules in their order."""
    falling = (table["target"] < table["baseline"]).to_numpy()
    better = np.where(falling, -table["held_low"], table["held_high"])
    worse = np.where(falling, -table["high"], table["low"])
    sign = np.where(falling, -1.0, 1.0)
    expected, target = table["expected"].to_numpy(), table["target"].to_numpy()
    behind = better < sign * expected - _ROUNDING * np.abs(expected)
    idle = table["idle"].to_numpy()
    return np.select(
        [
            table["evidence"].to_numpy() == 0,
            worse >= sign * target - _ROUNDING * np.abs(target),
            table["ends"].to_numpy().astype("datetime64[D]") < today,
            behind & ~idle,
            idle & (behind | np.isnan(expected)),
            np.isnan(expected),
        ],
        [NO_EVIDENCE, DELIVERED, LATE, LATE, STALLED, MOVING],
        default=ON_TRACK,
    )
