"""The search for a plan: clusters first, then terminals, then better neighbours.

1. **Clusters.**  Over pools of one cluster each the program is small; its bound holds for every
   plan (see `program`).
2. **Terminals.**  With the cluster of each cargo as found and its day free by a little, the program
   over single terminals says which berth and tank takes it.
3. **Neighbours.**  What one region, or one stretch of days, does is decided anew over single
   terminals while the rest stays (a neighbourhood search: Shaw 1998; Ahuja, Ergun, Orlin and Punnen
   2002, Discrete Applied Mathematics 123), until the gap or the time is reached.

Each step starts from the plan of the step before, and leaving a cargo where it is is always
possible, so there is a plan as soon as there is a first one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import LimitReached
from seawall.program import solve as solve_program
from seawall.questions.redirect.instance import NOBODY, Plan
from seawall.questions.redirect.parts import cut, in_world, used_in
from seawall.questions.redirect.program import apart, assemble, constant, lent_floors, split
from seawall.questions.redirect.solutions import (
    around,
    best_of,
    by_region,
    decided,
    held_by_region,
    plan_of,
    point,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from seawall.program import LinearProgram
    from seawall.questions.redirect.instance import Bools, Floats, Instance, Ints
    from seawall.questions.redirect.program import Layout

__all__ = ["Step", "solve"]

#: Part of the wanted gap that the clusters may use up; the rest is for the terminals.
CLUSTER_SHARE = 0.35
#: The same for all regions together.
PART_SHARE = 0.5
#: Part of the time that the clusters may take, and most seconds: instructions come first.
CLUSTER_TIME, CLUSTERS = 0.1, 10.0
#: Days by which the terminals may move a cargo from the day that its cluster chose.
SLACK = 5
#: Seconds that a region may take to be decided anew, beyond a dive.
NEIGHBOUR = 10.0
#: Seconds that a whole world may take, and part of the time that is left.
WORLD, WORLD_TIME = 60.0, 0.4
#: Part of the time after which several worlds are proven one by one, and of the rest for that.
FIRST_BOUND, BOUND_TIME = 0.45, 0.7
#: Part of the wanted gap that makes a region one to be taken terminal by terminal.
LOSSY = 0.05
#: Columns of the program over terminals up to which it is solved as a whole.
WHOLE = 20_000
#: Below this distance from the bound [million USD] a plan counts as proven.
PROVEN = 0.01


@dataclass(frozen=True)
class Step:
    """Where a search is: seconds since it began, what it does, cost of the best plan, bound, gap
    (see `Plan.gap`) and gap in million USD."""

    seconds: float
    stage: str
    cost: float
    lower_bound: float
    gap: float
    gap_usd: float


def solve(
    instance: Instance,
    *,
    time_limit: float = 60.0,
    gap: float = 0.01,
    start: Plan | None = None,
    progress: Callable[[Step], None] | None = None,
) -> Plan:
    """The best plan found, with its proven bound.

    Parameters
    ----------
    time_limit
        Seconds after which the best plan so far is returned.
    gap
        `Plan.gap` at which the search may stop.
    start
        A plan of the same instance to begin from: yesterday's, or that without a pact.

    Raises
    ------
    LimitReached
        When the time was too short for any plan.
    """
    search = _Search(instance, time_limit, gap, progress)
    search.relax(start)
    if not search.enough():
        search.clusters()
        search.terminals()
        search.neighbours()
        search.whole()
        search.finer_bound(1.0)
    return search.answer()


class _Search:
    """One search under way: the best plan and the best bound so far."""

    def __init__(
        self,
        instance: Instance,
        time_limit: float,
        gap: float,
        progress: Callable[[Step], None] | None,
    ) -> None:
        self.instance = instance
        self.began = time.monotonic()
        self.time_limit = time_limit
        self.gap = gap
        self.progress = progress
        self.best: Plan | None = None
        self.bound = -np.inf
        self.spent = 0.0
        #: Regions whose terminals lose much against their cluster, and whether worlds have been
        #: proven one by one.
        self.hard: set[int] = set()
        self.refined = False
        self.program: LinearProgram
        self.layout: Layout
        self.duals: Floats
        #: What regions cost by the plan over clusters (worlds, regions).
        self.aim: Floats
        #: What each cargo does by the clusters' plan (worlds, cargoes), and what their tanks then
        #: hold by region (worlds, regions, days).
        self.chosen: Ints = np.full((instance.worlds, len(instance.cargoes.ids)), NOBODY)
        self.held: Floats = np.zeros(())

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self.time_limit - (time.monotonic() - self.began)

    # --- the steps -------------------------------------------------------------------------------

    def relax(self, start: Plan | None) -> None:
        """Prove a first bound without whole numbers, and take over a plan that is there already as
        far as it holds: where little has changed, it is near the bound."""
        instance = self.instance
        self.program, self.layout = assemble(instance)
        loose = solve_program(replace(self.program, integrality=None))
        self.duals = loose.row_dual
        self._prove(loose.lower_bound)
        plan = plan_of(instance, self.layout, loose.x, self.bound, loose=True)
        self.spent = float(instance.weights @ plan.spent)
        if start is not None and np.any(start.terminal != NOBODY):
            self._keep(settled(instance, start.column, start.terminal), "start")

    def clusters(self) -> None:
        """Decide over clusters, and prove a better bound."""
        instance, layout = self.instance, self.layout
        first = None if self.best is None else point(instance, layout, self.best.column, None)
        found = solve_program(
            self.program, time_limit=max(1.0, min(CLUSTERS, CLUSTER_TIME * self.left)), gap=0.0,
            start=first,
            near=max(PROVEN, CLUSTER_SHARE * self.gap * self.spent),
        )  # fmt: skip
        self._prove(found.lower_bound)
        plan = plan_of(instance, layout, found.x, self.bound)
        self.chosen, self.held = plan.column, held_by_region(instance, layout.pools, plan.stock)
        self.aim = by_region(instance, plan, layout.pools)
        self.spent = float(instance.weights @ plan.spent)

    def _prove(self, bound: float) -> None:
        """Take a bound of the program over clusters for that of the search."""
        if self.layout.worst == NOBODY:
            bound += float(self.instance.weights @ constant(self.instance))
        self.bound = max(self.bound, bound)

    def terminals(self) -> None:
        """Decide over terminals what the clusters decided, to the day and a little, region by
        region and world by world."""
        column, terminal = self.chosen.copy(), np.full_like(self.chosen, NOBODY)
        near = around(self.instance, self.chosen, SLACK)
        held, shared = self.held.copy(), np.zeros(self.chosen.shape[1], dtype=bool)
        for w in range(self.instance.worlds):
            column[w, shared], terminal[w, shared] = column[0, shared], terminal[0, shared]
            for r in range(len(self.instance.terminals.regions)):
                self._decide(w, r, near, shared, column, terminal, held, 0.0)
            shared = shared | self._shared()
        self._keep(settled(self.instance, column, terminal), "terminals")

    def neighbours(self) -> None:
        """Decide anew what loses most against the clusters, then the rest, until nothing gets
        better, the gap is small or the time is over: regions one by one, and whole worlds with the
        regions that lose taken terminal by terminal."""
        instance = self.instance
        tried: set[tuple[int, int]] = set()
        while not self.enough() and self.best is not None:
            if self.left < (1.0 - FIRST_BOUND) * self.time_limit and not self.refined:
                self.finer_bound(BOUND_TIME)
                continue
            loss = by_region(instance, self.best) - self.aim
            todo = [
                (float(loss[w, r] * instance.weights[w]), w, r)
                for w, r in np.ndindex(loss.shape)
                if (w, r) not in tried
            ]
            todo += [
                (float(loss[w].sum() * instance.weights[w]), w, NOBODY)
                for w in range(instance.worlds)
                if (w, NOBODY) not in tried
                and (instance.worlds == 1 or self.refined)
                and len(self._lossy(w))
            ]
            if not todo:
                return
            _, w, r = max(todo)
            before = self.best.cost
            if r == NOBODY:
                self._world_anew(w)
            else:
                self._region_anew(w, r)
            # Where one thing got better, others may again.
            tried = tried if self.best.cost > before - PROVEN else set()
            tried.add((w, r))

    def _region_anew(self, w: int, r: int) -> None:
        before = self._best
        column, terminal = before.column.copy(), before.terminal.copy()
        held = held_by_region(self.instance, split(self.instance), before.stock)
        fixed = self._tied()
        free = self._free(w, r, before.column)
        self._decide(w, r, free, fixed, column, terminal, held, NEIGHBOUR)
        self._keep(settled(self.instance, column, terminal), "region")

    def _lossy(self, w: int) -> Ints:
        """Regions whose terminals lose much against their cluster, now or before."""
        loss = (by_region(self.instance, self._best) - self.aim)[w] * self.instance.weights[w]
        self.hard |= set(np.flatnonzero(loss > LOSSY * self.gap * self.spent).tolist())
        return np.array(sorted(self.hard), dtype=int)

    def _world_anew(self, w: int) -> None:
        """Decide a world over clusters, its lossy regions terminal by terminal; what is told today
        stays as it is where there are other worlds."""
        instance, before = self.instance, self._best
        fixed = self._tied()
        columns = instance.columns
        only = ~fixed[columns.cargo]
        only[before.column[w, fixed & (before.column[w] != NOBODY)]] = True
        used, small = used_in(instance, w, only), in_world(instance, w, only)
        pools = apart(instance, self._lossy(w))
        program, layout = assemble(small, pools)
        number = {int(o): i for i, o in enumerate(used)}
        now = np.array([[number.get(int(o), NOBODY) for o in before.column[w]]])
        start = point(small, layout, now, before.terminal[w : w + 1])
        begun = best_of(program, layout, start, left=self.left, seconds=0.0, near=0.0)
        try:
            found = solve_program(
                program, time_limit=max(1.0, min(WORLD, WORLD_TIME * self.left)), gap=0.0,
                start=start if begun is None else begun,
                near=max(PROVEN, CLUSTER_SHARE * self.gap * self.spent),
            )  # fmt: skip
        except LimitReached:
            return
        if instance.worlds == 1:
            self._prove(found.lower_bound)
        plan = plan_of(small, layout, found.x, -np.inf)
        self.aim[w] = by_region(small, plan, pools)[0]
        chosen = before.column.copy()
        chosen[w] = np.where(plan.column[0] == NOBODY, NOBODY, used[plan.column[0]])
        column, terminal = chosen.copy(), before.terminal.copy()
        terminal[w, ~fixed] = NOBODY
        near = around(instance, chosen, SLACK)
        held = held_by_region(instance, split(instance), before.stock)
        held[w] = held_by_region(small, pools, plan.stock)[0]
        for r in range(len(instance.terminals.regions)):
            self._decide(w, r, near, fixed, column, terminal, held, 0.0)
        self._keep(settled(instance, column, terminal), "world")

    def finer_bound(self, share: float) -> None:
        """Where there are several worlds: prove each by itself, with the regions that lose taken
        terminal by terminal (dual decomposition, Caroe and Schultz 1999, Operations Research
        Letters 24, with the prices of the program without whole numbers); `share` of the time that
        is left may go into it."""
        instance = self.instance
        self.refined = True
        if instance.worlds == 1 or self.best is None or self.enough():
            return
        every = np.ones(len(instance.columns.cargo), dtype=bool)
        bounds = np.zeros(instance.worlds)
        for w in range(instance.worlds):
            worlds_left = instance.worlds - w
            seconds = share * self.left / (share * (worlds_left - 1) + 1.0)
            if seconds < 2.0:
                return
            more = None if instance.judge == "worst" else self._prices(w)
            small = in_world(instance, w, every, more)
            program, layout = assemble(small, apart(instance, self._lossy(w)))
            nothing = np.zeros(program.shape[1])
            found = solve_program(
                program, time_limit=seconds, gap=0.0,
                start=best_of(program, layout, nothing, left=seconds, seconds=0.0, near=0.0),
                near=max(PROVEN, CLUSTER_SHARE * self.gap * self.spent),
            )  # fmt: skip
            bounds[w] = found.lower_bound + float(constant(small)[0])
        proven = bounds.max() if instance.judge == "worst" else instance.weights @ bounds
        self.bound = max(self.bound, float(proven))
        self._keep(self.best, "bound")

    def _prices(self, w: int) -> Floats:
        """(O,) what a world is paid for doing today what all do [million USD, by its own weight]:
        from the duals of the program without whole numbers, so that over all worlds the payments
        of a column add up to nothing."""
        instance, layout = self.instance, self.layout
        shared = np.flatnonzero(instance.columns.world[layout.column] == NOBODY)
        worth = np.array([self._worth_today(v, shared) for v in range(instance.worlds)])
        result = np.zeros(len(instance.columns.cargo))
        result[layout.column[shared]] = (worth.mean(axis=0) - worth[w]) / instance.weights[w]
        return result

    def _worth_today(self, w: int, shared: Ints) -> Floats:
        """What columns that all worlds share cost one world, with what they take of its limits."""
        instance, layout = self.instance, self.layout
        columns, o = instance.columns, layout.column[shared]
        lost = np.where(columns.day[o, w] == NOBODY, 0.0,
                        instance.cargoes.value[columns.cargo[o]])  # fmt: skip
        duals = np.zeros_like(self.duals)
        for name, rows in layout.rows.items():
            if name != "once":
                duals[rows[w]] = self.duals[rows[w]]
        taken = self.program.A[:, shared].T @ duals
        own = columns.cost[o, w] + columns.priority[o] + lost
        result: Floats = instance.weights[w] * own - taken
        return result

    def whole(self) -> None:
        """Where the program over terminals is small enough, decide all of it at once."""
        if self.enough() or self.best is None:
            return
        pools = split(self.instance)
        program, layout = assemble(self.instance, pools)
        if len(layout.column) > WHOLE:
            return
        start = point(self.instance, layout, self.best.column, self.best.terminal)
        try:
            found = solve_program(
                program, time_limit=max(1.0, self.left), gap=0.0, start=start,
                near=max(PROVEN, self.gap * self.spent),
            )  # fmt: skip
        except LimitReached:
            return
        self._prove(found.lower_bound)
        self._keep(plan_of(self.instance, layout, found.x, self.bound), "whole")

    def answer(self) -> Plan:
        """The best plan with the best bound."""
        return replace(self._best, lower_bound=min(self.bound, self._best.cost))

    # --- parts -----------------------------------------------------------------------------------

    @property
    def _best(self) -> Plan:
        if self.best is None:
            raise LimitReached("the time was too short for any plan")
        return self.best

    def _tied(self) -> Bools:
        """(cargoes,) those that one world cannot decide by itself."""
        if self.instance.worlds == 1:
            return np.zeros(self.chosen.shape[1], dtype=bool)
        return self._shared()

    def _shared(self) -> Bools:
        """(cargoes,) those that must do the same in all worlds."""
        columns = self.instance.columns
        result = np.zeros(len(self.instance.cargoes.ids), dtype=bool)
        result[columns.cargo[columns.world == NOBODY]] = True
        return result

    def _free(self, w: int, r: int, column: Ints) -> Bools:
        """Columns by which a region in a world may do otherwise: with its own cargo and with cargo
        that nobody takes.  Loans are settled, to the week."""
        columns, terminals = self.instance.columns, self.instance.terminals
        here = terminals.cluster_region[columns.cluster] == r
        now = column[w, columns.cargo]
        region = np.where(
            now == NOBODY, NOBODY, terminals.cluster_region[columns.cluster[np.maximum(now, 0)]]
        )
        free = here & ((region == r) | (now == NOBODY))
        loan = columns.lender != NOBODY
        same = (now != NOBODY) & (columns.decide // 7 == columns.decide[np.maximum(now, 0)] // 7)
        result: Bools = free & (~loan | ((region == r) & same))
        return result

    def _decide(
        self,
        w: int,
        r: int,
        only: Bools,
        settled_before: Bools,
        column: Ints,
        terminal: Ints,
        held: Floats,
        seconds: float,
    ) -> None:
        """Decide a region in a world over single terminals; `column`, `terminal` and `held` are
        changed in place.  What is settled before stays."""
        instance = self.instance
        columns, terminals = instance.columns, instance.terminals
        fixed = settled_before[columns.cargo]
        taken = np.zeros(len(columns.cargo), dtype=bool)
        taken[column[w, (column[w] != NOBODY) & settled_before]] = True
        member = terminals.region_member[r]
        others = None
        if np.any(np.isfinite(lent_floors(instance)[w, member])):
            same = (terminals.region_member == member) & (np.arange(held.shape[1]) != r)
            others = held[w, same].sum(axis=0)
        part = cut(instance, w, r, only & (~fixed | taken), others)
        fits = part.instance.fits.copy()
        for c in np.flatnonzero(settled_before & (column[w] != NOBODY)):
            if terminal[w, c] in part.terminals:
                fits[c] = part.terminals == terminal[w, c]
        part = replace(part, instance=replace(part.instance, fits=fits))
        found = decided(
            part, column[w], terminal[w], left=self.left,
            seconds=min(seconds, max(0.0, self.left)),
            near=max(PROVEN, PART_SHARE * self.gap * self.spent / len(terminals.regions)),
        )  # fmt: skip
        if found is None:
            return
        mine = np.zeros(len(instance.cargoes.ids), dtype=bool)
        mine[columns.cargo[part.columns]] = True
        in_region = (column[w] != NOBODY) & (
            terminals.cluster_region[columns.cluster[np.maximum(column[w], 0)]] == r
        )
        gone = mine & (in_region | (column[w] == NOBODY)) & ~settled_before
        column[w, gone], terminal[w, gone] = NOBODY, NOBODY
        got = found.column[0] != NOBODY
        column[w, got] = part.columns[found.column[0, got]]
        terminal[w, got] = part.terminals[found.terminal[0, got]]
        held[w, r] = found.stock[0].sum(axis=0)

    # --- keeping ---------------------------------------------------------------------------------

    def _keep(self, plan: Plan | None, stage: str) -> None:
        """Keep a plan if it is the best, and tell how far it is."""
        if plan is not None and (self.best is None or plan.cost < self.best.cost):
            self.best = plan
        if self.best is None or self.progress is None:
            return
        best = replace(self.best, lower_bound=self.bound)
        self.progress(
            Step(
                seconds=time.monotonic() - self.began,
                stage=stage,
                cost=best.cost,
                lower_bound=self.bound,
                gap=best.gap(self.instance.weights),
                gap_usd=best.cost - self.bound,
            )
        )

    def enough(self) -> bool:
        """Whether the gap or the time is reached."""
        if self.best is None:
            return False
        here = replace(self.best, lower_bound=self.bound)
        return (
            self.left <= 0
            or here.gap(self.instance.weights) <= self.gap
            or here.cost - self.bound <= PROVEN
        )
