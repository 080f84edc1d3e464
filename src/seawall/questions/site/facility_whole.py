"""Facility location in which every client goes to one site: what is left, to HiGHS.

Pairs of client and site that no better solution can use are dropped (reduced costs of the
Lagrangean bound), sites are fixed, and the rest is the strong formulation: x_ij <= y_j, the
capacity of each site in one row, and one row "open sites cover all demand".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np
from scipy.sparse import coo_array

from seawall.errors import Infeasible, LimitReached
from seawall.program import LinearProgram
from seawall.program import solve as solve_program
from seawall.questions.site.facility_bound import CLOSED, OPEN
from seawall.questions.site.facility_exact import PROVEN
from seawall.questions.site.facility_input import ROUNDING

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
    cost = np.ascontiguousarray(instance.cost[sites])
    room = instance.capacity[sites] * (1.0 + ROUNDING)
    order = np.argsort(-instance.demand, kind="stable")
    assignment = _gathered(cost, instance.demand, room, flow, order)
    if assignment[0] < 0:
        return None
    _move(cost, instance.demand, room, assignment, ROUNDS)
    return np.asarray(sites[assignment])


@numba.njit(cache=True, nogil=True)
def _gathered(cost, demand, room, flow, order):  # type: ignore[no-untyped-def]
    p, n = cost.shape
    assignment = np.full(n, -1)
    for i in order:
        best = -1
        for j in range(p):
            if room[j] >= demand[i] and cost[j, i] < np.inf:
                more = best < 0 or flow[j, i] > flow[best, i]
                if more or (flow[j, i] == flow[best, i] and cost[j, i] < cost[best, i]):
                    best = j
        if best < 0:
            assignment[0] = -1
            return assignment
        assignment[i] = best
        room[best] -= demand[i]
    return assignment


@numba.njit(cache=True, nogil=True)
def _move(cost, demand, room, assignment, rounds):  # type: ignore[no-untyped-def]
    """Move single clients, and swap pairs, while that is cheaper."""
    p, n = cost.shape
    for _ in range(rounds):
        won = False
        for i in range(n):
            for j in range(p):
                now = assignment[i]
                if room[j] >= demand[i] and cost[j, i] < cost[now, i]:
                    room[now] += demand[i]
                    room[j] -= demand[i]
                    assignment[i] = j
                    won = True
            for k in range(n):
                now, there = assignment[i], assignment[k]
                more = demand[k] - demand[i]
                before = cost[now, i] + cost[there, k]
                after = cost[there, i] + cost[now, k]
                fits = room[now] >= more and room[there] >= -more
                if fits and after < before * (1.0 - PROVEN):
                    room[now] -= more
                    room[there] += more
                    assignment[i], assignment[k] = there, now
                    won = True
        if not won:
            break


def assignable(instance: Instance, status: Status, bound: Bound, best: float) -> NDArray[np.bool_]:
    """(m, n) pairs that a better solution may use: those whose reduced cost does not lift the
    bound to the best cost."""
    reduced = instance.cost - bound.u + instance.demand * bound.scarcity[:, None]
    opening = np.where(status == OPEN, 0.0, np.maximum(bound.margin, 0.0))
    lift = opening[:, None] + np.maximum(reduced, 0.0)
    kept = bound.value + lift < best * (1.0 - PROVEN) if np.isfinite(best) else reduced < np.inf
    fits = instance.demand <= instance.capacity[:, None] * (1.0 + ROUNDING)
    return np.asarray(kept & fits & np.isfinite(instance.cost) & (status != CLOSED)[:, None])


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
    usable = cover / need > 1e-9
    # Each capacity is 1 in its own row, so that the solver's tolerance is a part of it.
    scale = np.where(instance.capacity > 0, instance.capacity, 1.0)
    blocks = (
        (client, pair, np.ones(k)),
        (n + np.arange(k), pair, np.ones(k)),
        (n + np.arange(k), site, -np.ones(k)),
        (row_of[site[held]], pair[held], instance.demand[client[held]] / scale[site[held]]),
        (row_of[tight], tight, -instance.capacity[tight] / scale[tight]),
        (np.full(usable.sum(), last), np.flatnonzero(usable), cover[usable] / need),
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
