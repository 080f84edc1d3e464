"""Evidence as a trail: each row with its source, and what of it counts for the figure it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.questions.track.actuals import actuals
from seawall.questions.track.measured import measured, once_a_day

if TYPE_CHECKING:
    from seawall.questions.track.state import State

__all__ = ["CLAIMS", "COLUMNS", "claims", "evidence"]

COLUMNS = (
    "pledge", "indicator", "milestone", "id", "date", "begins", "ends", "value", "low", "high",
    "counted_in", "instrument", "counts", "counted", "unit", "source", "publisher", "title", "url",
    "reviewed_by", "confidence", "supersedes", "recorded", "who", "note",
)  # fmt: skip
CLAIMS = (
    "id", "subject", "predicate", "value", "quantity", "counted_in", "period", "quote", "kind",
    "event", "source", "publisher", "title", "source_date", "url", "confidence", "recorded", "who",
    "note",
)  # fmt: skip


def evidence(state: State) -> pd.DataFrame:
    """All evidence in force, in order of pledge, indicator or milestone, and day.

    Returns
    -------
    DataFrame
        The columns of table `evidence` with `pledge`; `counts`, the share of the row that counts
        for the indicator's figure (a level: 1 for the newest reading, else 0; NaN for a milestone),
        and `counted`, that share of its value told in the indicator's `unit`; `publisher`, `title`
        and `url` of the source; `recorded` and `who` where a ledger has it.
    """
    rows = _sourced(state.evidence, state.sources)
    owner = pd.concat([state.indicators, state.milestones]).set_index("id")["pledge"]
    shows = rows["indicator"].where(rows["indicator"] != "", rows["milestone"])
    share = _shares(state)
    unit = state.indicators.set_index("id")["counted_in"]
    rows = rows.assign(
        pledge=shows.map(owner), unit=rows["indicator"].map(unit).fillna(""),
        counts=rows["id"].map(share["counts"]), counted=rows["id"].map(share["counted"]),
    )  # fmt: skip
    place = {pledge: n for n, pledge in enumerate(state.pledges["id"])}
    rows = rows.assign(place=rows["pledge"].map(place), day=rows["ends"].where(
        rows["ends"] != "", rows["date"]))  # fmt: skip
    rows = rows.sort_values(["place", "indicator", "milestone", "day"], kind="stable")
    return rows[list(COLUMNS)].reset_index(drop=True)


def claims(state: State) -> pd.DataFrame:
    """All claims with publisher, title, date and address of who makes them."""
    return _sourced(state.claims, state.sources)[list(CLAIMS)].reset_index(drop=True)


def _sourced(rows: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    told = sources.set_index("id")
    names = {"publisher": "publisher", "title": "title", "source_date": "date", "url": "url"}
    for name, column in names.items():
        of = told[column].to_dict()
        rows = rows.assign(**{name: np.array([of.get(key, "") for key in rows["source"]], str)})
    return rows


def _shares(state: State) -> pd.DataFrame:
    """By id of evidence: the share that counts, and what counts in the indicator's unit."""
    rows = measured(state)
    rows = rows[rows["usable"]]
    measure = state.indicators["measure"].to_numpy()[rows["at"]]
    since = actuals(state)["begins"].to_numpy().astype("datetime64[D]")
    flows = once_a_day(rows[measure == "cumulative"], since)
    levels = rows[measure == "level"]
    newest = ~levels.duplicated("at", keep="last")
    levels = levels.assign(share=newest.astype(float))
    both = pd.concat([flows[["id", "share", "value"]], levels[["id", "share", "value"]]])
    return pd.DataFrame(
        {"counts": both["share"].to_numpy(float), "counted": (both["share"] * both["value"])
         .to_numpy(float)}, index=both["id"],
    )  # fmt: skip
