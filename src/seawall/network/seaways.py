"""The roads of the sea as a graph: shortest ways between terminals and ships, passages shut or not.

The legs of `sea_legs.csv` meet at their ends.  A terminal lies at the nearest such end, from where
lengths count: the approach is part of its days in port.  A ship lies at the nearest point of the
nearest leg, and what it is off that point counts.  Ways are shortest paths (Dijkstra 1959); a leg
through a shut passage is no leg, so that no way is no way.  A passage is crossed in its middle: a
ship inside one that is shut leaves it by the side that is nearer.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from seawall.errors import InputError, Problem, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from seawall.study import Study

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Point = tuple[float, float]

__all__ = ["Route", "Seaways", "distance", "not_taken"]

#: Nautical miles of one radian on a sphere of 6,371 km.
_RADIUS = 6371.0 / 1.852
#: A stored zero would be no leg at all.
_LEAST = 1e-9
_NOWHERE = -9999


@dataclass(frozen=True, eq=False)
class Route:
    """A way over the sea.

    Attributes
    ----------
    nm
        Its length in nautical miles.
    points : (k, 2)
        Longitude and latitude of its course. At 180 degrees the side is changed from one point
        to the next.
    crossings
        Passage and nautical miles from the origin, in the order of sailing; a passage whose middle
        lies behind a ship that is inside it is not crossed.
    marks : (k,)
        Nautical miles from the origin at each point.
    """

    nm: float
    points: Floats
    crossings: tuple[tuple[str, float], ...]
    marks: Floats


@dataclass(frozen=True)
class _Spot:
    """Where a way begins or ends: on leg `leg`, `at` nm from its first end, `off` nm beside it.

    `leg` is -1 for a terminal, which lies at the node `node` itself.
    """

    point: Point
    node: int = -1
    leg: int = -1
    at: float = 0.0
    off: float = 0.0


@dataclass(frozen=True)
class _Piece:
    """A part of a way: along a leg from `start` to `stop` nm from its first end."""

    leg: int
    start: float
    stop: float

    @property
    def nm(self) -> float:
        return abs(self.stop - self.start)


@dataclass(frozen=True)
class _Exit:
    """How a way leaves a spot: at `node`, after `nm`, over these pieces."""

    node: int
    nm: float
    pieces: tuple[_Piece, ...] = ()


def distance(lon: Floats | float, lat: Floats | float, to: Point) -> Floats:
    """Great-circle distance of points to a point, in nautical miles."""
    north, other = np.radians(lat), np.radians(to[1])
    east = np.radians(np.asarray(lon) - to[0])
    half = np.sin((north - other) / 2) ** 2 + np.cos(north) * np.cos(other) * np.sin(east / 2) ** 2
    result: Floats = 2 * _RADIUS * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return result


@dataclass(frozen=True, eq=False)
class Seaways:
    """Legs (L,) between nodes (N,), and the terminals that lie at nodes.

    Attributes
    ----------
    ends : (L, 2)
        First and last node of each leg.
    length : (L,)
        Nautical miles.
    passage
        The passage that each leg leads through; "" for none.
    courses, marks
        Points (k, 2) of each leg, and nautical miles from its first end at each.
    nodes : (N, 2)
        Longitude and latitude.
    terminals
        Node and position of each terminal by id.
    passages
        All that can be shut.
    """

    ends: Ints
    length: Floats
    passage: tuple[str, ...]
    courses: tuple[Floats, ...]
    marks: tuple[Floats, ...]
    nodes: Floats
    terminals: dict[str, tuple[int, Point]]
    passages: frozenset[str]
    _trees: dict[tuple[int, frozenset[str] | str], tuple[Floats, Ints]] = field(
        default_factory=dict, repr=False
    )
    _graphs: dict[frozenset[str] | str, tuple[csr_array, dict[tuple[int, int], int]]] = field(
        default_factory=dict, repr=False
    )
    _spots: dict[str | Point, _Spot] = field(default_factory=dict, repr=False)
    _parts: dict[_Piece, tuple[Floats, Floats]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, study: Study) -> Seaways:
        """The seaways of a study.

        Raises
        ------
        InputError
            It has no rows of `sea_legs`.
        """
        table = study.table("sea_legs")
        if not len(table):
            raise InputError([
                Problem("sea_legs.csv", None, "id", "", "there are no roads of the sea",
                        "add stretches between junctions, or copy those of a built-in study"),
            ])  # fmt: skip
        courses = tuple(_course(text) for text in table["points"])
        length = table["length"].to_numpy(dtype=float)
        keys: dict[Point, int] = {}
        ends = np.array(
            [[keys.setdefault(_key(c[i]), len(keys)) for i in (0, -1)] for c in courses]
        )
        nodes = np.array(list(keys))
        terminals = {
            str(row.id): (
                int(np.argmin(distance(nodes[:, 0], nodes[:, 1], (row.lon, row.lat)))),
                (float(row.lon), float(row.lat)),
            )
            for row in study.rows("terminals")
        }
        return cls(
            ends, length, tuple(table["passage"]), courses,
            tuple(_marks(c, nm) for c, nm in zip(courses, length, strict=True)), nodes, terminals,
            frozenset(study.table("passages")["id"]),
        )  # fmt: skip

    def route(
        self, origin: str | Point, destination: str | Point, shut: frozenset[str] = frozenset()
    ) -> Route | None:
        """The shortest way with these passages shut; None: there is none.

        `origin` and `destination` are ids of terminals, or (longitude, latitude) of ships at sea.

        Raises
        ------
        UnknownName
            There is no such terminal, or no such passage.
        """
        self._check(shut)
        start, end = self._spot(origin), self._spot(destination)
        best: tuple[float, list[_Piece]] | None = None
        direct = self._direct(start, end, shut)
        if direct is not None:
            best = (direct.nm, [direct])
        for out, into in itertools.product(self._exits(start, shut), self._exits(end, shut)):
            nm = out.nm + into.nm + float(self._tree(out.node, shut)[0][into.node])
            if np.isfinite(nm) and (best is None or nm < best[0]):
                back = [_Piece(p.leg, p.stop, p.start) for p in reversed(into.pieces)]
                best = (nm, [*out.pieces, *self._pieces(out.node, into.node, shut), *back])
        return None if best is None else self._route(start, end, best[1])

    def distances(
        self,
        origins: Sequence[str | Point],
        destinations: Sequence[str | Point],
        shut: frozenset[str] = frozenset(),
    ) -> Floats:
        """Lengths (origins, destinations) of the shortest ways in nautical miles; inf: no way.

        Raises
        ------
        UnknownName
            There is no such terminal, or no such passage.
        """
        self._check(shut)
        ends = [self._spot(place) for place in destinations]
        into = [self._exits(end, shut) for end in ends]
        result = np.full((len(origins), len(destinations)), np.inf)
        for i, origin in enumerate(origins):
            start = self._spot(origin)
            for out in self._exits(start, shut):
                tree = self._tree(out.node, shut)[0]
                for j, ways in enumerate(into):
                    nm = min((out.nm + float(tree[w.node]) + w.nm for w in ways), default=np.inf)
                    result[i, j] = min(result[i, j], nm)
            for j, end in enumerate(ends):
                direct = self._direct(start, end, shut)
                if direct is not None:
                    result[i, j] = min(result[i, j], direct.nm)
            result[i] += start.off
        result += np.array([end.off for end in ends])
        return result

    def along(self, route: Route, nm: float) -> Point:
        """Longitude and latitude on a route, `nm` from its origin; its ends beyond them."""
        k = int(np.searchsorted(route.marks, nm, side="right"))
        if k == 0 or k == len(route.marks):
            lon, lat = route.points[0 if k == 0 else -1]
            return float(lon), float(lat)
        span = route.marks[k] - route.marks[k - 1]
        share = (nm - route.marks[k - 1]) / span
        lon, lat = route.points[k - 1] + share * (route.points[k] - route.points[k - 1])
        return float(lon), float(lat)

    def _check(self, shut: Iterable[str]) -> None:
        for name in sorted(shut):
            if name not in self.passages:
                raise UnknownName("passage", name, self.passages)

    def _spot(self, place: str | Point) -> _Spot:
        if place not in self._spots:
            self._spots[place] = self._find(place)
        return self._spots[place]

    def _find(self, place: str | Point) -> _Spot:
        """A terminal's node, or the nearest point of the nearest leg."""
        if isinstance(place, str):
            if place not in self.terminals:
                raise UnknownName("terminal", place, self.terminals)
            node, point = self.terminals[place]
            return _Spot(point, node=node)
        lon, lat = place
        legs, starts, east, north, steps = self._segments
        # On a plane that touches the globe where the ship is: good for what is near.
        flat = np.cos(np.radians(lat))
        x, y = ((east - lon + 180) % 360 - 180) * flat, north - lat
        dx, dy = steps[:, 0] * flat, steps[:, 1]
        square = np.maximum(dx * dx + dy * dy, 1e-18)
        share = np.clip(-(x * dx + y * dy) / square, 0.0, 1.0)
        near = int(np.argmin(np.hypot(x + share * dx, y + share * dy)))
        leg, k, part = int(legs[near]), int(starts[near]), share[near]
        course, marks = self.courses[leg], self.marks[leg]
        at = float(marks[k] + part * (marks[k + 1] - marks[k]))
        on = course[k] + part * (course[k + 1] - course[k])
        off = float(distance(lon, lat, (float(on[0]), float(on[1]))))
        return _Spot(place, leg=leg, at=at, off=off)

    @cached_property
    def _segments(self) -> tuple[Ints, Ints, Floats, Floats, Floats]:
        """Straight parts of legs: leg, number in it, longitude and latitude of its start, step."""
        counts = [len(course) - 1 for course in self.courses]
        return (
            np.repeat(np.arange(len(counts)), counts),
            np.concatenate([np.arange(count) for count in counts]),
            np.concatenate([course[:-1, 0] for course in self.courses]),
            np.concatenate([course[:-1, 1] for course in self.courses]),
            np.concatenate([np.diff(course, axis=0) for course in self.courses]),
        )

    def _exits(self, spot: _Spot, shut: frozenset[str]) -> tuple[_Exit, ...]:
        """Ways from a spot to nodes; from within a shut passage only that to its nearer side."""
        if spot.leg < 0:
            return (_Exit(spot.node, 0.0),)
        first, last = (int(node) for node in self.ends[spot.leg])
        ways = (
            _Exit(first, spot.at, (_Piece(spot.leg, spot.at, 0.0),)),
            _Exit(last, self.length[spot.leg] - spot.at,
                  (_Piece(spot.leg, spot.at, float(self.length[spot.leg])),)),
        )  # fmt: skip
        inside = self.passage[spot.leg]
        if inside not in shut:
            return ways
        gates = self._gates(inside)
        found = [
            (way.nm + float(self._tree(way.node, inside)[0][gate]), gate, way)
            for way in ways for gate in gates
        ]  # fmt: skip
        nm, gate, way = min(found, key=lambda one: one[:2], default=(np.inf, -1, ways[0]))
        if not np.isfinite(nm):
            return ()
        return (_Exit(gate, nm, (*way.pieces, *self._pieces(way.node, gate, inside))),)

    def _gates(self, passage: str) -> list[int]:
        """Nodes at which a passage begins: legs outside of it begin there as well."""
        inside = np.array([name == passage for name in self.passage])
        both = set(self.ends[inside].ravel().tolist()) & set(self.ends[~inside].ravel().tolist())
        return sorted(both)

    def _direct(self, start: _Spot, end: _Spot, shut: frozenset[str]) -> _Piece | None:
        """The way between two spots on one leg, unless it crosses the middle of a shut passage."""
        if start.leg < 0 or start.leg != end.leg:
            return None
        if self.passage[start.leg] in shut:
            sides = [[way.node for way in self._exits(spot, shut)] for spot in (start, end)]
            if sides[0] != sides[1]:
                return None
        return _Piece(start.leg, start.at, end.at)

    def _graph(self, what: frozenset[str] | str) -> tuple[csr_array, dict[tuple[int, int], int]]:
        """The net without what is shut, or, for the name of a passage, of its legs alone.

        With it the leg between each two nodes, the shortest where there are several.
        """
        if what not in self._graphs:
            legs: dict[tuple[int, int], int] = {}
            for leg in np.argsort(-self.length, kind="stable").tolist():
                name = self.passage[leg]
                if name == what if isinstance(what, str) else name not in what:
                    one, other = (int(node) for node in self.ends[leg])
                    legs[one, other] = legs[other, one] = leg
            size = len(self.nodes)
            pairs = np.array(list(legs), dtype=np.int64).reshape(-1, 2)
            nm = np.maximum(self.length[list(legs.values())], _LEAST)
            self._graphs[what] = (
                csr_array((nm, (pairs[:, 0], pairs[:, 1])), shape=(size, size)), legs
            )  # fmt: skip
        return self._graphs[what]

    def _tree(self, node: int, what: frozenset[str] | str) -> tuple[Floats, Ints]:
        """Distances (N,) from a node, and the node before each; one search for each, kept."""
        if (node, what) not in self._trees:
            graph = self._graph(what)[0]
            far, before = dijkstra(graph, indices=np.array([node]), return_predecessors=True)
            self._trees[node, what] = (far[0], before[0].astype(np.int64))
        return self._trees[node, what]

    def _pieces(self, start: int, end: int, what: frozenset[str] | str) -> list[_Piece]:
        """Legs of the shortest way from node to node, whole."""
        before, legs = self._tree(start, what)[1], self._graph(what)[1]
        found: list[_Piece] = []
        while end != start:
            last = int(before[end])
            if last == _NOWHERE:
                return []
            leg = legs[last, end]
            whole = float(self.length[leg])
            forward = int(self.ends[leg, 0]) == last
            found.append(_Piece(leg, 0.0, whole) if forward else _Piece(leg, whole, 0.0))
            end = last
        return found[::-1]

    def _route(self, start: _Spot, end: _Spot, pieces: list[_Piece]) -> Route:
        points: list[Floats] = [np.array([start.point])]
        marks: list[Floats] = [np.zeros(1)]
        done = start.off
        for piece in pieces:
            course, at = self._part(piece)
            points.append(course)
            marks.append(done + at)
            done += piece.nm
        points.append(np.array([end.point]))
        marks.append(np.array([done + end.off]))
        course, at = np.concatenate(points), np.concatenate(marks)
        new = np.r_[True, np.any(np.diff(course, axis=0) != 0, axis=1)]
        new[-1] |= at[-1] > at[new][-1]
        return Route(done + end.off, course[new], self._crossings(pieces, start.off), at[new])

    def _part(self, piece: _Piece) -> tuple[Floats, Floats]:
        """Points of a piece and how far each is from its start; ways share most of them."""
        if piece not in self._parts:
            self._parts[piece] = self._cut(piece)
        return self._parts[piece]

    def _cut(self, piece: _Piece) -> tuple[Floats, Floats]:
        course, marks = self.courses[piece.leg], self.marks[piece.leg]
        low, high = sorted((piece.start, piece.stop))
        within = (marks > low) & (marks < high)
        at = np.r_[low, marks[within], high]
        where = np.column_stack([np.interp(at, marks, course[:, i]) for i in (0, 1)])
        if piece.stop < piece.start:
            return where[::-1], high - at[::-1]
        return where, at - low

    def _crossings(self, pieces: list[_Piece], off: float) -> tuple[tuple[str, float], ...]:
        """Middles of the passages that the way leads through, legs counted whole."""
        spans: dict[str, tuple[float, float]] = {}
        done = off
        for piece in pieces:
            name = self.passage[piece.leg]
            if name:
                whole = float(self.length[piece.leg])
                forward = piece.stop >= piece.start
                begin = done - (piece.start if forward else whole - piece.start)
                first, _ = spans.get(name, (begin, 0.0))
                spans[name] = (first, begin + whole)
            done += piece.nm
        middles = {name: (first + last) / 2 for name, (first, last) in spans.items()}
        return tuple(sorted(
            ((name, nm) for name, nm in middles.items() if 0 < nm <= done),
            key=lambda crossing: (crossing[1], crossing[0]),
        ))  # fmt: skip


