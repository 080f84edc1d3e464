"""A redirection put to CP-SAT (OR-Tools), in whole tonnes and dollars, in a process of its own.

python -m benchmarks.redirect_cpsat INSTANCE.pickle SECONDS [THREADS]

Prints one JSON document: status, cost and bound [million USD], seconds, and which column and
terminal each cargo takes in each world.  The model is written anew from the rules and the arrays
alone, over single terminals; it shares no line with Seawall's program.  A cargo that must be told
today has one column in all worlds, its terminal may differ.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from ortools.sat.python import cp_model

from seawall.questions.redirect.instance import NOBODY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.questions.redirect.instance import Instance

#: Tonnes a kt, and dollars a million.
TONNES, DOLLARS = 1_000, 1_000_000
#: Weights of worlds are taken to a thousandth.
PARTS = 1_000


class Model:
    """The rules as CP-SAT takes them."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.model = cp_model.CpModel()
        columns = instance.columns
        self.takes = [self.model.new_bool_var(f"x{o}") for o in range(len(columns.cargo))]
        #: (column, world) -> terminal -> whether it unloads there.
        self.at: dict[tuple[int, int], dict[int, Any]] = {}
        self.costs = [self._world(w) for w in range(instance.worlds)]
        for c in range(len(instance.cargoes.ids)):
            for w in range(instance.worlds):
                own = (columns.cargo == c) & ((columns.world == NOBODY) | (columns.world == w))
                self.model.add_at_most_one(self.takes[o] for o in np.flatnonzero(own))
        if instance.judge == "worst":
            worst = self.model.new_int_var(-(10**15), 10**15, "worst")
            for cost in self.costs:
                self.model.add(worst >= cost)
            self.model.minimize(worst * PARTS)
        else:
            weights = np.rint(instance.weights * PARTS).astype(int)
            self.model.minimize(
                sum(int(k) * cost for k, cost in zip(weights, self.costs, strict=True))
            )

    def _world(self, w: int) -> Any:
        """All that happens in one world; what it costs [USD]."""
        self._unloading(w)
        stock, sent = self._tanks(w)
        served = self._demand(w, sent)
        self._pact(w, stock, served)
        return self._cost(w, stock, served)

    def _unloading(self, w: int) -> None:
        """A column that is taken unloads at one terminal, with one berth for every day."""
        instance, terminals = self.instance, self.instance.terminals
        columns, days = instance.columns, instance.days
        berths: dict[tuple[int, int], list[Any]] = {}
        here = (columns.world == NOBODY) | (columns.world == w)
        for o in np.flatnonzero(here & (columns.day[:, w] != NOBODY)):
            may = instance.fits[columns.cargo[o]] & (terminals.cluster == columns.cluster[o])
            at = {int(j): self.model.new_bool_var(f"y{o},{w},{j}") for j in np.flatnonzero(may)}
            self.at[int(o), w] = at
            self.model.add(sum(at.values()) == self.takes[o])
            day = int(columns.day[o, w])
            for j, lands in at.items():
                for later in range(day, min(days, day + int(terminals.port_days[j]))):
                    berths.setdefault((j, later), []).append(lands)
        for (j, _), ships in berths.items():
            if len(ships) > terminals.berths[j]:
                self.model.add(sum(ships) <= int(terminals.berths[j]))

    def _tanks(self, w: int) -> tuple[list[list[Any]], list[list[Any]]]:
        """Stock (J, days) at the end of each day and what is sent out."""
        instance, terminals = self.instance, self.instance.terminals
        arriving: dict[tuple[int, int], list[Any]] = {}
        for (o, world), at in self.at.items():
            if world == w:
                lands = whole(instance.columns.lands[o, w])
                for j, here in at.items():
                    key = (j, int(instance.columns.day[o, w]))
                    arriving.setdefault(key, []).append(lands * here)
        stock: list[list[Any]] = []
        sent: list[list[Any]] = []
        for j in range(len(terminals.ids)):
            low = whole(min(terminals.floor[j], terminals.start[j]))
            high, out = whole(terminals.tank[j]), whole(terminals.send_out[j])
            stock.append([self.model.new_int_var(low, high, "") for _ in range(instance.days)])
            sent.append([self.model.new_int_var(0, out, "") for _ in range(instance.days)])
            before: Any = whole(terminals.start[j])
            for day in range(instance.days):
                lands = sum(arriving.get((j, day), []))
                self.model.add(stock[j][day] == before + lands - sent[j][day])
                before = stock[j][day]
        return stock, sent

    def _demand(self, w: int, sent: list[list[Any]]) -> list[list[Any]]:
        """What each step of demand gets (M, days)."""
        instance, terminals, steps = self.instance, self.instance.terminals, self.instance.steps
        served = [
            [self.model.new_int_var(0, whole(steps.wanted[w, m, d]), "")
             for d in range(instance.days)]
            for m in range(len(steps.ids))
        ]  # fmt: skip
        region = terminals.cluster_region[terminals.cluster]
        for r in range(len(terminals.regions)):
            tanks, own = np.flatnonzero(region == r), np.flatnonzero(steps.region == r)
            for d in range(instance.days):
                there = sum(sent[j][d] for j in tanks) + whole(steps.home[w, r, d])
                self.model.add(sum(served[m][d] for m in own) <= there)
        return served

    def _pact(self, w: int, stock: list[list[Any]], served: list[list[Any]]) -> None:
        """Loans a week, what lenders keep and serve, and each lender's part."""
        instance, lending, columns = self.instance, self.instance.lending, self.instance.columns
        loans = [o for (o, world) in self.at if world == w and columns.lender[o] != NOBODY]
        if lending.cargoes_per_week <= 0:
            for o in loans:
                self.model.add(self.takes[o] == 0)
            return
        for m, d in np.argwhere(lending.serves[w] > 0):
            least = min(lending.serves[w, m, d], instance.steps.wanted[w, m, d])
            self.model.add(served[m][d] >= whole(least))
        for member in np.unique(columns.lender[columns.lender != NOBODY]):
            tanks = np.flatnonzero(instance.terminals.member == member)
            for d in range(instance.days):
                least = lending.floor[w, member, d]
                if np.isfinite(least):
                    self.model.add(sum(stock[j][d] for j in tanks) >= whole(least))
        week = {o: min(int(columns.decide[o]), instance.days - 1) // 7 for o in loans}
        for v in sorted(set(week.values())):
            here = [self.takes[o] for o in loans if week[o] == v]
            self.model.add(sum(here) <= int(np.ceil(lending.cargoes_per_week - 1e-9)))
            so_far = [self.takes[o] for o in loans if week[o] <= v]
            self.model.add(sum(so_far) <= int(np.floor(lending.cargoes_per_week * (v + 1) + 1e-9)))
        lenders = np.flatnonzero(~np.isnan(lending.share))
        for lender in lenders if len(lenders) > 1 else ():
            part = int(np.rint(lending.share[lender] * PARTS))
            own = sum(self.takes[o] for o in loans if columns.lender[o] == lender)
            self.model.add(PARTS * own - part * sum(self.takes[o] for o in loans) <= PARTS)

    def _cost(self, w: int, stock: list[list[Any]], served: list[list[Any]]) -> Any:
        """Million USD as whole dollars: shortage, cargoes, less what is left."""
        instance, terminals = self.instance, self.instance.terminals
        columns, steps, value = instance.columns, instance.steps, instance.cargoes.value
        a_tonne = np.rint(steps.worth * DOLLARS / TONNES).astype(int)
        cost: Any = 0
        for m in range(len(steps.ids)):
            wanted = sum(whole(steps.wanted[w, m, d]) for d in range(instance.days))
            cost += int(a_tonne[m]) * (wanted - sum(served[m]))
        cost -= round(float(value.sum()) * DOLLARS)
        here = (columns.world == NOBODY) | (columns.world == w)
        for o in np.flatnonzero(here):
            spent = columns.cost[o, w] + columns.priority[o]
            spent += 0.0 if columns.day[o, w] == NOBODY else value[columns.cargo[o]]
            cost += round(float(spent) * DOLLARS) * self.takes[o]
        for j, k in enumerate(terminals.cluster):
            cost -= round(float(instance.end_value[k]) * DOLLARS / TONNES) * stock[j][-1]
        return cost

    def choices(self, solver: cp_model.CpSolver) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(worlds, cargoes) column and terminal."""
        shape = (self.instance.worlds, len(self.instance.cargoes.ids))
        column, terminal = np.full(shape, NOBODY), np.full(shape, NOBODY)
        columns = self.instance.columns
        for o in np.flatnonzero([solver.boolean_value(taken) for taken in self.takes]):
            own = columns.world[o]
            for w in range(shape[0]) if own == NOBODY else [own]:
                column[w, columns.cargo[o]] = o
                for j, here in self.at.get((int(o), int(w)), {}).items():
                    if solver.boolean_value(here):
                        terminal[w, columns.cargo[o]] = j
        return column, terminal


def whole(kt: float) -> int:
    """Tonnes."""
    return round(float(kt) * TONNES)


def answer(instance: Instance, seconds: float, threads: int) -> dict[str, Any]:
    """Build, search, and what was found."""
    began = time.perf_counter()
    model = Model(instance)
    built = time.perf_counter() - began
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.1, seconds - built)
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = 0
    status = solver.solve(model.model)
    result: dict[str, Any] = {
        "status": solver.status_name(status),
        "bound": solver.best_objective_bound / (PARTS * DOLLARS),
        "build": built,
        "seconds": time.perf_counter() - began,
    }
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        column, terminal = model.choices(solver)
        result["cost"] = solver.objective_value / (PARTS * DOLLARS)
        result["column"], result["terminal"] = column.tolist(), terminal.tolist()
    return result


def main() -> None:
    """Read an instance, print the answer."""
    path, seconds, *threads = sys.argv[1:]
    instance = pickle.loads(Path(path).read_bytes())
    print(json.dumps(answer(instance, float(seconds), int(threads[0]) if threads else 1)))


if __name__ == "__main__":
    main()
