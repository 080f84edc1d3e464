"""Power grids for a number of periods -> linear program -> what runs, flows and is not served.

Periods are independent of each other.  Within a period, stretches of days in which nothing changes
share its energy, its gas and its pumped storage; each stretch has the load blocks of
`seawall.network.grids.BLOCKS`.  Columns are powers [GW], costs are thousands of money:

    minimise   sum h (cost p + tie cost + penalty u)
    balance    sum p - sum pump + flows in - flows out + u = load       each stretch, block, grid
    energy     sum h p <= energy days                                   each period, limited plant
    gas        sum h p heat_rate <= gas                                 each period, grid
    reservoir  sum h p <= efficiency sum h pump                         each period, storage
    fill       sum h p <= fill days                                     each stretch, storage
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csc_array

from seawall.network.grids import BLOCKS, block_loads
from seawall.program.highs import solve
from seawall.program.linear import LinearProgram, Residuals

if TYPE_CHECKING:
    from seawall.network.grids import Grids
    from seawall.network.network import Floats, Ints

#: Preference for the base flow of a line, and dislike of more [money/MWh]: breaks ties only.
_TIE_COST = 1.0
#: What is not served costs this many times the dearest generator.
_PENALTY = 10.0
#: In equal need the highest loads are cut first: a block costs this much more than the one above.
_STEP = 0.01


@dataclass(frozen=True)
class Stretches:
    """Days in which nothing changes, in order.

    Attributes
    ----------
    period, month, days : (stretches,)
        The period that each belongs to (0, 1, ... without gaps), the month 0..11 whose load it
        has, and its length.
    plant : (stretches, generators)
        Share of each generator that is not out.
    tie : (stretches, interties)
        Share of each limit that holds.
    load : (stretches, grids)
        Load as a multiple of the ordinary one.
    added : (stretches, grids)
        Load on top of that, the same in every hour [MW].
    """

    period: Ints
    month: Ints
    days: Floats
    plant: Floats
    tie: Floats
    load: Floats
    added: Floats

    @property
    def periods(self) -> int:
        """How many periods there are."""
        return int(self.period[-1]) + 1 if len(self.period) else 0

    def only(self, periods: Ints) -> Stretches:
        """The stretches of some periods, which are then numbered anew."""
        number = np.full(self.periods, -1, dtype=np.int64)
        number[periods] = np.arange(len(periods))
        kept = number[self.period] >= 0
        order = np.flatnonzero(kept)[np.argsort(number[self.period[kept]], kind="stable")]
        return Stretches(
            period=number[self.period[order]],
            month=self.month[order],
            days=self.days[order],
            plant=self.plant[order],
            tie=self.tie[order],
            load=self.load[order],
            added=self.added[order],
        )


@dataclass(frozen=True)
class Dispatched:
    """What a dispatch comes to.

    Attributes
    ----------
    generation : (generators, periods)
        GWh; of pumped storage, what it gives.
    pumping : (generators, periods)
        GWh that storage takes.
    flow : (interties, periods)
        GWh.
    load, unserved, hours_short : (grids, periods)
        GWh, GWh, and hours in which more than 0.1 % of the load is not served.
    gas : (grids, periods)
        Thousand tonnes burnt.
    residuals
        Certificate of the program.
    """

    generation: Floats
    pumping: Floats
    flow: Floats
    load: Floats
    unserved: Floats
    hours_short: Floats
    gas: Floats
    residuals: Residuals


class _Columns:
    """Positions of the columns: an array (stretches, blocks, what) for each kind."""

    def __init__(self, grids: Grids, stretches: int) -> None:
        self.storage = np.flatnonzero(grids.fill > 0)
        sizes = {
            "plant": len(grids.generator),
            "pump": len(self.storage),
            "low": len(grids.intertie),
            "high": len(grids.intertie),
            "unserved": len(grids),
        }
        self.width = sum(sizes.values())
        self.count = stretches * len(BLOCKS) * self.width
        every = np.arange(self.count).reshape(stretches, len(BLOCKS), self.width)
        ends = np.cumsum([0, *sizes.values()])
        parts = {k: every[:, :, ends[i] : ends[i + 1]] for i, k in enumerate(sizes)}
        self.plant, self.pump = parts["plant"], parts["pump"]
        self.low, self.high, self.unserved = parts["low"], parts["high"], parts["unserved"]


class _Rows:
    """Collects rows as triplets."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.count = 0
        self._parts: list[tuple[Ints, Ints, Floats]] = []
        self._low: list[Floats] = []
        self._high: list[Floats] = []

    def family(self, low: Floats, high: Floats) -> Ints:
        """Positions of a new family of rows, in the shape of its bounds."""
        rows = self.count + np.arange(low.size).reshape(low.shape)
        self.count += low.size
        self._low.append(low.ravel())
        self._high.append(high.ravel())
        return rows

    def put(self, rows: Ints, columns: Ints, values: Floats | float) -> None:
        """Entries at rows and columns, all of one shape after broadcasting."""
        r, c, v = np.broadcast_arrays(rows, columns, values)
        self._parts.append((r.ravel(), c.ravel(), v.ravel().astype(float)))

    def program(self, c: Floats, lower: Floats, upper: Floats) -> LinearProgram:
        row, column, value = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        matrix = csc_array(coo_array((value, (row, column)), shape=(self.count, self.columns)))
        low, high = np.concatenate(self._low), np.concatenate(self._high)
        return LinearProgram(c, matrix, low, high, lower, upper)


