"""Long-haul lanes with their detours, and the zero-day lanes to Indian and Japanese terminals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from tools.build_india_japan.flows import Flow, Importer
from tools.build_india_japan.routes import (
    OPEN,
    RED_SEA_SHUT,
    WORDS,
    Route,
    Routes,
    avoided,
    to_north_east_asia,
)
from tools.build_india_japan.tables import FactError, Row, decimal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.build_india_japan.assumptions import Assumptions
    from tools.build_india_japan.nodes import Terminal
    from tools.build_india_japan.sources import Sources

# Every lane can round these in less than half a day, some by the other: they are never listed.
MINOR = ("taiwan_strait", "luzon_strait", "lombok", "makassar")
# A detour that serves several passages is named after the first of these.
NAMED_FIRST = (
    "suez", "panama", "malacca", "sunda", "bab_el_mandeb", "gibraltar", "hormuz",
)  # fmt: skip
STATES = {"avoided": RED_SEA_SHUT, "open": OPEN}
COLUMNS = (
    "id", "origin", "destination", "commodity", "route", "days", "loss", "freight",
    "freight_unit", "duty", "capacity", "base", "low", "high", "unit", "passages", "replaces",
    "qualify_days", "growth", "growth_unit", "variant", "source", "confidence", "note",
)  # fmt: skip
SIGMA = {"base year": 0.1, "estimate": 0.3, "assumption": 0.5}
SEAROUTE = {
    "source": "searoute 1.6.0, shortest sea path, northern sea route shut",
    "url": "https://pypi.org/project/searoute/",
}


@dataclass(frozen=True)
class Lane:
    """A lane before it becomes a row."""

    id: str
    origin: str
    destination: str
    route: Route
    passages: tuple[str, ...]
    words: str
    base: float
    replaces: str
    variant: str
    flow: Flow | None


def voyage(route: Route, assume: Assumptions) -> tuple[float, float, float]:
    """Days from load to unload, share lost as boil-off, and freight in USD per tonne."""
    sea = route.nm / (assume["speed"] * 24)
    days = sea + 2 * assume["port_call"]
    loss = assume["boil_off"] * sea / assume["fill_limit"]
    cost = assume["charter"] * (2 * sea + 2 * assume["port_call"])
    cost += sea * (assume["fuel_laden"] + assume["fuel_ballast"]) * assume["fuel_price"]
    cost += assume["toll_panama"] if route.crosses("panama") else 0.0
    cost += assume["toll_suez"] if route.crosses("suez") else 0.0
    return days, loss, cost / assume["cargo"]


def days_of_base(
    origins: list[str], places: list[str], assume: Assumptions, routes: Routes
) -> dict[tuple[str, str], float]:
    """Days of each pair by its longest-share route of the base."""
    found: dict[tuple[str, str], float] = {}
    for origin in origins:
        for place in places:
            options = _mains(origin, place, RED_SEA_SHUT, routes, assume)
            best = max(options, key=lambda option: option[2])
            found[origin, place] = voyage(best[1], assume)[0]
    return found


def _mains(
    origin: str, place: str, red_sea: frozenset[str], routes: Routes, assume: Assumptions
) -> list[tuple[frozenset[str], Route, float]]:
    """Main routes of a pair in one state of the Red Sea: what is shut, route, share of the base.

    Cargo from Atlantic America to north-east Asia is shared between Panama and the way round.
    """
    shut = red_sea | avoided(origin, place)
    first = routes.get(origin, place, shut)
    if first is None:
        return []
    if not (first.crosses("panama") and to_north_east_asia(origin, place)):
        return [(shut, first, 1.0)]
    share = assume["panama_share"]
    way_round = routes.get(origin, place, shut | {"panama"})
    if way_round is None:
        raise FactError(f"no way round Panama from {origin} to {place}")
    return [(shut, first, share), (shut | {"panama"}, way_round, 1.0 - share)]


def _tag(route: Route) -> str:
    for passage, tag in (("panama", "panama"), ("suez", "suez"), ("cape_good_hope", "cape")):
        if route.crosses(passage):
            return tag
    return "direct"


def of_pair(flow: Flow, routes: Routes, assume: Assumptions, detours: bool = True) -> list[Lane]:
    """Main lanes of a pair and their detours, for both states of the Red Sea.

    Lanes that are the same in both states carry no variant.
    """
    by_state = {
        state: list(_of_state(flow, shut, routes, assume, detours))
        for state, shut in STATES.items()
    }
    shared = [lane for lane in by_state["avoided"] if lane in by_state["open"]]
    names = {lane.id for lane in shared}
    found = list(shared)
    for state, lanes in by_state.items():
        found += [_varied(lane, state, names) for lane in lanes if lane not in shared]
    return found


def _varied(lane: Lane, state: str, shared: set[str]) -> Lane:
    """A lane of one state; the ids of those with the Red Sea open end in ``.open``."""
    ending = "" if state == "avoided" else ".open"
    kept = not lane.replaces or lane.replaces in shared
    return replace(
        lane,
        id=lane.id + ending,
        replaces=lane.replaces if kept else lane.replaces + ending,
        variant=state,
    )


def _of_state(
    flow: Flow, shut: frozenset[str], routes: Routes, assume: Assumptions, detours: bool
) -> Iterator[Lane]:
    """Lanes of a pair in one state of the Red Sea.

    A passage that can be rounded in less than ``passage_least`` days is not listed: shutting it
    costs less than the distances are good for. The others each get the detour without them.
    """
    mains = _mains(flow.origin, flow.destination, shut, routes, assume)
    if any(0 < flow.amount * share < assume["min_lane"] for _, _, share in mains):
        # A pair too small to be shared takes its more usual way.
        closed, route, _ = max(mains, key=lambda main: main[2])
        mains = [(closed, route, 1.0)]
    for closed, route, share in mains:
        name = f"{flow.origin}.{flow.destination}"
        if len(mains) > 1:
            name += f".{_tag(route)}"
        listed: list[str] = []
        ways: dict[Route, str] = {}
        for passage in route.closable:
            way = routes.get(flow.origin, flow.destination, closed | {passage})
            extra = (way.nm - route.nm) / (assume["speed"] * 24) if way else inf
            if passage not in MINOR and extra >= assume["passage_least"]:
                listed.append(passage)
                if way:
                    ways[way] = min(ways.get(way, passage), passage, key=NAMED_FIRST.index)
        base = flow.amount * share
        yield Lane(
            name, flow.origin, flow.destination, route, tuple(listed), route.words(), base, "", "",
            flow if base else None,
        )  # fmt: skip
        for way, passage in ways.items() if detours else ():
            words = way.words()
            if words == route.words():
                words += f", avoiding {WORDS[passage]}"
            crossed = tuple(p for p in way.closable if p not in MINOR)
            yield Lane(
                f"{name}.no-{passage}", flow.origin, flow.destination, way, crossed, words, 0.0,
                name, "", None,
            )  # fmt: skip


def candidates(
    flows: list[Flow], origins: list[str], assume: Assumptions, routes: Routes
) -> list[Flow]:
    """Pairs without base flow that could be used: India from everywhere, Japan from those that
    could plausibly serve it, nearest first."""
    used = {(f.origin, f.destination) for f in flows}
    places = sorted({f.destination for f in flows if f.destination.startswith(("IND", "JPN"))})
    days = days_of_base(origins, places, assume, routes)
    pairs = [p for p in days if p not in used]
    pairs.sort(key=lambda p: (not p[1].startswith("IND"), days[p], p))
    return [Flow(o, d, 0.0, None) for o, d in pairs]


def long_haul(
    flows: list[Flow], origins: list[str], assume: Assumptions, routes: Routes
) -> list[Lane]:
    """All long-haul lanes: used pairs with their detours, then candidates while there is room."""
    found = [lane for flow in flows for lane in of_pair(flow, routes, assume)]
    room = assume["lane_budget"] - in_base(found)
    for flow in candidates(flows, origins, assume, routes):
        lanes = of_pair(flow, routes, assume, detours=False)
        if in_base(lanes) <= room:
            room -= in_base(lanes)
            found += lanes
    return sorted(found, key=lambda lane: lane.id)


def in_base(lanes: list[Lane]) -> int:
    """Lanes that count when no variant is chosen."""
    return sum(lane.variant in ("", "avoided") for lane in lanes)


def row(lane: Lane, assume: Assumptions, sources: Sources) -> Row:
    """The lane as a row of lanes.csv."""
    days, loss, freight = voyage(lane.route, assume)
    per_day = assume["speed"] * 24
    marks = [
        f"{p}@{decimal(nm / per_day + assume['port_call'], 2)}"
        for p, nm in lane.route.crossings
        if p in lane.passages
    ]
    source, confidence, sigma = _evidence(lane, sources)
    spread = sigma * 1.645 * lane.base
    return {
        "id": lane.id, "origin": lane.origin, "destination": lane.destination,
        "commodity": "lng", "route": lane.words, "days": decimal(days, 2),
        "loss": decimal(loss, 5), "freight": decimal(freight, 2), "freight_unit": "USD/t",
        "base": decimal(lane.base), "unit": "Mt/yr",
        "low": decimal(max(lane.base - spread, 0.0)) if lane.base else "",
        "high": decimal(lane.base + spread) if lane.base else "",
        "passages": ";".join(marks), "replaces": lane.replaces,
        "qualify_days": decimal(assume["qualify"]), "growth": decimal(assume["growth"]),
        "growth_unit": "Mt", "variant": lane.variant, "source": source, "confidence": confidence,
        "note": _note(lane),
    }  # fmt: skip


def _evidence(lane: Lane, sources: Sources) -> tuple[str, str, float]:
    """Source of the lane's flow, its confidence, and its standard deviation as a share."""
    if not lane.flow:
        return sources.add(SEAROUTE), "estimate", 0.0
    fact = lane.flow.known
    if fact is None:
        rule = "own assumption: gravity in the gaps of the pair flows"
        return sources.own("gravity", rule), "assumption", SIGMA["assumption"]
    # A share of the base year is as good as a remembered figure; another year is not.
    sigma = SIGMA["estimate"] if "mt_prior" in fact else SIGMA["base year"]
    return sources.add(fact), "estimate", sigma


