"""Foresight: everyone knows the whole future from the first day of the shock.

A bound for the loss of the whole study, never a forecast; one place can do worse than in another
response, because it is outbid.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import Infeasible
from seawall.program.assemble import Program, assemble, bounds, costs, serves
from seawall.program.diagnose import why_infeasible
from seawall.program.highs import Loaded
from seawall.program.start import calibrated_basis
from seawall.responses.trajectory import Trajectory

if TYPE_CHECKING:
    from collections.abc import Callable

    from seawall.network.network import Floats, Ints
    from seawall.program.linear import Solution
    from seawall.shocks import Conditions

#: A little more or less supply, to see between which values a price lies: a share of what passes
#: through the node, and at least so much in the solver's unit, in which a typical flow is ten.
STEP = 1e-4
LEAST_STEP = 1e-5


class Foresight:
    """The program of a network, loaded once and re-solved from the base basis each time.

    Parameters
    ----------
    quoted
        Nodes for which a run says between which values its prices lie; default none.
    """

    name = "foresight"

    def __init__(self, program: Program, quoted: Ints | None = None) -> None:
        self.program = program
        self._around = around(program, quoted, program.periods)
        self._loaded = Loaded(program.linear)
        if program.network.terms.calibrate:
            self._loaded.start_from(calibrated_basis(program.network, program.layout))
        self.base = self._attempt(self._loaded.solve)
        self._quoted = quoted

    @cached_property
    def _with_quotas(self) -> Foresight:
        """The same program with rows for quotas: loaded when a scenario first asks for them."""
        program = self.program
        return Foresight(assemble(program.network, program.periods, quotas=True), self._quoted)

    def run(self, met: Conditions, *, warm: bool = True) -> Trajectory:
        """The best that anyone could do under `met`, all of it known in advance.

        Raises
        ------
        Infeasible
            Naming the nodes and periods that cannot be balanced.
        """
        if not serves(self.program.network, self.program.layout, met):
            return self._with_quotas.run(met, warm=warm)
        low, high, row_low, row_high = bounds(
            self.program.network, self.program.layout, met, self.program.scale
        )
        solution = self._attempt(
            lambda: self._loaded.resolve(
                low,
                high,
                row_low,
                row_high,
                cost=costs(self.program, met),
                warm=warm,
                around=self._around,
            ),
            (low, high, row_low, row_high),
        )
        return trajectory(self.program, solution, self.name)

    def _attempt(
        self, solve: Callable[[], Solution], limits: tuple[Floats, ...] | None = None
    ) -> Solution:
        try:
            return solve()
        except Infeasible as error:
            raise Infeasible(why_infeasible(self.program, limits)) from error


def around(program: Program, quoted: Ints | None, periods: int) -> tuple[Ints, Floats] | None:
    """Balance rows of the `quoted` nodes in the first `periods` periods, and by how much what comes
    in there is moved to see between which values the price lies; None for no nodes."""
    if quoted is None or not len(quoted):
        return None
    network = program.network
    rows = program.layout.rows["balance"].index()[quoted, :periods]
    passes = np.zeros(len(network.nodes))
    np.add.at(passes, network.demands.node, network.demands.base)
    np.add.at(passes, network.lanes.origin, network.lanes.base)
    passes -= network.facilities.recipe.minimum(0) @ network.facilities.base
    step = np.maximum(STEP * passes[quoted] * program.scale.quantity, LEAST_STEP)
    return rows.ravel(), np.repeat(step, rows.shape[1])


def trajectory(program: Program, solution: Solution, response: str) -> Trajectory:
    """Turn a solution of `program` into a trajectory in the network's units."""
    network, plan, q = program.network, program.layout, program.scale.quantity

    def total(size: int, *names: str) -> Floats:
        result = np.zeros((size, plan.periods))
        for name in names:
            block = plan.columns[name]
            result[block.units] += block.table(solution.x) / q
        return result

    size = len(network.nodes)
    balance = plan.rows["balance"]
    fade = (1.0 - network.terms.discount) ** np.arange(plan.periods)

    def worth(dual: Floats) -> Floats:
        """A row's dual is the cost of one more unit from outside: minus what it is worth there."""
        result: Floats = -balance.table(dual) / fade / program.scale.money * q
        return result

    # The highest dual is the lowest price.
    span = solution.row_dual_range
    return Trajectory(
        response=response,
        activity=total(len(network.facilities), "activity_low", "activity_high"),
        departures=total(len(network.lanes), "departure_low", "departure_high"),
        stock=total(size, "stock", "stock_extra"),
        waiting=total(size, "waiting"),
        served=total(len(network.demands), "served"),
        spill=total(size, "spill"),
        price=worth(solution.row_dual),
        price_low=None if span is None else worth(span[1]),
        price_high=None if span is None else worth(span[0]),
        residuals=solution.residuals,
    )
