"""What happens without a plan for all: nothing is done, or everyone acts for himself.

Both are what a redirection is measured against, so both are honest: nothing is done badly on
purpose, gas ashore is sent out as well as it can be, and nobody is told what he could not know on
the day.  Neither lends, so neither is bound by a pact.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.berthing import Board, needs
from seawall.questions.redirect.completion import completed, emptiest
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.planned import planned

if TYPE_CHECKING:
    from seawall.questions.redirect.instance import Floats, Instance, Ints, Plan

__all__ = ["greedy", "nothing"]

#: Days between two looks at the tanks, and how far ahead a buyer counts what they will hold.
LOOK = 7
AHEAD = 42
#: Choices that are tried, best first, where berths or tanks leave no room for the best.
TRIED = 8


def nothing(instance: Instance) -> Plan:
    """Every cargo goes on to its planned cluster, as far as passages allow.

    Where a tank is full or a berth taken it waits day by day; where it cannot land at all it is
    left.  No offers, no diversions, no loans.
    """
    board = _as_planned(instance)
    return _plan(board)


def greedy(instance: Instance) -> Plan:
    """Everyone for himself: once a week each member counts what its regions will lack within six
    weeks, worst first, and does what saves it most: buys an offer, sends a cargo of its own to
    another of its clusters, or another way.  First come, first served; no loans.

    It is `nothing` where all that costs more than it saves: nobody acts to lose.
    """
    board = _as_planned(instance)
    nobody_acts = _plan(board)
    market = _Market(instance, board)
    everywhere = list(range(instance.worlds))
    market.act(everywhere, NOBODY, 0)
    for w in everywhere:
        for today in range(0, instance.days, LOOK):
            market.act([w], w, today)
    return min(_plan(board), nobody_acts, key=lambda plan: plan.cost)


def _plan(board: Board) -> Plan:
    """The plan of a board as it stands, bound by no pact."""
    lending = replace(board.instance.lending, cargoes_per_week=0.0)
    free = replace(board.instance, lending=lending)
    return completed(free, board.column.copy(), board.terminal.copy())


def _as_planned(instance: Instance) -> Board:
    """All cargoes as planned, those that come first put first."""
    board, columns = Board(instance), instance.columns
    base = planned(instance)
    chosen = np.unique(base[base != NOBODY])
    far = np.where(columns.day == NOBODY, instance.days, columns.day).astype(float)
    when = np.where(
        columns.world[chosen] == NOBODY,
        far[chosen] @ instance.weights,
        far[chosen, np.maximum(columns.world[chosen], 0)],
    )
    first = np.searchsorted(columns.cargo, columns.cargo[chosen], "left")
    last = np.searchsorted(columns.cargo, columns.cargo[chosen], "right")
    for i in np.lexsort((chosen, when)):
        column = int(chosen[i])
        same = np.arange(first[i], last[i])
        same = same[
            (columns.cluster[same] == columns.cluster[column])
            & (columns.world[same] == columns.world[column])
            & (columns.lender[same] == NOBODY)
            & (far[same] >= far[column]).all(axis=1)
        ]
        cost = np.abs(columns.cost[same]).max(axis=1).round(9)
        waits = same[np.lexsort((same, far[same].sum(axis=1), cost))]
        for later in (column, *waits):
            if board.put(int(later)):
                break
    return board


class _Market:
    """Members who look at their regions and act."""

    def __init__(self, instance: Instance, board: Board) -> None:
        terminals, steps = instance.terminals, instance.steps
        self.instance, self.board = instance, board
        self.region = terminals.cluster_region[terminals.cluster]
        regions = len(terminals.regions)

        def total(of_terminal: Floats) -> Floats:
            return np.bincount(self.region, weights=of_terminal, minlength=regions).astype(float)

        self.start, self.floor = total(terminals.start), total(board.floor)
        self.need = needs(instance)
        count = np.bincount(steps.region, minlength=regions)
        shape = (instance.worlds, regions, int(count.max(initial=0)), instance.days)
        self.wanted, self.worth = np.zeros(shape), np.zeros((regions, shape[2]))
        self.value = np.zeros(regions)
        for r in range(regions):
            # The lowest worth goes without first.
            own = np.flatnonzero(steps.region == r)
            own = own[np.argsort(steps.worth[own], kind="stable")]
            self.worth[r, : len(own)] = steps.worth[own]
            self.wanted[:, r, : len(own)] = steps.wanted[:, own]
            self.value[r] = instance.end_value[terminals.cluster_region == r].mean()
        self.cheaper = np.cumsum(self.wanted, axis=2) - self.wanted

    def act(self, worlds: list[int], own: int, today: int) -> None:
        """What all members do on a day: with cargoes that are told something in `worlds` by
        columns of world `own`."""
        columns, instance = self.instance.columns, self.instance
        open_still = np.flatnonzero(
            (columns.world == own) & (columns.lender == NOBODY) & (columns.decide >= today)
        )
        given_up: set[int] = set()
        # Each turn a cargo goes elsewhere; twice as many turns as cargoes end any to and fro.
        for _ in range(2 * len(instance.cargoes.ids)):
            worst = [r for r in self._in_need(worlds, today) if r not in given_up]
            if not worst or not len(open_still):
                return
            if not self._help(worst[0], worlds, open_still, today):
                given_up.add(worst[0])

    def _lands(self, world: int, region: int) -> Floats:
        result: Floats = self.board.lands[world, self.region == region].sum(axis=0)
        return result

    def _lacks(self, world: int, region: Ints, lands: Floats, today: int) -> tuple[Floats, Floats]:
        """(n, days) what regions (n,) lack by the day up to as far as is looked, and (n,) kt that
        are left then, where `lands` (n, days) is unloaded."""
        last = min(today + AHEAD, self.instance.days)
        lands, need = lands[:, :last], self.need[world, region, :last]
        stock = emptiest(self.start[region], self.floor[region], lands, need)
        before = np.concatenate([self.start[region][:, None], stock[:, :-1]], axis=1)
        return need - (before + lands - stock), stock[:, -1]

    def _loss(self, world: int, region: Ints, lands: Floats, today: int) -> Floats:
        """(n,) million USD: worth of what is lacking less that of what is left."""
        lacks, rest = self._lacks(world, region, lands, today)
        last = lacks.shape[1]
        without = np.clip(
            lacks[:, None] - self.cheaper[world, region, :, :last],
            0.0,
            self.wanted[world, region, :, :last],
        )
        left = self.value[region] * np.minimum(rest, self.start[region])
        result: Floats = np.einsum("nmd,nm->n", without, self.worth[region]) - left
        return result

    def _in_need(self, worlds: list[int], today: int) -> list[int]:
        """Regions that will lack anything, those that lose most by it first."""
        regions = np.arange(len(self.start))
        lost = np.zeros(len(regions))
        for w in worlds:
            lands = np.array([self._lands(w, r) for r in range(len(regions))])
            lacks, _ = self._lacks(w, regions, lands, today)
            without = np.clip(
                lacks[:, None] - self.cheaper[w, :, :, : lacks.shape[1]],
                0.0,
                self.wanted[w, :, :, : lacks.shape[1]],
            )
            highest = np.where(without.sum(axis=2) > 1e-6, self.worth, 0.0).max(axis=1)
            lost += self.instance.weights[w] * highest
        return [int(r) for r in np.argsort(-lost, kind="stable") if lost[r] > 0]

    def _help(self, region: int, worlds: list[int], open_still: Ints, today: int) -> bool:
        """Do what saves the region's member most; False: nothing does, or nothing has room."""
        columns, terminals = self.instance.columns, self.instance.terminals
        owner = self.instance.cargoes.owner[columns.cargo[open_still]]
        mine = (owner == NOBODY) | (owner == terminals.region_member[region])
        here = terminals.cluster_region[columns.cluster[open_still]] == region
        candidates = open_still[mine & here]
        current = self.board.column[worlds[0], columns.cargo[candidates]]
        candidates, current = candidates[candidates != current], current[candidates != current]
        # An offer that somebody has bought is his.
        bought = (self.instance.cargoes.owner[columns.cargo[candidates]] == NOBODY) & (
            current != NOBODY
        )
        candidates, current = candidates[~bought], current[~bought]
        in_time = (columns.day[candidates] < min(today + AHEAD, self.instance.days)).all(axis=1)
        candidates, current = candidates[in_time], current[in_time]
        if not len(candidates):
            return False
        saves = sum(
            self.instance.weights[w] * self._saves(w, region, candidates, current, today)
            for w in worlds
        )
        best = np.argsort(-np.asarray(saves), kind="stable")[:TRIED]
        for i in best[np.asarray(saves)[best] > 1e-6]:
            column = int(candidates[i])
            before = self.board.take(int(columns.cargo[column]), worlds[0])
            if self.board.put(column):
                return True
            self.board.restore(before)
        return False

    def _saves(
        self, world: int, region: int, candidates: Ints, current: Ints, today: int
    ) -> Floats:
        """(n,) million USD that the member saves in a world when cargoes take `candidates` and
        not what they do now."""
        columns, terminals = self.instance.columns, self.instance.terminals
        n = len(candidates)
        index = np.arange(n)
        arrives = columns.day[candidates, world]
        going = np.where(current == NOBODY, NOBODY, columns.day[np.maximum(current, 0), world])
        lands = np.tile(self._lands(world, region), (n, 1))
        there = arrives != NOBODY
        lands[index[there], arrives[there]] += columns.lands[candidates[there], world]
        leaves = np.flatnonzero(going != NOBODY)
        donor = terminals.cluster_region[columns.cluster[current]]
        same = leaves[donor[leaves] == region]
        lands[same, going[same]] -= columns.lands[current[same], world]
        here = np.full(n, region)
        before = self._loss(world, here[:1], self._lands(world, region)[None, :], today)
        result = before - self._loss(world, here, lands, today)
        other = leaves[donor[leaves] != region]
        if len(other):
            had = np.array([self._lands(world, int(r)) for r in donor[other]])
            has = had.copy()
            has[np.arange(len(other)), going[other]] -= columns.lands[current[other], world]
            result[other] += self._loss(world, donor[other], had, today)
            result[other] -= self._loss(world, donor[other], has, today)
        value = self.instance.cargoes.value[columns.cargo[candidates]]
        result -= columns.cost[candidates, world] + np.where(there, value, 0.0)
        chosen = current != NOBODY
        result[chosen] += columns.cost[current[chosen], world]
        result += np.where(going != NOBODY, value, 0.0)
        return result
