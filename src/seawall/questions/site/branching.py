"""The p-median that fixing leaves, by branch and bound over its sites.

Christofides and Beasley (1982, European Journal of Operational Research 10): each node opens some
sites and closes others, and is bounded by the Lagrangean of `lagrange`, a few steps from the prices
of its parent.  Of a client's pairs only those up to its nearest open site count.  The p sites of
each step are a solution too.  Nodes with the lowest bound come first, so that the bound of all
rises while time lasts.

Few sites with many pairs are done here in less time than by the integer program of `exact`, which
has a row for each pair; many sites with few pairs are done there.
"""

from __future__ import annotations

from heapq import heappop, heappush
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from seawall.questions.site.exact import aim
from seawall.questions.site.lagrange import ROUNDING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.questions.site.exact import Rest

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["branch"]

FREE, OPEN, CLOSED = 0, 1, 2
#: Steps at each node and at the first; share of Polyak's step that they begin with, steps without
#: progress after which it shrinks, and by how much.
STEPS, FIRST_STEPS = 20, 500
PACE, PATIENCE, SHRINK = 0.8, 6, 0.6
#: Share of the newest subgradient in the direction.
FRESH = 0.6
#: Relative progress that counts.
PROGRESS = 1e-5
#: Bytes that open nodes may hold.
MEMORY = 1_000_000_000


class Lists(NamedTuple):
    """Pairs by client, cheapest first: those of client i are `start[i]:start[i + 1]`."""

    start: Ints
    site: Ints
    cost: Floats


def branch(
    rest: Rest,
    u: Floats,
    p: int,
    best: float,
    *,
    whole: bool,
    seconds: float,
    gap: float,
) -> tuple[Ints | None, float]:
    """Search what is left for something better than `best`.

    Parameters
    ----------
    rest
        All that a solution can consist of whose cost is below `aim(best, whole, gap)`.
    u
        (n,) prices to begin with.
    whole
        Costs are whole numbers.
    gap
        Relative gap that will do.

    Returns
    -------
    The sites of a better solution, None if none was found; and a lower bound of every solution.
    """
    end = monotonic() + seconds
    lists = _lists(rest, len(u))
    found = np.empty(p, dtype=np.int64)
    known, goal = best, aim(best, whole=whole, gap=gap)
    first = np.where(rest.open, OPEN, FREE).astype(np.int8)
    prices = u.copy()
    bound, best, site = _bounded(lists, first, prices, p, goal, FIRST_STEPS, best, found)
    goal = aim(best, whole=whole, gap=gap)
    nodes = [(bound, 0, site, first, prices)] if bound < goal else []
    most = MEMORY // (8 * len(u) + len(first))
    count = 0
    while nodes and nodes[0][0] < goal and monotonic() < end and len(nodes) < most:
        above, _, site, status, prices = heappop(nodes)
        for side in (OPEN, CLOSED):
            child, own = status.copy(), prices.copy()
            child[site] = side
            bound, best, below = _bounded(lists, child, own, p, goal, STEPS, best, found)
            goal = aim(best, whole=whole, gap=gap)
            if bound < goal:
                count += 1
                heappush(nodes, (max(bound, above), count, below, child, own))
    bound = min(nodes[0][0] if nodes else goal, goal)
    return (rest.sites[found] if best < known else None), bound


def _lists(rest: Rest, n: int) -> Lists:
    order = np.lexsort((rest.cost, rest.client))
    start = np.concatenate([[0], np.cumsum(np.bincount(rest.client, minlength=n))])
    return Lists(start.astype(np.int64), rest.site[order], rest.cost[order])


@numba.njit(cache=True, nogil=True)
def _bounded(
    lists: Lists,
    status: NDArray[np.int8],
    u: Floats,
    p: int,
    goal: float,
    steps: int,
    best: float,
    found: Ints,
) -> tuple[float, float, int]:
    """Bound a node and fix sites in it.

    `u` becomes the best prices; `status` tells what is fixed; `found` holds the sites of a solution
    that is better than `best`.

    Returns
    -------
    bound, best, site
        The bound (inf: nothing better is below), the least cost that is known, and the site to
        branch on (-1: none is free).
    """
    if _settled(status, p):
        return _leaf(lists, status, p, best, found)
    near, served = _compact(lists, status)
    if not served:
        return np.inf, best, -1
    n, s = len(u), len(status)
    opened = int((status == OPEN).sum())
    at = u.copy()
    direction = np.zeros(n)
    rho, top_rho = np.empty(s), np.empty(s)
    chosen = np.zeros(s, dtype=np.bool_)
    often = np.zeros(s)
    top, top_last, top_next = -np.inf, 0.0, 0.0
    pace, idle = PACE, 0
    for _ in range(steps):
        value, size = _reduce(near, at, rho)
        last, following = _choose(status, rho, p - opened, chosen)
        picked = rho[chosen].sum()
        value += picked - ROUNDING * (2.0 * size + abs(picked))
        often += chosen
        idle = 0 if value > top + PROGRESS * abs(value) else idle + 1
        if value > top:
            top, top_last, top_next = value, last, following
            top_rho[:] = rho
            u[:] = at
        if top >= goal:
            return top, best, -1
        cost, length = _serve(near, at, chosen, direction)
        if cost < best:
            best = cost
            found[:] = np.flatnonzero(chosen)
        if length <= 0.0:
            break
        if idle > PATIENCE:
            pace *= SHRINK
            idle = 0
            at[:] = u
            direction[:] = 0.0
        else:
            at += pace * max(goal - value, ROUNDING * size) / length * direction
            at[:] = np.maximum(at, 0.0)
    _fix(status, top_rho, top, top_last, top_next, goal)
    if _settled(status, p):
        return _leaf(lists, status, p, best, found)
    return top, best, int(np.argmax(np.where(status == FREE, often, -1.0)))


