"""Recipes of the mineral and chip chains: rows of processes.csv, and what they draw and give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.build_india_japan.minerals_goods import GOODS, figure
from tools.build_india_japan.sources import confidence
from tools.build_india_japan.tables import FactError, Row, number, read

if TYPE_CHECKING:
    from tools.build_india_japan.minerals_facts import Assumed
    from tools.build_india_japan.sources import Sources

#: How processes begin that stand for feed which no table tells.
UNLISTED = "unlisted_"
OWN = {"source": "own definition: counted where it is mined or made", "url": "",
       "confidence": "assumption"}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One good of a recipe: how much of it a unit of activity takes or gives."""

    good: str
    role: str
    quantity: float
    fact: Row
    note: str = ""


@dataclass(frozen=True)
class Recipe:
    """A process; its activity is counted in its first output."""

    id: str
    kind: str
    parts: tuple[Part, ...]

    @property
    def output(self) -> str:
        """The good in which activity is counted."""
        return next(part.good for part in self.parts if part.role == "output")

    @property
    def cost(self) -> Row:
        """Cells of a facility's cost, where the fact table has one."""
        cost = self.parts[0].fact.get("cost_usd_per_unit_out", "")
        return {"cost": cost, "cost_unit": GOODS[self.output].price_unit if cost else ""}

    def takes(self, good: str) -> float:
        """Quantity of an input per unit of activity, 0 if it is none."""
        return sum(p.quantity for p in self.parts if p.good == good and p.role == "input")

    def gives(self, good: str) -> float:
        """Quantity of an output per unit of activity, 0 if it is none."""
        return sum(p.quantity for p in self.parts if p.good == good and p.role != "input")

    def rows(self, sources: Sources) -> list[Row]:
        """Rows of processes.csv."""
        return [
            {
                "process": self.id, "kind": self.kind, "commodity": part.good, "role": part.role,
                "quantity": figure(part.quantity), "source": sources.add(part.fact),
                "confidence": confidence(part.fact), "note": part.note or part.fact.get("note", ""),
            }
            for part in self.parts
        ]  # fmt: skip


#: Extractions by the good that they give.
_EXTRACTIONS = {
    "ndpr_ore": "ndpr_mining", "dytb_ore": "dytb_mining", "lithium_ore": "lithium_mining",
    "cobalt_ore": "cobalt_mining", "nickel_ore": "nickel_mining", "graphite": "graphite_mining",
    "gallium": "gallium_extraction", "germanium": "germanium_extraction",
    "polysilicon": "polysilicon_making",
}  # fmt: skip
_BY_PRODUCT = "a by-product of its hosts (alumina; zinc and coal), which are not modelled"
_EXTRACTION_NOTES = {
    "gallium": _BY_PRODUCT, "germanium": _BY_PRODUCT,
    "polysilicon": "silicon metal and power are not modelled",
}  # fmt: skip
#: Conversions of one input by one row of minerals_recipes.csv: process, place in the row, input,
#: output.
_CONVERSIONS = {
    "ndpr_separation": ("separation", "*", "ndpr_ore", "ndpr_oxide"),
    "dytb_separation": ("heavy concentrate", "*", "dytb_ore", "dytb_oxide"),
    "ndpr_smelting": ("metal making", "CHN", "ndpr_oxide", "ndpr_metal"),
    "ndpr_smelting_abroad": ("metal making", "outside CHN", "ndpr_oxide", "ndpr_metal"),
    "lithium_conversion": (
        "spodumene or lepidolite conversion", "*", "lithium_ore", "lithium_chemicals",
    ),
    "lithium_brine": (
        "brine", "CHL, ARG, USA, part of CHN", "lithium_ore", "lithium_chemicals",
    ),
    "lithium_sulphate": ("lithium sulphate conversion", "CHN", "lithium_ore", "lithium_chemicals"),
    "cobalt_leaching": (
        "copper-cobalt mining and leaching", "COD", "cobalt_ore", "cobalt_intermediate",
    ),
    "cobalt_refining": ("cobalt hydroxide refining", "*", "cobalt_intermediate", "cobalt"),
    "nickel_leaching": (
        "nickel leaching (mixed hydroxide, sulphide)", "IDN, PHL, PNG, NCL, TUR", "nickel_ore",
        "nickel_intermediate",
    ),
    "nickel_matte": ("nickel matte", "IDN, CAN, RUS", "nickel_ore", "nickel_intermediate"),
    "nickel_refining": (
        "nickel refining", "CHN, JPN, NOR, FIN", "nickel_intermediate", "nickel",
    ),
    "nickel_pig_iron": (
        "nickel pig iron, ferronickel", "IDN, CHN, JPN, KOR, NCL, COL", "nickel_ore", "nickel",
    ),
    "spheronising": ("spheronising and purifying", "*", "graphite", "spherical_graphite"),
    "wafer_making": ("crystal growing and wafering", "*", "polysilicon", "silicon_wafer"),
}  # fmt: skip
#: Where a recipe of magnets comes from, by the ending of its process.
_MAGNET_PLACES = {"china": "CHN", "japan": "JPN", "abroad": "VNM, PHL, KOR, DEU, FIN, SVN, USA"}


