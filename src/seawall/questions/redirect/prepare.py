"""From a study that holds a book, and a scenario, to the problem in plain arrays.

Order of work: shore (terminals, demand), scenario in the book's days, roads, cargoes, what strikes
them, columns.  The pact comes on top of the plan without it: see `Prepared.with_pact`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall import units
from seawall.errors import UsageError
from seawall.questions.assumed import assumption
from seawall.questions.redirect.ashore import shore_of, steps_of
from seawall.questions.redirect.choices import Chooser, stacked
from seawall.questions.redirect.emergency import emergency_of, without_effect
from seawall.questions.redirect.instance import NOBODY, Cargoes, Instance, Lending
from seawall.questions.redirect.movable import fits, movables
from seawall.questions.redirect.rules import Rules, tolerated
from seawall.questions.redirect.struck import strike
from seawall.questions.redirect.voyages import Log, Roads
from seawall.questions.redirect.worlds import first_day, worlds_of
from seawall.study.book import book_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from seawall.network.seaways import Seaways
    from seawall.questions.redirect.ashore import Shore
    from seawall.questions.redirect.choices import Column
    from seawall.questions.redirect.emergency import Emergency
    from seawall.questions.redirect.instance import Columns, Plan, Steps
    from seawall.questions.redirect.lending import Past
    from seawall.questions.redirect.movable import Movable
    from seawall.questions.redirect.worlds import World
    from seawall.shocks import Scenario
    from seawall.study import Protocol, Study

__all__ = ["LATEST", "Prepared", "prepare"]

#: Days by which an arrival may be put off.
LATEST = 10
JUDGES = ("average", "worst")


@dataclass(frozen=True)
class Prepared:
    """A book under a scenario, ready to be planned.

    Attributes
    ----------
    as_of
        Day of the book, day 0.
    worlds
        Ways in which it may turn out.
    instance
        The problem without a pact.
    unread
        What of the scenario has no meaning for a book, in words.
    touched
        What of the book or of demand the scenario touches, in words.
    """

    study: Study
    scenario: Scenario | None
    as_of: date
    worlds: tuple[World, ...]
    instance: Instance
    unread: tuple[str, ...]
    touched: tuple[str, ...]
    shore: Shore
    cargoes: tuple[Movable, ...]
    chooser: Chooser
    columns: tuple[Column, ...]

    @property
    def voyages(self) -> pd.DataFrame:
        """Which way each column sails, one row a (cargo, cluster, world, way); see `Log.table`.

        Loan columns add rows to it; the number of a row never changes.
        """
        return self.chooser.log.table

    def with_pact(self, protocol: Protocol, alone: Plan, past: Past | None = None) -> Instance:
        """The problem with the loans that a protocol allows.

        Parameters
        ----------
        alone
            The plan of `instance`, in which everybody is for himself: by it the protocol tells who
            is in need from when, and what a lender has in any case.
        """
        from seawall.questions.redirect.lending import lent  # it speaks of Prepared

        return lent(self, protocol, alone, past)


def prepare(
    study: Study,
    scenario: Scenario | None,
    *,
    as_of: date | None = None,
    horizon: int = 90,
    worlds: Sequence[World] = (),
    notice: float = 3.0,
    latest: int = LATEST,
    judge: str = "average",
    season: bool = False,
    began: date | None = None,
    sea: Seaways | None = None,
) -> Prepared:
    """Make a book ready to be planned under a scenario.

    Parameters
    ----------
    study
        It holds a book (`cargoes`, `ships`, `tanks`, `clauses`).
    scenario
        What has happened; None: nothing.
    as_of
        Day of the book; None: that of its tanks.
    worlds
        What may turn out (`worlds_of`); none: as the scenario says, consent refused.
    notice
        Days within which what loads must be told today.
    latest
        Days by which an arrival may be put off.
    judge
        "average" over worlds by their weight, or "worst".
    season
        Whether demand follows the study's `seasons`.
    began
        Date of the scenario's day 0 when a book is rolled on; None: the day of the book, or the
        scenario's `start` where that is later.
    sea
        Roads of the sea; None: those of the study's `sea_legs`.

    Raises
    ------
    UsageError
        The emergency touches nothing of the book, or the date is not that of the book.
    UnknownName
        The scenario names something that the study does not know.
    InputError
        There is no book, or it does not fit the study.
    """
    day = _day_asked(study, as_of, judge, horizon)
    every = tuple(worlds) or worlds_of(scenario, day, began=began)
    shore = shore_of(study)
    shift = first_day(scenario, day, began)
    emergency = emergency_of(study, shore.network, scenario, every, shift, horizon, shore.good)
    roads = Roads(_sea(study, sea), emergency.passages, _calls(shore))
    rules = Rules(study, shore)
    cargoes = movables(study, shore, roads, day, notice)
    touched = strike(study, shore, roads, emergency, cargoes, rules)
    steps = steps_of(shore, emergency, len(every), horizon, day, season=season)
    touched += _ashore_touched(shore, emergency)
    if scenario is not None and not touched:
        raise without_effect(_looked_for(scenario, emergency))
    may_call = fits(shore, cargoes, study.table("terminals"))
    chooser = Chooser(
        shore, roads, Log(), rules, emergency, every, horizon, latest, may_call,
        _tolls(study), assumption(study, "port_call"), assumption(study, "change_cost", 0.0) / 1e6,
    )  # fmt: skip
    chooser.bans(cargoes)
    columns = [column for cargo in cargoes for column in chooser.of(cargo)]
    instance = _instance(study, shore, chooser, every, steps, cargoes, columns, may_call)
    return Prepared(
        study, scenario, day, every, replace(instance, judge=judge), emergency.unread,
        tuple(dict.fromkeys(touched)), shore, tuple(cargoes), chooser, tuple(columns),
    )  # fmt: skip


def _day_asked(study: Study, as_of: date | None, judge: str, horizon: int) -> date:
    """Day of the book, if what is asked makes sense."""
    day = book_day(study)
    if as_of is not None and as_of != day:
        raise UsageError(f"the book is of {day.isoformat()}, not of {as_of.isoformat()}")
    if judge not in JUDGES:
        raise UsageError(f"a plan is judged by {' or '.join(JUDGES)}, not {judge!r}")
    if not 1 <= horizon <= 365:
        raise UsageError(f"a plan looks 1 to 365 days ahead, not {horizon}")
    return day


def _instance(
    study: Study, shore: Shore, chooser: Chooser, worlds: Sequence[World], steps: Steps,
    cargoes: Sequence[Movable], columns: Sequence[Column], may_call: Any,
) -> Instance:  # fmt: skip
    """The plain problem, judged by the average."""
    arrays = stacked(columns, len(worlds))
    members = len(shore.terminals.members)
    return Instance(
        days=chooser.days,
        weights=np.array([world.weight for world in worlds]),
        judge=JUDGES[0],
        terminals=shore.terminals,
        steps=steps,
        cargoes=_cargoes(study, shore, chooser, cargoes, arrays),
        columns=arrays,
        lending=no_pact(len(worlds), members, len(steps.ids), chooser.days),
        end_value=shore.price - shore.kink,
        fits=may_call,
    )


def no_pact(worlds: int, members: int, steps: int, days: int) -> Lending:
    """Nobody lends."""
    return Lending(
        cargoes_per_week=0.0,
        floor=np.zeros((worlds, members, days)),
        serves=np.zeros((worlds, steps, days)),
        from_day=np.full((worlds, members), NOBODY, dtype=np.int64),
        share=np.full(members, np.nan),
        return_weeks=0,
        premium=0.0,
    )


def _sea(study: Study, sea: Seaways | None) -> Seaways:
    if sea is not None:
        return sea
    from seawall.network.seaways import Seaways  # scipy's graphs load late

    return Seaways.of(study)


def _calls(shore: Shore) -> dict[str, list[str]]:
    """Terminals by cluster."""
    terminals = shore.terminals
    return {
        name: [t for t, c in zip(terminals.ids, terminals.cluster, strict=True) if c == k]
        for k, name in enumerate(terminals.clusters)
    }


def _tolls(study: Study) -> dict[str, float]:
    """Toll of each passage for the round voyage [million USD a kt that passes]."""
    return {
        row.id: units.convert_price(row.toll, row.toll_unit, "USD/t") / 1000.0
        for row in study.rows("passages")
        if not np.isnan(row.toll)
    }


def _ashore_touched(shore: Shore, emergency: Emergency) -> list[str]:
    """What of demand and of gas from home is touched."""
    regions = set(shore.terminals.regions)
    nodes, demands = shore.network.nodes, shore.network.demands
    rows = np.flatnonzero(np.any(emergency.wanted != 1.0, axis=1))
    places = {nodes.place[demands.node[m]] for m in rows} & regions
    found = [f"demand in {place}" for place in sorted(places)]
    home = np.flatnonzero(np.any(emergency.home != 1.0, axis=1))
    made = {shore.network.facilities.place[f] for f in home} & regions
    return found + [f"gas from home in {place}" for place in sorted(made)]


def _looked_for(scenario: Scenario, emergency: Emergency) -> list[str]:
    """What was looked for in vain, shock by shock."""
    found = []
    for shock in scenario.shock:
        kind, name = shock.target
        found.append({
            "passage": f"no cargo would pass {name} while it is shut",
            "facility": f"no cargo loads at {name} while it stands still",
            "place": f"no cargo loads in {name} while it stands still",
            "ban": f"no cargo loads in {name} for where the ban holds",
            "demand": f"no demand for gas below the terminals in {name} changes",
        }.get(kind, f"a shock on {kind} {name} means nothing for a book"))  # fmt: skip
    return found + [f"not read: {words}" for words in emergency.unread]


def _cargoes(
    study: Study, shore: Shore, chooser: Chooser, cargoes: Sequence[Movable], columns: Columns
) -> Cargoes:
    aboard = {c.row.id: c.aboard for c in cargoes}
    kt = {
        row.id: units.convert(row.quantity, row.unit, "kt/yr")
        for row in study.rows("contracts")
        if row.commodity == shore.good
    }
    free = tolerated(chooser.rules, [c.row for c in cargoes], aboard, kt)
    lands = np.zeros(len(cargoes), dtype=bool)
    lands[columns.cargo[np.any(columns.day != NOBODY, axis=1)]] = True
    alike = [
        (c.row.load, c.row.size, c.owner, c.row.flexible, c.row.basis, c.cluster,
         chooser.rules.clause(c.row.contract), c.is_offer)
        for c in cargoes
    ]  # fmt: skip
    numbers = {key: n for n, key in enumerate(dict.fromkeys(alike))}
    return Cargoes(
        ids=tuple(c.row.id for c in cargoes),
        owner=np.array([c.owner for c in cargoes], dtype=np.int64),
        size=np.array([c.row.size for c in cargoes], dtype=float),
        aboard=np.array([c.aboard for c in cargoes], dtype=float),
        value=np.array([
            _value(shore, chooser.days, c, paid=bool(lands[c.number]) and c.row.id not in free)
            for c in cargoes
        ]),
        now=np.array([c.now for c in cargoes], dtype=bool),
        group=np.array([numbers[key] for key in alike], dtype=np.int64),
    )  # fmt: skip


def _value(shore: Shore, days: int, cargo: Movable, *, paid: bool) -> float:
    """What a cargo is worth where it is left undelivered [million USD].

    An offer: nothing.  Aboard: what it would still land after lying at sea to the end of the
    horizon, at the base price less kink, less the charter of that time.  Due after the horizon:
    what it would land as planned; a plan cannot gain by calling in early what belongs to the time
    after it.  Not yet loaded: its price (its own, or the base
    price) where it need not be paid for, by tolerance or because it cannot come at all; nothing
    where it could be lifted (take or pay, `paid`).
    """
    if cargo.is_offer or cargo.cluster == NOBODY:
        return 0.0
    price = float(shore.price[cargo.cluster] - shore.kink[cargo.cluster])
    if cargo.due >= days:
        return max(0.0, cargo.lands(cargo.due, cargo.departs)) * price
    if not cargo.unloaded:
        waits = cargo.hull.charter * (days - max(0.0, cargo.due))
        return max(0.0, cargo.lands(days, cargo.departs)) * price - waits
    if paid:
        return 0.0
    own: Any = cargo.row.price
    return cargo.aboard * (price if np.isnan(own) else own * cargo.energy / 1000.0)
