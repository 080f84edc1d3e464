"""Offtake contracts of minerals: those that had a flow in 2024 and whose quantity is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.build_india_japan.minerals_goods import GOODS, figure
from tools.build_india_japan.tables import FactError, Row, read

if TYPE_CHECKING:
    from tools.build_india_japan.minerals_facts import Facts
    from tools.build_india_japan.sources import Sources


@dataclass(frozen=True)
class Offtake:
    """A contract: its project in facts/minerals_projects.csv and the pair that it is about."""

    id: str
    project: str
    seller: str
    buyer: str
    good: str
    pair: tuple[str, str]
    start: str
    tariff_free: str
    note: str


# Left out, without a flow in 2024: JARE's 65 % of the dysprosium and terbium of Mt Weld (first
# cargo in 2025), Caremag, JAGA gallium. Without a quantity: Olaroz lithium.
_ALL = (
    Offtake(
        "M01", "Toyotsu Rare Earths India, Visakhapatnam", "IREL", "Toyota Tsusho", "ndpr_oxide",
        ("IND", "JPN"), "2016", "yes",
        "India asked in June 2025 to suspend it; taken as the 'guaranteed, tariff-free' sort "
        "between India and Japan (assumption)",
    ),
    Offtake(
        "M02", "Lynas Malaysia, Gebeng (Kuantan)", "Lynas", "JARE (Sojitz, JOGMEC)", "ndpr_oxide",
        ("MYS", "JPN"), "2011", "no",
        "priority of Japan under the loan of 2011; what is smelted in Vietnam for Japan comes on "
        "top and is no lane to Japan",
    ),
)  # fmt: skip


def rows(facts: Facts, sources: Sources) -> list[Row]:
    """Rows of contracts.csv, whose quantity is the flow of 2024."""
    projects = {row["name"]: row for row in read("minerals_projects")}
    found = []
    for one in _ALL:
        if one.project not in projects:
            raise FactError(f"minerals_projects.csv has no {one.project!r}")
        flow = next((f for f in facts.flows(one.good) if f.pair == one.pair), None)
        if flow is None:
            raise FactError(f"contract {one.id} has no flow")
        found.append({
            "id": one.id, "seller": one.seller, "buyer": one.buyer, "origin": one.pair[0],
            "destination": one.pair[1], "commodity": one.good,
            "quantity": figure(flow.quantity), "unit": GOODS[one.good].rate, "start": one.start,
            "basis": "unknown", "flexible": "no", "tariff_free": one.tariff_free,
            "source": sources.add(projects[one.project]), "confidence": flow.confidence,
            "note": f"quantity: the flow of 2024; {one.note}",
        })  # fmt: skip
    return found
