"""Tracing said again in plain words, to compare with: ways into nodes, all paths along them, and
what each origin sends past a passage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from tests import networks

from seawall.network import Network

Maker = tuple[str, str, str]


@dataclass(frozen=True)
class World:
    """A network, what its commodities hold, what recycles, and whose flows are filled in; `every`
    is what they hold of all elements, where there are several."""

    network: Network
    content: dict[str, float] | None
    recycles: np.ndarray
    filled: np.ndarray
    every: dict[str, dict[str, float]] | None = None


@dataclass(frozen=True)
class Way:
    """How a part of the element comes to a node: from another node, or from its origin."""

    part: float
    origin: int | None
    lane: int | None
    maker: Maker | None


def holds(world: World, node: int) -> float:
    """Content of a node's commodity."""
    good = world.network.nodes.commodity[node]
    return 1.0 if world.content is None else world.content.get(good, 0.0)


def put_in(world: World, f: int, n: int, q: np.ndarray) -> float:
    """What facility f puts of the element into a unit at node n, if a unit at each node holds q."""
    recipe = world.network.facilities.recipe.toarray()[:, f]
    goods = world.network.nodes.commodity
    nodes = range(len(goods))
    inputs = [m for m in nodes if recipe[m] < 0 and holds(world, m)]
    if world.recycles[f] or not inputs:
        return holds(world, n)
    every = world.every or {good: {"": holds(world, m)} for m, good in enumerate(goods)}
    mine = every[goods[n]]
    main = sorted(mine, key=mine.__getitem__)[-1]
    outputs = [m for m in nodes if recipe[m] > 0 and holds(world, m)]
    came = sum(-recipe[m] * every[goods[m]].get(main, 0.0) for m in nodes if recipe[m] < 0)
    went = sum(recipe[m] * every[goods[m]].get(main, 0.0) for m in outputs)
    kept = went / came if came else 1.0
    brought = sum(-recipe[m] * q[m] for m in inputs)
    return kept * brought * holds(world, n) / sum(recipe[m] * holds(world, m) for m in outputs)


def in_a_unit(world: World) -> np.ndarray:
    """What a unit at each node holds of the element: goods mixed over and over until it stays."""
    network = world.network
    lanes, base = network.lanes, network.facilities.base
    recipe = network.facilities.recipe.toarray()
    size = len(network.nodes)
    q = np.zeros(size)
    if world.content is None:
        return q + 1.0

    def mixed(q: np.ndarray) -> np.ndarray:
        mass, amount = np.zeros(size), np.zeros(size)
        for o, d, x in zip(lanes.origin, lanes.destination, lanes.keep * lanes.base, strict=True):
            if holds(world, d):
                mass[d] += x * q[o]
                amount[d] += x
        for n, f in np.argwhere(recipe > 0):
            if holds(world, n):
                mass[n] += recipe[n, f] * base[f] * put_in(world, f, n, q)
                amount[n] += recipe[n, f] * base[f]
        return mass / np.where(amount > 0, amount, 1.0)

    # Mixing is linear: each column says what one unit more at a node does.
    start = mixed(q)
    once = np.stack([mixed(unit) - start for unit in np.eye(size)], axis=1)
    for _ in range(20_000):
        before, q = q, start + once @ q
        if np.allclose(before, q, rtol=1e-13, atol=0):
            break
    return q


def ways(world: World) -> dict[int, list[Way]]:
    """All ways into each node, whose parts of the element add up to 1 where anything comes in."""
    network = world.network
    nodes, lanes, facilities = network.nodes, network.lanes, network.facilities
    found: dict[int, list[Way]] = defaultdict(list)
    q = in_a_unit(world)
    for a in range(len(lanes)):
        o, d = int(lanes.origin[a]), int(lanes.destination[a])
        if holds(world, d) and lanes.base[a] > 0:
            found[d].append(Way(lanes.keep[a] * lanes.base[a] * q[o], o, a, None))
    recipe = facilities.recipe.toarray()
    for f in range(len(facilities)):
        inputs = {
            n: -recipe[n, f] * q[n]
            for n in range(len(nodes))
            if recipe[n, f] < 0 and holds(world, n)
        }
        for n in range(len(nodes)):
            made = recipe[n, f] * facilities.base[f]
            if made <= 0 or not holds(world, n):
                continue
            if world.content is not None:
                made *= put_in(world, f, n, q)
            place, good = facilities.place[f], nodes.commodity[n]
            if world.recycles[f]:
                found[n].append(Way(made, None, None, (place, good, "recycling")))
            elif not inputs:
                found[n].append(Way(made, None, None, (place, good, "extraction")))
            for m, brought in () if world.recycles[f] else inputs.items():
                part = made * brought / sum(inputs.values())
                found[n].append(Way(part, m, None, (place, good, "conversion")))
    return {
        n: [Way(w.part / sum(x.part for x in into), w.origin, w.lane, w.maker) for w in into]
        for n, into in found.items()
    }


def paths(into: dict[int, list[Way]], node: int) -> Iterator[tuple[float, list[tuple[int, Way]]]]:
    """All paths back from a node to origins: probability, and the steps (to, way)."""
    for way in into.get(node, ()):
        if way.origin is None:
            yield way.part, [(node, way)]
            continue
        for part, steps in paths(into, way.origin):
            yield way.part * part, [(node, way), *steps]


