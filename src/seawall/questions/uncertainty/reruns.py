"""One run of a stress test with other inputs: from tables to headline figures.

A run changes nearly every coefficient of the program, so no model stays loaded.  What carries over
is the basis: calibration knows the optimum of every redrawn base without solving it
(`program.start`), and the program of the scenario starts there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from seawall.errors import Infeasible, SolverError
from seawall.network.calibrate import NoPriceError
from seawall.network.reconcile import ContradictionError
from seawall.program.assemble import assemble, bounds, costs, serves
from seawall.program.highs import Loaded
from seawall.program.start import calibrated_basis
from seawall.questions.groups import ALL, groups
from seawall.questions.indicators import indicators
from seawall.questions.prepared import Prepared
from seawall.questions.shortage import Shortage, holding_out
from seawall.questions.stress import loss
from seawall.questions.uncertainty.redraw import drawn_base, redrawn
from seawall.responses import Trajectory, value
from seawall.responses.foresight import trajectory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.network import Network
    from seawall.network.network import Floats
    from seawall.questions.groups import Group
    from seawall.questions.uncertainty.inputs import Inputs
    from seawall.questions.uncertainty.redraw import Stated
    from seawall.responses import Value
    from seawall.shocks import Conditions, Scenario
    from seawall.study import Protocol

#: Figures that are followed for the places that the study speaks of, tier by tier.
FIGURES = (
    "unserved", "unserved_share", "first_shortfall_day", "time_to_survive_days", "weeks_short",
    "worst_share", "value_lost",
)  # fmt: skip
#: Draws that only the grade looks at have numbers from here on.
FRESH = 1_000_000_000
LOSS = "loss"


class Cell(NamedTuple):
    """One figure that is followed; `place` and what follows are "" for the whole study."""

    response: str
    place: str
    commodity: str
    tier: str
    sector: str
    figure: str


@dataclass(frozen=True)
class Chain:
    """One chain of goods and what it is asked."""

    around: Stated
    inputs: Inputs
    scenario: Scenario | None
    responses: tuple[str, ...]
    order: str | None
    protocol: Protocol | None

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The figures of a run, in their order: what every group goes short of, all that is said
        of headline places, and the loss of the chain."""
        network = self.around.case.network
        every = [(response, g) for response in self.responses for g in groups(network)]
        found = [
            Cell(response, g.place, g.commodity, g.tier, g.sector, figure)
            for response, g in every
            for figure in self._followed(response, g)
        ]
        return (*found, *(Cell(name, "", "", "", "", LOSS) for name in self.responses))

    def _followed(self, response: str, group: Group) -> tuple[str, ...]:
        if group.place not in self.around.study.settings.headline or group.sector != ALL:
            return ("unserved",)
        # Time to survive is that of a place as a whole, of something that strikes it.
        asked = group.whole and (response == "frozen" or self.scenario is not None)
        return tuple(f for f in FIGURES if asked or f != "time_to_survive_days")

    def run(self, z: Floats) -> list[float | None]:
        """Figures of a run whose inputs are off by `z`, as `cells` lists them.

        Raises
        ------
        ContradictionError, NoPriceError, Infeasible, SolverError
            The figures of this draw fit no base, or no plan.
        """
        drawn = redrawn(self.around.study, self.inputs, z)
        ready = Prepared(drawn.study, drawn_base(drawn, self.around)).rationed(self.order)
        met = ready.conditions(self.scenario)
        runs = {name: self._response(ready, name, met) for name in self.responses}
        return self.figures(ready, met, runs)

    def figures(
        self, ready: Prepared, met: Conditions, runs: Mapping[str, Trajectory]
    ) -> list[float | None]:
        """What is followed of runs by response, as `cells` lists it."""
        why = Shortage(survive=holding_out(ready, met, runs))
        base = reference(ready)
        said: dict[tuple[str, ...], dict[str, Any]] = {}
        for name, run in runs.items():
            for row in indicators(ready.network, met, run, "", why):
                about = (row["place"], row["commodity"], row["tier"], row["sector"])
                said[(name, *about)] = row
            said[(name, "", "", "", "")] = {LOSS: loss(ready.network, met, run, base)}
        return [said[cell[:-1]][cell.figure] for cell in self.cells]

    def _response(self, ready: Prepared, name: str, met: Conditions) -> Trajectory:
        if name == "foresight" and ready.network.terms.calibrate:
            return foresight(ready.network, ready.periods, met)
        return ready.response(name, self.protocol).run(met)


