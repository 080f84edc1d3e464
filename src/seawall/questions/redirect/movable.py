"""Cargoes of a book with what it takes to move them: ship, start, planned arrival, limits.

Loaded = size x fill limit x density.  Landed = loaded - boil-off a day at sea (waiting too) - heel.
What would happen with the sea open is the plan of the book, against which every cost is reckoned.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.network.seaways import not_taken
from seawall.questions.assumed import assumption
from seawall.questions.redirect.instance import NOBODY
from seawall.study.cargo_records import SHIPLESS

if TYPE_CHECKING:
    import pandas as pd

    from seawall.questions.redirect.ashore import Shore
    from seawall.questions.redirect.voyages import Leg, Point, Roads
    from seawall.study import Study

__all__ = ["AT_SEA", "CargoRow", "Hull", "Movable", "day_of", "movables"]

#: States in which the cargo is aboard and under way.
AT_SEA = ("laden",)
#: States in which nothing is aboard yet.
UNLOADED = ("planned", "ballast", "offer")
#: Tonnes of LNG in a cubic metre, where the study has no assumption `density`.
_DENSITY = 0.45
#: Days by which a cargo may be due before its way takes it there: speeds are rounded.
EARLY = 2.0


@dataclass(frozen=True)
class Hull:
    """A ship by what counts: nautical miles a day, million USD a day, kt."""

    nm_a_day: float
    charter: float
    """[million USD a day]"""
    ballast_fuel: float
    """[million USD a day in ballast]"""
    boil_off: float
    """[kt a day laden]"""
    heel: float
    """[kt]"""
    calls: frozenset[str]
    """Terminals that it may call at; empty: by size."""


@dataclass(frozen=True)
class CargoRow:
    """What the book says of a cargo: a row of `cargoes`; blank is nan or "", dates are text."""

    id: str
    contract: str
    seller: str
    buyer: str
    owner: str
    state: str
    load: str
    load_from: str
    load_to: str
    ship: str
    size: float
    """[m3]"""
    energy: float
    """[MMBtu a tonne]"""
    basis: str
    flexible: str
    destination: str
    eta: str
    price: float
    """[USD/MMBtu]"""


@dataclass
class Movable:
    """One cargo.

    `start` is where it is (at sea) or loads; `begins` the day on which loading begins and `departs`
    the day on which it leaves (of a cargo at sea: day 0), as planned; `loaded` the day since which
    it boils off; `due` the planned day alongside, NOBODY of an offer; `cluster` and `terminal`
    where it is meant to go.  Filled in world by world: `leaves`, the day on which it can leave
    (inf: never), and `favoured`, passages that it may pass while they are open in part.
    """

    row: CargoRow
    number: int
    owner: int
    hull: Hull
    aboard: float
    energy: float
    start: Point
    begins: float
    departs: float
    loaded: float
    due: int
    cluster: int
    terminal: str
    now: bool
    way: Leg | None
    """The way it is meant to go with the sea open."""
    never: frozenset[str] = frozenset()
    """Passages that it does not take in any case, as lanes from its plant tell."""
    position: tuple[float, float] | None = None
    """Where its ship is, on its way in ballast to load it."""
    leaves: list[float] = field(default_factory=list)
    favoured: list[frozenset[str]] = field(default_factory=list)
    cut: bool = False

    @property
    def is_offer(self) -> bool:
        """Whether it is somebody else's, to be bought."""
        return self.row.state in SHIPLESS

    @property
    def at_sea(self) -> bool:
        """Whether it is aboard and under way."""
        return self.row.state in AT_SEA

    @property
    def unloaded(self) -> bool:
        """Whether nothing is aboard yet."""
        return self.row.state in UNLOADED

    def lands(self, day: float, leaves: float) -> float:
        """What it unloads on a day when it left its plant on another [kt]."""
        days = day - (self.loaded if self.at_sea else leaves)
        return self.aboard - self.hull.boil_off * max(0.0, days) - self.hull.heel


def day_of(text: str, as_of: date) -> float:
    """Day of the book of a date; nan of a blank."""
    return float((date.fromisoformat(text) - as_of).days) if text else np.nan


def movables(study: Study, shore: Shore, roads: Roads, as_of: date, notice: float) -> list[Movable]:
    """All cargoes of a book, in its order; `notice` is the number of days within which what loads
    must be told today."""
    reader = _Reader(study, shore, roads, as_of, notice)
    kept = [column.name for column in fields(CargoRow)]
    rows = study.table("cargoes")[kept].itertuples(index=False)
    return [reader.cargo(n, CargoRow(*row)) for n, row in enumerate(rows)]