def load(assume: Assumed) -> dict[str, Recipe]:
    """All recipes by id."""
    facts: dict[tuple[str, str], list[Row]] = {}
    for row in read("minerals_recipes"):
        facts.setdefault((row["process"], row["place"]), []).append(row)
    found = [_extraction(good, process) for good, process in _EXTRACTIONS.items()]
    for process, (name, place, taken, made) in _CONVERSIONS.items():
        row = _row(facts, name, place, GOODS[taken].fact[0])
        found.append(_conversion(process, taken, made, number(row, _PER), row))
    for ending in _MAGNET_PLACES:
        found += _magnets(ending, facts, assume)
    found += _recycling(facts, assume)
    smelting = assume.fact("nickel_smelting")
    found.append(
        _conversion("nickel_smelting", "nickel_ore", "nickel", number(smelting, "value"), smelting)
    )
    area = assume.fact("wafer_area")
    found.append(
        _conversion("wafer_processing", "silicon_wafer", "wafer_starts", number(area, "value"),
                    area, "full use of a wafer's area; idle capacity is no recipe")
    )  # fmt: skip
    return {recipe.id: recipe for recipe in sorted(found, key=lambda r: r.id)}


_PER = "coefficient_in_per_out"


def unlisted(good: str, kind: str = "extraction") -> Recipe:
    """A source that no table tells: it has no origin and no inputs."""
    note = "closes a gap that the fact tables show: not a mine"
    return Recipe(f"{UNLISTED}{good}", kind, (Part(good, "output", 1.0, OWN, note),))


def _extraction(good: str, process: str) -> Recipe:
    note = _EXTRACTION_NOTES.get(good, "")
    return Recipe(process, "extraction", (Part(good, "output", 1.0, OWN, note),))


def _conversion(
    process: str, taken: str, made: str, quantity: float, fact: Row, note: str = ""
) -> Recipe:
    return Recipe(process, "conversion", (
        Part(made, "output", 1.0, fact, note), Part(taken, "input", quantity, fact, note),
    ))  # fmt: skip


def _row(facts: dict[tuple[str, str], list[Row]], name: str, place: str, taken: str) -> Row:
    for row in facts.get((name, place), []):
        if row["input_commodity"] == taken:
            return row
    raise FactError(f"minerals_recipes.csv has no {name!r} at {place!r} that takes {taken}")


def _magnets(ending: str, facts: dict[tuple[str, str], list[Row]], assume: Assumed) -> list[Recipe]:
    """Both grades as they are made in one country or group of countries."""
    place = _MAGNET_PLACES[ending]
    found = []
    for good, grade in (
        ("magnet_dy", "magnet, Dy-bearing grade"), ("magnet_dyfree", "magnet, Dy-free grade"),
    ):  # fmt: skip
        metal = _row(facts, grade, place, "ndpr_metal")
        parts = [
            Part(good, "output", 1.0, metal),
            Part("ndpr_metal", "input", number(metal, _PER), metal),
        ]
        if good == "magnet_dy":
            heavy = _row(facts, grade, place, "dytb_oxide")
            quantity = number(heavy, _PER)
            if ending == "japan":
                # The row shares all intake among magnets; the rest is in mineral_gaps.csv.
                heavy = assume.fact("magnet_dytb_japan")
                quantity = number(heavy, "value")
            parts.append(Part("dytb_oxide", "input", quantity, heavy, heavy.get("why", "")))
        if ending == "china":
            swarf = assume.fact("swarf_metal")
            parts.append(Part("swarf", "by-product", number(swarf, "value"), swarf))
        found.append(Recipe(f"{good}_{ending}", "conversion", tuple(parts)))
    return found


def _recycling(facts: dict[tuple[str, str], list[Row]], assume: Assumed) -> list[Recipe]:
    """Recycling of swarf, of scrap from outside the network, of batteries and of gallium."""
    swarf = _row(facts, "swarf recycling", "CHN", "magnet_swarf")
    # The row counts swarf as oxide; the study as metal, like what it comes from.
    per_oxide = number(swarf, _PER) * assume["ndpr_oxide_metal"]
    battery = _row(facts, "battery recycling", "CHN", "black_mass")
    cobalt = assume.fact("cobalt_recycled")
    return [
        Recipe("swarf_recycling", "recycling", (
            Part("ndpr_oxide", "output", 1.0, swarf), Part("swarf", "input", per_oxide, swarf),
        )),
        Recipe("old_scrap_recycling", "recycling", (
            Part("ndpr_oxide", "output", 1.0, swarf,
                 "old magnets and bought scrap: what the swarf of Chinese makers cannot give"),
        )),
        Recipe("battery_recycling", "recycling", (
            Part("lithium_chemicals", "output", 1.0, battery, "from cells at the end of their life "
                 "and scrap of cell making, neither of which is modelled"),
            Part("cobalt", "output", number(cobalt, "value"), cobalt),
        )),
        Recipe("gallium_recycling", "recycling", (
            Part("gallium", "output", 1.0, OWN, "scrap of wafer makers, which is not modelled"),
        )),
    ]  # fmt: skip
