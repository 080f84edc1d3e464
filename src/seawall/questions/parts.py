"""Which chains of goods a question touches: only those are solved, the rest is the base case.

Chains share no recipe and no lane, so what happens in one does not reach another, and the losses of
several add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.errors import UnknownName, UsageError
from seawall.questions.prepared import prepare
from seawall.shocks.targets import hits, missed
from seawall.study.protocol import study_protocol
from seawall.study.protocol_check import lent_commodity
from seawall.study.records import EQUAL

if TYPE_CHECKING:
    from seawall.shocks import Scenario, Shock
    from seawall.study import Study
    from seawall.study.protocol import Protocol


@dataclass(frozen=True)
class Part:
    """One chain of a study, and what of a scenario strikes it."""

    chain: str
    study: Study
    scenario: Scenario | None


def parts(study: Study, scenario: Scenario | None) -> list[Part]:
    """The chains that `scenario` strikes, each with the shocks that do; without one, all.

    Raises
    ------
    UnknownName
        A shock strikes nothing in any chain; with suggestions from all of them.
    """
    if scenario is None:
        return [Part(name, study.chain(name), None) for name in study.chains]
    if len(study.chains) == 1:
        # What it strikes is looked up, and an unknown name told, where it is turned into arrays.
        return [Part(study.chains[0], study.chain(study.chains[0]), scenario)]
    found: list[Part] = []
    struck: set[int] = set()
    for name in study.chains:
        part = study.chain(name)
        here = [i for i, shock in enumerate(scenario.shock) if _strikes(part, shock)]
        struck.update(here)
        if here:
            own = scenario.model_copy(update={"shock": tuple(scenario.shock[i] for i in here)})
            found.append(Part(name, part, own))
    for i, shock in enumerate(scenario.shock):
        if i not in struck:
            raise missed((prepare(study.chain(name)).network for name in study.chains), shock)
    return found


def _strikes(part: Study, shock: Shock) -> bool:
    if shock.on_grid:
        return not part.frames["loads"].empty
    return hits(prepare(part).network, shock)


def lending(study: Study, protocol: Protocol | None = None) -> Study:
    """The chain whose cargo a protocol (None: the study's) lends.

    Raises
    ------
    UsageError
        There is no protocol.
    InputError
        The protocol lends nothing that the study has.
    """
    articles = protocol or study_protocol(study)
    if articles is None:
        raise UsageError(f'study "{study.name}" has no protocol.toml: name a protocol for the pact')
    if len(study.chains) == 1:
        return study.chain(study.chains[0])
    return study.chain(chain_of(study, lent_commodity(study, articles)))


def chain_of(study: Study, commodity: str) -> str:
    """The chain that a commodity belongs to."""
    return str(study.lookup("commodities", "chain")[commodity])


def order_of(study: Study, part: Part, rationing: str | None) -> str | None:
    """The allocation order that a chain obeys: None where the order says nothing of its goods.

    Raises
    ------
    UnknownName
        The study has no such order.
    """
    orders = set(study.frames["rationing"]["order"])
    if rationing in (None, EQUAL) or rationing in set(part.study.frames["rationing"]["order"]):
        return rationing
    if rationing in orders:
        return None
    raise UnknownName("allocation order", rationing, {*orders, EQUAL})
