"""Good solutions of the p-median: iterated local search, and path relinking among the best.

From each start a local optimum is reached (`interchange`) and then shaken again and again: a few
neighbouring sites close, as many beside them open, what that disturbs is repaired by profitable
swaps, and the result is kept unless it is worse (iterated local search: Lourenço, Martin and
Stützle 2003).  A shake touches one region only, so it costs the same however many sites there are.

The best solutions that differ form a pool.  From one of them sites are exchanged for those of
another, always by the most profitable of the swaps that lead there; the best solution on the way is
improved as above and may enter the pool (path relinking: Resende and Werneck 2004, Journal of
Heuristics 10).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numba
import numpy as np

from seawall.questions.site.interchange import (
    ROUNDING,
    descend,
    forget,
    release,
    swap,
    value,
    wake_all,
)
from seawall.questions.site.solution import (
    MESH,
    OPEN,
    TURN,
    assign,
    begin,
    cost_of,
    find_weakest,
    problem_of,
    sum_afresh,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from seawall.questions.site.arrays import Space
    from seawall.questions.site.solution import Problem, State

    Ints = NDArray[np.int64]

__all__ = ["search"]

#: Solutions that the pool holds.
ELITE = 8
#: Shakes after each local optimum for each open site; few sites need other starts rather.
SHAKES_PER_SITE = 20
#: Sites that a shake exchanges.
FEWEST, MOST = 1, 3
#: Sites for each open one among which a shake is repaired at first, and by how much of an open
#: site's mean cost the result may then be worse to be repaired with all sites.
COARSE, HOPE = 30, 0.1
#: Seconds between two looks at the clock, about.
BEAT = 0.05


def search(
    space: Space,
    p: int,
    *,
    starts: Sequence[NDArray[np.integer]] = (),
    seconds: float = 60.0,
    seed: int = 0,
    enough: float = -np.inf,
    rounds: int | None = None,
    problem: Problem | None = None,
    told: Callable[[Ints, float], None] | None = None,
) -> tuple[Ints, float]:
    """The best p sites found.

    Parameters
    ----------
    starts
        Solutions of (p,) different sites to begin from; a drawn one where there is none.
    seconds
        When to stop; the search is the same up to there.
    enough
        Cost at which to stop: a lower bound.
    rounds
        Local optima after those of the starts; without, until the time is over.
    problem
        `problem_of(space, p)`, where it is there already.
    told
        Called with sites and cost whenever a better solution is found.

    Returns
    -------
    sites, cost
        (p,) ascending, and the sum over clients of weight times distance to the nearest of them;
        inf where no sites were found that reach every client.
    """
    one = _Search(problem or problem_of(space, p), p, seconds, seed, enough, told)
    for start in starts or [one.drawn()]:
        one.improve(np.asarray(start, dtype=np.int64))
    done = 0
    while not one.over() and (rounds is None or done < rounds) and 0 < p < one.m:
        one.round()
        done += 1
    return one.best, one.cost


class _Chunk:
    """How many steps are made at once, so that they take about a `BEAT`; they stay the same."""

    def __init__(self) -> None:
        self.many, self.began = 1, time.monotonic()

    def ended(self) -> None:
        """Make twice as many at once if these were quick, half as many if they were slow."""
        now = time.monotonic()
        took, self.began = now - self.began, now
        if took < BEAT / 2.0:
            self.many *= 2
        elif took > BEAT:
            self.many = max(1, self.many // 2)


class _Search:
    """One search under way: the best solution so far, and the pool, best first."""

    def __init__(
        self,
        problem: Problem,
        p: int,
        seconds: float,
        seed: int,
        enough: float,
        told: Callable[[Ints, float], None] | None,
    ) -> None:
        self.until = time.monotonic() + seconds
        self.problem = problem
        self.m = len(self.problem.back_start) - 1
        self.p = p
        self.mesh = max(1, self.m // (p * COARSE))
        self.rng = np.random.default_rng(seed)
        self.enough = enough
        self.told = told
        self.state: State | None = None
        self.best = np.empty(0, dtype=np.int64)
        self.cost = np.inf
        self.pool: list[tuple[float, Ints]] = []

    def over(self) -> bool:
        """Whether the time is over or the best solution good enough."""
        return time.monotonic() >= self.until or self.cost <= self.enough

    def drawn(self) -> Ints:
        """Sites drawn at random."""
        return self.rng.choice(self.m, self.p, replace=False)

    def round(self) -> None:
        """A new local optimum: from a drawn start until the pool is full, then by relinking."""
        if len(self.pool) < ELITE:
            self.improve(self.drawn())
            return
        a, b = self.rng.choice(len(self.pool), 2, replace=False)
        self.improve(self._between(self.pool[a][1], self.pool[b][1]))

    def improve(self, sites: Ints) -> None:
        """Go down from some sites, shake, and offer the result to the pool."""
        state = self._load(sites)
        state.number[MESH] = self.mesh
        wake_all(state)
        self._down(state)
        while state.number[MESH] > 1 and not self.over():
            release(state)
            self._down(state)
        self._keep(state)
        base = state.sites.copy()
        left, chunk = self.p * min(SHAKES_PER_SITE, self.p), _Chunk()
        while left > 0 and not self.over() and self.p < self.m:
            before, many = state.total[0], min(chunk.many, left)
            shake(self.problem, state, self.rng, base, self.mesh, many)
            chunk.ended()
            left -= many
            if state.total[0] < before:
                self._keep(state)
        self._enter(np.sort(state.sites[: self.p]), cost_of(self.problem, state))

    def _down(self, state: State) -> None:
        """Make profitable swaps until nobody waits, or the time is over."""
        chunk = _Chunk()
        while not descend(self.problem, state, chunk.many):
            chunk.ended()
            if self.over():
                break

    def _load(self, sites: Ints) -> State:
        """The state with these sites open."""
        if self.state is None:
            self.state = begin(self.problem, sites)
            return self.state
        state = self.state
        state.slot[:] = -1
        state.sites[: self.p] = sites
        state.slot[sites] = np.arange(self.p)
        assign(self.problem, state)
        forget(state)
        return state

    def _keep(self, state: State) -> None:
        """Note the solution if it is the best so far."""
        cost = cost_of(self.problem, state)
        if cost < self.cost or not len(self.best):
            self.best, self.cost = np.sort(state.sites[: self.p]), cost
            if self.told is not None:
                self.told(self.best, cost)

    def _enter(self, sites: Ints, cost: float) -> None:
        """Offer a solution to the pool: it replaces the most similar one that is not better."""
        apart = [len(np.setdiff1d(sites, other, assume_unique=True)) for _, other in self.pool]
        if 0 in apart:
            return
        if len(self.pool) >= ELITE:
            worse = [i for i, (other, _) in enumerate(self.pool) if other >= cost]
            if not worse:
                return
            del self.pool[min(worse, key=lambda i: apart[i])]
        self.pool.append((cost, sites))
        self.pool.sort(key=lambda one: one[0])

    def _between(self, a: Ints, b: Ints) -> Ints:
        """The best solution on the way from one to another."""
        state = self._load(a)
        opening = np.setdiff1d(b, a, assume_unique=True)
        closing = np.setdiff1d(a, b, assume_unique=True)
        return relink(self.problem, state, opening, closing)[: self.p]


@numba.njit(cache=True, nogil=True)
def shake(
    problem: Problem, state: State, rng: np.random.Generator, base: Ints, mesh: int, times: int
) -> None:
    """Shake so often; `base` holds the solution that is kept, and does so afterwards."""
    for _ in range(times):
        before = state.total[0]
        many = state.number[OPEN]
        state.number[MESH] = mesh
        state.number[TURN] = int(rng.random() * mesh)
        disturb(problem, state, rng)
        while not descend(problem, state, 1_000_000):
            pass
        if state.total[0] <= before * (1.0 + HOPE / many):
            while state.number[MESH] > 1:
                release(state)
                while not descend(problem, state, 1_000_000):
                    pass
        if state.total[0] <= before * (1.0 + ROUNDING):
            base[:many] = state.sites[:many]
        else:
            go_back(problem, state, base)


@numba.njit(cache=True, nogil=True)
def disturb(problem: Problem, state: State, rng: np.random.Generator) -> None:
    """Exchange the open sites nearest to a client drawn for others as near to it."""
    u = int(rng.random() * len(problem.weights))
    wanted = FEWEST + int(rng.random() * (MOST + 1 - FEWEST))
    a, b = problem.start[u], problem.stop[u]
    found = 0
    k = a
    while k < b and found < wanted:
        if state.slot[problem.site[k]] >= 0:
            state.touched[found] = problem.site[k]
            found += 1
        k += 1
    span = k - a
    # `touched` is scratch of other functions too.
    closing = state.touched[:found].copy()
    for r in closing:
        for _ in range(10):
            c = problem.site[a + int(rng.random() * span)]
            if state.slot[c] < 0 and not np.any(closing == c):
                swap(problem, state, c, r)
                break


@numba.njit(cache=True, nogil=True)
def go_back(problem: Problem, state: State, base: Ints) -> None:
    """Undo all swaps since `base`."""
    many = state.number[OPEN]
    now = state.sites[:many].copy()
    kept = state.slot >= 0
    back = np.zeros(len(kept), dtype=np.bool_)
    for i in range(many):
        back[base[i]] = True
    j = 0
    for i in range(many):
        if not back[now[i]]:
            while kept[base[j]]:
                j += 1
            swap(problem, state, base[j], now[i])
            j += 1
    forget(state)


@numba.njit(cache=True, nogil=True)
def relink(problem: Problem, state: State, opening: Ints, closing: Ints) -> Ints:
    """Exchange all of `closing` for all of `opening`, each time by the most profitable swap.

    Returns the open sites of the cheapest solution strictly between the two ends (of the first step
    where there is no other).
    """
    state.may_close[:] = False
    for r in closing:
        state.may_close[r] = True
    find_weakest(state)
    left = opening.copy()
    many = len(left)
    best = state.sites.copy()
    least = np.inf
    while many > 1:
        most, at, out = -np.inf, -1, -1
        for i in range(many):
            profit, r = value(problem, state, left[i])
            if profit > most:
                most, at, out = profit, i, r
        swap(problem, state, left[at], out)
        many -= 1
        left[at] = left[many]
        if state.total[0] < least:
            least = state.total[0]
            best[:] = state.sites
    state.may_close[:] = True
    sum_afresh(problem, state)
    forget(state)
    return best
