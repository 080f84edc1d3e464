"""Voyages as data for a drawing: shared points in map units, ways through them, and when.

A ship is where its voyage puts it: it sails at one speed and lies still where a passage that is
shut, or a berth, makes it wait. The page's script moves dots along the same data that the still
picture of the first day is drawn from.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.report import text
from seawall.report.projection import densify, great_circle, relative, unwrap
from seawall.report.worldmap import CENTRE, to_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from seawall.report.projection import Array
    from seawall.report.redirect_view import Morning

#: Degrees: ways are drawn through points at most this far apart.
STEP = 8.0
#: A stretch that takes so much longer than sailing it means that the ship lies still there.
WAITS = 1.15
#: Map units: two neighbours that are farther apart lie on both sides of the map's edge.
EDGE = 2500
ACTIONS = ("go on", "divert", "swap", "delay", "buy", "wait", "ask")
#: Actions whose ships do something else than planned.
CHANGED = frozenset({"divert", "swap", "delay", "buy"})


@dataclass
class Ways:
    """Points and ways, each kept once.

    `points` are whole map units; a way is the numbers of its points and how much of it [per mille
    of its length] lies behind at each.
    """

    points: list[tuple[int, int]] = field(default_factory=list)
    ways: list[tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=list)
    _point: dict[tuple[int, int], int] = field(default_factory=dict)
    _way: dict[str, int] = field(default_factory=dict)

    def add(self, course: str) -> int:
        """The number of a way "lon lat;lon lat"."""
        if course not in self._way:
            self._way[course] = len(self.ways)
            self.ways.append(self._cut(course_of(course)))
        return self._way[course]

    def _cut(self, line: Array) -> tuple[tuple[int, ...], tuple[int, ...]]:
        pieces = cut(line)
        ends = np.cumsum([0.0, *(length for _, _, length in pieces)])
        whole = max(float(ends[-1]), 1e-9)
        numbers: list[int] = []
        behind: list[int] = []
        for (begin, end, _), start, stop in zip(pieces, ends[:-1], ends[1:], strict=True):
            for at, done in ((begin, start), (end, stop)):
                x, y = (round(v) for v in to_units(np.array([at]))[0])
                number = self._point.setdefault((x, y), len(self._point))
                if number == len(self.points):
                    self.points.append((x, y))
                mark = round(1000.0 * float(done) / whole)
                if not numbers or numbers[-1] != number:
                    numbers.append(number)
                    behind.append(mark)
                else:
                    behind[-1] = mark
        return tuple(numbers), tuple(behind)

    def at(self, way: int, part: float) -> tuple[float, float]:
        """Map units after a part (0 to 1) of a way; the script has the same function."""
        numbers, behind = self.ways[way]
        done = 1000.0 * min(max(part, 0.0), 1.0)
        k = next((k for k in range(1, len(behind)) if behind[k] >= done), len(behind) - 1)
        if k < 1:
            x, y = self.points[numbers[0]]
            return float(x), float(y)
        a, b = self.points[numbers[k - 1]], self.points[numbers[k]]
        width = behind[k] - behind[k - 1]
        share = (done - behind[k - 1]) / width if width else 1.0
        if abs(a[0] - b[0]) > EDGE:
            share = 1.0
        return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])

    def path(self, way: int, part: float = 0.0) -> str:
        """SVG of what of a way lies ahead."""
        numbers, behind = self.ways[way]
        x, y = self.at(way, part)
        words, last = [f"M{x:.0f} {y:.0f}"], (x, y)
        for number, mark in zip(numbers, behind, strict=True):
            if mark <= 1000.0 * part:
                continue
            point = self.points[number]
            pen = "M" if abs(point[0] - last[0]) > EDGE else "L"
            words.append(f"{pen}{point[0]} {point[1]}")
            last = (float(point[0]), float(point[1]))
        return "".join(words)

    def stretches(self) -> str:
        """SVG of every stretch that any way uses, each once."""
        found: set[tuple[int, int]] = set()
        for numbers, _ in self.ways:
            found |= {tuple(sorted(pair)) for pair in itertools.pairwise(numbers)}  # type: ignore[misc]
        drawn = []
        for a, b in sorted(found):
            (x1, y1), (x2, y2) = self.points[a], self.points[b]
            if abs(x1 - x2) <= EDGE:
                drawn.append(f"M{x1} {y1}l{x2 - x1} {y2 - y1}")
        return "".join(drawn)


def course_of(words: str) -> Array:
    """Points (lon, lat) of "lon lat;lon lat", shape (points, 2)."""
    return np.array([[float(v) for v in point.split()] for point in words.split(";")])


def cut(line: Array) -> list[tuple[Array, Array, float]]:
    """Straight pieces of a course: both ends in degrees from the map's centre, and the length in
    degrees of arc; a piece over the edge of the map becomes two."""
    lon = unwrap(relative(line[:, 0], CENTRE))
    dense = densify(np.column_stack([lon, line[:, 1]]), STEP)
    pieces: list[tuple[Array, Array, float]] = []
    for a, b in itertools.pairwise(dense):
        for one, two in _over_edge(a, b):
            turn = np.floor((min(one[0], two[0]) + 180.0 + 1e-9) / 360.0)
            shift = np.array([360.0 * turn, 0.0])
            pieces.append((one - shift, two - shift, _arc(one, two)))
    if not pieces:
        only = np.array([relative(line[:1, 0], CENTRE)[0], line[0, 1]])
        pieces.append((only, only, 0.0))
    return pieces


def _over_edge(a: Array, b: Array) -> list[tuple[Array, Array]]:
    turns = np.floor((np.array([a[0], b[0]]) + 180.0) / 360.0)
    if turns[0] == turns[1]:
        return [(a, b)]
    edge = 360.0 * turns.max() - 180.0
    share = (edge - a[0]) / (b[0] - a[0])
    middle = np.array([edge, a[1] + share * (b[1] - a[1])])
    return [(p, q) for p, q in ((a, middle), (middle, b)) if not np.allclose(p, q)]


def _arc(a: Array, b: Array) -> float:
    """Degrees of arc between two near points."""
    across = (b[0] - a[0]) * np.cos(np.radians((a[1] + b[1]) / 2.0))
    return float(np.hypot(across, b[1] - a[1]))


def timing(
    course: Array, days: float, crossings: Sequence[tuple[Array, float]]
) -> list[tuple[float, float]]:
    """When a ship is where: (days after departure, part of the way), both growing.

    Parameters
    ----------
    days
        From departure to unloading.
    crossings
        Where (lon, lat) it passes something, and how many days after departure.
    """
    lon = unwrap(course[:, 0])
    line = np.column_stack([lon, course[:, 1]])
    steps = [_arc(a, b) for a, b in itertools.pairwise(line)]
    behind = np.cumsum([0.0, *steps])
    whole = max(float(behind[-1]), 1e-9)
    anchors = [(0.0, 0.0)]
    for place, day in sorted(crossings, key=lambda pair: pair[1]):
        part = float(behind[_nearest(line, place)]) / whole
        if part > anchors[-1][1] and anchors[-1][0] < day < days:
            anchors.append((day, part))
    anchors.append((max(days, 0.0), 1.0))
    speeds = [(q - p) / (t - s) for (s, p), (t, q) in itertools.pairwise(anchors) if t > s]
    fastest = max(speeds, default=0.0)
    found = [anchors[0]]
    for (s, p), (t, q) in itertools.pairwise(anchors):
        if fastest > 0.0 and t - s > WAITS * (q - p) / fastest:
            there = s + (q - p) / fastest
            if there > found[-1][0] and t - there > 0.5:
                # It comes near and lies still; on the line both points are the same.
                found.append((there, q))
        found.append((t, q))
    return found


def _nearest(line: Array, place: Array) -> int:
    across = (line[:, 0] - place[0] + 180.0) % 360.0 - 180.0
    return int(np.argmin(np.hypot(across * np.cos(np.radians(place[1])), line[:, 1] - place[1])))


def part_at(times: Sequence[tuple[float, float]], day: float) -> float:
    """Part of the way behind a ship so many days after departure."""
    days, parts = zip(*times, strict=True)
    return float(np.interp(day, days, parts))


@dataclass(frozen=True)
class Voyage:
    """One way sailed: days of the book, the number of its way, and of the way that was planned."""

    cargo: str
    ship: str
    plan: str
    world: str
    action: str
    terminal: str
    depart: int
    arrive: int
    way: int
    old: int
    meant: str
    times: tuple[tuple[float, float], ...]

    @property
    def changed(self) -> bool:
        """Whether it is another voyage than the one that was planned."""
        return self.action in CHANGED

    def part(self, day: float) -> float | None:
        """Part of the way behind it on a day; None when it is not under way."""
        if not self.depart <= day <= self.arrive:
            return None
        return part_at(self.times, day - self.depart)


def voyages(case: Morning) -> tuple[Ways, list[Voyage]]:
    """All voyages of the answer, and the ways that they share.

    The way that was planned is that of the plan in which nothing is done; where a cargo has none
    there, the great circle to its old terminal stands for it.
    """
    ways = Ways()
    table = case.table("voyages")
    passages = _places(case.study.table("passages"))
    ends = _places(case.study.table("terminals"))
    meant = dict(
        zip(case.table("book")["cargo"].astype(str), case.table("book")["destination"], strict=True)
    )
    before = table[table["plan"] == "nothing"]
    usual = {
        (str(world), str(cargo)): str(points)
        for world, cargo, points in zip(
            before["world"], before["cargo"], before["points"], strict=True
        )
    }
    found = []
    for row in table.to_dict("records"):
        depart, arrive = case.day(row["depart"]), case.day(row["arrive"])
        if depart is None or arrive is None or text.missing(row["points"]):
            continue
        depart = max(depart, 0)
        cargo, course = str(row["cargo"]), course_of(str(row["points"]))
        action, goal = str(row["action"]), str(row["terminal"] or "")
        old = -1
        if action in ("divert", "swap"):
            known = usual.get((str(row["world"]), cargo))
            known = known or _straight(course, ends.get(str(meant.get(cargo))))
            old = ways.add(known) if known else -1
        crossed = _crossed(str(row["crossings"] or ""), passages)
        found.append(Voyage(
            cargo, "" if text.missing(row["ship"]) else str(row["ship"]), str(row["plan"]),
            str(row["world"]), action, goal, depart, max(arrive, depart),
            ways.add(str(row["points"])), old,
            "" if text.missing(meant.get(cargo)) else str(meant[cargo]),
            tuple(timing(course, float(max(arrive - depart, 0)), crossed)),
        ))  # fmt: skip
    return ways, found


def _places(table: pd.DataFrame) -> dict[str, Array]:
    """Where the rows of a table lie."""
    return {
        str(key): np.array([float(lon), float(lat)])
        for key, lon, lat in zip(table["id"], table["lon"], table["lat"], strict=True)
    }


def _crossed(words: str, passages: dict[str, Array]) -> list[tuple[Array, float]]:
    """Places and days of "passage@days;passage@days"; passages without a place are left out."""
    found = []
    for part in words.split(";"):
        name, _, day = part.partition("@")
        if name in passages and day:
            found.append((passages[name], float(day)))
    return found


def _straight(course: Array, end: Array | None) -> str:
    """The great circle from where a ship begins to a terminal; blank for none."""
    if end is None:
        return ""
    line = great_circle(course[0].tolist(), end.tolist(), 20)
    return ";".join(f"{lon:.2f} {lat:.2f}" for lon, lat in line)


def data(case: Morning, ways: Ways, found: Sequence[Voyage]) -> dict[str, Any]:
    """What the script reads; days are days of the book.

    `points` flat; `ways` [[numbers, per mille]]; `voyages` by plan and world: [name, way, depart,
    arrive, action, from, to, old way, times or 0]; names stand once in `names`.
    """
    names: dict[str, int] = {}

    def number(words: str) -> int:
        return names.setdefault(words, len(names))

    sets: dict[str, list[list[Any]]] = {}
    for voyage in found:
        world = next(k for k, w in enumerate(case.worlds) if w.name == voyage.world)
        simple = len(voyage.times) == 2
        times = 0 if simple else [[round(d, 1), round(1000 * p)] for d, p in voyage.times]
        ship = f"{case.names.ship(voyage.ship)}, " if voyage.ship else ""
        sets.setdefault(f"{voyage.plan} {world}", []).append([
            number(f"{text.capital(ship)}cargo {voyage.cargo}" if ship else
                   f"Cargo {voyage.cargo}"),
            voyage.way, voyage.depart, voyage.arrive, ACTIONS.index(voyage.action),
            number(case.names.end(voyage.meant)), number(case.names.end(voyage.terminal)),
            voyage.old, times,
        ])  # fmt: skip
    return {
        "days": case.days,
        "first": case.as_of.isoformat(),
        "points": [value for point in ways.points for value in point],
        "ways": [[list(numbers), list(behind)] for numbers, behind in ways.ways],
        "voyages": sets,
        "names": list(names),
        "worlds": [{"name": world.words, "reopens": dict(world.reopens)} for world in case.worlds],
        "edge": EDGE,
    }
