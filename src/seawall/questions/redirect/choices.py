"""Columns: everything that can be done with each cargo, by cluster, day and world, with its cost.

Costs are against the plan of the book under the open sea: extra days of charter until alongside,
the longer or shorter way back in ballast with its fuel, tolls, the seller's fee; of an offer the
whole round voyage and its price.  A shorter way saves money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.questions.redirect.emergency import OPEN, every_nth, level_on
from seawall.questions.redirect.instance import NOBODY, Columns
from seawall.questions.redirect.rules import ANYWAY, NEVER
from seawall.questions.redirect.voyages import Leg, Sailing, sail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.questions.redirect.ashore import Shore
    from seawall.questions.redirect.emergency import Emergency
    from seawall.questions.redirect.instance import Bools, Floats
    from seawall.questions.redirect.movable import Movable
    from seawall.questions.redirect.rules import Rules
    from seawall.questions.redirect.voyages import Log, Point, Roads
    from seawall.questions.redirect.worlds import World

__all__ = ["Chooser", "Column", "Start", "stacked"]


@dataclass(frozen=True)
class Column:
    """One thing that can be done; by world: `day`, `lands`, `freight`; see `Columns`."""

    cargo: int
    cluster: int
    world: int
    day: tuple[int, ...]
    lands: tuple[float, ...]
    freight: tuple[float, ...]
    fee: float
    purchase: float
    decide: int
    voyage: int
    lender: int = NOBODY


def stacked(columns: Sequence[Column], worlds: int, priority: Floats | None = None) -> Columns:
    """Columns as arrays, sorted by cargo, then world, cluster, day."""
    order = sorted(
        range(len(columns)),
        key=lambda i: (columns[i].cargo, columns[i].world, columns[i].cluster, columns[i].day,
                       columns[i].lender, columns[i].voyage),
    )  # fmt: skip
    rows = [columns[i] for i in order]

    def whole(name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array([getattr(c, name) for c in rows], dtype=np.int64)

    def table(name: str, kind: type) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        values: Any = np.array([getattr(c, name) for c in rows], dtype=kind)
        result: Floats = values.reshape(len(rows), worlds)
        return result

    freight = table("freight", float)
    one_fee = np.array([c.fee for c in rows], dtype=float)[:, None]
    bought = np.array([c.purchase for c in rows], dtype=float)[:, None]
    world = whole("world")
    counts = (world[:, None] == NOBODY) | (world[:, None] == np.arange(worlds)[None, :])
    fee = np.where(counts, one_fee, 0.0)
    return Columns(
        cargo=whole("cargo"), cluster=whole("cluster"), world=world,
        day=table("day", int).astype(np.int64), lands=table("lands", float),
        cost=freight + fee + np.where(counts, bought, 0.0), freight=freight, fee=fee,
        lender=whole("lender"), decide=whole("decide"), voyage=whole("voyage"),
        priority=np.zeros(len(rows)) if priority is None else priority[order],
    )  # fmt: skip


@dataclass(frozen=True)
class Start:
    """Where a cargo is when it sets out, and on which day it leaves, in each world (inf: never);
    `loaded` where it left its plant on another day, and boils off since."""

    point: Point
    leaves: tuple[float, ...]
    loaded: tuple[float, ...] = ()


class Chooser:
    """Makes columns for the cargoes of one book under one emergency.

    `latest` is the number of days by which anything may be put off beyond the first day on which
    it could be.
    """

    def __init__(
        self,
        shore: Shore,
        roads: Roads,
        log: Log,
        rules: Rules,
        emergency: Emergency,
        worlds: Sequence[World],
        days: int,
        latest: int,
        fits: Bools,
        tolls: dict[str, float],
        call_days: float,
        change_cost: float,
    ) -> None:
        self.shore, self.roads, self.log, self.rules = shore, roads, log, rules
        self.emergency, self.worlds, self.days, self.latest = emergency, worlds, days, latest
        self.tolls, self.call_days, self.change_cost = tolls, call_days, change_cost
        terminals = shore.terminals
        self.member = terminals.region_member[terminals.cluster_region]
        self._fits = np.zeros((len(fits), len(terminals.clusters)), dtype=bool)
        for j, k in enumerate(terminals.cluster):
            self._fits[:, k] |= fits[:, j]
        self._banned: dict[int, dict[int, float]] = {}

    # --- what may be done ------------------------------------------------------------------------

    def bans(self, cargoes: Sequence[Movable]) -> None:
        """Find, for each ban, the cargoes that it holds up and until when they do not load for the
        clusters that it names; of a ban in part every n-th."""
        for ban in self.emergency.bans:
            mine = [c for c in cargoes if c.unloaded and c.row.load in ban.origins]
            mine.sort(key=lambda c: (c.begins, c.row.id))
            shares = level_on(ban.pieces, np.array([c.begins for c in mine]))
            held = every_nth((1.0 - shares).tolist()) & (shares < OPEN)
            for cargo, yes in zip(mine, held, strict=True):
                until = cargo.begins
                for start, end, level in sorted(ban.pieces):
                    until = end if start <= until < end and level < OPEN else until
                for cluster in ban.clusters if yes else ():
                    if cluster in self.shore.terminals.clusters:
                        at = self.shore.terminals.clusters.index(cluster)
                        self._banned.setdefault(cargo.number, {})[at] = until

    def of(self, cargo: Movable) -> list[Column]:
        """All that can be done with a cargo without a pact."""
        start = Start(cargo.start, tuple(cargo.leaves))
        found: list[Column] = []
        for k in range(len(self.shore.terminals.clusters)):
            if not self.calls(cargo, k) or not self.is_open_to(cargo, k):
                continue
            home = cargo.owner != NOBODY and self.member[k] == cargo.owner
            if cargo.is_offer:
                may = ANYWAY
            elif home or k == cargo.cluster:
                may = self.rules.may(cargo.row, k, cargo.cluster, home=bool(home))
            else:
                may = NEVER
            if may == NEVER or (k != cargo.cluster and not self.in_time(cargo)):
                continue
            worlds = [w for w, world in enumerate(self.worlds) if may == ANYWAY or world.consent]
            found += self.to(cargo, k, start, worlds, self.decide(cargo))
        return found

    def is_open_to(self, cargo: Movable, cluster: int) -> bool:
        """Whether anything is known of the way it would be reckoned against."""
        return cargo.is_offer or cargo.way is not None or cluster == cargo.cluster

    def told_by(self, cargo: Movable) -> float:
        """Day by which a change of destination must be told: so many days before it loads, or,
        where it is aboard, before the old date of arrival."""
        notice = self.rules.clause(cargo.row.contract).notice
        return (cargo.begins if cargo.unloaded else float(cargo.due)) - notice

    def in_time(self, cargo: Movable) -> bool:
        """Whether a change of destination told today is told in time."""
        return cargo.is_offer or self.told_by(cargo) >= 0

    def decide(self, cargo: Movable) -> int:
        """Day on which it must be told at the latest."""
        if cargo.now:
            return 0
        return int(max(0.0, min(np.floor(cargo.begins), np.floor(self.told_by(cargo)))))

    def calls(self, cargo: Movable, cluster: int) -> bool:
        """Whether its ship may call anywhere in a cluster."""
        return bool(self._fits[cargo.number, cluster])

    # --- columns ---------------------------------------------------------------------------------

    def to(
        self,
        cargo: Movable,
        cluster: int,
        start: Start,
        worlds: list[int],
        decide: int,
        *,
        lender: int = NOBODY,
    ) -> list[Column]:
        """Columns that bring a cargo to a cluster in some worlds.  Of what must be told today one
        column counts in all worlds, and none is made for a part of them."""
        named = cargo.terminal if cluster == cargo.cluster and start.point == cargo.start else ""
        name = self.shore.terminals.clusters[cluster]
        legs = self.roads.legs(start.point, name, named, cargo.never)
        together = cargo.now
        since = start.loaded
        if together and len(worlds) < len(self.worlds):
            return []
        sailed = {
            (w, i): self._sail(cargo, cluster, leg, start.leaves[w], w)
            for w in worlds for i, leg in enumerate(legs)
        }  # fmt: skip
        if not together:
            found: list[Column] = []
            for w in worlds:
                best = min(range(len(legs)), key=lambda i: (sailed[w, i].arrives, i), default=None)
                if best is not None:
                    one = {w: sailed[w, best]}
                    found += self._days(cargo, cluster, legs[best], one, w, decide, lender, since)
            return found
        return [
            column
            for i in self._kept(len(legs), worlds, sailed)
            for column in self._days(
                cargo,
                cluster,
                legs[i],
                {w: sailed[w, i] for w in worlds},
                NOBODY,
                decide,
                lender,
                since,
            )
        ]

    def _kept(
        self, legs: int, worlds: list[int], sailed: dict[tuple[int, int], Sailing]
    ) -> list[int]:
        """Ways that bring it earlier in some world than every way before them, and in time."""
        kept: list[int] = []
        first = dict.fromkeys(worlds, np.inf)
        for i in range(legs):
            comes = {w: sailed[w, i].arrives for w in worlds}
            if any(comes[w] < first[w] - 1e-9 for w in worlds):
                kept.append(i)
                first = {w: min(first[w], comes[w]) for w in worlds}
        return kept

    def _sail(self, cargo: Movable, cluster: int, leg: Leg, leaves: float, world: int) -> Sailing:
        held = self._banned.get(cargo.number, {}).get(cluster)
        if held is not None:
            leaves = max(leaves, held + cargo.departs - cargo.begins)
        gates = self.emergency.gates[world]
        return sail(leg.route, leaves, cargo.hull.nm_a_day, gates, cargo.favoured[world])

    def _days(
        self, cargo: Movable, cluster: int, leg: Leg, sailed: dict[int, Sailing], world: int,
        decide: int, lender: int, since: tuple[float, ...],
    ) -> list[Column]:  # fmt: skip
        """One column a day from the first possible one, and one for what never comes in time."""
        planned = cluster == cargo.cluster and lender == NOBODY
        first = {w: self._first_day(cargo, s, planned=planned) for w, s in sailed.items()}
        if not planned and min(first.values()) >= self.days:
            return []
        fee = self.rules.fee(cargo.row, cluster, cargo.cluster, cargo.energy, cargo.aboard)
        price = cargo.row.price
        price = self._price(cluster, cargo.energy) if np.isnan(price) else price
        bought = price * cargo.energy * cargo.aboard / 1000.0 if cargo.is_offer else 0.0
        fixed = self._fixed(cargo, cluster, leg)
        voyage = NOBODY
        found: list[Column] = []
        for delay in range(self.latest + 1):
            day = [NOBODY] * len(self.worlds)
            lands, freight = [0.0] * len(self.worlds), [0.0] * len(self.worlds)
            for w, s in sailed.items():
                at = first[w] + delay
                if at < self.days:
                    day[w] = int(at)
                    lands[w] = cargo.lands(at, since[w] if since else s.departs)
                freight[w] = fixed + self._waiting(cargo, at, s)
            late = all(day[w] == NOBODY for w in sailed)
            # A cargo that boils away on the way is no cargo; what never comes needs one column.
            empty = any(day[w] != NOBODY and lands[w] <= 0 for w in sailed)
            if empty or (late and (delay or not planned)):
                break
            if voyage == NOBODY:
                voyage = self._log(cargo, cluster, leg, sailed, world, first, planned=planned)
            found.append(Column(
                cargo.number, cluster, world, tuple(day), tuple(lands), tuple(freight), fee,
                bought, decide, voyage, lender,
            ))  # fmt: skip
        return found

    def _first_day(self, cargo: Movable, sailed: Sailing, *, planned: bool) -> float:
        """First day alongside: the day on which it comes, but where it was meant to go not before
        it is due there."""
        day = np.floor(sailed.arrives + 1e-9)
        return float(max(day, cargo.due) if planned else day)

    def _waiting(self, cargo: Movable, day: float, sailed: Sailing) -> float:
        """Charter of the days until alongside beyond the planned ones [million USD]; what lies
        beyond the horizon is not counted."""
        if cargo.is_offer:
            leaves = sailed.departs if np.isfinite(sailed.departs) else float(self.days)
            return cargo.hull.charter * max(0.0, min(day, float(self.days)) - leaves)
        most = float(max(self.days, cargo.due))
        return cargo.hull.charter * (min(day, most) - cargo.due)

    def _fixed(self, cargo: Movable, cluster: int, leg: Leg) -> float:
        """Ballast leg and tolls, less those of the plan, and what any change of destination costs;
        of an offer all of them and the calls."""
        hull = cargo.hull
        rate = hull.charter + hull.ballast_fuel
        back = self._ballast(cargo, leg.terminal)
        tolls = self._tolls(cargo, leg)
        if cargo.is_offer:
            return rate * back + tolls + hull.charter * 2.0 * self.call_days
        change = self.change_cost if cluster != cargo.cluster else 0.0
        if cargo.way is None:
            return change
        usual = self._ballast(cargo, cargo.way.terminal)
        return change + rate * (back - usual) + tolls - self._tolls(cargo, cargo.way)

    def _ballast(self, cargo: Movable, terminal: str) -> float:
        """Days in ballast from a terminal to the one where it loaded, with the sea open."""
        route = self.roads.route(cargo.row.load, terminal, cargo.never)
        return 0.0 if route is None else route.nm / cargo.hull.nm_a_day

    def _tolls(self, cargo: Movable, leg: Leg) -> float:
        through = {name for name, _ in leg.route.crossings}
        return sum(self.tolls.get(name, 0.0) for name in through) * cargo.aboard

    def _price(self, cluster: int, energy: float) -> float:
        """Base price at a cluster [USD/MMBtu], for an offer that names none."""
        return float(self.shore.price[cluster]) * 1000.0 / energy

    def _log(
        self, cargo: Movable, cluster: int, leg: Leg, sailed: dict[int, Sailing], world: int,
        first: dict[int, float], *, planned: bool,
    ) -> int:  # fmt: skip
        w = max(sailed, key=lambda i: (self.worlds[i].weight, -i))
        name = self.shore.terminals.clusters[cluster]
        return self.log.add(
            cargo.row.id, world, cargo.row.load, name, leg, sailed[w], arrives=first[w],
            base=planned,
        )  # fmt: skip
