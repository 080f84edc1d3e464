"""Contracts in force at the base date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.build_india_japan.sources import Sources, confidence
from tools.build_india_japan.tables import Row, decimal, number, read

if TYPE_CHECKING:
    from tools.build_india_japan.assumptions import Assumptions
    from tools.build_india_japan.flows import Flow
    from tools.build_india_japan.groups import Group

COLUMNS = (
    "id", "seller", "buyer", "origin", "destination", "commodity", "quantity", "unit", "start",
    "end", "basis", "flexible", "floor", "source", "confidence", "note",
)  # fmt: skip

BASE_YEAR = 2026
BASE_MONTH = 3
# Start printed as 2026 only, and the plant that they wait for was not running at the base date.
NOT_STARTED = {"K50": "Scarborough train of Pluto is due later in 2026"}


def in_force(groups: dict[str, Group]) -> list[tuple[Row, str]]:
    """Contract rows in force on 2026-03-02 with the plant group that they lift from."""
    plants = {p["name"]: g.id for g in groups.values() for p in g.plants}
    found: list[tuple[Row, str]] = []
    for row in read("lng_contracts"):
        plant = row["plant"].split(";")[0]
        if row["exporter"] == "PORT" or plant not in plants or not row["mtpa"]:
            continue
        if "EXPIRED" in row["note"] or "do not add" in row["note"] or row["id"] in NOT_STARTED:
            continue
        if not _runs(row["start"], row["end"]):
            continue
        found.append((row, plants[plant]))
    return found


def _runs(start: str, end: str) -> bool:
    """A year without a month counts as begun in January and as ended in December."""
    begin = _month(start, 1)
    finish = _month(end, 12)
    return begin <= BASE_YEAR * 12 + BASE_MONTH <= finish


def _month(text: str, default: int) -> int:
    year, _, month = text.partition("-")
    return int(year) * 12 + (int(month) if month else default)


def by_pair(groups: dict[str, Group]) -> dict[tuple[str, str], float]:
    """Contracted Mt a year by plant group and buyer's country."""
    total: dict[tuple[str, str], float] = {}
    for row, group in in_force(groups):
        key = (group, row["buyer_country"])
        total[key] = total.get(key, 0.0) + number(row, "mtpa")
    return total


def rows(
    groups: dict[str, Group], flows: list[Flow], assume: Assumptions, sources: Sources
) -> list[Row]:
    """Published contracts of India and Japan, and one assumed term share per other used pair."""
    found: list[Row] = []
    for row, group in in_force(groups):
        found.append({
            "id": row["id"], "seller": row["seller"], "buyer": row["buyer"], "origin": group,
            "destination": row["buyer_country"], "quantity": decimal(number(row, "mtpa")),
            "start": row["start"], "end": row["end"], "basis": row["basis"],
            "flexible": row["destination_flexible"], "source": sources.add(row),
            "confidence": confidence(row), "note": f"{row['plant']}; {row['note']}".strip("; "),
        })  # fmt: skip
    term = assume.rows["term_share"]
    for flow in flows:
        country = groups[flow.origin].country
        if flow.destination.startswith(("IND", "JPN")) or country == "USA":
            continue
        found.append({
            "id": f"TERM-{flow.origin}-{flow.destination}", "seller": country,
            "buyer": flow.destination, "origin": flow.origin, "destination": flow.destination,
            "quantity": decimal(flow.amount * assume["term_share"]), "basis": "unknown",
            "flexible": "unknown", "source": sources.add(term), "confidence": "assumption",
            "note": "term share of the base flow; the contracts themselves are not in the facts",
        })  # fmt: skip
    return [
        {"commodity": "lng", "unit": "Mt/yr", **row} for row in sorted(found, key=lambda r: r["id"])
    ]
