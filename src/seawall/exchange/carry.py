"""A PyPSA network -> what runs, what is stored and what is wanted in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.exchange.activities import Activity, Bus, Port, one_way, split
from seawall.exchange.losses import Losses, unsupported
from seawall.exchange.names import Names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.exchange.peer import Peer
    from seawall.network.network import Floats

__all__ = ["Carried", "Held", "Place", "Wanted", "carry"]

#: Parts into which an activity may be split because its proportions change.
MOST_PARTS = 400
_LEFT_OUT = "it is left out"


@dataclass(frozen=True)
class Place:
    """A place: what it is called, in which country, where on the map."""

    id: str
    name: str
    kind: str
    country: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Held:
    """What a bus can store [MWh]; `loss` is a share a day.

    `injected` is what is there at the start where that is more than fits in before a period's loss.
    """

    bus: Bus
    name: str
    start: float
    floor: float
    tank: float
    loss: float
    injected: float = 0.0


@dataclass(frozen=True)
class Wanted:
    """What must be served in each period [MWh]; negative: what is brought in."""

    id: str
    name: str
    bus: Bus
    quantity: Floats


@dataclass
class Carried:
    """A network in the words of a study, in the making."""

    places: dict[str, Place] = field(default_factory=dict)
    goods: dict[str, str] = field(default_factory=dict)
    activities: list[Activity] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Carrier:
    """Carries one network over; what it cannot carry is noted in `losses`."""

    def __init__(self, peer: Peer, losses: Losses) -> None:
        self.peer, self.losses = peer, losses
        self.result = Carried()
        self.names = {table: Names() for table in ("places", "goods", "runs", "demands")}
        self._goods: dict[str, str] = {}
        self.bus: dict[str, Bus] = {}

    def run(self) -> Carried:
        """Carry everything over."""
        unsupported(self.peer, self.losses)
        self._buses()
        self._generators()
        self._links()
        self._lines()
        self._stores()
        self._storage_units()
        self._loads()
        self._splitting()
        return self.result

    # --- places and goods ------------------------------------------------------------------------

    def _buses(self) -> None:
        """Buses that share a location and differ in carrier are one place."""
        buses = self.peer.network.buses
        here: dict[tuple[tuple[str, Any], str], str] = {}
        off_map = []
        for name, row in buses.iterrows():
            key = _location(row)
            good = self._good(str(row.get("carrier") or "AC"))
            if key is None or (key, good) in here:
                key = ("bus", str(name))
            place = next((p for (k, _), p in here.items() if k == key), None)
            lon, lat = float(row.get("x", 0.0) or 0.0), float(row.get("y", 0.0) or 0.0)
            if not (abs(lon) <= 180 and abs(lat) <= 90):
                off_map.append(str(name))
                lon = lat = 0.0
            if place is None:
                called = str(key[1]) if key[0] == "location" else str(name)
                place = self._place(called, "grid", lat, lon, str(row.get("country") or ""))
            here[key, good] = place
            self.bus[str(name)] = Bus(place, good)
        self.result.counts["Bus"] = len(buses)
        if off_map:
            self.result.notes.append(
                "These buses have no longitude and latitude (x, y) and stand at 0, 0: "
                + ", ".join(off_map)
            )

    def _place(self, name: str, kind: str, lat: float, lon: float, country: str) -> str:
        made = self.names["places"].new(name)
        land = Names().new(country) if country else made
        self.result.places[made] = Place(made, name, kind, land, lat, lon)
        return made

    def beside(self, bus: Bus, name: str) -> Bus:
        """A place of its own beside a bus, for the same good."""
        at = self.result.places[bus.place]
        place = self._place(name, "plant_site", at.lat, at.lon, "")
        own = self.result.places[place]
        self.result.places[place] = Place(place, name, own.kind, at.country, at.lat, at.lon)
        return Bus(place, bus.good)

    def _good(self, carrier: str) -> str:
        if carrier not in self._goods:
            made = self.names["goods"].new(carrier)
            self._goods[carrier] = made
            self.result.goods[made] = carrier
        return self._goods[carrier]

    # --- what runs -------------------------------------------------------------------------------

    def _run(self, kind: str, name: str, ports: tuple[Port, ...], most: Floats, least: Floats,
             cost: Floats, made: str | None = None) -> None:  # fmt: skip
        """Add an activity; `most`, `least` and `cost` are per MWh of it and period."""
        named = made or self.names["runs"].new(name)
        whole = Activity(kind, name, named, ports, most, cost * self.peer.worth)
        if (least < 0).any() and any(port.delay for port in ports):
            why = "what runs backwards cannot arrive later"
            self.losses.add(kind, "p_min_pu", (name,), why, "it runs forwards only")
            least = np.zeros_like(least)
        self.result.activities += one_way(whole, least)

    def _limits(self, kind: str, nominal: str = "p_nom") -> tuple[Floats, Floats]:
        """Most and least of each component and period [MWh]; a least above 0 is a loss."""
        peer = self.peer
        size = peer.frame(kind)[nominal].to_numpy(dtype=float)[:, None] * peer.hours
        high, low = peer.series(kind, "p_max_pu"), peer.series(kind, "p_min_pu")
        names, why = peer.frame(kind).index, "nothing must run in a study"
        forced = names[np.flatnonzero((low > 0).any(axis=1))]
        self.losses.add(kind, "p_min_pu", forced, why, "it may run from 0 upwards")
        forced = names[np.flatnonzero((high < 0).any(axis=1))]
        self.losses.add(kind, "p_max_pu", forced, why, "the most is 0 where p_max_pu is negative")
        return _times(np.maximum(high, 0.0), size), -_times(np.maximum(-low, 0.0), size)

    def _generators(self) -> None:
        peer, frame = self.peer, self.peer.frame("Generator")
        most, least = self._limits("Generator")
        cost = peer.series("Generator", "marginal_cost")
        for i, (name, row) in enumerate(frame.iterrows()):
            # In units of what it gives to the bus, so that all generators share one recipe.
            sign = float(row["sign"])
            if sign == 0.0:
                self.result.notes.append(f"Generator {name} has sign 0 and gives nothing.")
                continue
            size, port = abs(sign), Port(self.bus[row["bus"]], np.full(peer.periods, np.sign(sign)))
            self._run("Generator", str(name), (port,), most[i] * size, least[i] * size,
                      cost[i] / size)  # fmt: skip
        self.result.counts["Generator"] = len(frame)

    def _links(self) -> None:
        for kind, word in (("Link", "efficiency"), ("Process", "rate")):
            frame = self.peer.frame(kind)
            if frame.empty:
                continue
            most, least = self._limits(kind)
            cost = self.peer.series(kind, "marginal_cost")
            numbers = sorted(
                int(str(c)[3:]) for c in frame.columns if re.fullmatch("bus[0-9]+", str(c))
            )
            ports: dict[str, list[Port]] = {str(name): [] for name in frame.index}
            for number in numbers:
                suffix = "" if (kind, number) == ("Link", 1) else str(number)
                if (kind, number) == ("Link", 0):
                    rate, delay = -np.ones((len(frame), self.peer.periods)), np.zeros(len(frame))
                else:
                    rate = self.peer.series(kind, f"{word}{suffix}")
                    delay = self._delays(kind, suffix, frame, rate)
                for i, (name, bus) in enumerate(frame[f"bus{number}"].items()):
                    if bus in self.bus:
                        port = Port(self.bus[bus], rate[i], float(delay[i]))
                        ports[str(name)].append(port)
            for i, name in enumerate(frame.index):
                self._run(kind, str(name), tuple(ports[str(name)]), most[i], least[i], cost[i])
            self.result.counts[kind] = len(frame)

    def _delays(self, kind: str, suffix: str, frame: Any, rate: Floats) -> Floats:
        """Delay of a port in periods, as PyPSA counts them: the latest period that began at least
        so long ago."""
        if f"delay{suffix}" not in frame:
            return np.zeros(len(frame))
        given = np.trunc(frame[f"delay{suffix}"].fillna(0).to_numpy(dtype=float))
        late = given > 0
        cyclic = late & frame[f"cyclic_delay{suffix}"].fillna(True).to_numpy(dtype=bool)
        names, where = frame.index, f"delay{suffix}"
        self.losses.add(
            kind, f"cyclic_delay{suffix}", names[cyclic],
            "what is under way at the end does not arrive at the beginning",
            "it is lost at the end, as with cyclic_delay off",
        )  # fmt: skip
        if not self.peer.even:
            why = "delays need snapshots of one length"
            self.losses.add(kind, where, names[late], why, "it arrives at once")
            return np.zeros(len(frame))
        taken = late & (rate < 0).any(axis=1)
        why = "what is taken is taken when it departs"
        self.losses.add(kind, where, names[taken], why, "it is taken at once")
        periods = np.ceil(given / self.peer.steps[0] - 1e-9)
        result: Floats = np.where(late & ~taken, periods, 0.0)
        return result

    def _lines(self) -> None:
        """Lines have been noted as a loss: here is what stands in their place."""
        for kind in ("Line", "Transformer"):
            frame = self.peer.frame(kind)
            if frame.empty:
                continue
            one = np.ones(self.peer.periods)
            size = frame["s_nom"].to_numpy(dtype=float)[:, None] * self.peer.hours
            most = _times(self.peer.series(kind, "s_max_pu"), size)
            for i, (name, row) in enumerate(frame.iterrows()):
                ports = (Port(self.bus[row["bus0"]], -one), Port(self.bus[row["bus1"]], one))
                self._run(kind, str(name), ports, most[i], -most[i], 0.0 * one)

    # --- what is stored and wanted ---------------------------------------------------------------

    def _stores(self) -> None:
        peer, frame = self.peer, self.peer.frame("Store")
        low, high = peer.series("Store", "e_min_pu"), peer.series("Store", "e_max_pu")
        cost = peer.series("Store", "marginal_cost")
        loss = peer.series("Store", "standing_loss")
        taken: set[Bus] = set()
        for i, (name, row) in enumerate(frame.iterrows()):
            bus = self.bus[row["bus"]]
            floor = self._floor(str(name), low[i], high[i], row, loss[i])
            size = float(row["e_nom"]) * float(high[i, 0]) if row["e_nom"] else 0.0
            at = bus
            if cost[i].any() or bus in taken:
                at = self.beside(bus, str(name))
                self._both_ways("Store", str(name), bus, at, cost[i])
            taken.add(bus)
            self._hold("Store", str(name), at, float(row["e_initial"]), floor, size, loss[i])
        self.result.counts["Store"] = len(frame)

    def _floor(self, name: str, low: Floats, high: Floats, row: Any, loss: Floats) -> float:
        """Least that a store holds, if a study can say it."""
        for attribute, series in (("e_min_pu", low), ("e_max_pu", high)):
            if np.ptp(series) > 0:
                why = "the limits of a stock do not change over time"
                self.losses.add("Store", attribute, (name,), why, "the limit of the first snapshot")
        floor = float(row["e_nom"]) * float(low[0]) if low[0] else 0.0
        if floor < 0:
            why = "no stock is below 0"
            self.losses.add("Store", "e_min_pu", (name,), why, "the least is 0")
            return 0.0
        if floor > 0 and (loss.any() or floor > row["e_initial"]):
            why = "a floor gives way to standing losses and to a start below it"
            self.losses.add("Store", "e_min_pu", (name,), why, "the floor gives way")
        return floor

    def _both_ways(self, kind: str, name: str, bus: Bus, at: Bus, cost: Floats) -> None:
        """In and out of a place beside a bus: what goes in is credited with what it costs out."""
        one, free = np.ones(self.peer.periods), np.full(self.peer.periods, np.inf)
        for way, start, end, paid in (("in", bus, at, -cost), ("out", at, bus, cost)):
            made = self.names["runs"].new(f"{name}~{way}")
            ports = (Port(start, -one), Port(end, one))
            self._run(kind, name, ports, free, 0.0 * one, paid, made)

    def _hold(self, kind: str, name: str, at: Bus, start: float, floor: float, tank: float,
              loss: Floats) -> None:  # fmt: skip
        """Add a stock.  PyPSA's first period knows no standing loss, ours does: the stock starts
        with as much more."""
        if loss.any() and (np.ptp(self.peer.hours) > 0 or np.ptp(loss) > 0 or loss[0] >= 1):
            why = "a standing loss is one share, below 1, of periods of one length"
            self.losses.add(kind, "standing_loss", (name,), why, "nothing is lost")
            loss = 0.0 * loss
        keeps = (1.0 - float(loss[0])) ** float(self.peer.hours[0])
        before = start / keeps
        injected = 0.0
        if before > tank or start < 0:
            # More than fits in, or less than nothing: it comes in with the first period.
            before, injected = 0.0, start
        daily = 1.0 - (1.0 - float(loss[0])) ** 24
        self.result.held.append(Held(at, name, before, floor, tank, daily))
        if injected:
            quantity = np.zeros(self.peer.periods)
            quantity[0] = -injected
            made = self.names["demands"].new(f"{name} at the start")
            self.result.wanted.append(Wanted(made, f"{name}, filling at the start", at, quantity))

    def _storage_units(self) -> None:
        peer, frame = self.peer, self.peer.frame("StorageUnit")
        if frame.empty:
            return
        most, least = self._limits("StorageUnit")
        one = np.ones(peer.periods)
        store, give, loss, inflow, cost = (
            peer.series("StorageUnit", attribute)
            for attribute in ("efficiency_store", "efficiency_dispatch", "standing_loss", "inflow",
                              "marginal_cost")
        )  # fmt: skip
        for i, (name, row) in enumerate(frame.iterrows()):
            bus = self.bus[row["bus"]]
            at = self.beside(bus, str(name))
            tank = float(row["p_nom"]) * float(row["max_hours"])
            start = float(row["state_of_charge_initial"])
            self._hold("StorageUnit", str(name), at, start, 0.0, tank, loss[i])
            if (give[i] <= 0).any() or (inflow[i] < 0).any():
                self._broken_unit(str(name))
                continue
            runs: Mapping[str, tuple[tuple[Port, ...], Floats, Floats]] = {
                "in": ((Port(bus, -one), Port(at, store[i])), -least[i], 0.0 * one),
                "out": ((Port(at, -1.0 / give[i]), Port(bus, one)), most[i], cost[i]),
                "inflow": ((Port(at, one),), inflow[i] * peer.hours, 0.0 * one),
            }
            for way, (ports, limit, paid) in runs.items():
                if way == "inflow" and not limit.any():
                    continue
                made = self.names["runs"].new(f"{name}~{way}")
                self._run("StorageUnit", str(name), ports, limit, 0.0 * one, paid, made)
        self.result.counts["StorageUnit"] = len(frame)

    def _broken_unit(self, name: str) -> None:
        why = "an efficiency_dispatch of 0 or a negative inflow"
        self.losses.add("StorageUnit", "", (name,), why, "it neither fills nor gives")

    def _loads(self) -> None:
        frame = self.peer.frame("Load")
        amount = self.peer.series("Load", "p_set")
        for i, (name, row) in enumerate(frame.iterrows()):
            quantity = -float(row["sign"]) * amount[i] * self.peer.hours
            made = self.names["demands"].new(str(name))
            self.result.wanted.append(Wanted(made, str(name), self.bus[row["bus"]], quantity))
        self.result.counts["Load"] = len(frame)

    def _splitting(self) -> None:
        """Split what has changing proportions, but not into thousands of parts."""
        whole, self.result.activities = self.result.activities, []
        for activity in whole:
            parts = list(split(activity))
            if len(parts) > MOST_PARTS:
                attribute = {"Link": "efficiency", "Process": "rate"}.get(
                    activity.kind, "efficiency"
                )
                why = f"more than {MOST_PARTS} different proportions over time"
                self.losses.add(
                    activity.kind, attribute, (activity.name,), why, "that of the first snapshot"
                )
                parts = [_steady(activity)]
            if not parts:
                self.result.notes.append(
                    f"{activity.kind} {activity.name} gives and takes nothing and is left out."
                )
            self.result.activities += parts


def carry(peer: Peer, losses: Losses) -> tuple[Carried, dict[str, Names]]:
    """Carry a network over.

    Returns
    -------
    (Carried, Names by table)
    """
    carrier = Carrier(peer, losses)
    return carrier.run(), carrier.names


def _steady(activity: Activity) -> Activity:
    """An activity with the proportions of the first period in every one."""
    ports = tuple(
        replace(port, rate=np.full_like(port.rate, port.rate[0]))
        for port in activity.ports
        if port.rate[0]
    )
    return replace(activity, ports=ports)


def _times(share: Floats, size: Floats) -> Floats:
    """Shares of sizes; a share of 0 of a size without limit is nothing."""
    with np.errstate(invalid="ignore"):
        result: Floats = np.where(share == 0.0, 0.0, share * size)
    return result


def _location(row: Any) -> tuple[str, Any] | None:
    """What buses at one place have in common; None where nothing says where a bus is."""
    location = row.get("location")
    if isinstance(location, str) and location:
        return ("location", location)
    x, y = row.get("x", 0.0), row.get("y", 0.0)
    return ("position", (float(x), float(y))) if x or y else None
