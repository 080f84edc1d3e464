"""Puts the tables of the study together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.build_india_japan import (
    biogas,
    cargoes,
    contracts,
    flows,
    grid_facts,
    grids,
    groups,
    hazards,
    lanes,
    market_shares,
    mineral_scenarios,
    minerals,
    needs,
    nodes,
    places,
    protocols,
    published,
    rationing,
    refining,
    risks,
    roadmap,
    scenarios,
    track,
)
from tools.build_india_japan.assumptions import Assumptions
from tools.build_india_japan.routes import Routes
from tools.build_india_japan.sources import COLUMNS as SOURCE_COLUMNS
from tools.build_india_japan.sources import Sources, confidence
from tools.build_india_japan.tables import Row, decimal, read, to_csv

if TYPE_CHECKING:
    from tools.build_india_japan.flows import Flow, Importer
    from tools.build_india_japan.groups import Group
    from tools.build_india_japan.lanes import Lane

PASSAGE_KINDS = {
    "hormuz": "strait", "malacca": "strait", "sunda": "strait", "bab_el_mandeb": "strait",
    "gibraltar": "strait", "suez": "canal", "panama": "canal", "lombok": "strait",
    "luzon_strait": "strait", "taiwan_strait": "strait",
}  # fmt: skip


@dataclass(frozen=True)
class Built:
    """The study as files, and what they were made of."""

    files: dict[str, str]
    groups: dict[str, Group]
    places: dict[str, Importer]
    flows: list[Flow]
    lanes: list[Lane]


def build() -> Built:
    """Build every file of the study in memory; the keys are paths below the study's folder."""
    assume, sources, routes = Assumptions(), Sources(), Routes()
    exporters, importers = groups.load(), flows.importers()
    days = lanes.days_of_base(list(exporters), list(importers), assume, routes)
    prior = flows.Prior(exporters, importers, days, contracts.by_pair(exporters), assume)
    fitted = flows.fitted(prior, assume)
    far = lanes.long_haul(fitted, list(exporters), assume, routes)
    lanes.check(far)
    ends = nodes.load_terminals(importers, assume)
    lane_rows = [lanes.row(lane, assume, sources) for lane in far]
    lane_rows += [lanes.terminal_row(end, importers, sources) for end in ends.values()]
    lane_rows.sort(key=lambda r: r["id"])
    tables: dict[str, tuple[tuple[str, ...], list[Row]]] = {
        "places": (places.COLUMNS, places.rows(exporters, importers, sources)),
        "commodities": (_COMMODITIES, _commodities(assume, sources)),
        "processes": (_PROCESSES, _processes(sources)),
        "facilities": (
            nodes.FACILITY_COLUMNS,
            nodes.facilities(exporters, importers, ends, assume, sources),
        ),
        "lanes": (lanes.COLUMNS, lane_rows),
        "paths": (("lane", "points"), [lanes.path_row(lane) for lane in far]),
        "passages": (_PASSAGES, _passages(assume, sources)),
        "stocks": (
            nodes.STOCK_COLUMNS,
            nodes.stocks(exporters, importers, ends, assume, sources),
        ),
        "demands": (nodes.DEMAND_COLUMNS, nodes.demands(importers, assume, sources)),
        "prices": (nodes.PRICE_COLUMNS, nodes.prices(importers, assume, sources)),
        "contracts": (contracts.COLUMNS, contracts.rows(exporters, fitted, assume, sources)),
        "assumptions": (_ASSUMPTIONS, _assumptions(assume, sources)),
    }
    # Behind the others, whose sources keep their keys.
    tables["rationing"] = rationing.COLUMNS, rationing.rows(tables["demands"][1], sources)
    tables["published"] = published.COLUMNS, published.rows(assume, sources)
    tables["hazards"] = (
        hazards.COLUMNS,
        hazards.rows(exporters, fitted, lane_rows, assume, sources),
    )
    power = grid_facts.load_facts(assume, sources)
    tables |= grids.tables(power, tables["places"], tables["demands"][1])
    minerals.join(tables, sources)
    lands = {row["country"] for row in tables["places"][1]}
    tables |= risks.tables(lands, {row["id"] for row in tables["commodities"][1]}, sources)
    tables["shares"] = market_shares.COLUMNS, market_shares.rows(sources)
    tables |= roadmap.tables(sources)
    tables |= cargoes.tables(exporters, importers, tables["stocks"][1], assume, sources)
    tables |= biogas.tables(assume, sources)
    tables |= refining.tables(assume, sources)
    tables |= track.tables(tables["pledges"][1], sources)
    files = {f"{name}.csv": to_csv(columns, rows) for name, (columns, rows) in tables.items()}
    # Last, when every other table has named its sources.
    files["sources.csv"] = to_csv(SOURCE_COLUMNS, sources.rows())
    files["study.toml"] = scenarios.STUDY
    texts = scenarios.texts() | needs.texts(hazards.Sizes(fitted, assume), exporters, lane_rows)
    texts |= {"tokyo-march-2022": grids.back_test(power)}
    texts |= mineral_scenarios.texts(tables["lanes"][1])
    files |= {f"scenarios/{k}.toml": v for k, v in texts.items()}
    files |= protocols.texts()
    return Built(files, exporters, importers, fitted, far)


