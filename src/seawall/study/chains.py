"""One chain of goods of a study: the rows and the calendar that concern it, and nothing else.

Chains share no recipe and no lane, so each is a network, a program and a base of its own; what they
share are places, passages and sources.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import UnknownName
from seawall.study.protocol import study_protocol
from seawall.study.protocol_check import lent_commodity

if TYPE_CHECKING:
    import pandas as pd

    from seawall.study.study import Study

#: Tables of power grids: they belong to the chain that feeds the grids.
GRIDS = ("generators", "interties", "loads", "grid_gas")


def chains_of(study: Study) -> tuple[str, ...]:
    """Names of a study's chains, in the order of its commodities; "" is the chain without name."""
    return tuple(dict.fromkeys(study.frames["commodities"]["chain"]))


def part(study: Study, chain: str) -> Study:
    """The study of one chain alone.

    Raises
    ------
    UnknownName
        The study has no such chain.
    """
    known = chains_of(study)
    if chain not in known:
        raise UnknownName("chain", chain, known)
    settings = study.settings.for_chain(chain)
    if len(known) == 1:
        return replace(study, settings=settings)
    goods = study.frames["commodities"]
    mine = set(goods.loc[goods["chain"] == chain, "id"])
    frames = {name: rows_of(study, name, mine) for name in study.frames}
    shares = frames["shares"]
    frames["shares"] = shares[shares["chain"].isin(["", chain])].reset_index(drop=True)
    limits = frames["passages"]
    limits.loc[~limits["chain"].isin(["", chain]), "capacity"] = np.nan
    lends = _lends(study) in mine
    return replace(
        study,
        settings=settings,
        frames=frames,
        protocol_text=study.protocol_text if lends else "",
        draft_texts=study.draft_texts if lends else {},
    )


def _lends(study: Study) -> str:
    """The commodity that the study's protocol lends, "" without a protocol."""
    protocol = study_protocol(study)
    return "" if protocol is None else lent_commodity(study, protocol)


def rows_of(study: Study, name: str, goods: set[str]) -> pd.DataFrame:
    """The rows of a table that concern `goods`, numbered from 0."""
    frame = study.frames[name]
    if name == "commodities":
        keep = frame["id"].isin(goods)
    elif "commodity" in frame:
        keep = frame["commodity"].isin([*goods, ""])
    elif name == "facilities":
        recipes = study.frames["processes"]
        keep = frame["process"].isin(recipes.loc[recipes["commodity"].isin(goods), "process"])
    elif name == "paths":
        lanes = study.frames["lanes"]
        keep = frame["lane"].isin(lanes.loc[lanes["commodity"].isin(goods), "id"])
    elif name in GRIDS:
        fed, demands = study.frames["grid_gas"]["demand"], study.frames["demands"]
        feeds = demands.loc[demands["id"].isin(fed), "commodity"].isin(goods).any()
        return frame.copy() if feeds else frame.iloc[:0]
    else:
        return frame.copy()
    return frame[keep].reset_index(drop=True)