def foresight(network: Network, periods: int, met: Conditions) -> Trajectory:
    """The best under `met` in a calibrated network, found without solving its base first."""
    program = assemble(network, periods)
    if not serves(network, program.layout, met):
        program = assemble(network, periods, quotas=True)
    loaded = Loaded(program.linear)
    solution = loaded.resolve(
        *bounds(network, program.layout, met, program.scale),
        cost=costs(program, met),
        start=calibrated_basis(network, program.layout),
    )
    return trajectory(program, solution, "foresight")


def reference(ready: Prepared) -> Value:
    """Value of the undisturbed base: written down where calibration fixes it."""
    terms = ready.network.terms
    if not (terms.calibrate and terms.terminal and terms.pipeline):
        return ready.reference
    return value(ready.network, ready.base_conditions, steady(ready.network, ready.periods))


def steady(network: Network, periods: int) -> Trajectory:
    """A calibrated base that goes on and on."""

    def held(amount: Floats) -> Floats:
        return np.repeat(amount[:, None], periods, axis=1)

    nodes = network.nodes
    left = np.where(network.facilities.free_output, np.maximum(network.imbalance(), 0.0), 0.0)
    return Trajectory(
        response="base",
        activity=held(network.facilities.base),
        departures=held(network.lanes.base),
        stock=held(np.where(nodes.has_stock, nodes.start, 0.0)),
        waiting=held(np.zeros(len(nodes))),
        served=held(network.demands.base),
        spill=held(left),
    )


@dataclass(frozen=True)
class Point:
    """One set of inputs to run.

    Attributes
    ----------
    number
        Draw of all inputs; None where only one input is off.
    fresh
        Whether looked-up and recalled figures are those of another draw.
    chain, at, z
        The one input that is off, in which chain, and by how many standard deviations.
    """

    number: int | None = None
    fresh: bool = False
    chain: int = 0
    at: int = -1
    z: float = 0.0

    @property
    def key(self) -> str:
        """Its stable name."""
        if self.number is None:
            return f"input-{self.chain}-{self.at}-{self.z:+.4f}"
        return f"draw-{self.number}{'-fresh' if self.fresh else ''}"


@dataclass(frozen=True)
class Setup:
    """Everything that a worker needs to run a point."""

    chains: tuple[Chain, ...]
    seed: int

    def errors(self, point: Point) -> Mapping[int, Floats]:
        """Errors of the inputs of each chain that a point moves."""
        if point.number is None:
            own = self.chains[point.chain].inputs
            still = np.zeros(len(own))
            return {point.chain: own.single(point.at, point.z) if point.at >= 0 else still}
        return {c: self._drawn(chain, point) for c, chain in enumerate(self.chains)}

    def _drawn(self, chain: Chain, point: Point) -> Floats:
        assert point.number is not None
        z = chain.inputs.draw(self.seed, point.number)
        if not point.fresh:
            return z
        return np.where(chain.inputs.weak, z, chain.inputs.draw(self.seed, FRESH + point.number))


def rerun(setup: Setup, point: Point) -> dict[str, Any]:
    """Figures of each chain that a point moves, by its position as text, or why there are none
    under `failed`; ready for JSON."""
    found: dict[str, Any] = {}
    for c, z in setup.errors(point).items():
        try:
            found[str(c)] = setup.chains[c].run(z)
        except (ContradictionError, NoPriceError, Infeasible, SolverError) as error:
            return {"failed": str(error)}
    return found
