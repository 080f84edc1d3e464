"""Redirecting without showing the other your tanks.

Each side asks only its own part of the book what it could lend (`offer`) or what it lacks
(`need`); `clear` brings the two together; `accept` takes the result home.  Before anything is
computed the rows of everybody else are taken out of the book: nothing declared can depend on them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.errors import UnknownName, UsageError
from seawall.network.seaways import Seaways
from seawall.questions.assumed import assumption
from seawall.questions.prepared import find_scenario
from seawall.questions.redirect.declared import (
    SIZES,
    Acceptance,
    Need,
    Offer,
    last_day,
    size_class,
)
from seawall.questions.redirect.emergency import WithoutEffectError
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.ladder import translated
from seawall.questions.redirect.own_book import own_book
from seawall.questions.redirect.own_part import (
    chosen,
    lacks_of,
    lots_of,
    own_part,
    since_of,
    without_loans,
)
from seawall.questions.redirect.prepare import prepare
from seawall.questions.redirect.search import solve
from seawall.questions.redirect.settlement import prices_of
from seawall.questions.redirect.volumes import spared
from seawall.questions.redirect.worlds import worlds_of
from seawall.study.book import book_day, with_book
from seawall.study.protocol_check import lent_commodity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.questions.redirect.instance import Instance, Plan
    from seawall.questions.redirect.prepare import Prepared
    from seawall.questions.redirect.worlds import World
    from seawall.shocks import Scenario
    from seawall.study import Protocol, Study

__all__ = ["accept", "need", "offer", "own_book"]

#: Gap at which the search of a member's own plan may stop.
_GAP = 0.005
#: What the ship of an incoming cargo is taken to be; whose it is, the borrower does not know.  It
#: loses nothing on the way: what it lands, whenever, is what was agreed.
_SPEED, _HEEL = 17.0, 0.02


@dataclass(frozen=True)
class _Alone:
    """A member's own problem, with the columns of loans, and its plan without a loan."""

    study: Study
    instance: Instance
    plan: Plan
    as_of: date
    energy: float
    member: int
    other: int


def offer(study: Study, member: str, *, other: str | None = None, **how: Any) -> Offer:
    """What a member could lend another, from its own part of the book.

    Every cargo that is offered can be spared together with all others that are: the member's stock
    stays above its floor (article 5) and its first tiers are served (article 6) on every day and
    in every world.

    Parameters
    ----------
    study
        With a book.
    member, other
        Who offers, and to whom; None: the other member of a protocol of two.
    **how
        `protocol`; `scenario` (a name, a Scenario or None), `as_of` (None: the day of the book),
        `weeks` to declare (13: what is told in the first lands weeks later), `horizon` days (90),
        `reopen`, `consent` and `judge` as `redirect` has them, or `worlds` that were made of
        these; `began`, the date of the scenario's day 0 (None: as `prepare` has it); `time_limit`
        of the search in seconds (60), and the `gap` at which it may stop (0.005).

    Raises
    ------
    UnknownName, UsageError, InputError, LimitReached
    """
    asked = _Asked(study, member, other, **how)
    protocol = asked.protocol
    alone = _alone(asked, lends=True)
    spares = spared(
        alone.instance, alone.plan, alone.member, alone.other,
        cap=protocol.volume.cargoes_per_week, days=7 * asked.weeks,
        order=protocol.objectives.order,
    )  # fmt: skip
    prices = prices_of(alone.study, lent_commodity(alone.study, protocol), protocol.members)
    by_cargo = {
        alone.instance.cargoes.ids[s.cargo]: prices.of(
            alone.instance.cargoes.ids[s.cargo], member, protocol.price.basis
        )[0]
        for s in spares
    }
    lots, own = lots_of(alone.instance, spares, by_cargo, alone.as_of, alone.other)
    return Offer(
        member, asked.whom, alone.as_of, protocol.digest(), alone.energy, lots=lots, own=own
    )


def need(study: Study, member: str, *, other: str | None = None, **how: Any) -> Need:
    """What a member lacks in its plan alone, from its own part of the book; see `offer`."""
    asked = _Asked(study, member, other, **how)
    alone = _alone(asked, lends=False)
    terminals = alone.instance.terminals
    coasts, takes = {}, {}
    for k, coast in enumerate(terminals.clusters):
        region = terminals.cluster_region[k]
        if terminals.region_member[region] != alone.member:
            continue
        largest = float(terminals.largest[terminals.cluster == k].max())
        smallest = float(terminals.smallest[terminals.cluster == k].min())
        coasts[coast] = terminals.regions[region]
        takes[coast] = _classes(smallest, largest)
    since = since_of(alone.instance, alone.member)
    return Need(
        member, asked.whom, alone.as_of, asked.protocol.digest(), alone.energy,
        since=None if since is None else alone.as_of + timedelta(days=since),
        coasts=coasts, takes=takes,
        lacks=lacks_of(
            alone.instance, alone.plan, alone.member, alone.energy, alone.as_of, asked.weeks
        ),
    )  # fmt: skip


