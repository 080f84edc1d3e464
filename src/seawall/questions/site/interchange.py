"""Local optima of the p-median under swaps of one open site for a closed one, compiled.

The method is the fast interchange of Whitaker (1983, INFOR 21) with the data of Hansen and
Mladenovic (1997, Location Science 5) and of Resende and Werneck (2007, European Journal of
Operational Research 174).  For each client the nearest and the second nearest open site are kept,
and for each open site r

    loss(r) = sum over clients u of r of  w_u (d2_u - d1_u),     what it costs to close r alone.

Opening c gains, and closing r then costs less than loss(r):

    gain(c)     = sum over u with d_uc < d1_u of            w_u (d1_u - d_uc),
    extra(c, r) = sum over u of r with d_uc < d2_u of       w_u (d2_u - max(d_uc, d1_u)),
    profit(c)   = gain(c) - min over r of (loss(r) - extra(c, r)).

Only clients with d_uc < d2_u matter for c, and only sites r of such clients have an extra, so that
a swap is valued in the time of the clients near c.  They are read from lists of the clients of each
site, nearest first, up to `reach`: no client farther off than that prefers c to its second site.
After a swap only sites near clients whose site changed are looked at again (don't-look bits:
Bentley 1992, ORSA Journal on Computing 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from seawall.questions.site.solution import (
    HEAD,
    LATER,
    MESH,
    OPEN,
    STRAYS,
    SWAPS,
    TURN,
    WAITING,
    WEAKEST,
    begin,
    between,
    cost_of,
    find_weakest,
    nearest,
    note_stray,
    problem_of,
    sum_afresh,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.questions.site.arrays import Space
    from seawall.questions.site.solution import Problem, State

    Ints = NDArray[np.int64]

__all__ = ["descend", "forget", "local", "release", "swap", "value", "wake", "wake_all"]

#: Swaps whose profit is a smaller part of the cost than this are rounding.
ROUNDING = 1e-10
#: Swaps after which losses and cost are summed afresh.
AFRESH = 500
#: By how much a mesh grows finer at once.
FINER = 4
#: Open sites up to which every swap concerns every site.
FEW = 12


def local(space: Space, sites: NDArray[np.integer]) -> tuple[Ints, Ints, Ints, float]:
    """The local optimum of single swaps that is reached from some open sites.

    Parameters
    ----------
    sites
        (p,) different sites that are open at first.

    Returns
    -------
    sites, first, second, cost
        Open sites ascending; of each client the nearest and second nearest of them (-1: it reaches
        none); the sum of weighted distances, inf where a client reaches no open site.
    """
    problem = problem_of(space, len(sites))
    state = begin(problem, sites)
    wake_all(state)
    while not descend(problem, state, np.iinfo(np.int64).max):
        pass
    return np.sort(state.sites[: len(sites)]), state.first, state.second, cost_of(problem, state)


@numba.njit(cache=True, nogil=True)
def wake(state: State, c: int) -> None:
    """Look at a site again, unless it waits already; later if the mesh leaves it out."""
    if state.queued[c]:
        return
    state.queued[c] = True
    if (c + state.number[TURN]) % state.number[MESH] == 0:
        m = len(state.queue)
        state.queue[(state.number[HEAD] + state.number[WAITING]) % m] = c
        state.number[WAITING] += 1
    else:
        state.later[state.number[LATER]] = c
        state.number[LATER] += 1


@numba.njit(cache=True, nogil=True)
def wake_all(state: State) -> None:
    """Look at every site again."""
    for c in range(len(state.queue)):
        wake(state, c)


@numba.njit(cache=True, nogil=True)
def release(state: State) -> None:
    """The mesh grows finer: look at those that it left out and holds now."""
    state.number[MESH] = max(1, state.number[MESH] // FINER)
    many = state.number[LATER]
    state.number[LATER] = 0
    for i in range(many):
        # Who is put off again stands no later than where it stood.
        state.queued[state.later[i]] = False
        wake(state, state.later[i])


@numba.njit(cache=True, nogil=True)
def forget(state: State) -> None:
    """Nobody waits any more."""
    state.queued[:] = False
    state.number[WAITING] = state.number[LATER] = 0


@numba.njit(cache=True, nogil=True)
def value(problem: Problem, state: State, c: int) -> tuple[float, int]:
    """The best swap that opens a closed site: its profit, and the site that it closes."""
    gain = 0.0
    many = 0
    reach = 0.0
    farthest = state.reach[c]
    for k in range(problem.back_start[c], problem.back_start[c + 1]):
        d = problem.back_distance[k]
        if d > farthest:
            break
        u = problem.back_client[k]
        if d > state.d2[u]:
            continue
        reach = d
        extra = state.cost2[u] - state.cost1[u]
        if d < state.d1[u]:
            gain += state.cost1[u] - problem.weights[u] * d
        else:
            extra = state.cost2[u] - problem.weights[u] * d
        r = state.first[u]
        if r >= 0 and extra > 0.0:
            if state.extra[r] == 0.0:
                state.touched[many] = r
                many += 1
            state.extra[r] += extra
    state.reach[c] = reach
    best = state.number[WEAKEST]
    least = state.loss[best]
    for i in range(many):
        r = state.touched[i]
        if state.may_close[r] and state.loss[r] - state.extra[r] < least:
            best, least = r, state.loss[r] - state.extra[r]
        state.extra[r] = 0.0
    return gain - least, best


@numba.njit(cache=True, nogil=True)
def swap(problem: Problem, state: State, c: int, r: int) -> None:
    """Open one site and close another."""
    _open(problem, state, c)
    _close(problem, state, r)
    if state.number[OPEN] <= FEW:
        wake_all(state)
    state.number[SWAPS] += 1
    if state.number[SWAPS] % AFRESH == 0:
        sum_afresh(problem, state)
    else:
        find_weakest(state)


@numba.njit(cache=True, nogil=True)
def _open(problem: Problem, state: State, c: int) -> None:
    """Open a site; clients to which it is nearer than their second site change over."""
    state.slot[c] = state.number[OPEN]
    state.sites[state.number[OPEN]] = c
    state.number[OPEN] += 1
    state.loss[c] = 0.0
    for k in range(problem.back_start[c], problem.back_start[c + 1]):
        d = problem.back_distance[k]
        if d > state.reach[c]:
            break
        _offer(problem, state, problem.back_client[k], c, d)
    i = 0
    while i < state.number[STRAYS]:
        u = state.stray[i]
        if state.first[u] != c and state.second[u] != c:
            _offer(problem, state, u, c, between(problem, u, c))
        # Another one stands here if this one is stray no more.
        if i < state.number[STRAYS] and state.stray[i] == u:
            i += 1


@numba.njit(cache=True, nogil=True)
def _offer(problem: Problem, state: State, u: int, c: int, d: float) -> None:
    """Let a client have a site that has opened, if it is nearer than its second."""
    if d < state.d1[u]:
        _settle(problem, state, u, c, d, state.first[u], state.d1[u])
    elif d < state.d2[u]:
        _settle(problem, state, u, state.first[u], state.d1[u], c, d)


@numba.njit(cache=True, nogil=True)
def _close(problem: Problem, state: State, r: int) -> None:
    """Close a site; its clients and those whose second it was find another second."""
    state.number[OPEN] -= 1
    last = state.sites[state.number[OPEN]]
    state.sites[state.slot[r]] = last
    state.slot[last] = state.slot[r]
    state.slot[r] = -1
    for k in range(problem.back_start[r], problem.back_start[r + 1]):
        if problem.back_distance[k] > state.reach[r]:
            break
        u = problem.back_client[k]
        if state.first[u] == r or state.second[u] == r:
            _resettle(problem, state, u, r)
    i = 0
    while i < state.number[STRAYS]:
        u = state.stray[i]
        if state.first[u] == r or state.second[u] == r:
            _resettle(problem, state, u, r)
        if i < state.number[STRAYS] and state.stray[i] == u:
            i += 1


@numba.njit(cache=True, nogil=True)
def _resettle(problem: Problem, state: State, u: int, r: int) -> None:
    """A new second site for a client that loses a site."""
    first, d1 = state.first[u], state.d1[u]
    if first == r:
        first, d1 = state.second[u], state.d2[u]
    second, d2 = -1, np.inf
    before = state.d2[u]
    a, b = problem.start[u], problem.stop[u]
    # No open site is nearer than the first.
    for k in range(a + np.searchsorted(problem.distance[a:b], d1), b):
        c, d = problem.site[k], problem.distance[k]
        if d > before:
            if d > d2:
                break
            state.reach[c] = max(state.reach[c], d)
        if second < 0 and c != first and state.slot[c] >= 0 and d < np.inf:
            second, d2 = c, d
            if d <= before:
                break
    if second < 0 and problem.far[u] and first >= 0:
        second, d2 = nearest(problem, state, u, first)
    _settle(problem, state, u, first, d1, second, d2)


@numba.njit(cache=True, nogil=True)
def _settle(
    problem: Problem, state: State, u: int, first: int, d1: float, second: int, d2: float
) -> None:
    """Give a client its two sites; wake the sites that it may prefer now."""
    if state.first[u] >= 0:
        state.loss[state.first[u]] -= state.cost2[u] - state.cost1[u]
    state.total[0] -= state.cost1[u]
    farthest = max(state.d1[u], d1)
    w = problem.weights[u]
    state.first[u], state.d1[u] = first, d1
    state.second[u], state.d2[u] = second, d2
    state.cost1[u] = w * d1 if d1 < np.inf else problem.penalty
    state.cost2[u] = w * d2 if d2 < np.inf else problem.penalty
    state.total[0] += state.cost1[u]
    if first >= 0:
        state.loss[first] += state.cost2[u] - state.cost1[u]
    note_stray(problem, state, u)
    if state.number[OPEN] <= FEW:
        return
    for k in range(problem.start[u], problem.stop[u]):
        if problem.distance[k] > farthest:
            break
        wake(state, problem.site[k])


@numba.njit(cache=True, nogil=True)
def descend(problem: Problem, state: State, looks: int) -> bool:
    """Make profitable swaps until no site that waits has one, or so many have been looked at.

    Returns whether nobody waits any more.
    """
    m = len(state.queue)
    while state.number[WAITING] > 0 and looks > 0:
        c = state.queue[state.number[HEAD]]
        state.number[HEAD] = (state.number[HEAD] + 1) % m
        state.number[WAITING] -= 1
        state.queued[c] = False
        if state.slot[c] >= 0:
            continue
        looks -= 1
        profit, r = value(problem, state, c)
        if profit > ROUNDING * state.total[0]:
            swap(problem, state, c, r)
    return bool(state.number[WAITING] == 0)
