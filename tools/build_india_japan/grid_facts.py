"""What the rows of all power grids are made from.

Plants are counted by fuel and not one by one: a search for the worst failure must not point at
sites.
The surroundings are differences of totals, so their rows are estimates whatever their terms are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.build_india_japan.tables import FactError, Row, decimal, number, read

if TYPE_CHECKING:
    from tools.build_india_japan.assumptions import Assumptions
    from tools.build_india_japan.sources import Sources

TOKYO, REST, MUMBAI, WEST = "JP-tokyo", "JP-rest", "IN-mumbai", "IN-maharashtra"
NAMES = {
    TOKYO: "Tokyo grid", REST: "Grid of the rest of Japan", MUMBAI: "Mumbai grid",
    WEST: "Grid of Maharashtra without Mumbai",
}  # fmt: skip
HOURS = 8.76  # thousand a year: GWh/yr per MW


@dataclass(frozen=True)
class GridFacts:
    """facts/grids.csv by system, kind and item, and what else grids are built from."""

    rows: dict[tuple[str, str, str], Row]
    outage: dict[str, float]
    assume: Assumptions
    sources: Sources

    def row(self, system: str, kind: str, item: str) -> Row:
        """The first row of that name; later ones are of earlier years.

        Raises
        ------
        FactError
            There is none.
        """
        if (system, kind, item) not in self.rows:
            raise FactError(f"facts/grids.csv has no row {system}, {kind}, {item}")
        return self.rows[system, kind, item]

    def value(self, system: str, kind: str, item: str) -> float:
        """Its figure, in its own unit."""
        return number(self.row(system, kind, item), "value")


def load_facts(assume: Assumptions, sources: Sources) -> GridFacts:
    """Read the facts; of Japanese units the planning rate of outages, of Indian ones no rate is
    known and that of North America stands in."""
    rows: dict[tuple[str, str, str], Row] = {}
    for row in read("grids"):
        rows.setdefault((row["system"], row["kind"], row["item"]), row)
    rates = {(r["target"], r["sample"]): number(r, "value") / 100 for r in read("reliability")
             if r["kind"] == "power" and r["unit"] == "%"}  # fmt: skip
    named = {
        "Japan": ("Japanese power units", "winter 2024 planning value"),
        "gas": ("gas power units, North America", "2023"),
        "coal": ("coal power units, North America", "2023"),
        "hydro": ("hydro units, North America", "2023"),
        "nuclear": ("nuclear units, North America", "2023"),
    }
    missing = [key for key in named.values() if key not in rates]
    if missing:
        raise FactError(f"facts/reliability.csv has no rate in % for {missing}")
    outage = {name: rates[key] for name, key in named.items()}
    return GridFacts(rows, outage, assume, sources)


def generator(
    facts: GridFacts, grid: str, name: str, fuel: str,
    cost: str | float, basis: Row, *,
    capacity: float, available: float = 1.0, firm: float | None = None,
    energy: float | None = None, note: str, sure: str = "estimate", **more: str,
) -> Row:  # fmt: skip
    """One generator; `cost` is USD/MWh or the name of an assumption, `basis` the fact that its
    capacity comes from."""
    row = {
        "id": f"{grid}-{name.lower().replace(' ', '-')}", "name": f"{NAMES[grid]}: {name}",
        "grid": grid, "fuel": fuel, "capacity": decimal(capacity, 1),
        "available": decimal(available), "firm": "" if firm is None else decimal(firm),
        "energy": "" if energy is None else decimal(energy, 1),
        "cost": decimal(facts.assume[cost] if isinstance(cost, str) else cost, 2),
        "cost_unit": "USD/MWh", "source": facts.sources.add(basis), "confidence": sure,
        "note": note,
    }  # fmt: skip
    return row | more
