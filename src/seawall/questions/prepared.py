"""A study made ready to be asked: its base, and the responses that can be run on it.

Making it ready (balancing, calibrating, loading and solving the base program) costs far more than
asking, so it happens once for each study and is kept.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from seawall.errors import UnknownName
from seawall.network import BaseCase, Network, base_case
from seawall.network.build import Goods
from seawall.program import assemble
from seawall.responses import Foresight, Frozen, Trajectory, Value, value
from seawall.responses.foresight import trajectory
from seawall.shocks import Conditions, Scenario, conditions, parse_scenario, undisturbed

if TYPE_CHECKING:
    from seawall.study import Study

RESPONSES = ("frozen", "foresight")


class Response(Protocol):
    """Anything that can say what happens under given conditions."""

    name: str

    def run(self, met: Conditions) -> Trajectory:
        """What happens under `met`."""


class Prepared:
    """One study, ready: `base`, `reference` (its value) and `response(name)`."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.case: BaseCase = base_case(study)
        self.network: Network = self.case.network
        self.periods = self.network.terms.periods

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
        return Foresight(assemble(self.network, self.periods))

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

    def response(self, name: str) -> Response:
        """A response by name.

        Raises
        ------
        UnknownName
            With suggestions.
        """
        if name not in RESPONSES:
            raise UnknownName("response", name, RESPONSES)
        found: Response = self.frozen if name == "frozen" else self.foresight
        return found

    def conditions(self, scenario: Scenario | None) -> Conditions:
        """What a scenario means here."""
        return conditions(self.network, scenario, self.periods)


_KEPT: dict[str, Prepared] = {}
_MOST_KEPT = 4


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
