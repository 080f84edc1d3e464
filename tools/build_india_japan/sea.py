"""Shortest sea paths on searoute's network, with named passages open or shut.

searoute answers a blocked route with length 0 and a warning, so its network is taken as a plain
graph here and blocked edges are left out: no path is then no path. The northern sea route is
always shut, and so is Torres Strait, which laden LNG carriers avoid (passages.csv).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from tools.build_india_japan.coast import Coast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from tools.build_india_japan.coast import Point
    from tools.build_india_japan.tables import Row

    Avoided = Callable[[str, str], frozenset[str]]
    Box = tuple[float, float, float, float]


KM_PER_NM = 1.852
SEAROUTE_TAGS = {
    "ormuz": "hormuz",
    "malacca": "malacca",
    "suez": "suez",
    "babalmandab": "bab_el_mandeb",
    "panama": "panama",
    "gibraltar": "gibraltar",
    "sunda": "sunda",
    "south_africa": "cape_good_hope",
    "chili": "magellan",
    "northwest": "northern_sea_route",
}
# Boxes of passages.csv, in degrees: west, east, south, north.
BOXES = {
    "lombok": (115.3, 116.2, -9.3, -8.2),
    "makassar": (116.5, 119.5, -3.5, -0.5),
    "taiwan_strait": (118.5, 120.6, 23.4, 25.2),
    "luzon_strait": (120.3, 122.5, 18.8, 21.8),
    "torres": (141.5, 143.5, -11.2, -9.5),
}
ALWAYS_SHUT = frozenset({"northern_sea_route", "torres"})
CLOSABLE = frozenset(
    {
        "hormuz",
        "malacca",
        "suez",
        "bab_el_mandeb",
        "panama",
        "gibraltar",
        "sunda",
        "lombok",
        "makassar",
        "taiwan_strait",
        "luzon_strait",
    }
)


@dataclass(frozen=True)
class Path:
    """One sea path.

    Attributes
    ----------
    nm
        Length in nautical miles.
    crossings
        Passage and distance from the origin in nautical miles, in the order of sailing.
    points
        Longitude and latitude, simplified.
    """

    nm: float
    crossings: tuple[tuple[str, float], ...]
    points: tuple[Point, ...]


class SeaNetwork:
    """searoute's network as arrays, with each edge tagged by the passages that it crosses.

    `boxes` are the passages that searoute does not know, in degrees as `BOXES`.
    """

    def __init__(self, boxes: Mapping[str, Box] = BOXES) -> None:
        import searoute

        marnet: Any = searoute.setup_M()
        self._coast = Coast()
        self._nearest: Any = marnet.kdtree
        self.nodes: list[Point] = sorted(tuple(n) for n in marnet.nodes)
        index = {node: i for i, node in enumerate(self.nodes)}
        starts: list[int] = []
        ends: list[int] = []
        weights: list[float] = []
        self.tags: dict[tuple[int, int], frozenset[str]] = {}
        for u, v, data in marnet.edges(data=True):
            i, j = index[tuple(u)], index[tuple(v)]
            tags = {SEAROUTE_TAGS[t] for t in [data.get("passage")] if t in SEAROUTE_TAGS}
            tags |= {name for name, box in boxes.items() if _touches(tuple(u), tuple(v), box)}
            if tags:
                self.tags[i, j] = self.tags[j, i] = frozenset(tags)
            starts += [i, j]
            ends += [j, i]
            # A stored zero would be no edge at all: the seam at 180 degrees gets a metre.
            weights += [max(float(data["weight"]), 0.001)] * 2
        self._starts = np.array(starts)
        self._ends = np.array(ends)
        self._weights = np.array(weights)
        edge_tags = [self.tags.get((i, j), frozenset()) for i, j in zip(starts, ends, strict=True)]
        self._edge_tags = edge_tags
        self._trees: dict[tuple[int, frozenset[str]], tuple[NDArray[Any], NDArray[Any]]] = {}

    def node(self, lon: float, lat: float) -> int:
        """Index of the network's node nearest to a port."""
        return self.nodes.index(tuple(self._nearest.query((lon, lat))))

    def path(self, origin: Point, destination: Point, shut: frozenset[str]) -> Path | None:
        """The shortest path from port to port with these passages shut, or None if none is left."""
        start, end = self.node(*origin), self.node(*destination)
        distance, before = self._tree(start, shut)
        if not np.isfinite(distance[end]):
            return None
        chain = [end]
        while chain[-1] != start:
            chain.append(int(before[chain[-1]]))
        chain.reverse()
        return Path(
            nm=float(distance[end]) / KM_PER_NM,
            crossings=self._crossings(chain, distance),
            points=tuple(
                self._coast.simplify([origin, *(self.nodes[i] for i in chain), destination])
            ),
        )

    def _tree(self, start: int, shut: frozenset[str]) -> tuple[NDArray[Any], NDArray[Any]]:
        key = (start, shut)
        if key not in self._trees:
            distance, before = dijkstra(self.graph(shut), indices=[start], return_predecessors=True)
            self._trees[key] = (distance[0], before[0])
        return self._trees[key]

    def graph(self, shut: frozenset[str]) -> csr_matrix:
        """Kilometres between neighbours, without the edges that these passages take away."""
        closed = shut | ALWAYS_SHUT
        keep = np.array([not (tags & closed) for tags in self._edge_tags])
        size = len(self.nodes)
        return csr_matrix(
            (self._weights[keep], (self._starts[keep], self._ends[keep])), shape=(size, size)
        )

    def _crossings(self, chain: list[int], distance: NDArray[Any]) -> tuple[tuple[str, float], ...]:
        spans: dict[str, list[float]] = {}
        for i, j in itertools.pairwise(chain):
            for tag in self.tags.get((i, j), frozenset()):
                spans.setdefault(tag, []).extend([float(distance[i]), float(distance[j])])
        middle = {t: (min(s) + max(s)) / 2 / KM_PER_NM for t, s in spans.items()}
        return tuple(sorted(middle.items(), key=lambda item: (item[1], item[0])))


