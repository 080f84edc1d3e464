"""Solutions of the program as plans, and plans as points to start from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import Infeasible, LimitReached
from seawall.program import solve
from seawall.questions.redirect.dive import dive
from seawall.questions.redirect.instance import NOBODY, Plan
from seawall.questions.redirect.program import assemble, split

if TYPE_CHECKING:
    from seawall.program import LinearProgram
    from seawall.questions.redirect.instance import Bools, Floats, Instance, Ints
    from seawall.questions.redirect.parts import Part
    from seawall.questions.redirect.program import Layout, Pools

__all__ = [
    "around",
    "best_of",
    "by_region",
    "decided",
    "held_by_region",
    "plan_of",
    "point",
    "settled",
]

#: Seconds for a plan whose cargoes are settled but for those that must be left where they are.
SETTLING = 20.0
#: Seconds that a dive gets at least: without one there may be no first plan.
DIVE = 3.0


def decided(
    part: Part, column: Ints, terminal: Ints, *, left: float, seconds: float, near: float
) -> Plan | None:
    """The best plan of a part over single terminals, starting from a dive or from what is settled
    by `column` and `terminal` (cargoes,) of the whole; None where none was found in time.

    `left` seconds for a dive, `seconds` for the search after it; 0: the dive alone.
    """
    instance = part.instance
    for limits in (part.floors, np.full_like(part.floors, -np.inf)):
        program, layout = assemble(instance, split(instance), floors=limits)
        now = point(instance, layout, *(a[None, :] for a in _inside(part, column, terminal)))
        try:
            x = best_of(program, layout, now, left=left, seconds=seconds, near=near)
        except Infeasible:
            # The other regions may be decided anew as well: the floor is looked at over all of
            # them when the plan is put together.
            instance = replace(instance, lending=replace(instance.lending, cargoes_per_week=0.0))
            continue
        return None if x is None else plan_of(instance, layout, x, -np.inf)
    return None


def best_of(
    program: LinearProgram, layout: Layout, now: Floats, *, left: float, seconds: float, near: float
) -> Floats | None:
    """The best point found from a dive, from the whole numbers of `now`, and by a search from the
    better of the two; None where there is none.

    Raises
    ------
    Infeasible
        When there is no point even without whole numbers.
    """
    points = (dive(program, max(DIVE, left)), _completed(program, layout, now))
    known = [x for x in points if x is not None]
    start = min(known, key=lambda x: float(program.c @ x), default=None)
    if seconds <= 0:
        return start
    try:
        found = solve(
            program, time_limit=seconds, gap=0.0, near=near, start=now if start is None else start
        )
    except LimitReached:
        return start
    return found.x if start is None or found.cost <= program.c @ start else start


def _completed(program: LinearProgram, layout: Layout, now: Floats) -> Floats | None:
    """The best point with the whole numbers of `now`; None if there is none."""
    lower, upper = program.lower.copy(), program.upper.copy()
    whole = len(layout.column)
    lower[:whole] = upper[:whole] = now[:whole]
    try:
        return solve(replace(program, lower=lower, upper=upper, integrality=None)).x
    except Infeasible:
        return None


def _inside(part: Part, column: Ints, terminal: Ints) -> tuple[Ints, Ints]:
    """Columns and terminals of the whole as those of a part."""
    of_column = {int(o): i for i, o in enumerate(part.columns)}
    of_terminal = {int(j): i for i, j in enumerate(part.terminals)}
    return (
        np.array([of_column.get(int(o), NOBODY) for o in column]),
        np.array([of_terminal.get(int(j), NOBODY) for j in terminal]),
    )


def settled(instance: Instance, column: Ints, terminal: Ints) -> Plan | None:
    """The best plan in which each cargo does what is settled, or stays where it is if it cannot;
    None where none was found in time."""
    only = np.zeros(len(instance.columns.cargo), dtype=bool)
    only[column[(column != NOBODY) & (terminal != NOBODY)]] = True
    pools = split(instance)
    fits = np.zeros_like(instance.fits)
    w, c = np.nonzero((column != NOBODY) & (terminal != NOBODY))
    fits[c, terminal[w, c]] = True
    program, layout = assemble(instance, replace(pools, fits=fits & pools.fits), only)
    # A cargo may have another terminal in another world.
    meant = point(instance, layout, column, terminal)
    whole = len(layout.column)
    upper = program.upper.copy()
    upper[:whole] = meant[:whole]
    program = replace(program, upper=upper)
    lower = program.lower.copy()
    lower[:whole] = meant[:whole]
    try:
        found = solve(replace(program, lower=lower, integrality=None))
    except Infeasible:
        try:
            found = solve(program, time_limit=SETTLING, gap=0.0, near=0.1, start=meant * 0)
        except (LimitReached, Infeasible):
            return None
    return plan_of(instance, layout, found.x, -np.inf)


def around(instance: Instance, chosen: Ints, slack: int) -> Bools:
    """Columns of the same cargo, world and cluster as a chosen one, some days around it."""
    columns = instance.columns
    size = len(instance.terminals.clusters)
    key = (columns.cargo * (instance.worlds + 1) + columns.world + 1) * size + columns.cluster
    day = np.where(columns.day == NOBODY, instance.days, columns.day).min(axis=1)
    at = np.unique(chosen[chosen != NOBODY])
    middle = np.full(int(key.max(initial=0)) + 1, -10 * instance.days)
    middle[key[at]] = day[at]
    result: Bools = np.abs(day - middle[key]) <= slack
    return result


def _chosen(instance: Instance, layout: Layout, x: Floats) -> tuple[Ints, Ints]:
    """(worlds, cargoes) column and pool of each cargo in a solution."""
    columns = instance.columns
    shape = (instance.worlds, len(instance.cargoes.ids))
    column, pool = np.full(shape, NOBODY), np.full(shape, NOBODY)
    for at in np.flatnonzero(x[: len(layout.column)] > 0.5):
        o = layout.column[at]
        worlds = slice(None) if columns.world[o] == NOBODY else columns.world[o]
        column[worlds, columns.cargo[o]] = o
        pool[worlds, columns.cargo[o]] = layout.pool[at]
    return column, pool


def point(instance: Instance, layout: Layout, column: Ints, terminal: Ints | None) -> Floats:
    """The whole numbers of a plan as a point of a program."""
    size = layout.served.max() + 1 + (layout.worst != NOBODY)
    x = np.zeros(size)
    pools = layout.pools
    taken: dict[int, int] = {}
    for w, c in zip(*np.nonzero(column != NOBODY), strict=True):
        o = int(column[w, c])
        if terminal is None:
            taken[o] = NOBODY
        elif terminal[w, c] != NOBODY:
            taken[o] = int(pools.of[terminal[w, c]])
    for at, (o, p) in enumerate(zip(layout.column, layout.pool, strict=True)):
        if int(o) in taken and taken[int(o)] in (NOBODY, int(p)):
            x[at] = 1.0
    return x


def plan_of(
    instance: Instance, layout: Layout, x: Floats, bound: float, *, loose: bool = False
) -> Plan:
    """The plan that a solution of the program means.

    Over pools that are no single terminals it has no terminals, and its stocks are those of pools.
    `loose` takes parts of columns as they are (a solution without whole numbers).
    """
    columns, steps, worlds = instance.columns, instance.steps, instance.worlds
    whole = x[: len(layout.column)]
    whole = whole if loose else np.round(whole)
    column, pool = _chosen(instance, layout, x)
    served = np.minimum(x[layout.served], steps.wanted)
    shortage = np.einsum("wmd,m->w", steps.wanted - served, steps.worth)
    freight, fees, order, cost = (np.zeros(worlds) for _ in range(4))
    left = np.full(worlds, instance.cargoes.value.sum())
    stock = x[layout.stock]
    for w in range(worlds):
        here = (columns.world[layout.column] == NOBODY) | (columns.world[layout.column] == w)
        o, part = layout.column[here], whole[here]
        freight[w] = part @ columns.freight[o, w]
        fees[w] = part @ columns.fee[o, w]
        order[w] = part @ columns.priority[o]
        cost[w] = part @ columns.cost[o, w]
        lands = columns.day[o, w] != NOBODY
        left[w] -= (part * lands) @ instance.cargoes.value[columns.cargo[o]]
        left[w] += instance.end_value[layout.pools.cluster] @ stock[w, :, -1]
    total = shortage + cost + order - left
    judged = total.max() if instance.judge == "worst" else instance.weights @ total
    single = len(layout.pools) == len(instance.terminals.ids)
    return Plan(
        column=column,
        terminal=pool if single else np.full_like(pool, NOBODY),
        stock=stock, sent=x[layout.sent], served=served,
        shortage=shortage, freight=freight, fees=fees, purchases=cost - freight - fees,
        left=left, order=order, cost=float(judged), lower_bound=bound,
    )  # fmt: skip


def held_by_region(instance: Instance, pools: Pools, stock: Floats) -> Floats:
    """(worlds, regions, days) what the tanks of each region hold."""
    region = instance.terminals.cluster_region[pools.cluster]
    result = np.zeros((stock.shape[0], len(instance.terminals.regions), stock.shape[2]))
    for r in range(result.shape[1]):
        result[:, r] = stock[:, region == r].sum(axis=1)
    return result


def by_region(instance: Instance, plan: Plan, pools: Pools | None = None) -> Floats:
    """(worlds, regions) what a plan costs by region: shortage and cost of what it gets, less what
    it holds at the end and less what its cargoes would be worth where they were."""
    pools = split(instance) if pools is None else pools
    columns, steps, terminals = instance.columns, instance.steps, instance.terminals
    shape = (instance.worlds, len(terminals.regions))
    result = np.zeros(shape)
    short = np.einsum("wmd,m->wm", steps.wanted - plan.served, steps.worth)
    for region in range(shape[1]):
        result[:, region] = short[:, steps.region == region].sum(axis=1)
    w, c = np.nonzero(plan.column != NOBODY)
    o = plan.column[w, c]
    lands = columns.day[o, w] != NOBODY
    cost = columns.cost[o, w] + columns.priority[o] + lands * instance.cargoes.value[c]
    np.add.at(result, (w, terminals.cluster_region[columns.cluster[o]]), cost)
    held = plan.stock[:, :, -1] * instance.end_value[pools.cluster]
    for world in range(instance.worlds):
        np.subtract.at(result[world], terminals.cluster_region[pools.cluster], held[world])
    return result
