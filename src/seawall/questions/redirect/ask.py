"""Redirect: the strait is shut this morning; which cargo goes where, and who owes whom?

The book (cargoes, ships, tanks on one morning) and the scenario become a problem of plain arrays
(`prepare`); a ladder of plans solves it, each allowed more than the one before: nobody does
anything, everyone for himself by rule of thumb, everyone for himself at his best, the pact.  The
tables are read off the plans.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from seawall.errors import UsageError
from seawall.questions.prepared import find_scenario
from seawall.questions.redirect import figures, tables
from seawall.questions.redirect.alone import greedy, nothing
from seawall.questions.redirect.fleet import Fleet
from seawall.questions.redirect.generate import generate
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.instructions import Orders, actions, instructions
from seawall.questions.redirect.ladder import Planned, translated
from seawall.questions.redirect.prepare import JUDGES, prepare
from seawall.questions.redirect.reasons import reasons
from seawall.questions.redirect.rolling import gone_by, matching_worlds, rolled
from seawall.questions.redirect.search import solve
from seawall.questions.redirect.settlement import SETTLEMENT, prices_of, settled, settlement
from seawall.questions.redirect.starting import better, beyond, filled, lengthened, without_a_loan
from seawall.questions.redirect.why import Why
from seawall.questions.redirect.worlds import CONSENTS, first_day, worlds_of
from seawall.questions.result import Result
from seawall.runs.identity import digest
from seawall.runs.progress import SilentProgress
from seawall.study.book import book_day, with_book
from seawall.study.protocol import study_protocol
from seawall.study.protocol_check import check_protocol, lent_commodity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    import pandas as pd

    from seawall.questions.redirect.instance import Instance, Plan
    from seawall.questions.redirect.lending import Past
    from seawall.questions.redirect.prepare import Prepared
    from seawall.questions.redirect.search import Step
    from seawall.questions.redirect.worlds import World
    from seawall.runs.progress import Progress
    from seawall.shocks import Scenario
    from seawall.study import Protocol, Study

__all__ = ["Options", "RedirectResult", "asked_redirect", "redirect"]

_UNITS = {
    "stock": "kt", "floor": "kt", "tank": "kt", "demand": "kt", "unserved": "kt",
    "quantity": "kt", "value_lost": "million USD", "shortage": "million USD",
    "freight": "million USD", "fees": "million USD", "purchases": "million USD",
    "spent": "million USD", "left": "million USD", "total": "million USD",
    "settled": "million USD", "charter": "million USD", "cost": "million USD",
    "ballast_days": "day", "waits": "day", "late_days": "day",
    "lower_bound": "million USD", "gap": "share", "gap_usd": "million USD",
    "saved": "million USD", "extra_days": "day",
    "extra_cost": "million USD", "amount": "million USD", "compensation": "million USD",
    "price": "USD/MMBtu", "energy": "million MMBtu", "unserved_mt": "Mt", "lent": "kt",
}  # fmt: skip


@dataclass(frozen=True)
class Options:
    """How it is asked; see `redirect`."""

    horizon: int = 90
    reopen: tuple[float, ...] = ()
    consent: str = "refused"
    judge: str = "average"
    offers: int = 24
    seed: int = 0
    time_limit: float = 60.0
    gap: float = 0.01

    def __post_init__(self) -> None:
        if self.consent not in CONSENTS:
            raise UsageError(f"consent is one of {', '.join(CONSENTS)}, not {self.consent!r}")
        if self.judge not in JUDGES:
            raise UsageError(f"judge is one of {', '.join(JUDGES)}, not {self.judge!r}")
        if not 1 <= self.horizon <= 366:
            raise UsageError(f"the horizon is 1 to 366 days, not {self.horizon}")
        if self.offers < 0 or self.time_limit <= 0 or self.gap < 0:
            raise UsageError("offers and gap are not below 0, the time limit is above 0")


@dataclass(frozen=True)
class RedirectResult(Result):
    """Answer to a morning: tables `instructions`, `settlement`, `tanks`, `shortage`,
    `shortage_days`, `saved`, `reasons`, `voyages`, `ships`, `book`.

    `study` holds the book; `plans` the ladder by name ("nothing", "greedy", "alone" and, where the
    pact lends, "pact"), each with the instance that it solves.
    """

    study: Study
    scenario: Scenario
    prepared: Prepared
    plans: Mapping[str, Planned]
    protocol: Protocol | None
    generated: bool
    began: date
    past: Past | None = None

    @property
    def plan(self) -> Planned:
        """The plan that the instructions follow: the pact's, or without one everyone's own."""
        return self.plans.get("pact", self.plans["alone"])


def redirect(
    study: Study,
    scenario: str | Scenario,
    *,
    as_of: date | None = None,
    horizon: int = 90,
    reopen: Sequence[float] = (),
    consent: str = "refused",
    judge: str = "average",
    protocol: Protocol | None = None,
    offers: int = 24,
    seed: int = 0,
    time_limit: float = 60.0,
    gap: float = 0.01,
    previous: RedirectResult | None = None,
    progress: Progress | None = None,
) -> RedirectResult:
    """Today's instructions for every cargo, and what follows from them.

    Parameters
    ----------
    study
        With a book (see `seawall.study.book`); where it has none, one is generated from contracts
        and trade, and the summary says so.
    as_of
        The morning; None: the day of the book.  A later day rolls the book forward by what was
        decided (`rolling`).
    horizon
        Days that are planned.
    reopen
        Days on which what is shut may open again, all equally likely; none: as the scenario says.
    consent
        What sellers of whom nobody knows it say: "refused", "granted", or "both" as worlds.
    judge
        "average" or "worst" over the worlds.
    protocol
        Articles of the pact; None: those of the study.
    offers, seed
        Of a generated book: spot cargoes for sale, and the draw.
    time_limit, gap
        Seconds for each search, and the gap (see `Plan.gap`) at which it may stop sooner.
    previous
        The answer of an earlier day: its plan is where the search begins, and its book rolls on.

    Raises
    ------
    UnknownName, UsageError, InputError, LimitReached
    """
    options = Options(horizon, tuple(reopen), consent, judge, offers, seed, time_limit, gap)
    told = progress or SilentProgress()
    morning = _morning(study, scenario, as_of, protocol, options, previous, told)
    ready = prepare(
        morning.study, morning.scenario, as_of=morning.as_of, horizon=horizon,
        worlds=morning.worlds(options), judge=judge, began=morning.began,
    )  # fmt: skip
    plans = _ladder(ready, morning, options, told)
    found = _tables(ready, plans, morning.protocol)
    return RedirectResult(
        question="redirect",
        identity=morning.identity(options),
        tables=found,
        figures=figures.of(ready, plans, found, morning),
        units=_UNITS,
        study=morning.study,
        scenario=morning.scenario,
        prepared=ready,
        plans=plans,
        protocol=morning.protocol,
        generated=morning.generated,
        began=morning.began,
        past=morning.past,
    )


def asked_redirect(
    study: Study,
    scenario: str | Scenario,
    *,
    as_of: date | None = None,
    protocol: Protocol | None = None,
    previous: RedirectResult | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Identity of the answer that `redirect` gives to the same arguments, without computing it."""
    chosen = Options(**{**options, "reopen": tuple(options.get("reopen", ()))})
    morning = _morning(study, scenario, as_of, protocol, chosen, previous, SilentProgress())
    return morning.identity(chosen)


