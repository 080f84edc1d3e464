"""The ships that make the liftings of a plan, one after the other.

A plan says where each cargo goes and when, each for itself.  Here its ships are tied together: a
ship is free where its cargo is in fact unloaded (diverted, or late), sails in ballast by passages
that are open, and lifts the next one if it is there in time.  `rotation.assign` finds who lifts
what (an assignment problem, Kuhn 1955); where no ship of the pool can, one is chartered.

A pool are the ships of the buyers of one country (`owner`), or else those that one seller or buyer
sends (`operator`).  Ships are hired in any case, so that another order of them costs nothing; what
a plan costs beside its own account are the ships that are chartered: charter by the day from the
begin of loading until it is back where it loaded, and the fuel of the way back.  A search does not
see this cost: neither its choice nor its bound knows of it, so that a plan that is made to save
ships could be cheaper.  What is proven is that the plan as it is cannot do with cheaper charters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.questions.assumed import assumption
from seawall.questions.redirect.declared import size_class
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.movable import day_of
from seawall.questions.redirect.rotation import NONE, Assignment, assign

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seawall.questions.redirect.instance import Bools, Floats
    from seawall.questions.redirect.ladder import Planned
    from seawall.questions.redirect.movable import Movable
    from seawall.questions.redirect.prepare import Prepared

    Point = str | tuple[float, float]

__all__ = ["SHIPS", "Fleet", "Lifting", "Manning", "Vessel", "manned"]

SHIPS = (
    "plan", "world", "ship", "booked", "from_cargo", "to_cargo", "from", "load", "free_on",
    "loads_on", "ballast_days", "waits", "late_days", "chartered", "cost", "unit",
)  # fmt: skip
#: Days of rounding: days alongside are whole, days at sea are not.
SLACK = 1.0
#: States in which a ship has its cargo, or is on its way to it, and keeps it.
_BOUND = ("laden", "loading", "ballast")
#: What a day in ballast counts beside the charter of a ship [million USD], and days that another
#: ship than the book names counts as: they only break ties.
_TIE, _OTHER = 1e-9, 100.0


@dataclass(frozen=True)
class Vessel:
    """A ship of the book: `free` day (inf: not within what is known) and where it is then, by the
    cargo that it has brought by then ("" if none)."""

    id: str
    pool: tuple[str, str]
    size: float
    nm_a_day: float
    calls: frozenset[str]
    free: float
    place: Point
    brings: str


@dataclass(frozen=True)
class Lifting:
    """A cargo that a ship must be found for: loading begins on `loads` at the latest, and its ship
    is `free` on a day at `ends`; `charter` is what one costs that is chartered [million USD]."""

    cargo: str
    booked: str
    pool: tuple[str, str]
    size: float
    load: str
    loads: float
    ends: str
    free: float
    charter: float
    never: frozenset[str]


@dataclass(frozen=True)
class Manning:
    """Who lifts what in one world of a plan.

    Attributes
    ----------
    cost, lower_bound
        Of the ships that are chartered [million USD], and what they cost at least in this plan.
    late
        (n,) days by which the ship that the book names would come too late.
    reach, between
        Days in ballast: (ships, n) and (n, n).
    """

    ships: tuple[Vessel, ...]
    liftings: tuple[Lifting, ...]
    found: Assignment
    reach: Floats
    between: Floats
    late: Floats
    cost: float
    lower_bound: float

    @cached_property
    def chartered(self) -> Bools:
        """(n,) whether a ship is chartered for it."""
        result: Bools = self.found.ship == NONE
        return result


def manned(prepared: Prepared, planned: Planned, world: int) -> Manning:
    """The cheapest ships for the liftings of a plan in one world; for several plans of a morning
    ask one `Fleet`, which keeps its distances."""
    return Fleet(prepared).manned(planned, world)


class Fleet:
    """The ships of one morning's book."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        study = prepared.study
        self._rows: list[Any] = list(study.rows("ships"))
        self._ship = {row.id: row for row in self._rows}
        self._terminal: dict[str, Any] = {row.id: row for row in study.rows("terminals")}
        self._known: dict[tuple[Any, ...], bool] = {}
        self._fuel = assumption(study, "fuel_ballast") * assumption(study, "fuel_price") / 1e6
        self._charter = assumption(study, "charter") / 1e6
        self._nm: dict[tuple[Point, str, frozenset[str]], float] = {}
        self._gates = prepared.chooser.emergency.gates
        self._made: dict[tuple[int, int], tuple[Planned, Manning]] = {}

    # --- answers ---------------------------------------------------------------------------------

    def manned(self, planned: Planned, world: int) -> Manning:
        """Who lifts what in one world of a plan."""
        # The plan is kept beside the answer: an id belongs to it only as long as it lives.
        key = (id(planned), world)
        if key not in self._made:
            self._made[key] = planned, self._man(planned, world)
        return self._made[key][1]

    def _man(self, planned: Planned, world: int) -> Manning:
        ends = {c.row.id: self._end(planned, c, world) for c in self.prepared.cargoes
                if not c.is_offer}  # fmt: skip
        ships = tuple(self._vessel(row, ends) for row in self._rows)
        liftings = tuple(
            self._lifting(planned, c, world, *ends[c.row.id])
            for c in self.prepared.cargoes
            if not c.is_offer and c.row.state not in _BOUND and np.isfinite(ends[c.row.id][0])
        )
        may = np.array([[self._may(ship, lifting) for lifting in liftings] for ship in ships],
                       dtype=bool).reshape(len(ships), len(liftings))  # fmt: skip
        reach = self._reach(ships, liftings, may, world)
        between = self._between(ships, liftings, may, world)
        found = self._assigned(ships, liftings, may, reach, between, world)
        charter = np.array([lifting.charter for lifting in liftings])
        cost = float(charter[found.ship == NONE].sum())
        days = np.concatenate([reach[np.isfinite(reach)], between[np.isfinite(between)]])
        ties = _TIE * len(liftings) * (float(days.max(initial=0.0)) + _OTHER)
        bound = min(cost, max(0.0, found.lower_bound - ties))
        late = self._late(ships, liftings, world)
        return Manning(ships, liftings, found, reach, between, late, cost, bound)

    def charter(self, planned: Planned) -> tuple[Floats, Floats]:
        """What ships cost that are chartered for a plan [million USD]: (worlds, members + 1), by
        the owner of the cargo, whoever pays, and all together last; and (worlds,) at least."""
        members = len(planned.instance.terminals.members)
        owner = {c.row.id: c.owner for c in self.prepared.cargoes}
        cost = np.zeros((planned.instance.worlds, members + 1))
        least = np.zeros(planned.instance.worlds)
        for w in range(planned.instance.worlds):
            made = self.manned(planned, w)
            for j in np.flatnonzero(made.chartered):
                lifting = made.liftings[j]
                if owner[lifting.cargo] != NOBODY:
                    cost[w, owner[lifting.cargo]] += lifting.charter
            cost[w, -1], least[w] = made.cost, made.lower_bound
        return cost, least

    def table(self, plans: Iterable[Planned]) -> pd.DataFrame:
        """Table `ships`: who lifts what in each plan and world, with the columns `SHIPS`.

        `free_on` and `loads_on` are days of the book; `waits` are days between coming in and
        loading; `late_days` is by how much the ship that the book names (`booked`) would come too
        late; a ship that is chartered has no name.
        """
        rows: list[tuple[Any, ...]] = []
        for planned in plans:
            for w, world in enumerate(self.prepared.worlds):
                rows += [
                    (planned.name, world.name, *row, "million USD")
                    for row in _rows_of(self.manned(planned, w))
                ]
        return pd.DataFrame(rows, columns=list(SHIPS))

    # --- what a plan makes of the book -----------------------------------------------------------

    def _end(self, planned: Planned, cargo: Movable, world: int) -> tuple[float, str]:
        """Day on which the ship of a cargo is free, and at which terminal; inf: it is not."""
        instance = planned.instance
        o = int(planned.plan.column[world, cargo.number])
        if o == NOBODY:
            return np.inf, ""
        way = self._way(planned, o)
        seat = int(planned.plan.terminal[world, cargo.number])
        name = str(way["terminal"]) if seat == NOBODY else instance.terminals.ids[seat]
        day = int(instance.columns.day[o, world])
        comes = float(way["arrive_day"]) if day == NOBODY else float(day)
        return comes + float(self._terminal[name].port_days), name

    def _way(self, planned: Planned, column: int) -> dict[str, Any]:
        at = int(planned.instance.columns.voyage[column])
        names, row = self._names, self.prepared.chooser.log.rows[at]
        return dict(zip(names, row, strict=True))

    @cached_property
    def _names(self) -> list[str]:
        return [str(name) for name in self.prepared.voyages.columns]

    def _pool(self, ship: Any) -> tuple[str, str]:
        if ship.owner:
            return "owner", str(ship.owner)
        return ("operator", str(ship.operator)) if ship.operator else ("ship", str(ship.id))

    def _vessel(self, row: Any, ends: dict[str, tuple[float, str]]) -> Vessel:
        calls = frozenset(t.strip() for t in row.terminals.split(";") if t.strip())
        since = day_of(row.free_from, self.prepared.as_of)
        free = 0.0 if np.isnan(since) else max(0.0, since)
        place: Point = _at(row)
        brings = ""
        has = self._bound.get(row.id)
        if has is not None:
            brings = has.row.id
            day, name = ends[brings]
            if np.isfinite(day):
                free, place = day, name
            elif has.row.state != "ballast":
                # It lies there with its cargo; one in ballast is free where it is.
                free = np.inf
        return Vessel(str(row.id), self._pool(row), float(row.size), float(row.speed) * 24.0,
                      calls, free, place, brings)  # fmt: skip

    @cached_property
    def _bound(self) -> dict[str, Movable]:
        """The cargo that a ship has, or is on its way to."""
        return {c.row.ship: c for c in self.prepared.cargoes if c.row.state in _BOUND}

    def _lifting(
        self, planned: Planned, cargo: Movable, world: int, free: float, ends: str
    ) -> Lifting:
        o = int(planned.plan.column[world, cargo.number])
        way, days = self._way(planned, o), planned.instance.columns.day[o]
        port = cargo.departs - cargo.begins
        loads = float(way["depart_day"]) - port
        # A cargo that unloads later than it could may also load later, within its window.
        told = int(planned.instance.columns.world[o])
        day = int(days[int(np.argmax(planned.instance.weights)) if told == NOBODY else told])
        slack = 0.0 if day == NOBODY else max(0.0, day - float(way["arrive_day"]))
        last = max(loads, min(loads + slack, day_of(cargo.row.load_to, self.prepared.as_of)))
        back = self._miles(ends, cargo.row.load, cargo.never) / cargo.hull.nm_a_day
        back = back if np.isfinite(back) else free - loads
        charter = self._charter * (free - loads + back) + self._fuel * back
        return Lifting(
            cargo.row.id, cargo.row.ship, self._pool(self._ship[cargo.row.ship]),
            float(cargo.row.size), cargo.row.load, last, ends, max(free, last), charter,
            cargo.never,
        )  # fmt: skip

    # --- days in ballast -------------------------------------------------------------------------

    def _reach(
        self, ships: Sequence[Vessel], liftings: Sequence[Lifting], may: Bools, world: int
    ) -> Floats:
        """(ships, n) days in ballast from where each ship is free; inf: it does not lift it."""
        result = np.full(may.shape, np.inf)
        for i, j in zip(*np.nonzero(may), strict=True):
            ship, lifting = ships[i], liftings[j]
            if ship.free <= lifting.loads + SLACK:
                result[i, j] = self._ballast(ship.place, ship.free, ship.nm_a_day, lifting, world)
        return result

    def _between(
        self, ships: Sequence[Vessel], liftings: Sequence[Lifting], may: Bools, world: int
    ) -> Floats:
        """(n, n) days in ballast from the end of one to the load port of the next, by the fastest
        ship that may lift the first; inf: no ship lifts both in time."""
        n = len(liftings)
        result = np.full((n, n), np.inf)
        speed = np.array([ship.nm_a_day for ship in ships])[:, None]
        fastest = np.where(may, speed, 0.0).max(axis=0, initial=0.0)
        ends = np.array([lifting.free for lifting in liftings])
        loads = np.array([lifting.loads for lifting in liftings])
        both = (may.T.astype(int) @ may.astype(int) > 0) & (ends[:, None] <= loads[None, :] + SLACK)
        np.fill_diagonal(both, val=False)
        for i, j in zip(*np.nonzero(both), strict=True):
            one = liftings[i]
            result[i, j] = self._ballast(one.ends, one.free, fastest[i], liftings[j], world)
        return result

    def _assigned(
        self,
        ships: Sequence[Vessel],
        liftings: Sequence[Lifting],
        may: Bools,
        reach: Floats,
        between: Floats,
        world: int,
    ) -> Assignment:
        """The assignment.  Where a ship is free does not depend on when it loads, so that the
        latest day of loading is the only one that counts.

        Pairs of liftings that the ship which makes the first cannot make are forbidden one by one;
        the bound is that of the first assignment, in which each pair is judged by itself.
        """
        found = _assign(ships, liftings, reach, between)
        bound, allowed = found.lower_bound, between.copy()
        for _ in range(between.size):
            wrong = [
                (int(i), j)
                for j, i in enumerate(found.before)
                if i != NONE
                and not (
                    may[found.ship[j], j]
                    and self._keeps(ships[found.ship[j]], liftings[i], liftings[j], world)
                )
            ]
            if not wrong:
                break
            for pair in wrong:
                allowed[pair] = np.inf
            found = _assign(ships, liftings, reach, allowed)
        return replace(found, lower_bound=min(bound, found.cost))

    def _keeps(self, ship: Vessel, one: Lifting, two: Lifting, world: int) -> bool:
        """Whether a ship that has made one lifting comes to the next in time."""
        days = self._ballast(one.ends, one.free, ship.nm_a_day, two, world)
        return one.free + days <= two.loads + SLACK + 1e-9

    def _late(self, ships: Sequence[Vessel], liftings: Sequence[Lifting], world: int) -> Floats:
        """(n,) days by which the booked ship would come too late: after what it lifts before by
        the book, or from where it is free; inf: it is not."""
        late = np.zeros(len(liftings))
        known = {ship.id: ship for ship in ships}
        before: dict[str, Lifting] = {}
        for j in sorted(range(len(liftings)), key=lambda n: (liftings[n].loads, n)):
            lifting = liftings[j]
            ship, has = known[lifting.booked], before.get(lifting.booked)
            place, free = (ship.place, ship.free) if has is None else (has.ends, has.free)
            comes = np.inf
            if np.isfinite(free):
                comes = free + self._ballast(place, free, ship.nm_a_day, lifting, world)
            late[j] = max(0.0, comes - lifting.loads - SLACK)
            before[lifting.booked] = lifting
        return late

    def _may(self, ship: Vessel, lifting: Lifting) -> bool:
        """Whether a ship may lift a cargo: pool, class, and both terminals."""
        if ship.pool != lifting.pool:
            return False
        key = (ship.size, ship.calls, lifting.size, lifting.load, lifting.ends)
        if key not in self._known:
            self._known[key] = (
                size_class(ship.size) == size_class(lifting.size)
                and ship.size >= lifting.size - 1e-6
                and self._calls(ship, lifting.load)
                and self._calls(ship, lifting.ends)
            )
        return self._known[key]

    def _calls(self, ship: Vessel, name: str) -> bool:
        row = self._terminal[name]
        named = {t for t in ship.calls if self._terminal[t].role == row.role}
        fits = row.smallest_ship - 1e-6 <= ship.size <= row.largest_ship + 1e-6
        # A list that names no terminal of a kind says nothing of that kind.
        return bool(fits) and (not named or name in named)

    def _ballast(
        self, place: Point, free: float, nm_a_day: float, lifting: Lifting, world: int
    ) -> float:
        """Days in ballast: the shorter of going around what is struck and of waiting until it is
        open; a passage that is open in part lets ships in ballast pass."""
        gates = self._gates[world]
        straight = self._miles(place, lifting.load, lifting.never) / nm_a_day
        if not gates:
            return straight
        around = self._miles(place, lifting.load, lifting.never | frozenset(gates)) / nm_a_day
        opens = max(gate.opens(free, favoured=True) for gate in gates.values())
        return min(around, straight + opens - free)

    def _miles(self, place: Point, load: str, shut: frozenset[str]) -> float:
        key = (place, load, shut)
        if key not in self._nm:
            every = sorted({c.row.load for c in self.prepared.cargoes if not c.is_offer})
            far = self.prepared.chooser.roads.miles(place, every, shut)
            for name, nm in zip(every, far, strict=True):
                self._nm[place, name, shut] = nm
        return self._nm[key]


