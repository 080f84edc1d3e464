"""From an instance to a plan with a proof: bound, filling, flows, and again."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import LimitReached
from seawall.questions.site.biogas.bound import Bound, upper_bound, use_of, worth_at
from seawall.questions.site.biogas.flows import operate
from seawall.questions.site.biogas.search import Filling, complete, construct, refill

if TYPE_CHECKING:
    from seawall.questions.site.biogas.arrange import Arranged
    from seawall.questions.site.biogas.bound import Prices
    from seawall.questions.site.biogas.flows import Plan
    from seawall.questions.site.biogas.instance import Instance
    from seawall.runs.progress import Progress

__all__ = ["Solved", "solve"]

#: Share of the time that the first bound takes, and each later one.
FIRST, LATER = 0.06, 0.15
#: Refilling between two linear programs, and the share of plants by which it may stray.
ROUNDS, SPARE = 15_000, 0.03
#: Fillings that begin anew at better prices before the best one is only improved.
STARTS = 2
#: Items that lose more than this at the prices of the bound are left to no plant [INR/kg].
SLACK = 1.0
#: Gas may fall short of the promise by this share, for rounding.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Solved:
    """The best plan, what no plan can beat, and how they were found.

    `bound` is an upper bound of the value [million INR a year]; `cost` the yearly cost of the plan,
    which the gap is measured against; `history` (seconds, value, bound).
    """

    plan: Plan
    bound: float
    cost: float
    seconds: float
    history: tuple[tuple[float, float, float], ...]

    @property
    def gap(self) -> float:
        """(bound - value) / yearly cost of the plan: value alone may be about nothing."""
        return max(self.bound - self.plan.value, 0.0) / self.cost


def cost_of(instance: Instance, plan: Plan) -> float:
    """What a plan costs in a year: feed, haul, store, plants; delivery and power are in prices."""
    return float(instance.cost @ plan.taken) + float(instance.fixed[plan.sizes].sum())


def solve(
    arranged: Arranged, *, time_limit: float, gap: float, seed: int, progress: Progress,
    rounds: int | None = None,
) -> Solved:  # fmt: skip
    """Find plants, sizes, feeds and buyers.

    Parameters
    ----------
    rounds
        Fillings after which to stop; None: only when the gap is reached or time is out.

    Raises
    ------
    LimitReached
        No plan was found that has so many plants, or makes the gas that is promised.
    """
    began, instance = monotonic(), arranged.instance
    search = _Search(arranged, seed, began)
    search.lower(time_limit * FIRST, None)
    while True:
        search.fill()
        search.lower(time_limit * LATER, search.best.prices if search.round == 1 else None)
        solved = search.solved()
        missing = solved.plan.missing
        progress.note(
            f"{solved.seconds:.0f} s: {solved.plan.value:,.0f} million INR a year, gap "
            f"{solved.gap:.2%}" if missing <= ROUNDING * instance.output
            else f"{solved.seconds:.0f} s: {missing:,.0f} kt of gas are missing"
        )  # fmt: skip
        if solved.gap <= gap or monotonic() - began > time_limit or search.round == rounds:
            break
    _stands(instance, solved.plan)
    return solved


def _stands(instance: Instance, plan: Plan) -> None:
    """Whether the plan is what was asked for.

    Raises
    ------
    LimitReached
    """
    if len(plan.sites) < instance.count:
        raise LimitReached(
            f"only {len(plan.sites)} of {instance.count} plants find feed and buyers for the least "
            "that they must make: ask for fewer"
        )
    if plan.missing > ROUNDING * max(instance.output, 1.0):
        raise LimitReached(
            f"no plan was found that makes {instance.output:,.3g} kt a year; the best makes "
            f"{plan.output:,.3g}: ask for less, or give it more time"
        )


class _Search:
    """The best of what is known while the search goes on."""

    def __init__(self, arranged: Arranged, seed: int, began: float) -> None:
        self.arranged, self.instance = arranged, arranged.instance
        self.seed, self.began, self.round = seed, began, 0
        self.bound: Bound
        self.filled: Filling
        self.best: Plan
        self.history: list[tuple[float, float, float]] = []

    def lower(self, seconds: float, start: Prices | None) -> None:
        """Lower the bound, from these prices or the best ones."""
        known = self.round > 0
        found = upper_bound(
            self.instance, seconds=seconds,
            start=start or (self.bound.prices if known else None),
            target=self.best.value if known else -np.inf,
        )  # fmt: skip
        if not known or found.value < self.bound.value:
            self.bound = found

    def fill(self) -> None:
        """Fill, refill and run the plants; keeps the better plan."""
        instance, prices = self.instance, self.bound.prices
        worth = np.sort(worth_at(instance, prices, use_of(instance)).value.max(axis=1))
        toll = float(worth[-instance.count])
        filled = (
            construct(instance, prices) if self.round < STARTS
            else Filling.of(instance, self.best)
        )  # fmt: skip
        filled = refill(
            instance, prices, filled, self.arranged.around, toll=toll,
            spare=int(SPARE * instance.count), rounds=ROUNDS, seed=self.seed + self.round,
        )  # fmt: skip
        filled = complete(instance, prices, filled)
        sizes = filled.size[filled.sites]
        plan = operate(instance, filled.sites, sizes, prices, filled.taken, SLACK)
        if plan.missing > 0.0:
            # What loses at these prices may still be needed to make what is promised.
            plan = operate(instance, filled.sites, sizes, prices, filled.taken, np.inf)
        if self.round == 0 or plan.value > self.best.value:
            self.best = plan
        self.round += 1

    def solved(self) -> Solved:
        """What is known now."""
        seconds = monotonic() - self.began
        self.history.append((seconds, self.best.value, self.bound.value))
        return Solved(
            self.best, self.bound.value, cost_of(self.instance, self.best), seconds,
            tuple(self.history),
        )  # fmt: skip
