"""From which cargo goes where to a whole plan: the best send-out and service for it.

Once cargoes are placed, worlds and regions are apart, but for what a lender keeps in all its tanks
together: one linear program each, a flow through tanks over time.  Whether tanks have room at all
needs no program: sending out as much as there is leaves every tank as empty as it can be, a
reflected walk (Lindley 1952, Proceedings of the Cambridge Philosophical Society 48).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csc_array

from seawall.errors import Infeasible
from seawall.program import LinearProgram, solve
from seawall.questions.redirect.counting import berths_taken, landed, money, over
from seawall.questions.redirect.instance import NOBODY, Plan

if TYPE_CHECKING:
    from seawall.questions.redirect.instance import Bools, Floats, Instance, Ints

__all__ = ["completed", "emptiest"]


def emptiest(start: Floats, floor: Floats, lands: Floats, use: Floats) -> Floats:
    """Stock (..., days) at the end of each day where `use` (..., days) is sent out, or what there
    is above the floor.

    `start` and `floor` (...) hold for all days; `lands` (..., days) is there before it is used.
    """
    walk = (start - floor)[..., None] + np.cumsum(lands - use, axis=-1)
    below = np.minimum(np.minimum.accumulate(walk, axis=-1), 0.0)
    result: Floats = floor[..., None] + walk - below
    return result


def completed(instance: Instance, column: Ints, terminal: Ints) -> Plan:
    """The plan of least cost in which each cargo takes that column to that terminal.

    Parameters
    ----------
    column, terminal
        (worlds, cargoes) as in `Plan`; every cargo that unloads needs a terminal.

    Raises
    ------
    Infeasible
        No send-out keeps the rules; says at which berth, in which tank or whose floor.
    """
    terminals, worlds, days = instance.terminals, instance.worlds, instance.days
    arriving = landed(instance, column, terminal)
    _room(instance, column, terminal, arriving)
    sent = np.zeros((worlds, len(terminals.ids), days))
    served = np.zeros((worlds, len(instance.steps.ids), days))
    for w in range(worlds):
        for regions in _together(instance):
            part = _Part(instance, w, regions, arriving[w])
            at, out, steps, use = part.best()
            sent[w, at], served[w, steps] = out, use
    stock = terminals.start[None, :, None] + np.cumsum(arriving - sent, axis=2)
    counted = money(instance, column, stock, served)
    return Plan(
        column=column, terminal=terminal, stock=stock, sent=sent, served=served,
        shortage=counted.shortage, freight=counted.freight, fees=counted.fees,
        purchases=counted.purchases, left=counted.left, order=counted.order, cost=counted.cost,
        lower_bound=-np.inf,
    )  # fmt: skip


def _room(instance: Instance, column: Ints, terminal: Ints, arriving: Floats) -> None:
    """Refuse what no send-out can make possible."""
    terminals = instance.terminals
    berths = berths_taken(instance, column, terminal)
    crowded = np.argwhere(berths > terminals.berths[:, None])
    if len(crowded):
        w, j, day = crowded[0]
        raise Infeasible(
            f"{terminals.ids[j]} has {terminals.berths[j]} berths and {berths[w, j, day]} ships "
            f"on day {day} in world {w}"
        )
    floor = np.minimum(terminals.floor, terminals.start)
    lowest = emptiest(terminals.start, floor, arriving, terminals.send_out[:, None])
    for w, j, day in np.argwhere(lowest > terminals.tank[:, None]):
        if over(lowest[w, j, day], terminals.tank[j]):
            raise Infeasible(
                f"{terminals.ids[j]} overflows on day {day} in world {w}: {lowest[w, j, day]:.3f} "
                f"kt in a tank of {terminals.tank[j]:.3f}, whatever is sent out before"
            )


def _lenders(instance: Instance) -> Ints:
    """Members whose tanks together are not to fall below a floor."""
    lender = instance.columns.lender
    if instance.lending.cargoes_per_week <= 0:
        return np.zeros(0, dtype=np.int64)
    return np.unique(lender[lender != NOBODY])


def _together(instance: Instance) -> list[Bools]:
    """Regions (masks) that must be planned together: those of one lender; the others alone."""
    of = instance.terminals.region_member
    lenders = _lenders(instance)
    alone = np.flatnonzero(~np.isin(of, lenders))
    return [of == m for m in lenders] + [np.arange(len(of)) == r for r in alone]


class _Part:
    """The linear program of some regions in one world.

    Columns: sent (J, days), stock (J, days), served (M, days).
    """

    def __init__(self, instance: Instance, world: int, regions: Bools, arriving: Floats) -> None:
        terminals, steps = instance.terminals, instance.steps
        self.instance, self.world, self.arriving = instance, world, arriving
        self.at = np.flatnonzero(regions[terminals.cluster_region[terminals.cluster]])
        self.steps = np.flatnonzero(regions[steps.region])
        self.regions = np.flatnonzero(regions)
        days, sizes = instance.days, (len(self.at), len(self.at), len(self.steps))
        begin = np.concatenate([[0], np.cumsum(sizes) * days])
        self.sent, self.stock, self.served = (
            np.arange(begin[i], begin[i + 1]).reshape(-1, days) for i in range(3)
        )
        self.size = int(begin[3])

    def best(self) -> tuple[Ints, Floats, Ints, Floats]:
        """Terminals and their send-out (J, days), steps and what they get (M, days)."""
        instance, world, terminals = self.instance, self.world, self.instance.terminals
        wanted = instance.steps.wanted[world, self.steps]
        lower, upper, cost = np.zeros(self.size), np.zeros(self.size), np.zeros(self.size)
        upper[self.sent] = terminals.send_out[self.at, None]
        lower[self.stock] = np.minimum(terminals.floor, terminals.start)[self.at, None]
        upper[self.stock] = terminals.tank[self.at, None]
        upper[self.served] = wanted
        if instance.lending.cargoes_per_week > 0:
            lower[self.served] = np.minimum(instance.lending.serves[world, self.steps], wanted)
        cost[self.served] = -instance.steps.worth[self.steps, None]
        cost[self.stock[:, -1]] = -instance.end_value[terminals.cluster[self.at]]
        matrix, low, high = self._rows()
        try:
            x = solve(LinearProgram(cost, matrix, low, high, lower, upper)).x
        except Infeasible:
            names = ", ".join(terminals.regions[r] for r in self.regions)
            raise Infeasible(
                f"no send-out of {names} in world {world} keeps what a lender must keep and serve"
            ) from None
        sent = np.clip(x[self.sent], 0.0, upper[self.sent])
        served = np.clip(x[self.served], lower[self.served], upper[self.served])
        return self.at, sent, self.steps, served

    def _rows(self) -> tuple[csc_array, Floats, Floats]:
        """Balance of tanks, of regions, and the floor of a lender."""
        instance, world, terminals = self.instance, self.world, self.instance.terminals
        days, infinite = instance.days, np.inf
        entries: list[tuple[Ints, Ints, Floats]] = []
        low: list[Floats] = []
        high: list[Floats] = []

        def block(least: Floats, most: Floats) -> Ints:
            first = sum(part.size for part in low)
            low.append(least.ravel())
            high.append(most.ravel())
            return (first + np.arange(least.size)).reshape(least.shape)

        def put(row: Ints, column: Ints, value: float) -> None:
            row, column = np.broadcast_arrays(row, column)
            entries.append((row.ravel(), column.ravel(), np.full(row.size, value)))

        lands = self.arriving[self.at].copy()
        lands[:, 0] += terminals.start[self.at]
        balance = block(lands, lands)
        put(balance, self.stock, 1.0)
        put(balance[:, 1:], self.stock[:, :-1], -1.0)
        put(balance, self.sent, 1.0)
        home = instance.steps.home[world, self.regions]
        demand = block(-home, np.full(home.shape, infinite))
        region = terminals.cluster_region[terminals.cluster[self.at]]
        put(demand[np.searchsorted(self.regions, region)], self.sent, 1.0)
        put(demand[np.searchsorted(self.regions, instance.steps.region[self.steps])],
            self.served, -1.0)  # fmt: skip
        member = int(terminals.region_member[self.regions[0]])
        if member in _lenders(instance):
            floor = block(instance.lending.floor[world, member], np.full(days, infinite))
            put(np.broadcast_to(floor, self.stock.shape), self.stock, 1.0)
        row, column, value = (np.concatenate(parts) for parts in zip(*entries, strict=True))
        shape = (sum(part.size for part in low), self.size)
        matrix = csc_array(coo_array((value, (row, column)), shape=shape))
        return matrix, np.concatenate(low), np.concatenate(high)
