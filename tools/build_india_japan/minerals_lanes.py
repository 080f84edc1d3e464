"""Lanes of the mineral and chip chains: pairs that trade, pairs that could, and their ways."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tools.build_india_japan import mineral_routes
from tools.build_india_japan.minerals_facts import Flow
from tools.build_india_japan.minerals_goods import GOODS, Values, by_air, figure
from tools.build_india_japan.minerals_plants import NONE
from tools.build_india_japan.minerals_recipes import UNLISTED
from tools.build_india_japan.sources import confidence
from tools.build_india_japan.tables import FactError, Row, decimal, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.build_india_japan.mineral_routes import Way, Ways
    from tools.build_india_japan.minerals_facts import Assumed
    from tools.build_india_japan.minerals_works import Work
    from tools.build_india_japan.sources import Sources

#: Places that get unused lanes of every producer that counts.
HEADLINE = ("IND", "JPN")
#: Goods of which a second source is looked for; ore goes where its works stand.
RAW = ("ndpr_ore", "dytb_ore", "lithium_ore", "cobalt_ore", "nickel_ore", "swarf")
PERIOD_DAYS = 28
DAYS_PER_YEAR = 365
#: Days of a lane that no route can tell, by good: the assumption that says so.
DAYS = {"silicon_wafer": "wafer_days", "wafer_starts": "chip_days", "swarf": "swarf_days"}


@dataclass(frozen=True)
class Trade:
    """What makes lanes of flows: goods, ways and assumptions."""

    values: Values
    ways: Ways
    air: Way
    assume: Assumed

    def of_pair(self, good: str, origin: str, destination: str) -> tuple[Way, ...]:
        """Ways of a good between two places."""
        if good in DAYS:
            fact = self.assume.fact(DAYS[good])
            words = "by air" if good != "swarf" else "by road"
            return (replace(self.air, days=number(fact, "value"), route=words, source_fact=fact,
                            confidence=confidence(fact)),)  # fmt: skip
        if by_air(self.values.base(GOODS[good])):
            return (self.air,)
        return self.ways[origin, destination]

    def leads(self, good: str, origin: str, destination: str) -> bool:
        """Whether a way of a good between two places is known."""
        air = good in DAYS or by_air(self.values.base(GOODS[good]))
        return air or (origin, destination) in self.ways

    def quick(self, good: str, origin: str, destination: str) -> bool:
        """Whether goods arrive in the period in which they depart, by the usual way."""
        ways = self.of_pair(good, origin, destination)
        return any(w.days < PERIOD_DAYS for w in ways if not w.replaces_first)


def netted(flows: list[Flow], trade: Trade) -> list[Flow]:
    """Flows without trade there and back within one period, which would be a circle in no time.

    The smaller of the two is taken off the larger.
    """
    found = {(f.good, *f.pair): f for f in flows}
    for key, flow in sorted(found.items()):
        good, origin, destination = key
        back = found.get((good, destination, origin))
        if back is None or back.quantity > flow.quantity or flow.quantity <= 0:
            continue
        if origin > destination and back.quantity == flow.quantity:
            continue
        if trade.quick(good, origin, destination) and trade.quick(good, destination, origin):
            words = f"net of {figure(back.quantity)} {GOODS[good].unit} the other way"
            found[key] = replace(flow, quantity=flow.quantity - back.quantity,
                                 note="; ".join(filter(None, (flow.note, words))))  # fmt: skip
            found[good, destination, origin] = replace(back, quantity=0.0)
    return [flow for flow in found.values() if flow.quantity > 0]


def intakes(
    works: Iterable[Work], needs: Iterable[tuple[str, str, float]]
) -> dict[str, dict[str, float]]:
    """What each place uses of each good in a year: works' inputs and demand."""
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for work in works:
        for part in work.recipe.parts:
            if part.role == "input" and work.base > 0:
                found[part.good][work.place] += part.quantity * work.base
    for good, place, quantity in needs:
        found[good][place] += quantity
    return found


def outputs(works: Iterable[Work]) -> dict[str, dict[str, float]]:
    """What each place makes of each good in a year; of works not yet running what they could."""
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for work in works:
        if work.recipe.id.startswith(UNLISTED):
            continue
        for part in work.recipe.parts:
            if part.role != "input":
                activity = work.base if work.base > 0 else work.capacity or 0.0
                found[part.good][work.output_place or work.place] += part.quantity * activity
    return found


def unused(
    flows: list[Flow],
    made: dict[str, dict[str, float]],
    used: dict[str, dict[str, float]],
    trade: Trade,
) -> list[Flow]:
    """Pairs without flow that a second source could take: from whoever makes enough to India,
    Japan and the largest takers, where a way is known."""
    assume = trade.assume
    known = {(f.good, *f.pair) for f in flows}
    found = []
    for good, places in sorted(made.items()):
        if good in RAW:
            continue
        world = sum(places.values())
        takers = sorted(used[good], key=lambda place: (-used[good][place], place))
        ends = [p for p in HEADLINE if used[good].get(p)]
        ends += [p for p in takers[: int(assume["mineral_lane_takers"])] if p not in ends]
        for origin, quantity in sorted(places.items()):
            if quantity < assume["mineral_lane_share"] * world:
                continue
            for end in ends:
                new = end != origin and (good, origin, end) not in known
                if new and trade.leads(good, origin, end):
                    found.append(Flow(good, origin, end, 0.0, "", {}, "estimate"))
    return found


