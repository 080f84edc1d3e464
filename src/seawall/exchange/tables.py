"""What was carried over -> rows of a study's tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from seawall.exchange.activities import Activity, Bus, Port
from seawall.exchange.names import Names
from seawall.study.cells import format_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.exchange.carry import Carried, Held, Place, Wanted
    from seawall.network.network import Floats

__all__ = ["SOURCE", "Tables", "tables"]

Cell = str | float
SOURCE = "pypsa"
#: What is taken off the network for what it pays ends in a tank of this good.
TAKEN = "taken"
POWER, ENERGY, PRICE = "MW", "MWh", "USD/MWh"
#: Willingness to pay of a load [USD/MWh]: at least this, and so many times the dearest cost.
LOST_LOAD, TIMES_DEAREST = 10_000.0, 100.0
_EVIDENCE = {"source": SOURCE, "confidence": "estimate"}
_SAME = 1e-12


@dataclass
class Tables:
    """Rows by table, in the making; a cell is text or a number."""

    rows: dict[str, list[dict[str, Cell]]] = field(default_factory=dict)

    def add(self, table: str, /, **cells: Cell) -> None:
        """Add a row with the evidence of all rows."""
        evidence = {} if table in ("sources",) else _EVIDENCE
        self.rows.setdefault(table, []).append({**cells, **evidence})

    def of(self, table: str) -> list[dict[str, Cell]]:
        return self.rows.setdefault(table, [])


class Maker:
    """Makes the tables of a network.

    Parameters
    ----------
    hours
        Length of a period of the study.
    lost_load
        Willingness to pay of loads [USD/MWh]; None: far above all costs.
    """

    def __init__(self, carried: Carried, names: dict[str, Names], hours: float, periods: int,
                 lost_load: float | None) -> None:  # fmt: skip
        self.carried, self.hours, self.periods = carried, hours, periods
        self.places = names["places"]
        self.goods = names["goods"]
        self.ids = {"facilities": names["runs"], "lanes": Names(), "processes": Names()}
        self.out = Tables()
        self.plenty = self._plenty()
        self.lost_load = self._lost_load() if lost_load is None else lost_load
        self._taken: str | None = None
        self._making: dict[str, str] = {}

    def _plenty(self) -> float:
        """More than can pass anywhere in a period [MWh], where one must be named."""
        moved = sum(
            float(a.most[np.isfinite(a.most)].max(initial=0)) for a in self.carried.activities
        )
        wanted = sum(float(np.abs(w.quantity).max(initial=0)) for w in self.carried.wanted)
        held = sum(h.start for h in self.carried.held)
        return 100.0 * max(moved + wanted + held, 1.0)

    def _lost_load(self) -> float:
        dearest = max((float(np.abs(a.cost).max()) for a in self.carried.activities), default=0.0)
        return max(LOST_LOAD, TIMES_DEAREST * dearest)

    def make(self) -> Tables:
        """Make all tables but sources and assumptions."""
        for activity in self.carried.activities:
            self._activity(activity)
        for held in self.carried.held:
            self._held(held)
        for wanted in self.carried.wanted:
            self._wanted(wanted)
        if not self.out.of("demands"):
            bus = Bus(str(next(iter(self.carried.places))), str(next(iter(self.carried.goods))))
            self._demand("nothing", "Nothing is wanted", bus, 0.0)
        if not self.out.of("lanes"):
            self._first_by_lane()
        for place in self.carried.places.values():
            self._place(place)
        for good, carrier in self.carried.goods.items():
            self.out.add("commodities", id=good, name=carrier, sector="clean energy", stage=carrier,
                         unit=ENERGY)  # fmt: skip
        return self.out

    # --- what runs -------------------------------------------------------------------------------

    def _activity(self, activity: Activity) -> None:
        ports = _joined(activity.ports)
        takes = [p for p in ports if p.rate[0] < 0]
        gives = [p for p in ports if p.rate[0] > 0]
        if not takes and not gives:
            note = f"{activity.kind} {activity.name} gives back what it takes and is left out."
            self.carried.notes.append(note)
        elif len(takes) == len(gives) == 1 and _is_lane(takes[0], gives[0]):
            self._lane(activity, takes[0], gives[0])
        elif len(gives) == 1 and not takes and not gives[0].delay:
            self._extraction(activity, gives[0])
        else:
            self._conversion(activity, takes, gives)

    def _lane(self, activity: Activity, start: Port, end: Port) -> None:
        """A lane counts what departs."""
        per = -float(start.rate[0])
        keep = float(end.rate[0]) / per
        most, cost = activity.most * per, activity.cost / per
        self._add_lane(activity.id, activity.name, start.bus, end.bus.place, end.delay,
                       loss=1.0 - keep, most=most, cost=cost)  # fmt: skip

    def _add_lane(self, name: str, route: str, start: Bus, place: str, delay: float, *,
                  loss: float = 0.0, most: Floats | None = None,
                  cost: Floats | None = None) -> None:  # fmt: skip
        made = self.ids["lanes"].new(name)
        capacity: Cell = ""
        if most is not None and np.isfinite(most).all():
            capacity = self._figure("lanes", made, "capacity", most / self.hours)
        elif most is not None and not np.isinf(most).all():
            most = np.where(np.isinf(most), self.plenty, most)
            capacity = self._figure("lanes", made, "capacity", most / self.hours)
        freight = 0.0 if cost is None else self._figure("lanes", made, "freight", cost)
        self.out.add(
            "lanes", id=made, origin=start.place, destination=place, commodity=start.good,
            route=route, days=delay * self.hours / 24, loss=loss, freight=freight,
            freight_unit=PRICE, capacity=capacity, base=0.0, unit=POWER,
        )  # fmt: skip

    def _extraction(self, activity: Activity, give: Port) -> None:
        """All that makes one good from nothing shares one recipe."""
        good, per = give.bus.good, float(give.rate[0])
        if good not in self._making:
            self._making[good] = self.ids["processes"].new(f"make-{good}")
            self._recipe(self._making[good], "extraction", good, "output", 1.0)
        self._facility(activity, self._making[good], give.bus.place, "", activity.most * per,
                       activity.cost / per)  # fmt: skip

    def _conversion(self, activity: Activity, takes: list[Port], gives: list[Port]) -> None:
        """A recipe that draws at one place and gives at one place; buses elsewhere are joined to
        them by lanes, and a good that stands twice in a recipe goes by another name in it."""
        process = self.ids["processes"].new(activity.id)
        origin = self._meeting(activity, takes, gives)
        landing = self._meeting(activity, gives, takes)
        kind = "conversion" if takes else "extraction"
        used: set[str] = set()
        most = np.where(np.isinf(activity.most), self.plenty, activity.most)
        for number, (port, role) in enumerate(
            [*((p, "input") for p in takes), *((p, "output") for p in gives)]
        ):
            where = origin if role == "input" else landing
            good = port.bus.good
            if good in used:
                good = self.goods.new(f"{activity.id}.{number}")
                self.carried.goods[good] = f"{port.bus.good} of {activity.name}"
            used.add(good)
            self._recipe(process, kind, good, role, abs(float(port.rate[0])))
            limit = float(most.max()) * abs(float(port.rate[0]))
            self._join(activity, port, role, good, where, limit)
        if not gives:
            self._recipe(process, kind, self._taken_off(origin, activity, most), "output", 1.0)
        self._facility(activity, process, origin, landing if landing != origin else "", most,
                       activity.cost)  # fmt: skip

    def _meeting(self, activity: Activity, own: list[Port], others: list[Port]) -> str:
        """The place where a recipe draws (gives): that of its buses, if they share one and nothing
        is under way, else one of its own."""
        places = {port.bus.place for port in own or others}
        if len(places) == 1 and not any(port.delay for port in own):
            return next(iter(places))
        made = f"{activity.id}~site"
        if made not in self.carried.places:
            at = self.carried.places[(own or others)[0].bus.place]
            self._site(made, activity.name, at)
        return made

    def _site(self, made: str, name: str, at: Place) -> None:
        from dataclasses import replace

        self.carried.places[made] = replace(at, id=made, name=name, kind="plant_site")

    def _join(self, activity: Activity, port: Port, role: str, good: str, where: str,
              limit: float) -> None:  # fmt: skip
        """Join a bus to the place of a recipe, under the name that its good has there."""
        bus, name = port.bus, f"{activity.id}~{port.bus.place}~{good}"
        renamed, elsewhere = good != bus.good, where != bus.place
        if role == "input" and renamed:
            self._rename(name, activity.name, bus, Bus(where, good), limit)
        elif role == "input" and elsewhere:
            self._add_lane(name, activity.name, bus, where, 0.0)
        elif role == "output":
            if elsewhere:
                self._add_lane(name, activity.name, Bus(where, good), bus.place, port.delay)
            if renamed:
                self._rename(name, activity.name, Bus(bus.place, good), bus, limit)

    def _rename(self, name: str, of: str, start: Bus, end: Bus, limit: float) -> None:
        """One good becomes another, unit for unit and free of charge."""
        process = self.ids["processes"].new(name)
        self._recipe(process, "conversion", start.good, "input", 1.0)
        self._recipe(process, "conversion", end.good, "output", 1.0)
        made = self.ids["facilities"].new(name)
        there = end.place if end.place != start.place else ""
        self._add_facility(made, of, process, start.place, there, limit / self.hours, 0.0)

    def _taken_off(self, place: str, activity: Activity, most: Floats) -> str:
        """The good that stands for what is taken off the network, with room for all of it."""
        if self._taken is None:
            self._taken = self.goods.new(TAKEN)
            self.carried.goods[self._taken] = "taken off the network"
        room = float(most.sum()) * 1.001 + 1.0
        self.out.add("stocks", place=place, commodity=self._taken, start=0.0, floor=0.0, tank=room,
                     unit=ENERGY, loss=0.0, holder=activity.id,
                     note="room for what is taken off the network")  # fmt: skip
        return self._taken

    def _recipe(self, process: str, kind: str, good: str, role: str, quantity: float) -> None:
        self.out.add("processes", process=process, kind=kind, commodity=good, role=role,
                     quantity=quantity)  # fmt: skip

    def _facility(self, activity: Activity, process: str, place: str, landing: str, most: Floats,
                  cost: Floats) -> None:  # fmt: skip
        most = np.where(np.isinf(most), self.plenty, most)
        made = activity.id
        capacity = self._figure("facilities", made, "capacity", most / self.hours)
        paid = self._figure("facilities", made, "cost", cost)
        self._add_facility(made, activity.name, process, place, landing, capacity, paid)

    def _add_facility(self, made: str, name: str, process: str, place: str, landing: str,
                      capacity: float, cost: float) -> None:  # fmt: skip
        self.out.add(
            "facilities", id=made, name=name, process=process, place=place, output_place=landing,
            base=0.0, capacity=capacity, unit=POWER, cost=cost, cost_unit=PRICE,
        )  # fmt: skip

    def _first_by_lane(self) -> None:
        """Every study has a lane: where none was carried over, the first plant's output goes a way
        of no length."""
        plants = self.out.of("facilities")
        if not plants:
            return
        plant = plants[0]
        place = str(plant["output_place"] or plant["place"])
        made = self.places.new(f"{plant['id']}~site")
        self._site(made, str(plant["name"]), self.carried.places[place])
        plant["output_place"] = made
        good = next(str(r["commodity"]) for r in self.out.of("processes")
                    if r["process"] == plant["process"] and r["role"] == "output")  # fmt: skip
        self._add_lane(str(plant["id"]), str(plant["name"]), Bus(made, good), place, 0.0)

    # --- what is stored and wanted ---------------------------------------------------------------

    def _held(self, held: Held) -> None:
        tank = held.tank if np.isfinite(held.tank) else self.plenty * self.periods
        self.out.add(
            "stocks", place=held.bus.place, commodity=held.bus.good, start=held.start,
            floor=held.floor, tank=tank, unit=ENERGY, loss=held.loss, holder=held.name,
            note="the start counts what the first period loses" if held.loss else "",
        )  # fmt: skip

    def _wanted(self, wanted: Wanted) -> None:
        quantity = self._figure("demands", wanted.id, "quantity", wanted.quantity / self.hours,
                                positive=True)  # fmt: skip
        self._demand(wanted.id, wanted.name, wanted.bus, quantity)

    def _demand(self, made: str, name: str, bus: Bus, quantity: float) -> None:
        self.out.add(
            "demands", id=made, place=bus.place, commodity=bus.good, tier="essential", sector=name,
            quantity=quantity, unit=POWER, wtp=self.lost_load, wtp_unit=PRICE,
        )  # fmt: skip

    def _place(self, place: Place) -> None:
        self.out.add("places", id=place.id, name=place.name, kind=place.kind, country=place.country,
                     lat=place.lat, lon=place.lon)  # fmt: skip

    def _figure(self, table: str, name: str, column: str, values: Floats, *,
                positive: bool = False) -> float:  # fmt: skip
        """The largest of a figure over time; how it runs through the periods goes to the series."""
        figure = float(values[np.argmax(np.abs(values))])
        if positive or column == "capacity":
            figure = abs(figure)
        factors = values / figure if figure else np.ones_like(values)
        before = 1.0
        for t, factor in enumerate(factors.tolist()):
            if abs(factor - before) > _SAME * max(abs(before), 1.0):
                self.out.add("series", table=table, id=name, column=column, from_period=float(t),
                             factor=factor)  # fmt: skip
                before = factor
        return figure


def tables(carried: Carried, names: dict[str, Names], hours: float, periods: int,
           lost_load: float | None) -> Tables:  # fmt: skip
    """Make the tables of what was carried over, but for sources and assumptions.

    Parameters
    ----------
    hours, periods
        Length of a period and number of periods.
    lost_load
        Willingness to pay of loads [USD/MWh]; None: far above all costs.
    """
    return Maker(carried, names, hours, periods, lost_load).make()


def _is_lane(start: Port, end: Port) -> bool:
    keep = float(end.rate[0]) / -float(start.rate[0])
    return start.bus.good == end.bus.good and start.bus.place != end.bus.place and keep <= 1.0


def _joined(ports: Iterable[Port]) -> list[Port]:
    """Ports of one bus and delay as one; of those that give one and the next period, the same
    thing on its way for a time in between."""
    sums: dict[tuple[Bus, float], Floats] = {}
    for port in ports:
        key = (port.bus, port.delay)
        sums[key] = sums.get(key, np.zeros_like(port.rate)) + port.rate
    found = {key: rate for key, rate in sums.items() if abs(rate[0]) > 0}
    result: list[Port] = []
    for (bus, delay), rate in found.items():
        later, earlier = found.get((bus, delay + 1)), found.get((bus, delay - 1))
        alone = sum(1 for each, _ in found if each == bus and found[each, _][0] > 0) <= 2
        if alone and later is not None and rate[0] > 0 and later[0] > 0:
            whole = rate + later
            result.append(Port(bus, whole, delay + float(later[0] / whole[0])))
        elif not (alone and earlier is not None and rate[0] > 0 and earlier[0] > 0):
            result.append(Port(bus, rate, delay))
    return result


def cell(value: Cell) -> str:
    """A cell as a file holds it."""
    return value if isinstance(value, str) else format_number(float(value))
