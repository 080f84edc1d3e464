"""Voyages: by which way a ship comes to a cluster, when, and where it waits.

A ship that meets a shut passage may wait before it, or take the shortest way around it; both are
reckoned, and where it need not choose today the one that brings it first is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.network.seaways import Route, Seaways
    from seawall.questions.redirect.emergency import Gate

    Point = str | tuple[float, float]

__all__ = ["VOYAGES", "Back", "Leg", "Log", "Roads", "Sailing", "sail"]

VOYAGES = (
    "voyage", "cargo", "world", "start_lon", "start_lat", "load", "terminal", "cluster", "route",
    "nm", "depart_day", "arrive_day", "wait_days", "crossings", "points", "base",
)  # fmt: skip
#: So many struck passages are avoided in every combination; of more only each one and all.
_EVERY = 3


@dataclass(frozen=True)
class Leg:
    """A way to a cluster: to `terminal`, its nearest, around the passages `around`."""

    terminal: str
    route: Route
    around: frozenset[str]


@dataclass(frozen=True)
class Sailing:
    """A leg sailed: days of the book; `course` are (day, nm from the start) of its turning points,
    a wait being two with the same nm."""

    departs: float
    arrives: float
    waits: float
    course: tuple[tuple[float, float], ...]
    crossings: tuple[tuple[str, float], ...]

    def at(self, day: float) -> float:
        """Miles made good on a day."""
        days, miles = zip(*self.course, strict=True)
        return float(np.interp(day, days, miles))


@dataclass(frozen=True)
class Back:
    """A route sailed the other way."""

    nm: float
    crossings: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, route: Route) -> Back:
        """The way back along a route."""
        return cls(route.nm, tuple((n, route.nm - nm) for n, nm in reversed(route.crossings)))


def sail(
    route: Route | Back,
    departs: float,
    nm_a_day: float,
    gates: Mapping[str, Gate],
    favoured: frozenset[str] = frozenset(),
) -> Sailing:
    """A route from a day on, waiting before each passage until it opens.

    Parameters
    ----------
    nm_a_day
        Speed [nautical miles a day].
    gates
        Passages that are struck; `favoured` are those at which it is this ship's turn while they
        are open in part.
    """
    day, done, waits = departs, 0.0, 0.0
    course = [(departs, 0.0)]
    crossings: list[tuple[str, float]] = []
    for name, nm in route.crossings:
        day, done = day + (nm - done) / nm_a_day, nm
        gate = gates.get(name)
        opens = day if gate is None else gate.opens(day, favoured=name in favoured)
        if opens > day:
            course += [(day, nm), (opens, nm)]
            waits += opens - day
            day = opens
        crossings.append((name, day))
    day += (route.nm - done) / nm_a_day
    course.append((day, route.nm))
    return Sailing(departs, day, waits, tuple(course), tuple(crossings))


class Roads:
    """Legs between origins and clusters, looked up once each.

    `struck` are the passages that a scenario shuts: ways around them are kept beside the open one.
    """

    def __init__(
        self, sea: Seaways, struck: Sequence[str], calls: Mapping[str, Sequence[str]]
    ) -> None:
        self._sea = sea
        self._calls = calls
        sizes = range(1, len(struck) + 1) if len(struck) <= _EVERY else (1, len(struck))
        self._around = [frozenset(c) for size in sizes for c in combinations(struck, size)]
        self._routes: dict[tuple[Point, str, frozenset[str]], Route | None] = {}
        self._nearest: dict[tuple[Point, frozenset[str]], dict[str, float]] = {}
        self._legs: dict[tuple[Point, str, str, frozenset[str]], tuple[Leg, ...]] = {}

    def route(
        self, origin: Point, destination: str, around: frozenset[str] = frozenset()
    ) -> Route | None:
        """The shortest way that avoids some passages; None: there is none."""
        key = (origin, destination, around)
        if key not in self._routes:
            self._routes[key] = self._sea.route(origin, destination, around)
        return self._routes[key]

    def legs(
        self,
        origin: Point,
        cluster: str,
        terminal: str = "",
        never: frozenset[str] = frozenset(),
    ) -> tuple[Leg, ...]:
        """Ways to a terminal, or to the nearest of a cluster: the open one first, then those around
        the struck passages that lie on it (and on the ways around them).  Passages that a ship
        does `never` take are not taken by any."""
        key = (origin, cluster, terminal, never)
        if key not in self._legs:
            self._legs[key] = tuple(self._find(origin, cluster, terminal, never))
        return self._legs[key]

    def _find(self, origin: Point, cluster: str, named: str, never: frozenset[str]) -> list[Leg]:
        found: list[Leg] = []
        seen: set[tuple[float, tuple[str, ...]]] = set()
        for around in [frozenset[str](), *self._around]:
            terminal = named or self._close(origin, cluster, around | never)
            route = None if terminal is None else self.route(origin, terminal, around | never)
            if route is None or terminal is None or not np.isfinite(route.nm):
                continue
            # Avoiding what does not lie on a way gives the same way again.
            mark = (round(route.nm, 6), tuple(name for name, _ in route.crossings))
            if mark not in seen:
                seen.add(mark)
                found.append(Leg(terminal, route, around))
        return found

    def _close(self, origin: Point, cluster: str, around: frozenset[str]) -> str | None:
        """The terminal of a cluster that is nearest; None: none can be reached."""
        key = (origin, around)
        if key not in self._nearest:
            every = [t for terminals in self._calls.values() for t in terminals]
            nm = np.asarray(self._sea.distances([origin], every, around))[0]
            self._nearest[key] = dict(zip(every, nm, strict=True))
        far = self._nearest[key]
        best = min(self._calls[cluster], key=lambda t: (far[t], t))
        return best if np.isfinite(far[best]) else None

    def miles(
        self, origin: Point, destinations: Sequence[str], around: frozenset[str] = frozenset()
    ) -> list[float]:
        """Nautical miles to some terminals that avoid some passages; inf: there is no way."""
        far = self._sea.distances([origin], list(destinations), around)
        return [float(nm) for nm in np.asarray(far)[0]]

    def along(self, route: Route, nm: float) -> tuple[float, float]:
        """Position after so many miles."""
        lon, lat = self._sea.along(route, nm)
        return float(lon), float(lat)


@dataclass
class Log:
    """All voyages that columns speak of, one row each; it only ever grows, so that the number of a
    row stays what it was."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    _points: dict[int, tuple[Route, str]] = field(default_factory=dict)
    _table: pd.DataFrame | None = None

    def add(
        self, cargo: str, world: int, load: str, cluster: str, leg: Leg, sailed: Sailing,
        *, arrives: float, base: bool,
    ) -> int:  # fmt: skip
        """Write a voyage down; its number."""
        points = leg.route.points
        crossings = ";".join(f"{n}@{day - sailed.departs:.2f}" for n, day in sailed.crossings)
        self.rows.append((
            len(self.rows), cargo, world, float(points[0][0]), float(points[0][1]), load,
            leg.terminal, cluster, _words(leg), float(leg.route.nm), sailed.departs, arrives,
            sailed.waits, crossings, self._text(leg.route), base,
        ))  # fmt: skip
        return len(self.rows) - 1

    @property
    def table(self) -> pd.DataFrame:
        """Voyages with the columns `VOYAGES`; `world` is -1 where it is sailed so in all of them,
        `points` is "lon lat;lon lat", `crossings` passages with days after departure."""
        if self._table is None or len(self._table) != len(self.rows):
            self._table = pd.DataFrame(self.rows, columns=list(VOYAGES))
        return self._table

    def _text(self, route: Route) -> str:
        # The route is kept beside its text: an id belongs to it only as long as it lives.
        known = self._points.get(id(route))
        if known is None:
            text = ";".join(f"{lon:.2f} {lat:.2f}" for lon, lat in route.points)
            known = self._points[id(route)] = (route, text)
        return known[1]


def _words(leg: Leg) -> str:
    """Which way, in words."""
    through = list(dict.fromkeys(name for name, _ in leg.route.crossings))
    words = "through " + ", ".join(through) if through else "open sea"
    return f"{words}, around {', '.join(sorted(leg.around))}" if leg.around else words
