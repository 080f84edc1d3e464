"""The best plan of a tiny instance by trying everything: every cargo, column and terminal.

Depth first over cargoes, those first that all worlds share; a branch ends where it can no longer
beat the best plan so far even if every cargo not yet decided landed in every region at once, in
one tank without limit (a greedy fill, exact for nested limits).  At the end of a branch the
send-out of each region is a small linear program of its own.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import Infeasible
from seawall.questions.redirect.alone import greedy, nothing
from seawall.questions.redirect.check import replay
from seawall.questions.redirect.completion import _Part, _together, completed, emptiest
from seawall.questions.redirect.instance import NOBODY

if TYPE_CHECKING:
    from seawall.questions.redirect.instance import Bools, Floats, Instance, Plan

#: column and terminal of a cargo in one world.
Choice = tuple[int, int]


def brute(instance: Instance, *, same_terminal: bool = False) -> Plan:
    """The plan of least cost.

    Parameters
    ----------
    same_terminal
        Whether a cargo that must be told today is told its terminal too, the same in all worlds.
    """
    return _Brute(instance, same_terminal=same_terminal).best()


class _Brute:
    def __init__(self, instance: Instance, *, same_terminal: bool) -> None:
        self.instance = instance
        self.same_terminal = same_terminal
        self.count = len(instance.cargoes.ids)
        shared = np.zeros(self.count, dtype=bool)
        shared[instance.columns.cargo[instance.columns.world == NOBODY]] = True
        self.first = [int(c) for c in np.flatnonzero(shared)]
        self.later = [int(c) for c in np.flatnonzero(~shared)]
        self.groups = _together(instance)
        self.seen: dict[tuple[int, int, bytes], float] = {}
        self.filled: dict[tuple[int, int, bytes], float] = {}
        region = instance.terminals.cluster_region[instance.terminals.cluster]
        self.of_group = np.array([[bool(g[r]) for r in region] for g in self.groups])

    def best(self) -> Plan:
        """Try everything."""
        self.order = self.first + self.later
        worlds = range(self.instance.worlds)
        self.suffix = [
            [self._hope(w, self.order[i:]) for i in range(self.count + 1)] for w in worlds
        ]
        # A plan that holds already: nothing dearer need be tried.
        plans = (nothing(self.instance), greedy(self.instance))
        held = [plan for plan in plans if replay(self.instance, plan).ok]
        self.least = min((plan.cost for plan in held), default=np.inf) + 1e-6
        self.found: list[dict[int, Choice]] = []
        self._shared(0, [{} for _ in worlds])
        column = np.full((self.instance.worlds, self.count), NOBODY)
        terminal = column.copy()
        for w, choices in enumerate(self.found):
            for cargo, (chosen, j) in choices.items():
                column[w, cargo], terminal[w, cargo] = chosen, j
        return completed(self.instance, column, terminal)

    def _total(self, costs: list[float]) -> float:
        if self.instance.judge == "worst":
            return max(costs)
        return float(self.instance.weights @ np.array(costs))

    def _shared(self, depth: int, chosen: list[dict[int, Choice]]) -> None:
        """Decide the cargoes that all worlds share."""
        bounds = [self._bound(w, depth, chosen[w]) for w in range(len(chosen))]
        if self._total(bounds) >= self.least - 1e-7:
            return
        if depth == len(self.first):
            self._worlds(bounds, chosen)
            return
        cargo = self.first[depth]
        for column in [NOBODY, *np.flatnonzero(self.instance.columns.cargo == cargo)]:
            for at in self._terminals(int(column)):
                ahead = [{**c, cargo: (int(column), j)} for c, j in zip(chosen, at, strict=True)]
                if all(self._fits(w, ahead[w], at[w]) for w in range(len(ahead))):
                    self._shared(depth + 1, ahead)

    def _worlds(self, bounds: list[float], chosen: list[dict[int, Choice]]) -> None:
        """Each world for itself, once what they share is decided."""
        costs, plans = list(bounds), []
        for w in range(len(chosen)):
            rest = [*costs[:w], 0.0, *costs[w + 1 :]]
            if self.instance.judge == "worst":
                limit = self.least
            else:
                limit = (self.least - self._total(rest)) / float(self.instance.weights[w])
            cost, plan = self._own(w, len(self.first), chosen[w], limit)
            if plan is None:
                return
            costs[w] = cost
            plans.append(plan)
        if self._total(costs) < self.least:
            self.least, self.found = self._total(costs), plans

    def _own(
        self, w: int, depth: int, chosen: dict[int, Choice], limit: float
    ) -> tuple[float, dict[int, Choice] | None]:
        """The best of one world below `limit`."""
        if self._bound(w, depth, chosen) >= limit - 1e-7:
            return np.inf, None
        if depth == self.count:
            cost = self._leaf(w, chosen)
            return (cost, chosen) if cost < limit else (np.inf, None)
        cargo, best = self.order[depth], None
        columns = self.instance.columns
        own = np.flatnonzero((columns.cargo == cargo) & (columns.world == w))
        for column in [NOBODY, *own]:
            for at in self._terminals(int(column), w):
                ahead = {**chosen, cargo: (int(column), at[0])}
                if self._fits(w, ahead, at[0]):
                    cost, plan = self._own(w, depth + 1, ahead, limit)
                    if plan is not None:
                        limit, best = cost, plan
        return (limit, best) if best is not None else (np.inf, None)

    def _terminals(self, column: int, world: int = NOBODY) -> list[tuple[int, ...]]:
        """Terminals that a column may take: of one world, or one for every world."""
        worlds = range(self.instance.worlds) if world == NOBODY else [world]
        if column == NOBODY:
            return [tuple(NOBODY for _ in worlds)]
        columns, terminals = self.instance.columns, self.instance.terminals
        fits = self.instance.fits[columns.cargo[column]]
        at = np.flatnonzero((terminals.cluster == columns.cluster[column]) & fits)
        arrives = [columns.day[column, w] != NOBODY for w in worlds]
        if self.same_terminal:
            return [tuple(int(j) if there else NOBODY for there in arrives) for j in at]
        return list(product(*([int(j) for j in at] if there else [NOBODY] for there in arrives)))

    def _fits(self, w: int, chosen: dict[int, Choice], j: int) -> bool:
        """Whether a terminal has berths and room for what is chosen, and loans keep to weeks."""
        if j == NOBODY:
            return True
        columns, terminals = self.instance.columns, self.instance.terminals
        lands, berths = np.zeros(self.instance.days), np.zeros(self.instance.days, dtype=int)
        for column, at in chosen.values():
            if at == j:
                day = columns.day[column, w]
                lands[day] += columns.lands[column, w]
                berths[day : day + terminals.port_days[j]] += 1
        start, floor = terminals.start[j], min(terminals.floor[j], terminals.start[j])
        use = np.full(self.instance.days, terminals.send_out[j])
        stock = emptiest(np.array(start), np.array(floor), lands, use)
        room = bool((stock <= terminals.tank[j] + 1e-9).all())
        return room and berths.max() <= terminals.berths[j] and self._lent(w, chosen)

    def _lent(self, w: int, chosen: dict[int, Choice]) -> bool:
        columns, most = self.instance.columns, self.instance.lending.cargoes_per_week
        weeks = np.zeros(-(-self.instance.days // 7))
        for column, j in chosen.values():
            if j != NOBODY and columns.lender[column] != NOBODY:
                weeks[min(columns.decide[column], self.instance.days - 1) // 7] += 1
        so_far = np.floor(most * np.arange(1, len(weeks) + 1) + 1e-9)
        return bool((weeks <= np.ceil(most - 1e-9)).all() and (np.cumsum(weeks) <= so_far).all())

    def _sunk(self, w: int, chosen: dict[int, Choice]) -> float:
        """What the cargoes cost that are decided, less the value of those that stay."""
        columns, value = self.instance.columns, self.instance.cargoes.value
        cost = 0.0
        for cargo, (column, j) in chosen.items():
            if column != NOBODY:
                cost += columns.cost[column, w] + columns.priority[column]
            if j == NOBODY:
                cost -= value[cargo]
        return float(cost)

    def _lands(self, w: int, chosen: dict[int, Choice]) -> Floats:
        lands = np.zeros((len(self.instance.terminals.ids), self.instance.days))
        for column, j in chosen.values():
            if j != NOBODY:
                columns = self.instance.columns
                lands[j, columns.day[column, w]] += columns.lands[column, w]
        return lands

    def _hope(self, w: int, cargoes: list[int]) -> tuple[float, Floats]:
        """The most that undecided cargoes can bring: the least that they cost, and (regions, days)
        what each region would get if all came to it, on the first day on which they can."""
        columns, terminals = self.instance.columns, self.instance.terminals
        cost, lands = 0.0, np.zeros((len(terminals.regions), self.instance.days))
        region = terminals.cluster_region[columns.cluster]
        for cargo in cargoes:
            own = (columns.cargo == cargo) & ((columns.world == NOBODY) | (columns.world == w))
            value = self.instance.cargoes.value[cargo]
            gone = np.where(columns.day[:, w] == NOBODY, value, 0.0)
            spent = (columns.cost[:, w] + columns.priority - gone)[own]
            cost += min([-value, *spent])
            for r in range(len(terminals.regions)):
                there = own & (region == r) & (columns.day[:, w] != NOBODY)
                if there.any():
                    lands[r, columns.day[there, w].min()] += columns.lands[there, w].max()
        return cost, lands

    def _bound(self, w: int, depth: int, chosen: dict[int, Choice]) -> float:
        """No plan that begins with these choices costs less in this world."""
        cost, hoped = self.suffix[w][depth]
        terminals = self.instance.terminals
        region = terminals.cluster_region[terminals.cluster]
        lands = self._lands(w, chosen)
        total = cost + self._sunk(w, chosen)
        for r in range(len(terminals.regions)):
            total += self._fill(w, r, lands[region == r].sum(axis=0) + hoped[r])
        return total

    def _fill(self, w: int, r: int, lands: Floats) -> float:
        """Shortage less what is left of a region with one tank without limit: demand that is worth
        most first, each as far as the gas that is there until then allows."""
        key = (w, r, lands.tobytes())
        if key not in self.filled:
            self.filled[key] = self._filled(w, r, lands)
        return self.filled[key]

    def _filled(self, w: int, r: int, lands: Floats) -> float:
        instance, terminals, steps = self.instance, self.instance.terminals, self.instance.steps
        at = terminals.cluster_region[terminals.cluster] == r
        held = terminals.start[at].sum()
        low = np.minimum(terminals.floor, terminals.start)[at].sum()
        free = held - low + np.cumsum(lands)  # what may be gone by the end of each day
        home = steps.home[w, r].copy()
        cap = np.full(instance.days, terminals.send_out[at].sum())
        worth = instance.end_value[terminals.cluster_region == r].max()
        jobs = [(steps.worth[m], int(m)) for m in np.flatnonzero(steps.region == r)]
        lost = 0.0
        left = -worth * low
        for value, m in sorted([*jobs, (worth, NOBODY)], reverse=True):
            if m == NOBODY:
                left -= worth * free[-1]
                free[-1] = 0.0
                continue
            for day in range(instance.days):
                wanted = steps.wanted[w, m, day]
                own = min(wanted, home[day])
                home[day] -= own
                sent = max(0.0, min(wanted - own, cap[day], free[day:].min()))
                cap[day] -= sent
                free[day:] -= sent
                lost += value * (wanted - own - sent)
        return float(lost + left)

    def _leaf(self, w: int, chosen: dict[int, Choice]) -> float:
        """What one world costs when all is decided."""
        lands = self._lands(w, chosen)
        total = self._sunk(w, chosen)
        for g, regions in enumerate(self.groups):
            arriving = np.where(self.of_group[g][:, None], lands, 0.0)
            key = (w, g, arriving.tobytes())
            if key not in self.seen:
                self.seen[key] = self._group(w, regions, arriving)
            total += self.seen[key]
        return total

    def _group(self, w: int, regions: Bools, arriving: Floats) -> float:
        """Shortage of some regions less the value of what is left in their tanks."""
        terminals, steps = self.instance.terminals, self.instance.steps
        try:
            at, sent, own, served = _Part(self.instance, w, regions, arriving).best()
        except Infeasible:
            return np.inf
        lost = (steps.wanted[w, own] - served).sum(axis=1) @ steps.worth[own]
        end = terminals.start[at] + (arriving[at] - sent).sum(axis=1)
        return float(lost - self.instance.end_value[terminals.cluster[at]] @ end)
