"""Facility location: which sites to open, and who is served from where, with a proven bound."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import Infeasible, LimitReached, UsageError
from seawall.questions.site.facility_bound import FREE, Bound, climb, first_multipliers
from seawall.questions.site.facility_exact import PROVEN, branch, fixed
from seawall.questions.site.facility_input import Instance, instance_of
from seawall.questions.site.facility_search import Search
from seawall.questions.site.facility_transport import served
from seawall.questions.site.facility_whole import finish, gathered, price
from seawall.questions.site.result import Siting

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from seawall.questions.site.facility_bound import Status

__all__ = ["facility_location"]

#: Steps of the first bound, in so many parts; after each its open sites are tried.
STEPS, PARTS = 100, 12
#: Seeded restarts from a changed best set, before the proof.
SHAKES = 6
#: Part of the time in which single sources are first let split, and the sets of sites that are
#: gathered from then.
SPLIT_TIME, GATHERED = 0.5, 40


def facility_location(
    open_cost: ArrayLike,
    assign_cost: ArrayLike,
    capacity: ArrayLike | None = None,
    demand: ArrayLike | None = None,
    single_source: bool = False,
    *,
    time_limit: float = 60.0,
    gap: float = 0.0,
    seed: int = 0,
    progress: Callable[[float, float, float], None] | None = None,
) -> Siting:
    """Open sites and serve all clients from them at least cost.

    Parameters
    ----------
    open_cost
        (m,) cost of opening each site, in any unit of cost.
    assign_cost
        (n, m) cost of serving all of client i from site j, in the same unit; inf where site j may
        not serve client i.
    capacity
        (m,) what each site can serve, in units of demand; inf for no limit; None: no limits.
    demand
        (n,) what each client needs; None: 1 each.  Without capacities it changes nothing.
    single_source
        Whether each client must be served by one site.  Otherwise its demand may be split, and
        `Siting.flow` tells how where there are capacities.
    time_limit
        Seconds after which the search ends with what is proven by then.
    gap
        Relative gap that is good enough; 0 asks for a proof.
    seed
        Of the restarts of the search.
    progress
        Called with (seconds, cost, lower bound) whenever one of the two gets better.

    Returns
    -------
    Siting

    Raises
    ------
    UsageError
        For arrays of wrong shape, figures that are no costs, capacities or demands, capacities
        below the demand, clients that no site can serve: all problems at once.
    Infeasible
        Where the pairs that are allowed leave some demand without room.
    LimitReached
        Where time ends before any assignment to single sites is found.

    Notes
    -----
    Bound: Beasley (1988, European Journal of Operational Research 33) by the volume algorithm
    (Barahona and Anbil 2000); search: `facility_search`; proof: branch and bound over sites where
    demand may be split or nothing is limited (`facility_exact`), else HiGHS on what the bound
    leaves (`facility_whole`), where capacities hold up to a millionth of themselves.
    """
    problems = [
        text
        for wrong, text in (
            (not time_limit > 0, f"time_limit is {time_limit}: it must be above 0 seconds"),
            (not 0 <= gap < 1, f"gap is {gap}: it must be at least 0 and below 1"),
        )
        if wrong
    ]
    if problems:
        raise UsageError("; ".join(problems))
    instance = instance_of(open_cost, assign_cost, capacity, demand, single_source=single_source)
    run = _Run(instance, time_limit, gap, progress)
    status, bound = run.root(np.random.default_rng(seed))
    if instance.whole:
        return run.whole(status, bound)
    return run.split(status, bound)


class _Run:
    """One call: the clock, the best so far and its history."""

    def __init__(
        self,
        instance: Instance,
        time_limit: float,
        gap: float,
        progress: Callable[[float, float, float], None] | None,
    ) -> None:
        self.instance, self.gap, self.progress = instance, gap, progress
        self.began = time.perf_counter()
        self.deadline = self.began + time_limit
        self.search = Search(instance, self.deadline)
        self.assignment: NDArray[np.int64] | None = None
        self.history: list[tuple[float, float, float]] = []

    @property
    def cost(self) -> float:
        """Of the best solution so far, of the kind that is asked for."""
        if not self.instance.whole:
            return self.search.cost
        return np.inf if self.assignment is None else price(self.instance, self.assignment)

    def told(self, low: float) -> None:
        """Note where the run is, if that is better than before."""
        cost = self.cost
        if self.history and self.history[-1][1] <= cost and self.history[-1][2] >= low:
            return
        at = (time.perf_counter() - self.began, cost, min(low, cost))
        self.history.append(at)
        if self.progress is not None:
            self.progress(*at)

    def enough(self, low: float) -> bool:
        """Whether the gap is reached or time is up."""
        reached = low >= self.cost * (1.0 - max(self.gap, PROVEN))
        return reached or time.perf_counter() > self.deadline

    def root(self, random: np.random.Generator) -> tuple[Status, Bound]:
        """First bound, first solutions, and the sites that both decide."""
        instance, search = self.instance, self.search
        m = len(instance.open_cost)
        free = np.full(m, FREE)
        if not np.isfinite(search.value(np.arange(m))):
            raise Infeasible(
                "all sites together cannot serve all clients: allow more pairs in assign_cost or "
                "give those sites more capacity"
            )
        bound = climb(instance, free, first_multipliers(instance), np.inf, rounds=STEPS)
        for part in range(PARTS):
            for sites in (bound.often > 0.5, bound.often > 0.2):
                self.tried(search.repaired(np.flatnonzero(sites)))
            self.told(bound.value)
            if self.enough(bound.value):
                return free, bound
            bound = climb(instance, free, bound.u, search.cost, rounds=STEPS, step=0.9**part)
        for _ in range(SHAKES):
            if self.enough(bound.value):
                break
            flips = random.choice(m, size=min(m, 4), replace=False)
            chosen = np.isin(np.arange(m), search.sites)
            chosen[flips] ^= True
            self.tried(search.repaired(np.flatnonzero(chosen)))
        self.told(bound.value)
        status = fixed(instance, free, bound, self.cost)
        return free if status is None else status, bound

    def tried(self, sites: NDArray[np.int64]) -> None:
        """Search from a set of sites, and gather the best of it where clients are not split."""
        if not self.search.known(sites):
            self.search.descend(sites)
        if not self.instance.whole:
            return
        for chosen in (sites, self.search.sites):
            self.gather(chosen)

    def gather(self, sites: NDArray[np.int64]) -> None:
        """Keep the assignment near the split flow of some sites if it is the best."""
        found = gathered(self.instance, sites, served(self.instance, sites)[1])
        if found is not None and price(self.instance, found) < self.cost:
            self.assignment = found

    def whole(self, status: Status, bound: Bound) -> Siting:
        """Prove, or better, an assignment to single sites."""
        low = bound.value
        if not self.enough(low):
            low = self.split_first(bound)
        if not self.enough(low):
            decided = fixed(self.instance, status, bound, self.cost)
            left = max(self.deadline - time.perf_counter(), 0.1)
            self.assignment, proven = finish(
                self.instance,
                status if decided is None else decided,
                bound,
                self.assignment,
                time_limit=left,
                gap=self.gap,
            )
            low = max(low, proven)
        if self.assignment is None:
            raise LimitReached("time ended before clients were found a site each: allow more time")
        return self.result(np.unique(self.assignment), self.assignment, low, None)

    def split_first(self, bound: Bound) -> float:
        """Let demand be split: what is proven of that is a bound, and from the sites that are
        cheap then come good assignments.  Returns the bound."""
        now = time.perf_counter()
        self.search.deadline = now + SPLIT_TIME * (self.deadline - now)
        free = np.full(len(self.instance.open_cost), FREE)
        low = branch(self.search, free, bound, self.gap, self.told)
        for sites in self.search.below(self.cost, GATHERED):
            if time.perf_counter() > self.deadline:
                break
            self.gather(sites)
        self.told(low)
        return low

    def split(self, status: Status, bound: Bound) -> Siting:
        """Prove, or better, the sites among which demand is split."""
        low = bound.value
        if not self.enough(low):
            low = branch(self.search, status, bound, self.gap, self.told)
        sites = self.search.sites
        _, flow, _ = served(self.instance, sites)
        shares = np.zeros((self.instance.cost.shape[1], len(self.instance.open_cost)))
        shares[:, sites] = flow.T
        assignment = np.argmax(shares, axis=1)
        return self.result(sites, assignment, low, shares if self.instance.limited else None)

    def result(
        self,
        sites: NDArray[np.int64],
        assignment: NDArray[np.int64],
        low: float,
        flow: NDArray[np.float64] | None,
    ) -> Siting:
        """The answer; a bound within rounding of the cost is a proof."""
        cost = self.cost
        low = cost if low >= cost * (1.0 - PROVEN) else max(low, 0.0)
        self.told(low)
        seconds = time.perf_counter() - self.began
        return Siting(sites, assignment, cost, low, seconds, tuple(self.history), flow)
