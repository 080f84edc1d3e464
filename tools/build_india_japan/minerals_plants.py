"""Magnet plants in India as variants: what they would take, make and replace.

Variants of the group `indian_plants`: none; magnets of imported metal; magnets of metal from
India's own oxide as far as its sands reach, and imported metal for the rest.  Dysprosium and
terbium are imported in both: the sands hold next to none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tools.build_india_japan.minerals_facts import Flow
from tools.build_india_japan.minerals_goods import GOODS, MAGNETS, figure
from tools.build_india_japan.minerals_works import Work
from tools.build_india_japan.tables import FactError, number

if TYPE_CHECKING:
    from tools.build_india_japan.minerals_facts import Facts
    from tools.build_india_japan.minerals_recipes import Recipe
    from tools.build_india_japan.minerals_use import Need, Prices
    from tools.build_india_japan.sources import Sources
    from tools.build_india_japan.tables import Row

NONE, WITH_MAGNETS, WITH_OXIDE = "plants-none", "plants-magnets", "plants-oxide"
PLANTS = (WITH_MAGNETS, WITH_OXIDE)
INDIA, CHINA = "IND", "CHN"
INPUTS = ("ndpr_metal", "dytb_oxide")
DAYS_PER_YEAR = 365


class Plants:
    """The plants of both variants and what changes with them."""

    def __init__(self, facts: Facts, recipes: dict[str, Recipe]) -> None:
        self._facts, self._recipes = facts, recipes
        self._fact = facts.assume.fact("indian_magnets")
        whole = facts.assume["indian_magnets"]
        self.made = {good: whole * facts.part(good, INDIA) for good in MAGNETS}
        self.takes = {
            good: sum(
                self._recipes[f"{magnet}_abroad"].takes(good) * quantity
                for magnet, quantity in self.made.items()
            )
            for good in INPUTS
        }
        # Ore that is mined and not separated today, see facts/mineral_gaps.csv.
        self._ore = next(
            number(row, "quantity") for row in facts.gaps
            if (row["place"], row["commodity"], row["side"]) == (INDIA, "ndpr_ore", "use")
        )  # fmt: skip
        self._oxide = self._ore / recipes["ndpr_separation"].takes("ndpr_ore")
        self._metal = self._oxide / recipes["ndpr_smelting_abroad"].takes("ndpr_oxide")
        if self._metal > self.takes["ndpr_metal"]:
            raise FactError("India's own oxide would make more metal than its magnets take")

    def works(self) -> list[Work]:
        """Facilities that only variants have."""
        found = [
            self._work(f"{good}_abroad", f"ind-{good.replace('_', '-')}",
                       f"India, {GOODS[good].name.lower()} (planned)", quantity, variant,
                       "as if running in 2024; planned for 2028")
            for variant in PLANTS
            for good, quantity in self.made.items()
        ]  # fmt: skip
        found += [
            self._work("ndpr_separation", "ind-ndpr-separation-more",
                       "India, NdPr separation (planned)", self._oxide, WITH_OXIDE,
                       "all monazite that is mined and not separated today"),
            self._work("ndpr_smelting_abroad", "ind-ndpr-smelting",
                       "India, NdPr smelting (planned)", self._metal, WITH_OXIDE,
                       "metal of India's own oxide"),
        ]  # fmt: skip
        return found

    def _work(
        self, process: str, name: str, title: str, base: float, variant: str, note: str
    ) -> Work:
        return Work(name, title, self._recipes[process], INDIA, base, self._fact, "assumption",
                    note, variant=variant)  # fmt: skip

    def changed(self, flows: list[Flow]) -> list[Flow]:
        """Flows with those of the variants: India buys inputs and fewer Chinese magnets."""
        found: list[Flow] = []
        for flow in flows:
            if flow.good not in MAGNETS or flow.pair != (CHINA, INDIA):
                found.append(flow)
                continue
            less = flow.quantity - self.made[flow.good]
            if less < 0:
                raise FactError(f"India's plants would make more {flow.good} than China sends")
            found.append(replace(flow, variant=NONE))
            found += [
                replace(flow, quantity=less, variant=variant, basis="filled",
                        note=f"less what India's plants make; {flow.note}")
                for variant in PLANTS
            ]  # fmt: skip
        note = "need of India's plants; China is the only large seller"
        for variant in PLANTS:
            own = self._metal if variant == WITH_OXIDE else 0.0
            for good, need in self.takes.items():
                bought = need - own if good == "ndpr_metal" else need
                found.append(
                    Flow(good, CHINA, INDIA, bought, "filled", self._fact, "assumption", note,
                         variant=variant)
                )  # fmt: skip
        return found

    def unused(self, outputs: dict[str, dict[str, float]], least: float) -> list[Flow]:
        """Other makers from whom the plants could buy."""
        return [
            Flow(good, place, INDIA, 0.0, "", {}, "estimate", variant=variant)
            for good in INPUTS
            for place, quantity in sorted(outputs[good].items())
            if place not in (CHINA, INDIA) and quantity >= least * sum(outputs[good].values())
            for variant in PLANTS
        ]

    def needs(self, wanted: list[Need]) -> list[Need]:
        """Needs, the stock of monazite only where it is not separated."""
        found: list[Need] = []
        for need in wanted:
            if (need.good, need.place, need.gap) == ("ndpr_ore", INDIA, True):
                found += [replace(need, variant=variant) for variant in (NONE, WITH_MAGNETS)]
            else:
                found.append(need)
        return found

    def stocks(self, prices: Prices, tank: float, sources: Sources) -> list[Row]:
        """Stocks of the plants' inputs: the middle of days, since a row has one variant."""
        found = []
        for good, need in self.takes.items():
            row = prices.values.base(GOODS[good])
            start = number(row, "stock_days_mid") * need / DAYS_PER_YEAR
            found += [
                {
                    "place": INDIA, "commodity": good, "start": figure(start), "floor": "0",
                    "tank": figure(start * tank), "unit": GOODS[good].unit, "holder": "users",
                    "variant": variant, "source": sources.add(row), "confidence": "assumption",
                    "note": f"{row['stock_days_mid']} days of use; the same with low and high "
                    "stocks elsewhere",
                }
                for variant in PLANTS
            ]  # fmt: skip
        return found
