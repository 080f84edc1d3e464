"""What happened and what is due, day by day: promises made, steps, evidence, deadlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seawall.questions.track.days import first_days, last_days
from seawall.questions.track.reasons import figures
from seawall.questions.track.steps import shown

if TYPE_CHECKING:
    from seawall.questions.track.state import State

__all__ = ["COLUMNS", "KINDS", "timeline"]

COLUMNS = ("date", "first", "last", "kind", "pledge", "sector", "what", "id")
#: What may happen on a day, in the order in which it is listed there.
KINDS = ("promised", "evidence", "done", "due", "deadline")


def timeline(state: State) -> pd.DataFrame:
    """Everything that has a date, the earliest first.

    Returns
    -------
    DataFrame
        `date` as told ("2026" and "2026-07" are spans, from `first` to `last` day, ISO 8601);
        `kind`, one of `KINDS`; `pledge`, `sector`; `what`; `id` of the row that says so.
    """
    sector = state.pledges.set_index("id")["sector"]
    steps = shown(state)
    owner = pd.concat([state.indicators, state.milestones]).set_index("id")["pledge"]
    rows = state.evidence
    shows = rows["indicator"].where(rows["indicator"] != "", rows["milestone"])
    of = pd.concat([state.indicators, state.milestones]).set_index("id")["what"]
    told = shows.map(of) + pd.Series(figures(rows), index=rows.index, dtype=str)
    pledges, indicators = state.pledges, state.indicators
    done = steps[steps["done"]]
    found = pd.concat([
        _part("promised", pledges["date"], pledges["id"], pledges["what"], pledges["id"]),
        _part("evidence", rows["ends"].where(rows["ends"] != "", rows["date"]), shows.map(owner),
              told, rows["id"]),
        _part("done", done["since"].dt.strftime("%Y-%m-%d"), done["pledge"], done["what"],
              done["id"]),
        _part("due", steps["due_on"][~steps["done"]], steps["pledge"], steps["what"], steps["id"]),
        _part("deadline", indicators["deadline"], indicators["pledge"], indicators["what"],
              indicators["id"]),
    ])  # fmt: skip
    found = found[found["date"] != ""]
    # What shows a milestone is told once, as the step that is done.
    found = found[~((found["kind"] == "evidence") & found["id"].isin(
        rows.loc[rows["milestone"] != "", "id"]))]  # fmt: skip
    first, last = first_days(found["date"]), last_days(found["date"])
    found = found.assign(
        first=first.astype(str), last=last.astype(str), sector=found["pledge"].map(sector),
        order=found["kind"].map({kind: n for n, kind in enumerate(KINDS)}),
    )  # fmt: skip
    found = found.sort_values(["last", "order", "pledge"], kind="stable")
    return found[list(COLUMNS)].reset_index(drop=True)


def _part(
    kind: str,
    date: pd.Series[str],
    pledge: pd.Series[str],
    what: pd.Series[str],
    key: pd.Series[str],
) -> pd.DataFrame:
    frame = pd.DataFrame({"date": date, "pledge": pledge, "what": what, "id": key})
    return frame.dropna(subset=["date"]).assign(kind=kind)
