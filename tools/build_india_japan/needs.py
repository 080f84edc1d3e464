"""Scenarios in which Japan or India would borrow, sized and sourced by the fact tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tools.build_india_japan.hazards import PORTFOLIO
from tools.build_india_japan.tables import FactError, Row, decimal, number, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tools.build_india_japan.groups import Group
    from tools.build_india_japan.hazards import Sizes

_COLD = """title = "A cold spell in Japan, as in January 2021"
about = "Follows January 2021 on the base of 2026, it does not repeat it: what stocks lost then, \
{mt} Mt in 33 days, is added to the demand of those days ({change} of it), and the plants of \
western Australia and Norway that stood still that winter stand still. Stocks start higher than \
then ({stock} Mt of all holders against 1.9 Mt of power utilities)."
start = 2026-12-09
kind = "back-test"
{sources}
[[shock]]
demand = "JPN"
commodity = "gas"
days = 33
change = {change_share}

[[shock]]
place = "AUS-WEST"
commodity = "lng"
days = 33
depth = {australia}

[[shock]]
place = "NOR"
commodity = "lng"
days = 33
depth = {norway}
"""

_NUCLEAR = """title = "All reactors of Japan stop for a year"
about = "In the manner of 2011, when Japan imported {mt} Mt more LNG in a year; fewer reactors run \
today. If gas alone stood in for the {generation} TWh a year that they make it would take {need} \
Mt, an upper bound: coal, oil and saving would bear a part. It is no forecast of an earthquake."
kind = "what-if"
{sources}
[[shock]]
demand = "JPN"
commodity = "gas"
days = 365
change = {change_share}
"""

_AUSTRALIA = """title = "Half of western Australia's plants stop for 60 days"
about = "A pure what-if on the base before any closure: a strike takes half of the output of \
western and northern Australia, Japan's largest supplier, for 60 days. Nothing as large has \
happened. Gorgon and Wheatstone, where strikes were threatened in 2023, are {part} of that \
capacity, and the strike at Prelude in 2022 lasted 57 days."
kind = "what-if"
{sources}
[[shock]]
place = "AUS-WEST"
commodity = "lng"
days = 60
depth = 0.5
"""

_DEFAULT = """title = "A portfolio seller stops delivering to India, as in 2022"
about = "Follows the default of SEFE on GAIL in 2022-23 on the base of 2026: {lost} Mt a year for \
320 days. Which cargo a portfolio seller would have sent is not known: all lanes from West Africa \
to India are cut alike, and their cargo goes to others."
kind = "back-test"
{sources}{shocks}"""

_LANE = """
[[shock]]
lane = "{lane}"
days = 320
depth = {depth}
"""


def texts(sizes: Sizes, exporters: Mapping[str, Group], lanes: Iterable[Row]) -> dict[str, str]:
    """Scenario files by name."""
    pact = {r["event"]: r for r in read("pact_events")}
    past = {r["event"]: r for r in read("hazards")}
    stock = next(r for r in read("stocks") if r["holder"] == "all holders")
    cold = pact["Cold spell, LNG stock run-down"]
    quake = pact["Tohoku earthquake, nuclear shut-down"]
    threat = pact["Australian strikes, threat"]
    gorgon = past["Gorgon heat exchanger repairs, trains 1-3 in turn"]
    prelude, hammerfest = past["Prelude first long outage"], past["Hammerfest LNG fire"]
    default = past["Gazprom Marketing Singapore (SEFE) default to GAIL"]
    west, north = exporters["AUS-WEST"], exporters["NOR"]
    change = decimal(sizes.cold(), 3)
    struck = _capacity(west, "Gorgon (Barrow Island)") + _capacity(west, "Wheatstone (Onslow)")
    out = sum(
        number(event, "depth") * _capacity(west, event["target"]) for event in (gorgon, prelude)
    )
    return {
        "japan-cold-snap": _COLD.format(
            mt=cold["mt"], change=f"{sizes.cold():.0%}", change_share=change,
            stock=stock["quantity"], australia=decimal(out / west.nameplate, 3),
            norway=decimal(_capacity(north, hammerfest["target"]) / north.nameplate, 3),
            sources=_sources(cold, gorgon, prelude, hammerfest),
        ),
        "japan-nuclear-trip": _NUCLEAR.format(
            mt=quake["mt"], generation=decimal(sizes.value("@nuclear_generation")),
            need=f"{sizes.reactors() * sizes.base('JPN'):.1f}",
            change_share=decimal(sizes.reactors(), 3),
            sources=_sources(quake, pact["same, Qatar pledge"]),
        ),
        "australia-outage": _AUSTRALIA.format(
            part=f"{struck / west.nameplate:.0%}",
            sources=_sources(threat, past["Prelude strike"]),
        ),
        "india-supplier-default": _DEFAULT.format(
            lost=decimal(sizes.default() * sizes.base("IND", PORTFOLIO), 2),
            sources=_sources(default, pact["Reverse case: Gulf loss, India borrows"]),
            shocks=_lanes(lanes, decimal(sizes.default(), 3)),
        ),
    }  # fmt: skip


def _capacity(group: Group, plant: str) -> float:
    found = [number(p, "capacity_mtpa") for p in group.plants if p["name"] == plant]
    if not found:
        raise FactError(f"lng_liquefaction.csv: {group.id} has no plant {plant!r}")
    return found[0]


def _lanes(lanes: Iterable[Row], depth: str) -> str:
    """A shock on each lane from West Africa to India."""
    names = sorted(
        r["id"] for r in lanes
        if r["origin"] in PORTFOLIO and r["destination"].startswith("IND-") and not r.get("variant")
    )  # fmt: skip
    return "".join(_LANE.format(lane=name, depth=depth) for name in names)


def _sources(*facts: Row) -> str:
    """The `[[sources]]` of some fact rows."""
    lines: list[str] = []
    for fact in facts:
        lines += ["", "[[sources]]", f"title = {_quoted(_title(fact))}"]
        if fact["url"]:
            lines.append(f"url = {_quoted(fact['url'])}")
        lines.append(f"date = {_quoted(fact['start'])}")
    return "\n".join(lines) + "\n"


def _title(fact: Row) -> str:
    told = fact.get("trigger_seen") or fact["event"]
    return f"{told} ({fact['source']}; {fact['confidence']})"


def _quoted(text: str) -> str:
    """A TOML basic string; JSON escapes the same."""
    return json.dumps(text, ensure_ascii=False)
