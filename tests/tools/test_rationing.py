"""Allocation orders of the reference study, as built from the facts."""

from __future__ import annotations

import csv

import pytest
from tools.build_india_japan import rationing
from tools.build_india_japan.build import build
from tools.build_india_japan.sources import Sources
from tools.build_india_japan.tables import FactError, read

from seawall.network.rationing import allocations, orders
from seawall.study import read as read_study


def test_orders_carry_shares_rank_source_and_confidence_of_the_facts() -> None:
    facts = read("rationing")
    rows = list(csv.DictReader(build().files["rationing.csv"].splitlines()))
    assert len(rows) == len(facts)
    for row, fact in zip(rows, facts, strict=True):
        for column in ("order", "place", "commodity", "tier", "sector", "confidence"):
            assert row[column] == fact[column]
        for column in ("guaranteed", "from_day", "rank"):
            assert float(row[column]) == float(fact[column])
        assert row["source"]
        assert fact["rule"] in row["note"]


def test_india_ranks_homes_before_fertiliser_before_industry_and_guarantees_power_nothing() -> None:
    study = read_study("india-japan")
    assert orders(study) == ("india-2026", "protected-customers")
    rows = allocations(study, "india-2026")
    rank = {row.sector: row.rank for row in rows}
    assert rank["city gas: households and CNG"] < rank["fertiliser: rest"] < rank["refinery"]
    assert not any("power" in sector or "naphtha" in sector for sector in rank)
    assert {row.from_day for row in rows} == {7.0}
    quantity = {row.sector: row.quantity for row in study.rows("demands") if row.place == "IND"}
    # All that the order guarantees could be met without half of the imports.
    promised = sum(row.share * quantity.get(row.sector, 0.0) for row in rows)
    assert promised == pytest.approx(31.9, abs=0.5)


def test_an_order_about_nobody_is_an_error_of_the_facts() -> None:
    with pytest.raises(FactError, match="nobody wants"):
        rationing.rows([], Sources())
