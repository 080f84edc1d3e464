"""Ways of a pair of countries for minerals, magnets and wafers: days, passages, detours.

Everything goes from one port of the exporter to one of the importer (facts/mineral_ports.csv), by
land where facts/mineral_overland.csv or a common land says so, and for 30 assumed days where one
side is the rest of the world.  The sea paths are in facts/mineral_sea_lanes.csv.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import NoReturn

from tools.build_india_japan.lanes import SEAROUTE
from tools.build_india_japan.routes import WORDS, Route
from tools.build_india_japan.tables import FactError, Row, by_key, number, read

Pair = tuple[str, str]
REST = "ROW"
#: Passages that lanes of minerals list, in the order in which a detour is named after them.
LISTED = (
    "suez", "panama", "malacca", "sunda", "lombok", "taiwan_strait", "bab_el_mandeb", "gibraltar",
    "hormuz", "luzon_strait",
)  # fmt: skip
#: Straits beside Taiwan: one is hardly longer than the other.
BESIDE_TAIWAN = frozenset({"taiwan_strait", "luzon_strait"})
STATES = ("avoided", "open")
# Importers that each larger producer could ship to, whether it does or not.
BUYERS = (
    "IND", "JPN", "CHN", "USA", "KOR", "DEU", "VNM", "EU", REST, "FIN", "TWN", "THA",
)  # fmt: skip
LARGE_SHARE = 0.01
AMERICA = frozenset({"ARG", "BRA", "CAN", "CHL", "COL", "CUB", "USA"})
COLUMNS = ("exporter", "importer", "variant", "kind", "avoids", "nm", "crosses", "points")


@dataclass(frozen=True)
class Way:
    """One way from an exporting to an importing country.

    Attributes
    ----------
    days
        From leaving the plant to arriving with the user: inland, ports, customs, sea.
    passages
        Passages and the day after departure on which each is crossed, in that order.
    points
        ``lon lat;lon lat`` for paths.csv, cut by ``|`` at 180 degrees; blank without a course.
    variant
        ``avoided`` or ``open`` (Red Sea), blank where the way is the same in both.
    replaces_first
        Whether it is a detour, which stands in for `usual` of the same variant.
    source_fact
        A row with ``source``, ``url`` and ``confidence`` for `Sources.add`.
    """

    days: float
    route: str
    passages: tuple[tuple[str, float], ...]
    points: str
    variant: str
    replaces_first: bool
    confidence: str
    source_fact: Row


class Ways(dict[Pair, tuple[Way, ...]]):
    """Ways by pair, the usual one first; a pair without any is an error that says what to do."""

    def __missing__(self, pair: Pair) -> NoReturn:
        raise FactError(
            f"no way from {pair[0]} to {pair[1]}: add ports to facts/mineral_ports.csv and run "
            "with --distances"
        )


@dataclass(frozen=True)
class Port:
    """The port by which a country trades with a partner."""

    country: str
    lon: float
    lat: float
    inland_days: float


class Ports:
    """Ports by country; a port can be kept for some partners."""

    def __init__(self) -> None:
        self.rows = read("mineral_ports")
        self._ports: dict[Pair, Port] = {}
        self._land: dict[str, str] = {}
        for row in self.rows:
            port = Port(
                row["country"], number(row, "lon"), number(row, "lat"), number(row, "inland_days")
            )
            for partner in row["serves"].split(";"):
                if (port.country, partner) in self._ports:
                    raise FactError(f"mineral_ports.csv: two ports of {port.country} {partner}")
                self._ports[port.country, partner] = port
            self._land[port.country] = row["land"]

    def countries(self) -> list[str]:
        """All countries with a port."""
        return sorted(self._land)

    def of(self, country: str, partner: str) -> Port:
        """The port of a country in trade with this partner."""
        own = self._ports.get((country, partner)) or self._ports.get((country, ""))
        if own is None:
            raise FactError(f"facts/mineral_ports.csv has no port for {country}")
        return own

    def land(self, pair: Pair) -> str:
        """Name of the land on which both have roads to each other, or blank."""
        first, second = (self._land.get(country, "") for country in pair)
        return first if first == second else ""


class SeaAssumptions:
    """Values of the rows ``mineral_sea_...`` of facts/mineral_assumptions.csv, by what follows."""

    def __init__(self) -> None:
        self.rows = by_key(read("mineral_assumptions"), "id")

    def __getitem__(self, name: str) -> float:
        return number(self.fact(name), "value")

    def fact(self, name: str) -> Row:
        """The row itself."""
        try:
            return self.rows[f"mineral_sea_{name}"]
        except KeyError as error:
            raise FactError(f"mineral_assumptions.csv has no row mineral_sea_{name}") from error


def pairs() -> list[Pair]:
    """Pairs that trade, and those between a large producer and the buyers of `BUYERS`."""
    found = {(row["exporter"], row["importer"]) for row in read("minerals_flows")}
    rows = read("minerals_production")
    total: dict[tuple[str, ...], float] = {}
    for row in rows:
        total[_series(row)] = total.get(_series(row), 0.0) + number(row, "quantity")
    for row in rows:
        if number(row, "quantity") >= LARGE_SHARE * total[_series(row)] > 0:
            found |= {(row["country"], buyer) for buyer in BUYERS}
    no_place = {"WLD", "unknown"}
    return sorted(pair for pair in found if pair[0] != pair[1] and not no_place & set(pair))


def _series(row: Row) -> tuple[str, ...]:
    return row["commodity"], row["stage"], row["year"]


def overland(ports: Ports) -> dict[Pair, Row]:
    """Pairs by land, with days, way and source."""
    assume = SeaAssumptions()
    found: dict[Pair, Row] = {}
    for exporter in ports.countries():
        for importer in ports.countries():
            land = ports.land((exporter, importer))
            if exporter != importer and land:
                fact = assume.fact(land.replace(" ", "_"))
                found[exporter, importer] = fact | {"days": fact["value"], "way": "by land"}
    return found | {(row["exporter"], row["importer"]): row for row in read("mineral_overland")}


def routes() -> Ways:
    """Ways of every pair: by sea, by land, or assumed where one side is the rest of the world."""
    assume, ports = SeaAssumptions(), Ports()
    found = Ways()
    for row in read("mineral_sea_lanes"):
        pair = row["exporter"], row["importer"]
        found[pair] = (*found.get(pair, ()), _by_sea(row, found.get(pair, ()), ports, assume))
    least = number(by_key(read("model_assumptions"), "id")["passage_least"], "value")
    for pair in found:
        found[pair] = _without_straits(found[pair], least)
    for pair, row in overland(ports).items():
        found[pair] = (_plain(number(row, "days"), row["way"], row),)
    fact = assume.fact("row_days")
    for country in ports.countries():
        for pair in ((country, REST), (REST, country)):
            found[pair] = (_plain(number(fact, "value"), "not told", fact),)
    return found


def by_air() -> Way:
    """The way of goods that fly (`freight_mode` of facts/minerals_values.csv), between any pair.

    It crosses no passage.
    """
    fact = SeaAssumptions().fact("air_days")
    return _plain(number(fact, "value"), "by air", fact)


def usual(ways: tuple[Way, ...], variant: str) -> Way | None:
    """The way that is taken in a variant of the Red Sea as long as nothing is shut."""
    return next((w for w in ways if not w.replaces_first and w.variant in ("", variant)), None)


def _without_straits(ways: tuple[Way, ...], least: float) -> tuple[Way, ...]:
    """Ways of a pair on which no strait beside Taiwan counts that is rounded in `least` days.

    The way round the Taiwan Strait is then the usual one, if nothing else is different on it; the
    other straits stay listed only where shutting them costs more, as for gas.
    """
    found = list(ways)
    for old in [w for w in ways if not w.replaces_first]:
        cheap = {s for s in BESIDE_TAIWAN & _listed(old) if _extra(old, ways, s) < least}
        if not cheap:
            continue
        kept = _listed(old) - BESIDE_TAIWAN
        others = [
            w for w in ways
            if w.replaces_first and w.variant == old.variant and w.days - old.days < least
            and "taiwan_strait" in cheap - _listed(w) and _listed(w) - BESIDE_TAIWAN == kept
        ]  # fmt: skip
        new = min(others, key=lambda w: (len(w.passages), w.days), default=old)
        if new is not old:
            # From the other side, the way that was left goes round all that this one crosses.
            found.remove(new)
            cheap = set(BESIDE_TAIWAN)
        found[found.index(old)] = replace(
            new, passages=tuple(p for p in new.passages if p[0] not in cheap), replaces_first=False
        )
    return tuple(_useful(way, found) for way in found if _avoids(way, found))


def _listed(way: Way) -> set[str]:
    return {name for name, _ in way.passages}


def _extra(old: Way, ways: tuple[Way, ...], strait: str) -> float:
    """Days that going round a strait costs, in the worse state of the Red Sea."""
    return max(
        min((w.days - old.days for w in ways if w.replaces_first and w.variant in ("", state)
             and strait not in _listed(w)), default=inf)
        for state in STATES if old.variant in ("", state)
    )  # fmt: skip


def _firsts(way: Way, ways: list[Way]) -> list[Way]:
    """Usual ways that a detour can stand in for."""
    return [w for w in ways if not w.replaces_first and (w.variant == way.variant or
            "" in (w.variant, way.variant))]  # fmt: skip


def _avoids(way: Way, ways: list[Way]) -> bool:
    """Whether a way is usual or goes round something of a usual way."""
    return not way.replaces_first or any(_listed(w) - _listed(way) for w in _firsts(way, ways))


def _useful(way: Way, ways: list[Way]) -> Way:
    """A detour, never shorter than the way that it stands in for."""
    if not way.replaces_first:
        return way
    return replace(way, days=max([way.days, *(w.days for w in _firsts(way, ways))]))


def _plain(days: float, words: str, fact: Row) -> Way:
    return Way(days, words, (), "", "", False, fact["confidence"], fact)


def _by_sea(row: Row, before: tuple[Way, ...], ports: Ports, assume: SeaAssumptions) -> Way:
    """A row of mineral_sea_lanes.csv as a way; the usual way of a detour is in `before`."""
    exporter, importer = row["exporter"], row["importer"]
    start = ports.of(exporter, importer).inland_days + assume["load"]
    end = assume["unload"] + ports.of(importer, exporter).inland_days
    per_day = assume["speed"] * 24
    marks = [mark.split("@") for mark in row["crosses"].split(";") if mark]
    crossings = tuple((name, float(nm)) for name, nm in marks)
    days = start + number(row, "nm") / per_day + end
    words = Route(number(row, "nm"), crossings, row["points"]).words()
    detour = row["kind"] == "detour"
    if detour:
        first = usual(before, row["variant"])
        if first is None:
            raise FactError(f"mineral_sea_lanes.csv: a detour stands before its way: {row}")
        # Malacca is preferred to a shorter Sunda; nobody gains by its closure.
        days = max(days, first.days)
        if words == first.route:
            named = min(row["avoids"].split(";"), key=LISTED.index)
            words += f", avoiding {WORDS[named]}"
    listed = tuple(
        (name, round(start + nm / per_day, 2)) for name, nm in crossings if name in LISTED
    )
    return Way(
        round(days, 2), words, listed, _cut(row["points"]), row["variant"], detour, "estimate",
        {**SEAROUTE, "confidence": "estimate"},
    )  # fmt: skip


def _cut(points: str) -> str:
    """A course with ``|`` instead of ``;`` where it crosses 180 degrees."""
    text, before = "", None
    for point in points.split(";"):
        lon = float(point.split(" ")[0])
        sign = "" if before is None else "|" if abs(lon - before) > 180 else ";"
        text += sign + point
        before = lon
    return text
