"""From a member's own plan to volumes that it can declare: what it could spare, what it lacks.

Works on the plain arrays of one member's own problem and its plan alone.  What is spared is safe:
with every spared cargo gone at once, there is still a way to send out that keeps the stock of
article 5 and serves the tiers of article 6 in every world, which a linear program over the days
shows.  Whoever borrows fewer of them leaves the lender more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csc_array

from seawall.errors import Infeasible
from seawall.program import LinearProgram, solve
from seawall.questions.redirect.instance import NOBODY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from seawall.questions.redirect.instance import Instance, Ints, Plan

__all__ = ["Spare", "lacking", "loans", "safe", "spared"]

#: Quantities below this [kt a week] are a solver's dust.
_DUST = 1e-4


@dataclass(frozen=True)
class Spare:
    """A cargo that could be lent.

    Attributes
    ----------
    cargo
        Its row in the instance.
    decide
        Last day on which it can be told.
    lands
        What it lands at the least, wherever it goes and whatever turns out [kt].
    arrives, extra
        Cluster -> day alongside, and what going there costs more [million USD]; the worst over the
        worlds.
    """

    cargo: int
    decide: int
    lands: float
    arrives: Mapping[int, int]
    extra: Mapping[int, float]


def loans(instance: Instance, member: int, borrower: int) -> list[Spare]:
    """Cargoes of a member that could go to a borrower in every world, from the columns that say
    so; the earliest day at each cluster counts."""
    columns, terminals = instance.columns, instance.terminals
    there = terminals.region_member[terminals.cluster_region[columns.cluster]] == borrower
    mine = np.flatnonzero((columns.lender == member) & there)
    found: list[Spare] = []
    for cargo in np.unique(columns.cargo[mine]):
        own = mine[columns.cargo[mine] == cargo]
        arrives: dict[int, int] = {}
        extra: dict[int, float] = {}
        lands: list[float] = []
        for cluster in np.unique(columns.cluster[own]):
            best = _earliest(instance, own[columns.cluster[own] == cluster])
            if best is None:
                continue
            worlds = np.arange(instance.worlds)
            arrives[int(cluster)] = int(columns.day[best, worlds].max())
            extra[int(cluster)] = float((columns.freight + columns.fee)[best, worlds].max())
            lands.append(float(columns.lands[best, worlds].min()))
        if arrives:
            decide = int(columns.decide[own].min())
            found.append(Spare(int(cargo), decide, min(lands), arrives, extra))
    return found


def _earliest(instance: Instance, columns: Ints) -> Ints | None:
    """In each world the column that arrives first; None if in some world none arrives."""
    best = np.empty(instance.worlds, dtype=np.int64)
    for w in range(instance.worlds):
        of = instance.columns.world[columns]
        days = instance.columns.day[columns, w]
        usable = columns[((of == NOBODY) | (of == w)) & (days != NOBODY)]
        if not len(usable):
            return None
        best[w] = min(usable, key=lambda o: (instance.columns.day[o, w], o))
    return best


def spared(
    instance: Instance,
    alone: Plan,
    member: int,
    borrower: int,
    *,
    cap: float,
    days: int,
    order: Sequence[str],
) -> list[Spare]:
    """Cargoes that a member can spare together.

    Taken one by one in the order of article 10 within each week, kept if all of them are still
    safe.

    Parameters
    ----------
    instance, alone
        The member's own problem with the columns of loans, and its plan without a loan.
    cap
        Cargoes a week at most, as article 3 counts them.
    days
        Days from now within which a cargo must be told.
    """

    def first(spare: Spare) -> tuple[float, ...]:
        early, cheap = float(min(spare.arrives.values())), min(spare.extra.values())
        by = [early if word == "arrival" else cheap for word in order]
        return (spare.decide // 7, *by, spare.cargo)

    kept: list[Spare] = []
    candidates = [s for s in loans(instance, member, borrower) if 0 <= s.decide < days]
    for spare in sorted(candidates, key=first):
        week = spare.decide // 7
        so_far = sum(s.decide // 7 <= week for s in kept)
        here = sum(s.decide // 7 == week for s in kept)
        if so_far >= np.floor(cap * (week + 1) + 1e-9) or here >= np.ceil(cap):
            continue
        if safe(instance, alone, member, {s.cargo for s in kept} | {spare.cargo}):
            kept.append(spare)
    return kept


def safe(instance: Instance, alone: Plan, member: int, gone: Collection[int]) -> bool:
    """Whether a member keeps its stock and serves its first tiers in every world without some of
    the cargoes of its plan."""
    return all(_can_do(instance, alone, member, set(gone), w) for w in range(instance.worlds))


def _can_do(instance: Instance, alone: Plan, member: int, gone: set[int], world: int) -> bool:
    """Whether send-outs exist that keep tanks, the floor of article 5 and the first tiers."""
    terminals, days = instance.terminals, instance.days
    own = np.flatnonzero(terminals.member == member)
    landed = np.zeros((len(terminals.ids), days))
    for cargo, column in enumerate(alone.column[world]):
        if column == NOBODY or cargo in gone:
            continue
        day, terminal = instance.columns.day[column, world], alone.terminal[world, cargo]
        if day != NOBODY and terminal != NOBODY:
            landed[terminal, day] += instance.columns.lands[column, world]
    n = len(own) * days
    cell = np.arange(n).reshape(len(own), days)  # sent; stock comes after all of it
    rows: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    values: list[np.ndarray] = []
    low: list[np.ndarray] = []
    high: list[np.ndarray] = []
    count = 0

    def add(row: np.ndarray, column: np.ndarray, value: float) -> None:
        rows.append(count + row.ravel())
        columns.append(column.ravel())
        values.append(np.full(row.size, value))

    # stock[d] - stock[d-1] + sent[d] = landed[d]
    add(cell, n + cell, 1.0)
    add(cell[:, 1:], n + cell[:, :-1], -1.0)
    add(cell, cell, 1.0)
    into = landed[own].copy()
    into[:, 0] += terminals.start[own]
    low.append(into.ravel())
    high.append(into.ravel())
    count += n
    day = np.arange(days)
    add(np.broadcast_to(day, cell.shape), n + cell, 1.0)
    # Where its own plan holds or serves less than article 5 or 6 ask for, it need not do better.
    has = alone.stock[world, own].sum(axis=0)
    low.append(np.minimum(instance.lending.floor[world, member], has) - _DUST)
    high.append(np.full(days, np.inf))
    count += days
    serves = np.minimum(instance.lending.serves[world], alone.served[world])
    for region in np.flatnonzero(terminals.region_member == member):
        inside = terminals.cluster_region[terminals.cluster[own]] == region
        add(np.broadcast_to(day, cell[inside].shape), cell[inside], 1.0)
        first = serves[instance.steps.region == region].sum(axis=0)
        low.append(first - instance.steps.home[world, region] - _DUST)
        high.append(np.full(days, np.inf))
        count += days
    matrix = coo_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        shape=(count, 2 * n),
    )
    floor = np.minimum(terminals.floor, terminals.start)[own]
    program = LinearProgram(
        c=np.zeros(2 * n), A=csc_array(matrix),
        row_lower=np.concatenate(low), row_upper=np.concatenate(high),
        lower=np.concatenate([np.zeros(n), np.repeat(floor, days)]),
        upper=np.concatenate(
            [np.repeat(terminals.send_out[own], days), np.repeat(terminals.tank[own], days)]
        ),
    )  # fmt: skip
    try:
        solve(program)
    except Infeasible:
        return False
    return True


def lacking(
    instance: Instance, alone: Plan, member: int, weeks: int
) -> list[tuple[int, int, str, float, float]]:
    """What a member goes short of in its plan: (week, region, tier, kt, million USD a kt), by week.

    Over worlds the mean by weight, or the most where the worst of them is judged.  Worth is the
    mean of what is lacking.
    """
    steps, terminals = instance.steps, instance.terminals
    short = np.maximum(steps.wanted - alone.served, 0.0)
    gap = np.max(short, axis=0) if instance.judge == "worst" else np.tensordot(
        instance.weights, short, axes=1
    )  # fmt: skip
    found: list[tuple[int, int, str, float, float]] = []
    for week in range(min(weeks, -(-instance.days // 7))):
        by_step = gap[:, 7 * week : 7 * week + 7].sum(axis=1)
        for region in np.flatnonzero(terminals.region_member == member):
            for tier in dict.fromkeys(steps.tier):
                rows = (steps.region == region) & (np.array(steps.tier) == tier)
                amount = float(by_step[rows].sum())
                if amount > _DUST:
                    worth = float(by_step[rows] @ steps.worth[rows]) / amount
                    found.append((week, int(region), tier, amount, worth))
    return found
