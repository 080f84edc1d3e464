"""Validated tables -> arrays, before reconciling and calibrating.

Rows become units of the network in the order of their tables; everything is turned into the unit of
its commodity and into rates per period here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array, csr_array

from seawall import units
from seawall.network.network import (
    TINY,
    Contracts,
    Demands,
    Facilities,
    Lanes,
    Network,
    Nodes,
    Passages,
    Terms,
)
from seawall.network.profile import profile

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from seawall.network.network import Bools, Floats
    from seawall.study import Study

DAYS_PER_YEAR = 365.0
#: Relative standard deviation of a figure by its class of evidence (design 3.2).
SIGMA = {"looked-up": 0.02, "recalled": 0.10, "estimate": 0.30, "assumption": 0.50}
#: P5 and P95 of a normal distribution lie this many standard deviations from the middle.
P95 = 1.645
#: A base above the stated capacity raises the capacity to this multiple of the base.
HEADROOM = 1.02


@dataclass(frozen=True)
class Spread:
    """Relative standard deviation of the base of facilities, lanes and demand rows."""

    facility: Floats
    lane: Floats
    demand: Floats


class Goods:
    """Commodities with their units: turns the figures of a row into the network's units."""

    def __init__(self, study: Study) -> None:
        self.unit: dict[str, str] = study.lookup("commodities", "unit")
        self.energy: dict[str, float] = study.lookup("commodities", "energy_content")
        self.periods_per_year = DAYS_PER_YEAR / study.settings.period_days

    def amount(self, value: float, unit: str, commodity: str) -> float:
        """A quantity in the commodity's unit."""
        return units.convert(value, unit, self.unit[commodity])

    def rate(self, value: float, unit: str, commodity: str) -> float:
        """A yearly rate as quantity per period."""
        return units.convert(value, unit, self.unit[commodity] + "/yr") / self.periods_per_year

    def price(self, value: float, unit: str, commodity: str) -> float:
        """A price as millions of money per unit of the commodity."""
        if unit == f"USD/{self.unit[commodity]}":
            return value / 1e6
        quoted, size = self._traded(commodity)
        return (
            units.convert_price(value, unit, quoted, energy_content=self.energy[commodity])
            * size
            / 1e6
        )

    def quote(self, commodity: str) -> tuple[float, str]:
        """Factor from the network's prices of a commodity to those that its trade quotes, and
        their unit: USD/MMBtu for fuels, USD/MWh for what is counted in MWh, else USD/t, for what is
        not weighed USD/wafer or such."""
        if self.unit[commodity] == "MWh":
            return 1e6, "USD/MWh"
        quoted, size = self._traded(commodity)
        energy = self.energy[commodity]
        if np.isnan(energy) or quoted != "USD/t":
            return 1e6 / size, quoted
        return 1e6 / size / energy, "USD/MMBtu"

    def _traded(self, commodity: str) -> tuple[str, float]:
        """Price unit in which a commodity is traded, and how much of what it is per (a tonne, a
        wafer) one unit of the commodity holds."""
        counted = units.parse(self.unit[commodity])
        if counted.dimension.startswith("mass"):
            return "USD/t", units.convert(1.0, counted.name, "t")
        return f"USD/{counted.base}", counted.factor


def raw_network(study: Study) -> tuple[Network, Spread]:
    """The network as the tables state it: neither balanced nor calibrated."""
    goods = Goods(study)
    nodes = _nodes(study, goods)
    index = nodes.index()
    facilities, recipe_sigma = _facilities(study, goods, nodes, index)
    lanes, lane_sigma = _lanes(study, goods, index)
    demands, demand_sigma = _demands(study, goods, index)
    network = Network(
        terms=_terms(study),
        nodes=nodes,
        facilities=facilities,
        lanes=lanes,
        demands=demands,
        contracts=_contracts(study, goods, nodes, lanes),
        passages=_passages(study, goods),
        profile=profile(study),
    )
    return network, Spread(facility=recipe_sigma, lane=lane_sigma, demand=demand_sigma)


