"""From an instance to a plan with a proof: bound, filling, flows, and again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import LimitReached, UsageError
from seawall.questions.site.biogas.bound import Bound, upper_bound, use_of, worth_at
from seawall.questions.site.biogas.flows import operate
from seawall.questions.site.biogas.search import Filling, complete, construct, refill

if TYPE_CHECKING:
    from seawall.questions.site.biogas.arrange import Arranged
    from seawall.questions.site.biogas.flows import Plan
    from seawall.questions.site.biogas.instance import Instance
    from seawall.runs.progress import Progress

__all__ = ["Solved", "most_gas", "solve"]

#: Steps of the first bound and of each later one, and the share of the time that each may take.
FIRST, LATER, LOWERING = 1200, 600, 0.25
#: Turns of refilling by plant, first and later, at least so many, and the share of the time.
TURNS, AGAIN, FEWEST, REFILLING = 150, 60, 6000, 0.4
#: Heat of the first refilling as a share of what the smallest plant costs a year, and of later
#: ones as a share of that.
HEAT, WARM = 0.18, 0.3
#: Share of plants by which refilling may stray.
SPARE = 0.03
#: First step of what is added to the worth of gas while too little is made, as a share of it.
LIFT = 0.005
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
        Fillings after which to stop, whatever the clock says: the same plan on any machine.  None:
        when the gap is reached or time is out.

    Raises
    ------
    UsageError
        No plan can make the gas that is promised.
    LimitReached
        No plan was found that has so many plants, or makes the gas that is promised.
    """
    began, instance = monotonic(), arranged.instance
    search = _Search(arranged, seed, began, time_limit if rounds is None else np.inf)
    search.lower(FIRST)
    while True:
        search.fill()
        search.lower(LATER)
        solved = search.solved()
        progress.note(
            f"{solved.seconds:.0f} s: {solved.plan.value:,.0f} million INR a year, gap "
            f"{solved.gap:.2%}" if _kept(instance, solved.plan)
            else f"{solved.seconds:.0f} s: {solved.plan.missing:,.0f} kt of gas are missing"
        )  # fmt: skip
        if search.round == 1 and not _kept(instance, solved.plan):
            _refuse_impossible(instance, search.best)
        done = solved.gap <= gap and _kept(instance, solved.plan)
        if done or monotonic() - began > search.time_limit or search.round == rounds:
            break
    _stands(instance, solved.plan)
    return solved


def _kept(instance: Instance, plan: Plan) -> bool:
    """Whether the plan makes what is promised."""
    return plan.missing <= ROUNDING * max(instance.output, 1.0)


def most_gas(instance: Instance) -> float:
    """What no choice of `count` plants can surpass [kt a year]: the bound, where gas is all that
    counts."""
    free = replace(
        instance, cost=np.zeros_like(instance.cost), price=np.ones_like(instance.price),
        fixed=np.zeros_like(instance.fixed), output=0.0,
    )  # fmt: skip
    return upper_bound(free, seconds=np.inf, rounds=FIRST).value


def _refuse_impossible(instance: Instance, plan: Plan) -> None:
    """Whether any plan can make what is promised.

    Raises
    ------
    UsageError
    """
    most = most_gas(instance)
    if most < instance.output:
        raise UsageError(
            f"{instance.count} plants can make at most {most:,.0f} kt of gas a year "
            f"({plan.output:,.0f} in a plan that was found), and {instance.output:,.0f} are "
            "promised: promise a smaller mean size, or none (0)"
        )


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
    if not _kept(instance, plan):
        raise LimitReached(
            f"no plan was found that makes {instance.output:,.4g} kt a year; the best makes "
            f"{plan.output:,.4g}: promise a smaller mean size, or give it more time"
        )


class _Search:
    """The best of what is known while the search goes on."""

    def __init__(self, arranged: Arranged, seed: int, began: float, time_limit: float) -> None:
        self.arranged, self.instance = arranged, arranged.instance
        self.seed, self.began, self.time_limit, self.round = seed, began, time_limit, 0
        self.lift, self.step = 0.0, LIFT / 2.0
        self.bound: Bound
        self.best: Plan
        self.history: list[tuple[float, float, float]] = []

    def lower(self, steps: int) -> None:
        """Lower the bound, from the best prices."""
        known = self.round > 0
        found = upper_bound(
            self.instance, seconds=self.time_limit * LOWERING, rounds=steps,
            start=self.bound.prices if known else None,
            target=self.best.value if known and _kept(self.instance, self.best) else -np.inf,
        )  # fmt: skip
        if not known or found.value < self.bound.value:
            self.bound = found

    def fill(self) -> None:
        """Fill or refill, and run the plants; keeps the better plan."""
        instance, first = self.instance, self.round == 0
        nu = self.bound.prices.nu
        lifted = nu + self.lift * (nu + float(instance.price.mean()))
        prices = replace(self.bound.prices, nu=lifted)
        worth = np.sort(worth_at(instance, prices, use_of(instance)).value.max(axis=1))
        toll = float(worth[-instance.count])
        filled = construct(instance, prices) if first else Filling.of(instance, self.best)
        filled = refill(
            instance, prices, filled, self.arranged.around, toll=toll,
            spare=max(int(SPARE * instance.count), 1),
            turns=max((TURNS if first else AGAIN) * instance.count, FEWEST),
            heat=HEAT * float(instance.fixed.min()) * (1.0 if first else WARM),
            seed=self.seed + self.round, until=monotonic() + self.time_limit * REFILLING,
        )  # fmt: skip
        filled = complete(instance, prices, filled)
        sizes = filled.size[filled.sites]
        plan = operate(instance, filled.sites, sizes, prices, filled.taken, SLACK)
        if plan.missing > 0.0:
            # What loses at these prices may still be needed to make what is promised.
            plan = operate(instance, filled.sites, sizes, prices, filled.taken, np.inf)
        kept = _kept(instance, plan)
        # A little gas that is missing may count for less than the plant that would make it.
        if first or (kept, plan.value) > (_kept(instance, self.best), self.best.value):
            self.best = plan
        self._settle(kept)
        self.round += 1

    def _settle(self, kept: bool) -> None:
        """At the worth that gas has in the bound, whole plants may make a little too little: gas
        counts for more until they make enough, then for less again, in ever smaller steps."""
        if kept and self.lift == 0.0:
            return
        step = -abs(self.step) if kept else abs(self.step)
        self.step = 2.0 * step if step == self.step else 0.5 * step
        self.lift = max(self.lift + self.step, 0.0)

    def solved(self) -> Solved:
        """What is known now."""
        seconds = monotonic() - self.began
        self.history.append((seconds, self.best.value, self.bound.value))
        return Solved(
            self.best, self.bound.value, cost_of(self.instance, self.best), seconds,
            tuple(self.history),
        )  # fmt: skip
