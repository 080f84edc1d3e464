"""Allocation orders: what governments guarantee to whom when gas is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.build_india_japan.sources import Sources, confidence
from tools.build_india_japan.tables import FactError, Row, decimal, number, read

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS = (
    "order", "place", "commodity", "tier", "sector", "guaranteed", "from_day", "rank", "source",
    "confidence", "note",
)  # fmt: skip


def rows(demands: Iterable[Row], sources: Sources) -> list[Row]:
    """The orders in the facts, each row of them about tiers that are among `demands`.

    A country is a prefix of its places' keys.
    """
    tiers = {(r["place"][:3], r["commodity"], r["tier"], r["sector"]) for r in demands}
    found: list[Row] = []
    for row in read("rationing"):
        key = (row["place"], row["commodity"], row["tier"], row["sector"])
        if key not in tiers:
            raise FactError(f"facts/rationing.csv: nobody wants {key}")
        found.append({
            "order": row["order"], "place": row["place"], "commodity": row["commodity"],
            "tier": row["tier"], "sector": row["sector"],
            "guaranteed": decimal(number(row, "guaranteed")),
            "from_day": decimal(number(row, "from_day")), "rank": decimal(number(row, "rank")),
            "source": sources.add(row), "confidence": confidence(row),
            "note": "; ".join(filter(None, (row["rule"], row["note"]))),
        })  # fmt: skip
    return found
