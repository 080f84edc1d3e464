"""An emergency on the cargoes of a book: who can still load, and when, and whose turn it is.

Where only a share is left, every n-th goes, in the order of days, the remainder carried on: of a
passage that is open in part those pass that would cross first by share; of a plant's output those
are cut that complete a whole cargo of what is missing.  Nobody draws lots, so an answer repeats.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.emergency import OPEN, every_nth, level_on
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.voyages import Back, sail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.network.seaways import Route
    from seawall.questions.redirect.ashore import Shore
    from seawall.questions.redirect.emergency import Emergency, Gate
    from seawall.questions.redirect.instance import Bools
    from seawall.questions.redirect.movable import Movable
    from seawall.questions.redirect.rules import Rules
    from seawall.questions.redirect.voyages import Leg, Roads
    from seawall.study import Study

__all__ = ["strike"]


def strike(
    study: Study,
    shore: Shore,
    roads: Roads,
    emergency: Emergency,
    cargoes: Sequence[Movable],
    rules: Rules,
) -> list[str]:
    """Fill `leaves`, `favoured` and `cut` of every cargo; what of the book is touched, in words.

    A ship that loads has to come in first: through the passages of its planned way, or from where
    it is in ballast.  While they are shut it does not load.
    """
    touched: list[str] = []
    back = _cuts(study, emergency, cargoes, rules)
    if back:
        touched.append(f"{len(back)} cargoes that are cut at their plant")
    for gates in emergency.gates:
        turns = _turns(shore, roads, cargoes, gates)
        hit: set[str] = set()
        for cargo in cargoes:
            favoured = turns.get(cargo.number, frozenset())
            cargo.favoured.append(favoured)
            leaves = _leaves(shore, roads, cargo, gates, favoured, back.get(cargo.number))
            cargo.leaves.append(leaves)
            way = _meant(shore, roads, cargo)
            if way is not None:
                sailed = sail(way.route, cargo.departs, cargo.hull.nm_a_day, gates)
                on_time = sailed.waits == 0 and leaves <= cargo.departs + 1e-9
                if not on_time and cargo.number not in back:
                    hit.add(cargo.row.id)
        if hit:
            touched.append(f"{len(hit)} cargoes that would pass what is shut")
    banned = sum(
        cargo.row.load in ban.origins
        and cargo.cluster != NOBODY
        and shore.terminals.clusters[cargo.cluster] in ban.clusters
        and bool(level_on(ban.pieces, np.array([cargo.begins]))[0] < OPEN)
        for ban in emergency.bans
        for cargo in cargoes
        if not cargo.at_sea
    )
    if banned:
        touched.append(f"{banned} cargoes that may not go where they were meant to")
    return touched


def _meant(shore: Shore, roads: Roads, cargo: Movable) -> Leg | None:
    """The way that a cargo is meant to go; of an offer, the shortest that it could."""
    if cargo.way is not None or cargo.cluster != NOBODY:
        return cargo.way
    ways = [
        legs[0]
        for c in shore.terminals.clusters
        if (legs := roads.legs(cargo.start, c, "", cargo.never))
    ]
    return min(ways, key=lambda leg: leg.route.nm, default=None)


def _leaves(
    shore: Shore,
    roads: Roads,
    cargo: Movable,
    gates: Mapping[str, Gate],
    favoured: frozenset[str],
    back: float | None,
) -> float:
    """Day on which a cargo can leave in a world."""
    if not cargo.unloaded:
        return cargo.departs
    begins = cargo.begins if back is None else max(cargo.begins, back)
    speed = cargo.hull.nm_a_day
    inward = [sail(r, departs, speed, gates, favoured)
              for r, departs in _inward(shore, roads, cargo, frozenset(gates), begins)]  # fmt: skip
    # Whether it comes in time with the sea open is the book's business.
    if inward and inward[0].waits > 0:
        begins = max(begins, min(sailed.arrives for sailed in inward))
    return cargo.departs + (begins - cargo.begins)


def _inward(
    shore: Shore, roads: Roads, cargo: Movable, struck: frozenset[str], begins: float
) -> list[tuple[Route | Back, float]]:
    """Ways on which a ship comes in to load, the planned one first, and when it sets out: from
    where it is, or back on a way to where the cargo is meant to go."""
    if cargo.position is not None:
        avoided = (cargo.never, cargo.never | struck)
        routes = [roads.route(cargo.position, cargo.row.load, avoid) for avoid in avoided]
        return [(route, 0.0) for route in routes if route is not None]
    way = _meant(shore, roads, cargo)
    if way is None:
        return []
    name = _cluster_of(shore, way.terminal)
    legs = roads.legs(cargo.start, name, way.terminal, cargo.never)
    backs = [Back.of(leg.route) for leg in legs]
    # One that came another way than planned set out in time for it.
    usual = begins - backs[0].nm / cargo.hull.nm_a_day
    return [(back, usual) for back in backs]


def _cluster_of(shore: Shore, terminal: str) -> str:
    terminals = shore.terminals
    return terminals.clusters[int(terminals.cluster[terminals.ids.index(terminal)])]


def _turns(
    shore: Shore, roads: Roads, cargoes: Sequence[Movable], gates: Mapping[str, Gate]
) -> dict[int, frozenset[str]]:
    """Passages at which it is a cargo's turn while they are open in part."""
    partly = {n for n, g in gates.items() if any(0.0 < s < OPEN for _, _, s in g.pieces)}
    queue: dict[str, list[tuple[float, str, int]]] = defaultdict(list)
    for cargo in cargoes:
        way = _meant(shore, roads, cargo) if partly else None
        if way is not None:
            for name, nm in way.route.crossings:
                if name in partly:
                    day = cargo.departs + nm / cargo.hull.nm_a_day
                    queue[name].append((day, cargo.row.id, cargo.number))
    found: dict[int, set[str]] = defaultdict(set)
    for name, waiting in queue.items():
        shares = level_on(gates[name].pieces, np.array([day for day, _, _ in sorted(waiting)]))
        some = (shares > 0) & (shares < OPEN)
        line = [w for w, yes in zip(sorted(waiting), some, strict=True) if yes]
        for (_, _, number), passes in zip(line, every_nth(shares[some].tolist()), strict=True):
            if passes:
                found[number].add(name)
    return {number: frozenset(names) for number, names in found.items()}


