"""The annual delivery programme of a generated book: which ship comes where, on which day.

Arrivals follow what each terminal uses: the next ship is due when what the last one brought is
sent out again, so that nobody runs dry or over as long as nothing happens.  Which flow, contract
and jetty an arrival belongs to is settled by earliest due date, which keeps every one of them
within a cargo of its even pace (Steiner and Yeomans 1993, "Level schedules for mixed-model,
just-in-time processes").
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from numpy.typing import NDArray

    from seawall.questions.redirect.book_trade import Contract, Harbour, Jetty, Stream, Trade
    from seawall.questions.redirect.book_ways import Way, Ways

    Floats = NDArray[np.float64]

__all__ = ["Lifting", "Vessel", "schedule", "vessels"]

#: Successive multiples of it, modulo 1, spread evenly however many there are.
GOLDEN = 0.6180339887498949
#: Ships under this size are made as large as the tank allows, in steps of this many m3.
STEP = 1000.0
#: Tonnes in a kilotonne.
KILO = 1e3
#: Days beyond the horizon in which ships arrive that load within it.
LONGEST = 60


@dataclass(frozen=True)
class Vessel:
    """A class of ships."""

    size: float
    speed: float
    boil_off: float
    boil_off_ballast: float
    heel: float
    charter: float
    loads: float
    """What it loads [kt]."""

    def lands(self, days: float, density: float) -> float:
        """What it unloads after so many days at sea [kt]."""
        return self.loads - self.size * density / KILO * (self.boil_off * days + self.heel)


@dataclass(frozen=True)
class Lifting:
    """One cargo of the programme; days of the book, which may lie before it (< 0)."""

    stream: Stream
    contract: Contract
    jetty: Jetty
    harbour: Harbour
    vessel: Vessel
    way: Way
    load: int
    """First day of its loading window."""
    leaves: float
    """Day on which it leaves the jetty."""
    arrives: int
    lands: float


def vessels(trade: Trade) -> dict[str, Vessel]:
    """Classes of ships by name, largest first."""
    v = trade.values
    kinds = {
        "q_flex": (v["ship_q_flex"], v["boil_off"], v["charter"]),
        "standard": (v["ship_standard"], v["boil_off"], v["charter"]),
        "older": (v["ship_older"], v["boil_off_older"], v["charter"] * v["charter_older"]),
    }
    return {name: _vessel(trade, *kind) for name, kind in kinds.items()}


def _vessel(trade: Trade, size: float, boil_off: float, charter: float) -> Vessel:
    v = trade.values
    return Vessel(
        size=size,
        speed=v["speed"],
        boil_off=boil_off,
        boil_off_ballast=boil_off * v["boil_off_ballast"],
        heel=v["heel"],
        charter=charter,
        loads=size * v["fill_limit"] * v["density"] / KILO,
    )


class _Pace:
    """Items with a share each: the next is the one that is due first."""

    def __init__(self, shares: Iterable[float], phases: Floats) -> None:
        self.share = np.array(list(shares), dtype=float)
        #: What each has had, from somewhere within its first unit.
        self.done = np.array(phases, dtype=float)

    def take(self, allowed: NDArray[np.bool_]) -> int:
        """Item whose next unit is due first."""
        with np.errstate(divide="ignore", invalid="ignore"):
            due = np.where(allowed & (self.share > 0), self.done / self.share, np.inf)
        return int(np.argmin(due))

    def give(self, item: int, part: float) -> None:
        """Count what it got, in parts of the size of all."""
        self.done[item] += part


class _Berth:
    """One terminal on its way through the horizon: `level` above the trough at which the next
    ship comes, by the days of mean use that have passed."""

    def __init__(self, harbour: Harbour, order: int, phase: float, room: float) -> None:
        self.harbour, self.order, self.room = harbour, order, room
        #: Mean-use days until the next ship.
        self.next = phase


def schedule(
    trade: Trade, ways: Ways, as_of: date, days: int, rng: np.random.Generator
) -> list[Lifting]:
    """All cargoes that arrive from day 0, or load before day `days`, in the order of arrival."""
    found: list[Lifting] = []
    for country in trade.countries:
        found += _Programme(trade, ways, country, as_of, days, rng).run()
    found = [one for one in found if one.arrives < days or one.load < days]
    return sorted(found, key=lambda one: (one.arrives, one.harbour.id, one.load))


class _Programme:
    """The programme of one country."""

    def __init__(
        self, trade: Trade, ways: Ways, country: str, as_of: date, days: int,
        rng: np.random.Generator,
    ) -> None:  # fmt: skip
        self.trade, self.ways = trade, ways
        self.classes = vessels(trade)
        self.last = days + LONGEST
        factors = trade.factors(country, as_of, self.last + 1)
        #: Mean-use days that have passed at the begin of each day.
        self.used = np.concatenate([[0.0], np.cumsum(factors)])
        self.streams = {
            cluster: [s for s in trade.streams if s.cluster == cluster]
            for cluster in dict.fromkeys(h.cluster for h in trade.harbours if h.country == country)
        }
        self.flow = {
            cluster: _Pace((s.landed for s in own), rng.random(len(own)))
            for cluster, own in self.streams.items()
        }
        self.contracts: dict[str, list[Contract]] = {}
        for contract in trade.contracts:
            if contract.country == country:
                self.contracts.setdefault(contract.group, []).append(contract)
        self.lifts = {
            group: _Pace((c.share for c in own), rng.random(len(own)))
            for group, own in self.contracts.items()
        }
        self.jetties: dict[str, list[Jetty]] = {}
        for jetty in trade.jetties:
            self.jetties.setdefault(jetty.group, []).append(jetty)
        self.berths = {
            group: _Pace((j.capacity for j in own), rng.random(len(own)))
            for group, own in self.jetties.items()
        }
        self.kinds = {
            jetty.id: _Pace(self._kinds(jetty), rng.random(len(self.classes)))
            for jetty in trade.jetties
        }
        self.terminals = self._terminals(country, rng)

    def _kinds(self, jetty: Jetty) -> list[float]:
        """Shares of the classes of ships at a jetty."""
        v = self.trade.values
        large = v["ship_q_flex_share"] if jetty.largest >= v["ship_q_flex"] else 0.0
        rest = 1.0 - large
        return [large, rest * (1.0 - v["ship_older_share"]), rest * v["ship_older_share"]]

    def _terminals(self, country: str, rng: np.random.Generator) -> list[_Berth]:
        """Terminals with the day of their first ship: spread evenly within each cluster, and such
        that the tank holds the usual ship between that day and the next."""
        usual = self.classes["standard"].loads
        turn = {cluster: float(rng.random()) for cluster in self.streams}
        found = []
        for order, h in enumerate(h for h in self.trade.harbours if h.country == country):
            turn[h.cluster] = phase = (turn[h.cluster] + GOLDEN) % 1.0
            if h.use <= 0:
                continue
            # A day of use on either side: ships come in whole days.
            edge = 1.5 * h.use * float(self.used[-1] / len(self.used)) + 0.5
            least = min(h.tank - h.floor - 2 * edge, usual)
            low = max(0.0, h.stock + least - h.tank + edge)
            high = max(low, min(least, h.stock - h.floor - edge))
            above = low + phase * (high - low)
            room = h.tank - (h.stock - above) - edge
            found.append(_Berth(h, order, above / h.use, room))
        return found

    def run(self) -> list[Lifting]:
        """Walk through the arrivals of all its terminals in the order of time."""
        queue = [(t.next, t.order, t) for t in self.terminals]
        heapq.heapify(queue)
        found = []
        while queue:
            time, order, berth = heapq.heappop(queue)
            day = int(np.searchsorted(self.used, time, side="right")) - 1
            if day >= self.last:
                continue
            lifting = self._lifting(berth, day)
            found.append(lifting)
            later = time + lifting.lands / berth.harbour.use
            heapq.heappush(queue, (later, order, berth))
        return found

    def _lifting(self, berth: _Berth, day: int) -> Lifting:
        """The cargo that comes to a terminal on a day."""
        h = berth.harbour
        own = self.streams[h.cluster]
        limit = self._limit(berth)
        allowed = np.ones(len(own), dtype=bool)
        if limit < self.classes["older"].size:
            # Coastal ships do not cross oceans: from the nearest of those that have the time.
            near = min(s.days for s in own)
            allowed = np.array([s.days <= near + 3.0 for s in own])
        usual = self.classes["standard"].loads
        at = self.flow[h.cluster].take(allowed)
        stream = own[at]
        contract = self._contract(stream, h)
        jetty = self._jetty(stream, contract)
        vessel = self._vessel(jetty, limit)
        way = self.ways.way(jetty.id, h.id, stream)
        sails = way.nm / vessel.speed / 24.0
        lands = vessel.lands(sails, self.trade.values["density"])
        self.flow[h.cluster].give(at, lands / usual)
        load = day - int(np.ceil(jetty.port_days + sails - 1e-9))
        return Lifting(
            stream, contract, jetty, h, vessel, way, load, load + jetty.port_days, day, lands
        )

    def _limit(self, berth: _Berth) -> float:
        """Largest ship that a terminal takes when its turn comes [m3]."""
        v = self.trade.values
        full = berth.room / ((v["fill_limit"] - v["heel"]) * v["density"] / KILO)
        return float(np.floor(min(full, berth.harbour.largest) / STEP) * STEP)

    def _contract(self, stream: Stream, h: Harbour) -> Contract:
        own = self.contracts[stream.group]
        allowed = np.array([c.destination in (c.country, h.cluster, h.place, h.id) for c in own])
        if not allowed.any():
            allowed[:] = True
        at = self.lifts[stream.group].take(allowed)
        self.lifts[stream.group].give(at, 1.0)
        return own[at]

    def _jetty(self, stream: Stream, contract: Contract) -> Jetty:
        own = self.jetties[stream.group]
        named = np.array([j.id == contract.jetty for j in own])
        at = self.berths[stream.group].take(named if named.any() else ~named)
        self.berths[stream.group].give(at, 1.0)
        return own[at]

    def _vessel(self, jetty: Jetty, limit: float) -> Vessel:
        """A ship of the class whose turn it is, among those that fit; where none does, the largest
        that would."""
        kinds = list(self.classes.values())
        fits = np.array([k.size <= min(limit, jetty.largest) for k in kinds])
        if not fits.any():
            older = kinds[-1]
            return _vessel(self.trade, limit, older.boil_off, older.charter)
        pace = self.kinds[jetty.id]
        at = pace.take(fits & (pace.share > 0)) if (fits & (pace.share > 0)).any() else int(
            np.argmax(fits))  # fmt: skip
        pace.give(at, 1.0)
        return kinds[at]
