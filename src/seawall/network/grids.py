"""Tables of power grids -> indexed arrays, in MW, GWh and tonnes.

A grid lies on top of the gas network: it does not widen it.  What a gas response serves to the
demands in `grid_gas` is what the gas plants of a grid may burn (`seawall.questions.grids`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from seawall import units

if TYPE_CHECKING:
    from seawall.network.network import Bools, Floats, Ints
    from seawall.study import Study

#: Share of the hours of a week in each load block, the highest loads first.
BLOCKS: tuple[float, ...] = (0.02, 0.08, 0.2, 0.3, 0.4)
DAYS_OF_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_YEAR = 365.0


@dataclass(frozen=True)
class Grids:
    """Power grids of a study; `grid`, `origin` and `destination` point into `id`.

    Attributes
    ----------
    id, name
        The grids that have loads, in the order of loads.csv.
    generator, generator_name, fuel, grid
        Each generator, what it runs on and whom it feeds.
    capacity, available, firm
        MW, and the shares that can run in any hour and that count for the reserve margin.
    energy
        Most that a generator gives in a day [GWh], inf = no limit.
    cost
        Money per MWh.
    heat_rate, lng_share
        Tonnes of gas per MWh, and the part of it that is LNG; 0 for other fuels.
    fill, efficiency
        GWh of one full reservoir, and what comes back of what is pumped; 0 and 1 for others.
    intertie, origin, destination, limit, base
        Lines, one a direction [MW]; `base` is the mean flow of an ordinary year.
    peak, minimum, mean : (grids, 12)
        Highest, lowest and mean load of each month [MW].
    demand
        Rows of demands.csv that feed gas plants; `feeds` (grids x demands) holds the part of a
        row's gas that a grid burns.
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    generator: tuple[str, ...]
    generator_name: tuple[str, ...]
    fuel: tuple[str, ...]
    grid: Ints
    capacity: Floats
    available: Floats
    firm: Floats
    energy: Floats
    cost: Floats
    heat_rate: Floats
    lng_share: Floats
    fill: Floats
    efficiency: Floats
    intertie: tuple[str, ...]
    origin: Ints
    destination: Ints
    limit: Floats
    base: Floats
    peak: Floats
    minimum: Floats
    mean: Floats
    demand: tuple[str, ...]
    feeds: csr_array

    def __len__(self) -> int:
        return len(self.id)

    def burns(self, fuel: str) -> Bools:
        """Which generators run on a fuel (generators,)."""
        return np.array([each == fuel for each in self.fuel], dtype=bool)


def grids(study: Study) -> Grids:
    """The power grids of a study; without loads.csv there are none."""
    loads = study.table("loads")
    names = tuple(dict.fromkeys(loads["grid"]))
    position = {name: i for i, name in enumerate(names)}
    title = study.lookup("places", "name")
    month = loads["month"].to_numpy(dtype=np.int64) - 1
    at = (np.array([position[g] for g in loads["grid"]], dtype=np.int64), month)

    def monthly(values: Floats) -> Floats:
        table = np.zeros((len(names), 12))
        table[at] = values
        return table

    plants, ties, gas = (study.table(name) for name in ("generators", "interties", "grid_gas"))
    # A demand may belong to a variant that is not chosen; its gas then goes nowhere.
    counted = set(study.table("demands")["id"])
    gas = gas[gas["demand"].isin(counted)]
    demand = tuple(dict.fromkeys(gas["demand"]))
    of = {name: j for j, name in enumerate(demand)}
    feeds = csr_array(
        (
            gas["share"].to_numpy(dtype=float),
            ([position[g] for g in gas["grid"]], [of[d] for d in gas["demand"]]),
        ),
        shape=(len(names), len(demand)),
    )
    available = plants["available"].to_numpy(dtype=float)
    # The checks let only prices per energy through; all of them are kept per MMBtu.
    per_mwh = units.convert(1.0, "MWh", "MMBtu")
    cost = [
        row.cost * units.parse(row.cost_unit).factor * per_mwh for row in study.rows("generators")
    ]
    return Grids(
        id=names,
        name=tuple(title[name] for name in names),
        generator=tuple(plants["id"]),
        generator_name=tuple(plants["name"]),
        fuel=tuple(plants["fuel"]),
        grid=np.array([position[g] for g in plants["grid"]], dtype=np.int64),
        capacity=plants["capacity"].to_numpy(dtype=float),
        available=available,
        firm=plants["firm"].fillna(plants["available"]).to_numpy(dtype=float),
        energy=plants["energy"].fillna(np.inf).to_numpy(dtype=float) / _YEAR,
        cost=np.array(cost, dtype=float),
        heat_rate=plants["heat_rate"].fillna(0.0).to_numpy(dtype=float),
        lng_share=plants["lng_share"].fillna(0.0).to_numpy(dtype=float),
        fill=plants["fill"].fillna(0.0).to_numpy(dtype=float),
        efficiency=plants["efficiency"].fillna(1.0).to_numpy(dtype=float),
        intertie=tuple(ties["id"]),
        origin=np.array([position[g] for g in ties["origin"]], dtype=np.int64),
        destination=np.array([position[g] for g in ties["destination"]], dtype=np.int64),
        limit=ties["limit"].to_numpy(dtype=float),
        base=ties["base"].to_numpy(dtype=float) * 1000.0 / (_YEAR * 24),
        peak=monthly(loads["peak"].to_numpy(dtype=float)),
        minimum=monthly(loads["minimum"].to_numpy(dtype=float)),
        mean=monthly(
            loads["energy"].to_numpy(dtype=float)
            * 1000.0
            / (24.0 * np.array(DAYS_OF_MONTH, dtype=float)[month])
        ),
        demand=demand,
        feeds=feeds,
    )


def block_loads(grids: Grids) -> Floats:
    """Mean load of each block of a month (grids, 12, blocks) [MW].

    With q the share of the hours in which the load is higher, the load is

        minimum + (peak - minimum) (1 - q)^k,    k = (peak - minimum) / (mean - minimum) - 1

    which has the month's peak, minimum and mean; a block has the mean of the curve over it.
    """
    span = grids.peak - grids.minimum
    k = span / (grids.mean - grids.minimum) - 1.0
    edge = np.concatenate([[0.0], np.cumsum(BLOCKS)])
    upper, lower = 1.0 - edge[:-1], np.maximum(1.0 - edge[1:], 0.0)
    power = k[:, :, None] + 1.0
    part = (upper**power - lower**power) / (power * np.array(BLOCKS))
    result: Floats = grids.minimum[:, :, None] + span[:, :, None] * part
    return result
