"""A study made ready to be asked: its base, and the responses that can be run on it.

Making it ready (balancing, calibrating, loading and solving the base program) costs far more than
asking, so it happens once for each study and is kept.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from seawall.errors import UnknownName, UsageError
from seawall.network import BaseCase, Network, base_case
from seawall.network.build import Goods
from seawall.network.rationing import allocations, equal, ordered
from seawall.program import assemble
from seawall.responses import (
    Foresight,
    Frozen,
    Market,
    Pact,
    Planning,
    Sharing,
    Trajectory,
    Value,
    sharing,
    value,
)
from seawall.responses.foresight import trajectory
from seawall.shocks import Conditions, Scenario, conditions, parse_scenario, undisturbed
from seawall.shocks.belief import Belief
from seawall.study.protocol import Protocol as Articles
from seawall.study.protocol import study_protocol
from seawall.study.protocol_check import check_protocol
from seawall.study.records import EQUAL

if TYPE_CHECKING:
    from seawall.network.network import Ints
    from seawall.study import Study

RESPONSES = ("frozen", "market", "pact", "foresight")
#: Why a closed study answers to nothing else.
CLOSED = (
    "a closed study has no base year whose flows anybody could keep to or come back to: ask for "
    "foresight alone"
)


class Response(Protocol):
    """Anything that can say what happens under given conditions."""

    name: str

    def run(self, met: Conditions) -> Trajectory:
        """What happens under `met`."""


class Prepared:
    """One study, ready: `base`, `reference` (its value) and `response(name)`.

    Parameters
    ----------
    case
        The base of the study, if it is known already.
    """

    def __init__(self, study: Study, case: BaseCase | None = None) -> None:
        self.study = study
        self.case: BaseCase = case or base_case(study)
        self.network: Network = self.case.network
        self.periods = self.network.terms.periods
        self._rationed: dict[str, Prepared] = {}
        self._sharing: dict[str, Sharing] = {}
        #: Nodes whose prices are given as intervals.
        self.quoted: Ints | None = None

    def rationed(self, order: str | None) -> Prepared:
        """The same study under an allocation order; kept.

        Parameters
        ----------
        order
            Name of an order of the study's `rationing` table, "equal" for equal weights of all
            tiers, None for willingness to pay.

        Raises
        ------
        UnknownName
            With suggestions.
        """
        if order is None:
            return self
        if order not in self._rationed:
            network = (
                equal(self.network)
                if order == EQUAL
                else ordered(self.network, allocations(self.study, order))
            )
            self._rationed[order] = Prepared(self.study, replace(self.case, network=network))
        return self._rationed[order]

    @cached_property
    def quotes(self) -> dict[str, tuple[float, str]]:
        """Factor and unit in which each commodity's price is quoted."""
        goods = Goods(self.study)
        return {commodity: goods.quote(commodity) for commodity in goods.unit}

    @cached_property
    def frozen(self) -> Frozen:
        return Frozen(self.network)

    @cached_property
    def foresight(self) -> Foresight:
        return Foresight(assemble(self.network, self.periods), self.quoted)

    @cached_property
    def planning(self) -> Planning:
        """How people plan who do not know the future."""
        market = self.study.settings.market
        return Planning(
            window=market.window,
            replan=market.replan,
            belief=Belief(market.belief, market.belief_days),
            precaution=market.precaution,
            comfort=market.comfort,
        )

    @cached_property
    def quoting(self) -> Prepared:
        """The same study, whose prices come as intervals at the places that it speaks of: slower,
        so only where a person will look at them."""
        network = self.network
        headline = set(self.study.settings.headline)
        spoken = [
            n
            for n in np.unique(network.demands.node)
            if headline & {network.nodes.place[n], network.nodes.country[n]}
        ]
        other = Prepared(self.study, self.case)
        other.quoted = np.array(spoken, dtype=np.int64)
        return other

    def over(self, periods: int) -> Prepared:
        """The same study, whose runs end after `periods` periods; not kept."""
        other = Prepared(self.study, self.case)
        other.planning, other.periods = self.planning, periods
        return other

    def believing(self, belief: Belief) -> Prepared:
        """The same study, whose people believe something else; not kept."""
        other = Prepared(self.study, self.case)
        other.planning = replace(self.planning, belief=belief)
        return other

    @cached_property
    def market(self) -> Market:
        return Market(self.network, self.planning, self.quoted)

    def articles(self, protocol: Articles | None = None) -> Sharing | None:
        """A protocol (None: the study's) on this network; None if there is none.

        Raises
        ------
        InputError
            When the articles do not fit the study.
        """
        found = protocol or study_protocol(self.study)
        if found is None:
            return None
        digest = found.digest()
        if digest not in self._sharing:
            check_protocol(self.study, found)
            self._sharing[digest] = sharing(self.study, self.network, found)
        return self._sharing[digest]

    @cached_property
    def base_conditions(self) -> Conditions:
        return undisturbed(self.network, self.periods)

    @cached_property
    def base(self) -> Trajectory:
        """The undisturbed world: flows as calibrated, or as optimal where nothing is calibrated
        or the window has no past or future."""
        terms = self.network.terms
        if terms.calibrate and terms.terminal and terms.pipeline:
            return self.frozen.run(self.base_conditions)
        return trajectory(self.foresight.program, self.foresight.base, "base")

    @cached_property
    def reference(self) -> Value:
        return value(self.network, self.base_conditions, self.base)

    def response(self, name: str, protocol: Articles | None = None) -> Response:
        """A response by name, `pact` under a protocol (None: the study's).

        Raises
        ------
        UnknownName
            With suggestions.
        UsageError
            When a pact is asked for and there is no protocol, or a closed study for anything but
            foresight.
        InputError
            When the articles do not fit the study.
        """
        if self.network.terms.closed and name in RESPONSES[:-1]:
            raise UsageError(CLOSED)
        if name == "frozen":
            return self.frozen
        if name == "market":
            return self.market
        if name == "foresight":
            return self.foresight
        if name != "pact":
            raise UnknownName("response", name, RESPONSES)
        articles = self.articles(protocol)
        if articles is None:
            raise UsageError(
                f'study "{self.study.name}" has no protocol.toml: name a protocol for the pact'
            )
        return Pact(self.market, articles)

    def conditions(self, scenario: Scenario | None) -> Conditions:
        """What a scenario means here."""
        return conditions(self.network, scenario, self.periods)


_KEPT: dict[str, Prepared] = {}
_MOST_KEPT = 16


def prepare(study: Study) -> Prepared:
    """`study` made ready; the last few studies are kept, by their content."""
    digest = study.digest()
    ready = _KEPT.pop(digest, None) or Prepared(study)
    _KEPT[digest] = ready
    while len(_KEPT) > _MOST_KEPT:
        del _KEPT[next(iter(_KEPT))]
    return ready


def find_scenario(study: Study, scenario: str | Scenario | None) -> Scenario | None:
    """A scenario by name, or as given.

    Raises
    ------
    UnknownName
        With suggestions.
    """
    if scenario is None or isinstance(scenario, Scenario):
        return scenario
    if scenario not in study.scenarios():
        raise UnknownName("scenario", scenario, study.scenarios())
    return parse_scenario(scenario, study.scenario_texts[scenario])
