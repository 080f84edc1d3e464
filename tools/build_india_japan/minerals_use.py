"""What is wanted of minerals and chips, what it would pay, what it costs, what lies in stock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.build_india_japan.minerals_facts import worst
from tools.build_india_japan.minerals_goods import GOODS, MAGNETS, REST, Good, Values, figure
from tools.build_india_japan.sources import confidence
from tools.build_india_japan.tables import FactError, Row, number, read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.build_india_japan.minerals_facts import Facts, Flow
    from tools.build_india_japan.minerals_recipes import Recipe
    from tools.build_india_japan.minerals_works import Work
    from tools.build_india_japan.sources import Sources

DAYS_PER_YEAR = 365
#: Demand of these is as the fact tables have it; elsewhere it is what is left at the place.
BELIEVED = (("gallium", "JPN"), ("lithium_chemicals", "JPN"))
#: Places that send on all that they make: the rest is a gap of the flows.
NO_USE = (("lithium_chemicals", "CHL"), ("lithium_chemicals", "ARG"))
#: A rest smaller than this part of what passes through a place is rounding.
LEAST = 0.005
#: Goods whose flows between countries are not all told, China's imports and exports but for.
PARTLY_TOLD = ("cobalt", "germanium", "graphite", "lithium_chemicals", "nickel")
GAP = "stock building and losses (gap)"
UNTOLD = "own use and exports not told"
STOCK_VARIANTS = {
    "stocks-middle": "stock_days_mid", "stocks-low": "stock_days_low",
    "stocks-high": "stock_days_high",
}  # fmt: skip
_BALANCE = {
    "source": "own rule: production and imports of the place less its exports and what its works "
    "take", "url": "", "confidence": "estimate",
}  # fmt: skip
_RECIPES_CLOSE = {
    "source": "own rule: price by recipe from the prices of metal and oxide (minerals_recipes.csv)",
    "url": "", "confidence": "estimate",
}  # fmt: skip


@dataclass(frozen=True)
class Need:
    """Demand for a good at a place; a gap is one tier that pays little more than the price."""

    good: str
    place: str
    quantity: float
    fact: Row
    confidence: str
    note: str
    gap: bool = False
    sector: str = ""
    variant: str = ""


def needs(facts: Facts, works: list[Work], flows: list[Flow]) -> list[Need]:
    """Demand of the last stages by place, then gaps, by good and place."""
    left = _left(works, flows)
    found: list[Need] = []
    for row in facts.gaps:
        if row["side"] == "use":
            good, place = row["commodity"], row["place"]
            base = number(row, "quantity") / GOODS[good].size
            found.append(Need(good, place, base, row, "estimate", row["why"], gap=True, sector=GAP))
    believed = {
        (good, place): row
        for good, place in BELIEVED
        for row in read("minerals_demand")
        if (row["commodity"], row["stage"], row["country"]) == (*GOODS[good].fact, place)
    }
    importers = {(f.good, f.destination) for f in flows}
    for (good, place), (rest, through) in left.items():
        if not GOODS[good].final or (good, place) in NO_USE:
            continue
        if (good, place) in believed:
            row = believed[good, place]
            base = number(row, "demand") / GOODS[good].size
            found.append(Need(good, place, base, row, confidence(row), row["note"]))
        elif rest > LEAST * through:
            untold = good in PARTLY_TOLD and place != "CHN" and (good, place) not in importers
            found.append(
                Need(good, place, rest, _BALANCE, "estimate", "what is left at the place",
                     sector=UNTOLD if untold else "")
            )  # fmt: skip
        elif rest < -LEAST * through:
            raise FactError(f"{place} sends on more {good} than it has: {rest:.4g}")
    return sorted(found, key=lambda n: (n.good, n.place, n.gap))


def _left(works: list[Work], flows: list[Flow]) -> dict[tuple[str, str], tuple[float, float]]:
    """What is left of each good at each place, and all that comes into it."""
    rest: dict[tuple[str, str], float] = {}
    through: dict[tuple[str, str], float] = {}

    def add(good: str, place: str, quantity: float) -> None:
        key = good, place
        rest[key] = rest.get(key, 0.0) + quantity
        through[key] = through.get(key, 0.0) + max(quantity, 0.0)

    for work in works:
        for part in work.recipe.parts:
            if part.role == "input":
                add(part.good, work.place, -part.quantity * work.base)
            else:
                add(part.good, work.output_place or work.place, part.quantity * work.base)
    for flow in flows:
        add(flow.good, flow.origin, -flow.quantity)
        add(flow.good, flow.destination, flow.quantity)
    return {key: (rest[key], through[key]) for key in sorted(rest)}


class Prices:
    """Base price of every good at every place."""

    def __init__(self, values: Values, recipes: dict[str, Recipe], per_wafer: float) -> None:
        self.values, self._recipes, self._per_wafer = values, recipes, per_wafer

    def of(self, good: Good, place: str) -> tuple[float, Row, str, str]:
        """Price in the good's price unit, with source row, confidence and note."""
        if good.id in MAGNETS:
            price, note = self._magnet(good, place)
            return price, _RECIPES_CLOSE, "estimate", note
        base = self.values.base(good)
        row = self.values.override(good, place, "price") or base
        price, note = number(row, "base_price_usd"), f"{row['price_year']}, {row['price_method']}"
        if good.id == "wafer_starts":
            # The table prices a year of a thousand starts a month, at the usual part of full use.
            price, note = price / self._per_wafer, f"{note}; {row['unit']} over its wafers"
        return price, row, row["price_confidence"] or base["price_confidence"], note

    def _magnet(self, good: Good, place: str) -> tuple[float, str]:
        """Metal and oxide at their base prices by the recipe of the place, and making.

        A grade has one price outside China: what its makers take of Dy and Tb differs by less than
        is known, and another price in Japan would be a lasting subsidy of all that it exports.
        """
        ending = "china" if place == "CHN" else "abroad"
        recipe = self._recipes[f"{good.id}_{ending}"]
        making = number(recipe.parts[0].fact, "cost_usd_per_unit_out")
        price = making
        for part in recipe.parts:
            if part.role == "input":
                row = self.values.base(GOODS[part.good])
                price += part.quantity * number(row, "base_price_usd")
        makers = "CHN" if place == "CHN" else "makers outside China, Japan's too: one price a grade"
        return price, f"recipe of {makers}"

    def worth(self, good: Good, place: str) -> float:
        """Price that willingness to pay is a multiple of: one a good, so that a car is worth the
        same everywhere; of magnets one a grade, as outside China."""
        if good.id in MAGNETS:
            return self._magnet(good, REST)[0]
        if good.id == "wafer_starts":
            return self.of(good, place)[0]
        return number(self.values.base(good), "base_price_usd")

    def rows(self, nodes: Iterable[tuple[str, str]], sources: Sources) -> list[Row]:
        """Rows of prices.csv; swarf is left to its netback."""
        found = []
        for good, place in sorted(nodes):
            if good == "swarf":
                continue
            price, fact, word, note = self.of(GOODS[good], place)
            found.append({
                "place": place, "commodity": good, "price": figure(price),
                "unit": GOODS[good].price_unit, "source": sources.add(fact), "confidence": word,
                "note": note,
            })  # fmt: skip
        return found


