"""Branch and bound over open sites, with a Lagrangean bound in every node.

For demand that may be split: a node opens and closes some sites for good, its bound goes on from
the multipliers of its parent (`facility_bound.climb`), and its margins fix further sites.  A node
without free sites is a transport problem, which is solved.  The node with the lowest bound comes
first, so that the bound of the whole rises with every node (Beasley 1988 searches depth first).
"""

from __future__ import annotations

import heapq
import itertools
import time
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.site.facility_bound import CLOSED, FREE, OPEN, climb

if TYPE_CHECKING:
    from collections.abc import Callable

    from seawall.questions.site.facility_bound import Bound, Status
    from seawall.questions.site.facility_input import Instance
    from seawall.questions.site.facility_search import Search

__all__ = ["PROVEN", "branch", "fixed"]

#: Part of the cost below which nothing better is looked for: rounding.
PROVEN = 1e-9
#: Steps of the bound in a node.
ROUNDS = 60


def fixed(instance: Instance, status: Status, bound: Bound, best: float) -> Status | None:
    """`status` with every site decided whose other state cannot be better than the best cost;
    None where what is left open cannot cover the demand."""
    status = status.copy()
    free = status == FREE
    out = bound.value + np.abs(bound.margin) >= best * (1.0 - PROVEN)
    status[free & out & (bound.margin > 0)] = CLOSED
    status[free & out & (bound.margin < 0)] = OPEN
    cover, need = instance.cover
    return status if cover[status != CLOSED].sum() >= need else None


def branch(
    search: Search,
    status: Status,
    root: Bound,
    gap: float,
    told: Callable[[float], None],
) -> float:
    """Search until the gap is reached or time is up; returns the bound that is proven.

    Parameters
    ----------
    search
        Keeps the best set of sites, and says when time is up.
    told
        Called with the bound whenever it rises or a better set is found.
    """
    count = itertools.count()
    nodes = [(root.value, next(count), status, root)]
    low = root.value
    cost = search.cost
    while nodes:
        limit = search.cost * (1.0 - max(gap, PROVEN))
        now = min(nodes[0][0], search.cost)
        if now > low or search.cost < cost:
            low, cost = max(low, now), search.cost
            told(low)
        if low >= limit or time.perf_counter() > search.deadline:
            return low
        _, _, status, bound = heapq.heappop(nodes)
        if not (status == FREE).any():
            search.value(np.flatnonzero(status == OPEN))
            continue
        for child in _children(status, bound):
            inner = _node(search, child, bound)
            if inner is not None:
                left, found = inner
                heapq.heappush(nodes, (max(found.value, low), next(count), left, found))
    return search.cost


def _children(status: Status, bound: Bound) -> list[Status]:
    """Two nodes: the free site that is least decided, open and closed."""
    free = np.flatnonzero(status == FREE)
    undecided = np.abs(bound.often[free] - 0.5)
    ties = free[undecided <= undecided.min() + 0.05]
    j = ties[np.argmin(np.abs(bound.margin[ties]))]
    children = []
    for state in (OPEN, CLOSED):
        child = status.copy()
        child[j] = state
        children.append(child)
    return children


def _node(search: Search, status: Status, parent: Bound) -> tuple[Status, Bound] | None:
    """A node's decisions and bound; None where nothing better than the best cost is in it."""
    instance = search.instance
    target = search.cost * (1.0 - PROVEN)
    cover, need = instance.cover
    if cover[status != CLOSED].sum() < need:
        return None
    bound = climb(instance, status, parent.u, target, rounds=ROUNDS, step=0.3)
    if bound.value >= target:
        return None
    left = fixed(instance, status, bound, search.cost)
    if left is None:
        return None
    sites = search.repaired(np.flatnonzero((left == OPEN) | ((left == FREE) & (bound.often > 0.5))))
    if not search.known(sites):
        before = search.cost
        search.value(sites)
        if search.cost < before:
            search.descend(search.sites)
    return left, bound