def dispatch(grids: Grids, when: Stretches, gas: Floats | None = None) -> Dispatched:
    """The cheapest way to serve the load, and what cannot be served.

    Parameters
    ----------
    gas : (grids, periods)
        Gas that the gas plants of each grid may burn [thousand tonnes]; None = no limit.

    Raises
    ------
    SolverError
        When no answer can be certified; the program itself always has one.
    """
    if not len(grids) or not when.periods:
        raise ValueError("no grid or no period to dispatch")
    columns = _Columns(grids, len(when.period))
    hours = when.days[:, None] * 24.0 * np.array(BLOCKS)[None, :]
    ordinary = block_loads(grids)[:, when.month, :].transpose(1, 2, 0)
    load = np.maximum(ordinary * when.load[:, None, :] + when.added[:, None, :], 0.0) / 1000.0
    program = linear_program(grids, when, columns, hours, load, gas)
    found = solve(program)
    x = np.maximum(found.x, 0.0)

    def energy(part: Ints) -> Floats:
        """GWh of columns (stretches, blocks, k) as (k, periods)."""
        total = np.zeros((when.periods, part.shape[2]))
        np.add.at(total, when.period, (x[part] * hours[:, :, None]).sum(axis=1))
        return total.T.copy()

    generation, unserved = energy(columns.plant), energy(columns.unserved)
    pumping = np.zeros_like(generation)
    pumping[columns.storage] = energy(columns.pump)
    short = x[columns.unserved] > 1e-3 * np.maximum(load, 1e-9)
    hours_short = np.zeros((when.periods, len(grids)))
    np.add.at(hours_short, when.period, (short * hours[:, :, None]).sum(axis=1))
    wanted = np.zeros((when.periods, len(grids)))
    np.add.at(wanted, when.period, (load * hours[:, :, None]).sum(axis=1))
    burnt = np.zeros((len(grids), when.periods))
    np.add.at(burnt, grids.grid, grids.heat_rate[:, None] * generation)
    return Dispatched(
        generation=generation,
        pumping=pumping,
        flow=energy(columns.low) + energy(columns.high),
        load=wanted.T.copy(),
        unserved=np.where(unserved > 1e-6 * wanted.T, unserved, 0.0),
        hours_short=hours_short.T.copy(),
        gas=burnt,
        residuals=found.residuals,
    )


def linear_program(
    grids: Grids,
    when: Stretches,
    columns: _Columns,
    hours: Floats,
    load: Floats,
    gas: Floats | None,
) -> LinearProgram:
    """The program of the module's head; `hours` (stretches, blocks), `load` (stretches, blocks,
    grids) [GW]."""
    rows = _Rows(columns.count)
    c, upper = np.zeros(columns.count), np.zeros(columns.count)
    worst = _PENALTY * max(1.0, float(grids.cost.max(initial=0.0)))
    step = 1.0 + _STEP * np.arange(len(BLOCKS))
    h = hours[:, :, None]
    c[columns.plant] = grids.cost * h
    c[columns.low], c[columns.high] = -_TIE_COST * h, _TIE_COST * h
    c[columns.unserved] = worst * step[None, :, None] * h
    can = (grids.capacity * grids.available * when.plant / 1000.0)[:, None, :]
    limit = (grids.limit * when.tie / 1000.0)[:, None, :]
    usual = np.minimum(limit, (grids.base / 1000.0)[None, None, :])
    upper[columns.plant] = can
    upper[columns.pump] = can[:, :, columns.storage]
    upper[columns.low], upper[columns.high] = usual, limit - usual
    upper[columns.unserved] = load

    balance = rows.family(load, load)
    rows.put(balance[:, :, grids.grid], columns.plant, 1.0)
    rows.put(balance[:, :, grids.grid[columns.storage]], columns.pump, -1.0)
    for flow in (columns.low, columns.high):
        rows.put(balance[:, :, grids.destination], flow, 1.0)
        rows.put(balance[:, :, grids.origin], flow, -1.0)
    rows.put(balance, columns.unserved, 1.0)

    days = np.bincount(when.period, weights=when.days, minlength=when.periods)
    limited = np.flatnonzero(np.isfinite(grids.energy))
    most = days[:, None] * grids.energy[limited][None, :]
    rows.put(
        rows.family(np.full_like(most, -np.inf), most)[when.period][:, None, :],
        columns.plant[:, :, limited],
        h,
    )
    if gas is not None:
        burning = np.flatnonzero(grids.heat_rate > 0)
        fuel = rows.family(np.full_like(gas.T, -np.inf), gas.T)[when.period][:, None, :]
        rows.put(
            fuel[:, :, grids.grid[burning]],
            columns.plant[:, :, burning],
            h * grids.heat_rate[burning],
        )
    _storage_rows(rows, grids, when, columns, hours)
    return rows.program(c, np.zeros(columns.count), upper)


def _storage_rows(
    rows: _Rows, grids: Grids, when: Stretches, columns: _Columns, hours: Floats
) -> None:
    """What pumped storage gives in a period it has pumped, and a fill lasts one day."""
    storage, h = columns.storage, hours[:, :, None]
    if not len(storage):
        return
    none = np.zeros((when.periods, len(storage)))
    reservoir = rows.family(np.full_like(none, -np.inf), none)[when.period][:, None, :]
    rows.put(reservoir, columns.plant[:, :, storage], h)
    rows.put(reservoir, columns.pump, -grids.efficiency[storage] * h)
    # A stretch of less than a day can still draw one whole fill.
    fills = np.maximum(when.days, 1.0)[:, None] * grids.fill[storage][None, :]
    fill = rows.family(np.full_like(fills, -np.inf), fills)[:, None, :]
    rows.put(fill, columns.plant[:, :, storage], h)
