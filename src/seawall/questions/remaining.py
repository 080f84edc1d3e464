"""Some chains of a study as a study of its own, with the scenarios that still hit something."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seawall.errors import InputError, UnknownName
from seawall.network.grids import grids
from seawall.questions.prepared import prepare
from seawall.questions.stretches import check_targets
from seawall.shocks import parse_scenario, scenario_text
from seawall.shocks.targets import hits
from seawall.study.excerpt import chains_named, of_chains, pruned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.shocks import Scenario, Shock
    from seawall.study import Study

__all__ = ["excerpt"]

_LEFT_OUT = "What it does to other goods is left out here."


def excerpt(study: Study, names: Sequence[str]) -> Study:
    """Return the chains of a study that names mean, and nothing that concerns only others.

    Parameters
    ----------
    study
        The whole.
    names
        Chains, commodities (their chain is meant) or sectors (all their chains).

    Returns
    -------
    Study
        Base and scenarios of these chains are answered as by the whole study. A scenario loses the
        shocks that hit nothing any more; one without any left is dropped.

    Raises
    ------
    UnknownName
        A name is none of these; with suggestions.
    """
    part = of_chains(study, chains_named(study, names))
    if part is study:
        return study
    return pruned(replace(part, scenario_texts=_still_hitting(part)))


def _still_hitting(study: Study) -> dict[str, str]:
    """The texts of scenarios by name, those that hit nothing left out."""
    texts = {}
    for name, text in study.scenario_texts.items():
        try:
            scenario = parse_scenario(name, text)
            chosen = study.variant(*scenario.variants)
        except (InputError, UnknownName):
            texts[name] = text  # it was wrong before, and `check` says so
            continue
        left = tuple(shock for shock in scenario.shock if _hits(chosen, shock))
        if len(left) == len(scenario.shock):
            texts[name] = text
        elif left:
            texts[name] = scenario_text(_less(scenario, left))
    return texts


def _less(scenario: Scenario, left: tuple[Shock, ...]) -> Scenario:
    about = f"{scenario.about} {_LEFT_OUT}".strip()
    return scenario.model_copy(update={"shock": left, "about": about})


def _hits(study: Study, shock: Shock) -> bool:
    if not shock.on_grid:
        return any(hits(prepare(study.chain(chain)).network, shock) for chain in study.chains)
    try:
        check_targets(grids(study), [shock])
    except UnknownName:
        return False
    return True