def _terms(study: Study) -> Terms:
    settings, model = study.settings, study.settings.model
    weeks = settings.period_days / 7.0
    assumed = study.lookup("assumptions", "value")
    return Terms(
        period_days=float(settings.period_days),
        start=settings.start,
        periods=settings.periods,
        discount=model.discount,
        kink=model.kink if model.calibrate else 0.0,
        holding=float(assumed["holding_cost"]) * weeks,
        demurrage=float(assumed["demurrage"]) * weeks,
        terminal=model.terminal,
        pipeline=model.pipeline,
        curtail=model.curtail,
        calibrate=model.calibrate,
        closed=model.closed,
    )


def _rows(table: pd.DataFrame) -> Iterable[Any]:
    return table.itertuples(index=False)


def _column(table: pd.DataFrame, name: str) -> Floats:
    """A numeric column as floats, absent = nan."""
    result: Floats = table[name].to_numpy(dtype=float, na_value=np.nan)
    return result


def _sigma(table: pd.DataFrame, value: str) -> Floats:
    """Relative standard deviation: the row's own range, else its class of evidence."""
    middle, low, high = (_column(table, name) for name in (value, "low", "high"))
    by_class = table["confidence"].map(SIGMA).to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = (high - low) / (2 * P95 * middle)
    result: Floats = np.where(np.isfinite(own) & (own > 0), own, by_class)
    return result


def _nodes(study: Study, goods: Goods) -> Nodes:
    """Every (place, commodity) that a table names, in the order of first mention."""
    pairs: dict[tuple[str, str], None] = {}
    for table in ("prices", "demands", "stocks"):
        frame = study.table(table)
        pairs.update(dict.fromkeys(zip(frame["place"], frame["commodity"], strict=True)))
    for end in ("origin", "destination"):
        frame = study.table("lanes")
        pairs.update(dict.fromkeys(zip(frame[end], frame["commodity"], strict=True)))
    for row in _recipe_rows(study):
        pairs[(row.node_place, row.commodity)] = None
    index = {pair: i for i, pair in enumerate(pairs)}
    country = study.lookup("places", "country")

    start, floor, tank, loss, empty, price = (np.zeros(len(pairs)) for _ in range(6))
    has_stock = np.zeros(len(pairs), dtype=bool)
    price[:] = np.nan
    for row in study.rows("stocks"):
        i = index[(row.place, row.commodity)]
        usable = row.usable
        has_stock[i] = True
        start[i] += goods.amount(row.start, row.unit, row.commodity) * usable
        floor[i] += goods.amount(row.floor, row.unit, row.commodity) * usable
        tank[i] += goods.amount(row.tank, row.unit, row.commodity) * usable
        # Several holders at one node: the loss is that of all they hold, or, where they hold
        # nothing yet, of all they can hold.
        lost = 1.0 - (1.0 - row.loss) ** study.settings.period_days
        loss[i] += lost * goods.amount(row.start, row.unit, row.commodity) * usable
        empty[i] += lost * goods.amount(row.tank, row.unit, row.commodity) * usable
    loss = np.where(start > 0, loss / np.maximum(start, TINY), empty / np.maximum(tank, TINY))
    for row in study.rows("prices"):
        price[index[(row.place, row.commodity)]] = goods.price(row.price, row.unit, row.commodity)
    return Nodes(
        place=tuple(place for place, _ in pairs),
        commodity=tuple(commodity for _, commodity in pairs),
        country=tuple(country[place] for place, _ in pairs),
        start=start,
        floor=np.minimum(floor, start),
        tank=tank,
        has_stock=has_stock,
        loss=loss,
        price=price,
        kink=np.zeros(len(pairs)),
    )


@dataclass(frozen=True)
class _RecipeRow:
    facility: int
    node_place: str
    commodity: str
    amount: float
    by_product: bool


def _recipe_rows(study: Study) -> list[_RecipeRow]:
    """One entry a (facility, commodity of its recipe)."""
    by_process: dict[str, list[Any]] = {}
    for part in study.rows("processes"):
        by_process.setdefault(part.process, []).append(part)
    rows = []
    for f, facility in enumerate(study.rows("facilities")):
        outside = facility.output_place or facility.place
        for part in by_process[facility.process]:
            uses = part.role == "input"
            rows.append(
                _RecipeRow(
                    facility=f,
                    node_place=facility.place if uses else outside,
                    commodity=part.commodity,
                    amount=-part.quantity if uses else part.quantity,
                    by_product=part.role == "by-product",
                )
            )
    return rows