_COMMODITIES = (
    "id", "name", "sector", "stage", "unit", "energy_content", "gas_volume", "source",
    "confidence", "note",
)  # fmt: skip
_PROCESSES = (
    "process", "kind", "commodity", "role", "quantity", "source", "confidence", "note",
)  # fmt: skip
_PASSAGES = (
    "id", "name", "kind", "lat", "lon", "capacity", "capacity_unit", "chain", "toll", "toll_unit",
    "source", "confidence", "note",
)  # fmt: skip
_ASSUMPTIONS = (
    "id", "value", "unit", "applies_to", "why", "used_by", "low", "high", "source", "confidence",
    "note", "review", "reviewed_by", "reviewed_on",
)  # fmt: skip


def _commodities(assume: Assumptions, sources: Sources) -> list[Row]:
    energy, volume = assume.rows["energy_content"], assume.rows["india_gas_volume"]
    common = {
        "sector": "clean energy", "unit": "Mt", "energy_content": energy["value"],
        "gas_volume": decimal(assume["india_gas_volume"] * 1000),
    }  # fmt: skip
    return [
        {**common, "id": "gas", "name": "Natural gas, counted as LNG", "stage": "gas",
         "source": sources.add(volume), "confidence": confidence(volume),
         "note": "a tonne of gas is what a tonne of LNG becomes; volume by the PPAC convention"},
        {**common, "id": "lng", "name": "Liquefied natural gas", "stage": "lng",
         "source": sources.add(energy), "confidence": confidence(energy),
         "note": "volume by the PPAC convention, as for gas; 1,360-1,380 m3 elsewhere"},
    ]  # fmt: skip


def _processes(sources: Sources) -> list[Row]:
    source = sources.own("recipes", "own definition: LNG is counted where it is loaded")
    recipes = (
        ("domestic_gas", "extraction", "gas", "output"),
        ("liquefaction", "extraction", "lng", "output"),
        ("regasification", "conversion", "gas", "output"),
        ("regasification", "conversion", "lng", "input"),
    )
    return [
        {"process": process, "kind": kind, "commodity": commodity, "role": role, "quantity": "1",
         "source": source, "confidence": "assumption",
         "note": "feed gas and fuel of plants are not modelled" if process == "liquefaction"
         else ""}
        for process, kind, commodity, role in recipes
    ]  # fmt: skip


def _passages(assume: Assumptions, sources: Sources) -> list[Row]:
    weeks, days = 52, 365
    cargo = assume["cargo"] / 1e6
    capacity = {
        "panama": (assume["panama_transits"] / 2 * weeks * cargo, "panama_transits"),
        "suez": (assume["suez_transits"] * days * cargo, "suez_transits"),
    }
    toll = {name: assume[f"toll_{name}"] / assume["cargo"] for name in ("panama", "suez")}
    found: list[Row] = []
    for fact in sorted(read("passages"), key=lambda r: r["id"]):
        name = fact["id"]
        if name not in PASSAGE_KINDS:
            continue
        row = {
            "id": name, "name": fact["name"], "kind": PASSAGE_KINDS[name], "lat": fact["lat"],
            "lon": fact["lon"], "source": sources.add(fact), "confidence": confidence(fact),
            "note": f"instead: {fact['alternative']}",
        }  # fmt: skip
        if name in capacity:
            limit, rule = capacity[name]
            row |= {
                "capacity": decimal(limit, 2), "capacity_unit": "Mt/yr", "chain": "gas",
                "toll": decimal(toll[name], 2), "toll_unit": "USD/t", "confidence": "assumption",
                "note": f"{row['note']}; limit for laden LNG carriers (assumption {rule}); toll "
                "of the round voyage, already in the freight of lanes",
            }  # fmt: skip
        found.append(row)
    return found


def _assumptions(assume: Assumptions, sources: Sources) -> list[Row]:
    return [
        {column: row.get(column, "") for column in _ASSUMPTIONS}
        | {"used_by": row["used_by"].split(" ")[0], "source": sources.add(row)}
        for _, row in sorted(assume.rows.items())
    ]
