"""Mines, works and recyclers: what each country makes at each stage, as facilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.build_india_japan.minerals_facts import worst
from tools.build_india_japan.minerals_goods import GOODS, figure
from tools.build_india_japan.minerals_recipes import UNLISTED
from tools.build_india_japan.sources import confidence
from tools.build_india_japan.tables import FactError, Row, number, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.build_india_japan.minerals_facts import Facts, Figure
    from tools.build_india_japan.minerals_recipes import Recipe
    from tools.build_india_japan.sources import Sources

#: Where the recyclers of Chinese swarf stand: the way there takes time (see `swarf_days`).
SCRAP = "CHN-SCRAP"
#: Lithium from brine, and nickel by what a country's works take.
BRINE = ("ARG", "CHL", "USA")
PIG_IRON = ("COL", "IDN", "KOR", "NCL")
MATTE = ("CAN", "RUS")
FROM_INTERMEDIATES = ("FIN", "GBR", "NOR")
FROM_BOTH = ("CHN", "JPN")
#: Works that send on what they got as intermediate, without making any.
RESELLERS = ("FIN",)
BALANCE = {"source": "own rule: what goes out of a place and is used there less what comes in",
           "url": "", "confidence": "estimate"}  # fmt: skip


@dataclass(frozen=True)
class Work:
    """A process at a place, in units of its first output a year."""

    id: str
    name: str
    recipe: Recipe
    place: str
    base: float
    fact: Row
    confidence: str
    note: str = ""
    output_place: str = ""
    capacity: float | None = None
    nameplate: float | None = None
    variant: str = ""

    def row(self, spare: float, ramp: float, sources: Sources) -> Row:
        """The facility's row; without a capacity of its own it can add `spare` of its base, a
        source that no table tells only what the engine gives to every base."""
        capacity = self.base * (1.0 + spare) if self.capacity is None else self.capacity
        limit = "" if self.recipe.id.startswith(UNLISTED) else figure(capacity)
        return {
            "id": self.id, "name": self.name, "process": self.recipe.id, "place": self.place,
            "output_place": self.output_place, "base": figure(self.base),
            "capacity": limit,
            "nameplate": "" if self.nameplate is None else figure(self.nameplate),
            "ramp_days": figure(ramp), "unit": GOODS[self.recipe.output].rate,
            **self.recipe.cost, "variant": self.variant, "source": sources.add(self.fact),
            "confidence": self.confidence, "note": self.note,
        }  # fmt: skip


class Works:
    """All facilities of the mineral chains; those of chips are in `minerals_chips`."""

    def __init__(self, facts: Facts, recipes: dict[str, Recipe], names: dict[str, str]) -> None:
        self._facts, self._recipes, self._names = facts, recipes, names
        self._nameplate = _nameplates()

    def all(self) -> list[Work]:
        """Facilities by id."""
        found = [
            *self._mines(), *self._rare_earths(), *self._lithium(), *self._cobalt(),
            *self._nickel(), *self._others(), *self._gaps(),
        ]  # fmt: skip
        return sorted(found, key=lambda work: work.id)

    def _work(
        self, process: str, place: str, made: Figure, base: float | None = None, note: str = ""
    ) -> Work:
        """A facility with a figure of its own, or with `base` as a part of that figure."""
        recipe = self._recipes[process]
        key = (*GOODS[recipe.output].fact, place)
        return Work(
            _id(place, process), f"{self._names[place]}, {_words(process)}", recipe, place,
            made.quantity if base is None else base, made.fact,
            made.confidence if base is None else worst(made.confidence, "estimate"),
            "; ".join(filter(None, (note, made.note))),
            nameplate=self._nameplate.get(key) if base is None else None,
        )  # fmt: skip

    def _rule(self, process: str, place: str, base: float, note: str) -> Work:
        """A facility whose base no table tells: it follows from what the others take."""
        return Work(
            _id(place, process), f"{self._names[place]}, {_words(process)}",
            self._recipes[process], place, base, BALANCE, "estimate", note,
        )  # fmt: skip

    def _mines(self) -> Iterator[Work]:
        for process in (
            "ndpr_mining", "dytb_mining", "lithium_mining", "cobalt_mining", "nickel_mining",
            "graphite_mining", "germanium_extraction", "polysilicon_making",
        ):  # fmt: skip
            for place, made in self._facts.made(self._recipes[process].output).items():
                yield self._work(process, place, made)
        # Nigeria's ore is seen by Chinese customs alone.
        for flow in self._facts.flows("lithium_ore"):
            if flow.origin not in self._facts.made("lithium_ore"):
                yield self._rule(
                    "lithium_mining", flow.origin, flow.quantity, f"what it ships: {flow.note}"
                )

    def _rare_earths(self) -> Iterator[Work]:
        facts, assume = self._facts, self._facts.assume
        for good, process in (
            ("ndpr_oxide", "ndpr_separation"), ("dytb_oxide", "dytb_separation"),
        ):  # fmt: skip
            for place, made in facts.made(good).items():
                yield self._work(process, place, made)
        yield from self._heavy_plans()
        recycled = _by_form("oxide from magnet swarf")
        magnets = sum(facts.made(good)["CHN"].quantity for good in ("magnet_dy", "magnet_dyfree"))
        swarf = self._recipes["swarf_recycling"]
        from_swarf = magnets * assume["swarf_metal"] / swarf.takes("swarf")
        whole = number(recycled, "quantity")
        yield Work(
            "chn-swarf-recycling", "China, swarf recycling", swarf, SCRAP, from_swarf, recycled,
            "estimate", "what Chinese magnet making gives back", "CHN",
        )  # fmt: skip
        yield Work(
            "chn-old-scrap-recycling", "China, old scrap recycling",
            self._recipes["old_scrap_recycling"], "CHN", whole - from_swarf, recycled, "assumption",
            f"rest of {whole:,.0f} t of recycled oxide that swarf cannot give",
        )  # fmt: skip
        per_metal = self._recipes["ndpr_smelting"].takes("ndpr_oxide")
        for place, made in facts.made("ndpr_metal").items():
            if place == "CHN":
                yield self._work(
                    "ndpr_smelting", place, made, made.quantity + whole / per_metal,
                    f"{made.quantity:,.0f} t of primary metal and {whole / per_metal:,.0f} t of "
                    "recycled oxide",
                )  # fmt: skip
            else:
                yield self._work("ndpr_smelting_abroad", place, made)
        for good in ("magnet_dy", "magnet_dyfree"):
            for place, made in facts.made(good).items():
                ending = {"CHN": "china", "JPN": "japan"}.get(place, "abroad")
                yield Work(
                    _id(place, good), f"{self._names[place]}, {GOODS[good].name.lower()}",
                    self._recipes[f"{good}_{ending}"], place, made.quantity, made.fact,
                    worst(made.confidence, "estimate"),
                    f"share of all magnets by an assumption; {made.note}",
                )  # fmt: skip

    def _heavy_plans(self) -> Iterator[Work]:
        """The separator of Dy and Tb that was not there in 2024 and has run since."""
        recipe = self._recipes["dytb_separation"]
        for row in read("minerals_facilities"):
            if (row["commodity"], row["country"]) != ("dytb_oxide", "MYS"):
                continue
            place = row["country"]
            yield Work(
                f"{place.lower()}-dytb-separation", f"{self._names[place]}, Dy and Tb separation",
                recipe, place, 0.0, row, confidence(row), f"{row['name']}: not running in 2024",
                capacity=self._facts.assume["heavy_reach"],
                nameplate=number(row, "nameplate_per_year"),
            )  # fmt: skip

    def _lithium(self) -> Iterator[Work]:
        facts = self._facts
        for place, made in facts.made("lithium_chemicals").items():
            if place in BRINE:
                yield self._work("lithium_brine", place, made)
            elif place != "CHN":
                yield self._work("lithium_conversion", place, made)
        made = facts.made("lithium_chemicals")["CHN"]
        mass = _by_form("black mass (recycled)")
        battery = self._recipes["battery_recycling"]
        per = self._recipes["lithium_conversion"].takes("lithium_ore")
        recycled = number(mass, "quantity") / per
        sulphate = next(f for f in facts.flows("lithium_ore") if f.pair == ("CHL", "CHN"))
        by_sulphate = sulphate.quantity / self._recipes["lithium_sulphate"].takes("lithium_ore")
        yield Work(
            "chn-battery-recycling", "China, battery recycling", battery, "CHN", recycled, mass,
            confidence(mass), f"{mass['quantity']} t Li in black mass over {per}",
        )  # fmt: skip
        yield self._rule("lithium_sulphate", "CHN", by_sulphate, f"from {sulphate.note} of Chile")
        yield self._work(
            "lithium_conversion", "CHN", made, made.quantity - recycled - by_sulphate,
            f"{made.quantity:,.0f} t in all, less {recycled:,.0f} t recycled and "
            f"{by_sulphate:,.0f} t of Chilean sulphate",
        )  # fmt: skip

    def _cobalt(self) -> Iterator[Work]:
        facts = self._facts
        for place, made in facts.made("cobalt").items():
            yield self._work("cobalt_refining", place, made)
        mined, kept = facts.made("cobalt_ore"), facts.kept("cobalt_intermediate")
        origins = {f.origin for f in facts.flows("cobalt_intermediate")} | kept.keys() | {"MAR"}
        for place in sorted(origins):
            out = facts.out_of("cobalt_intermediate", place)
            out += kept[place].quantity if place in kept else 0.0
            note = "what it ships and keeps"
            if place in ("COD", "CAN", "MAR"):
                # DR Congo leaches all; the two tables of Canada's own matte overlap.
                out, note = mined[place].quantity, "all that is mined"
            yield self._rule("cobalt_leaching", place, out, note)

    def _nickel(self) -> Iterator[Work]:
        facts = self._facts
        matte: dict[str, float] = {}
        for row in read("minerals_flows"):
            if (row["commodity"], row["stage"]) == ("nickel", "intermediate"):
                of_matte = "matte" in row["note"] or row["exporter"] in MATTE
                if of_matte:
                    part = number(row, "quantity") / GOODS["nickel_intermediate"].size
                    matte[row["exporter"]] = matte.get(row["exporter"], 0.0) + part
        for place in sorted({f.origin for f in facts.flows("nickel_intermediate")}):
            if place in RESELLERS:
                continue
            rest = facts.out_of("nickel_intermediate", place) - matte.get(place, 0.0)
            if rest > 1e-9:
                yield self._rule("nickel_leaching", place, rest, "what it ships")
            if place in matte:
                yield self._rule("nickel_matte", place, matte[place], "what it ships")
        for place, made in facts.made("nickel").items():
            if place in FROM_BOTH:
                yield from self._from_both(place, made)
            elif place in FROM_INTERMEDIATES:
                yield self._work("nickel_refining", place, made)
            else:
                process = "nickel_pig_iron" if place in PIG_IRON else "nickel_smelting"
                yield self._work(process, place, made)

    def _from_both(self, place: str, made: Figure) -> Iterator[Work]:
        """Ferronickel of ore and metal of intermediates, in proportion to what comes in."""
        facts = self._facts
        own = facts.made("nickel_ore").get(place)
        ore = facts.into("nickel_ore", place) + (own.quantity if own else 0.0)
        parts = {
            "nickel_pig_iron": ore / self._recipes["nickel_pig_iron"].takes("nickel_ore"),
            "nickel_refining": facts.into("nickel_intermediate", place)
            / self._recipes["nickel_refining"].takes("nickel_intermediate"),
        }
        for process, part in parts.items():
            yield self._work(
                process, place, made, made.quantity * part / sum(parts.values()),
                f"{made.quantity:,.0f} kt in all, shared by what ore and intermediates could give",
            )  # fmt: skip

    def _others(self) -> Iterator[Work]:
        facts = self._facts
        for place, made in facts.made("spherical_graphite").items():
            yield self._work("spheronising", place, made)
        for place, made in facts.made("silicon_wafer").items():
            yield self._work("wafer_making", place, made)
        yield from self._gallium()

    def _gallium(self) -> Iterator[Work]:
        """Primary gallium, with the idle nameplate that can be reached, and Japan's recycling."""
        facts, made = self._facts, self._facts.made("gallium")
        reach = facts.assume["mineral_idle_reach"]
        for row in read("minerals_production"):
            if row["stage"] != "refine_capacity":
                continue
            place, nameplate = row["country"], number(row, "quantity")
            base = made[place].quantity if place in made else 0.0
            yield Work(
                f"{place.lower()}-gallium-extraction", f"{self._names[place]}, gallium extraction",
                self._recipes["gallium_extraction"], place, base,
                made[place].fact if place in made else row,
                made[place].confidence if place in made else confidence(row),
                f"nameplate {row['year']}: {row['note']}; a tenth of the idle part can be reached",
                capacity=base + reach * (nameplate - base), nameplate=nameplate,
            )  # fmt: skip
        kept = facts.kept("gallium")["JPN"]
        yield Work(
            "jpn-gallium-recycling", "Japan, gallium recycling",
            self._recipes["gallium_recycling"], "JPN", kept.quantity - made["JPN"].quantity,
            kept.fact, kept.confidence, kept.note,
        )  # fmt: skip

    def _gaps(self) -> Iterator[Work]:
        """Sources that no table tells, from facts/mineral_gaps.csv."""
        for row in self._facts.gaps:
            if row["side"] != "source":
                continue
            place, good = row["place"], row["commodity"]
            recipe = self._recipes[row["process"] or f"{UNLISTED}{good}"]
            ending = row["process"].replace("_", "-") or f"{good.replace('_', '-')}-gap"
            base = number(row, "quantity") / GOODS[good].size
            yield Work(
                f"{place.lower()}-{ending}",
                f"{self._names[place]}, unlisted feed of {GOODS[good].name.lower()} (gap)",
                recipe, place, base, row, "assumption", row["why"],
            )  # fmt: skip


