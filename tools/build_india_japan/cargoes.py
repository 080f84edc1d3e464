"""terminals.csv, sea_legs.csv and seasons.csv: what single cargoes need beside the LNG chain.

Berths and the largest ship of a terminal are in no fact table: they are estimated by the rules
below from capacity and tank volume. Months come from customs; a country of which months are
missing gets no season.
"""

from __future__ import annotations

from calendar import monthrange
from math import ceil
from statistics import fmean
from typing import TYPE_CHECKING

from tools.build_india_japan.places import slug, terminals
from tools.build_india_japan.tables import FactError, Row, decimal, number, read

if TYPE_CHECKING:
    from tools.build_india_japan.assumptions import Assumptions
    from tools.build_india_japan.flows import Importer
    from tools.build_india_japan.groups import Group
    from tools.build_india_japan.sources import Sources

TERMINALS = (
    "id", "name", "role", "place", "lat", "lon", "capacity", "berths", "port_days",
    "largest_ship", "smallest_ship", "port", "source", "confidence", "note",
)  # fmt: skip
LEGS = ("id", "points", "length", "passage", "source", "confidence", "note")
SEASONS = ("place", "month", "factor", "source", "confidence", "note")
#: Countries whose exporter loads the largest ships: they were built for its plants.
LARGE_LOADERS = ("QAT",)
#: Ship sizes that a source names: smallest and largest tank volume in m3.
NAMED = {"Chhara": (80_000.0, 266_000.0)}
SEASON_YEARS = ("2020", "2021")
MONTHS = [f"{month:02}" for month in range(1, 13)]
SEA = {
    "source": "searoute 1.6.0, shortest sea path, northern sea route shut",
    "url": "https://pypi.org/project/searoute/",
}


def tables(
    groups: dict[str, Group],
    places: dict[str, Importer],
    stocks: list[Row],
    assume: Assumptions,
    sources: Sources,
) -> dict[str, tuple[tuple[str, ...], list[Row]]]:
    """The three tables. `stocks` are the rows of stocks.csv, for what the tanks can take."""
    room = {
        row["place"]: (number(row, "tank") - number(row, "floor")) * 1e6 / assume["density"]
        for row in stocks if row["commodity"] == "lng"
    }  # fmt: skip
    ends = [*_loading(groups, assume, sources), *_receiving(places, room, assume, sources)]
    return {
        "terminals": (TERMINALS, sorted(ends, key=lambda row: row["id"])),
        "sea_legs": (LEGS, _legs(sources)),
        "seasons": (SEASONS, _seasons("JPN", sources)),
    }


def ports(groups: dict[str, Group], places: dict[str, Importer]) -> tuple[list[Row], list[Row]]:
    """Facts of the plants that load, and of the terminals that receive."""
    plants = [plant for group in groups.values() for plant in group.plants]
    return plants, list(terminals(places).values())


def _loading(groups: dict[str, Group], assume: Assumptions, sources: Sources) -> list[Row]:
    """The plants of each group that were exporting at the base date."""
    found = []
    for group in groups.values():
        large = group.country in LARGE_LOADERS
        most = assume["largest_ship" if large else "standard_berth"]
        for plant in group.plants:
            row = _terminal(plant, assume, sources)
            found.append(row | {
                "id": slug(plant["name"]), "role": "loading", "place": group.id,
                "largest_ship": decimal(most, 0),
                "note": f"{plant['status']}; {row['note']}; largest ship: "
                + ("its exporter's own" if large else "standard size") + " (assumption)",
            })  # fmt: skip
    return found


def _receiving(
    places: dict[str, Importer], room: dict[str, float], assume: Assumptions, sources: Sources
) -> list[Row]:
    """Indian and Japanese terminals, with the ship that their tanks can take."""
    found = []
    for name, fact in terminals(places).items():
        least, most, why = _ships(fact, room[name] / assume["fill_limit"], assume)
        row = _terminal(fact, assume, sources)
        found.append(row | {
            "id": name, "role": "receiving", "place": name,
            "largest_ship": decimal(most, 0), "smallest_ship": decimal(least, 0),
            "note": f"{row['note']}; largest ship: {why}",
        })  # fmt: skip
    return found


