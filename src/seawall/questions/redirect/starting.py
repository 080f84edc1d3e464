"""Where a search begins that has an earlier day's plan: nothing of it is lost, and what it could
not know is filled in (rolling horizon: Baker 1977, Decision Sciences 8)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.ladder import Planned, translated
from seawall.questions.redirect.own_part import kept_columns
from seawall.questions.redirect.search import solve
from seawall.questions.redirect.solutions import settled

if TYPE_CHECKING:
    from seawall.questions.redirect.instance import Bools, Instance, Plan

__all__ = ["LATE", "better", "beyond", "filled", "lengthened", "without_a_loan"]

#: Days before the end of the horizon within which an earlier plan is decided anew: it planned
#: towards an end that has moved.
LATE = 14
#: Most seconds for it, and its part of the time of a search.
SECONDS, SHARE = 10.0, 0.1


def beyond(rule: Planned, planned: Planned) -> frozenset[str]:
    """Cargoes that land nothing in the heaviest world, neither by a plan nor by the rule of thumb:
    they came after the horizon, nobody decided against them."""
    w = int(np.argmax(planned.instance.weights))
    none = [
        {each.instance.cargoes.ids[c] for c in np.flatnonzero(each.undelivered(w))}
        for each in (rule, planned)
    ]
    return frozenset(none[0] & none[1])


def filled(plan: Plan, rest: Plan, open_: frozenset[str], instance: Instance) -> Plan:
    """A plan in which cargoes that it does not know, or that are `open_`, do as in `rest`, unless
    they go somewhere already."""
    lands = np.zeros(plan.column.shape, dtype=bool)
    for w in range(instance.worlds):
        taken = plan.column[w] != NOBODY
        lands[w, taken] = instance.columns.day[plan.column[w, taken], w] != NOBODY
    take = ~lands.any(axis=0) & np.array([name in open_ for name in instance.cargoes.ids])
    column, terminal = plan.column.copy(), plan.terminal.copy()
    column[:, take], terminal[:, take] = rest.column[:, take], rest.terminal[:, take]
    return replace(plan, column=column, terminal=terminal)


def better(instance: Instance, plan: Plan, other: Plan) -> Plan:
    """The one of two plans that costs less once send-out and service follow from where cargoes go;
    the second where the first cannot be kept at all."""
    one, two = (settled(instance, each.column, each.terminal) for each in (plan, other))
    if one is None:
        return other
    return one if two is None or one.cost <= two.cost else two


def lengthened(instance: Instance, plan: Plan, *, time_limit: float, gap: float) -> Plan:
    """An earlier day's plan with its end decided anew: what lands in the last days of the horizon,
    or nowhere, is free, all else stays as it is (a neighbourhood of the plan: Shaw 1998).

    `time_limit` [s] and `gap` are those of the search that begins from it; this takes a part.
    """
    columns, chosen = instance.columns, plan.column
    free = _free(instance, plan)
    keep = free[columns.cargo]
    keep[chosen[chosen != NOBODY]] = True
    used = np.flatnonzero(keep)
    number = np.full(len(keep) + 1, NOBODY)
    number[used] = np.arange(len(used))
    small = replace(instance, columns=kept_columns(columns, keep))
    found = solve(
        small, time_limit=min(SECONDS, SHARE * time_limit), gap=0.25 * gap,
        start=replace(plan, column=number[chosen]),
    )  # fmt: skip
    back = np.where(found.column == NOBODY, NOBODY, used[found.column])
    return replace(found, column=back, lower_bound=-np.inf)


def without_a_loan(alone: Planned, pact: Planned) -> Planned:
    """The plan without the pact, or the one with it where that lends nothing and costs less: the
    longer search found it, not the pact, and it must not count as what the pact saves."""
    chosen = pact.plan.column[pact.plan.column != NOBODY]
    lends = (pact.instance.columns.lender[chosen] != NOBODY).any()
    if lends or pact.plan.cost >= alone.plan.cost:
        return alone
    found = translated(pact.plan, pact.instance, alone.instance)
    bound = min(alone.plan.lower_bound, found.cost)
    return Planned(alone.name, alone.instance, replace(found, lower_bound=bound))


def _free(instance: Instance, plan: Plan) -> Bools:
    """(cargoes,) those that land late or nowhere in any world."""
    free = np.zeros(plan.column.shape[1], dtype=bool)
    for w in range(instance.worlds):
        taken = plan.column[w] != NOBODY
        day = instance.columns.day[np.where(taken, plan.column[w], 0), w]
        free |= ~taken | (day == NOBODY) | (day >= instance.days - LATE)
    return free
