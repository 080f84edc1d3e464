"""Power grids: Tokyo and Mumbai, with the rest of Japan and of Maharashtra around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.build_india_japan import grids_india, grids_japan
from tools.build_india_japan.grid_facts import HOURS, MUMBAI, NAMES, REST, TOKYO, WEST
from tools.build_india_japan.sources import confidence
from tools.build_india_japan.tables import FactError, Row, decimal, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.build_india_japan.grid_facts import GridFacts

GENERATOR_COLUMNS = (
    "id", "name", "grid", "fuel", "capacity", "available", "firm", "energy", "cost", "cost_unit",
    "heat_rate", "lng_share", "fill", "efficiency", "source", "confidence", "note",
)  # fmt: skip
INTERTIE_COLUMNS = (
    "id", "origin", "destination", "limit", "base", "source", "confidence", "note",
)  # fmt: skip
LOAD_COLUMNS = (
    "grid", "month", "energy", "peak", "minimum", "source", "confidence", "note",
)  # fmt: skip
GAS_COLUMNS = ("grid", "demand", "share", "source", "confidence", "note")
#: Where each grid is drawn: a row of the facts.
_DRAWN = {
    TOKYO: ("TEPCO", "plant", "Shinagawa"),
    REST: ("TEPCO", "interconnector", "frequency converter Shin-Shinano"),
    MUMBAI: ("MUM", "plant", "Trombay 7"),
    WEST: ("MAHA", "plant", "Koradi"),
}
#: Gas for power of which coasts feeds which grid.
_COASTS = {TOKYO: ("JPN-KANTO",), REST: ("JPN-CHUBU", "JPN-KANSAI", "JPN-KYUSHU", "JPN-NORTH")}
_TOHOKU = "Tohoku to Tokyo (Soma-Futaba and Iwaki lines), operating"
_CONVERTERS = "Tokyo-Chubu frequency converters, all"
_ALERT = (
    "A back-test on the grid of today: six days after the Fukushima earthquake plants and lines "
    "are out and it snows. Plants, lines and loads are set to what ran that day and the next; gas "
    "is not short. An LNG loan helps nothing here."
)


def tables(
    facts: GridFacts, places: tuple[tuple[str, ...], list[Row]], demands: Iterable[Row]
) -> dict[str, tuple[tuple[str, ...], list[Row]]]:
    """The four tables of grids, and places.csv with the grids in it."""
    together = sorted([*places[1], *place_rows(facts)], key=lambda row: row["id"])
    return {
        "places": (places[0], together),
        "generators": (GENERATOR_COLUMNS, generators(facts)),
        "interties": (INTERTIE_COLUMNS, interties(facts)),
        "loads": (LOAD_COLUMNS, loads(facts)),
        "grid_gas": (GAS_COLUMNS, gas(facts, demands)),
    }


def place_rows(facts: GridFacts) -> list[Row]:
    """The grids as places."""
    found = []
    for name, key in _DRAWN.items():
        row = facts.row(*key)
        country = {"JP": "JPN", "IN": "IND"}[name[:2]]
        found.append({
            "id": name, "name": NAMES[name], "kind": "grid", "country": country,
            "parent": country, "lat": row["lat"], "lon": row["lon"],
            "source": facts.sources.add(row), "confidence": confidence(row),
            "note": f"position of {row['item']}, for the map only",
        })  # fmt: skip
    return found


def generators(facts: GridFacts) -> list[Row]:
    """All generators, grid by grid."""
    return [
        *grids_japan.tokyo(facts), *grids_japan.rest(facts),
        *grids_india.mumbai(facts), *grids_india.west(facts),
    ]  # fmt: skip


def interties(facts: GridFacts) -> list[Row]:
    """Lines into the two cities, and back to the rest of Japan where there is a limit."""
    tohoku, converters = (facts.row("TEPCO", "interconnector", i) for i in (_TOHOKU, _CONVERTERS))
    # Its own source says "same table".
    north = facts.row("TEPCO", "interconnector", "Tokyo to Tohoku, operating") | {
        "source": tohoku["source"], "url": tohoku["url"],
    }  # fmt: skip
    sent = facts.value("TEPCO", "generation", "net import") * 1000
    mumbai = facts.row("MUM", "interconnector", "import corridors, as Tata Power says")
    added = facts.value("MUM", "interconnector", "Kharghar-Vikhroli 400 kV, added")
    load = sum(facts.value("MUM", "load_month", f"month {m:02d}") for m in range(1, 13)) * 1000
    needed = load - grids_india.own_energy(facts)

    def line(name: str, ends: tuple[str, str], basis: Row, note: str, **more: float) -> Row:
        limit = more.get("limit", number(basis, "value"))
        return {
            "id": name, "origin": ends[0], "destination": ends[1], "limit": decimal(limit),
            "base": decimal(more.get("base", 0.0), 1), "source": facts.sources.add(basis),
            "confidence": "estimate" if "base" in more else confidence(basis), "note": note,
        }  # fmt: skip

    into, out = (REST, TOKYO), (TOKYO, REST)
    return [
        line("tohoku-tokyo", into, tohoku, "base: Tokyo's net import of FY2023, mostly from "
             "Tohoku; 10,280 MW planned for late 2027", base=sent),
        line("chubu-tokyo", into, converters, "frequency converters; 3,000 MW planned for 2027-28"),
        line("tokyo-tohoku", out, north, "the way back"),
        line("tokyo-chubu", out, converters, "frequency converters, the way back"),
        line("maharashtra-mumbai", (WEST, MUMBAI), mumbai, "2,286 MW in practice (the state "
             "company says 4,000) and 1,000 MW added in 2023; base: load less what own plants give",
             limit=number(mumbai, "value") + added, base=needed),
    ]  # fmt: skip


def loads(facts: GridFacts) -> list[Row]:
    """Loads of the twelve months of each grid."""
    least = facts.assume["grid_minimum"]
    energy_ratio, peak_ratio = grids_japan.rest_ratio(facts)
    state = facts.row("MAHA", "peak", "May 2024")
    record = facts.value("MUM", "peak", "record")
    west_peak = number(state, "value") - record
    national = (
        facts.value("IND", "generation", "all") * 1000 / facts.value("IND", "peak", "record met")
    )  # GWh a year per GW of peak
    days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    found: list[Row] = []
    for grid, system in ((TOKYO, "TEPCO"), (REST, ""), (MUMBAI, "MUM"), (WEST, "")):
        for m, length in enumerate(days, start=1):
            of = system or "TEPCO"
            basis = facts.row(of, "load_month", f"month {m:02d}")
            energy = number(basis, "value") * 1000
            peak = facts.value(of, "peak_month", f"month {m:02d}")
            note = f"{basis['note']}; peak: {facts.row(of, 'peak_month', f'month {m:02d}')['note']}"
            peak *= 1000 if of == "TEPCO" else 1
            if grid == REST:
                energy, peak = energy * energy_ratio, peak * peak_ratio
                note = (
                    "Tokyo's shape times what the rest had of its July and August 2023, and of its "
                    "peak (ten areas, August 2018)"
                )
            elif grid == WEST:
                basis, peak = state, west_peak
                energy = west_peak / 1000 * national * length / 365
                note = (
                    "no monthly figures: the state's peak of May 2024 less Mumbai's record, all "
                    "year, at the load factor of all India (FY2025)"
                )
            found.append({
                "grid": grid, "month": str(m), "energy": decimal(energy, 1),
                "peak": decimal(peak, 1), "minimum": decimal(least * peak, 1),
                "source": facts.sources.add(basis), "confidence": "estimate",
                "note": f"{note}; minimum: assumption grid_minimum",
            })  # fmt: skip
    return found


def gas(facts: GridFacts, demands: Iterable[Row]) -> list[Row]:
    """Which rows of demands.csv feed which grid."""
    power = [row for row in demands if row["sector"].startswith("power")]
    found: list[Row] = []
    for grid, coasts in _COASTS.items():
        basis = facts.row("TEPCO", "plant", "Futtsu")
        found += [
            _gas_row(facts, grid, row, 1.0, basis, "plants of the coast burn its gas for power")
            for row in power if row["place"] in coasts
        ]  # fmt: skip
    india = facts.row("IND", "generation", "gas")
    for grid, energy in grids_india.gas_energy(facts).items():
        share = energy / (number(india, "value") * 1000)
        found += [
            _gas_row(facts, grid, row, share, india, "its part of the energy that gas gives in all "
                     "India; pooled or not, all tiers alike")
            for row in power if row["place"] == "IND"
        ]  # fmt: skip
    if {row["grid"] for row in found} != set(NAMES):
        raise FactError("demands.csv has no gas for power for one of the grids")
    return found


def _gas_row(facts: GridFacts, grid: str, row: Row, share: float, basis: Row, note: str) -> Row:
    return {
        "grid": grid, "demand": row["id"], "share": decimal(share),
        "source": facts.sources.add(basis), "confidence": "estimate", "note": note,
    }  # fmt: skip


def back_test(facts: GridFacts) -> str:
    """The scenario of 22 and 23 March 2022: megawatts were short, not gas."""
    runs = 1 - facts.outage["Japan"]

    def out(fuel: str, running: str) -> float:
        ran = facts.value("TEPCO", "capacity_running", running) * 1000
        can = facts.value("TEPCO", "capacity", fuel)
        return 1 - ran / (can * runs)

    march = facts.value("TEPCO", "peak_month", "month 03")
    day = facts.value("TEPCO", "peak", "demand in the alert, actual") / march - 1
    after = facts.value("TEPCO", "peak", "day after the alert") / march - 1
    usual = facts.value("TEPCO", "generation", "net import") * 1000 / HOURS
    helped = facts.value("TEPCO", "emergency_transfer", "from other utilities in the alert")
    tohoku = 1 - usual / facts.value("TEPCO", "interconnector", _TOHOKU)
    chubu = 1 - helped / facts.value("TEPCO", "interconnector", _CONVERTERS)
    shocks = [
        ("load", TOKYO, 0, 1, "change", day),
        ("load", TOKYO, 1, 1, "change", after),
        ("generator", f"{TOKYO}-gas", 0, 2, "depth", out("gas", "gas running in the alert")),
        ("generator", f"{TOKYO}-coal", 0, 2, "depth", out("coal", "coal running in the alert")),
        ("intertie", "tohoku-tokyo", 0, 2, "depth", tohoku),
        ("intertie", "chubu-tokyo", 0, 2, "depth", chubu),
    ]
    seen = facts.row("TEPCO", "capacity_running", "gas running in the alert")
    text = [
        'title = "Tokyo\'s power alert of 22 March 2022"',
        f'about = "{_ALERT}"',
        "start = 2022-03-22",
        'kind = "back-test"',
        "",
        "[[sources]]",
        f'title = "{seen["source"].replace(chr(34), "")}"',
        f'url = "{seen["url"]}"',
        f'date = "{seen["period"]}"',
    ]
    for kind, name, start, days, key, size in shocks:
        text += ["", "[[shock]]", f'{kind} = "{name}"']
        text += [f"start_day = {start}"] if start else []
        text += [f"days = {days}", f"{key} = {decimal(size)}"]
    return "\n".join(text) + "\n"