def demand_rows(
    wanted: list[Need], values: Values, prices: Prices, gap_worth: float, sources: Sources
) -> list[Row]:
    """Rows of demands.csv: three tiers each, gaps one."""
    found: list[Row] = []
    for need in wanted:
        good = GOODS[need.good]
        common = {
            "place": need.place, "commodity": need.good, "unit": good.rate,
            "wtp_unit": good.price_unit, "source": sources.add(need.fact),
            "confidence": need.confidence, "variant": need.variant,
        }  # fmt: skip
        if need.gap:
            worth = prices.of(good, need.place)[0] * gap_worth
            found.append(common | {
                "id": f"{need.place}.{need.good}.gap", "tier": "deferrable", "sector": need.sector,
                "quantity": figure(need.quantity), "wtp": figure(worth),
                "note": f"{need.note}; pays just above the price",
            })  # fmt: skip
            continue
        tiers = values.tiers(good)
        base = prices.worth(good, need.place)
        # The shares of the tiers are assumed, however well the total is known.
        word = worst(need.confidence, "estimate")
        found += [
            common | {
                "confidence": word,
                "id": f"{need.place}.{need.good}.{tier['tier']}", "tier": tier["tier"],
                "sector": f"{need.sector or 'all users'}, {tier['tier']}",
                "quantity": figure(need.quantity * number(tier, "quantity_share")),
                "wtp": figure(base * number(tier, "wtp_multiple_mid")),
                "wtp_low": figure(base * number(tier, "wtp_multiple_low")),
                "wtp_high": figure(base * number(tier, "wtp_multiple_high")),
                "note": "; ".join(filter(None, (
                    need.note, f"tier and worth are assumptions: {tier['why']}",
                ))),
            }
            for tier in tiers
        ]  # fmt: skip
    return sorted(found, key=lambda r: r["id"])


def stock_rows(
    used: dict[str, dict[str, float]], values: Values, tank: float, sources: Sources
) -> list[Row]:
    """Rows of stocks.csv at every place that uses a good: low, middle and high days of use."""
    found: list[Row] = []
    for good, places in sorted(used.items()):
        if good == "swarf":
            continue
        base = values.base(GOODS[good])
        for place, use in sorted(places.items()):
            row = values.override(GOODS[good], place, "stock") or base
            for variant, column in STOCK_VARIANTS.items():
                start = number(row, column) * use / DAYS_PER_YEAR
                found.append({
                    "place": place, "commodity": good, "start": figure(start), "floor": "0",
                    "tank": figure(start * tank), "unit": GOODS[good].unit, "holder": "users",
                    "variant": variant, "source": sources.add(row), "confidence": "assumption",
                    "note": f"{row[column]} days of use; {row['why']}",
                })  # fmt: skip
    return found
