"""Balances: does every chain close from the mine to its last stage, before anything is reconciled?

What the tables say enters and leaves each place, by commodity, and the gap between the two: sources
that do not know each other disagree, and reconciling moves figures until nothing is left over.  A
gap that the study states as a row of its own ("stock building and losses") is told apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.network import raw_network
from seawall.network.network import UNEXPLAINED
from seawall.questions.prepared import prepare

if TYPE_CHECKING:
    from seawall.network import Network
    from seawall.network.network import Floats
    from seawall.study import Study

BALANCES = (
    "chain", "commodity", "stage", "place", "enters", "leaves", "stated_gap", "gap",
    "share_of_world", "left_over", "unit",
)  # fmt: skip


def balances(study: Study) -> pd.DataFrame:
    """One row a commodity and place, the largest gap (as a share of the world) of a chain first.

    Returns
    -------
    DataFrame
        `enters` and `leaves` a year as the tables state them; `stated_gap` is the part of `leaves`
        that the study calls unexplained, less the part of `enters` that it calls an unlisted
        feed; `gap` is enters less leaves, `share_of_world` the gap over all that the world makes
        of the commodity, `left_over` what is left after reconciling.
    """
    frames = [_of_chain(study.chain(name), name) for name in study.chains]
    table = pd.concat(frames, ignore_index=True)
    order = table["share_of_world"].abs()
    first = {name: i for i, name in enumerate(study.chains)}
    return (
        table.assign(order=order, chains=table["chain"].map(first))
        .sort_values(["chains", "order"], ascending=[True, False], kind="stable")
        .drop(columns=["order", "chains"])
        .reset_index(drop=True)
    )


def _of_chain(part: Study, chain: str) -> pd.DataFrame:
    raw, _ = raw_network(part)
    nodes, year = raw.nodes, 365.0 / raw.terms.period_days
    enters, leaves = _sides(raw)
    unexplained = np.zeros(len(nodes))
    stated = ~raw.demands.explained
    np.add.at(unexplained, raw.demands.node[stated], raw.demands.base[stated])
    unlisted = np.array([UNEXPLAINED in name for name in raw.facilities.name], dtype=bool)
    unexplained -= raw.facilities.recipe.maximum(0) @ np.where(unlisted, raw.facilities.base, 0.0)
    world: dict[str, float] = {}
    for n, amount in enumerate(raw.facilities.recipe.maximum(0) @ raw.facilities.base):
        world[nodes.commodity[n]] = world.get(nodes.commodity[n], 0.0) + float(amount)
    gap = enters - leaves
    stage, unit = (part.lookup("commodities", name) for name in ("stage", "unit"))
    after = prepare(part).network.imbalance()
    return pd.DataFrame(
        {
            "chain": chain,
            "commodity": nodes.commodity,
            "stage": [stage[c] for c in nodes.commodity],
            "place": nodes.place,
            "enters": enters * year,
            "leaves": leaves * year,
            "stated_gap": unexplained * year,
            "gap": gap * year,
            "share_of_world": [
                g / world[c] if world.get(c) else 0.0
                for g, c in zip(gap, nodes.commodity, strict=True)
            ],
            "left_over": after * year,
            "unit": [f"{unit[c]}/yr" for c in nodes.commodity],
        },
        columns=list(BALANCES),
    )


def _sides(network: Network) -> tuple[Floats, Floats]:
    """What enters and what leaves each node in a period (nodes,) [unit]."""
    lanes, recipe, base = network.lanes, network.facilities.recipe, network.facilities.base
    enters: Floats = recipe.maximum(0) @ base
    leaves: Floats = -(recipe.minimum(0) @ base)
    np.add.at(enters, lanes.destination, lanes.keep * lanes.base)
    np.add.at(leaves, lanes.origin, lanes.base)
    np.add.at(leaves, network.demands.node, network.demands.base)
    leaves += network.nodes.loss * network.nodes.start
    return enters, leaves
