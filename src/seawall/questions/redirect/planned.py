"""Which column is a cargo's plan: going on as planned, as far as passages allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.instance import NOBODY

if TYPE_CHECKING:
    from seawall.questions.redirect.instance import Instance, Ints

__all__ = ["planned"]


def planned(instance: Instance) -> Ints:
    """(worlds, cargoes) the column in which each cargo goes on as planned; NOBODY: there is none,
    and for offers, which nobody has planned for.

    It is the column whose extra cost is smallest in size, among those the one that arrives first
    (one that arrives within the horizon before one that does not), among those the first of all.
    A column of all worlds is judged by the average over worlds.
    """
    columns = instance.columns
    result = np.full((instance.worlds, len(instance.cargoes.ids)), NOBODY)
    if not len(columns.cargo):
        return result
    far = np.where(columns.day == NOBODY, instance.days, columns.day).astype(float)
    for w in range(instance.worlds):
        own, shared = columns.world == w, columns.world == NOBODY
        own = (own | shared) & (instance.cargoes.owner[columns.cargo] != NOBODY)
        own &= columns.lender == NOBODY
        cost = np.where(shared, np.abs(columns.cost) @ instance.weights, np.abs(columns.cost[:, w]))
        day = np.where(shared, far @ instance.weights, far[:, w])
        at = np.flatnonzero(own)
        order = at[np.lexsort((at, day[at], cost[at].round(9), columns.cargo[at]))]
        cargo, first = np.unique(columns.cargo[order], return_index=True)
        result[w, cargo] = order[first]
    return result
