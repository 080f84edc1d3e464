"""The builder's published totals: figures are read from the facts, ranges follow their rule."""

from __future__ import annotations

import math

import pytest
from tools.build_india_japan import published
from tools.build_india_japan.assumptions import Assumptions
from tools.build_india_japan.sources import Sources
from tools.build_india_japan.tables import FactError, Row, number, read


@pytest.fixture(scope="module")
def built() -> dict[str, Row]:
    return {row["id"]: row for row in published.rows(Assumptions(), Sources())}


@pytest.fixture(scope="module")
def facts() -> dict[str, Row]:
    return {row["id"]: row for row in read("published")}


def test_a_figure_stands_in_one_fact_table_only(facts: dict[str, Row]) -> None:
    for name, row in facts.items():
        assert bool(row["fact"]) != bool(row["value"]), name
        assert bool(row["fact"]) != bool(row["source"]), name
        assert bool(row["fact"]) != bool(row["confidence"]), name
        assert not row["over"] or row["fact"], name


def test_pointers_read_the_other_tables(built: dict[str, Row]) -> None:
    assert number(built["jpn-imports-2024"], "value") == 65.9
    assert number(built["ind-imports-2025"], "value") == 24.96
    assert number(built["jpn-from-aus-2024"], "value") == pytest.approx(25.1 / 65.9, abs=1e-4)
    assert number(built["eu-hub-price"], "value") == pytest.approx((11.76 + 11.24) / 2)
    assert number(built["dahej-regas-fy2024"], "value") == 98.1
    # 12.881 Mt in the 183 days from April to September.
    assert number(built["ind-imports-2025-h1"], "value") == pytest.approx(12.881 * 365 / 183, 1e-5)
    # 40,068 million scm in 214 days, 1,312 a Mt.
    expected = 40068 / 1312 * 365 / 214
    assert number(built["ind-use-2025"], "value") == pytest.approx(expected, rel=1e-5)


def test_the_mean_of_indian_terminals_is_that_of_their_table(facts: dict[str, Row]) -> None:
    used = [r for r in read("lng_regas") if r["utilisation_pct_fy2024_25"]]
    capacity = [number(r, "capacity_mtpa") for r in used]
    load = [number(r, "utilisation_pct_fy2024_25") for r in used]
    mean = sum(c * u for c, u in zip(capacity, load, strict=True)) / sum(capacity)
    assert number(facts["ind-regas-fy2024"], "value") == pytest.approx(mean, abs=0.01)


def test_ranges_widen_with_time_and_for_months(built: dict[str, Row]) -> None:
    def reach(name: str) -> float:
        row = built[name]
        return number(row, "high") / number(row, "value") - 1

    # From 1 July 2024 to 30 January 2026 are 578 days.
    assert reach("jpn-imports-2024") == pytest.approx(
        2 * math.hypot(0.02, 0.05 * 578 / 365), abs=1e-5
    )
    assert reach("eu-imports-2026-01") == pytest.approx(2 * math.hypot(0.02, 0.15), abs=1e-5)
    assert reach("malacca-flow-2024") > reach("hormuz-flow-2024")
    assert number(built["pak-hormuz-kpler-2025"], "high") == 1.0
    for row in built.values():
        if row["low"]:
            assert number(row, "low") < number(row, "value") < number(row, "high"), row["id"]


@pytest.mark.parametrize("text, days", [("2025", (7, 1)), ("2025-04", (4, 15))])
def test_a_year_or_month_counts_from_its_middle(text: str, days: tuple[int, int]) -> None:
    middle = published._middle(text)
    assert (middle.year, middle.month, middle.day) == (2025, *days)
    assert published._middle("2026-03-02").isoformat() == "2026-03-02"


@pytest.mark.parametrize(
    "pointer, found",
    [
        ("lng_trade: exporter=WLD; importer=XYZ", 0),
        ("lng_trade: exporter=WLD; importer=JPN", 2),
        ("prices: series=ttf; period=2026-01|1900-01", 1),
    ],
)
def test_a_pointer_that_does_not_fit_is_an_error(pointer: str, found: int) -> None:
    with pytest.raises(FactError, match=f"^{found} rows fit"):
        published._facts(pointer)


def test_an_estimate_stays_an_estimate(built: dict[str, Row], facts: dict[str, Row]) -> None:
    for name, row in facts.items():
        if row["confidence"] in ("estimate", "computed") or row["over"] or row["factor"]:
            assert built[name]["confidence"] == "estimate", name
        elif row["confidence"]:
            assert built[name]["confidence"] == row["confidence"], name


def test_wrong_word_for_widening_is_an_error(facts: dict[str, Row]) -> None:
    row = facts["eu-imports-2025"] | {"widen": "year"}
    with pytest.raises(FactError, match="widen is 'year'"):
        published._deviation(row, "looked-up", Assumptions())
