"""How concentrated supply is, and where it hangs on a single source or passage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.questions.exposure.tracing import CONVERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Benchmarks: one source above 65 % (EU Critical Raw Materials Act), one passage above 50 %.
SINGLE_SOURCE = 0.65
SINGLE_PASSAGE = 0.50

INDICES = ("commodity", "place", "element", "stage", "stage_commodity", "index", "value")
FLAGS = (
    "place", "commodity", "element", "stage", "stage_commodity", "flag", "what", "share",
    "benchmark", "known",
)  # fmt: skip
_DIRECT = {"supplier": "country", "of_supply": "share"}
_STAGE = ["place", "commodity", "element", "stage", "stage_commodity"]


def indices(direct: pd.DataFrame, lookthrough: pd.DataFrame) -> pd.DataFrame:
    """Herfindahl-Hirschman index and effective number of suppliers (1 / HHI), by country: of the
    imports, of all origins (stage ""), and of who has made it at each stage."""
    origins = lookthrough[lookthrough["origin_kind"] != CONVERSION]
    tables = (
        ("", direct.assign(element="", stage="", stage_commodity="", country=direct["supplier"])),
        ("lookthrough_", _countries(origins.assign(stage="", stage_commodity=""))),
        ("lookthrough_", _countries(lookthrough)),
    )
    frames = []
    for prefix, table in tables:
        sums = table.assign(square=table["share"] ** 2).groupby(_STAGE, sort=False)
        parts = sums[["share", "square"]].sum()
        # Of a stage that part of the supply skips, the shares among those that do not.
        hhi = parts["square"] / parts["share"] ** 2
        for index, value in (("HHI", hhi), ("effective_suppliers", 1.0 / hhi)):
            frames.append(value.rename("value").reset_index().assign(index=prefix + index))
    whole = pd.concat([f for f in frames if len(f)] or frames)
    return whole.reindex(columns=list(INDICES)).reset_index(drop=True)


def published(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of published indices as rows of `indices`: they speak of no element or stage."""
    texts = dict.fromkeys(INDICES[2:5], "")
    return pd.DataFrame([{**texts, **row} for row in rows], columns=list(INDICES))


def flags(
    direct: pd.DataFrame,
    lookthrough: pd.DataFrame,
    passages: pd.DataFrame,
    country: Mapping[str, str],
) -> pd.DataFrame:
    """Single sources abroad, direct (stage "") and at each stage, as a part of all supply: who
    makes nearly everything at home hangs on nobody; single passages."""
    traced = _countries(lookthrough)
    home = traced["place"].map(lambda place: country.get(place, place))
    traced = traced[traced["country"] != home]
    sources = pd.concat(
        [
            table[table["share"] > SINGLE_SOURCE]
            for table in (direct.drop(columns="share").rename(columns=_DIRECT), traced)
        ]
    )
    found = pd.concat(
        [
            sources.rename(columns={"country": "what"}).assign(
                flag="single source", benchmark=SINGLE_SOURCE
            ),
            passages[passages["share"] > SINGLE_PASSAGE]
            .rename(columns={"passage": "what"})
            .assign(flag="single passage", benchmark=SINGLE_PASSAGE),
        ]
    ).reindex(columns=list(FLAGS))
    texts = ["element", "stage", "stage_commodity"]
    found[texts] = found[texts].astype(object).where(found[texts].notna(), "")
    return found.reset_index(drop=True)


def _countries(lookthrough: pd.DataFrame) -> pd.DataFrame:
    """Shares of the countries of origin at each stage."""
    share = lookthrough["share"].to_numpy(dtype=float)
    told = share * lookthrough["known"].to_numpy(dtype=float)
    table = lookthrough[_STAGE].assign(
        country=lookthrough["origin_country"], share=share, known=told
    )
    keys = [*_STAGE, "country"]
    table = table.groupby(keys, sort=False, as_index=False)[["share", "known"]].sum()
    return table.assign(known=np.divide(table["known"], table["share"]))
