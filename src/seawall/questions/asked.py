"""What a stress test is asked, settled before anything is computed.

Which chains a scenario strikes, which responses each is asked for, by which articles: from these
follows what the answer depends on, so that a kept answer can be looked up instead of computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seawall.errors import UnknownName, UsageError
from seawall.questions.parts import lending, order_of, parts
from seawall.questions.prepared import CLOSED, RESPONSES, find_scenario
from seawall.study.protocol import study_protocol
from seawall.study.protocol_check import check_protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.questions.parts import Part
    from seawall.shocks import Scenario
    from seawall.study import Protocol, Study


@dataclass(frozen=True)
class ChainAsked:
    """What one chain is asked: responses by name, and the allocation order that it obeys."""

    part: Part
    responses: tuple[str, ...]
    order: str | None


@dataclass(frozen=True)
class Asked:
    """One stress test as it will be computed.

    Attributes
    ----------
    study
        With the variants that the scenario chooses.
    protocol
        Articles of the pact; None where no chain is asked for it.
    """

    study: Study
    scenario: Scenario | None
    chains: tuple[ChainAsked, ...]
    protocol: Protocol | None
    rationing: str | None

    @property
    def responses(self) -> tuple[str, ...]:
        """Responses that any chain is asked for, in their order."""
        every = {name for chain in self.chains for name in chain.responses}
        return tuple(name for name in RESPONSES if name in every)

    def identity(self) -> dict[str, Any]:
        """What the answer depends on."""
        return {
            "question": "stress",
            "study": self.study.name,
            "digest": self.study.digest(),
            "variants": dict(self.study.selected),
            "scenario": self.scenario.model_dump(mode="json") if self.scenario else None,
            "responses": list(self.responses),
            "protocol": self.protocol.model_dump(mode="json") if self.protocol else None,
            "rationing": self.rationing,
        }


def asked(
    study: Study,
    scenario: str | Scenario | None = None,
    response: str | Iterable[str] | None = None,
    protocol: Protocol | None = None,
    rationing: str | None = None,
) -> Asked:
    """Settle what a stress test computes; parameters as those of `stress`.

    Raises
    ------
    UnknownName
        There is no such scenario, response or order, or a shock hits something unknown.
    UsageError
        A pact is asked for and there is no protocol, or it lends what the scenario does not strike.
    InputError
        The articles do not fit the study.
    """
    found = find_scenario(study, scenario)
    chosen = study.variant(*found.variants) if found else study
    struck = parts(chosen, found)
    names = _responses(chosen, struck, response, protocol)
    chains = tuple(
        ChainAsked(part, wanted, order_of(chosen, part, rationing))
        for part, wanted in zip(struck, names, strict=True)
    )
    return Asked(chosen, found, chains, _articles(chains, protocol), rationing)


def asked_stress(
    study: Study,
    scenario: str | Scenario | None = None,
    response: str | Iterable[str] | None = None,
    *,
    protocol: Protocol | None = None,
    rationing: str | None = None,
    uncertain: int = 0,
    seed: int = 0,
) -> dict[str, Any]:
    """Identity of the answer that `stress` gives to the same arguments, without computing it.

    Draws and their seed count only where inputs are drawn (`uncertain` above 0).
    """
    identity = asked(study, scenario, response, protocol, rationing).identity()
    return identity | ({"uncertain": uncertain, "seed": seed} if uncertain else {})


def _responses(
    study: Study,
    struck: list[Part],
    response: str | Iterable[str] | None,
    protocol: Protocol | None,
) -> list[tuple[str, ...]]:
    """Responses to ask of each chain: the pact only of the one whose cargo it lends."""
    agreed = protocol is not None or bool(study.protocol_text)
    lends = lending(study, protocol).chains if agreed else ()
    if response is not None:
        wanted = (response,) if isinstance(response, str) else tuple(response)
        for name in wanted:
            if name not in RESPONSES:
                raise UnknownName("response", name, RESPONSES)
        # The same responses in another order are the same run: its tables must be the same too.
        wanted = tuple(name for name in RESPONSES if name in wanted)
        if study.settings.model.closed and set(wanted) != {"foresight"}:
            raise UsageError(CLOSED)
        if agreed and "pact" in wanted and not any(part.chain in lends for part in struck):
            raise UsageError(
                f"the protocol lends goods of {lends[0]}, which this scenario does not strike: "
                "ask for frozen, market or foresight"
            )
        pact_of = lends if agreed else tuple(part.chain for part in struck)
    else:
        every = struck[0].scenario and not study.settings.model.closed
        wanted = RESPONSES if every else ("foresight",)
        pact_of = lends
    return [
        tuple(name for name in wanted if name != "pact" or part.chain in pact_of) for part in struck
    ]


def _articles(chains: Iterable[ChainAsked], protocol: Protocol | None) -> Protocol | None:
    """The articles that apply, checked against the study that they are asked of."""
    for chain in chains:
        if "pact" in chain.responses:
            study = chain.part.study
            found = protocol or study_protocol(study)
            if found is None:
                raise UsageError(
                    f'study "{study.name}" has no protocol.toml: name a protocol for the pact'
                )
            check_protocol(study, found)
            return found
    return None
