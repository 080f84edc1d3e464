"""Facility location in which every client goes to one site: what is left, to HiGHS.

Pairs of client and site that no better solution can use are dropped (reduced costs of the
Lagrangean bound), sites are fixed, and the rest is the strong formulation: x_ij <= y_j, the
capacity of each site in one row, and one row "open sites cover all demand".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from seawall.errors import Infeasible, LimitReached
from seawall.program import LinearProgram
from seawall.program import solve as solve_program
from seawall.questions.site.facility_bound import CLOSED, OPEN
from seawall.questions.site.facility_exact import PROVEN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.questions.site.facility_bound import Bound, Status
    from seawall.questions.site.facility_input import Instance

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["assignable", "finish", "gathered", "price"]

#: Rounds of moves of single clients and pairs.
ROUNDS = 50


def price(instance: Instance, assignment: Ints) -> float:
    """Cost of an assignment (n,) with the opening of the sites in it."""
    return float(
        instance.cost[assignment, np.arange(len(assignment))].sum()
        + instance.open_cost[np.unique(assignment)].sum()
    )


def gathered(instance: Instance, sites: Ints, flow: Floats) -> Ints | None:
    """An assignment (n,) near a split flow (p, n): the largest clients first to the site that
    serves most of them and has room, else the cheapest with room; then better by moves.

    None where the sites cannot take all that way."""
    cost = instance.cost[sites]
    room = instance.capacity[sites].copy()
    slack = 1e-9 * max(float(instance.demand.sum()), 1e-300)
    assignment = np.zeros(cost.shape[1], dtype=np.int64)
    for i in np.argsort(-instance.demand, kind="stable"):
        order = np.lexsort((cost[:, i], -flow[:, i]))
        fits = order[(room[order] + slack >= instance.demand[i]) & np.isfinite(cost[order, i])]
        if not len(fits):
            return None
        assignment[i] = fits[0]
        room[fits[0]] -= instance.demand[i]
    return sites[_moved(instance, cost, assignment, room)]


def _moved(instance: Instance, cost: Floats, assignment: Ints, room: Floats) -> Ints:
    """Move single clients, and swap pairs, while that is cheaper."""
    n, need = len(assignment), instance.demand
    everyone = np.arange(n)
    for _ in range(ROUNDS):
        won = False
        for i in range(n):
            now = assignment[i]
            gain = cost[now, i] - cost[:, i]
            gain[room < need[i]] = 0.0
            best = int(np.argmax(gain))
            if gain[best] > PROVEN * (1.0 + cost[now, i]):
                room[now] += need[i]
                room[best] -= need[i]
                assignment[i] = best
                won = True
                continue
            other = cost[assignment, i] + cost[now] - cost[now, i]
            gain = cost[assignment, everyone] - other
            gain[(room[now] + need[i] < need) | (room[assignment] + need < need[i])] = 0.0
            gain[assignment == now] = 0.0
            k = int(np.argmax(gain))
            if gain[k] > PROVEN * (1.0 + cost[now, i]):
                there = assignment[k]
                room[now] += need[i] - need[k]
                room[there] += need[k] - need[i]
                assignment[i], assignment[k] = there, now
                won = True
        if not won:
            break
    return assignment


def assignable(instance: Instance, status: Status, bound: Bound, best: float) -> NDArray[np.bool_]:
    """(m, n) pairs that a better solution may use: those whose reduced cost does not lift the
    bound to the best cost."""
    reduced = instance.cost - bound.u + instance.demand * bound.scarcity[:, None]
    opening = np.where(status == OPEN, 0.0, np.maximum(bound.margin, 0.0))
    lift = opening[:, None] + np.maximum(reduced, 0.0)
    kept = bound.value + lift < best * (1.0 - PROVEN) if np.isfinite(best) else reduced < np.inf
    return np.asarray(kept & np.isfinite(instance.cost) & (status != CLOSED)[:, None])


def finish(
    instance: Instance,
    status: Status,
    bound: Bound,
    best: Ints | None,
    *,
    time_limit: float,
    gap: float,
) -> tuple[Ints | None, float]:
    """Solve what is left.

    Returns
    -------
    assignment
        (n,) the best that is known then; None where there is none yet.
    lower_bound
        What is proven.

    Raises
    ------
    Infeasible
        Where no assignment keeps the capacities.
    """
    cost = np.inf if best is None else price(instance, best)
    pairs = np.argwhere(assignable(instance, status, bound, cost).T)
    client, site = pairs[:, 0], pairs[:, 1]
    if len(np.unique(client)) < instance.cost.shape[1]:
        if best is None:
            raise Infeasible("no site has room for some client")
        return best, cost
    program = _program(instance, status, client, site)
    try:
        found = solve_program(program, time_limit=time_limit, gap=gap)
    except LimitReached:
        return best, bound.value
    except Infeasible:
        if best is None:
            raise
        return best, cost
    m = len(instance.open_cost)
    taken = found.x[m:] > 0.5
    assignment = np.empty(instance.cost.shape[1], dtype=np.int64)
    assignment[client[taken]] = site[taken]
    reached = price(instance, assignment)
    low = max(bound.value, min(found.lower_bound, cost, reached))
    if best is not None and cost <= reached:
        return best, min(low, cost)
    return assignment, min(low, reached)


def _program(instance: Instance, status: Status, client: Ints, site: Ints) -> LinearProgram:
    """Columns: a site each, then the pairs.  Rows: client served, pair needs its site, capacity,
    cover."""
    m, n = instance.cost.shape
    k = len(client)
    pair = m + np.arange(k)
    tight = np.flatnonzero(np.isfinite(instance.capacity))
    cover, need = instance.cover
    held = np.isin(site, tight) & (instance.demand[client] > 0)
    row_of = np.zeros(m, dtype=np.int64)
    row_of[tight] = n + k + np.arange(len(tight))
    last = n + k + len(tight)
    scale = need if need > 0 else 1.0
    usable = cover / scale > 1e-9
    blocks = (
        (client, pair, np.ones(k)),
        (n + np.arange(k), pair, np.ones(k)),
        (n + np.arange(k), site, -np.ones(k)),
        (row_of[site[held]], pair[held], instance.demand[client[held]] / scale),
        (row_of[tight], tight, -instance.capacity[tight] / scale),
        (np.full(usable.sum(), last), np.flatnonzero(usable), cover[usable] / scale),
    )
    rows, columns, values = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    sized = np.abs(values) >= 1e-9
    matrix = coo_array(
        (values[sized], (rows[sized], columns[sized])), shape=(last + 1, m + k)
    ).tocsc()
    row_lower = np.concatenate([np.ones(n), np.full(k + len(tight), -np.inf), [1.0]])
    row_upper = np.concatenate([np.ones(n), np.zeros(k + len(tight)), [np.inf]])
    lower, upper = np.zeros(m + k), np.ones(m + k)
    lower[:m][status == OPEN] = 1.0
    upper[:m][status == CLOSED] = 0.0
    costs = np.concatenate([instance.open_cost, instance.cost[site, client]])
    return LinearProgram(costs, matrix, row_lower, row_upper, lower, upper, np.ones(m + k))
