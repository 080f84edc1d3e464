"""Stress: what breaks if X happens, from which day, how long, for whom?

Read this file first: it is the architecture.  A study on disk becomes arrays (network), a scenario
becomes what those arrays meet (conditions), each response turns conditions into what happens
(trajectory), one function says what that is worth (value), and tables say it to people.  Chains of
goods that the scenario does not strike are not asked: they stay as in the base.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.questions import flows
from seawall.questions.accounts import pact_tables
from seawall.questions.asked import asked
from seawall.questions.grids import grid_tables
from seawall.questions.indicators import INDICATORS, TIMELINE, indicators, timeline
from seawall.questions.marginals import marginals
from seawall.questions.prepared import RESPONSES, prepare
from seawall.questions.result import Result, in_units, stacked
from seawall.questions.shortage import shortage
from seawall.responses import order_tolerance, tariff_paid, value

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from seawall.network import Network
    from seawall.network.network import Floats
    from seawall.questions.parts import Part
    from seawall.questions.prepared import Prepared
    from seawall.responses import Sharing, Trajectory, Value
    from seawall.runs.kept import Kept
    from seawall.runs.progress import Progress
    from seawall.shocks import Conditions, Scenario
    from seawall.study import Protocol, Study

_UNITS = {
    "loss": "money", "surplus": "money", "cost": "money", "tariff_paid": "money",
    "value_lost": "money",
    "order_tolerance": "money", "unserved": "amount", "demand": "amount", "served": "amount",
    "missing": "amount", "priced_out": "amount", "stock": "amount", "quantity": "amount",
    "price": "as price_unit says", "first_shortfall_day": "day", "time_to_survive_days": "day",
    "time_to_recover_days": "day", "worst_day": "day", "cover_days": "day",
    "unserved_share": "share", "worst_share": "share", "weeks_short": "week",
}  # fmt: skip


@dataclass(frozen=True)
class StressResult(Result):
    """Answer to a stress test: tables `indicators`, `timeline`, `buyers`, `flows`, `base_flows`,
    `marginals`, `pact`, `settlement`, `transfers`, `grids`, `grid_weeks`, and of redrawn inputs
    `intervals`, `tornado`, `draws`; `chains` are the chains of goods that the scenario strikes."""

    study: Study
    scenario: Scenario | None
    responses: tuple[str, ...]
    chains: tuple[str, ...] = ()


def stress(
    study: Study,
    scenario: str | Scenario | None = None,
    response: str | Iterable[str] | None = None,
    *,
    protocol: Protocol | None = None,
    rationing: str | None = None,
    uncertain: int = 0,
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
    kept: Kept | None = None,
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
    uncertain, seed, workers, progress, kept
        How often the inputs are redrawn for intervals, 0 for none: see `with_intervals`.

    Raises
    ------
    UnknownName
        When there is no such scenario, response or order, or it hits something unknown.
    UsageError
        When a pact is asked for and there is no protocol, or intervals from fewer than two draws.
    InputError, Infeasible, SolverError
    """
    question = asked(study, scenario, response, protocol, rationing)
    answers = [
        _answer(chain.part, chain.responses, protocol, chain.order) for chain in question.chains
    ]
    result = StressResult(
        question="stress",
        identity=question.identity(),
        tables=stacked([answer.tables for answer in answers]),
        figures=_figures(question.scenario, answers),
        units=in_units([answer.part.study for answer in answers], _UNITS),
        study=question.study,
        scenario=question.scenario,
        responses=question.responses,
        chains=tuple(chain.part.chain for chain in question.chains),
    )
    if not uncertain:
        return result
    from seawall.questions.uncertainty import with_intervals  # it runs stress tests itself

    return with_intervals(result, uncertain, seed, workers, progress, kept)


@dataclass(frozen=True)
class _Answer:
    """What one chain says: tables, and figures by response."""

    part: Part
    tables: dict[str, pd.DataFrame]
    figures: dict[str, dict[str, Any]]
    belief: str | None
    tolerance: float


def _answer(
    part: Part, names: tuple[str, ...], protocol: Protocol | None, order: str | None
) -> _Answer:
    ready = prepare(part.study).rationed(order).quoting
    met = ready.conditions(part.scenario)
    runs = {name: ready.response(name, protocol).run(met) for name in names}
    articles = ready.articles(protocol) if "pact" in names else None
    return _Answer(
        part=part,
        tables=_tables(ready, met, runs, part.scenario, articles),
        figures={name: _of_run(ready, met, run) for name, run in runs.items()},
        belief=_belief(ready) if {"market", "pact"} & set(runs) else None,
        tolerance=max(
            (order_tolerance(ready.network, *pair, met) for pair in combinations(runs.values(), 2)),
            default=0.0,
        ),
    )


