"""Fabs and the chips that they sell: one fab a country, one a site in Japan and India.

No customs figure tells whose wafers reach whom, so every country's fabs serve Japan, India and
everybody else in proportion to their shares of the world's semiconductor sales.  Everybody else is
one market at ROW.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.build_india_japan.minerals_facts import Flow
from tools.build_india_japan.minerals_goods import GOODS
from tools.build_india_japan.minerals_works import Work
from tools.build_india_japan.places import slug
from tools.build_india_japan.sources import confidence
from tools.build_india_japan.tables import FactError, Row, number, read

if TYPE_CHECKING:
    from tools.build_india_japan.minerals_facts import Facts
    from tools.build_india_japan.minerals_recipes import Recipe

SITED = ("IND", "JPN")
MONTHS = 12
_FAB = "thousand starts a month"
_FILLED = {
    "source": "own rule: a country's wafers by the buyers' shares of world semiconductor sales",
    "url": "", "confidence": "assumption",
}  # fmt: skip


@dataclass(frozen=True)
class Use:
    """How many wafers a year stand behind a thousand starts a month of capacity."""

    full: float
    usual: float


def use_of_capacity(recipes: dict[str, Recipe]) -> Use:
    """Wafers (k) a year at full and at usual use, from the silicon that the world's fabs take."""
    row = next(r for r in read("minerals_recipes") if r["process"] == "wafer fab")
    per_wafer = recipes["wafer_processing"].takes("silicon_wafer")
    return Use(MONTHS, number(row, "coefficient_in_per_out") / per_wafer)


def fabs(facts: Facts, recipes: dict[str, Recipe], names: dict[str, str]) -> list[Work]:
    """Fabs by country, Japanese and Indian ones by site."""
    use, recipe = use_of_capacity(recipes), recipes["wafer_processing"]
    share = f"{use.usual / use.full:.0%}"
    found: list[Work] = []
    for place, made in facts.made("wafer_starts").items():
        if place not in SITED:
            found.append(Work(
                f"{place.lower()}-fabs", f"{names[place]}, wafer fabs", recipe, place,
                made.quantity * use.usual, made.fact, made.confidence,
                f"{made.quantity:,.0f} {_FAB} at {share} of full use; {made.note}".strip("; "),
                nameplate=made.quantity * use.full,
            ))  # fmt: skip
    found += [
        _site(row, use, recipe, share)
        for row in read("minerals_facilities") if row["commodity"] == "wafer_fab_capacity"
    ]  # fmt: skip
    for place in SITED:
        sites = sum(w.nameplate or 0.0 for w in found if w.place == place and w.base > 0)
        whole = facts.made("wafer_starts")[place].quantity * use.full
        if not 0.95 * whole <= sites:
            raise FactError(f"fabs of {place} come to {sites:.0f} of {whole:.0f} k wafers")
    return found


def _site(row: Row, use: Use, recipe: Recipe, share: str) -> Work:
    capacity = number(row, "annual_quantity")
    nameplate = number(row, "nameplate_per_year") if row["nameplate_per_year"] else capacity
    running = capacity > 0
    return Work(
        f"{row['country'].lower()}-fab-{slug(row['name'])}", row["name"], recipe, row["country"],
        capacity * use.usual, row, confidence(row),
        "; ".join(filter(None, (
            f"{capacity:g} {_FAB} at {share} of full use" if running else "not running in 2024",
            row["note"],
        ))),
        capacity=None if running else 0.0, nameplate=nameplate * use.full,
    )  # fmt: skip


def markets() -> dict[str, tuple[float, Row]]:
    """Share of world semiconductor sales of Japan, India and all others."""
    rows = {r["country"]: r for r in read("minerals_demand") if r["stage"] == "chip"}
    world = sum(number(r, "demand") for r in rows.values())
    return {place: (number(r, "demand") / world, r) for place, r in rows.items()}


def flows(works: list[Work]) -> list[Flow]:
    """Chips from every country with fabs to the three markets; what a market makes stays there
    in part. The one Indian fab, for research and state use, sells nothing abroad."""
    made: dict[str, float] = {}
    for work in works:
        if work.recipe.output == "wafer_starts":
            made[work.place] = made.get(work.place, 0.0) + work.base
    found = []
    for place, quantity in sorted(made.items()):
        for market, (share, _) in markets().items():
            if place != market and place != "IND":
                found.append(Flow(
                    "wafer_starts", place, market, quantity * share, "filled", _FILLED,
                    "assumption", "no pair is known: by shares of world semiconductor sales",
                ))  # fmt: skip
    return found


def wafers_per_start(recipes: dict[str, Recipe]) -> float:
    """Wafers a year behind a thousand starts a month, as prices of the fact table count them."""
    return use_of_capacity(recipes).usual * GOODS["wafer_starts"].size * 1000.0
