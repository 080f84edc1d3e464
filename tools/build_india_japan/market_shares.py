"""shares.csv: who makes what the chain of chips does not tell apart, as far as shares are known.

The chain counts wafers of all nodes as one good. What is known of the leading edge and of what
chip-making takes are shares without quantities or trade: they are shown, and nothing runs on them.
Shares of wafers and of fab capacity are left out of facts/semiconductor_shares.csv, for the chain
has them as flows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.build_india_japan.sources import confidence
from tools.build_india_japan.tables import FactError, Row, decimal, number, read

if TYPE_CHECKING:
    from tools.build_india_japan.sources import Sources

COLUMNS = (
    "item", "name", "sector", "chain", "kind", "country", "year", "share", "source", "confidence",
    "note",
)  # fmt: skip
CHAIN = "chips"
#: Words of the fact table for what the study has shorter ones.
KINDS = {"material_resource": "material", "tool_resource": "tool"}
#: Two countries that a figure does not part.
TOGETHER = "+"


@dataclass(frozen=True)
class Item:
    """How the study calls an item of the fact table."""

    id: str
    sector: str


ITEMS = {
    "AI accelerators for data centres, designer": Item("accelerator_design", "AI"),
    "AI accelerators, front-end wafer (7 nm and below)": Item("accelerator_front_end", "AI"),
    "Advanced packaging for AI accelerators (CoWoS class)": Item("advanced_packaging", "AI"),
    "HBM (all makers), country of the plant": Item("hbm", "AI"),
    "HBM revenue share: SK hynix": Item("hbm_sk_hynix", "AI"),
    "ABF build-up film": Item("abf_film", "advanced technology"),
    "ABF substrates": Item("abf_substrates", "advanced technology"),
    "Photoresist (all)": Item("photoresist", "advanced technology"),
}


def share(item: str, country: str) -> Row:
    """The fact row of one country's share of an item, by the study's key of it.

    Raises
    ------
    FactError
        There is not exactly one.
    """
    found = [
        row for row in read("semiconductor_shares")
        if ITEMS[row["item"]].id == item and row["country"] == country
    ]  # fmt: skip
    if len(found) != 1:
        raise FactError(f"semiconductor_shares.csv: {len(found)} shares of {country} in {item}")
    return found[0]


def rows(sources: Sources) -> list[Row]:
    """Rows of shares.csv, items in the order above and countries as in the fact table."""
    facts = read("semiconductor_shares")
    order = {name: at for at, name in enumerate(ITEMS)}
    if {row["item"] for row in facts} != set(order):
        raise FactError("semiconductor_shares.csv has other items than the study")
    return [_row(row, sources) for row in sorted(facts, key=lambda row: order[row["item"]])]


def _row(fact: Row, sources: Sources) -> Row:
    item, note = ITEMS[fact["item"]], fact["note"]
    if TOGETHER in fact["country"]:
        together = " and ".join(fact["country"].split(TOGETHER))
        note = "; ".join(filter(None, (f"{together} together: no figure parts them", note)))
    return {
        "item": item.id, "name": fact["item"], "sector": item.sector, "chain": CHAIN,
        "kind": KINDS.get(fact["kind"], fact["kind"]),
        "country": fact["country"].replace(TOGETHER, "-"), "year": fact["year"],
        "share": decimal(number(fact, "share")), "source": sources.add(fact),
        "confidence": confidence(fact),
        "note": "; ".join(filter(None, (note, _size(fact)))),
    }  # fmt: skip


def _size(fact: Row) -> str:
    return f"size of the market: {fact['market_size']}" if fact["market_size"] else ""