@dataclass(frozen=True)
class Morning:
    """What is asked, settled: the study with the book of that day, the articles, and where the
    search begins."""

    asked: Study
    study: Study
    scenario: Scenario
    as_of: date
    protocol: Protocol | None
    generated: bool
    previous: RedirectResult | None
    began: date

    @property
    def past(self) -> Past | None:
        """What was wanted and served before this morning; None on the first."""
        before = self.previous
        if before is None:
            return None
        days = (self.as_of - before.prepared.as_of).days
        return gone_by(before.plans["alone"], days, before.past)

    def worlds(self, options: Options) -> tuple[World, ...]:
        """The worlds that may still come: a day of reopening that has passed is none."""
        gone = (self.as_of - self.began).days
        may = tuple(day for day in options.reopen if day > gone)
        if options.reopen and not may:
            raise UsageError(
                f"on {self.as_of} the closure has lasted {gone} days: every day of reopening is "
                "past; name later ones"
            )
        return worlds_of(
            self.scenario, self.as_of, reopen=may, consent=options.consent,  # type: ignore[arg-type]
            began=self.began,
        )  # fmt: skip

    def identity(self, options: Options) -> dict[str, Any]:
        """What the answer depends on."""
        return {
            "question": "redirect",
            "study": self.asked.name,
            "digest": self.asked.digest(),
            "book": self.study.digest(),
            "generated": self.generated,
            "variants": dict(self.asked.selected),
            "scenario": self.scenario.model_dump(mode="json"),
            "as_of": self.as_of.isoformat(),
            "began": self.began.isoformat(),
            "horizon": options.horizon,
            "reopen": list(options.reopen),
            "consent": options.consent,
            "judge": options.judge,
            "offers": options.offers if self.generated else None,
            "seed": options.seed if self.generated else None,
            "time_limit": options.time_limit,
            "gap": options.gap,
            "protocol": self.protocol.model_dump(mode="json") if self.protocol else None,
            "previous": digest(self.previous.identity) if self.previous else None,
        }