def _id(place: str, process: str) -> str:
    return f"{place.lower()}-{process.removesuffix('_abroad').replace('_', '-')}"


def _words(process: str) -> str:
    words = process.removesuffix("_abroad").replace("_", " ")
    return words.replace("ndpr", "NdPr").replace("dytb", "Dy and Tb")


def _by_form(form: str) -> Row:
    """The flow row of a form of some good."""
    found = [row for row in read("minerals_flows") if row["form"] == form]
    if len(found) != 1:
        raise FactError(f"minerals_flows.csv has {len(found)} rows of {form!r}")
    return found[0]


def _nameplates() -> dict[tuple[str, str, str], float]:
    """Nameplate of the sites that tell one, by commodity, stage and country, where they hold all
    of the country's output."""
    rows = read("minerals_facilities")
    made = {
        (r["commodity"], r["stage"], r["country"]): number(r, "quantity")
        for r in read("minerals_production") if r["stage"] != "refine_capacity"
    }  # fmt: skip
    found: dict[tuple[str, str, str], float] = {}
    output: dict[tuple[str, str, str], float] = {}
    for row in rows:
        key = row["commodity"], row["stage"], row["country"]
        if row["nameplate_per_year"]:
            found[key] = found.get(key, 0.0) + number(row, "nameplate_per_year")
            output[key] = output.get(key, 0.0) + number(row, "annual_quantity")
    return {
        key: nameplate / (1000.0 if _in_kt(key) else 1.0) for key, nameplate in found.items()
        if key in made and abs(output[key] - made[key]) <= 0.02 * made[key]
    }  # fmt: skip


def _in_kt(key: tuple[str, str, str]) -> bool:
    return any(good.fact == key[:2] and good.unit == "kt" for good in GOODS.values())
