"""Hazards with their yearly frequency, counted from the events of the fact tables.

facts/hazard_rules.csv says for each hazard which events count, in which window and over how many
units (plants, passages); this module does the counting.  The frequency of one unit is gamma:

    with a pool      shape k + 1,   rate T + 1 / pooled frequency   (the pool is worth one event)
    without          shape k + 1/2, rate T                          (Jeffreys)

with k events in T unit-years.  Lengths are lognormal by the mean and standard deviation of the
logarithms of the counted lengths (of the pool, where there is one).  The lists are no census:
serious events are over-represented, so every row is an estimate.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from scipy.special import gammaincinv

from tools.build_india_japan.tables import FactError, Row, by_key, decimal, number, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tools.build_india_japan.assumptions import Assumptions
    from tools.build_india_japan.flows import Flow
    from tools.build_india_japan.groups import Group
    from tools.build_india_japan.sources import Sources

COLUMNS = (
    "id", "name", "kind", "target", "commodity", "frequency", "frequency_low", "frequency_high",
    "days_median", "days_sigma", "days_most", "recovery_days", "depth", "depth_least",
    "depth_most", "season_from", "season_to", "cluster", "dispersion", "source", "confidence",
    "note",
)  # fmt: skip
#: Rates are those before the closure of 2026.
LAST_DAY = date(2026, 2, 28)
#: Sellers whose cargo to India stands for that of portfolio sellers.
PORTFOLIO = ("AGO", "CMR", "GNQ", "NGA")
#: Plants hit within so many days of each other were hit by one event.
SAME_EVENT_DAYS = 7


@dataclass(frozen=True)
class Event:
    """One counted event: its first day, its length in days ("" cells are gaps), its depth."""

    name: str
    start: date
    days: float
    depth: float


def rows(
    exporters: Mapping[str, Group],
    fitted: Iterable[Flow],
    lanes: Iterable[Row],
    assume: Assumptions,
    sources: Sources,
) -> list[Row]:
    """Rows of the table `hazards`."""
    rules = by_key(read("hazard_rules"), "id")
    sizes = Sizes(list(fitted), assume)
    ways = list(lanes)
    source = sources.own(
        "hazard-rates", "own count of the events of hazards.csv and pact_events.csv, Seawall"
    )
    found = []
    for name, rule in sorted(rules.items()):
        if name.startswith("pool."):
            continue
        events = counted(rule, exporters)
        pool = rules[rule["pool"]] if rule["pool"] else None
        pooled = counted(pool, exporters) if pool else events
        frequency, low, high = _frequency(rule, events, pool, pooled)
        row = {
            "id": name, "name": rule["name"], "kind": rule["kind"],
            "target": _target(rule["target"], ways), "commodity": rule["commodity"],
            "frequency": decimal(frequency), "frequency_low": decimal(max(low, 1e-4)),
            "frequency_high": decimal(high), "season_from": rule["season_from"],
            "season_to": rule["season_to"], "cluster": rule["cluster"],
            "dispersion": decimal(assume["hazard_dispersion"]) if rule["cluster"] else "",
            "source": source, "confidence": "estimate", "note": _note(rule, events),
        }  # fmt: skip
        row |= _length(rule, pooled, sizes.value)
        row |= _depth(rule, pooled, exporters, assume, sizes.value)
        found.append(row)
    return found


def counted(rule: Row, exporters: Mapping[str, Group]) -> list[Event]:
    """The events of the fact tables that a rule counts.

    Raises
    ------
    FactError
        When the window of the rule reaches beyond `LAST_DAY`.
    """
    since, until = date.fromisoformat(rule["since"]), date.fromisoformat(rule["until"])
    if until > LAST_DAY:
        raise FactError(f"hazard_rules.csv: {rule['id']} counts beyond {LAST_DAY}")
    found = []
    for fact in read(rule["table"]):
        target = fact["event"] if rule["table"] == "pact_events" else fact["target"]
        start = date.fromisoformat(fact["start"])
        if (
            not since <= start <= until
            or not re.search(rule["targets"], target)
            or (rule["leave_out"] and re.search(rule["leave_out"], fact["event"] + target))
        ):
            continue
        if rule["table"] == "pact_events":
            if number(fact, "mt") >= float(rule["least_mt"] or 0):
                days = (date.fromisoformat(fact["end"]) - start).days
                found.append(Event(fact["event"], start, days, 0.0))
            continue
        if (
            fact["target_kind"] != rule["target_kind"]
            or (rule["hazards"] and fact["hazard"] not in rule["hazards"].split("|"))
            or number(fact, "duration_days") < float(rule["least_days"] or 0)
            or number(fact, "depth") < float(rule["least_depth"] or 0)
        ):
            continue
        depth = number(fact, "depth")
        if rule["region"]:
            depth *= _part(fact["target"], exporters[rule["region"]])
        found.append(Event(fact["event"], start, number(fact, "duration_days"), depth))
    found.sort(key=lambda e: e.start)
    return _joined(found) if rule["id"] == "usa-gulf-storm" else found


def _part(target: str, group: Group) -> float:
    """Share of a group's capacity that an event's target holds; all of it if it says so."""
    if "(all)" in target:
        return 1.0
    hit = [p for p in group.plants if p["name"] in target or target in p["name"]]
    if not hit:
        raise FactError(f"hazards.csv: no plant of {group.id} is called {target!r}")
    return sum(number(p, "capacity_mtpa") for p in hit) / group.nameplate


def _joined(events: list[Event]) -> list[Event]:
    """One event of all that began within days of each other: depths add, lengths by depth."""
    groups: list[list[Event]] = []
    for event in events:
        if groups and (event.start - groups[-1][0].start).days <= SAME_EVENT_DAYS:
            groups[-1].append(event)
        else:
            groups.append([event])
    return [
        Event(
            name=" + ".join(e.name for e in group),
            start=group[0].start,
            days=sum(e.days * e.depth for e in group) / sum(e.depth for e in group),
            depth=min(1.0, sum(e.depth for e in group)),
        )
        for group in groups
    ]


def _years(rule: Row) -> float:
    since, until = date.fromisoformat(rule["since"]), date.fromisoformat(rule["until"])
    return ((until - since).days + 1) / 365.25


def _exposure(rule: Row) -> float:
    """Unit-years over which the events of a rule were counted."""
    return _years(rule) * float(rule["exposed"] or rule["units"])


def _frequency(
    rule: Row, events: list[Event], pool: Row | None, pooled: list[Event]
) -> tuple[float, float, float]:
    """Mean, 5th and 95th percentile of the yearly frequency of all units of a hazard."""
    if pool is None:
        shape, rate = len(events) + 0.5, _exposure(rule)
    else:
        shape, rate = len(events) + 1.0, _exposure(rule) + _exposure(pool) / len(pooled)
    units = number(rule, "units")
    low, high = (float(gammaincinv(shape, p)) for p in (0.05, 0.95))
    return units * shape / rate, units * low / rate, units * high / rate


def _length(rule: Row, events: list[Event], value: Callable[[str], float]) -> Row:
    """Median, spread and cap of the length, and the days of recovery."""
    logs = [math.log(e.days) for e in events]
    if rule["days_median"]:
        median, sigma = number(rule, "days_median"), number(rule, "days_sigma")
    elif len(logs) < 3:
        raise FactError(f"hazard_rules.csv: {rule['id']} counts too few events to fit a length")
    else:
        mean = sum(logs) / len(logs)
        sigma = math.sqrt(sum((x - mean) ** 2 for x in logs) / (len(logs) - 1))
        median = math.exp(mean)
    return {
        "days_median": decimal(median, 1), "days_sigma": decimal(sigma, 2),
        "days_most": rule["days_most"],
        "recovery_days": decimal(value(rule["recovery_days"])) if rule["recovery_days"] else "",
    }  # fmt: skip


def _depth(
    rule: Row,
    events: list[Event],
    exporters: Mapping[str, Group],
    assume: Assumptions,
    value: Callable[[str], float],
) -> Row:
    """Mean and bounds of the depth: as the rule says, of the plants, or of the counted events."""
    bounds = {name: rule[name] for name in ("depth_least", "depth_most")}
    if rule["depth"]:
        mean = value(rule["depth"])
    elif rule["pool"] == "pool.plant":
        # One of the plants, or one of its trains.
        units, train = number(rule, "units"), 1 / assume["trains_per_plant"]
        whole = assume["whole_plant_share"]
        group = exporters[rule["region"]]
        largest = max(number(p, "capacity_mtpa") for p in group.plants) / group.nameplate
        mean = (whole + (1 - whole) * train) / units
        least = train / units
        bounds = {"depth_least": str(least), "depth_most": str(max(largest, 1 / units))}
    else:
        depths = [e.depth for e in events]
        mean = sum(depths) / len(depths)
        bounds = {
            "depth_least": bounds["depth_least"] or rule["least_depth"],
            "depth_most": bounds["depth_most"] or "1",
        }
    return {"depth": decimal(mean, 3)} | {k: decimal(value(v), 3) for k, v in bounds.items()}


def _target(text: str, lanes: list[Row]) -> str:
    """The ids that are hit; "@A>B" stands for every lane from A to country B, detours too."""
    if not text.startswith("@"):
        return text
    origin, _, country = text[1:].partition(">")
    origins = PORTFOLIO if origin == "portfolio" else (origin,)
    names = sorted(
        r["id"]
        for r in lanes
        if r["origin"] in origins
        and r["destination"].split("-")[0] == country
        and not r.get("variant")
    )
    if not names:
        raise FactError(f"hazard_rules.csv: no lane {text}")
    return ";".join(names)


def _note(rule: Row, events: list[Event]) -> str:
    shown = "; ".join(f"{e.name} ({e.start.year})" for e in events) or "none"
    over = rule["exposed"] or rule["units"]
    units = "" if over == "1" else f" of {over} units"
    why = rule["why"][0].upper() + rule["why"][1:]
    years = f"{_years(rule):.1f} years{units}"
    return f"counted {len(events)} in {years}: {shown}. {why}. No census"


class Sizes:
    """Sizes of past events as shares of the base, from the fact tables."""

    def __init__(self, fitted: list[Flow], assume: Assumptions) -> None:
        self._fitted, self._assume = fitted, assume
        self._facts = {r["event"]: r for r in read("pact_events")}

    def value(self, text: str) -> float:
        """A number, or what "@name" stands for."""
        if not text.startswith("@"):
            return float(text)
        if text[1:] in self._assume.rows:
            return self._assume[text[1:]]
        named = {
            "cold": self.cold,
            "quake_low": self.quake_low,
            "quake_high": self.reactors,
            "quake": lambda: math.sqrt(self.quake_low() * self.reactors()),
            "default": self.default,
        }
        return named[text[1:]]()

    def base(self, country: str, origins: Iterable[str] = ()) -> float:
        """Base imports of a country in Mt a year, all or from some plant groups."""
        wanted = set(origins)
        return sum(
            f.amount
            for f in self._fitted
            if f.destination.split("-")[0] == country and (not wanted or f.origin in wanted)
        )

    def cold(self) -> float:
        """The cold spell of January 2021: what stocks fell by, over the use of those days."""
        fact = self._facts["Cold spell, LNG stock run-down"]
        found = re.search(r"in (\d+) days", fact["trigger_seen"])
        if found is None:
            raise FactError(f"pact_events.csv: no length in {fact['trigger_seen']!r}")
        return self._share(number(fact, "mt"), float(found[1]))

    def quake_low(self) -> float:
        """The earthquake of March 2022: more gas while coal plants stood still."""
        fact = self._facts["same, fuel effect"]
        days = (date.fromisoformat(fact["end"]) - date.fromisoformat(fact["start"])).days
        return self._share(number(fact, "mt"), float(days))

    def reactors(self) -> float:
        """Gas in the place of all reactors that run, over all gas use."""
        need = self._assume["nuclear_generation"] * self._assume["gas_heat_rate"]
        return need / self.base("JPN")

    def default(self) -> float:
        """What SEFE did not deliver, over the cargo that stands for portfolio sellers."""
        (fact,) = (r for r in read("hazards") if r["target_kind"] == "contract")
        size = re.search(r"([\d.]+) Mt/yr", fact["target"])
        if size is None:
            raise FactError(f"hazards.csv: no quantity in {fact['target']!r}")
        return number(fact, "depth") * float(size[1]) / self.base("IND", PORTFOLIO)

    def _share(self, mt: float, days: float) -> float:
        return mt / (self.base("JPN") * days / 365)
