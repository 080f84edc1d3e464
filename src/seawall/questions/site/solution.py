"""Open sites and what is known about them: lists, nearest and second nearest, losses.

Lists may be cut.  Nearest and second nearest are exact all the same: a client whose second site
lies beyond its list is kept among the `stray` and held against each site that opens.  The profit of
a site that such a client does not list is then too small, never too large.

A client that no open site reaches costs `penalty`, more than all clients together can cost where
they are reached, so that fewer such clients are always better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.questions.site.arrays import Space

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

__all__ = [
    "Problem",
    "State",
    "assign",
    "begin",
    "between",
    "cost_of",
    "find_weakest",
    "nearest",
    "note_stray",
    "problem_of",
    "sum_afresh",
]

#: Entries of a client's list that are used: so many times the mean number of sites per open site,
#: at least `SHORTEST`, and all lists together no more than `ENTRIES` (12 bytes each).
BREADTH, SHORTEST, ENTRIES = 8, 40, 60_000_000
#: Places in `State.number`.
OPEN, HEAD, WAITING, LATER, STRAYS, WEAKEST, SWAPS, MESH, TURN = range(9)


class Problem(NamedTuple):
    """What does not change: `Space` with the lists cut, and turned around.

    `far` tells of each client whether sites that it does not list can be reached.
    """

    weights: Floats
    matrix: Floats
    clients: Floats
    places: Floats
    start: Ints
    stop: Ints
    site: NDArray[np.int32]
    distance: Floats
    far: Bools
    back_start: Ints
    back_client: NDArray[np.int32]
    back_distance: Floats
    penalty: float


class State(NamedTuple):
    """A solution and what is known about it; compiled functions change it in place.

    `sites[:number[OPEN]]` are open, `slot` says where each stands or -1; `cost1` and `cost2` are
    the weighted distances `d1` and `d2`, or the penalty.  `extra` and `touched` are scratch.
    `queue` is a ring of sites to be looked at; with a mesh of k only each k-th site joins it, from
    a turn on that changes, and the others wait among the `later`.  `may_close` says of each site
    whether a swap may close it.
    """

    sites: Ints
    slot: Ints
    first: Ints
    second: Ints
    d1: Floats
    d2: Floats
    cost1: Floats
    cost2: Floats
    loss: Floats
    reach: Floats
    extra: Floats
    touched: Ints
    may_close: Bools
    queue: Ints
    queued: Bools
    later: Ints
    stray: Ints
    stray_at: Ints
    number: Ints
    total: Floats


def problem_of(space: Space, p: int) -> Problem:
    """The lists of a space for a search with p open sites."""
    near = space.near
    n = len(space.weights)
    m = space.m
    length = np.diff(near.start)
    most = max(SHORTEST, BREADTH * -(-m // p), 2)
    most = max(min(most, ENTRIES // max(n, 1)), 2)
    cut = np.minimum(length, most)
    stop = near.start[:-1] + cut
    # Where nothing is told of the other pairs, what a list does not hold cannot be reached.
    told = space.matrix.size > 0 or space.places.size > 0
    unlisted = np.isfinite(near.beyond) | ((cut < m) if told else False)
    far = (cut < length) | unlisted
    back = _turned(near.start, stop, near.site, near.distance, m)
    _sort(*back)
    finite = near.distance[np.isfinite(near.distance)]
    greatest = float(finite.max(initial=0.0))
    if space.places.size:
        both = np.vstack([space.clients, space.places])
        greatest = max(greatest, float(np.hypot(*np.ptp(both, axis=0))))
    elif space.matrix.size:
        greatest = float(space.matrix.max(initial=greatest, where=np.isfinite(space.matrix)))
    return Problem(
        weights=space.weights,
        matrix=space.matrix,
        clients=space.clients,
        places=space.places,
        start=near.start,
        stop=stop,
        site=near.site,
        distance=near.distance,
        far=far,
        back_start=back[0],
        back_client=back[1],
        back_distance=back[2],
        penalty=1.0 + greatest * float(space.weights.sum()),
    )


def begin(problem: Problem, sites: NDArray[np.integer]) -> State:
    """The solution with some sites open; nobody waits to be looked at."""
    n, m, p = len(problem.weights), len(problem.back_start) - 1, len(sites)
    state = State(
        sites=np.append(np.asarray(sites, dtype=np.int64), -1),
        slot=np.full(m, -1),
        first=np.full(n, -1),
        second=np.full(n, -1),
        d1=np.empty(n),
        d2=np.empty(n),
        cost1=np.empty(n),
        cost2=np.empty(n),
        loss=np.zeros(m),
        reach=np.zeros(m),
        extra=np.zeros(m),
        touched=np.empty(p + 1, dtype=np.int64),
        may_close=np.ones(m, dtype=np.bool_),
        queue=np.empty(m, dtype=np.int64),
        queued=np.zeros(m, dtype=np.bool_),
        later=np.empty(m, dtype=np.int64),
        stray=np.empty(n, dtype=np.int64),
        stray_at=np.full(n, -1),
        number=np.zeros(9, dtype=np.int64),
        total=np.zeros(1),
    )
    state.slot[sites] = np.arange(p)
    state.number[OPEN] = p
    state.number[MESH] = 1
    assign(problem, state)
    return state


def cost_of(problem: Problem, state: State) -> float:
    """The cost of a state, summed afresh; inf where a client reaches no open site."""
    if np.isinf(state.d1).any():
        return np.inf
    return float(problem.weights @ state.d1)


@numba.njit(cache=True, nogil=True)
def _turned(
    start: Ints, stop: Ints, site: NDArray[np.int32], distance: Floats, m: int
) -> tuple[Ints, NDArray[np.int32], Floats]:
    """The clients that list each site: starts, clients, distances."""
    back_start = np.zeros(m + 1, dtype=np.int64)
    for u in range(len(stop)):
        for k in range(start[u], stop[u]):
            back_start[site[k] + 1] += 1
    back_start = np.cumsum(back_start)
    filled = back_start[:-1].copy()
    clients = np.empty(back_start[-1], dtype=np.int32)
    distances = np.empty(back_start[-1])
    for u in range(len(stop)):
        for k in range(start[u], stop[u]):
            at = filled[site[k]]
            clients[at] = u
            distances[at] = distance[k]
            filled[site[k]] += 1
    return back_start, clients, distances


def _sort(start: Ints, clients: NDArray[np.int32], distances: Floats) -> None:
    """Put the clients of each site in order, nearest first; numpy sorts faster than numba."""
    for a, b in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        order = np.argsort(distances[a:b], kind="stable")
        clients[a:b] = clients[a:b][order]
        distances[a:b] = distances[a:b][order]


@numba.njit(cache=True, nogil=True)
def between(problem: Problem, u: int, c: int) -> float:
    """Distance of a client from a site that its list need not hold."""
    if problem.matrix.size:
        return float(problem.matrix[u, c])
    if problem.places.size:
        x = problem.clients[u, 0] - problem.places[c, 0]
        y = problem.clients[u, 1] - problem.places[c, 1]
        return float(np.hypot(x, y))
    for k in range(problem.start[u], problem.start[u + 1]):
        if problem.site[k] == c:
            return float(problem.distance[k])
    return np.inf


@numba.njit(cache=True, nogil=True)
def assign(problem: Problem, state: State) -> None:
    """Nearest and second nearest open site of every client, and all that follows from them."""
    state.number[STRAYS] = 0
    state.reach[:] = 0.0
    for u in range(len(problem.weights)):
        state.first[u] = state.second[u] = -1
        state.d1[u] = state.d2[u] = np.inf
        end = problem.stop[u]
        for k in range(problem.start[u], problem.stop[u]):
            c = problem.site[k]
            if state.slot[c] < 0 or problem.distance[k] == np.inf:
                continue
            if state.first[u] < 0:
                state.first[u], state.d1[u] = c, problem.distance[k]
            else:
                state.second[u], state.d2[u] = c, problem.distance[k]
                end = k
                break
        if state.second[u] < 0 and problem.far[u]:
            if state.first[u] < 0:
                state.first[u], state.d1[u] = nearest(problem, state, u, -1)
            state.second[u], state.d2[u] = nearest(problem, state, u, state.first[u])
        for k in range(problem.start[u], end):
            state.reach[problem.site[k]] = max(state.reach[problem.site[k]], problem.distance[k])
        k = end
        while k < problem.stop[u] and problem.distance[k] <= state.d2[u]:
            state.reach[problem.site[k]] = max(state.reach[problem.site[k]], problem.distance[k])
            k += 1
        state.stray_at[u] = -1
        note_stray(problem, state, u)
    sum_afresh(problem, state)


@numba.njit(cache=True, nogil=True)
def nearest(problem: Problem, state: State, u: int, but: int) -> tuple[int, float]:
    """The open site nearest to a client, but one, and its distance, where the cut list holds none.

    The rest of the list comes first; if that holds none either, all open sites are tried.
    """
    for k in range(problem.stop[u], problem.start[u + 1]):
        c = problem.site[k]
        if c != but and state.slot[c] >= 0 and problem.distance[k] < np.inf:
            return int(c), float(problem.distance[k])
    best, least = -1, np.inf
    if problem.matrix.size or problem.places.size:
        for i in range(state.number[OPEN]):
            c = state.sites[i]
            if c != but:
                d = between(problem, u, c)
                if d < least:
                    best, least = c, d
    return best, least


@numba.njit(cache=True, nogil=True)
def note_stray(problem: Problem, state: State, u: int) -> None:
    """Keep a client among the stray while its second site may lie beyond its list, or as far off as
    the last that is on it."""
    a, b = problem.start[u], problem.stop[u]
    beyond = problem.far[u] and (a == b or state.d2[u] >= problem.distance[b - 1])
    at = state.stray_at[u]
    if beyond and at < 0:
        at = state.number[STRAYS]
        state.stray[at], state.stray_at[u] = u, at
        state.number[STRAYS] += 1
    elif not beyond and at >= 0:
        state.number[STRAYS] -= 1
        last = state.stray[state.number[STRAYS]]
        state.stray[at], state.stray_at[last] = last, at
        state.stray_at[u] = -1


@numba.njit(cache=True, nogil=True)
def sum_afresh(problem: Problem, state: State) -> None:
    """Costs, losses and the total from the distances, without what rounding has added up."""
    for i in range(state.number[OPEN]):
        state.loss[state.sites[i]] = 0.0
    total = 0.0
    for u in range(len(problem.weights)):
        w = problem.weights[u]
        state.cost1[u] = w * state.d1[u] if state.d1[u] < np.inf else problem.penalty
        state.cost2[u] = w * state.d2[u] if state.d2[u] < np.inf else problem.penalty
        total += state.cost1[u]
        if state.first[u] >= 0:
            state.loss[state.first[u]] += state.cost2[u] - state.cost1[u]
    state.total[0] = total
    find_weakest(state)


@numba.njit(cache=True, nogil=True)
def find_weakest(state: State) -> None:
    """The open site that costs least to close, of those that may be closed."""
    best, least = -1, np.inf
    for i in range(state.number[OPEN]):
        r = state.sites[i]
        if state.may_close[r] and state.loss[r] < least:
            best, least = r, state.loss[r]
    state.number[WEAKEST] = best
