"""What of a network a shock hits, and what its names could have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import UnknownName
from seawall.shocks.scenario import EVERYWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.network.network import Network
    from seawall.shocks.scenario import Shock

#: Targets that are an origin of trade; what they hit are lanes across borders.
TRADE = ("ban", "quota", "tariff")


def known(network: Network, kind: str) -> list[str]:
    """Names that a shock of some kind can have in a network ("commodity" and "to" too)."""
    if kind == "passage":
        return list(network.passages.id)
    if kind == "facility":
        return list(network.facilities.id)
    if kind == "lane":
        return list(network.lanes.id)
    if kind == "commodity":
        return sorted(set(network.nodes.commodity))
    if kind in ("place", "demand", "to", *TRADE):
        nodes = network.nodes
        return sorted({*nodes.place, *nodes.country, *network.facilities.place})
    return []


def found(network: Network, shock: Shock) -> list[int]:
    """Positions that a shock hits: passages, facilities (of a place, too), lanes (of a ban, a quota
    or a tariff, too) or demand steps; none where it does not touch the network."""
    if shock.on_grid:
        return []
    kind, name = shock.target
    if kind in ("passage", "facility", "lane"):
        return [i for i, each in enumerate(known(network, kind)) if each == name]
    nodes, lanes = network.nodes, network.lanes
    country = dict(zip(nodes.place, nodes.country, strict=True))

    def at(place: str, where: str | None) -> bool:
        return where in (None, place, country.get(place))

    traded = np.array([shock.commodity in (None, good) for good in nodes.commodity], dtype=bool)
    if kind == "place":
        makes = network.facilities.recipe.maximum(0)
        good = np.asarray(makes.T @ traded) > 0
        return [
            f for f, place in enumerate(network.facilities.place) if at(place, name) and good[f]
        ]
    if kind == "demand":
        here = np.array([at(place, name) for place in nodes.place], dtype=bool)
        return [int(m) for m in np.flatnonzero((here & traded)[network.demands.node])]
    origin = None if (kind, name) == ("tariff", EVERYWHERE) else name
    return [
        a
        for a, (o, d) in enumerate(zip(lanes.origin, lanes.destination, strict=True))
        if traded[o]
        and nodes.country[o] != nodes.country[d]
        and at(nodes.place[o], origin)
        and at(nodes.place[d], shock.to)
    ]


def hits(network: Network, shock: Shock) -> bool:
    """Whether a shock touches anything in a network; a passage must lie on a lane."""
    rows = found(network, shock)
    if shock.passage is not None:
        return bool(np.isin(rows, network.lanes.crossing_passage).any())
    return bool(rows)


def missed(networks: Iterable[Network], shock: Shock) -> UnknownName:
    """The error for a shock that hits none of `networks`: which name is unknown, or, where all are
    known, that nothing lies where they meet."""
    kind, name = shock.target
    pools = list(networks)
    for key, wanted in (("commodity", shock.commodity), ("to", shock.to), (kind, name)):
        names = [n for network in pools for n in known(network, key)]
        if wanted is None or (key, wanted) == ("tariff", EVERYWHERE):
            continue
        if wanted not in names:
            return UnknownName("destination" if key == "to" else key, wanted, names)
    goods = f" of {shock.commodity}" if shock.commodity else ""
    where = f" to {shock.to}" if shock.to else ""
    what = {"place": f"facility{goods} in", "demand": f"demand{goods} in"}.get(
        kind, f"lane abroad{goods}{where} from"
    )
    return UnknownName(what, name)