def accept(
    study: Study,
    acceptance: Acceptance,
    member: str,
    *,
    own: Mapping[str, Sequence[str]] | None = None,
) -> Study:
    """Take an acceptance into a member's own book.

    The lender's cheapest cargoes of each lot now go to the borrower's coast; the borrower gets
    incoming cargoes, of which it knows no more than the match says.

    Parameters
    ----------
    own
        Of a lender: which cargoes stand behind each lot, as its offer had them.

    Raises
    ------
    UsageError
        The acceptance is of another day or of others, or the lender does not say which cargoes.
    InputError
        The book no longer has them.
    """
    if book_day(study) != acceptance.as_of:
        raise UsageError(f"the book is of {book_day(study)}, the acceptance of {acceptance.as_of}")
    if member == acceptance.member:
        if own is None:
            raise UsageError("a lender must say which of its cargoes stand behind the lots")
        return _lent(study, acceptance, own)
    if member == acceptance.other:
        return _borrowed(study, acceptance)
    raise UnknownName("side of the acceptance", member, (acceptance.member, acceptance.other))


@dataclass(frozen=True)
class _Asked:
    """Who asks what."""

    study: Study
    member: str
    other: str | None
    protocol: Protocol
    scenario: str | Scenario | None = None
    as_of: date | None = None
    weeks: int = 13
    horizon: int = 90
    reopen: tuple[float, ...] = ()
    consent: Any = "refused"
    judge: str = "average"
    worlds: tuple[World, ...] = ()
    began: date | None = None
    time_limit: float = 60.0
    gap: float = _GAP

    def __post_init__(self) -> None:
        members = self.protocol.members
        for name in (self.member, self.other):
            if name is not None and name not in members:
                raise UnknownName("member", name, members)
        if self.other is None and len(members) > 2:
            raise UsageError(f"for whom? the protocol has {len(members)} members: name one")
        if self.other == self.member:
            raise UsageError(f"{self.member} cannot lend to itself")

    @property
    def whom(self) -> str:
        """Who is to see it."""
        return self.other or next(m for m in self.protocol.members if m != self.member)


def _alone(asked: _Asked, *, lends: bool) -> _Alone:
    """The member's own problem and its plan; with what it could lend, or with what it needs."""
    found = find_scenario(asked.study, asked.scenario)
    study = asked.study.variant(*found.variants) if found else asked.study
    mine = own_book(study, asked.member)
    day = asked.as_of or book_day(mine)
    worlds = asked.worlds or worlds_of(
        found, day, reopen=asked.reopen, consent=asked.consent, began=asked.began
    )
    how: dict[str, Any] = {
        "as_of": day, "horizon": asked.horizon, "worlds": worlds, "judge": asked.judge,
        "began": asked.began,
    }  # fmt: skip
    try:
        ready = prepare(mine, found, **how)
    except WithoutEffectError:
        # What strikes only the others leaves this member's own part as it is.
        ready = prepare(mine, None, **how)
    names = list(ready.instance.terminals.members)
    for name in (asked.member, asked.whom):
        if name not in names:
            raise UnknownName("member with terminals in the book", name, names)
    member, other = names.index(asked.member), names.index(asked.whom)
    bare = without_loans(own_part(ready.instance, member))
    plan = solve(bare, time_limit=asked.time_limit, gap=asked.gap)
    known = translated(plan, bare, ready.instance)
    pact = ready.with_pact(asked.protocol, known)
    if lends and not (pact.lending.from_day[:, member] != NOBODY).any():
        pact = _at_once(ready, asked.protocol, known, member)
    own = own_part(pact, member)
    good = lent_commodity(mine, asked.protocol)
    energy = float(mine.lookup("commodities", "energy_content")[good])
    return _Alone(mine, own, translated(plan, bare, own), day, energy, member, other)


def _at_once(ready: Prepared, protocol: Protocol, plan: Plan, member: int) -> Instance:
    """All that a member which is not in need may lend by the other articles.

    Whether the other is in need it says itself, so that here it counts as in need from the first
    day, and the member as served in full.
    """
    soon = protocol.model_copy(
        update={"trigger": protocol.trigger.model_copy(update={"days": 0.0})}
    )
    instance = ready.instance
    mine = instance.terminals.region_member[instance.steps.region] == member
    served = np.where(mine[None, :, None], instance.steps.wanted, 0.0)
    return ready.with_pact(soon, replace(plan, served=served))


def _classes(smallest: float, largest: float) -> tuple[str, ...]:
    """Classes of which any ship may call."""
    bounds = [0.0, *(bound for _, bound in SIZES)]
    # The largest of an open class is not known: what the berth takes stands for it.
    return tuple(
        name for i, (name, bound) in enumerate(SIZES)
        if smallest <= bounds[i] and (bound <= largest or largest == math.inf
                                      or (bound == math.inf and largest >= 266_000.0))
    )  # fmt: skip