def _touches(u: Point, v: Point, box: Box) -> bool:
    """Whether the straight edge from u to v meets the box (Liang-Barsky clipping)."""
    west, east, south, north = box
    dx, dy = v[0] - u[0], v[1] - u[1]
    if abs(dx) > 180:
        return False
    low, high = 0.0, 1.0
    for delta, gap in (
        (-dx, u[0] - west),
        (dx, east - u[0]),
        (-dy, u[1] - south),
        (dy, north - u[1]),
    ):
        if delta == 0:
            if gap < 0:
                return False
        elif delta < 0:
            low = max(low, gap / delta)
        else:
            high = min(high, gap / delta)
    return low <= high


def lane_rows(
    origins: dict[str, Point], destinations: dict[str, Point], avoided: Avoided
) -> list[Row]:
    """Rows of ``facts/sea_lanes.csv``: main routes of each pair and the detours that they need.

    Each pair is asked with the Red Sea open and with it avoided (Bab-el-Mandeb shut), without
    Panama where the shortest way takes it, and with each passage of those routes shut. What
    ``avoided`` names for a pair counts as shut throughout.
    """
    network = SeaNetwork()
    rows: list[Row] = []
    for origin, start in sorted(origins.items()):
        for destination, end in sorted(destinations.items()):
            never = avoided(origin, destination)
            found: dict[frozenset[str], Path | None] = {}
            for red_sea in (never, never | {"bab_el_mandeb"}):
                found |= _asked(network, start, end, red_sea)
            rows += [_row(origin, destination, shut, path) for shut, path in found.items()]
    return sorted(rows, key=lambda r: (r["origin"], r["destination"], r["closed"]))


def _asked(
    network: SeaNetwork, start: Point, end: Point, shut: frozenset[str]
) -> dict[frozenset[str], Path | None]:
    """Main routes of a pair in one state of the Red Sea, and each of them without a passage."""
    first = network.path(start, end, shut)
    found = {shut: first}
    mains = [shut]
    if first and any(passage == "panama" for passage, _ in first.crossings):
        mains.append(shut | {"panama"})
    for main in mains:
        path = network.path(start, end, main)
        found[main] = path
        for passage, _ in path.crossings if path else ():
            if passage in CLOSABLE:
                found[main | {passage}] = network.path(start, end, main | {passage})
    return found


def _row(origin: str, destination: str, shut: frozenset[str], path: Path | None) -> Row:
    return {
        "origin": origin,
        "destination": destination,
        "closed": ";".join(sorted(shut)),
        "nm": f"{path.nm:.0f}" if path else "",
        "crosses": ";".join(f"{p}@{nm:.0f}" for p, nm in path.crossings) if path else "",
        "points": ";".join(f"{x:.2f} {y:.2f}" for x, y in path.points) if path else "",
    }
