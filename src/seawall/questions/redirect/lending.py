"""The pact on top of the plan without it: who may lend which cargo to whom, from which day.

The articles are those that a stress test reads (`responses.sharing`): floors, imported part of
demand and tiers come from there, so that both speak of the same quantities.  Two things are whole
here that are rates there: cargoes are lent whole, and of contracts that do not say whether their
destination is free every n-th counts as free, and only in worlds in which sellers consent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.ashore import KT
from seawall.questions.redirect.choices import Start, stacked
from seawall.questions.redirect.emergency import every_nth
from seawall.questions.redirect.instance import NOBODY, Lending
from seawall.questions.redirect.voyages import sail
from seawall.responses.sharing import TIERS, sharing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.questions.redirect.choices import Column
    from seawall.questions.redirect.instance import Bools, Floats, Instance, Ints, Plan
    from seawall.questions.redirect.movable import Movable
    from seawall.questions.redirect.prepare import Prepared
    from seawall.study import Protocol

__all__ = ["Past", "evenly", "lent", "lowest_share", "needed_from"]

#: What a day of later arrival counts against cost where article 10 puts arrival first: twice a
#: day's charter; where cost comes first it only breaks ties [million USD a day].
TIE = 1e-3
WEEK = 7


@dataclass(frozen=True)
class _Articles:
    """A protocol on one book: by member of the instance; nan or False where it is no member."""

    protocol: Protocol
    floor: Floats
    """[kt]"""
    imported: Floats
    takes_part: Bools


@dataclass(frozen=True)
class Past:
    """What was wanted and served on the days before the book's, by step (M, days) [kt a day]: a
    book that rolls on does not forget who has gone short since when."""

    wanted: Floats
    served: Floats

    @property
    def days(self) -> int:
        """Days from the first morning to that of the book."""
        return int(self.wanted.shape[1])


def lent(ready: Prepared, protocol: Protocol, alone: Plan, past: Past | None = None) -> Instance:
    """The instance with loan columns and the articles in numbers; see `Prepared.with_pact`."""
    articles = _articles(ready, protocol)
    instance = ready.instance
    need = np.full((instance.worlds, len(instance.terminals.members)), NOBODY, dtype=np.int64)
    for w in range(instance.worlds):
        for m in np.flatnonzero(articles.takes_part):
            need[w, m] = needed_from(
                instance, protocol, alone, w, int(m), articles.imported[m], past
            )
    lenders = (need == NOBODY) & articles.takes_part[None, :]
    columns = _Loans(ready, protocol, need, lenders).columns() if need.max() >= 0 else []
    every = [*ready.columns, *columns]
    arrays = stacked(every, instance.worlds, _priority(ready, protocol, every))
    stock = _by_member(instance, alone.stock)
    floor = np.minimum(articles.floor[None, :, None], stock)
    own = TIERS[: TIERS.index(protocol.priority.own_tier) + 1]
    first = np.isin(np.array(instance.steps.tier), own)
    step_member = instance.terminals.region_member[instance.steps.region]
    kept = first[None, :] & lenders[:, step_member]
    lending = Lending(
        cargoes_per_week=protocol.volume.cargoes_per_week,
        floor=np.where(lenders[:, :, None], floor, 0.0),
        serves=np.where(kept[:, :, None], alone.served, 0.0),
        from_day=need,
        share=_shares(instance, protocol, articles, columns),
        return_weeks=protocol.return_.weeks,
        premium=protocol.return_.premium,
    )
    return replace(instance, columns=arrays, lending=lending)


def _articles(ready: Prepared, protocol: Protocol) -> _Articles:
    """Floors and imported parts as a stress test reads them."""
    network, names = ready.shore.network, ready.instance.terminals.members
    read = sharing(ready.shore.chain, network, protocol)
    floor, imported = np.zeros(len(names)), np.ones(len(names))
    takes_part = np.zeros(len(names), dtype=bool)
    for member in read.members:
        m = ready.shore.member_of(member.name)
        if m != NOBODY:
            floor[m], imported[m], takes_part[m] = member.floor * KT, member.imported, True
    return _Articles(protocol, floor, imported, takes_part)


def _by_member(instance: Instance, of_terminal: Floats) -> Floats:
    """Sum over the terminals of each member: (worlds, J, days) to (worlds, members, days)."""
    member = np.eye(len(instance.terminals.members))[:, instance.terminals.member]
    result: Floats = np.einsum("mj,wjd->wmd", member, of_terminal)
    return result


def evenly(served: Floats, wanted: Floats) -> Floats:
    """(..., days) served, with what each step lacks spread evenly over each week of the book.

    A program does not care on which days of a week it leaves a step short, and a stress test has no
    days; article 2, which counts days in a row, must depend on neither.
    """
    result = served.copy()
    for first in range(0, served.shape[-1], WEEK):
        week = np.s_[..., first : first + WEEK]
        whole = np.maximum(wanted[week].sum(axis=-1), 1e-12)
        share = np.minimum(served[week].sum(axis=-1) / whole, 1.0)
        result[week] = share[..., None] * wanted[week]
    return result


def needed_from(
    instance: Instance,
    protocol: Protocol,
    alone: Plan,
    world: int,
    member: int,
    imported: float,
    past: Past | None = None,
) -> int:
    """Article 2: first day on which a member is in need in a world; NOBODY: never.

    It is in need on the day after its tier has been served below the share for so many days in a
    row: what is missing is more than (1 - below) of the tier, or of its imported part where gas
    from home is not pooled.  What is short counts evenly over each week, as in a stress test.
    """
    trigger, before = protocol.trigger, past.days if past else 0
    short, counted = _watched(instance, protocol, alone, world, member, imported, past)
    below = short > (1.0 - trigger.below) * np.maximum(counted, 1e-12) + 1e-9
    row, least = 0, max(1, int(np.ceil(trigger.days - 1e-9)))
    for day, yes in enumerate(below, start=1 - before):
        row = row + 1 if yes else 0
        if row >= least and day >= 0:
            return day if day < instance.days else NOBODY
    return NOBODY


def lowest_share(
    ready: Prepared, protocol: Protocol, alone: Plan, past: Past | None = None
) -> dict[str, float]:
    """By member: the lowest share of article 2's tier that is served over as many days in a row as
    the article counts, in any world (1: all of it), to see how near it came to need."""
    articles, instance = _articles(ready, protocol), ready.instance
    least = max(1, int(np.ceil(protocol.trigger.days - 1e-9)))
    result = {}
    for m in np.flatnonzero(articles.takes_part):
        share = 1.0
        for w in range(instance.worlds):
            short, counted = _watched(
                instance, protocol, alone, w, int(m), articles.imported[m], past
            )
            part = short / np.maximum(counted, 1e-12)
            # In need are those who fall below on every one of the days: the best day decides.
            rows = np.lib.stride_tricks.sliding_window_view(part, min(least, len(part)))
            share = min(share, 1.0 - float(rows.min(axis=1).max()))
        result[instance.terminals.members[m]] = max(0.0, share)
    return result


def _watched(
    instance: Instance,
    protocol: Protocol,
    alone: Plan,
    world: int,
    member: int,
    imported: float,
    past: Past | None,
) -> tuple[Floats, Floats]:
    """(days,) what the tier of article 2 lacks, and what of it counts [kt a day], from the first
    morning on."""
    trigger, steps = protocol.trigger, instance.steps
    of_member = instance.terminals.region_member[steps.region] == member
    rows = np.flatnonzero(of_member & (np.array(steps.tier) == trigger.tier))
    wanted, served = steps.wanted[world, rows], alone.served[world, rows]
    if past is not None:
        wanted = np.concatenate([past.wanted[rows], wanted], axis=1)
        served = np.concatenate([past.served[rows], served], axis=1)
    short = (wanted - evenly(served, wanted)).sum(axis=0)
    counted = wanted.sum(axis=0) * (1.0 if trigger.pooled else imported)
    return short, counted


def _shares(
    instance: Instance, protocol: Protocol, articles: _Articles, columns: Sequence[Column]
) -> Floats:
    """Article 9: part of all loans that each possible lender gives; nan with only one."""
    share = np.full(len(instance.terminals.members), np.nan)
    lenders = sorted({column.lender for column in columns})
    if len(lenders) < 2:
        return share
    start = np.bincount(instance.terminals.member, instance.terminals.start, len(share))
    spare = np.maximum(start - articles.floor, 0.0)[lenders]
    equal = protocol.fairness.rule == "equal" or spare.sum() <= 0
    share[lenders] = 1.0 / len(lenders) if equal else spare / spare.sum()
    return share


def _priority(ready: Prepared, protocol: Protocol, columns: Sequence[Column]) -> Floats:
    """Article 10 (O,): by days after the first loan that could arrive; no loan, nothing."""
    result = np.zeros(len(columns))
    loans = [i for i, column in enumerate(columns) if column.lender != NOBODY]
    arrives = {i: float(np.mean([d for d in columns[i].day if d != NOBODY])) for i in loans}
    first = min(arrives.values(), default=0.0)
    in_time = protocol.objectives.order[0] == "arrival"
    for i in loans:
        charter = ready.cargoes[columns[i].cargo].hull.charter
        result[i] = (2.0 * charter if in_time else TIE) * (arrives[i] - first)
    return result


class _Loans:
    """Makes the columns of loans."""

    def __init__(self, ready: Prepared, protocol: Protocol, need: Ints, lenders: Bools) -> None:
        self.ready, self.protocol, self.need, self.lenders = ready, protocol, need, lenders
        self.chooser = ready.chooser
        self._free = self._picked("unknown", protocol.eligible.unknown_share)
        self._agreed = self._picked("no", protocol.eligible.consent_share)

    def columns(self) -> list[Column]:
        """All loans that the articles allow."""
        found: list[Column] = []
        clusters = range(len(self.ready.instance.terminals.clusters))
        for cargo in self.ready.cargoes:
            if cargo.owner == NOBODY or cargo.way is None:
                continue
            for k in clusters:
                borrower = int(self.chooser.member[k])
                if borrower != cargo.owner and self.chooser.calls(cargo, k):
                    found += self._to(cargo, k, borrower)
        return found

    def _picked(self, flexible: str, share: float) -> frozenset[str]:
        """Article 4: contracts of a kind of which a share counts as free: every n-th, so that of
        any first n about that share is."""
        rows = {c.row.contract or c.row.id for c in self.ready.cargoes
                if (c.row.flexible or "unknown") == flexible}  # fmt: skip
        names = sorted(rows)
        return frozenset(
            name for name, yes in zip(names, every_nth([share] * len(names)), strict=True) if yes
        )

    def _eligible(self, cargo: Movable, cluster: int, world: int) -> bool:
        key = cargo.row.contract or cargo.row.id
        if cargo.row.flexible == "yes" or self.chooser.rules.named(cargo.row.contract, cluster):
            return True
        consent = self.chooser.rules.clause(cargo.row.contract).consent
        if consent == "yes":
            return True
        if consent == "no":
            return False
        if cargo.row.flexible == "no":
            return key in self._agreed
        return self.ready.worlds[world].consent and key in self._free

    def _to(self, cargo: Movable, cluster: int, borrower: int) -> list[Column]:
        """Loans of one cargo to one cluster."""
        worlds = [
            w for w in range(len(self.ready.worlds))
            if self.need[w, borrower] != NOBODY and self.lenders[w, cargo.owner]
            and self._eligible(cargo, cluster, w)
        ]  # fmt: skip
        if cargo.now:
            # What is told today holds in all worlds; in the last of them the need shows latest.
            if len(worlds) < len(self.ready.worlds):
                return []
            return self._from(cargo, cluster, worlds, int(self.need[:, borrower].max()))
        found: list[Column] = []
        for w in worlds:
            found += self._from(cargo, cluster, [w], int(self.need[w, borrower]))
        return found

    def _from(self, cargo: Movable, cluster: int, worlds: list[int], need: int) -> list[Column]:
        """Loans told on or after the day of need: before the cargo leaves, or from where it is on
        its way at that day."""
        told_by = self.chooser.told_by(cargo)
        starts = {w: cargo.leaves[w] for w in worlds}
        before = min(starts.values())
        if not np.isfinite(before):
            return []
        if cargo.unloaded and told_by >= need and before >= need and not cargo.now:
            start = Start(cargo.start, tuple(cargo.leaves))
            decide = max(need, int(np.floor(min(told_by, cargo.begins))))
            return self.chooser.to(cargo, cluster, start, worlds, decide, lender=cargo.owner)
        if not self.protocol.eligible.at_sea:
            return []
        # Aboard, it must be told before the old date of arrival less the notice.
        day = max(float(need), *starts.values())
        notice = self.chooser.rules.clause(cargo.row.contract).notice
        found = self._on_the_way(cargo, worlds, day)
        if found is None or cargo.due - notice < day:
            return []
        decide = int(np.floor(day))
        return self.chooser.to(cargo, cluster, found, worlds, decide, lender=cargo.owner)

    def _on_the_way(self, cargo: Movable, worlds: list[int], day: float) -> Start | None:
        """Where a cargo is on a day of its way to where it was meant to go; None: it is there, or
        not in the same place in all worlds."""
        assert cargo.way is not None
        route = cargo.way.route
        gates = self.chooser.emergency.gates
        places: set[float] = set()
        for w in worlds:
            sailed = sail(route, cargo.leaves[w], cargo.hull.nm_a_day, gates[w], cargo.favoured[w])
            if sailed.arrives <= day:
                return None
            places.add(round(sailed.at(day), 6))
        if len(places) > 1:
            return None
        point = self.chooser.roads.along(route, places.pop())
        return Start(point, tuple(day for _ in self.ready.worlds), tuple(cargo.leaves))
