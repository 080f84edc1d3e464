"""Rows of facts/sea_legs.csv: the roads of the sea between terminals; needs searoute and shapely.

The shortest ways between all terminals, with all passages open and with those shut that a plan may
have to do without, laid over each other. What lies between two junctions of that net is a leg.
"""

from __future__ import annotations

import itertools
from math import cos, radians
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import dijkstra

from tools.build_india_japan.coast import Coast
from tools.build_india_japan.sea import BOXES, KM_PER_NM, SeaNetwork
from tools.build_india_japan.tables import FactError, decimal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tools.build_india_japan.coast import Point
    from tools.build_india_japan.sea import Box
    from tools.build_india_japan.tables import Row

    Edge = tuple[int, int]

COLUMNS = ("id", "passage", "nm", "points")
MOST_POINTS = 6
#: Decimals of a degree: a hundredth is half a mile, and some junctions lie nearer to each other.
DECIMALS = 3
#: Nautical miles beyond which the approach to a port is a leg of its own, not part of its call.
APPROACH = 100.0


def closures(passages: list[str]) -> list[frozenset[str]]:
    """What may be shut at once: up to two passages, and those through which a way leads on.

    Each also without Bab-el-Mandeb, as in the base, and without Panama, which few ships take.
    """
    kept = [p for p in passages if p not in ("bab_el_mandeb", "panama")]
    asked = [frozenset(c) for n in (0, 1, 2) for c in itertools.combinations(kept, n)]
    asked += [
        frozenset({"malacca", "sunda", "lombok"}),
        frozenset({"malacca", "sunda", "lombok", "luzon_strait", "taiwan_strait"}),
        frozenset({"malacca", "sunda", "luzon_strait"}),
        frozenset({"malacca", "luzon_strait", "taiwan_strait"}),
    ]
    never = [frozenset(c) for n in (0, 1, 2)
             for c in itertools.combinations(("bab_el_mandeb", "panama"), n)]  # fmt: skip
    return [shut | also for shut in asked for also in never]


def leg_rows(plants: list[Point], receiving: list[Point], passages: list[str]) -> list[Row]:
    """All legs of ways from plants to receiving ports and between these, by their ends."""
    network = SeaNetwork(
        {name: box for name, box in BOXES.items() if name in (*passages, "torres")}
    )
    ends = {network.node(*port) for port in receiving}
    starts = sorted({network.node(*port) for port in plants} | ends)
    used: set[Edge] = set()
    for shut in closures(passages):
        used |= _ways(network, starts, ends, shut)
    # Ships are diverted on the way: from every junction the net holds the shortest way on.
    for shut in (frozenset[str](), frozenset({"bab_el_mandeb"})):
        used |= _ways(network, sorted(_junctions(used)), ends, shut)
    net = _Net(network, used, set(starts), passages)
    for port in sorted({*plants, *receiving}):
        net.approach(port, network.nodes[network.node(*port)])
    return net.rows()


def _ways(
    network: SeaNetwork, starts: list[int], ends: set[int], shut: frozenset[str]
) -> set[Edge]:
    """Edges of the shortest ways from each start to each end, smaller node first."""
    found: set[Edge] = set()
    _, trees = dijkstra(network.graph(shut), indices=starts, return_predecessors=True)
    for tree in trees:
        seen: set[int] = set()
        for end in ends:
            node = end
            while node not in seen and tree[node] >= 0:
                seen.add(node)
                before = int(tree[node])
                found.add((min(node, before), max(node, before)))
                node = before
    return found


def _junctions(used: set[Edge]) -> set[int]:
    degree: dict[int, int] = {}
    for node in itertools.chain.from_iterable(used):
        degree[node] = degree.get(node, 0) + 1
    return {node for node, n in degree.items() if n != 2}


