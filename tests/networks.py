"""Small named networks, each made for one claim and most derived from another by `replace`.

Quantities are per period (a week), money in millions, prices in millions per unit.  None of them is
calibrated unless `calibrated` says so: prices are given and costs are the freight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array

from seawall.network import Network, calibrate
from seawall.network.build import Spread
from seawall.network.network import (
    Contracts,
    Demands,
    Facilities,
    Lanes,
    Nodes,
    Passages,
    Terms,
)

Row = Mapping[str, Any]

TERMS = Terms(
    period_days=7.0,
    start=date(2026, 3, 2),
    periods=3,
    discount=0.0,
    kink=0.0,
    holding=0.01,
    demurrage=0.02,
    terminal=True,
    pipeline=True,
    curtail=True,
    calibrate=False,
)


def _floats(rows: Iterable[Row], name: str, default: float) -> np.ndarray:
    return np.array([row.get(name, default) for row in rows], dtype=float)


def make(
    nodes: Mapping[str, Row],
    facilities: Mapping[str, Row] | None = None,
    lanes: Mapping[str, Row] | None = None,
    demands: Mapping[str, Row] | None = None,
    contracts: Mapping[str, Row] | None = None,
    passages: Mapping[str, float] | None = None,
    **terms: Any,
) -> Network:
    """Build a network from rows by id; a node is named "place.commodity"."""
    facilities, lanes, demands = facilities or {}, lanes or {}, demands or {}
    at = {name: i for i, name in enumerate(nodes)}
    return Network(
        terms=replace(TERMS, **terms),
        nodes=_nodes(nodes),
        facilities=_facilities(facilities, at),
        lanes=_lanes(lanes, at, list(passages or {})),
        demands=_demands(demands, at),
        contracts=_contracts(contracts or {}, at, list(lanes)),
        passages=Passages(
            id=tuple(passages or {}),
            name=tuple(passages or {}),
            capacity=np.array(list((passages or {}).values()), dtype=float),
        ),
    )


def _nodes(nodes: Mapping[str, Row]) -> Nodes:
    rows = list(nodes.values())
    return Nodes(
        place=tuple(name.split(".")[0] for name in nodes),
        commodity=tuple(name.split(".")[1] for name in nodes),
        country=tuple(row.get("country", name.split(".")[0]) for name, row in nodes.items()),
        start=_floats(rows, "start", 0.0),
        floor=_floats(rows, "floor", 0.0),
        tank=_floats(rows, "tank", 0.0),
        has_stock=np.array(["tank" in row for row in rows]),
        loss=_floats(rows, "loss", 0.0),
        price=_floats(rows, "price", np.nan),
        kink=np.zeros(len(rows)),
    )


def _facilities(facilities: Mapping[str, Row], at: Mapping[str, int]) -> Facilities:
    rows = list(facilities.values())
    cells = [(at[n], f, v) for f, row in enumerate(rows) for n, v in row["recipe"].items()]
    free = np.zeros(len(at), dtype=bool)
    for row in rows:
        free[[at[n] for n in row.get("free", ())]] = True
    base = _floats(rows, "base", 0.0)
    return Facilities(
        id=tuple(facilities),
        name=tuple(facilities),
        place=tuple(row.get("place", next(iter(row["recipe"])).split(".")[0]) for row in rows),
        recipe=csr_array(
            coo_array(
                (
                    np.array([c[2] for c in cells], dtype=float),
                    ([c[0] for c in cells], [c[1] for c in cells]),
                ),
                shape=(len(at), len(rows)),
            )
        ),
        free_output=free,
        base=base,
        capacity=np.maximum(_floats(rows, "capacity", 0.0), base),
        ramp=_floats(rows, "ramp", 0.0),
        cost=_floats(rows, "cost", 0.0),
        kink=np.zeros(len(rows)),
    )


def _lanes(lanes: Mapping[str, Row], at: Mapping[str, int], passages: list[str]) -> Lanes:
    rows, ids = list(lanes.values()), list(lanes)
    crossings = [
        (a, passages.index(p), lag)
        for a, row in enumerate(rows)
        for p, lag in row.get("passages", {}).items()
    ]
    freight = _floats(rows, "freight", 0.0)
    return Lanes(
        id=tuple(ids),
        route=tuple("direct" for _ in ids),
        origin=np.array([at[row["origin"]] for row in rows], dtype=np.int64),
        destination=np.array([at[row["to"]] for row in rows], dtype=np.int64),
        lag=_floats(rows, "lag", 0.0),
        keep=_floats(rows, "keep", 1.0),
        base=_floats(rows, "base", 0.0),
        capacity=_floats(rows, "capacity", np.inf),
        growth=_floats(rows, "growth", np.inf),
        qualify=_floats(rows, "qualify", 0.0),
        freight=freight,
        duty=_floats(rows, "duty", 0.0),
        cost=freight.copy(),
        kink=np.zeros(len(rows)),
        replaces=np.array(
            [ids.index(row["replaces"]) if "replaces" in row else -1 for row in rows],
            dtype=np.int64,
        ),
        tariff_free=np.array([row.get("tariff_free", False) for row in rows], dtype=bool),
        crossing_lane=np.array([c[0] for c in crossings], dtype=np.int64),
        crossing_passage=np.array([c[1] for c in crossings], dtype=np.int64),
        crossing_lag=np.array([c[2] for c in crossings], dtype=float),
    )


def _demands(demands: Mapping[str, Row], at: Mapping[str, int]) -> Demands:
    rows = list(demands.values())
    return Demands(
        tier_id=tuple(demands),
        tier=tuple(row.get("tier", "essential") for row in rows),
        sector=tuple(row.get("sector", "all") for row in rows),
        tier_of=np.arange(len(rows), dtype=np.int64),
        node=np.array([at[row["at"]] for row in rows], dtype=np.int64),
        quantity=_floats(rows, "quantity", 0.0),
        wtp=_floats(rows, "wtp", np.nan),
        elasticity=_floats(rows, "elasticity", np.nan),
        priority=np.array([row.get("priority", row.get("wtp", np.nan)) for row in rows], float),
        since=_floats(rows, "since", -np.inf),
        until=_floats(rows, "until", np.inf),
    )


def _contracts(contracts: Mapping[str, Row], at: Mapping[str, int], lanes: list[str]) -> Contracts:
    rows = list(contracts.values())
    cells = [(k, lanes.index(a)) for k, row in enumerate(rows) for a in row["lanes"]]
    return Contracts(
        id=tuple(contracts),
        origin=np.array([at[row["origin"]] for row in rows], dtype=np.int64),
        quantity=_floats(rows, "quantity", 0.0),
        floor=_floats(rows, "floor", 0.8),
        share=_floats(rows, "share", 0.0),
        member=csr_array(
            coo_array(
                (np.ones(len(cells)), ([c[0] for c in cells], [c[1] for c in cells])),
                shape=(len(rows), len(lanes)),
            )
        ),
    )


def with_terms(network: Network, **terms: Any) -> Network:
    """The same network under other terms."""
    return replace(network, terms=replace(network.terms, **terms))


def calibrated(network: Network, **terms: Any) -> Network:
    """The same network with prices, kinks of 1 % and costs that make its base optimal."""
    known = {"kink": 0.01, "calibrate": True, "discount": 0.00005, "periods": 26} | terms
    return calibrate(with_terms(network, **known)).network


def spread(network: Network, sigma: float = 0.1) -> Spread:
    """The same relative standard deviation for every figure."""
    return Spread(
        facility=np.full(len(network.facilities), sigma),
        lane=np.full(len(network.lanes), sigma),
        demand=np.full(len(network.demands), sigma),
    )


def chain(**terms: Any) -> Network:
    """Wells with a tank -> one lane of a week and a quarter that loses a tenth -> one coast."""
    return make(
        nodes={
            "plant.lng": {"start": 4, "floor": 1, "tank": 10, "price": 100, "loss": 0.1},
            "coast.lng": {"price": 200},
        },
        facilities={"wells": {"recipe": {"plant.lng": 1}, "base": 10.4, "capacity": 12}},
        lanes={
            "ship": {
                "origin": "plant.lng", "to": "coast.lng", "lag": 1.25, "keep": 0.9,
                "base": 10, "freight": 20,
            }
        },
        demands={"homes": {"at": "coast.lng", "quantity": 9, "wtp": 500}},
        **terms,
    )  # fmt: skip


def two_buyers(**terms: Any) -> Network:
    """One plant under contract to the north (two ports) and selling freely to the south."""
    return make(
        nodes={
            "plant.lng": {"start": 5, "tank": 10, "price": 100},
            "east.lng": {"price": 130, "country": "NOR", "start": 6, "tank": 12},
            "west.lng": {"price": 130, "country": "NOR", "start": 4, "tank": 8},
            "south.lng": {"price": 130, "start": 10, "tank": 20},
        },
        facilities={"wells": {"recipe": {"plant.lng": 1}, "base": 10, "capacity": 11}},
        lanes={
            "to-east": {"origin": "plant.lng", "to": "east.lng", "lag": 2, "base": 3,
                        "freight": 20, "passages": {"strait": 1.0}, "growth": 0.5},
            "to-west": {"origin": "plant.lng", "to": "west.lng", "lag": 1, "base": 2,
                        "freight": 20, "growth": 0.5},
            "to-south": {"origin": "plant.lng", "to": "south.lng", "lag": 3, "base": 5,
                         "freight": 20, "growth": 0.5},
        },
        demands={
            "east": {"at": "east.lng", "quantity": 3, "wtp": 400},
            "west": {"at": "west.lng", "quantity": 2, "wtp": 300},
            "south": {"at": "south.lng", "quantity": 5, "wtp": 500},
        },
        contracts={"north": {"origin": "plant.lng", "lanes": ["to-east", "to-west"],
                             "quantity": 4, "floor": 0.8, "share": 0.32}},
        passages={"strait": np.inf},
        **terms,
    )  # fmt: skip


def rivals(**terms: Any) -> Network:
    """A mine sells ore at home and, without contract, to two countries, of which the east bids
    more; a second mine, from which ore is dearer to bring, sells to the west and has some spare."""
    return make(
        nodes={
            "mine.ore": {"start": 4, "tank": 8, "price": 50, "country": "M"},
            "mill.ore": {"start": 2, "tank": 4, "price": 55, "country": "M"},
            "other.ore": {"start": 4, "tank": 8, "price": 54},
            "east.ore": {"start": 3, "tank": 6, "price": 60},
            "west.ore": {"start": 3, "tank": 6, "price": 60},
        },
        facilities={
            "pit": {"recipe": {"mine.ore": 1}, "base": 12, "capacity": 14},
            "hole": {"recipe": {"other.ore": 1}, "base": 4, "capacity": 12},
        },
        lanes={
            "mine-mill": {"origin": "mine.ore", "to": "mill.ore", "base": 2, "freight": 5},
            "mine-east": {"origin": "mine.ore", "to": "east.ore", "lag": 1, "base": 6,
                          "freight": 10},
            "mine-west": {"origin": "mine.ore", "to": "west.ore", "lag": 1, "base": 4, "keep": 0.75,
                          "freight": 10},
            "other-west": {"origin": "other.ore", "to": "west.ore", "lag": 1, "base": 4,
                           "freight": 6},
            "other-east": {"origin": "other.ore", "to": "east.ore", "lag": 1, "freight": 9},
        },
        demands={
            "mill": {"at": "mill.ore", "quantity": 2, "wtp": 200},
            "east": {"at": "east.ore", "quantity": 6, "wtp": 500},
            "west": {"at": "west.ore", "quantity": 7, "wtp": 300},
        },
        **terms,
    )  # fmt: skip


def canal(**terms: Any) -> Network:
    """One lane through a strait and then a canal of limited capacity, its detour through the same
    strait and then round the cape."""
    return make(
        nodes={
            "plant.lng": {"start": 5, "tank": 10, "price": 100},
            "coast.lng": {"start": 20, "tank": 40, "price": 150},
        },
        facilities={"wells": {"recipe": {"plant.lng": 1}, "base": 10, "capacity": 10}},
        lanes={
            "short": {"origin": "plant.lng", "to": "coast.lng", "lag": 2.5, "base": 10,
                      "freight": 20, "passages": {"strait": 0.25, "canal": 1.5}},
            "cape": {"origin": "plant.lng", "to": "coast.lng", "lag": 4.25, "freight": 30,
                     "replaces": "short", "passages": {"strait": 0.25}},
        },
        demands={
            "homes": {"at": "coast.lng", "quantity": 6, "wtp": 500},
            "power": {"at": "coast.lng", "quantity": 4, "wtp": 250, "tier": "important"},
        },
        passages={"strait": np.inf, "canal": 12.0},
        **terms,
    )  # fmt: skip


def hub(**terms: Any) -> Network:
    """Ore of two mines meets in a hub without a tank, is smelted with coke, and metal goes on; what
    is left over of the smelting is thrown away."""
    return make(
        nodes={
            "north.ore": {"start": 2, "tank": 8, "price": 50},
            "south.ore": {"start": 2, "tank": 8, "price": 55},
            "hub.ore": {"price": 70},
            "smelter.ore": {"start": 6, "tank": 12, "price": 80, "country": "S"},
            "smelter.coke": {"start": 3, "tank": 6, "price": 20, "country": "S"},
            "smelter.metal": {"start": 2, "tank": 10, "price": 300, "country": "S"},
            "smelter.slag": {"price": 1e-3, "country": "S"},
            "city.metal": {"start": 4, "tank": 8, "price": 320},
        },
        facilities={
            "north-mine": {"recipe": {"north.ore": 1}, "base": 6, "capacity": 7},
            "south-mine": {"recipe": {"south.ore": 1}, "base": 2, "capacity": 3},
            "ovens": {"recipe": {"smelter.coke": 1}, "base": 2, "capacity": 2.5},
            "smelter": {
                "recipe": {"smelter.ore": -2, "smelter.coke": -0.5, "smelter.metal": 1,
                           "smelter.slag": 1.5},
                "base": 4, "capacity": 5, "free": ["smelter.slag"], "place": "smelter",
            },
        },
        lanes={
            "north-hub": {"origin": "north.ore", "to": "hub.ore", "lag": 1.5, "base": 6,
                          "freight": 5, "passages": {"strait": 0.5}},
            "south-hub": {"origin": "south.ore", "to": "hub.ore", "lag": 0.5, "base": 2,
                          "freight": 5},
            "hub-smelter": {"origin": "hub.ore", "to": "smelter.ore", "lag": 1, "base": 8,
                            "freight": 5},
            "smelter-city": {"origin": "smelter.metal", "to": "city.metal", "lag": 0, "base": 4,
                             "freight": 5},
        },
        demands={"works": {"at": "city.metal", "quantity": 4, "wtp": 900}},
        passages={"strait": np.inf},
        **terms,
    )  # fmt: skip


def twins(**terms: Any) -> Network:
    """Wells that bring up oil and gas together; the gas has a pipe to one town and no tank."""
    return make(
        nodes={
            "field.oil": {"start": 4, "tank": 10, "price": 300},
            "field.gas": {"price": 50},
            "port.oil": {"start": 6, "tank": 12, "price": 330},
            "town.gas": {"price": 60},
        },
        facilities={
            "wells": {"recipe": {"field.oil": 1, "field.gas": 0.5}, "base": 6, "capacity": 6.5,
                      "free": ["field.gas"]},
        },
        lanes={
            "tanker": {"origin": "field.oil", "to": "port.oil", "lag": 2, "base": 6,
                       "freight": 10, "passages": {"strait": 1}},
            "pipe": {"origin": "field.gas", "to": "town.gas", "lag": 0, "base": 3, "freight": 2},
        },
        demands={
            "cars": {"at": "port.oil", "quantity": 6, "wtp": 900},
            "stoves": {"at": "town.gas", "quantity": 3, "wtp": 200},
        },
        passages={"strait": np.inf},
        **terms,
    )  # fmt: skip


def inland(**terms: Any) -> Network:
    """A field inland -> a pipe without lead time -> a port without a tank -> a ship."""
    return make(
        nodes={
            "field.lng": {"start": 3, "tank": 6, "price": 90},
            "port.lng": {"price": 95},
            "coast.lng": {"start": 20, "tank": 40, "price": 150},
        },
        facilities={"wells": {"recipe": {"field.lng": 1}, "base": 10, "capacity": 10}},
        lanes={
            "pipe": {"origin": "field.lng", "to": "port.lng", "lag": 0, "base": 10, "freight": 2},
            "ship": {"origin": "port.lng", "to": "coast.lng", "lag": 2, "base": 10, "freight": 20,
                     "passages": {"strait": 1.0}},
        },
        demands={"homes": {"at": "coast.lng", "quantity": 10, "wtp": 500}},
        passages={"strait": np.inf},
        **terms,
    )  # fmt: skip


def boiling(**terms: Any) -> Network:
    """A coast whose stock lies at its floor and evaporates."""
    network = canal(**terms)
    nodes = network.nodes
    here = np.array([0.0, 1.0])
    loss, start = 0.02 * here, np.where(here > 0, 20.0, nodes.start)
    demands = replace(network.demands, quantity=np.array([6.0, 4.0 - 0.02 * 20.0]))
    return replace(
        network,
        nodes=replace(nodes, loss=loss, start=start, floor=20.0 * here),
        demands=demands,
    )


CATALOGUE = {
    "chain": chain, "two_buyers": two_buyers, "canal": canal, "hub": hub, "twins": twins,
    "inland": inland, "boiling": boiling, "rivals": rivals,
}  # fmt: skip
