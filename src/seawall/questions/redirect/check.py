"""Replaying a plan day by day, without any program: does it keep the rules, what does it cost?

The replay takes from a plan only what is decided (which column, which terminal, what is sent out
and served), walks through the days and counts again all the rest.  What it finds broken it says in
words, with place and day.  `completed` goes the other way: from which cargo goes where to the plan
with the best send-out and service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.completion import completed
from seawall.questions.redirect.counting import (
    TOLERANCE,
    Money,
    berths_taken,
    landed,
    landings,
    money,
    over,
)
from seawall.questions.redirect.instance import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.questions.redirect.instance import Floats, Instance, Ints, Plan

__all__ = ["Money", "Replay", "completed", "replay"]


@dataclass(frozen=True)
class Replay:
    """What a plan comes to.

    `stock` (worlds, J, days) at the end of the day [kt], `berths` (worlds, J, days) ships
    alongside, `money` as counted again, and every broken rule in words.
    """

    stock: Floats
    berths: Ints
    money: Money
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether no rule is broken."""
        return not self.faults


def replay(instance: Instance, plan: Plan) -> Replay:
    """Walk through a plan day by day.

    Returns
    -------
    Replay
        With every broken rule: a cargo in two places, a ship too large, a berth too few, a tank
        overfull or below its floor, more served than sent, an article of the pact, a figure of
        the plan that is not what it comes to.
    """
    faults = [*_choices(instance, plan)]
    berths = berths_taken(instance, plan.column, plan.terminal)
    stock = np.zeros_like(berths, dtype=float)
    arriving = landed(instance, plan.column, plan.terminal)
    for w in range(instance.worlds):
        held = instance.terminals.start.astype(float)
        for day in range(instance.days):
            held = held + arriving[w, :, day] - plan.sent[w, :, day]
            stock[w, :, day] = held
            faults += _terminals_of_a_day(instance, plan, w, day, held, berths[w, :, day])
            faults += _demand_of_a_day(instance, plan, w, day)
    faults += _pact(instance, plan, stock)
    counted = money(instance, plan.column, stock, plan.served)
    faults += _figures(plan, counted, stock)
    return Replay(stock, berths, counted, tuple(faults))


def _choices(instance: Instance, plan: Plan) -> Iterator[str]:
    """What is wrong with which cargo goes where."""
    for w in range(instance.worlds):
        for c, name in enumerate(instance.cargoes.ids):
            chosen, j = int(plan.column[w, c]), int(plan.terminal[w, c])
            where = f"{name} in world {w}"
            if chosen == NOBODY:
                if j != NOBODY:
                    yield f"{where} stays where it is and yet has a terminal"
            else:
                yield from _choice(instance, w, c, chosen, j)
            shared = chosen != NOBODY and instance.columns.world[chosen] == NOBODY
            if (shared or instance.cargoes.now[c]) and np.any(plan.column[:, c] != chosen):
                yield f"{where} is told today, and not the same in all worlds"


def _choice(instance: Instance, w: int, c: int, chosen: int, j: int) -> Iterator[str]:
    """What is wrong with a column in a world and its terminal."""
    columns, terminals = instance.columns, instance.terminals
    where = f"{instance.cargoes.ids[c]} in world {w}"
    if columns.cargo[chosen] != c:
        yield f"{where} takes column {chosen} of another cargo"
    if columns.world[chosen] not in (NOBODY, w):
        yield f"{where} takes column {chosen} of world {columns.world[chosen]}"
    day = int(columns.day[chosen, w])
    if day != NOBODY and j == NOBODY:
        yield f"{where} arrives on day {day} and has no terminal"
    elif day != NOBODY:
        if terminals.cluster[j] != columns.cluster[chosen]:
            yield f"{where} unloads at {terminals.ids[j]}, outside its cluster"
        if not instance.fits[c, j]:
            yield f"{where} may not call at {terminals.ids[j]}"
    owner, lender = int(instance.cargoes.owner[c]), int(columns.lender[chosen])
    goes_to = int(terminals.region_member[terminals.cluster_region[columns.cluster[chosen]]])
    if lender not in (NOBODY, owner):
        yield f"{where} is lent by {terminals.members[lender]}, which does not own it"
    if lender == goes_to and lender != NOBODY:
        yield f"{where} is lent to its own member"
    if lender == NOBODY and owner not in (NOBODY, goes_to):
        yield f"{where} goes to {terminals.members[goes_to]} without a loan"


def _terminals_of_a_day(
    instance: Instance, plan: Plan, w: int, day: int, held: Floats, taken: Ints
) -> Iterator[str]:
    """What is wrong at the terminals on a day."""
    terminals = instance.terminals
    sent = plan.sent[w, :, day]
    for j, name in enumerate(terminals.ids):
        where = f"{name} on day {day} in world {w}"
        floor = min(terminals.floor[j], terminals.start[j])
        if over(held[j], terminals.tank[j]):
            yield f"{where}: {held[j]:.3f} kt in a tank of {terminals.tank[j]:.3f}"
        if over(floor, held[j]):
            yield f"{where}: {held[j]:.3f} kt, below the floor of {floor:.3f}"
        if over(sent[j], terminals.send_out[j]) or over(0.0, sent[j]):
            yield f"{where}: sends out {sent[j]:.3f} kt of at most {terminals.send_out[j]:.3f}"
        if taken[j] > terminals.berths[j]:
            yield f"{where}: {taken[j]} ships at {terminals.berths[j]} berths"


