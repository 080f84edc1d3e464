"""Rows of facts/mineral_sea_lanes.csv: usual ways and detours; needs searoute and shapely."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from tools.build_india_japan.coast import Coast
from tools.build_india_japan.mineral_routes import (
    AMERICA,
    LISTED,
    REST,
    Ports,
    SeaAssumptions,
    overland,
    pairs,
)
from tools.build_india_japan.routes import OPEN, RED_SEA_SHUT
from tools.build_india_japan.sea import BOXES, Path, SeaNetwork

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.build_india_japan.coast import Point
    from tools.build_india_japan.mineral_routes import Pair
    from tools.build_india_japan.tables import Row

    Find = Callable[[frozenset[str]], Path | None]

STATES = {"avoided": RED_SEA_SHUT, "open": OPEN}
FEW_POINTS = 12
# Degrees of land that a course may gain by having so few points.
LAND = 0.5
SOUTHERN = frozenset({"sunda", "lombok"})
BESIDE_TAIWAN = ("taiwan_strait", "luzon_strait")
# From the coast of Luzon to the cape of Taiwan: the box of passages.csv ends just before both.
WHOLE_LUZON = {"luzon_strait": (120.3, 122.5, 18.4, 21.95)}


def lane_rows() -> list[Row]:
    """All rows, by pair, the usual way of each variant before its detours."""
    network, coast, ports, assume = (
        SeaNetwork(BOXES | WHOLE_LUZON),
        Coast(),
        Ports(),
        SeaAssumptions(),
    )
    land, per_day = overland(ports), assume["speed"] * 24
    rows: list[Row] = []
    for pair in pairs():
        if REST in pair or pair in land:
            continue
        find = _finder(network, ports, pair, assume["hub"] * per_day, assume["minor"] * per_day)
        found: dict[tuple[bool, Path], list[str]] = {}
        for state, shut in STATES.items():
            first = find(shut)
            if first is None:
                continue
            found.setdefault((False, first), []).append(state)
            for way in detours(find, shut, first, assume["minor"] * per_day):
                found.setdefault((True, way), []).append(state)
        rows += _rows(pair, found, coast)
    return rows


def _finder(network: SeaNetwork, ports: Ports, pair: Pair, hub: float, worth: float) -> Find:
    """How to ask for the way of a pair with some passages shut.

    Only goods from or to America take Panama.  Malacca is taken instead of Sunda or Lombok where
    that is at most `hub` nautical miles longer, because ships call at Singapore.  Suez is taken
    where it saves more than `worth` nautical miles.
    """
    ends = [ports.of(a, b) for a, b in (pair, pair[::-1])]
    start, end = ((port.lon, port.lat) for port in ends)
    never = frozenset() if AMERICA & set(pair) else frozenset({"panama"})

    def find(shut: frozenset[str]) -> Path | None:
        way = _calling(network, start, end, shut | never, hub)
        if way and "suez" in crossed(way):
            free = _calling(network, start, end, shut | never | {"suez"}, hub)
            if free and free.nm - way.nm <= worth:
                return free
        return way

    return find


def _calling(
    network: SeaNetwork, start: Point, end: Point, shut: frozenset[str], hub: float
) -> Path | None:
    """The shortest way, or the one by Malacca where that costs no more than `hub`."""
    short = network.path(start, end, shut)
    if short is None or not SOUTHERN & crossed(short):
        return short
    calling = network.path(start, end, shut | SOUTHERN)
    if calling and "malacca" in crossed(calling) and calling.nm - short.nm <= hub:
        return calling
    return short


def crossed(path: Path) -> set[str]:
    """Listed passages of a path."""
    return {name for name, _ in path.crossings if name in LISTED}


def detours(find: Find, shut: frozenset[str], first: Path, minor: float) -> list[Path]:
    """Ways without each passage of the usual way, as few as will do.

    Each also avoids further passages of the usual way, and both straits beside Taiwan, where that
    adds at most `minor` nautical miles.  A way is left out where another avoids more and is not
    longer by more than that.  A passage without any way round has no detour.
    """
    found: list[Path] = []
    names = [name for name, _ in first.crossings if name in LISTED]
    for name in names:
        closed = shut | {name}
        way = find(closed)
        if way is None:
            # The Red Sea is avoided by choice: where nothing else is left, ships go through it.
            closed -= RED_SEA_SHUT
            way = find(closed)
        for other in (*names, *BESIDE_TAIWAN) if way else ():
            wider = find(closed | {other})
            if way and wider and wider.nm - way.nm <= minor:
                closed, way = closed | {other}, wider
        if way and way not in found:
            found.append(way)
    return [way for way in found if not any(_covers(o, way, first, minor) for o in found)]


def _covers(other: Path, way: Path, first: Path, minor: float) -> bool:
    """Whether `other` avoids more of the usual way than `way`, at hardly any cost."""
    more = crossed(first) - crossed(other)
    return more > crossed(first) - crossed(way) and other.nm - way.nm <= minor


def _rows(pair: Pair, found: dict[tuple[bool, Path], list[str]], coast: Coast) -> list[Row]:
    """Rows of a pair; what is the same in both states of the Red Sea carries no variant."""
    firsts = {state: path for (detour, path), states in found.items() for state in states
              if not detour}  # fmt: skip
    rows: list[Row] = []
    for (detour, path), states in found.items():
        # A detour is shared only where the way that it stands in for is.
        shared = len(states) > 1 and len(set(firsts.values())) == 1
        for state in [""] if shared else states:
            first = firsts[state or states[0]]
            rows.append({
                "exporter": pair[0], "importer": pair[1], "variant": state,
                "kind": "detour" if detour else "usual",
                "avoids": ";".join(sorted(crossed(first) - crossed(path))) if detour else "",
                "nm": f"{path.nm:.0f}",
                "crosses": ";".join(f"{p}@{nm:.0f}" for p, nm in path.crossings),
                "points": ";".join(f"{x:.2f} {y:.2f}" for x, y in _course(path, coast)),
            })  # fmt: skip
    return sorted(rows, key=lambda r: (r["variant"] == "open", r["kind"] == "detour", r["avoids"]))


def _course(path: Path, coast: Coast) -> list[Point]:
    """A course of few points, or as it was where that would lead it over land."""
    short = coast.simplify(list(path.points), FEW_POINTS)
    before, after = (
        sum(coast.land(a, b) for a, b in itertools.pairwise(points))
        for points in (path.points, short)
    )
    return short if after - before <= LAND else list(path.points)
