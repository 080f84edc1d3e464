"""A stored run computed once more: what an explanation needs beyond the tables.

Same inputs, same run: the explained figure is computed again and compared with the stored one, so
that what is said about it is said about that number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import UnknownName
from seawall.questions.groups import groups, series
from seawall.questions.indicators import SHORT, drawn_from_stock
from seawall.questions.parts import order_of, parts
from seawall.questions.prepared import Prepared, prepare
from seawall.questions.stored import protocol_of, scenario_of
from seawall.questions.sweep import single_failures
from seawall.shocks import Scenario

if TYPE_CHECKING:
    from seawall.network import Network
    from seawall.network.network import Floats, Ints
    from seawall.questions.explain.address import Figure
    from seawall.questions.groups import Group
    from seawall.questions.parts import Part
    from seawall.responses import Trajectory
    from seawall.runs.store import StoredRun
    from seawall.shocks import Conditions
    from seawall.study import Protocol, Study


@dataclass(frozen=True)
class Case:
    """One response of one chain under what was asked."""

    study: Study
    scenario: Scenario | None
    ready: Prepared
    response: str
    protocol: Protocol | None

    @property
    def network(self) -> Network:
        return self.ready.network

    @property
    def period(self) -> float:
        """Days of a period."""
        return self.network.terms.period_days

    @cached_property
    def met(self) -> Conditions:
        return self.ready.conditions(self.scenario)

    @cached_property
    def run(self) -> Trajectory:
        return self.ready.response(self.response, self.protocol).run(self.met)

    @cached_property
    def wanted(self) -> Floats:
        """What is wanted (demand steps, periods) [unit]."""
        result: Floats = self.network.demands.quantity[:, None] * self.met.wanted
        return result

    def on(self, network: Network) -> Case:
        """The same case on another network: limits moved, base and prices as they are."""
        moved = Prepared(self.study, replace(self.ready.case, network=network))
        moved.planning, moved.periods = self.ready.planning, self.ready.periods
        return replace(self, ready=moved)


@dataclass(frozen=True)
class Lack:
    """What a group goes without, period by period.

    Attributes
    ----------
    demand, served, gap
        Of each period [unit].
    drawn
        What the stocks behind it gave in each period [unit]; None where none stands behind it.
    short
        Periods with more than 0.1 % unserved.
    """

    demand: Floats
    served: Floats
    gap: Floats
    drawn: Floats | None
    short: Ints


def lack(case: Case, group: Group) -> Lack:
    """What `group` goes without in a case."""
    demand, served = series(case.wanted, group), series(case.run.served, group)
    gap = np.maximum(demand - served, 0.0)
    drawn = drawn_from_stock(case.network, case.run, group)
    return Lack(demand, served, gap, drawn, np.flatnonzero(gap > SHORT * demand))


def cases(stored: StoredRun, study: Study, response: str) -> list[Case]:
    """The case of each chain that the scenario of a stress test strikes."""
    order = stored.run["options"].get("rationing")
    struck = parts(study, scenario_of(stored))
    return [_case(study, part, response, order, protocol_of(stored)) for part in struck]


def case_of(stored: StoredRun, study: Study, figure: Figure) -> Case:
    """The case of the chain whose commodity a figure speaks of."""
    chain = str(study.lookup("commodities", "chain")[figure["commodity"]])
    if stored.run["question"] == "sweep":
        return _failure(stored, study.chain(chain), figure)
    found = next(p for p in parts(study, scenario_of(stored)) if p.chain == chain)
    order = stored.run["options"].get("rationing")
    return _case(study, found, figure["response"], order, protocol_of(stored))


def _case(
    study: Study, part: Part, response: str, order: str | None, protocol: Protocol | None
) -> Case:
    ready = prepare(part.study).rationed(order_of(study, part, order))
    return Case(part.study, part.scenario, ready, response, protocol)


def _failure(stored: StoredRun, part: Study, figure: Figure) -> Case:
    """The case of one single failure of a sweep."""
    ready = prepare(part)
    days = stored.run["options"].get("days")
    if days is None:
        days = 60.0 if ready.network.terms.period_days <= 14 else 180.0
    found = single_failures(part, ready, float(days))
    failure = next((f for f in found if f.target == figure["targets"]), None)
    if failure is None:
        raise UnknownName("failure", figure["targets"], [f.target for f in found])
    scenario = Scenario(name=failure.target, title=failure.name, shock=(failure.shock,))
    return Case(part, scenario, ready, figure["response"], None)


def group_of(case: Case, figure: Figure) -> Group:
    """The group (place, commodity, tier, sector) that a figure speaks of."""
    wanted = (
        figure["place"], figure["commodity"], figure["tier"] or "all", figure["sector"] or "all",
    )  # fmt: skip
    found = {(g.place, g.commodity, g.tier, g.sector): g for g in groups(case.network)}
    if wanted not in found:
        raise UnknownName("place with demand", figure["place"], [key[0] for key in found])
    return found[wanted]