class _Reader:
    """Reads one book."""

    def __init__(
        self, study: Study, shore: Shore, roads: Roads, as_of: date, notice: float
    ) -> None:
        self.shore, self.roads, self.as_of, self.notice = shore, roads, as_of, notice
        self.ships: dict[str, Any] = {row.id: row for row in study.rows("ships")}
        self.port_days = study.lookup("terminals", "port_days")
        self.study, self.place = study, study.lookup("terminals", "place")
        self.unused: dict[str, frozenset[str]] = {}
        kinds = study.lookup("passages", "kind")
        self.canals = frozenset(name for name, kind in kinds.items() if kind == "canal")
        self.fill = assumption(study, "fill_limit")
        self.density = assumption(study, "density", _DENSITY)
        self.fuel = assumption(study, "fuel_ballast") * assumption(study, "fuel_price") / 1e6
        self.usual = (assumption(study, "speed"), assumption(study, "charter"),
                      assumption(study, "boil_off"))  # fmt: skip
        heels = study.table("ships")["heel"] if self.ships else None
        self.heel = float(heels.median()) if heels is not None else 0.0
        terminals = shore.terminals
        self.seat = {t: j for j, t in enumerate(terminals.ids)}

    def cargo(self, number: int, row: CargoRow) -> Movable:
        shore, terminals = self.shore, self.shore.terminals
        ship = self.ships.get(row.ship)
        hull = self._hull(ship, row.size)
        seat = self.seat.get(row.destination, NOBODY)
        at_sea = row.state in AT_SEA
        # The checks of a book see to it that what is at sea has a ship with a position.
        start: Point = _position(ship) if at_sea else row.load
        begins = day_of(row.load_from, self.as_of)
        never = self._never(row.load) | self.canals
        port = float(self.port_days[row.load])
        cluster = int(terminals.cluster[seat]) if seat != NOBODY else NOBODY
        legs: tuple[Leg, ...] = ()
        if seat != NOBODY:
            name = terminals.clusters[cluster]
            sails_by = day_of(row.eta, self.as_of)
            sails_by -= 0.0 if at_sea else max(0.0, day_of(row.load_to, self.as_of) + port)
            never -= self._booked(start, name, row, hull, sails_by)
            legs = self.roads.legs(start, name, row.destination, never)
        way = legs[0] if legs and not legs[0].around else None
        departs = 0.0 if at_sea else max(0.0, begins + port)
        due = NOBODY
        if way is not None:
            sails = way.route.nm / hull.nm_a_day
            eta = day_of(row.eta, self.as_of)
            if not at_sea and not np.isnan(eta):
                last = max(0.0, day_of(row.load_to, self.as_of) + port)
                departs = float(np.clip(eta - sails, departs, max(departs, last)))
            comes = departs + sails
            due = int(max(0.0, np.floor(comes + 1e-9), -1.0 if np.isnan(eta) else eta))
        aboard = row.size * self.fill * self.density / 1e3
        return Movable(
            row=row, number=number, owner=shore.member_of(row.owner) if row.owner else NOBODY,
            hull=hull, aboard=aboard,
            energy=shore.energy if np.isnan(row.energy) else float(row.energy),
            start=start, begins=departs - port, departs=departs,
            loaded=min(0.0, begins + port) if at_sea else departs, due=due, cluster=cluster,
            terminal=row.destination, way=way, never=never,
            position=_position(ship) if row.state == "ballast" else None,
            now=row.state in ("laden", "loading", "ballast") or begins <= self.notice,
        )  # fmt: skip

    def _booked(
        self, start: Point, cluster: str, row: CargoRow, hull: Hull, days: float
    ) -> frozenset[str]:
        """Canals through which a cargo is due to go: those of its shortest way, where the way round
        them would bring it later than it is due in `days`.  A canal's places are booked: who is due
        by the way round has none, and nobody gets one today."""
        own = self._never(row.load)
        short = self.roads.legs(start, cluster, row.destination, own)
        if not short:
            return frozenset()
        through = {name for name, _ in short[0].route.crossings} & self.canals
        if not through:
            return frozenset()
        round_ = self.roads.legs(start, cluster, row.destination, own | self.canals)
        if round_ and round_[0].route.nm / hull.nm_a_day <= days + EARLY:
            return frozenset()
        return frozenset(through)

    def _never(self, load: str) -> frozenset[str]:
        place = self.place[load]
        if place not in self.unused:
            self.unused[place] = not_taken(self.study, place)
        return self.unused[place]

    def _hull(self, ship: Any, size: float) -> Hull:
        speed, charter, boil_off = self.usual
        heel, calls = self.heel, frozenset[str]()
        if ship is not None:
            speed, charter, boil_off, heel = ship.speed, ship.charter, ship.boil_off, ship.heel
            calls = frozenset(t.strip() for t in ship.terminals.split(";") if t.strip())
        full = size * self.density / 1e3
        return Hull(speed * 24.0, charter / 1e6, self.fuel, boil_off * full, heel * full, calls)


def _position(ship: Any) -> tuple[float, float]:
    return float(ship.lon), float(ship.lat)


def fits(shore: Shore, cargoes: list[Movable], table: pd.DataFrame) -> Any:
    """(cargoes, terminals) whether the ship may call there: its size, and what it names."""
    terminals = shore.terminals
    size = np.array([c.row.size for c in cargoes])[:, None]
    result = (size <= terminals.largest + 1e-6) & (size >= terminals.smallest - 1e-6)
    receiving = set(table.loc[table["role"] == "receiving", "id"])
    for c, cargo in enumerate(cargoes):
        # A list that names no receiving terminal says only where the ship may load.
        if cargo.hull.calls & receiving:
            result[c] &= np.array([t in cargo.hull.calls for t in terminals.ids])
    return result