def _note(lane: Lane) -> str:
    if lane.replaces:
        return ""
    if not lane.flow:
        return "unused in the base: could be opened"
    fact = lane.flow.known
    if fact is None:
        return "no figure for this pair: prior by distance within the totals"
    if "mt_prior" in fact:
        return f"{fact['exporter']} to {fact['importer']} {fact['mt_prior']} Mt in 2024, fitted"
    return f"{fact['exporter']} to {fact['importer']} {fact['mt_base_2026']} Mt at the base date"


def path_row(lane: Lane) -> Row:
    """Geometry of the lane, cut where it crosses 180 degrees."""
    pieces: list[list[str]] = [[]]
    before: float | None = None
    for text in lane.route.points.split(";"):
        lon = float(text.split(" ")[0])
        if before is not None and abs(lon - before) > 180:
            pieces.append([])
        pieces[-1].append(text)
        before = lon
    return {"lane": lane.id, "points": "|".join(";".join(p) for p in pieces)}


def check(lanes: list[Lane]) -> None:
    """Ids are unique and every detour is longer than what it replaces."""
    known = {lane.id: lane for lane in lanes}
    if len(known) != len(lanes):
        twice = sorted({x.id for x in lanes if sum(y.id == x.id for y in lanes) > 1})
        raise FactError(f"lanes with the same id: {twice}")
    for lane in lanes:
        if lane.replaces and lane.route.nm < known[lane.replaces].route.nm:
            raise FactError(f"detour {lane.id} is shorter than {lane.replaces}")


def terminal_row(end: Terminal, places: dict[str, Importer], sources: Sources) -> Row:
    """The lane from a coast to one of its terminals: the ship that has already arrived."""
    coast = places[end.row["cluster"]]
    part = end.base / coast.base
    return {
        "id": f"{coast.id}.{end.id}", "origin": coast.id, "destination": end.id,
        "commodity": "lng", "route": "berth", "days": "0", "loss": "0", "freight": "0",
        "freight_unit": "USD/t", "capacity": decimal(end.capacity), "base": decimal(end.base),
        "low": decimal(coast.low * part), "high": decimal(coast.high * part), "unit": "Mt/yr",
        "source": sources.add(end.row), "confidence": "estimate",
        "note": "; ".join(filter(None, ["send-out of the terminal", end.note])),
    }  # fmt: skip