def _of_run(ready: Prepared, met: Conditions, run: Trajectory) -> dict[str, Any]:
    """What a response comes to."""
    now = value(ready.network, met, run)
    demands = ready.network.demands
    told = demands.explained
    wanted = (demands.quantity[:, None] * met.wanted)[told]
    return {
        "loss": loss(ready.network, met, run, ready.reference),
        "surplus": now.surplus,
        "cost": now.cost,
        "tariff_paid": tariff_paid(ready.network, met, run),
        "unserved": _not_served(wanted, run.served[told]),
        "residuals": None if run.residuals is None else vars(run.residuals),
    }


def loss(network: Network, met: Conditions, run: Trajectory, base: Value) -> float:
    """Base surplus less surplus over the same time [million].

    Written as what is not served, paid and left over, so that a demand shock does not count the
    demand itself as a gain.
    """
    now = value(network, met, run)
    return (now.shortfall + now.cost - now.left) - (base.shortfall + base.cost - base.left)


def dates_of(study: Study, scenario: Scenario | None, periods: int) -> list[date]:
    """First day of each period of a run; with the hour where periods are parts of a day."""
    step = study.settings.period_days
    start = start_date(study, scenario)
    if step != int(step):
        start = datetime.combine(start, time())
    # Parts of a day add up to hours and minutes, not to fractions of a second.
    return [start + timedelta(seconds=round(step * t * 86400)) for t in range(periods)]


def start_date(study: Study, scenario: Scenario | None) -> date:
    """First day of the window: that of the first shock, or of the study where it is closed."""
    if study.settings.model.closed:
        return study.settings.start
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
    unit = ready.study.lookup("commodities", "unit")

    def counted(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
        table = pd.DataFrame(rows, columns=list(columns))
        return table.assign(unit=table["commodity"].map(unit))

    return {
        "indicators": counted(parts["indicators"], INDICATORS),
        "timeline": counted(parts["timeline"], TIMELINE),
        "buyers": why.buyers(name),
        "flows": flows.by_period(network, runs, name, dates),
        "base_flows": flows.base(network),
        "marginals": marginals(network, runs, name, met),
        **pact_tables(network, met, articles, runs, ready.base, name, dates),
        **grid_tables(ready.study, network, met, runs, name, dates),
    }


def _figures(scenario: Scenario | None, answers: list[_Answer]) -> dict[str, Any]:
    by_response = {name: _total(answers, name) for name in _named(answers)}
    head: dict[str, Any] = {
        "scenario": scenario.name if scenario else None,
        "title": scenario.title if scenario else "The undisturbed base",
        "about": scenario.about if scenario else "",
        "responses": by_response,
        "belief": next((a.belief for a in answers if a.belief), None),
        # Loss orders (foresight <= frozen) hold within this.
        "order_tolerance": sum(a.tolerance for a in answers),
    }
    if len(answers) > 1:
        head["chains"] = {a.part.chain: a.figures for a in answers}
        head["beliefs"] = {a.part.chain: a.belief for a in answers}
    # With one response its figures stand at the top, where a caller looks for them.
    return head | (next(iter(by_response.values())) if len(by_response) == 1 else {})


def _named(answers: list[_Answer]) -> tuple[str, ...]:
    """Responses that any chain was asked for, in their order."""
    every = {name for answer in answers for name in answer.figures}
    return tuple(name for name in RESPONSES if name in every)


def _total(answers: list[_Answer], name: str) -> dict[str, Any]:
    """Figures of a response over all chains: money adds up, tonnes of different goods do not.

    A chain that the protocol does not reach counts with its market."""
    own = [a.figures.get(name) or a.figures.get("market") for a in answers]
    if len(own) == 1 and own[0]:
        return own[0]
    known = [figures for figures in own if figures]
    sums = {
        key: sum(figures[key] for figures in known)
        for key in ("loss", "surplus", "cost", "tariff_paid")
    }
    return {**sums, "unserved": None, "residuals": _worst(known)}


def _worst(figures: list[dict[str, Any]]) -> dict[str, float] | None:
    """The largest residual of each kind."""
    found = [f["residuals"] for f in figures if f["residuals"]]
    return {key: max(r[key] for r in found) for key in found[0]} if found else None


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
