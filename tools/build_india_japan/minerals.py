"""The mineral and chip chains: puts their tables together and joins them to those of gas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.build_india_japan import (
    minerals_chips,
    minerals_contracts,
    minerals_lanes,
    minerals_places,
    minerals_plants,
    minerals_recipes,
    minerals_use,
)
from tools.build_india_japan.minerals_facts import Facts, Flow
from tools.build_india_japan.minerals_goods import GOODS
from tools.build_india_japan.minerals_sources import MineralSources
from tools.build_india_japan.minerals_works import SCRAP, Work, Works

if TYPE_CHECKING:
    from tools.build_india_japan.minerals_facts import Assumed
    from tools.build_india_japan.minerals_recipes import Recipe
    from tools.build_india_japan.minerals_use import Need
    from tools.build_india_japan.sources import Sources
    from tools.build_india_japan.tables import Row

Tables = dict[str, tuple[tuple[str, ...], list[dict[str, str]]]]
#: Columns that the mineral chains add to tables of gas, and the column that they follow.
NEW_COLUMNS = {
    "commodities": (("stage", "chain"), ("chain", "contains"), ("contains", "hs")),
    "lanes": (("high", "basis"),),
    "contracts": (("floor", "tariff_free"),),
}


@dataclass(frozen=True)
class Chains:
    """The chains before they become rows."""

    facts: Facts
    recipes: dict[str, Recipe]
    works: list[Work]
    flows: list[Flow]
    needs: list[Need]


def chains() -> Chains:
    """All mineral and chip chains from the fact tables."""
    facts, names = Facts(), minerals_places.names()
    recipes = minerals_recipes.load(facts.assume)
    for row in facts.gaps:
        if row["side"] == "source" and not row["process"]:
            # Gallium that no table tells is scrap or stock: Japan digs none.
            kind = "recycling" if row["commodity"] == "gallium" else "extraction"
            gap = minerals_recipes.unlisted(row["commodity"], kind)
            recipes[gap.id] = gap
    works = Works(facts, recipes, names).all() + minerals_chips.fabs(facts, recipes, names)
    trade = minerals_lanes.load(facts.assume)
    traded = [flow for good in GOODS if good != "wafer_starts" for flow in facts.flows(good)]
    flows = minerals_lanes.netted([*traded, *minerals_chips.flows(works)], trade)
    flows.append(_swarf(works))
    minerals_lanes.circles(flows, trade)
    return Chains(facts, recipes, works, flows, minerals_use.needs(facts, works, flows))


def _swarf(works: list[Work]) -> Flow:
    """What Chinese magnet makers give to recyclers."""
    work = next(w for w in works if w.recipe.id == "swarf_recycling")
    return Flow(
        "swarf", "CHN", SCRAP, work.base * work.recipe.takes("swarf"), "derived", work.fact,
        "estimate", "all that magnet making in China gives back",
    )  # fmt: skip


def join(tables: Tables, whole: Sources) -> None:
    """Add the mineral and chip chains to the tables of gas."""
    made, sources = chains(), MineralSources(whole)
    facts, assume = made.facts, made.facts.assume
    trade = minerals_lanes.load(assume)
    wanted = [(n.good, n.place, n.quantity) for n in made.needs if not n.gap]
    used = minerals_lanes.intakes(made.works, wanted)
    outputs = minerals_lanes.outputs(made.works)
    flows = made.flows + minerals_lanes.unused(made.flows, outputs, used, trade)
    plants = minerals_plants.Plants(facts, made.recipes)
    flows = plants.changed(flows) + plants.unused(outputs, assume["mineral_lane_share"])
    works = made.works + plants.works()
    # Days of stock that are told of a country are days of all that comes in, explained or not: what
    # no recipe explains draws on them, too.
    told = [
        (n.good, n.place, n.quantity)
        for n in made.needs
        if n.gap and n.place in ("IND", "JPN") and used[n.good].get(n.place)
    ]
    held = minerals_lanes.intakes(made.works, wanted + told)
    stocks = minerals_use.stock_rows(held, trade.values, assume["mineral_tank"], sources)
    for good, need in plants.takes.items():
        used[good][minerals_plants.INDIA] = need
    lanes, paths = minerals_lanes.rows(flows, used, trade, sources)
    prices = minerals_use.Prices(
        trade.values, made.recipes, minerals_chips.wafers_per_start(made.recipes)
    )
    spare, ramp = assume["mineral_spare"], assume["mineral_ramp"]
    nodes = _nodes(works, made.needs, flows)
    new = {
        "commodities": _commodities(assume, sources),
        "processes": [
            row for _, recipe in sorted(made.recipes.items()) for row in recipe.rows(sources)
        ],
        "facilities": sorted(
            (work.row(spare, ramp, sources) for work in works),
            key=lambda r: (r["id"], r["variant"]),
        ),
        "lanes": lanes,
        "paths": paths,
        "stocks": stocks + plants.stocks(prices, assume["mineral_tank"], sources),
        "demands": minerals_use.demand_rows(
            plants.needs(made.needs), trade.values, prices, assume["mineral_gap_worth"], sources
        ),
        "prices": prices.rows(nodes, sources),
        "contracts": minerals_contracts.rows(facts, sources),
    }
    for name, rows in new.items():
        columns, old = tables[name]
        for after, column in NEW_COLUMNS.get(name, ()):
            at = columns.index(after) + 1
            columns = (*columns[:at], column, *columns[at:])
        tables[name] = columns, old + rows
    for row in tables["commodities"][1]:
        row.setdefault("chain", "gas")
    columns, places = tables["places"]
    tables["places"] = columns, minerals_places.joined(places, {p for _, p in nodes}, sources)


def _nodes(works: list[Work], needs: list[Need], flows: list[Flow]) -> set[tuple[str, str]]:
    """Every good at every place where it is made, used, sent or received."""
    found = {(n.good, n.place) for n in needs}
    for flow in flows:
        found |= {(flow.good, flow.origin), (flow.good, flow.destination)}
    for work in works:
        for part in work.recipe.parts:
            outside = work.output_place or work.place
            found.add((part.good, work.place if part.role == "input" else outside))
    return found


def contents(assume: Assumed) -> dict[str, str]:
    """What is traced through each good, and how much of it one unit holds."""
    held: dict[str, dict[str, float]] = {
        "ndpr_ore": {"NdPr": assume["ndpr_oxide_metal"]},
        "ndpr_oxide": {"NdPr": assume["ndpr_oxide_metal"]},
        "dytb_ore": {"DyTb": assume["dytb_oxide_metal"]},
        "dytb_oxide": {"DyTb": assume["dytb_oxide_metal"]},
        "magnet_dy": {"NdPr": assume["magnet_ndpr"], "DyTb": assume["magnet_dytb"]},
        "magnet_dyfree": {"NdPr": assume["magnet_ndpr"]},
        "lithium_chemicals": {"Li": assume["lithium_in_carbonate"]},
        "silicon_wafer": {"Si": assume["silicon_in_wafer"]},
        "wafer_starts": {"Si": assume["silicon_in_wafer"] * assume["wafer_area"]},
    }
    return {
        name: ";".join(
            f"{element}@{float(f'{held.get(name, {}).get(element, good.size):.5g}'):.10g}"
            for element in good.element.split(";")
        )
        for name, good in GOODS.items()
    }


def _commodities(assume: Assumed, sources: Sources) -> list[Row]:
    source = sources.own("chains", "own definition: goods and stages of the mineral chains")
    held = contents(assume)
    return [
        {
            "id": good.id, "name": good.name, "sector": good.sector, "stage": good.stage,
            "chain": good.chain, "contains": held[good.id], "hs": good.hs, "unit": good.unit,
            "source": source, "confidence": "assumption", "note": good.note,
        }
        for good in GOODS.values()
    ]  # fmt: skip
