"""Given the plants: which feed from where, and whose gas to whom, as one linear program.

Its optimum is the value of the plan, and its duals are the prices at which other sites and sizes
are judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from seawall.program import highs
from seawall.program.linear import LinearProgram
from seawall.questions.site.biogas.bound import Prices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.program.linear import Solution
    from seawall.questions.site.biogas.instance import Instance

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["MISSING", "Plan", "operate"]

#: What a kg below the promised output costs in the program [INR/kg]: far above any gas.
MISSING = 1000.0


@dataclass(frozen=True)
class Plan:
    """Plants and what they do.

    Attributes
    ----------
    sites, sizes
        (N,) rows of sites and sizes.
    taken
        (i,) kt a year of every item of the instance.
    sold
        (o,) kt a year of gas by outlet.
    value
        Sales less all costs, fixed ones included [million INR a year]; gas below what is promised
        counts `MISSING`.
    missing
        Gas below what is promised [kt a year].
    prices
        Duals of pools, demand and output.
    """

    sites: Ints
    sizes: Ints
    taken: Floats
    sold: Floats
    value: float
    missing: float
    prices: Prices

    @property
    def output(self) -> float:
        """Gas of a year [kt]."""
        return float(self.sold.sum())


@dataclass(frozen=True)
class _Columns:
    """Which items and outlets are columns, and of which plant."""

    item: Ints
    item_plant: Ints
    outlet: Ints
    outlet_plant: Ints


def operate(
    instance: Instance, sites: Ints, sizes: Ints, guide: Prices, taken: Floats, slack: float
) -> Plan:
    """Run the plants at their best.

    Parameters
    ----------
    guide, taken, slack
        Items that at these prices lose more than `slack` INR/kg of their gas are left out, other
        than those that are `taken` (i,): quicker, and hardly worse.
    """
    columns = _columns(instance, sites, guide, taken, slack)
    program, pools = _program(instance, sites, sizes, columns)
    # Half of the time that the simplex method takes here.
    solution = highs.Loaded(program, {"solver": "ipm"}).solve()
    return _plan(instance, sites, sizes, columns, pools, solution)


def _columns(
    instance: Instance, sites: Ints, guide: Prices, taken: Floats, slack: float
) -> _Columns:
    plant = np.full(instance.sites, -1)
    plant[sites] = np.arange(len(sites))
    of_item, of_outlet = plant[instance.owner], plant[instance.seller]
    net = instance.price - guide.delta[instance.place] + guide.nu
    sale = np.full(instance.sites, -np.inf)
    np.maximum.at(sale, instance.seller, net)
    margin = instance.gas * sale[instance.owner] - instance.cost - guide.pi[instance.pool]
    wanted = (of_item >= 0) & ((margin >= -slack * instance.gas) | (taken > 0.0))
    item, outlet = np.flatnonzero(wanted), np.flatnonzero(of_outlet >= 0)
    return _Columns(item, of_item[item], outlet, of_outlet[outlet])


def _program(
    instance: Instance, sites: Ints, sizes: Ints, columns: _Columns
) -> tuple[LinearProgram, Ints]:
    """Columns: items, outlets, gas that is missing.  Rows: pools in use, classes of months by
    plant, what a plant makes and sells, places, the promised output."""
    item, outlet, number = columns.item, columns.outlet, len(sites)
    classes = instance.peak.shape[1]
    pools, pool_row = np.unique(instance.pool[item], return_inverse=True)
    places, place_row = np.unique(instance.place[outlet], return_inverse=True)
    gas = instance.gas[item]
    at_item, at_outlet = np.arange(len(item)), len(item) + np.arange(len(outlet))
    last = len(item) + len(outlet)
    class_row = len(pools) + columns.item_plant * classes
    balance = len(pools) + number * classes
    demand = balance + number
    output = demand + len(places)
    parts = [(pool_row, at_item, np.ones(len(item)))]
    parts += [
        (class_row + c, at_item, gas * instance.peak[instance.feed[item], c])
        for c in range(classes)
    ]
    parts += [
        (balance + columns.item_plant, at_item, gas),
        (balance + columns.outlet_plant, at_outlet, -np.ones(len(outlet))),
        (demand + place_row, at_outlet, np.ones(len(outlet))),
        (np.full(len(outlet), output), at_outlet, np.ones(len(outlet))),
        (np.array([output]), np.array([last]), np.ones(1)),
    ]
    row, column, entry = (np.concatenate(part) for part in zip(*parts, strict=True))
    matrix = coo_array((entry, (row, column)), shape=(output + 1, last + 1)).tocsc()
    high = np.concatenate([
        instance.available[pools], np.repeat(instance.cap[sizes], classes), np.zeros(number),
        instance.demand[places], [np.inf],
    ])  # fmt: skip
    low = np.full(output + 1, -np.inf)
    low[balance:demand], low[output] = 0.0, instance.output
    low[len(pools) + instance.busiest : balance : classes] = (
        instance.least_use * instance.cap[sizes]
    )
    cost = np.concatenate([instance.cost[item], -instance.price[outlet], [MISSING]])
    lower = np.zeros(last + 1)
    return LinearProgram(cost, matrix, low, high, lower, np.full(last + 1, np.inf)), pools


def _plan(
    instance: Instance, sites: Ints, sizes: Ints, columns: _Columns, pools: Ints, found: Solution
) -> Plan:
    """The plan behind a solution."""
    items, outlets = len(columns.item), len(columns.outlet)
    taken, sold = np.zeros(len(instance.pool)), np.zeros(len(instance.place))
    taken[columns.item] = np.maximum(found.x[:items], 0.0)
    sold[columns.outlet] = np.maximum(found.x[items : items + outlets], 0.0)
    places = np.unique(instance.place[columns.outlet])
    dual = found.row_dual
    pi, delta = np.zeros(len(instance.available)), np.zeros(len(instance.demand))
    pi[pools] = np.maximum(-dual[: len(pools)], 0.0)
    delta[places] = np.maximum(-dual[-1 - len(places) : -1], 0.0)
    value = -float(found.cost) - float(instance.fixed[sizes].sum())
    return Plan(
        sites, sizes, taken, sold, value, float(found.x[-1]),
        Prices(pi, delta, max(float(dual[-1]), 0.0)),
    )  # fmt: skip