@numba.njit(cache=True, nogil=True)
def _settled(status: NDArray[np.int8], p: int) -> bool:
    """Whether at most one choice of sites is left."""
    opened = (status == OPEN).sum()
    return bool(opened >= p or opened + (status == FREE).sum() <= p)


@numba.njit(cache=True, nogil=True)
def _leaf(
    lists: Lists, status: NDArray[np.int8], p: int, best: float, found: Ints
) -> tuple[float, float, int]:
    """The cost of the only choice that is left, inf where there is none."""
    opened = (status == OPEN).sum()
    if opened > p or opened + (status == FREE).sum() < p:
        return np.inf, best, -1
    inside = status == OPEN if opened == p else status != CLOSED
    total = 0.0
    for i in range(len(lists.start) - 1):
        least = np.inf
        for k in range(lists.start[i], lists.start[i + 1]):
            if inside[lists.site[k]]:
                least = lists.cost[k]
                break
        total += least
    if total < best:
        best = total
        found[:] = np.flatnonzero(inside)
    # It is known now, and nothing else is below.
    return np.inf, best, -1


@numba.njit(cache=True, nogil=True)
def _compact(lists: Lists, status: NDArray[np.int8]) -> tuple[Lists, bool]:
    """The pairs that count at a node, and whether each client has one."""
    start = np.empty(len(lists.start), dtype=np.int64)
    site, cost = np.empty_like(lists.site), np.empty_like(lists.cost)
    many = 0
    for i in range(len(start) - 1):
        start[i] = many
        for k in range(lists.start[i], lists.start[i + 1]):
            j = lists.site[k]
            if status[j] == CLOSED:
                continue
            site[many], cost[many] = j, lists.cost[k]
            many += 1
            if status[j] == OPEN:
                break
        if many == start[i]:
            return lists, False
    start[-1] = many
    return Lists(start, site, cost), True


@numba.njit(cache=True, nogil=True)
def _reduce(near: Lists, u: Floats, rho: Floats) -> tuple[float, float]:
    """Fill `rho`; the sum of prices, and of their sizes."""
    rho[:] = 0.0
    for i in range(len(u)):
        for k in range(near.start[i], near.start[i + 1]):
            net = near.cost[k] - u[i]
            if net >= 0.0:
                break
            rho[near.site[k]] += net
    return u.sum(), np.abs(u).sum()


@numba.njit(cache=True, nogil=True)
def _choose(
    status: NDArray[np.int8], rho: Floats, wanted: int, chosen: NDArray[np.bool_]
) -> tuple[float, float]:
    """Choose the open sites and as many free ones as are wanted, those of least `rho`.

    Returns the largest `rho` of a free site that is chosen and the smallest of one that is not.
    """
    free = np.sort(rho[status == FREE])
    last, following = free[wanted - 1], free[wanted]
    chosen[:] = status == OPEN
    left = wanted
    for j in range(len(rho)):
        if status[j] == FREE and rho[j] < last:
            chosen[j] = True
            left -= 1
    for j in range(len(rho)):
        if left > 0 and status[j] == FREE and rho[j] == last:
            chosen[j] = True
            left -= 1
    return last, following


@numba.njit(cache=True, nogil=True)
def _serve(
    near: Lists, u: Floats, chosen: NDArray[np.bool_], direction: Floats
) -> tuple[float, float]:
    """Turn `direction` towards clients that are served by none; the cost of the chosen sites (inf:
    they are no better than what is known), and the square of the direction."""
    total, length = 0.0, 0.0
    for i in range(len(u)):
        served, least = 0.0, np.inf
        for k in range(near.start[i], near.start[i + 1]):
            if near.cost[k] >= u[i] and least < np.inf:
                break
            if chosen[near.site[k]]:
                served += 1.0 if near.cost[k] < u[i] else 0.0
                least = min(least, near.cost[k])
        total += least
        direction[i] = FRESH * (1.0 - served) + (1.0 - FRESH) * direction[i]
        length += direction[i] ** 2
    return total, length


@numba.njit(cache=True, nogil=True)
def _fix(
    status: NDArray[np.int8], rho: Floats, value: float, last: float, following: float, goal: float
) -> None:
    """Close and open free sites for which the other would lift the bound to the goal."""
    for j in range(len(status)):
        if status[j] != FREE:
            continue
        if value + rho[j] - last >= goal:
            status[j] = CLOSED
        elif value + following - rho[j] >= goal:
            status[j] = OPEN