def _facilities(
    study: Study, goods: Goods, nodes: Nodes, index: dict[tuple[str, str], int]
) -> tuple[Facilities, Floats]:
    table = study.table("facilities")
    rows = _recipe_rows(study)
    node = np.array([index[(r.node_place, r.commodity)] for r in rows], dtype=np.int64)
    recipe = coo_array(
        ([r.amount for r in rows], (node, [r.facility for r in rows])),
        shape=(len(nodes), len(table)),
    ).tocsr()
    free = np.zeros(len(nodes), dtype=bool)
    free[node[[r.by_product for r in rows]]] = True

    # Activity is counted in the first output of the recipe.
    main: dict[int, str] = {}
    for r in rows:
        if r.amount > 0 and not r.by_product:
            main.setdefault(r.facility, r.commodity)
    base, capacity, cost = (np.zeros(len(table)) for _ in range(3))
    for f, row in enumerate(_rows(table)):
        base[f] = goods.rate(row.base, row.unit, main[f])
        stated = np.nan if np.isnan(row.capacity) else goods.rate(row.capacity, row.unit, main[f])
        capacity[f] = base[f] * HEADROOM if np.isnan(stated) else stated
        if row.cost_unit:
            cost[f] = goods.price(row.cost, row.cost_unit, main[f])
    ramp = np.nan_to_num(_column(table, "ramp_days")) / study.settings.period_days
    facilities = Facilities(
        id=tuple(table["id"]),
        name=tuple(table["name"]),
        place=tuple(table["place"]),
        recipe=csr_array(recipe),
        free_output=free,
        base=base,
        capacity=capacity,
        ramp=ramp,
        cost=cost,
        kink=np.zeros(len(table)),
    )
    return facilities, _sigma(table, "base")


def _lanes(study: Study, goods: Goods, index: dict[tuple[str, str], int]) -> tuple[Lanes, Floats]:
    table = study.table("lanes")
    period = study.settings.period_days
    position = {lane: i for i, lane in enumerate(table["id"])}
    passage = {name: i for i, name in enumerate(study.table("passages")["id"])}
    base, capacity, growth, freight = (np.zeros(len(table)) for _ in range(4))
    replaces = np.full(len(table), -1, dtype=np.int64)
    crossings: list[tuple[int, int, float]] = []
    for a, row in enumerate(_rows(table)):
        good = row.commodity
        base[a] = goods.rate(row.base, row.unit, good)
        capacity[a] = np.inf if np.isnan(row.capacity) else goods.rate(row.capacity, row.unit, good)
        growth[a] = (
            np.inf if np.isnan(row.growth) else goods.amount(row.growth, row.growth_unit, good)
        )
        freight[a] = goods.price(row.freight, row.freight_unit, good)
        if row.replaces:
            replaces[a] = position[row.replaces]
        crossings += [(a, passage[name], days / period) for name, days in row.passages]
    ends = {
        end: np.array(
            [index[pair] for pair in zip(table[end], table["commodity"], strict=True)],
            dtype=np.int64,
        )
        for end in ("origin", "destination")
    }
    lanes = Lanes(
        id=tuple(table["id"]),
        route=tuple(table["route"]),
        origin=ends["origin"],
        destination=ends["destination"],
        lag=_whole(_column(table, "days") / period),
        keep=1.0 - _column(table, "loss"),
        base=base,
        capacity=capacity,
        growth=growth,
        qualify=np.nan_to_num(_column(table, "qualify_days")) / period,
        freight=freight,
        duty=np.nan_to_num(_column(table, "duty")),
        cost=freight.copy(),
        kink=np.zeros(len(table)),
        replaces=replaces,
        tariff_free=_tariff_free(study),
        crossing_lane=np.array([c[0] for c in crossings], dtype=np.int64),
        crossing_passage=np.array([c[1] for c in crossings], dtype=np.int64),
        crossing_lag=np.array([c[2] for c in crossings], dtype=float),
    )
    return lanes, _sigma(table, "base")


def _whole(lag: Floats) -> Floats:
    """Lead times in periods without the rounding of parts of a day, which would split a departure
    into all of it and next to nothing."""
    near = np.round(lag)
    result: Floats = np.where(np.abs(lag - near) < 1e-9, near, lag)
    return result


