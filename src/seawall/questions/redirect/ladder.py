"""The ladder of plans, and what each comes to by member, place and tier."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.instance import NOBODY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.questions.redirect.instance import Bools, Floats, Instance, Ints, Plan

__all__ = ["PLANS", "Planned", "translated"]

#: Plans by name, in the order of the ladder: each is allowed more than the one before.
PLANS = ("nothing", "greedy", "alone", "pact")


@dataclass(frozen=True)
class Planned:
    """One rung of the ladder: `plan` solves `instance`, whose columns it speaks of."""

    name: str
    instance: Instance
    plan: Plan

    @cached_property
    def unserved(self) -> Floats:
        """(worlds, M, days) [kt a day] that is wanted and not served, without a solver's dust."""
        wanted = self.instance.steps.wanted
        gap: Floats = wanted - self.plan.served
        return np.where(gap > 1e-6 * np.maximum(wanted, 1e-3), gap, 0.0)

    @cached_property
    def costs(self) -> Floats:
        """(worlds,) what counts in each world [million USD]."""
        plan = self.plan
        result: Floats = plan.spent + plan.order - plan.left
        return result

    def short(self, region: int, tier: str, world: int) -> Floats:
        """(days,) what a tier of a region goes short of [kt a day]."""
        steps = self.instance.steps
        rows = (steps.region == region) & (np.array(steps.tier) == tier)
        result: Floats = self.unserved[world, rows].sum(axis=0)
        return result

    def step_member(self) -> Ints:
        """(M,) member of each step of demand."""
        terminals = self.instance.terminals
        result: Ints = terminals.region_member[self.instance.steps.region]
        return result

    def shortage_by(self, world: int) -> Floats:
        """(members,) worth of what is not served [million USD]."""
        steps = self.instance.steps
        gap = steps.wanted[world] - self.plan.served[world]
        lost = steps.worth * gap.sum(axis=1)
        return _sums(self.step_member(), lost, len(self.instance.terminals.members))

    def unserved_by(self, world: int) -> Floats:
        """(members,) what is not served [kt]."""
        lost = self.unserved[world].sum(axis=1)
        return _sums(self.step_member(), lost, len(self.instance.terminals.members))

    def taken(self, world: int) -> tuple[Ints, Ints]:
        """Cargoes that take a column in a world, and which."""
        cargo = np.flatnonzero(self.plan.column[world] != NOBODY)
        return cargo, self.plan.column[world, cargo]

    def member_of_cluster(self) -> Ints:
        """(K,) member of each cluster."""
        terminals = self.instance.terminals
        result: Ints = terminals.region_member[terminals.cluster_region]
        return result

    def paid_by(self, world: int) -> tuple[Floats, Floats, Floats]:
        """Freight, fees and purchases (members,) [million USD]: of a cargo by its owner, of an
        offer by who gets it; what a borrower gives back is in the settlement."""
        columns, members = self.instance.columns, len(self.instance.terminals.members)
        cargo, column = self.taken(world)
        owner = self.instance.cargoes.owner[cargo]
        payer = np.where(owner == NOBODY, self.member_of_cluster()[columns.cluster[column]], owner)
        freight, fee = columns.freight[column, world], columns.fee[column, world]
        bought = columns.cost[column, world] - freight - fee
        one, two, three = (_sums(payer, part, members) for part in (freight, fee, bought))
        return one, two, three

    def left_by(self, world: int) -> tuple[Floats, float]:
        """Value of what is left in tanks and of cargoes that are left, (members,) and in all
        [million USD]; an offer nobody takes belongs to no member."""
        terminals, cargoes = self.instance.terminals, self.instance.cargoes
        value = self.instance.end_value[terminals.cluster] * self.plan.stock[world, :, -1]
        members = len(terminals.members)
        result = _sums(terminals.member, value, members)
        left = self.undelivered(world)
        owned = left & (cargoes.owner != NOBODY)
        result += _sums(cargoes.owner[owned], cargoes.value[owned], members)
        return result, float(value.sum() + cargoes.value[left].sum())

    def undelivered(self, world: int) -> Bools:
        """(C,) whether nothing of it lands within the horizon."""
        column = self.plan.column[world]
        lands = np.zeros(len(column), dtype=bool)
        taken = column != NOBODY
        lands[taken] = self.instance.columns.day[column[taken], world] != NOBODY
        return ~lands

    def landings(self, world: int) -> tuple[Ints, Ints, Floats]:
        """Terminal (n,), day (n,) and kt (n,) of everything that lands in a world."""
        cargo, column = self.taken(world)
        day = self.instance.columns.day[column, world]
        there = day != NOBODY
        lands = self.instance.columns.lands[column, world][there]
        return self.plan.terminal[world, cargo][there], day[there], lands


