"""Who is served from where, once it is decided which sites are open: a transport problem.

Every client begins at its cheapest open site; what is too much for a site then moves along the
cheapest paths over sites to one with room (successive shortest paths with potentials: Ahuja,
Magnanti and Orlin 1993, Network Flows, section 9.7).  There are few open sites and many clients, so
the graph is kept over sites alone: from j to k goes the client at j for which k costs least more
per unit of demand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.questions.site.facility_input import Instance

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["served"]


def served(instance: Instance, sites: Ints) -> tuple[float, Floats, Floats]:
    """Cheapest way to serve all clients from open sites.

    Returns
    -------
    cost
        With the cost of opening; inf where the sites cannot serve all.
    flow
        (p, n) share of each client that each of the sites serves.
    u
        (n,) duals of the clients, each what it costs with its part of scarce capacity.
    """
    cost = np.ascontiguousarray(instance.cost[sites])
    value, flow, u = _served(cost, instance.demand, instance.capacity[sites])
    return float(value + instance.open_cost[sites].sum()), flow, u


@numba.njit(cache=True, nogil=True)
def _link(j, k, cost, demand, load, way, who):  # type: ignore[no-untyped-def]
    """Find the client that goes from site j to site k at least cost per unit."""
    best, at = np.inf, -1
    for i in range(cost.shape[1]):
        if load[j, i] > 0.0:
            more = (cost[k, i] - cost[j, i]) / demand[i]
            if more < best:
                best, at = more, i
    way[j, k], who[j, k] = best, at


@numba.njit(cache=True, nogil=True)
def _leave(j, i, cost, demand, way, who):  # type: ignore[no-untyped-def]
    """Count client i among those that may leave site j."""
    for k in range(len(way)):
        more = (cost[k, i] - cost[j, i]) / demand[i]
        if k != j and more < way[j, k]:
            way[j, k], who[j, k] = more, i


@numba.njit(cache=True, nogil=True)
def _nearest(source, way, height, room, least, distance, before):  # type: ignore[no-untyped-def]
    """Site with room that is nearest from the source (-1: none); raises the potentials."""
    p = len(room)
    done = np.zeros(p, np.bool_)
    distance[:] = np.inf
    distance[source] = 0.0
    before[:] = -1
    # height[p] is the potential of the sink behind all sites with room.
    end, goal = np.inf, -1
    while True:
        j = -1
        for k in range(p):
            if not done[k] and distance[k] < end and (j < 0 or distance[k] < distance[j]):
                j = k
        if j < 0 or distance[j] == np.inf:
            break
        done[j] = True
        if room[j] > least:
            there = distance[j] + max(0.0, height[j] - height[p])
            if there < end:
                end, goal = there, j
        for k in range(p):
            if not done[k] and way[j, k] < np.inf:
                there = distance[j] + max(0.0, way[j, k] + height[j] - height[k])
                if there < distance[k]:
                    distance[k], before[k] = there, j
    if goal >= 0:
        for k in range(p):
            height[k] += min(distance[k], end)
        height[p] += end
    return goal


@numba.njit(cache=True, nogil=True)
def _move(source, goal, before, cost, demand, load, room, way, who):  # type: ignore[no-untyped-def]
    """Send as much as possible along the path that `before` tells."""
    p = len(room)
    much = min(-room[source], room[goal])
    k = goal
    while k != source:
        j = before[k]
        much = min(much, load[j, who[j, k]])
        k = j
    k = goal
    touched = np.empty((p, 3), np.int64)
    count = 0
    while k != source:
        j = before[k]
        touched[count, 0], touched[count, 1], touched[count, 2] = j, k, who[j, k]
        count += 1
        k = j
    room[source] += much
    room[goal] -= much
    for t in range(count):
        j, k, i = touched[t]
        load[j, i] -= much
        load[k, i] += much
        if load[j, i] <= 1e-12 * demand[i]:
            # A crumb moves along, so that no client is left without its last bit.
            load[k, i] += load[j, i]
            load[j, i] = 0.0
    for t in range(count):
        j, k, i = touched[t]
        if load[j, i] == 0.0:
            for other in range(p):
                if other != j and who[j, other] == i:
                    _link(j, other, cost, demand, load, way, who)
        if load[k, i] > 0.0:
            _leave(k, i, cost, demand, way, who)


@numba.njit(cache=True, nogil=True)
def _served(cost, demand, capacity):  # type: ignore[no-untyped-def]
    p, n = cost.shape
    load, flow, u = np.zeros((p, n)), np.zeros((p, n)), np.zeros(n)
    room = capacity.copy()
    total = 0.0
    for i in range(n):
        best = 0
        for j in range(1, p):
            if cost[j, i] < cost[best, i]:
                best = j
        if cost[best, i] == np.inf:
            return np.inf, flow, u
        flow[best, i] = 1.0
        if demand[i] > 0.0:
            load[best, i] = demand[i]
            room[best] -= demand[i]
            total += demand[i]
    least = 1e-11 * total
    height = np.zeros(p + 1)
    if room.min() < -least:
        way, who = np.full((p, p), np.inf), np.full((p, p), -1)
        for i in range(n):
            for j in range(p):
                if load[j, i] > 0.0:
                    _leave(j, i, cost, demand, way, who)
        distance, before = np.empty(p), np.empty(p, np.int64)
        for source in range(p):
            while room[source] < -least:
                goal = _nearest(source, way, height, room, least, distance, before)
                if goal < 0:
                    return np.inf, flow, u
                _move(source, goal, before, cost, demand, load, room, way, who)
    value = 0.0
    for i in range(n):
        u[i] = np.inf
        for j in range(p):
            if demand[i] > 0.0:
                flow[j, i] = load[j, i] / demand[i]
            if flow[j, i] > 0.0:
                value += flow[j, i] * cost[j, i]
            u[i] = min(u[i], cost[j, i] + demand[i] * max(0.0, height[p] - height[j]))
    return value, flow, u