def not_taken(study: Study, place: str) -> frozenset[str]:
    """Passages that ships from a place do not take, as its lanes tell: to be shut beside others.

    Of what the lanes of all variants cross, that which none of the selected variants does (a strait
    that is avoided), and canals that no lane from the place takes: one that would save days is not
    used by everybody, since tolls, slots and the size of ships decide. Only lanes of the goods that
    come to receiving terminals count.
    """
    ends = study.table("terminals")
    berths = set(ends.loc[ends["role"] == "receiving", "place"])
    every, chosen = study.frames["lanes"], study.table("lanes")
    goods = set(chosen.loc[chosen["destination"].isin(berths), "commodity"])
    every, chosen = (lanes[lanes["commodity"].isin(goods)] for lanes in (every, chosen))
    canals = {name for name, kind in study.lookup("passages", "kind").items() if kind == "canal"}
    own = _crossed(chosen[chosen["origin"] == place])
    return frozenset((_crossed(every) - _crossed(chosen)) | (canals - own))


def _crossed(lanes: pd.DataFrame) -> set[str]:
    return {name for crossings in lanes["passages"] for name, _ in crossings}


def _course(text: str) -> Floats:
    points = [tuple(map(float, point.split())) for point in text.replace("|", ";").split(";")]
    return np.array(points)


def _key(point: Floats) -> Point:
    """What the ends of legs are compared by: 180 degrees east is 180 degrees west."""
    lon, lat = float(point[0]), float(point[1])
    return (180.0 if lon == -180 else lon, lat)


def _marks(course: Floats, length: float) -> Floats:
    """Nautical miles from the first point, so that the last one lies at `length`."""
    steps = [
        float(distance(a[0], a[1], (b[0], b[1]))) for a, b in itertools.pairwise(course)
    ]  # fmt: skip
    far = np.r_[0.0, np.cumsum(steps)]
    if far[-1] <= 0:
        return np.linspace(0.0, length, len(course))
    result: Floats = far * (length / far[-1])
    return result