def _at(row: Any) -> tuple[float, float]:
    return float(row.lon), float(row.lat)


def _assign(
    ships: Sequence[Vessel], liftings: Sequence[Lifting], reach: Floats, between: Floats
) -> Assignment:
    """Ships for liftings whose latest day of loading alone counts."""
    loads = np.array([lifting.loads for lifting in liftings])
    free = np.array([ship.free if np.isfinite(ship.free) else 0.0 for ship in ships])
    ends = np.array([lifting.free for lifting in liftings])
    charter = np.array([lifting.charter for lifting in liftings])
    booked = np.array([lifting.booked for lifting in liftings], dtype=object)
    names = np.array([ship.id for ship in ships], dtype=object)
    other_ship = _OTHER * (names[:, None] != booked[None, :])
    other_next = _OTHER * (booked[:, None] != booked[None, :])
    return assign(
        free - SLACK, reach, loads, loads, ends - loads - SLACK, between, charter,
        ship_cost=_TIE * (reach + other_ship), next_cost=_TIE * (between + other_next),
        onward=False,
    )  # fmt: skip


def _rows_of(made: Manning) -> list[tuple[Any, ...]]:
    """Rows of `SHIPS` without plan, world and unit, in the order of loading."""
    rows = []
    order = sorted(range(len(made.liftings)), key=lambda n: (made.liftings[n].loads, n))
    for j in order:
        lifting, i, at = made.liftings[j], int(made.found.before[j]), int(made.found.ship[j])
        start: tuple[Any, ...] = ("", "", np.nan, np.nan)
        own = at != NONE
        if own and i != NONE:
            start = (made.liftings[i].cargo, made.liftings[i].ends, made.liftings[i].free,
                     made.between[i, j])  # fmt: skip
        elif own:
            ship = made.ships[at]
            place = ship.place if isinstance(ship.place, str) else "at sea"
            start = (ship.brings, place, ship.free, made.reach[at, j])
        waits = max(0.0, lifting.loads - start[2] - start[3]) if own else np.nan
        rows.append((
            made.ships[at].id if own else "", lifting.booked, start[0], lifting.cargo, start[1],
            lifting.load, start[2], lifting.loads, start[3], waits, made.late[j], not own,
            0.0 if own else lifting.charter,
        ))  # fmt: skip
    return rows