def _tariff_free(study: Study) -> Bools:
    """Which lanes serve a pair of which a contract says that no tariff is paid."""
    country = study.lookup("places", "country")
    spared = {
        (row.origin, row.commodity, row.destination)
        for row in study.rows("contracts")
        if row.tariff_free == "yes"
    }
    return np.array(
        [
            any(
                (row.origin, row.commodity, buyer) in spared
                for buyer in (row.destination, country[row.destination])
            )
            for row in study.rows("lanes")
        ],
        dtype=bool,
    )


def _demands(
    study: Study, goods: Goods, index: dict[tuple[str, str], int]
) -> tuple[Demands, Floats]:
    table = study.table("demands")
    quantity, wtp = np.zeros(len(table)), np.full(len(table), np.nan)
    for m, row in enumerate(_rows(table)):
        quantity[m] = goods.rate(row.quantity, row.unit, row.commodity)
        if not np.isnan(row.wtp):
            wtp[m] = goods.price(row.wtp, row.wtp_unit, row.commodity)
    nodes = [index[pair] for pair in zip(table["place"], table["commodity"], strict=True)]
    demands = Demands(
        tier_id=tuple(table["id"]),
        tier=tuple(table["tier"]),
        sector=tuple(table["sector"]),
        tier_of=np.arange(len(table), dtype=np.int64),
        node=np.array(nodes, dtype=np.int64),
        quantity=quantity,
        wtp=wtp,
        elasticity=_column(table, "elasticity"),
        priority=wtp.copy(),
        since=np.full(len(table), -np.inf),
        until=np.full(len(table), np.inf),
    )
    return demands, _sigma(table, "quantity")


def _contracts(study: Study, goods: Goods, nodes: Nodes, lanes: Lanes) -> Contracts:
    """Contract floors by origin and buyer; several contracts of one pair are one row.

    Contracts whose destination is free (`flexible` = yes) keep nothing.  The kept share of the
    origin's departures follows from the reconciled base (see `calibrate`).
    """
    default = float(study.lookup("assumptions", "value")["contract_floor"])
    index = nodes.index()
    pairs: dict[tuple[int, str], list[tuple[str, float, float]]] = {}
    for row in study.rows("contracts"):
        if row.flexible == "yes" or (row.origin, row.commodity) not in index:
            continue
        floor = default if np.isnan(row.floor) else row.floor
        rate = goods.rate(row.quantity, row.unit, row.commodity)
        key = (index[(row.origin, row.commodity)], row.destination)
        pairs.setdefault(key, []).append((row.id, rate, floor))
    ids: list[str] = []
    origin, quantity, floors = [], [], []
    cells: list[tuple[int, int]] = []
    for (node, buyer), parts in pairs.items():
        to_buyer = [
            a
            for a in np.flatnonzero(lanes.origin == node)
            if buyer in (nodes.place[lanes.destination[a]], nodes.country[lanes.destination[a]])
        ]
        if to_buyer:
            cells += [(len(ids), int(a)) for a in to_buyer]
            ids.append("+".join(name for name, _, _ in parts))
            origin.append(node)
            quantity.append(sum(rate for _, rate, _ in parts))
            floors.append(sum(r * f for _, r, f in parts) / max(quantity[-1], TINY))
    member = coo_array(
        (np.ones(len(cells)), ([c[0] for c in cells], [c[1] for c in cells])),
        shape=(len(ids), len(lanes)),
    )
    return Contracts(
        id=tuple(ids),
        origin=np.array(origin, dtype=np.int64),
        quantity=np.array(quantity, dtype=float),
        floor=np.array(floors, dtype=float),
        share=np.zeros(len(ids)),
        member=csr_array(member),
    )


def _passages(study: Study, goods: Goods) -> Passages:
    table = study.table("passages")
    capacity = [
        np.inf
        if np.isnan(row.capacity)
        else units.convert(row.capacity, row.capacity_unit, "Mt/yr") / goods.periods_per_year
        for row in _rows(table)
    ]
    return Passages(
        id=tuple(table["id"]), name=tuple(table["name"]), capacity=np.array(capacity, dtype=float)
    )
