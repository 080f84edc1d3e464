"""For whom results are reported: demand places, and countries that have several of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from seawall.network.network import Bools, Floats, Ints, Network

ALL = "all"
TIER_ORDER = ("essential", "important", "deferrable", "elastic")


@dataclass(frozen=True)
class Group:
    """One line of results: a place (or country), a commodity and a tier (or all of them).

    `steps` are the demand steps that count, `stocks` the nodes whose stock stands behind them
    (only where `tier` is "all").
    """

    place: str
    commodity: str
    tier: str
    sector: str
    steps: Ints
    stocks: Ints

    @property
    def whole(self) -> bool:
        """Whether this is all demand of a place."""
        return self.tier == ALL


def groups(network: Network) -> list[Group]:
    """All groups of a network: each place (country) as a whole, then its tiers, then sectors."""
    nodes, demands = network.nodes, network.demands
    behind = {n: at[nodes.has_stock[at]] for n, at in nodes_behind(network).items()}
    by_place: dict[tuple[str, str], list[int]] = {}
    by_country: dict[tuple[str, str], list[int]] = {}
    for n in sorted(set(demands.node.tolist())):
        by_place.setdefault((nodes.place[n], nodes.commodity[n]), []).append(n)
        by_country.setdefault((nodes.country[n], nodes.commodity[n]), []).append(n)
    # A country is a line of its own where it has several places and is not itself one of them.
    by_place |= {key: at for key, at in by_country.items() if len(at) > 1 and key not in by_place}
    result = []
    for (place, commodity), at in by_place.items():
        here = np.flatnonzero(np.isin(demands.node, at))
        stocks = np.unique(np.concatenate([behind[n] for n in at]))
        none = np.zeros(0, dtype=np.int64)
        result.append(Group(place, commodity, ALL, ALL, here, stocks))
        tier = np.array([demands.tier[demands.tier_of[m]] for m in here])
        sector = np.array([demands.sector[demands.tier_of[m]] for m in here])
        for name in TIER_ORDER:
            of_tier = here[tier == name]
            if not len(of_tier):
                continue
            result.append(Group(place, commodity, name, ALL, of_tier, none))
            names = list(dict.fromkeys(sector[tier == name]))
            if len(names) > 1 or names[0] != ALL:
                for part in names:
                    steps = here[(tier == name) & (sector == part)]
                    result.append(Group(place, commodity, name, str(part), steps, none))
    return result


def nodes_behind(network: Network) -> dict[int, Ints]:
    """For each demand node the nodes that can reach it without a lead time, itself among them."""
    lanes = network.lanes
    recipe = network.facilities.recipe.tocsc()
    into: dict[int, set[int]] = {}
    for a in np.flatnonzero((lanes.lag == 0) & (lanes.base > 0)):
        into.setdefault(int(lanes.destination[a]), set()).add(int(lanes.origin[a]))
    for f in range(recipe.shape[1]):
        part = slice(recipe.indptr[f], recipe.indptr[f + 1])
        rows, values = recipe.indices[part], recipe.data[part]
        for o in rows[values > 0]:
            into.setdefault(int(o), set()).update(int(i) for i in rows[values < 0])
    result = {}
    for n in set(network.demands.node.tolist()):
        seen, todo = {n}, [n]
        while todo:
            for i in into.get(todo.pop(), set()) - seen:
                seen.add(i)
                todo.append(i)
        result[n] = np.array(sorted(seen), dtype=np.int64)
    return result


def cover_days(network: Network, group: Group) -> float | None:
    """Days that the usable stock of a group lasts at what flows through it in the base."""
    nodes, lanes = network.nodes, network.lanes
    if not len(group.stocks):
        return None
    usable = float((nodes.start - nodes.floor)[group.stocks].sum())
    inside = _mask(len(nodes), group.stocks)
    enters = inside[lanes.destination] & ~inside[lanes.origin]
    rate = float((lanes.keep * lanes.base)[enters].sum())
    return usable / rate * network.terms.period_days if rate > 0 else None


def _mask(size: int, members: Ints) -> Bools:
    mask = np.zeros(size, dtype=bool)
    mask[members] = True
    return mask


def series(amount: Floats, group: Group) -> Floats:
    """Sum of a table (demand steps, periods) over the steps of a group (periods,)."""
    result: Floats = amount[group.steps].sum(axis=0)
    return result