def _terminal_at(study: Study, coast: str, size: str) -> str:
    """The terminal of a coast that takes the largest ships; one of the class must fit."""
    parent = study.lookup("places", "parent")
    rows = study.table("terminals")
    rows = rows[rows["role"] == "receiving"]
    coasts = rows["place"].map(lambda p: parent.get(p) or p)
    there = rows[coasts == coast]
    if there.empty:
        raise UnknownName("coast", coast, set(coasts))
    best = there.sort_values(["largest_ship", "id"], ascending=[False, True]).iloc[0]
    names = [name for name, _ in SIZES]
    if names.index(size_class(float(best["largest_ship"]))) < names.index(size):
        raise UsageError(f"no terminal at {coast} takes a ship of class {size}")
    return str(best["id"])


def _frames(study: Study) -> dict[str, pd.DataFrame]:
    return {
        name: study.table(name).drop(columns="row")
        for name in ("cargoes", "ships", "tanks", "clauses")
    }


def _lent(study: Study, acceptance: Acceptance, own: Mapping[str, Sequence[str]]) -> Study:
    """The lender's book: its cargoes go to the borrower's coasts."""
    frames = _frames(study)
    cargoes = frames["cargoes"].set_index("id", drop=False)
    serves = chosen(acceptance, own)
    for row, match in enumerate(acceptance.matches):
        names = [name for name, at in serves.items() if at == row]
        gone = [name for name in names if name not in cargoes.index]
        if len(names) < match.cargoes or gone:
            raise UsageError(
                f"{match.id}: lot {match.lot} has {len(names) - len(gone)} of your cargoes in this "
                f"book, {match.cargoes} were accepted"
            )
        for name in names:
            terminal = _terminal_at(study, match.coast, match.size)
            # What it was lifted under says nothing on where it goes now.
            cargoes.loc[name, ["contract", "owner", "destination", "eta", "flexible"]] = [
                "",
                acceptance.other, terminal, last_day(acceptance.as_of, match.arrives).isoformat(),
                "no",
            ]  # fmt: skip
    return with_book(study, {**frames, "cargoes": cargoes.reset_index(drop=True)})


def _borrowed(study: Study, acceptance: Acceptance) -> Study:
    """The borrower's book: cargoes that come in, on ships of which only the class is known."""
    frames = _frames(study)
    sea = Seaways.of(study)
    cargoes, ships = [], []
    fill = assumption(study, "fill_limit")
    density = assumption(study, "density", 0.45) / 1e3  # kt a m3
    for match in acceptance.matches:
        terminal = _terminal_at(study, match.coast, match.size)
        eta = last_day(acceptance.as_of, match.arrives)
        for number in range(1, match.cargoes + 1):
            name = f"loan-{acceptance.member}-{match.id}-{number}"
            days = (eta - acceptance.as_of).days
            # It lands what the match says; the heel is aboard as well.
            size = match.quantity / match.cargoes / (density * (fill - _HEEL))
            origin, position = _out_at_sea(study, sea, terminal, size, days * 24.0 * _SPEED)
            common = {"source": _source(frames), "confidence": "estimate",
                      "note": f"accepted: {match.id} of {acceptance.as_of}"}  # fmt: skip
            ships.append({
                "id": f"{name}-ship", "name": f"ship of {name}", "size": size, "speed": _SPEED,
                "boil_off": 0.0, "boil_off_ballast": 0.0, "heel": _HEEL,
                "charter": 0.0, "operator": acceptance.member, "lat": position[1],
                "lon": position[0], **common,
            })  # fmt: skip
            loaded = (acceptance.as_of - timedelta(days=1)).isoformat()
            cargoes.append({
                "id": name, "seller": acceptance.member, "buyer": acceptance.other,
                "owner": acceptance.other, "state": "laden", "load": origin, "load_from": loaded,
                "load_to": loaded, "ship": f"{name}-ship", "size": size, "basis": "DES",
                "flexible": "no", "destination": terminal, "eta": eta.isoformat(),
                "price": match.price, **common,
            })  # fmt: skip
    for name, rows in (("cargoes", cargoes), ("ships", ships)):
        frames[name] = pd.concat([frames[name], pd.DataFrame(rows)], ignore_index=True)
    return with_book(study, frames)


def _source(frames: Mapping[str, pd.DataFrame]) -> str:
    """A source that the book has already: rows of a book must name one."""
    return str(frames["tanks"]["source"].iloc[0])


def _out_at_sea(
    study: Study, sea: Seaways, terminal: str, size: float, nm: float
) -> tuple[str, tuple[float, float]]:
    """The loading terminal next in distance that takes a ship of that size, and the place on its
    way that is so far out."""
    origins = [
        row.id for row in study.rows("terminals")
        if row.role == "loading" and row.smallest_ship <= size <= row.largest_ship
    ]  # fmt: skip
    ways = [(route.nm, name, route) for name in origins if (route := sea.route(name, terminal))]
    if not ways:
        raise UsageError(
            f"no loading terminal of the study takes a ship of {size:,.0f} m3 and has a way to "
            f"{terminal}"
        )
    longer = [way for way in ways if way[0] >= nm]
    length, name, route = (
        min(longer, key=lambda w: w[:2]) if longer else max(ways, key=lambda w: w[:2])
    )
    return name, sea.along(route, max(length - nm, 0.0))
