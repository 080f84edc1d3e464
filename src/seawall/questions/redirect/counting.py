"""What follows from which cargo goes where: gas unloaded, berths taken, money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.instance import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.questions.redirect.instance import Floats, Instance, Ints

__all__ = ["TOLERANCE", "Money", "berths_taken", "landed", "landings", "money", "over"]

#: Relative to the size of what is compared.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Money:
    """(worlds,) million USD each, as in `Plan`, and the cost over all worlds."""

    shortage: Floats
    freight: Floats
    fees: Floats
    purchases: Floats
    left: Floats
    order: Floats
    cost: float


def landings(instance: Instance, column: Ints, world: int) -> Iterator[tuple[int, int, int]]:
    """(cargo, column, day) of every cargo that unloads in a world within the horizon."""
    for cargo, chosen in enumerate(column[world]):
        if chosen != NOBODY and instance.columns.day[chosen, world] != NOBODY:
            yield cargo, int(chosen), int(instance.columns.day[chosen, world])


def landed(instance: Instance, column: Ints, terminal: Ints) -> Floats:
    """(worlds, J, days) what is unloaded [kt]."""
    result = np.zeros((instance.worlds, len(instance.terminals.ids), instance.days))
    for w in range(instance.worlds):
        for cargo, chosen, day in landings(instance, column, w):
            j = terminal[w, cargo]
            if j != NOBODY:
                result[w, j, day] += instance.columns.lands[chosen, w]
    return result


def berths_taken(instance: Instance, column: Ints, terminal: Ints) -> Ints:
    """(worlds, J, days) ships alongside."""
    result = np.zeros((instance.worlds, len(instance.terminals.ids), instance.days), dtype=int)
    for w in range(instance.worlds):
        for cargo, _, day in landings(instance, column, w):
            j = terminal[w, cargo]
            if j != NOBODY:
                result[w, j, day : day + instance.terminals.port_days[j]] += 1
    return result


def money(instance: Instance, column: Ints, stock: Floats, served: Floats) -> Money:
    """What a plan costs; `stock` (worlds, J, days) and `served` (worlds, M, days)."""
    columns, terminals, worlds = instance.columns, instance.terminals, instance.worlds
    parts = np.zeros((6, worlds))
    for w in range(worlds):
        chosen = column[w][column[w] != NOBODY]
        freight, fees = columns.freight[chosen, w].sum(), columns.fee[chosen, w].sum()
        lost = (instance.steps.wanted[w] - served[w]).sum(axis=1)
        landing = {cargo for cargo, _, _ in landings(instance, column, w)}
        stays = np.array([c not in landing for c in range(len(instance.cargoes.ids))], dtype=bool)
        parts[:, w] = (
            instance.steps.worth @ lost,
            freight,
            fees,
            columns.cost[chosen, w].sum() - freight - fees,
            instance.end_value[terminals.cluster] @ stock[w, :, -1]
            + instance.cargoes.value[stays].sum(),
            columns.priority[chosen].sum(),
        )
    shortage, freight, fees, purchases, left, order = parts
    total = shortage + freight + fees + purchases + order - left
    cost = float(total.max() if instance.judge == "worst" else instance.weights @ total)
    return Money(shortage, freight, fees, purchases, left, order, cost)


def over(value: float, limit: float) -> bool:
    """Whether a value lies above a limit by more than arithmetic explains."""
    return bool(value - limit > TOLERANCE * (1.0 + abs(limit)))
