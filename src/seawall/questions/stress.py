"""Stress: what breaks if X happens, from which day, how long, for whom?

Read this file first: it is the architecture.  A study on disk becomes arrays (network), a scenario
becomes what those arrays meet (conditions), each response turns conditions into what happens
(trajectory), one function says what that is worth (value), and tables say it to people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.questions import flows
from seawall.questions.indicators import INDICATORS, TIMELINE, indicators, timeline
from seawall.questions.marginals import marginals
from seawall.questions.prepared import RESPONSES, find_scenario, prepare
from seawall.questions.result import Result, in_units
from seawall.responses import order_tolerance, value

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from seawall.network import Network
    from seawall.network.network import Floats
    from seawall.questions.prepared import Prepared
    from seawall.responses import Trajectory, Value
    from seawall.shocks import Conditions, Scenario
    from seawall.study import Study

_UNITS = {
    "loss": "money", "surplus": "money", "cost": "money", "value_lost": "money",
    "order_tolerance": "money", "unserved": "amount", "demand": "amount", "served": "amount",
    "missing": "amount", "priced_out": "amount", "stock": "amount", "quantity": "amount",
    "price": "as price_unit says", "first_shortfall_day": "day", "time_to_survive_days": "day",
    "time_to_recover_days": "day", "worst_day": "day", "cover_days": "day",
    "unserved_share": "share", "worst_share": "share", "weeks_short": "week",
}  # fmt: skip


@dataclass(frozen=True)
class StressResult(Result):
    """Answer to a stress test: tables `indicators`, `timeline`, `flows`, `base_flows`, `marginals`,
    `pact`."""

    study: Study
    scenario: Scenario | None
    responses: tuple[str, ...]


def stress(
    study: Study,
    scenario: str | Scenario | None = None,
    response: str | Iterable[str] = RESPONSES,
) -> StressResult:
    """What happens to `study` under `scenario`, for each `response`.

    Parameters
    ----------
    scenario
        Name of one of the study's scenarios, a Scenario, or None for the undisturbed base.
    response
        One or several of "frozen", "foresight".

    Raises
    ------
    UnknownName
        When there is no such scenario or response, or it hits something unknown.
    InputError, Infeasible, SolverError
    """
    found = find_scenario(study, scenario)
    names = (response,) if isinstance(response, str) else tuple(response)
    chosen = study.variant(*found.variants) if found else study

    ready = prepare(chosen)
    met = ready.conditions(found)
    runs = {name: ready.response(name).run(met) for name in names}
    losses = {name: loss(ready.network, met, run, ready.reference) for name, run in runs.items()}

    return StressResult(
        question="stress",
        identity=_identity(chosen, found, names),
        tables=_tables(ready, met, runs, found, start_date(chosen, found)),
        figures=_figures(ready.network, met, runs, losses, found),
        units=in_units(chosen, _UNITS),
        study=chosen,
        scenario=found,
        responses=names,
    )


def loss(network: Network, met: Conditions, run: Trajectory, base: Value) -> float:
    """Base surplus less surplus over the same time [million].

    Written as what is not served, paid and left over, so that a demand shock does not count the
    demand itself as a gain.
    """
    now = value(network, met, run)
    return (now.shortfall + now.cost - now.left) - (base.shortfall + base.cost - base.left)


def start_date(study: Study, scenario: Scenario | None) -> date:
    """First day of the window: that of the first shock."""
    begin = (scenario.start if scenario else None) or study.settings.start
    first = min((s.start_day for s in scenario.shock), default=0.0) if scenario else 0.0
    return begin + timedelta(days=first)


def _tables(
    ready: Prepared,
    met: Conditions,
    runs: dict[str, Trajectory],
    scenario: Scenario | None,
    start: date,
) -> dict[str, pd.DataFrame]:
    network, quotes = ready.network, ready.quotes
    name = scenario.name if scenario else "base"
    step = network.terms.period_days
    dates = [start + timedelta(days=step * t) for t in range(met.periods)]
    parts: dict[str, list[dict[str, Any]]] = {"indicators": [], "timeline": []}
    for run in runs.values():
        parts["indicators"] += indicators(network, met, run, name)
        parts["timeline"] += timeline(network, met, run, name, dates, quotes)
    return {
        "indicators": pd.DataFrame(parts["indicators"], columns=list(INDICATORS)),
        "timeline": pd.DataFrame(parts["timeline"], columns=list(TIMELINE)),
        "flows": flows.by_period(network, runs, name, dates),
        "base_flows": flows.base(network),
        "marginals": marginals(network, runs, name),
        "pact": pd.DataFrame(
            columns=["place", "value_market", "value_pact", "lent", "returned", "owed"]
        ),
    }


def _figures(
    network: Network,
    met: Conditions,
    runs: dict[str, Trajectory],
    losses: dict[str, float],
    scenario: Scenario | None,
) -> dict[str, Any]:
    by_response = {}
    for name, run in runs.items():
        now = value(network, met, run)
        wanted = network.demands.quantity[:, None] * met.wanted
        by_response[name] = {
            "loss": losses[name],
            "surplus": now.surplus,
            "cost": now.cost,
            "unserved": _not_served(wanted, run.served),
            "residuals": None if run.residuals is None else vars(run.residuals),
        }
    head: dict[str, Any] = {
        "scenario": scenario.name if scenario else None,
        "title": scenario.title if scenario else "The undisturbed base",
        "about": scenario.about if scenario else "",
        "responses": by_response,
        # Loss orders (foresight <= frozen) hold within this.
        "order_tolerance": max(
            (order_tolerance(network, one, other) for one, other in combinations(runs.values(), 2)),
            default=0.0,
        ),
    }
    # With one response its figures stand at the top, where a caller looks for them.
    return head | (next(iter(by_response.values())) if len(by_response) == 1 else {})


def _not_served(wanted: Floats, served: Floats) -> float:
    """What is not served in all, without the rounding of a solver."""
    gap = wanted - served
    return float(gap[gap > 1e-9 * np.maximum(wanted, 1e-9)].sum())


def _identity(study: Study, scenario: Scenario | None, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        "question": "stress",
        "study": study.name,
        "digest": study.digest(),
        "variants": dict(study.selected),
        "scenario": scenario.model_dump(mode="json") if scenario else None,
        "responses": list(names),
    }
