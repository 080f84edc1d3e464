"""How many steps of a pledge are shown as done: its milestones and their evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.questions.track.days import last_days

if TYPE_CHECKING:
    from seawall.questions.track.state import State

__all__ = ["shown", "steps"]


def shown(state: State) -> pd.DataFrame:
    """Milestones and what evidence says of each.

    Returns
    -------
    DataFrame
        The milestones, in their order, with `due_on` (as told), `by` (datetime64, last day on
        which each is due; NaT where none was stated), `rows` (number of rows of evidence),
        `newest` (id of the newest), `until` (its day), `done` (the newest does not say 0) and
        `since` (the first day that showed it as done).
    """
    milestones = state.milestones.set_index("id", drop=False)
    evidence = state.evidence[state.evidence["milestone"].isin(milestones.index)]
    published = last_days(evidence["date"])
    ends = last_days(evidence["ends"])
    evidence = evidence.assign(
        day=np.where(np.isnat(ends), published, ends).astype("datetime64[s]"),
        yes=~(evidence["value"].to_numpy(dtype=float) == 0.0),
    ).sort_values(["day", "date", "recorded"])
    groups = evidence.groupby("milestone")
    told = groups.agg(
        rows=("id", "size"), newest=("id", "last"), until=("day", "last"), done=("yes", "last")
    )
    told["since"] = evidence[evidence["yes"]].groupby("milestone")["day"].first()
    found = milestones.join(told)
    return found.assign(
        due_on=milestones["due"],
        by=last_days(milestones["due"]).astype("datetime64[s]"),
        rows=found["rows"].fillna(0).astype(np.int64),
        newest=found["newest"].fillna(""),
        done=found["done"].eq(True),
        since=found["since"].where(found["done"].eq(True)),
    ).reset_index(drop=True)


def steps(state: State, table: pd.DataFrame) -> pd.DataFrame:
    """What the milestones say for each indicator of measure `steps`.

    Parameters
    ----------
    table
        Indicators, with `pledge` and `measure`.

    Returns
    -------
    DataFrame
        By position of the indicator: `baseline` (0), `target` (1, all steps, where none is told),
        `actual`, `low`, `high` (share done), `until`, `moved`, `evidence`, `newest`, `dated`
        (share of steps that have a day of their own), `due` (share whose day has passed), `steps`
        (their number) and `next`, the step that is due next, in words.
    """
    found = shown(state)
    found = found.assign(
        share=found["done"].astype(float),
        dated=found["by"].notna().astype(float),
        due=(found["by"] < pd.Timestamp(state.as_of)).astype(float),
    ).sort_values(["until", "rows"], na_position="first", kind="stable")
    told = found.groupby("pledge").agg(
        actual=("share", "mean"), until=("until", "max"), moved=("since", "max"),
        evidence=("rows", "sum"), newest=("newest", "last"), dated=("dated", "mean"),
        due=("due", "mean"), steps=("id", "size"),
    )  # fmt: skip
    ahead = found[~found["done"]].sort_values("by", na_position="last", kind="stable")
    ahead = ahead.drop_duplicates("pledge").set_index("pledge")
    dates = np.where(ahead["due_on"] == "", "", " (due " + ahead["due_on"] + ")")
    told["next"] = (ahead["what"] + dates).reindex(told.index).fillna("")
    asked = table[(table["measure"] == "steps") & table["pledge"].isin(told.index)]
    rows = told.loc[asked["pledge"]].set_axis(asked.index)
    rows["target"] = asked["target"].fillna(1.0)
    return rows.assign(baseline=0.0, low=rows["actual"], high=rows["actual"])
