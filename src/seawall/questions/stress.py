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
from seawall.questions.accounts import pact_tables
from seawall.questions.grids import grid_tables
from seawall.questions.indicators import INDICATORS, TIMELINE, indicators, timeline
from seawall.questions.marginals import marginals
from seawall.questions.prepared import RESPONSES, find_scenario, prepare
from seawall.questions.result import Result, in_units
from seawall.questions.shortage import shortage
from seawall.responses import order_tolerance, value

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from seawall.network import Network
    from seawall.network.network import Floats
    from seawall.questions.prepared import Prepared
    from seawall.responses import Sharing, Trajectory, Value
    from seawall.shocks import Conditions, Scenario
    from seawall.study import Protocol, Study

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
    """Answer to a stress test: tables `indicators`, `timeline`, `buyers`, `flows`, `base_flows`,
    `marginals`, `pact`, `settlement`, `transfers`, `grids`, `grid_weeks`."""

    study: Study
    scenario: Scenario | None
    responses: tuple[str, ...]


def stress(
    study: Study,
    scenario: str | Scenario | None = None,
    response: str | Iterable[str] | None = None,
    *,
    protocol: Protocol | None = None,
    rationing: str | None = None,
) -> StressResult:
    """What happens to `study` under `scenario`, for each `response`.

    Parameters
    ----------
    scenario
        Name of one of the study's scenarios, a Scenario, or None for the undisturbed base.
    response
        One or several of "frozen", "market", "pact", "foresight"; None: all of them (the pact if
        there is a protocol), and only foresight for the undisturbed base.
    protocol
        Articles of the pact; None: those of the study.
    rationing
        An allocation order of the study's `rationing` table that every response obeys, "equal" for
        equal weights of all tiers, None for willingness to pay.

    Raises
    ------
    UnknownName
        When there is no such scenario, response or order, or it hits something unknown.
    UsageError
        When a pact is asked for and there is no protocol.
    InputError, Infeasible, SolverError
    """
    found = find_scenario(study, scenario)
    chosen = study.variant(*found.variants) if found else study
    names = _responses(chosen, found, response, protocol)

    ready = prepare(chosen).rationed(rationing).quoting
    met = ready.conditions(found)
    runs = {name: ready.response(name, protocol).run(met) for name in names}
    losses = {name: loss(ready.network, met, run, ready.reference) for name, run in runs.items()}
    articles = ready.articles(protocol) if "pact" in names else None

    return StressResult(
        question="stress",
        identity=_identity(chosen, found, names, articles, rationing),
        tables=_tables(ready, met, runs, found, articles),
        figures=_figures(ready, met, runs, losses, found),
        units=in_units(chosen, _UNITS),
        study=chosen,
        scenario=found,
        responses=names,
    )


def _responses(
    study: Study,
    scenario: Scenario | None,
    response: str | Iterable[str] | None,
    protocol: Protocol | None,
) -> tuple[str, ...]:
    if isinstance(response, str):
        return (response,)
    if response is not None:
        return tuple(response)
    if scenario is None:
        return ("foresight",)
    agreed = protocol is not None or bool(study.protocol_text)
    return tuple(name for name in RESPONSES if name != "pact" or agreed)


def loss(network: Network, met: Conditions, run: Trajectory, base: Value) -> float:
    """Base surplus less surplus over the same time [million].

    Written as what is not served, paid and left over, so that a demand shock does not count the
    demand itself as a gain.
    """
    now = value(network, met, run)
    return (now.shortfall + now.cost - now.left) - (base.shortfall + base.cost - base.left)


def dates_of(study: Study, scenario: Scenario | None, periods: int) -> list[date]:
    """First day of each period of a run."""
    step = study.settings.period_days
    start = start_date(study, scenario)
    return [start + timedelta(days=step * t) for t in range(periods)]


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
    articles: Sharing | None,
) -> dict[str, pd.DataFrame]:
    network, quotes = ready.network, ready.quotes
    name = scenario.name if scenario else "base"
    dates = dates_of(ready.study, scenario, met.periods)
    why = shortage(ready, met, runs)
    parts: dict[str, list[dict[str, Any]]] = {"indicators": [], "timeline": []}
    for run in runs.values():
        parts["indicators"] += indicators(network, met, run, name, why)
        parts["timeline"] += timeline(network, met, run, name, dates, quotes)
    return {
        "indicators": pd.DataFrame(parts["indicators"], columns=list(INDICATORS)),
        "timeline": pd.DataFrame(parts["timeline"], columns=list(TIMELINE)),
        "buyers": why.buyers(name),
        "flows": flows.by_period(network, runs, name, dates),
        "base_flows": flows.base(network),
        "marginals": marginals(network, runs, name),
        **pact_tables(network, met, articles, runs, ready.base, name, dates),
        **grid_tables(ready.study, network, met, runs, name, dates),
    }


def _figures(
    ready: Prepared,
    met: Conditions,
    runs: dict[str, Trajectory],
    losses: dict[str, float],
    scenario: Scenario | None,
) -> dict[str, Any]:
    network = ready.network
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
        "belief": _belief(ready) if {"market", "pact"} & set(runs) else None,
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


def _belief(ready: Prepared) -> str:
    """What those who re-plan believe about a shock that goes on, in words."""
    plan = ready.planning
    days = ready.network.terms.period_days
    times = plan.belief.multiple
    much = "as long again" if times == 1 else f"{times:g} times as long again"
    return (
        f"Everybody plans {plan.window * days / 7:g} weeks ahead, anew every "
        f"{plan.replan * days / 7:g} weeks, and believes that what goes on lasts {much} as it "
        f"has lasted, at least {plan.belief.least_days:g} days."
    )


def _identity(
    study: Study,
    scenario: Scenario | None,
    names: tuple[str, ...],
    articles: Sharing | None,
    rationing: str | None,
) -> dict[str, Any]:
    return {
        "question": "stress",
        "study": study.name,
        "digest": study.digest(),
        "variants": dict(study.selected),
        "scenario": scenario.model_dump(mode="json") if scenario else None,
        "responses": list(names),
        "protocol": articles.protocol.model_dump(mode="json") if articles else None,
        "rationing": rationing,
    }
