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
    (only where `tier` is "all"): of the commodity itself, or of what becomes nothing else.
    `yields` is how much of the commodity one unit of each such stock becomes.
    """

    place: str
    commodity: str
    tier: str
    sector: str
    steps: Ints
    stocks: Ints
    yields: Floats

    @property
    def whole(self) -> bool:
        """Whether this is all demand of a place."""
        return self.tier == ALL


def groups(network: Network) -> list[Group]:
    """All groups of a network: each place (country) as a whole, then its tiers, then sectors."""
    nodes, demands = network.nodes, network.demands
    behind = stocks_behind(network)
    by_place: dict[tuple[str, str], list[int]] = {}
    by_country: dict[tuple[str, str], list[int]] = {}
    wanted = demands.explained
    for n in sorted(set(demands.node[wanted].tolist())):
        by_place.setdefault((nodes.place[n], nodes.commodity[n]), []).append(n)
        by_country.setdefault((nodes.country[n], nodes.commodity[n]), []).append(n)
    # A country is a line of its own where it has several places and is not itself one of them.
    by_place |= {key: at for key, at in by_country.items() if len(at) > 1 and key not in by_place}
    result = []
    for (place, commodity), at in by_place.items():
        here = np.flatnonzero(np.isin(demands.node, at) & wanted)
        held = {node: amount for n in at for node, amount in behind[n].items()}
        stocks = np.array(sorted(held), dtype=np.int64)
        yields = np.array([held[n] for n in sorted(held)], dtype=float)
        none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
        result.append(Group(place, commodity, ALL, ALL, here, stocks, yields))
        tier = np.array([demands.tier[demands.tier_of[m]] for m in here])
        sector = np.array([demands.sector[demands.tier_of[m]] for m in here])
        for name in TIER_ORDER:
            of_tier = here[tier == name]
            if not len(of_tier):
                continue
            result.append(Group(place, commodity, name, ALL, of_tier, none, nothing))
            names = list(dict.fromkeys(sector[tier == name]))
            if len(names) > 1 or names[0] != ALL:
                for part in names:
                    steps = here[(tier == name) & (sector == part)]
                    result.append(Group(place, commodity, name, str(part), steps, none, nothing))
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


def stocks_behind(network: Network) -> dict[int, dict[int, float]]:
    """For each demand node the nodes whose stock is its own, and what one unit of it becomes.

    That is its own stock, that of nodes that reach it without a lead time, and, through a recipe of
    one input, that of an input which becomes nothing else and is not wanted itself: LNG in a tank
    is gas, but metal that two sorts of magnet are made of is neither yet.
    """
    lanes, nodes = network.lanes, network.nodes
    into: dict[int, list[tuple[int, float]]] = {}
    for a in np.flatnonzero((lanes.lag == 0) & (lanes.base > 0)):
        way = int(lanes.origin[a]), float(lanes.keep[a])
        into.setdefault(int(lanes.destination[a]), []).append(way)
    recipe = network.facilities.recipe.tocsc()
    becomes: dict[int, dict[int, float]] = {}
    shared = set(network.demands.node.tolist())
    for f in range(recipe.shape[1]):
        part = slice(recipe.indptr[f], recipe.indptr[f + 1])
        rows, values = recipe.indices[part], recipe.data[part]
        used, made = rows[values < 0], rows[values > 0]
        if len(used) != 1:
            shared.update(int(i) for i in used)
            continue
        amounts = values[values > 0] / -values[values < 0][0]
        becomes.setdefault(int(used[0]), {}).update(
            {int(o): float(amount) for o, amount in zip(made, amounts, strict=True)}
        )
    for i, outputs in becomes.items():
        if i not in shared and len({nodes.commodity[o] for o in outputs}) == 1:
            for o, amount in outputs.items():
                into.setdefault(o, []).append((i, amount))
    return {n: _held(network, into, n) for n in set(network.demands.node.tolist())}


def _held(
    network: Network, into: dict[int, list[tuple[int, float]]], node: int
) -> dict[int, float]:
    """Nodes with a tank behind one, with what one unit there becomes."""
    found, todo = {node: 1.0}, [node]
    while todo:
        here = todo.pop()
        for before, amount in into.get(here, []):
            if before not in found:
                found[before] = found[here] * amount
                todo.append(before)
    return {n: amount for n, amount in found.items() if network.nodes.has_stock[n]}


def cover_days(network: Network, group: Group) -> float | None:
    """Days that the usable stock of a group lasts at what flows through it in the base."""
    nodes, lanes, facilities = network.nodes, network.lanes, network.facilities
    if not len(group.stocks):
        return None
    usable = float(group.yields @ (nodes.start - nodes.floor)[group.stocks])
    worth = np.zeros(len(nodes))
    worth[group.stocks] = group.yields
    inside = _mask(len(nodes), group.stocks)
    enters = inside[lanes.destination] & ~inside[lanes.origin]
    rate = float((worth[lanes.destination] * lanes.keep * lanes.base)[enters].sum())
    # What is made of something that is stored here has come in already.
    draws = np.asarray(facilities.recipe.minimum(0).T @ inside) < 0
    made = np.asarray(facilities.recipe.maximum(0).T @ worth) * facilities.base
    rate += float(made[~draws].sum())
    return usable / rate * network.terms.period_days if rate > 0 else None


def _mask(size: int, members: Ints) -> Bools:
    mask = np.zeros(size, dtype=bool)
    mask[members] = True
    return mask


def series(amount: Floats, group: Group) -> Floats:
    """Sum of a table (demand steps, periods) over the steps of a group (periods,)."""
    result: Floats = amount[group.steps].sum(axis=0)
    return result