def _cuts(
    study: Study, emergency: Emergency, cargoes: Sequence[Movable], rules: Rules
) -> dict[int, float]:
    """Cargoes that force majeure cuts, and the day on which each can begin to load; inf: never.

    All buyers of a plant are cut alike, but for contracts that say no to it while anything is left.
    When the plant is back, what was cut loads one after another at the pace of its berths.
    """
    terminals = study.table("terminals").set_index("id")
    pace = {str(k): float(v) for k, v in (terminals["port_days"] / terminals["berths"]).items()}
    by_plant: dict[str, list[Movable]] = defaultdict(list)
    for cargo in cargoes:
        if cargo.unloaded and cargo.row.load in emergency.plants:
            by_plant[str(terminals.loc[cargo.row.load, "place"])].append(cargo)
    back: dict[int, float] = {}
    for group in by_plant.values():
        group.sort(key=lambda c: (c.begins, c.row.id))
        found = emergency.plants[group[0].row.load]
        days = np.array([c.begins for c in group])
        level = level_on(found, days)
        held = np.array([rules.clause(c.row.contract).pro_rata == "no" for c in group])
        missing = np.where(held & (level > 0), 0.0, 1.0 - level)
        back |= _queue(group, every_nth(missing.tolist()), found, pace)
    return back


def _queue(
    group: list[Movable],
    cut: Bools,
    found: Sequence[tuple[float, float, float]],
    pace: Mapping[str, float],
) -> dict[int, float]:
    """When those that are cut can load: the plant is back with its restart, berths are free."""
    back: dict[int, float] = {}
    waiting: dict[str, int] = defaultdict(int)
    for cargo, gone in zip(group, cut, strict=True):
        if not gone:
            continue
        cargo.cut = True
        again = cargo.begins
        for start, end, level in sorted(found):
            if start <= again < end and level < OPEN:
                again = end
        place = cargo.row.load
        back[cargo.number] = again + waiting[place] * pace[place]
        waiting[place] += 1
    return back