def _demand_of_a_day(instance: Instance, plan: Plan, w: int, day: int) -> Iterator[str]:
    """What is wrong with what is served on a day."""
    terminals, steps = instance.terminals, instance.steps
    served = plan.served[w, :, day]
    region = terminals.cluster_region[terminals.cluster]
    for m, name in enumerate(steps.ids):
        if over(0.0, served[m]) or over(served[m], steps.wanted[w, m, day]):
            yield (
                f"{name} on day {day} in world {w}: served {served[m]:.3f} kt of "
                f"{steps.wanted[w, m, day]:.3f} wanted"
            )
    for r, name in enumerate(terminals.regions):
        there = steps.home[w, r, day] + plan.sent[w, region == r, day].sum()
        used = served[steps.region == r].sum()
        if over(used, there):
            yield f"{name} on day {day} in world {w}: served {used:.3f} kt out of {there:.3f}"


def _pact(instance: Instance, plan: Plan, stock: Floats) -> Iterator[str]:
    """What breaks an article of the pact."""
    columns, lending, terminals = instance.columns, instance.lending, instance.terminals
    for w in range(instance.worlds):
        loans = [
            chosen for _, chosen, _ in landings(instance, plan.column, w)
            if columns.lender[chosen] != NOBODY
        ]  # fmt: skip
        if loans and lending.cargoes_per_week <= 0:
            yield f"{len(loans)} loans in world {w} without a pact"
            continue
        yield from _volume(instance, w, loans)
        for chosen in loans:
            borrower = terminals.region_member[terminals.cluster_region[columns.cluster[chosen]]]
            own = [w] if columns.world[chosen] != NOBODY else range(instance.worlds)
            needs = [int(lending.from_day[v, borrower]) for v in own]
            if not any(0 <= need <= columns.decide[chosen] for need in needs):
                name = instance.cargoes.ids[columns.cargo[chosen]]
                yield f"{name} in world {w} is lent before {terminals.members[borrower]} is in need"
    if lending.cargoes_per_week <= 0:
        return
    for member in np.unique(columns.lender[columns.lender != NOBODY]):
        total = stock[:, terminals.member == member].sum(axis=1)
        for w, day in np.argwhere(
            lending.floor[:, member] - total > TOLERANCE * (1.0 + np.abs(total))
        ):
            yield (
                f"{terminals.members[member]} on day {day} in world {w}: {total[w, day]:.3f} kt, "
                f"below the {lending.floor[w, member, day]:.3f} that a lender keeps"
            )
    least = np.minimum(lending.serves, instance.steps.wanted)
    for w, m, day in np.argwhere(least - plan.served > TOLERANCE * (1.0 + np.abs(least))):
        yield (
            f"{instance.steps.ids[m]} on day {day} in world {w}: served "
            f"{plan.served[w, m, day]:.3f} kt, less than the {least[w, m, day]:.3f} that a lender "
            "serves in any case"
        )


def _volume(instance: Instance, w: int, loans: list[int]) -> Iterator[str]:
    """Loans above what a week, or all weeks so far, may bring; and each lender's part of them."""
    lending, columns = instance.lending, instance.columns
    weeks = [int(np.clip(columns.decide[o], 0, instance.days - 1)) // 7 for o in loans]
    for week in sorted(set(weeks)):
        here, so_far = weeks.count(week), sum(v <= week for v in weeks)
        if here > np.ceil(lending.cargoes_per_week - 1e-9):
            yield f"{here} cargoes are lent in week {week} in world {w}"
        if so_far > np.floor(lending.cargoes_per_week * (week + 1) + 1e-9):
            yield f"{so_far} cargoes are lent up to week {week} in world {w}"
    lenders = np.flatnonzero(~np.isnan(lending.share))
    for lender in lenders if len(lenders) > 1 else ():
        own = sum(columns.lender[o] == lender for o in loans)
        if over(own - lending.share[lender] * len(loans), 1.0):
            name = instance.terminals.members[lender]
            yield f"{name} lends {own} of {len(loans)} cargoes in world {w}, more than its part"


def _figures(plan: Plan, counted: Money, stock: Floats) -> Iterator[str]:
    """Figures of the plan that are not what it comes to."""
    apart = np.abs(plan.stock - stock) > TOLERANCE * (1.0 + np.abs(stock))
    if apart.any():
        w, j, day = np.argwhere(apart)[0]
        yield (
            f"the plan says {plan.stock[w, j, day]:.6f} kt in terminal {j} on day {day} in world "
            f"{w}, and it is {stock[w, j, day]:.6f}"
        )
    for name in ("shortage", "freight", "fees", "purchases", "left", "order", "cost"):
        said, found = np.atleast_1d(getattr(plan, name)), np.atleast_1d(getattr(counted, name))
        for w in np.flatnonzero(np.abs(said - found) > TOLERANCE * (1.0 + np.abs(found))):
            yield f"{name} of the plan is {said[w]:.6f} in world {w}, and comes to {found[w]:.6f}"
    if over(plan.lower_bound, plan.cost):
        yield f"the bound {plan.lower_bound:.6f} lies above the cost {plan.cost:.6f}"
