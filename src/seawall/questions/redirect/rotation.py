"""Ships and the liftings that they can make one after the other, as plain arrays.

`fewest_ships` is the least number of ships that can run a fixed schedule: a ship that makes lifting
i can make j next if it gets there in time; chains of such pairs that cover every lifting once are a
path cover, and the smallest one leaves as many chains as there are liftings less the largest
matching of liftings with their successors (Dantzig and Fulkerson 1954, "Minimizing the number of
tankers to meet a fixed schedule").  `assign` sends ships that there are, at least cost, to liftings
with windows, and charters others where none can make it: an assignment problem (Kuhn 1955), whose
bound is proven by the prices of its dual.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from seawall.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

__all__ = ["NONE", "Assignment", "Rotation", "assign", "fewest_ships"]

#: In the place of a ship or a lifting: none.
NONE = -1
#: Days that rounding may take from a gap between two liftings.
SLACK = 1e-9


@dataclass(frozen=True)
class Rotation:
    """Chains of liftings, each run by one ship, first to last; all liftings are in one.

    `lower_bound` is the proof: by König's theorem the pairs of the matching are as many as the
    liftings that touch every possible pair, counted here by themselves.
    """

    chains: tuple[tuple[int, ...], ...]
    lower_bound: int

    @property
    def ships(self) -> int:
        """Number of ships."""
        return len(self.chains)

    @property
    def gap(self) -> int:
        """Ships above the bound: 0 when the number is proven least."""
        return self.ships - self.lower_bound


def fewest_ships(
    start: ArrayLike, end: ArrayLike, reposition: ArrayLike, *, idle: ArrayLike | None = None
) -> Rotation:
    """The least number of ships that can run a fixed schedule of liftings.

    Parameters
    ----------
    start, end
        (n,) day on which a ship must be ready to load, and on which it is free again where it
        unloads.
    reposition
        (n, n) days in ballast from where i unloads to where j loads; inf: no ship can do both.
    idle
        (n, n) cost of having j follow i; given, the cheapest of all least covers is taken (by
        weights on the matching), else the first found.

    Raises
    ------
    UsageError
        Shapes do not fit, or a lifting ends before it starts.
    """
    first, last = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    ballast = np.asarray(reposition, dtype=float)
    n = len(first)
    if last.shape != (n,) or ballast.shape != (n, n):
        raise UsageError(f"{n} starts need as many ends and a square of {n} ballast days")
    if n and (last <= first).any():
        raise UsageError("a lifting must end after it starts")
    if n == 0:
        return Rotation((), 0)
    follows: Bools = last[:, None] + ballast <= first[None, :] + SLACK
    np.fill_diagonal(follows, val=False)
    matched = _matching(follows)
    bound = n - _cover(follows, matched)
    if idle is not None:
        matched = _cheapest(follows, np.asarray(idle, dtype=float), int((matched >= 0).sum()))
    return Rotation(_chains(matched), bound)


def _matching(follows: Bools) -> Ints:
    """Successor of each lifting in a largest matching (Hopcroft and Karp 1973)."""
    graph = csr_array(follows.astype(np.int8))
    return np.asarray(maximum_bipartite_matching(graph, perm_type="column"), dtype=np.int64)


def _cover(follows: Bools, successor: Ints) -> int:
    """Size of a smallest set of ends and starts that touches every possible pair, after König
    (1931): ends that no alternating way from a free end reaches, and starts that one reaches."""
    n = len(successor)
    before = np.full(n, NONE, dtype=np.int64)
    before[successor[successor >= 0]] = np.flatnonzero(successor >= 0)
    ends, starts = successor < 0, np.zeros(n, dtype=bool)
    fresh = np.flatnonzero(ends)
    while len(fresh):
        reached = follows[fresh].any(axis=0) & ~starts
        starts |= reached
        back = before[reached]
        fresh = back[back >= 0]
        fresh = fresh[~ends[fresh]]
        ends[fresh] = True
    touched = ~ends[:, None] | starts[None, :]
    if (follows & ~touched).any():
        raise AssertionError("the cover leaves a pair untouched")
    return int((~ends).sum() + starts.sum())


def _cheapest(follows: Bools, cost: Floats, pairs: int) -> Ints:
    """Successors of the cheapest matching with `pairs` pairs: a pair saves more than all costs."""
    n = len(follows)
    spread = float(np.abs(cost[follows]).sum()) + 1.0 if pairs else 1.0
    weights = np.where(follows, cost - spread, 0.0)
    rows, columns = linear_sum_assignment(weights)
    successor = np.full(n, NONE, dtype=np.int64)
    real = follows[rows, columns]
    successor[rows[real]] = columns[real]
    return successor


def _chains(successor: Ints) -> tuple[tuple[int, ...], ...]:
    """Chains by successor, in the order of their first lifting."""
    heads = np.setdiff1d(np.arange(len(successor)), successor[successor >= 0])
    chains = []
    for head in heads.tolist():
        chain, at = [], head
        while at != NONE:
            chain.append(at)
            at = int(successor[at])
        chains.append(tuple(chain))
    return tuple(chains)


@dataclass(frozen=True)
class Assignment:
    """Who makes each lifting, and when.

    Attributes
    ----------
    ship
        (n,) ship of each lifting; NONE: one that is chartered for it.
    before
        (n,) lifting that its ship makes before; NONE: it is the first.
    day
        (n,) day on which loading begins.
    cost, lower_bound
        Cost of this assignment, and what any costs at least.
    """

    ship: Ints
    before: Ints
    day: Floats
    cost: float
    lower_bound: float

    @property
    def gap(self) -> float:
        """cost - bound, relative to the cost."""
        return (self.cost - self.lower_bound) / max(abs(self.cost), 1e-9)


@dataclass(frozen=True)
class _Problem:
    """Arrays of `assign`, checked."""

    free: Floats
    reach: Floats
    first: Floats
    last: Floats
    takes: Floats
    between: Floats
    ship_cost: Floats
    next_cost: Floats
    charter: Floats
    onward: bool

    def costs(self, leaves: Floats) -> Floats:
        """(n, ships + n + n): cost of each lifting after each ship, after each lifting that is
        over by `leaves` at the latest, and with a chartered ship of its own; inf: impossible."""
        n = len(self.first)
        by_ship = np.where(
            self.free[:, None] + self.reach <= self.last[None, :] + SLACK, self.ship_cost, np.inf
        )
        follows = leaves[:, None] + self.between <= self.last[None, :] + SLACK
        np.fill_diagonal(follows, val=False)
        after = np.where(follows, self.next_cost, np.inf)
        own = np.full((n, n), np.inf)
        # Where a chartered ship does not go on, what would follow a lifting is the lifting itself.
        np.fill_diagonal(own if self.onward else after, self.charter)
        return np.hstack([by_ship.T, after.T, own])


def assign(
    free: ArrayLike,
    reach: ArrayLike,
    first: ArrayLike,
    last: ArrayLike,
    takes: ArrayLike,
    between: ArrayLike,
    charter: ArrayLike,
    *,
    ship_cost: ArrayLike | None = None,
    next_cost: ArrayLike | None = None,
    onward: bool = True,
) -> Assignment:
    """The cheapest ships for liftings with windows.

    Two assignment problems bracket the windows: one in which a ship leaves each lifting as early
    as its window allows (no plan is cheaper: the bound), and one in which it leaves as late as
    that (every plan can be sailed).  The first is repaired by forbidding the pairs that are too
    late once the days are worked out; the cheaper of the two plans is returned.

    Parameters
    ----------
    free
        (s,) day from which each ship can sail in ballast.
    reach
        (s, n) days from where it is to each load port; inf: it does not fit.
    first, last
        (n,) window in which loading must begin.
    takes
        (n,) days from the begin of loading until the ship is free where it unloads.
    between
        (n, n) days in ballast from where i unloads to where j loads; inf: one ship can't do both.
    charter
        (n,) cost of a ship chartered for one lifting.
    ship_cost, next_cost
        (s, n) and (n, n) cost of a ship's way to its first lifting, and from one to the next; left
        out, the days themselves.
    onward
        Whether a chartered ship may go on to another lifting, at `next_cost`, without being
        chartered for it again.

    Raises
    ------
    UsageError
        Shapes do not fit, or a window ends before it begins.
    """
    given = (free, reach, first, last, takes, between, charter, ship_cost, next_cost)
    problem = _checked(*given, onward=onward)
    if len(problem.first) == 0:
        none = np.zeros(0, dtype=np.int64)
        return Assignment(none, none, np.zeros(0), 0.0, 0.0)
    relaxed = problem.costs(problem.first + problem.takes)
    chosen = _assigned(relaxed)
    bound = _dual(relaxed, chosen)
    best = _solution(problem, relaxed, chosen, bound)
    if best is not None:
        return best
    safe = problem.costs(problem.last + problem.takes)
    kept = _solution(problem, safe, _assigned(safe), bound)
    repaired = _repaired(problem, relaxed, chosen, bound)
    found = [plan for plan in (repaired, kept) if plan is not None]
    return min(found, key=lambda plan: plan.cost)


def _checked(*given: ArrayLike | None, onward: bool) -> _Problem:
    free, reach, first, last, takes, between, charter = (
        np.asarray(a, dtype=float) for a in given[:7] if a is not None
    )
    s, n = len(free), len(first)
    shapes = {(n,): (last, takes, charter), (n, n): (between,), (s, n): (reach,)}
    ship_cost = reach if given[7] is None else np.asarray(given[7], dtype=float)
    next_cost = between if given[8] is None else np.asarray(given[8], dtype=float)
    wrong = [a.shape for shape, arrays in shapes.items() for a in arrays if a.shape != shape]
    if wrong or ship_cost.shape != (s, n) or next_cost.shape != (n, n):
        raise UsageError(f"{s} ships and {n} liftings need arrays of those sizes")
    if (last < first).any():
        raise UsageError("a window ends before it begins")
    return _Problem(
        free, reach, first, last, takes, between, ship_cost, next_cost, charter, onward
    )  # fmt: skip


def _assigned(cost: Floats) -> Ints:
    """Column of each row in the cheapest assignment; every row has one of its own at least."""
    finite = np.isfinite(cost)
    big = float(np.abs(cost[finite]).sum()) + 1.0
    rows, columns = linear_sum_assignment(np.where(finite, cost, big))
    return np.asarray(columns[np.argsort(rows)], dtype=np.int64)


def _dual(cost: Floats, chosen: Ints) -> float:
    """Value of prices that prove the assignment: column prices v <= 0, 0 where a column is not
    used, row prices u with u + v <= cost; found as shortest ways (Bellman and Ford), and checked,
    so that the bound holds whatever the assignment was."""
    rows = np.arange(len(chosen))
    paid = cost[rows, chosen]
    v = np.zeros(cost.shape[1])
    for _ in range(len(chosen) + 1):
        u = paid - v[chosen]
        lower = np.minimum(v, (cost - u[:, None]).min(axis=0))
        if np.array_equal(lower, v):
            break
        v = lower
    u = (cost - v[None, :]).min(axis=1)
    return float(u.sum() + v.sum())


def _days(problem: _Problem, chosen: Ints) -> tuple[Ints, Ints, Floats]:
    """Ship, lifting before and day of each lifting; nan where the ship comes too late."""
    s, n = len(problem.free), len(problem.first)
    before = np.where((chosen >= s) & (chosen < s + n), chosen - s, NONE)
    before[before == np.arange(n)] = NONE
    ship = np.where(chosen < s, chosen, NONE)
    day = np.full(n, np.nan)
    ready = problem.first.copy()
    own = ship >= 0
    ready[own] = np.maximum(
        ready[own], problem.free[ship[own]] + problem.reach[ship[own], np.flatnonzero(own)]
    )
    heads = before < 0
    day[heads] = ready[heads]
    for _ in range(n):
        j = np.flatnonzero(np.isnan(day) & (before >= 0))
        j = j[~np.isnan(day[before[j]])]
        if not len(j):
            break
        i = before[j]
        ship[j] = ship[i]
        day[j] = np.maximum(problem.first[j], day[i] + problem.takes[i] + problem.between[i, j])
    return ship, before, day


def _solution(problem: _Problem, cost: Floats, chosen: Ints, bound: float) -> Assignment | None:
    """The plan of an assignment; None if a ship would come too late."""
    ship, before, day = _days(problem, chosen)
    if not (day <= problem.last + SLACK).all():
        return None
    paid = float(cost[np.arange(len(chosen)), chosen].sum())
    return Assignment(ship, before, day, paid, min(bound, paid))


def _repaired(problem: _Problem, relaxed: Floats, chosen: Ints, bound: float) -> Assignment | None:
    """The plan of the bound with pairs forbidden until nobody comes too late."""
    s, n = len(problem.free), len(problem.first)
    cost = relaxed.copy()
    for _ in range(n):
        plan = _solution(problem, cost, chosen, bound)
        if plan is not None:
            return plan
        _, before, day = _days(problem, chosen)
        late = np.flatnonzero(~(day <= problem.last + SLACK) & (before >= 0))
        # The first of a chain that is late is the one whose pair cannot be kept.
        on_time = np.append(day <= problem.last + SLACK, True)
        late = late[on_time[before[late]]]
        if not len(late):
            return None
        cost[late, s + before[late]] = np.inf
        chosen = _assigned(cost)
    return None
