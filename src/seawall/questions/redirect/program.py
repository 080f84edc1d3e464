"""The problem as a program over whole numbers: which cargo goes where, and on which day.

Time-indexed assignment (Pritsker, Watters and Wolfe 1969, Management Science 16) of cargoes to
days alongside, joined to the tanks by daily balances.  Terminals are **pooled**: terminals of one
pool share their tanks, berths and send-out.  Pooling only leaves limits out, so the optimum over
pools is a bound for every finer split (aggregation: Rogers, Plante, Wong and Evans 1991, Operations
Research 39): one pool a cluster proves, one pool a terminal decides.

A berth that a ship takes for p days is written as x_d + x_{d-1} + ... + x_{d-p+1} <= berths, and a
cargo that must be told today has one column for all worlds, so that no equality ties the worlds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csc_array

from seawall.program import LinearProgram
from seawall.questions.redirect.instance import NOBODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.questions.redirect.instance import Bools, Floats, Instance, Ints

__all__ = ["Layout", "Pools", "apart", "assemble", "constant", "lent_floors", "pooled", "split"]


@dataclass(frozen=True)
class Pools:
    """Which terminals are taken together: `of` (J,) is the pool of each terminal."""

    of: Ints
    cluster: Ints
    start: Floats
    floor: Floats
    tank: Floats
    send_out: Floats
    berths: Floats
    port_days: Ints
    fits: Bools
    """(cargoes, pools) whether the ship may call at any of its terminals."""

    def __len__(self) -> int:
        return len(self.cluster)


def pooled(instance: Instance, of: Ints | None = None) -> Pools:
    """The pools of an instance: one a cluster, or as `of` says (terminals of different clusters
    cannot share one)."""
    terminals = instance.terminals
    of = terminals.cluster if of is None else np.asarray(of)
    size = int(of.max()) + 1
    cluster = np.full(size, NOBODY)
    cluster[of] = terminals.cluster
    if np.any(cluster[of] != terminals.cluster):
        raise ValueError("a pool holds terminals of different clusters")

    def total(of_terminal: Floats) -> Floats:
        return np.bincount(of, weights=of_terminal, minlength=size).astype(float)

    days = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(days, of, terminals.port_days)
    fits = np.zeros((len(instance.cargoes.ids), size), dtype=bool)
    for j, pool in enumerate(of):
        fits[:, pool] |= instance.fits[:, j]
    return Pools(
        of=of, cluster=cluster, start=total(terminals.start),
        floor=total(np.minimum(terminals.floor, terminals.start)), tank=total(terminals.tank),
        send_out=total(terminals.send_out), berths=total(terminals.berths.astype(float)),
        port_days=days, fits=fits,
    )  # fmt: skip


def split(instance: Instance) -> Pools:
    """One pool a terminal."""
    return pooled(instance, np.arange(len(instance.terminals.ids)))


def apart(instance: Instance, regions: Ints) -> Pools:
    """One pool a cluster, but one a terminal in some regions."""
    terminals = instance.terminals
    alone = np.isin(terminals.cluster_region[terminals.cluster], regions)
    key = np.where(alone, len(terminals.clusters) + np.arange(len(alone)), terminals.cluster)
    return pooled(instance, np.unique(key, return_inverse=True)[1])


@dataclass(frozen=True)
class Layout:
    """Where things are in the program.

    Columns: `whole` first: `column` and `pool` (n,) say what each of them does; then blocks, each
    as an array of column numbers: `stock` and `sent` (worlds, pools, days), `served` (worlds, M,
    days), `worst` (1 column, or none).  Rows: `once`, `balance` (worlds, pools, days), `berth`
    (worlds, pools, days), `demand` (worlds, regions, days), `floor` (worlds, members, days),
    `volume` (worlds, weeks).
    """

    pools: Pools
    column: Ints
    pool: Ints
    stock: Ints
    sent: Ints
    served: Ints
    worst: int
    rows: dict[str, Ints]


class _Rows:
    """Rows under construction: triplets and bounds."""

    def __init__(self) -> None:
        self.size = 0
        self.row: list[Ints] = []
        self.column: list[Ints] = []
        self.value: list[Floats] = []
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []

    def block(self, shape: Sequence[int], lower: object, upper: object) -> Ints:
        """New rows of that shape with bounds that spread over it; their numbers."""
        numbers = self.size + np.arange(int(np.prod(shape))).reshape(shape)
        self.size += numbers.size
        for target, bound in ((self.lower, lower), (self.upper, upper)):
            target.append(np.broadcast_to(np.asarray(bound, dtype=float), shape).ravel())
        return numbers

    def put(self, row: Ints, column: Ints, value: object) -> None:
        """Entries of the matrix."""
        row, column, entry = np.broadcast_arrays(row, column, np.asarray(value, dtype=float))
        self.row.append(row.ravel())
        self.column.append(column.ravel())
        self.value.append(entry.ravel())

    def matrix(self, columns: int) -> csc_array:
        """All of them."""
        where = (np.concatenate(self.row), np.concatenate(self.column))
        entries = coo_array((np.concatenate(self.value), where), shape=(self.size, columns))
        return csc_array(entries)


def assemble(
    instance: Instance,
    pools: Pools | None = None,
    only: Bools | None = None,
    floors: Floats | None = None,
) -> tuple[LinearProgram, Layout]:
    """The program of an instance over `pools` (one a cluster where None).

    Parameters
    ----------
    only
        (O,) columns that may be used at all; None: every one.
    floors
        (worlds, members, days) stock that the terminals of a member keep together, -inf for none;
        None: that of `lending` for those whose cargo can be lent at all.
    """
    pools = pooled(instance) if pools is None else pools
    layout, size = _layout(instance, pools, only)
    rows = _Rows()
    _assignments(instance, layout, rows)
    _tanks(instance, layout, rows)
    _berths(instance, layout, rows)
    _demand(instance, layout, rows)
    _articles(instance, layout, rows)
    _floors(instance, layout, rows, lent_floors(instance) if floors is None else floors)
    cost, lower, upper = _columns(instance, layout, size)
    if layout.worst != NOBODY:
        cost = _worst(instance, layout, rows, cost)
    whole = np.zeros(size)
    whole[: len(layout.column)] = 1.0
    program = LinearProgram(
        cost.sum(axis=0), rows.matrix(size), np.concatenate(rows.lower),
        np.concatenate(rows.upper), lower, upper, whole,
    )  # fmt: skip
    return program, layout


def _layout(instance: Instance, pools: Pools, only: Bools | None) -> tuple[Layout, int]:
    """Number all columns: of each column of the instance one for every pool that it can go to."""
    columns, days, worlds = instance.columns, instance.days, instance.worlds
    here = columns.cluster[:, None] == pools.cluster[None, :]
    here &= pools.fits[columns.cargo]
    if only is not None:
        here &= only[:, None]
    column, pool = np.nonzero(here)
    at = len(column)
    blocks: dict[str, Ints] = {}
    shapes = {
        "stock": (worlds, len(pools), days), "sent": (worlds, len(pools), days),
        "served": (worlds, len(instance.steps.ids), days),
    }  # fmt: skip
    for name, shape in shapes.items():
        count = int(np.prod(shape))
        blocks[name] = at + np.arange(count).reshape(shape)
        at += count
    worst = at if instance.judge == "worst" and worlds > 1 else NOBODY
    size = at + (worst != NOBODY)
    return Layout(pools=pools, column=column, pool=pool, worst=worst, rows={}, **blocks), size


def _in_world(instance: Instance, layout: Layout, world: int) -> tuple[Ints, Ints, Ints]:
    """Whole columns that unload in a world within the horizon, what each does, and its day."""
    columns = instance.columns
    own = columns.world[layout.column]
    day = columns.day[layout.column, world]
    at = np.flatnonzero(((own == NOBODY) | (own == world)) & (day != NOBODY))
    return at, layout.column[at], day[at]


def _assignments(instance: Instance, layout: Layout, rows: _Rows) -> None:
    """A cargo does one thing in each world, or stays where it is."""
    columns, worlds = instance.columns, instance.worlds
    key = columns.cargo * (worlds + 1) + columns.world + 1
    used, index = np.unique(key[layout.column], return_inverse=True)
    numbers = rows.block((len(used),), -np.inf, 1.0)
    rows.put(numbers[index], np.arange(len(layout.column)), 1.0)
    layout.rows["once"] = numbers


def _tanks(instance: Instance, layout: Layout, rows: _Rows) -> None:
    """Stock of a day = stock of the day before + what is unloaded - what is sent out."""
    pools, days = layout.pools, instance.days
    start = np.zeros((instance.worlds, len(pools), days))
    start[:, :, 0] = pools.start
    balance = rows.block(start.shape, start, start)
    rows.put(balance, layout.stock, 1.0)
    rows.put(balance[:, :, 1:], layout.stock[:, :, :-1], -1.0)
    rows.put(balance, layout.sent, 1.0)
    for w in range(instance.worlds):
        at, column, day = _in_world(instance, layout, w)
        rows.put(balance[w, layout.pool[at], day], at, -instance.columns.lands[column, w])
    layout.rows["balance"] = balance


def _berths(instance: Instance, layout: Layout, rows: _Rows) -> None:
    pools, days = layout.pools, instance.days
    berth = rows.block(
        (instance.worlds, len(pools), days), -np.inf, np.asarray(pools.berths)[None, :, None]
    )
    for w in range(instance.worlds):
        at, _, day = _in_world(instance, layout, w)
        pool = layout.pool[at]
        for later in range(int(pools.port_days.max(initial=1))):
            alongside = (later < pools.port_days[pool]) & (day + later < days)
            rows.put(berth[w, pool[alongside], day[alongside] + later], at[alongside], 1.0)
    layout.rows["berth"] = berth


def _demand(instance: Instance, layout: Layout, rows: _Rows) -> None:
    """What is served in a region comes out of its tanks or from home."""
    terminals, steps = instance.terminals, instance.steps
    shape = (instance.worlds, len(terminals.regions), instance.days)
    demand = rows.block(shape, -steps.home, np.inf)
    region = terminals.cluster_region[layout.pools.cluster]
    rows.put(demand[:, region], layout.sent, 1.0)
    rows.put(demand[:, steps.region], layout.served, -1.0)
    layout.rows["demand"] = demand


def _articles(instance: Instance, layout: Layout, rows: _Rows) -> None:
    """The pact: whole cargoes a week, the lenders' floors and parts."""
    lending, columns, days = instance.lending, instance.columns, instance.days
    lender = columns.lender[layout.column]
    if lending.cargoes_per_week <= 0 or not np.any(lender != NOBODY):
        return
    weeks = -(-days // 7)
    shape = (instance.worlds, weeks)
    so_far = np.floor(lending.cargoes_per_week * np.arange(1, weeks + 1) + 1e-9)
    volume = rows.block(shape, -np.inf, so_far[None, :])
    weekly = rows.block(shape, -np.inf, np.ceil(lending.cargoes_per_week - 1e-9))
    for w in range(instance.worlds):
        at, column, _ = _in_world(instance, layout, w)
        loan = columns.lender[column] != NOBODY
        at, week = at[loan], np.clip(columns.decide[column[loan]], 0, days - 1) // 7
        rows.put(weekly[w, week], at, 1.0)
        for later in range(weeks):
            gone = week <= later
            rows.put(volume[w, later], at[gone], 1.0)
    layout.rows.update({"volume": volume, "weekly": weekly})
    _fairness(instance, layout, rows)


def lent_floors(instance: Instance) -> Floats:
    """(worlds, members, days) what lenders keep; -inf for who lends nothing."""
    lending = instance.lending
    lenders = np.unique(instance.columns.lender)
    if lending.cargoes_per_week <= 0:
        return np.full_like(lending.floor, -np.inf)
    keeps = np.isin(np.arange(len(instance.terminals.members)), lenders)
    return np.where(keeps[None, :, None], lending.floor, -np.inf)


def _floors(instance: Instance, layout: Layout, rows: _Rows, floors: Floats) -> None:
    """Lenders keep their floor over all their terminals."""
    if not np.any(np.isfinite(floors)):
        return
    terminals = instance.terminals
    member = terminals.region_member[terminals.cluster_region[layout.pools.cluster]]
    floor = rows.block(floors.shape, floors, np.inf)
    rows.put(floor[:, member], layout.stock, 1.0)
    layout.rows["floor"] = floor


def _fairness(instance: Instance, layout: Layout, rows: _Rows) -> None:
    """Each lender gives its part of all loans, to within one cargo."""
    share, columns = instance.lending.share, instance.columns
    lenders = np.flatnonzero(~np.isnan(share))
    if len(lenders) < 2:
        return
    part = rows.block((instance.worlds, len(lenders)), -np.inf, 1.0)
    for w in range(instance.worlds):
        at, column, _ = _in_world(instance, layout, w)
        loan = columns.lender[column] != NOBODY
        for i, lender in enumerate(lenders):
            own = columns.lender[column[loan]] == lender
            rows.put(part[w, i], at[loan], own.astype(float) - share[lender])
    layout.rows["part"] = part


def _columns(instance: Instance, layout: Layout, size: int) -> tuple[Floats, Floats, Floats]:
    """Costs by world (worlds, columns) and bounds.

    The constant part is left out: that all demand goes unserved and every cargo stays where it is.
    """
    pools, columns, steps = layout.pools, instance.columns, instance.steps
    cost = np.zeros((instance.worlds, size))
    lower, upper = np.zeros(size), np.full(size, np.inf)
    upper[: len(layout.column)] = 1.0
    if layout.worst != NOBODY:
        lower[layout.worst] = -np.inf
    own = columns.world[layout.column]
    for w, weight in enumerate(instance.weights):
        weight = 1.0 if layout.worst != NOBODY else float(weight)
        here = np.flatnonzero((own == NOBODY) | (own == w))
        column = layout.column[here]
        lost = np.where(columns.day[column, w] == NOBODY, 0.0,
                        instance.cargoes.value[columns.cargo[column]])  # fmt: skip
        cost[w, here] = weight * (columns.cost[column, w] + columns.priority[column] + lost)
        cost[w, layout.served[w]] = -weight * steps.worth[:, None]
        cost[w, layout.stock[w, :, -1]] = -weight * instance.end_value[pools.cluster]
    lower[layout.stock] = pools.floor[None, :, None]
    upper[layout.stock] = pools.tank[None, :, None]
    upper[layout.sent] = pools.send_out[None, :, None]
    upper[layout.served] = steps.wanted
    if instance.lending.cargoes_per_week > 0:
        lower[layout.served] = np.minimum(instance.lending.serves, steps.wanted)
    return cost, lower, upper


def constant(instance: Instance) -> Floats:
    """(worlds,) what the program leaves out: worth of all demand less the value of all cargoes."""
    wanted = np.einsum("wmd,m->w", instance.steps.wanted, instance.steps.worth)
    result: Floats = wanted - instance.cargoes.value.sum()
    return result


def _worst(instance: Instance, layout: Layout, rows: _Rows, cost: Floats) -> Floats:
    """The cost of every world lies below one column, which alone is minimised."""
    const = constant(instance)
    below = rows.block((instance.worlds,), -np.inf, -const)
    for w in range(instance.worlds):
        at = np.flatnonzero(cost[w])
        rows.put(below[w], at, cost[w, at])
    rows.put(below, np.full(instance.worlds, layout.worst), -1.0)
    layout.rows["worst"] = below
    result = np.zeros((1, cost.shape[1]))
    result[0, layout.worst] = 1.0
    return result