def _morning(
    study: Study,
    scenario: str | Scenario,
    as_of: date | None,
    protocol: Protocol | None,
    options: Options,
    previous: RedirectResult | None,
    progress: Progress,
) -> Morning:
    found = find_scenario(study, scenario)
    if found is None:
        raise UsageError("redirect needs a scenario: name what is shut or stopped")
    chosen = study.variant(*found.variants)
    articles = protocol or study_protocol(chosen)
    if articles is not None:
        check_protocol(chosen, articles)
    if previous is not None and (as_of is None or as_of <= previous.prepared.as_of):
        raise UsageError(
            f"the previous answer is of {previous.prepared.as_of}: name a later day (as_of)"
        )
    generated = chosen.table("cargoes").empty and previous is None
    booked = chosen
    if generated:
        frames = generate(chosen, as_of=as_of, days=_days_of_book(options), offers=options.offers,
                          seed=options.seed)  # fmt: skip
        booked = with_book(chosen, frames)
    elif previous is not None and chosen.table("cargoes").empty:
        booked, generated = previous.study, previous.generated
    today = book_day(booked)
    day = as_of or today
    if day < today:
        raise UsageError(f"the book is of {today}; a plan cannot begin before it, on {day}")
    if previous is None and day > today:
        # What was decided in between comes from the plan of the book's own day.
        previous = redirect(
            study, found, horizon=options.horizon, reopen=options.reopen, consent=options.consent,
            judge=options.judge, protocol=protocol, offers=options.offers, seed=options.seed,
            time_limit=options.time_limit, gap=options.gap, progress=progress,
        )  # fmt: skip
    began = day + timedelta(days=first_day(found, day))
    if previous is not None:
        # Days of the shock count from the first morning, also when the book rolls on.
        found, began = previous.scenario, previous.began
        if day > today:
            booked = rolled(previous.prepared, previous.plan, day)
    return Morning(chosen, booked, found, day, articles, generated, previous, began)


def _days_of_book(options: Options) -> int:
    """Cargoes are needed for a month beyond the horizon: what is loaded within it lands later."""
    return options.horizon + 30