def _terminal(fact: Row, assume: Assumptions, sources: Sources) -> Row:
    """What all terminals have; capacity and position are facts, the row counts as an estimate."""
    reach = assume["berth_reach"]
    berths = ceil(number(fact, "capacity_mtpa") / reach)
    return {
        "name": fact["name"], "lat": fact["lat"], "lon": fact["lon"],
        "capacity": decimal(number(fact, "capacity_mtpa")), "berths": str(berths),
        "port_days": decimal(assume["port_days"]), "smallest_ship": "0",
        "source": sources.add(fact), "confidence": "estimate",
        "note": f"capacity and position {fact['confidence']}; berths: "
        + ("two jetties (looked-up)" if "two jetties" in fact["note"]
           else f"one for each {decimal(reach)} Mt/yr (estimate)"),
    }  # fmt: skip


def _ships(fact: Row, room: float, assume: Assumptions) -> tuple[float, float, str]:
    """Smallest and largest ship [m3] of a terminal whose tanks take a ship of `room`, and why.

    Below the smallest ship of the ocean trade only coastal ships come.
    """
    if fact["name"] in NAMED:
        return *NAMED[fact["name"]], "as its owner says (looked-up)"
    if number(fact, "storage_m3") >= assume["large_tanks"]:
        return 0.0, assume["largest_ship"], "Q-Max where tanks are large (assumption)"
    most = min(assume["standard_berth"], room // 1000 * 1000)
    if most < assume["least_ship"]:
        return 0.0, most, "what the tanks hold above the floor: coastal ships only (assumption)"
    if most < assume["standard_berth"]:
        return 0.0, most, "what the tanks hold above the floor (assumption)"
    return 0.0, most, "standard size (assumption)"


def _legs(sources: Sources) -> list[Row]:
    source = sources.add(SEA)
    return [
        {"id": row["id"], "points": row["points"], "length": row["nm"], "passage": row["passage"],
         "source": source, "confidence": "estimate"}
        for row in read("sea_legs")
    ]  # fmt: skip


def _seasons(country: str, sources: Sources) -> list[Row]:
    """Imports a day by month of `SEASON_YEARS`, over their mean.

    A month that both years lack is taken from the next later year that has it, moved by what the
    months that both have differ by.
    """
    facts = [
        row for row in read("lng_monthly")
        if (row["importer"], row["exporter"]) == (country, "WLD") and len(row["year_month"]) == 7
    ]  # fmt: skip
    daily = {row["year_month"]: _a_day(row) for row in facts}
    source = sources.add(next(row for row in facts if "Ministry" in row["source"]))
    first = _by_month(daily, SEASON_YEARS)
    later = sorted({period[:4] for period in daily if period[:4] > max(SEASON_YEARS)})
    values, notes = {}, {}
    for month in MONTHS:
        years = [year for year in SEASON_YEARS if f"{year}-{month}" in daily]
        values[month] = first.get(month, 0.0)
        if not years:
            years = [year for year in later if f"{year}-{month}" in daily][:1]
            if not years:
                raise FactError(f"lng_monthly.csv has no month {month} of {country}")
            values[month] = daily[f"{years[0]}-{month}"] * _drift(daily, first, years[0])
        notes[month] = " and ".join(years)
    mean = fmean(values.values())
    return [
        {"place": country, "month": str(int(month)), "factor": decimal(values[month] / mean, 3),
         "source": source, "confidence": "estimate",
         "note": f"imports a day of {notes[month]}, over the mean of the twelve months"
         + ("" if notes[month][:4] in SEASON_YEARS
            else f"; none of {' or '.join(SEASON_YEARS)}, moved by the months in common")}
        for month in MONTHS
    ]  # fmt: skip


def _a_day(row: Row) -> float:
    year, month = map(int, row["year_month"].split("-"))
    return number(row, "mt") / monthrange(year, month)[1]


def _by_month(daily: dict[str, float], years: tuple[str, ...]) -> dict[str, float]:
    """Mean over those of `years` that have the month."""
    found = {m: [daily[f"{y}-{m}"] for y in years if f"{y}-{m}" in daily] for m in MONTHS}
    return {month: fmean(values) for month, values in found.items() if values}


def _drift(daily: dict[str, float], first: dict[str, float], year: str) -> float:
    """What the months of `year` must be multiplied by to lie on the level of `first`."""
    common = [month for month in first if f"{year}-{month}" in daily]
    return sum(first[m] for m in common) / sum(daily[f"{year}-{m}"] for m in common)
