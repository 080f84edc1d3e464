"""The p-median: p sites, so that clients are as near as can be, with a proof of how near."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.errors import Infeasible, UsageError
from seawall.questions.site.arrays import space_of
from seawall.questions.site.exact import prove, rest_of
from seawall.questions.site.interchange import local
from seawall.questions.site.lagrange import lower_bound
from seawall.questions.site.relinking import search
from seawall.questions.site.result import Siting

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from seawall.questions.site.arrays import Space
    from seawall.questions.site.lagrange import Bound

    Ints = NDArray[np.int64]

__all__ = ["p_median"]

#: Pairs up to which what is left goes to the integer program.
PAIRS = 60_000
#: Share of the time for the first solution, for each bound, for each search after it.
FIRST, BOUND, SEARCH = 0.1, 0.25, 0.15
#: Local optima of the first search.
ROUNDS = 30
#: What sums of distances may differ by, relatively.
ROUNDING = 1e-9


def p_median(
    distance_or_points: Any,
    p: int,
    weights: ArrayLike | None = None,
    *,
    time_limit: float = 60.0,
    gap: float = 0.0,
    seed: int = 0,
) -> Siting:
    """Open p sites so that the sum over clients of weight times distance is least.

    A Lagrangean bound and a search by swaps (Hansen, Brimberg, Urosevic and Mladenovic 2009;
    Resende and Werneck 2004) take turns; when the bound has fixed most sites, what is left goes to
    an integer program (Avella, Sassano and Vasil'ev 2007).

    Parameters
    ----------
    distance_or_points
        (n, 2) points, clients and sites at once, at Euclidean distance; an (n, m) matrix of
        distances (m other than 2) with inf where a site cannot serve a client; or a sparse matrix
        of the pairs that there are.
    p
        Sites to be opened.
    weights
        (n,) of the clients, None: 1 each.
    time_limit, gap
        Seconds, and the gap at which to stop; 0: a proof is wanted.

    Raises
    ------
    UsageError
        With all that is wrong of what is given.
    Infeasible
        No p sites reach all clients, as far as the search could find out.
    """
    if time_limit <= 0.0 or not gap >= 0.0:
        raise UsageError("the time limit is above 0, the gap not below 0")
    began = monotonic()
    one = _Median(space_of(distance_or_points, p, weights), p, seed, began + time_limit, gap)
    one.first(time_limit * FIRST)
    while not one.done():
        one.raise_bound(time_limit * BOUND)
        if one.done() or one.finish():
            break
        one.seek(time_limit * SEARCH)
        if one.stuck >= 2 and one.finish(pairs=5 * PAIRS):
            break
    return one.result(began)


class _Median:
    """The best solution, the best bound, and what is tried next."""

    def __init__(self, space: Space, p: int, seed: int, end: float, gap: float) -> None:
        self.space, self.p, self.seed, self.end, self.gap = space, p, seed, end, gap
        self.whole = space.whole
        self.sites: Ints = np.arange(p)
        self.cost, self.proven = np.inf, 0.0
        self.bound: Bound | None = None
        self.stuck = 0
        self.history: list[tuple[float, float, float]] = []
        self.began = monotonic()

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(self.end - monotonic(), 0.01)

    def note(self) -> None:
        """Remember when the cost or the bound got better."""
        self.history.append((monotonic() - self.began, self.cost, self.proven))

    def done(self) -> bool:
        """Whether the gap is reached or time is out."""
        if monotonic() >= self.end:
            return True
        return self.cost - self.proven <= max(self.gap, ROUNDING) * abs(self.cost)

    def first(self, seconds: float) -> None:
        """A solution to begin with."""
        self.sites, self.cost = search(
            self.space, self.p, seconds=min(seconds, self.left), seed=self.seed, rounds=ROUNDS
        )
        if not np.isfinite(self.cost):
            raise Infeasible(f"no {self.p} sites were found that reach all clients")
        self.note()

    def raise_bound(self, seconds: float) -> None:
        """Go on with the bound from where it was."""
        found = lower_bound(
            self.space, self.p, best=self.goal, seconds=min(seconds, self.left),
            u=None if self.bound is None else self.bound.u,
        )  # fmt: skip
        better = self.bound is None or found.value > self.bound.value * (1.0 + 1e-6)
        self.stuck = 0 if better else self.stuck + 1
        if self.bound is None or found.value >= self.bound.value:
            self.bound = found
        value = float(np.ceil(found.value - 1e-6)) if self.whole else found.value
        if value > self.proven:
            self.proven = min(value, self.cost)
            self.note()

    @property
    def goal(self) -> float:
        """Where the bound proves the best solution."""
        return self.cost - 1.0 + 1e-6 if self.whole else self.cost

    def seek(self, seconds: float) -> None:
        """Search on, from the best sites and from those that the bound proposes."""
        self.seed += 1
        starts = [self.sites, *(self.bound.starts[-2:] if self.bound else ())]
        sites, cost = search(
            self.space, self.p, starts=starts, seconds=min(seconds, self.left), seed=self.seed,
            enough=self.proven * (1.0 + ROUNDING),
        )  # fmt: skip
        self.take(sites, cost)

    def take(self, sites: Ints, cost: float) -> None:
        """Keep a solution if it is better."""
        if cost < self.cost:
            self.sites, self.cost = sites, cost
            self.note()

    def finish(self, pairs: int = PAIRS) -> bool:
        """Leave the rest to the integer program, if it is small enough; whether that settled it."""
        if self.bound is None:
            return False
        # Something equally good is no better: a little less is asked for.
        best = self.goal if self.whole else self.cost * (1.0 - ROUNDING)
        rest = rest_of(self.space, self.p, self.bound, best)
        if rest is None or len(rest.client) > pairs:
            return False
        n = len(self.space.weights)
        sites, proven = prove(
            rest, n, self.p, self.cost, whole=self.whole, seconds=self.left, gap=self.gap
        )
        if sites is not None:
            chosen, _, _, cost = local(self.space, sites)
            self.take(chosen, cost)
        self.proven = max(self.proven, min(proven, self.cost))
        self.note()
        return self.done()

    def result(self, began: float) -> Siting:
        """The best solution, with who is served by whom."""
        sites, first = _served_by(self.space, self.sites)
        return Siting(
            sites=sites, assignment=first, cost=self.cost, lower_bound=min(self.proven, self.cost),
            seconds=monotonic() - began, history=tuple(self.history),
        )  # fmt: skip


def _served_by(space: Space, sites: Ints) -> tuple[Ints, Ints]:
    """Sites ascending and the nearest of them to each client."""
    from seawall.questions.site.solution import begin, problem_of

    state = begin(problem_of(space, len(sites)), sites)
    return np.sort(sites), state.first.copy()
