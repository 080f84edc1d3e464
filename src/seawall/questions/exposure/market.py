"""Published shares of what no flows are known of: shown, indexed and flagged, never traced.

They speak of the world's market, so they are the same whoever asks: `place` is blank. Nothing of a
share runs on lanes whose flows are known, so `known` is 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seawall.questions.exposure.concentration import FLAGS, INDICES, SINGLE_SOURCE

if TYPE_CHECKING:
    from seawall.study import Study

COLUMNS = (
    "item", "name", "sector", "chain", "kind", "country", "year", "share", "known", "confidence",
)  # fmt: skip
#: Everybody else: many, not one source.
REST = "ROW"
#: Part of an item that must be told by country before an index of it is given: what the rest adds
#: to the sum of squares is then below 0.0025, even if it were one country's.
TOLD = 0.95


def published_shares(study: Study) -> pd.DataFrame:
    """The shares of a study, items in its order and the largest share of each first."""
    table = study.table("shares").assign(known=0.0)
    order = {item: at for at, item in enumerate(dict.fromkeys(table["item"]))}
    table = table.assign(at=table["item"].map(order)).sort_values(
        ["at", "share"], ascending=[True, False], kind="stable", ignore_index=True
    )
    return table[list(COLUMNS)].astype({"year": "int64"})


def share_indices(shares: pd.DataFrame) -> pd.DataFrame:
    """Herfindahl-Hirschman index of each item and the number of suppliers that it is worth."""
    named = shares[shares["country"] != REST]
    sums = named.assign(square=named["share"] ** 2).groupby("item", sort=False)
    parts = sums[["share", "square"]].sum()
    hhi = parts.loc[parts["share"] >= TOLD - 1e-9, "square"]
    frames = [
        value.rename("value").rename_axis("commodity").reset_index().assign(index=index)
        for index, value in (("HHI", hhi), ("effective_suppliers", 1.0 / hhi))
    ]
    return _rows(pd.concat(frames, ignore_index=True), INDICES)


def share_flags(shares: pd.DataFrame) -> pd.DataFrame:
    """Items of which one country has nearly all."""
    single = shares[(shares["country"] != REST) & (shares["share"] > SINGLE_SOURCE)]
    found = single.rename(columns={"item": "commodity", "country": "what"})
    return _rows(found.assign(flag="single source", benchmark=SINGLE_SOURCE), FLAGS)


def _rows(found: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Rows of a table of exposure that speak of the world and of no element or stage."""
    texts = dict.fromkeys(("place", "element", "stage", "stage_commodity"), "")
    return found.assign(**texts)[list(columns)].reset_index(drop=True)