def totals(world: World, root: int) -> dict[str, dict[Any, list[float]]]:
    """[share, share whose way from there is known] by maker, by passage, by link, of a node."""
    lanes = world.network.lanes
    crossing: dict[int, set[int]] = defaultdict(set)
    for a, p in zip(lanes.crossing_lane, lanes.crossing_passage, strict=True):
        crossing[int(a)].add(int(p))
    result: dict[str, dict[Any, list[float]]] = {
        name: defaultdict(lambda: [0.0, 0.0]) for name in ("makers", "passages", "links")
    }
    for part, steps in paths(ways(world), root):
        told = True
        seen: set[int] = set()
        for node, way in steps:
            told = told and (way.lane is None or not world.filled[way.lane])
            new = crossing[way.lane] - seen if way.lane is not None else set()
            seen |= new
            met: list[tuple[str, Any]] = [("passages", p) for p in new]
            if way.maker:
                met.append(("makers", way.maker))
            if way.origin is not None:
                met.append(("links", (way.origin, node, "recipe" if way.lane is None else "lane")))
            for table, key in met:
                result[table][key][0] += part
                result[table][key][1] += part * told
    return result


def sent_past(world: World, into: dict[int, list[Way]], passage: int) -> dict[Maker, np.ndarray]:
    """From the side of the origins: the share of each node that comes from an origin and crossed
    the passage, for each origin on its own; every node is there twice, before and after."""
    lanes = world.network.lanes
    over = {int(a) for a in lanes.crossing_lane[lanes.crossing_passage == passage]}
    size = len(world.network.nodes)
    mixes = np.zeros((2 * size, 2 * size))
    begins: dict[Maker, np.ndarray] = defaultdict(lambda: np.zeros(2 * size))
    for n, found in into.items():
        for way in found:
            if way.origin is None:
                assert way.maker is not None
                begins[way.maker][n] += way.part
                continue
            after = size if way.lane in over else 0
            mixes[n + after, way.origin] += way.part
            mixes[n + size, way.origin + size] += way.part
    sent = np.linalg.solve(np.eye(2 * size) - mixes, np.stack(list(begins.values()), axis=1))
    return dict(zip(begins, sent[size:].T, strict=True))


CONTENT = {"ore": 0.5, "oxide": 0.8, "scrap": 0.6, "metal": 1.0, "slag": 0.1}
#: Metal and slag are mostly of another element, that coke and scrap bring.
BULK = {"coke": 0.9, "scrap": 2.0, "metal": 3.0, "slag": 1.5}
PLACES = ("a", "b", "c")


@st.composite
def worlds(draw: st.DrawFn, circles: bool = False, bulk: bool = False) -> World:
    """Ore, oxide and metal at three places, with scrap and coke going in, slag coming out and being
    recycled; lanes only forward, or (`circles`) both ways and slag back into oxide; of one element,
    or with another that is most of metal and slag (`bulk`)."""
    size = st.floats(0.1, 5.0)
    nodes = {f"{p}.{good}": {"price": 1} for p in PLACES for good in (*CONTENT, "coke")}
    facilities: dict[str, dict[str, Any]] = {}
    for p in PLACES:
        recipes = {
            "mine": {f"{p}.ore": 1}, "yard": {f"{p}.scrap": 1}, "oven": {f"{p}.coke": 1},
            "kiln": {f"{p}.ore": -2, f"{p}.oxide": 1},
            "smelter": {f"{p}.oxide": -draw(size), f"{p}.scrap": -draw(size), f"{p}.coke": -3,
                        f"{p}.metal": 1, f"{p}.slag": 2},
            "again": {f"{p}.slag": -5, f"{p}.oxide": 1},
        }  # fmt: skip
        for name, recipe in recipes.items():
            facilities[f"{p}-{name}"] = {"recipe": recipe, "base": draw(size), "place": p}
    lanes: dict[str, dict[str, Any]] = {}
    for good in ("ore", "oxide", "scrap", "metal"):
        for i, p in enumerate(PLACES):
            for other in PLACES if circles else PLACES[i + 1 :]:
                if p == other or not draw(st.booleans()):
                    continue
                crossed = draw(st.sets(st.sampled_from(["north", "south"])))
                lanes[f"{p}~{other}.{good}"] = {
                    "origin": f"{p}.{good}", "to": f"{other}.{good}",
                    "base": draw(st.sampled_from([0.0, 1.0, 2.5])),
                    "keep": draw(st.sampled_from([1.0, 0.9])),
                    "passages": dict.fromkeys(crossed, 0.5),
                }  # fmt: skip
    network = networks.make(
        nodes, facilities, lanes, {"cars": {"at": "c.metal", "quantity": 1.0, "wtp": 9}},
        passages={"north": np.inf, "south": np.inf},
    )  # fmt: skip
    filled = draw(st.lists(st.booleans(), min_size=len(lanes), max_size=len(lanes)))
    both = {
        good: {k: v[good] for k, v in (("X", CONTENT), ("Y", BULK)) if good in v}
        for good in (*CONTENT, "coke")
    }
    return World(
        network,
        CONTENT,
        recycles=np.array([name.endswith("again") and not circles for name in facilities]),
        filled=np.array(filled, dtype=bool),
        every=both if bulk else None,
    )