def _sums(of: Ints, values: Floats, size: int) -> Floats:
    """(size,) sums of values by what they are of."""
    result: Floats = np.bincount(of, values, size).astype(float)
    return result


def translated(
    plan: Plan,
    source: Instance,
    target: Instance,
    *,
    later: int = 0,
    worlds: Mapping[int, int] | None = None,
) -> Plan:
    """The same decisions as a plan of another instance, to start a search from.

    Each cargo takes the column of the target with the same cluster and lender and the nearest day;
    what the target does not know is left.  Columns and terminals carry over; stocks and what is
    served carry over as far as the days and terminals reach, and the bound does not.

    Parameters
    ----------
    later
        Days by which the target begins later.
    worlds
        For each world of the target the one of the source; None: the same number.
    """
    mapped = [worlds[w] if worlds else w for w in range(target.worlds)]
    heaviest = int(np.argmax(target.weights))
    of = {name: i for i, name in enumerate(source.cargoes.ids)}
    seats = {name: j for j, name in enumerate(target.terminals.ids)}
    clusters = {name: k for k, name in enumerate(target.terminals.clusters)}
    finder = _Finder(target)
    column = np.full((target.worlds, len(target.cargoes.ids)), NOBODY)
    terminal = column.copy()
    for c, name in enumerate(target.cargoes.ids):
        if name not in of:
            continue
        for w in range(target.worlds):
            # What must be told today is the same in all worlds.
            leads = heaviest if target.cargoes.now[c] else w
            told = mapped[leads]
            o = int(plan.column[told, of[name]])
            if o == NOBODY:
                continue
            cluster = clusters.get(source.terminals.clusters[source.columns.cluster[o]], NOBODY)
            day = int(source.columns.day[o, told])
            day = NOBODY if day == NOBODY else day - later
            lender = int(source.columns.lender[o])
            column[w, c] = finder.nearest(c, leads, cluster, day, lender)
            seat = int(plan.terminal[told, of[name]])
            if column[w, c] != NOBODY and seat != NOBODY:
                terminal[w, c] = seats.get(source.terminals.ids[seat], NOBODY)
    return replace(
        plan,
        column=column, terminal=terminal,
        stock=_carried(plan.stock, mapped, later, target.days),
        sent=_carried(plan.sent, mapped, later, target.days),
        served=_carried(plan.served, mapped, later, target.days),
        shortage=plan.shortage[mapped], freight=plan.freight[mapped], fees=plan.fees[mapped],
        purchases=plan.purchases[mapped], left=plan.left[mapped], order=plan.order[mapped],
        lower_bound=-np.inf,
    )  # fmt: skip


def _carried(array: Floats, worlds: list[int], later: int, days: int) -> Floats:
    """(worlds, rows, days) from a later day on, the last day repeated where it ends."""
    at = np.minimum(np.arange(days) + later, array.shape[2] - 1)
    result: Floats = array[worlds][:, :, at]
    return result


class _Finder:
    """Columns of an instance by cargo: they are sorted by it."""

    #: Beyond the horizon is further than any day within it.
    _FAR = 10_000

    def __init__(self, instance: Instance) -> None:
        self._columns = instance.columns
        count = len(instance.cargoes.ids)
        self._from = np.searchsorted(instance.columns.cargo, np.arange(count + 1))

    def nearest(self, cargo: int, world: int, cluster: int, day: int, lender: int) -> int:
        """The column of a cargo that is there in a world, at that cluster and lender, on the
        nearest day, the cheapest of several; NOBODY where there is none."""
        columns = self._columns
        mine = np.arange(self._from[cargo], self._from[cargo + 1])
        mine = mine[
            (columns.cluster[mine] == cluster)
            & (columns.lender[mine] == lender)
            & np.isin(columns.world[mine], (NOBODY, world))
        ]
        if not mine.size:
            return NOBODY
        days = columns.day[mine, world]
        wanted = self._FAR if day == NOBODY else day
        away = np.abs(np.where(days == NOBODY, self._FAR, days) - wanted)
        return int(mine[np.lexsort((columns.cost[mine, world], away))[0]])