class _Net:
    """The union of ways as a graph of points, whose edges lead through at most one passage."""

    def __init__(
        self, network: SeaNetwork, used: set[Edge], ends: set[int], passages: list[str]
    ) -> None:
        self._coast = Coast()
        self._near: dict[Point, dict[Point, tuple[float, str]]] = {}
        nodes = [_rounded(point) for point in network.nodes]
        lengths = network.graph(frozenset())
        for i, j in sorted(used):
            nm = float(lengths[i, j]) / KM_PER_NM
            tags = sorted(t for t in network.tags.get((i, j), ()) if t in passages)
            for start, end, share, tag in _pieces(nodes[i], nodes[j], tags):
                self._join(_rounded(start), _rounded(end), nm * share, tag)
        self._fixed = {_at_seam(nodes[i]) for i in ends}

    def _join(self, start: Point, end: Point, nm: float, tag: str) -> None:
        if start == end or abs(start[0] - end[0]) > 180:
            return  # within the rounding, or the two sides of 180 degrees: one place
        if end in self._near.setdefault(start, {}):
            raise FactError(f"two edges of the sea between {start} and {end}")
        self._near[start][end] = (nm, tag)
        self._near.setdefault(end, {})[start] = (nm, tag)

    def approach(self, port: Point, node: Point) -> None:
        """Join a port that no way passes within `APPROACH` to the node nearest to it."""
        pairs = [(a, b) for a, near in self._near.items() for b in near]
        if _away(port, np.array(pairs)) > APPROACH:
            end = _rounded(port)
            self._join(end, _rounded(node), _away(port, np.array([(node, node)])), "")
            self._fixed.add(end)

    def rows(self) -> list[Row]:
        """The legs, by the position of their ends."""
        found = []
        for chain in self._chains():
            legs = [self._near[a][b] for a, b in itertools.pairwise(chain)]
            found.append((min(chain, chain[::-1]), sum(nm for nm, _ in legs), legs[0][1]))
        return [
            {
                "id": f"leg-{n:04d}", "passage": tag, "nm": decimal(nm, 2),
                "points": ";".join(f"{decimal(x, DECIMALS)} {decimal(y, DECIMALS)}"
                                   for x, y in self._course(chain)),
            }
            for n, (chain, nm, tag) in enumerate(sorted(found), 1)
        ]  # fmt: skip

    def _chains(self) -> Iterator[list[Point]]:
        """Each run of points between two junctions, once."""
        done: set[frozenset[Point]] = set()
        for start in sorted(self._near):
            if not self._is_junction(start):
                continue
            for after in sorted(self._near[start]):
                chain = [start, after]
                while not self._is_junction(chain[-1]):
                    chain.append(next(p for p in self._near[chain[-1]] if p != chain[-2]))
                first = frozenset(chain[:2])
                if first not in done:
                    done |= {first, frozenset(chain[-2:])}
                    yield chain

    def _is_junction(self, point: Point) -> bool:
        """Where ways part, end, begin to lead through a passage, or meet 180 degrees."""
        legs = self._near[point]
        tags = {tag for _, tag in legs.values()}
        seam = abs(point[0]) == 180
        return len(legs) != 2 or len(tags) > 1 or seam or _at_seam(point) in self._fixed

    def _course(self, chain: list[Point]) -> list[Point]:
        """Fewer points with the ends kept as they are, so that legs meet."""
        if len(chain) <= 2:
            return chain
        inner = self._coast.simplify(chain, MOST_POINTS)[1:-1]
        return [chain[0], *inner, chain[-1]]


def _pieces(start: Point, end: Point, tags: list[str]) -> list[tuple[Point, Point, float, str]]:
    """An edge in pieces that lead through at most one passage, with their share of its length.

    Where a passage is a box, only what lies within counts; a passage that searoute knows has
    edges of its own.
    """
    cuts: list[tuple[float, float, str]] = []
    for tag in tags:
        low, high = _inside(start, end, BOXES[tag]) if tag in BOXES else (0.0, 1.0)
        cuts.append((low, high, tag))
    cuts.sort()
    for (_, high, one), (low, _, other) in itertools.pairwise(cuts):
        if low < high:
            raise FactError(f"{one} and {other} overlap between {start} and {end}")
    pieces: list[tuple[Point, Point, float, str]] = []
    at = 0.0
    for low, high, tag in [*cuts, (1.0, 1.0, "")]:
        for begin, stop, name in ((at, low, ""), (low, high, tag)):
            if stop - begin > 1e-9:
                pieces.append((_on(start, end, begin), _on(start, end, stop), stop - begin, name))
        at = high
    return pieces


def _inside(u: Point, v: Point, box: Box) -> tuple[float, float]:
    """From where to where, as shares of its length, the edge lies in the box."""
    west, east, south, north = box
    low, high = 0.0, 1.0
    for a, b, least, most in ((u[0], v[0], west, east), (u[1], v[1], south, north)):
        if a != b:
            one, other = sorted(((least - a) / (b - a), (most - a) / (b - a)))
            low, high = max(low, one), min(high, other)
    # An edge that only grazes the box counts as within for a mile.
    return (low, high) if high - low > 1e-3 else (max(low - 1e-3, 0.0), min(low + 1e-3, 1.0))


def _away(port: Point, edges: NDArray[np.float64]) -> float:
    """Nautical miles from a port to the nearest of the edges (n, 2, 2), on a plane around it."""
    flat = np.array([cos(radians(port[1])), 1.0])
    start, end = ((edges[:, i] - port) * flat for i in (0, 1))
    step = end - start
    square = np.maximum((step**2).sum(axis=1), 1e-18)
    share = np.clip(-(start * step).sum(axis=1) / square, 0.0, 1.0)
    return float(np.hypot(*(start + share[:, None] * step).T).min()) * 60


def _on(u: Point, v: Point, share: float) -> Point:
    return (u[0] + (v[0] - u[0]) * share, u[1] + (v[1] - u[1]) * share)


def _rounded(point: Point) -> Point:
    return (round(point[0], DECIMALS) + 0.0, round(point[1], DECIMALS) + 0.0)


def _at_seam(point: Point) -> Point:
    return (180.0, point[1]) if point[0] == -180 else point