def rows(
    flows: list[Flow], used: dict[str, dict[str, float]], trade: Trade, sources: Sources
) -> tuple[list[Row], list[Row]]:
    """Rows of lanes.csv and of paths.csv, by id."""
    lanes: list[Row] = []
    paths: list[Row] = []
    for flow in sorted(flows, key=lambda f: (f.good, f.pair)):
        for identity, way, replaces in _named(flow, trade):
            lanes.append(_row(identity, flow, way, replaces, used, trade, sources))
            if way.points:
                paths.append({"lane": identity, "points": way.points})
    ids = [lane["id"] for lane in lanes]
    if len(ids) != len(set(ids)):
        raise FactError(f"lanes with the same id: {sorted({i for i in ids if ids.count(i) > 1})}")
    return lanes, paths


def _named(flow: Flow, trade: Trade) -> list[tuple[str, Way, str]]:
    """Ways of a flow with their ids and the id that each stands in for.

    Pairs without flow get no detours: they have nobody to stand in for.
    """
    stem = f"{flow.origin}.{flow.destination}.{flow.good}"
    if flow.variant not in ("", NONE):
        stem += f".{flow.variant}"
    found: list[tuple[str, Way, str]] = []
    usual: dict[str, str] = {}
    ways = trade.of_pair(flow.good, *flow.pair)
    if flow.variant and any(way.variant for way in ways):
        raise FactError(f"a row has one variant: {stem} would need that of the Red Sea too")
    for way in ways:
        if way.replaces_first:
            continue
        identity = stem + (".open" if way.variant == "open" else "")
        usual[way.variant] = identity
        found.append((identity, way, ""))
    count: dict[str, int] = defaultdict(int)
    for way in ways if flow.quantity > 0 else ():
        if not way.replaces_first:
            continue
        first = usual.get(way.variant) or usual.get("")
        if first is None:
            continue
        count[way.variant] += 1
        ending = f".detour-{count[way.variant]}" + (".open" if way.variant == "open" else "")
        found.append((stem + ending, way, first))
    return found


def _row(
    identity: str,
    flow: Flow,
    way: Way,
    replaces: str,
    used: dict[str, dict[str, float]],
    trade: Trade,
    sources: Sources,
) -> Row:
    good = GOODS[flow.good]
    main = flow.quantity > 0 and not replaces
    # Swarf has no row of its own: freight as for the metal in it.
    value = trade.values.base(good if good.fact[0] else GOODS["ndpr_metal"])
    row = {
        "id": identity, "origin": flow.origin, "destination": flow.destination,
        "commodity": flow.good, "route": way.route, "days": decimal(way.days, 2), "loss": "0",
        "freight": value["freight_usd"], "freight_unit": good.price_unit,
        "base": figure(flow.quantity) if main else "0", "unit": good.rate,
        "passages": ";".join(f"{name}@{decimal(day, 2)}" for name, day in way.passages),
        "replaces": replaces, "variant": way.variant or flow.variant,
    }  # fmt: skip
    if flow.good != "swarf":
        weeks = number(value, "qualification_weeks")
        share = number(value, "growth_pct_per_week") / 100
        share *= trade.assume["mineral_growth_weeks"]
        intake = used[flow.good].get(flow.destination, 0.0)
        row |= {
            "qualify_days": decimal(weeks * 7),
            "growth": figure(share * intake * PERIOD_DAYS / DAYS_PER_YEAR),
            "growth_unit": good.unit,
        }
    if flow.fact:
        row |= {
            "basis": flow.basis, "source": sources.add(flow.fact),
            "confidence": flow.confidence, "note": "" if replaces else flow.note,
        }  # fmt: skip
    else:
        row |= {
            "source": sources.add(way.source_fact), "confidence": "estimate",
            "note": "unused in the base: could be opened",
        }  # fmt: skip
    return row


def circles(flows: list[Flow], trade: Trade) -> None:
    """No good goes round within one period.

    Raises
    ------
    FactError
        Naming the places of the circle.
    """
    onward: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for flow in flows:
        if flow.quantity > 0 and trade.quick(flow.good, *flow.pair):
            onward[flow.good, flow.origin].append((flow.good, flow.destination))
    done: set[tuple[str, str]] = set()
    for start in list(onward):
        _walk(start, onward, done, [])


def _walk(
    node: tuple[str, str],
    onward: dict[tuple[str, str], list[tuple[str, str]]],
    done: set[tuple[str, str]],
    way: list[tuple[str, str]],
) -> None:
    if node in way:
        raise FactError(f"{node[0]} goes round within a period: {[p for _, p in way]}")
    if node in done:
        return
    for end in onward.get(node, ()):
        _walk(end, onward, done, [*way, node])
    done.add(node)


def load(assume: Assumed) -> Trade:
    """Ways of all pairs, with the values of goods."""
    return Trade(Values(), mineral_routes.routes(), mineral_routes.by_air(), assume)