def _ladder(
    ready: Prepared, morning: Morning, options: Options, progress: Progress
) -> dict[str, Planned]:
    """The plans by name, each with the instance that it solves."""
    instance, before = ready.instance, morning.previous
    plans = {"nothing": Planned("nothing", instance, nothing(instance)),
             "greedy": Planned("greedy", instance, greedy(instance))}  # fmt: skip

    def searched(name: str, problem: Instance, start: Plan | None) -> Planned:
        progress.start(100, f"plan {name!r}")
        return Planned(name, problem, solve(
            problem, time_limit=options.time_limit, gap=options.gap, start=start,
            progress=_steps(progress, options.time_limit),
        ))  # fmt: skip

    rule = plans["greedy"].plan
    start = rule
    if before is not None:
        start = lengthened(
            instance, better(instance, _from(before, before.plans["alone"], ready, instance, rule),
                             rule),
            time_limit=options.time_limit, gap=options.gap,
        )  # fmt: skip
    plans["alone"] = searched("alone", instance, start)
    if plans["alone"].plan.cost > rule.cost:
        # A search that began from yesterday may end, out of time, behind the rule of thumb.
        found = replace(rule, lower_bound=plans["alone"].plan.lower_bound)
        plans["alone"] = Planned("alone", instance, found)
    if morning.protocol is None:
        return plans
    pact = ready.with_pact(morning.protocol, plans["alone"].plan, morning.past)
    if not (pact.columns.lender != NOBODY).any():
        return plans
    own = translated(plans["alone"].plan, instance, pact)
    if before is not None and "pact" in before.plans:
        own = better(pact, _from(before, before.plans["pact"], ready, pact, own), own)
    plans["pact"] = searched("pact", pact, own)
    plans["alone"] = without_a_loan(plans["alone"], plans["pact"])
    return plans


def _from(
    before: RedirectResult, planned: Planned, ready: Prepared, target: Instance, rest: Plan
) -> Plan:
    """An earlier day's plan in the terms of today's instance; what it did not decide because it
    came after its horizon is as in `rest`."""
    carried = translated(
        planned.plan, planned.instance, target,
        later=(ready.as_of - before.prepared.as_of).days,
        worlds=matching_worlds(before.prepared.worlds, ready.worlds),
    )  # fmt: skip
    return filled(carried, rest, beyond(before.plans["greedy"], planned), target)


def _steps(progress: Progress, time_limit: float) -> Callable[[Step], None]:
    """What a search says, as a bar of its time and lines on the gap."""
    done = 0

    def say(step: Step) -> None:
        nonlocal done
        percent = min(100, int(100 * step.seconds / time_limit))
        progress.advance(max(0, percent - done))
        done = max(done, percent)
        progress.note(
            f"{step.stage}: {step.seconds:.0f} s, cost {step.cost:,.0f} million USD, gap "
            f"{step.gap:.2%} ({step.gap_usd:,.0f} million USD)"
        )

    return say


def _tables(
    ready: Prepared, plans: Mapping[str, Planned], protocol: Protocol | None
) -> dict[str, pd.DataFrame]:
    chosen = plans.get("pact", plans["alone"])
    shown = [plans[name] for name in ("nothing", "alone", "pact") if name in plans]
    orders = {planned.name: Orders(ready, planned) for planned in shown}
    shut = figures.shut(ready.worlds)
    why = Why(plans["nothing"], chosen, shut).worth_asking(
        figures.consent_worth(ready.worlds, chosen)
    )
    ledger, pays = _ledger(ready, plans, protocol)
    ships = Fleet(ready)
    charter = {name: ships.charter(planned)[0] for name, planned in plans.items()}
    acts = {key: action for each in orders.values() for key, action in actions(each).items()}
    return {
        "instructions": instructions(orders[chosen.name], why),
        "settlement": ledger,
        "tanks": tables.tanks(ready, shown),
        "shortage": tables.shortage(ready, plans.values()),
        "shortage_days": tables.shortage_days(ready, shown),
        "saved": tables.saved(ready, list(plans.values()), pays, charter),
        "reasons": reasons(ready, chosen),
        "voyages": tables.voyages(ready, shown, acts),
        "ships": ships.table(shown),
        "book": tables.book(ready, plans["nothing"]),
    }


def _ledger(
    ready: Prepared, plans: Mapping[str, Planned], protocol: Protocol | None
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The settlement, and what members pay each other under each plan."""
    import pandas as pd

    if protocol is None or "pact" not in plans:
        return pd.DataFrame(columns=list(SETTLEMENT)), {}
    members = ready.instance.terminals.members
    prices = prices_of(ready.study, lent_commodity(ready.study, protocol), members)
    table = settlement(ready, plans["pact"], protocol, prices)
    return table, {"pact": settled(ready, table, members)}
