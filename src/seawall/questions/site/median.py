"""The p-median: p sites, so that clients are as near as can be, with a proof of how near."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.errors import Infeasible, UsageError
from seawall.questions.site.arrays import space_of
from seawall.questions.site.branching import branch
from seawall.questions.site.exact import aim, prove, rest_of
from seawall.questions.site.lagrange import PATIENCE, lower_bound
from seawall.questions.site.relinking import search
from seawall.questions.site.result import Siting
from seawall.questions.site.solution import begin, problem_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from seawall.questions.site.arrays import Space
    from seawall.questions.site.lagrange import Bound

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["p_median"]

#: Pairs for each client up to which what is left goes to the integer program, and pairs up to
#: which it is searched by branch and bound otherwise.
THIN, PAIRS = 10, 1_000_000
#: Share of the time for the first solution, and for each part of the first turn: a bound, a try to
#: settle what is left, a search.  Each turn has twice the time of the one before.
FIRST, TURN = 0.1, 0.02
#: See `_Median.prices`.
FAR = 3.0
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
    an integer program where it is thin (Avella, Sassano and Vasil'ev 2007), else to branch and
    bound (Christofides and Beasley 1982).  Where all weighted distances are whole numbers, bounds
    are rounded up.

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
    seconds = time_limit * TURN
    while not one.done():
        for part in (one.raise_bound, one.settle, one.seek):
            if not one.done():
                part(seconds)
        seconds *= 2.0
    return one.result(began)


class _Median:
    """The best solution, the best bound, and what is tried next."""

    def __init__(self, space: Space, p: int, seed: int, end: float, gap: float) -> None:
        self.space, self.p, self.seed, self.end, self.gap = space, p, seed, end, gap
        self.whole = space.whole
        self.problem = problem_of(space, p)
        self.sites: Ints = np.arange(p)
        self.cost, self.proven = np.inf, 0.0
        self.bound: Bound | None = None
        self.patience = PATIENCE
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
        near = max(self.gap, ROUNDING) * (1.0 + ROUNDING)
        return self.cost - self.proven <= near * abs(self.cost)

    def first(self, seconds: float) -> None:
        """A solution to begin with: one local optimum."""
        self.sites, self.cost = search(
            self.space, self.p, seconds=min(seconds, self.left), seed=self.seed, rounds=0,
            problem=self.problem,
        )  # fmt: skip
        if not np.isfinite(self.cost):
            raise Infeasible(f"no {self.p} sites were found that reach all clients")
        self.note()

    def raise_bound(self, seconds: float) -> None:
        """Go on with the bound from where it was."""
        found = lower_bound(
            self.space, self.p, best=self.goal, seconds=min(seconds, self.left),
            u=self.prices() if self.bound is None else self.bound.u, patience=self.patience,
        )  # fmt: skip
        self.patience *= 2
        if self.bound is None or found.value >= self.bound.value:
            self.bound = found
        self.prove(found.value)

    def prices(self) -> Floats:
        """Prices to begin with: between the distances to the nearest and the second nearest site,
        no more than `FAR` times the first and the mean of all where the second is far off."""
        state = begin(self.problem, self.sites)
        middle = (state.cost1 + state.cost2) / 2.0
        far: Floats = FAR * state.cost1 + state.cost1.mean()
        return np.asarray(np.minimum(middle, far))

    def prove(self, bound: float) -> None:
        """Take note of a lower bound, rounded up where costs are whole numbers."""
        value = float(np.ceil(bound - 1e-6)) if self.whole else bound
        if value > self.proven:
            self.proven = min(value, self.cost)
            self.note()

    @property
    def goal(self) -> float:
        """The cost below which another solution would matter."""
        return aim(self.cost, whole=self.whole, gap=self.gap)

    def seek(self, seconds: float) -> None:
        """Search on, from the best sites and from those that the bound proposes."""
        self.seed += 1
        starts = [self.sites, *(self.bound.starts[-2:] if self.bound else ())]
        sites, cost = search(
            self.space, self.p, starts=starts, seconds=min(seconds, self.left), seed=self.seed,
            enough=self.proven * (1.0 + ROUNDING), problem=self.problem,
        )  # fmt: skip
        self.take(sites, cost)

    def take(self, sites: Ints, cost: float) -> None:
        """Keep a solution if it is better."""
        if cost < self.cost:
            self.sites, self.cost = sites, cost
            self.note()

    def settle(self, seconds: float) -> None:
        """Settle what the bound leaves open, if that is little enough."""
        if self.bound is None:
            return
        rest = rest_of(self.space, self.p, self.bound, self.goal)
        if rest is None or len(rest.client) > PAIRS:
            return
        n = len(self.space.weights)
        limit = min(seconds, self.left)
        if len(rest.client) <= THIN * n:
            sites, bound = prove(
                rest, n, self.p, self.cost, whole=self.whole, seconds=limit, gap=self.gap
            )
        else:
            sites, bound = branch(
                rest, self.bound.u, self.p, self.cost,
                whole=self.whole, seconds=limit, gap=self.gap,
            )  # fmt: skip
        if sites is not None:
            self.take(*search(
                self.space, self.p, starts=[sites], seconds=self.left, rounds=0,
                problem=self.problem,
            ))  # fmt: skip
        self.prove(bound)

    def result(self, began: float) -> Siting:
        """The best solution, with who is served by whom."""
        state = begin(self.problem, self.sites)
        return Siting(
            sites=np.sort(self.sites), assignment=state.first.copy(), cost=self.cost,
            lower_bound=min(self.proven, self.cost),
            seconds=monotonic() - began, history=tuple(self.history),
        )  # fmt: skip
