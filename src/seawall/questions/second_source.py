"""Second source: a supplier is lost; who else could deliver, from when, and how long until it is
enough?

Nobody buys a magnet or a wafer from a maker whom he has not tested.  A pair may grow only after its
qualification time, and then by so much a period, so the lost supply is back after

    T with sum_a growth_a max(0, T - qualify_a) = lost          (over the pairs that stay open)

if those who make it can: where their reachable spare output is less than what was lost, growth of
trade takes it from other buyers, and the loss is never replaced.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.questions.groups import groups
from seawall.questions.parts import parts
from seawall.questions.prepared import Prepared, find_scenario, prepare

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.network import Network
    from seawall.network.network import Bools, Floats, Ints
    from seawall.questions.parts import Part
    from seawall.shocks import Scenario
    from seawall.study import Study

SECOND_SOURCES = (
    "scenario", "place", "commodity", "lost", "lost_share", "others", "qualify_days",
    "growth", "replaced_days", "spare", "spare_share", "unit",
)  # fmt: skip
QUALIFICATION = (
    "scenario", "response", "factor", "place", "commodity", "unserved", "unserved_share", "unit",
)  # fmt: skip
#: Less than this part of what arrives counts as nothing lost.
_NOTHING = 1e-3


def second_sources(study: Study, scenario: str | Scenario) -> pd.DataFrame:
    """For each commodity that a headline place loses in `scenario`, what others could replace.

    Returns
    -------
    DataFrame
        `lost` of what arrives a year when the scenario bites hardest, and its share; `others`
        names the suppliers whose lanes stay open; `qualify_days` is the shortest qualification
        among them, `growth` what all of them together may add in a year of growth [unit a year
        per year], `spare` the reachable spare output of those suppliers a year and `spare_share`
        how much of the loss it could cover.  `replaced_days` is when growth has made good what was
        lost; None: never, for want of suppliers or of spare output.
    """
    found = find_scenario(study, scenario)
    chosen = study.variant(*found.variants) if found else study
    rows: list[dict[str, Any]] = []
    for part in parts(chosen, found):
        rows += _of_part(part, set(study.settings.headline))
    return pd.DataFrame(rows, columns=list(SECOND_SOURCES))


def _of_part(part: Part, places: set[str]) -> list[dict[str, Any]]:
    network = prepare(part.study).network
    lanes, nodes = network.lanes, network.nodes
    way = _ways(network, prepare(part.study).conditions(part.scenario).open)
    name, unit = part.study.lookup("places", "name"), part.study.lookup("commodities", "unit")
    year = 365.0 / network.terms.period_days
    rows = []
    for n in range(len(nodes)):
        if nodes.country[n] not in places:
            continue
        into = (lanes.destination == n) & (lanes.replaces < 0)
        arrives = (lanes.keep * lanes.base)[into]
        base = float(arrives.sum())
        lost = float((arrives[:, None] * (1.0 - way[into])).sum(axis=0).max(initial=0.0))
        if lost <= _NOTHING * max(base, 1e-12):
            continue
        others = into & (way.min(axis=1) > 1.0 - 1e-9)
        able = np.unique(lanes.origin[others])
        spare = _spare(network, able)
        rows.append(
            {
                "scenario": part.scenario.name if part.scenario else "base",
                "place": nodes.place[n],
                "commodity": nodes.commodity[n],
                "lost": lost * year,
                "lost_share": lost / base,
                "others": ", ".join(sorted(name[nodes.place[o]] for o in able)),
                "qualify_days": float(lanes.qualify[others].min()) * network.terms.period_days
                if others.any()
                else None,
                "growth": float(lanes.growth[others].sum()) * year * year,
                "replaced_days": _replaced(network, others, lost) if spare >= lost else None,
                "spare": spare * year,
                "spare_share": spare / lost,
                "unit": f"{unit[nodes.commodity[n]]}/yr",
            }
        )
    return rows


def _ways(network: Network, open_share: Floats) -> Floats:
    """Share of each departure that gets through by the lane or a detour of it (lanes, periods):
    what goes round is late and not lost."""
    replaces = network.lanes.replaces
    way = open_share.copy()
    detour = np.flatnonzero(replaces >= 0)
    np.add.at(way, replaces[detour], open_share[detour])
    return way


def _replaced(network: Network, others: Bools, lost: float) -> float | None:
    """Day on which the growth of other pairs has made good what was lost."""
    lanes = network.lanes
    starts, rates = lanes.qualify[others], lanes.growth[others]
    useful = rates > 0
    starts, rates = starts[useful], rates[useful]
    if not len(starts):
        return None
    if np.isinf(rates).any():
        return float(starts[np.isinf(rates)].min()) * network.terms.period_days
    order = np.argsort(starts)
    starts, rates = starts[order], rates[order]
    total = np.cumsum(rates)
    # Between two starts what has been added grows in a straight line.
    reached = total * starts - np.cumsum(rates * starts)
    last = int(np.flatnonzero(reached <= lost)[-1])
    when = starts[last] + (lost - reached[last]) / total[last]
    return float(when) * network.terms.period_days


def _spare(network: Network, nodes: Ints) -> float:
    """Reachable spare output of the facilities that fill some nodes, per period [unit]."""
    makes = network.facilities.recipe.maximum(0).tocsr()
    return float((makes[nodes] @ network.facilities.spare).sum()) if len(nodes) else 0.0


def qualification(
    study: Study,
    scenario: str | Scenario,
    factors: Iterable[float] = (0.0, 0.5, 1.0, 2.0),
    response: str = "market",
) -> pd.DataFrame:
    """What headline places and the world (place "") go short of if every qualification time were
    `factors` times as long.

    Quicker qualification helps the world; a place may lose by it, when others qualify its makers.
    """
    found = find_scenario(study, scenario)
    chosen = study.variant(*found.variants) if found else study
    rows: list[dict[str, Any]] = []
    for part in parts(chosen, found):
        case = prepare(part.study).case
        unit = part.study.lookup("commodities", "unit")
        for factor in factors:
            lanes = replace(case.network.lanes, qualify=case.network.lanes.qualify * factor)
            ready = Prepared(part.study, replace(case, network=replace(case.network, lanes=lanes)))
            met = ready.conditions(part.scenario)
            run = ready.response(response).run(met)
            wanted = ready.network.demands.quantity[:, None] * met.wanted
            short = np.maximum(wanted - run.served, 0.0).sum(axis=1)
            for place, good, steps in _asked_of(ready.network, set(study.settings.headline)):
                demand, gap = float(wanted[steps].sum()), float(short[steps].sum())
                nothing = gap <= 1e-6 * demand
                rows.append(
                    {
                        "scenario": part.scenario.name if part.scenario else "base",
                        "response": response,
                        "factor": factor,
                        "place": place,
                        "commodity": good,
                        "unserved": 0.0 if nothing else gap,
                        "unserved_share": 0.0 if nothing else gap / demand,
                        "unit": unit[good],
                    }
                )
    return pd.DataFrame(rows, columns=list(QUALIFICATION))


def _asked_of(network: Network, places: set[str]) -> list[tuple[str, str, Ints]]:
    """Demand steps of the world (place "") and of some places, by commodity."""
    demands, nodes = network.demands, network.nodes
    good = np.array(nodes.commodity, dtype=object)[demands.node]
    world = [
        ("", str(name), np.flatnonzero((good == name) & demands.explained))
        for name in dict.fromkeys(good[demands.explained])
    ]
    return world + [
        (group.place, group.commodity, group.steps)
        for group in groups(network)
        if group.whole and group.place in places
    ]
