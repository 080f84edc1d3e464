"""The builder's tables of supply-risk indices: figures are those of the facts."""

from __future__ import annotations

import pytest
from tools.build_india_japan import risks
from tools.build_india_japan.sources import Sources
from tools.build_india_japan.tables import Row, read

COUNTRIES = {"CHN", "COD", "ARG", "IDN", "JPN", "DEU", "EU", "ROW"}
COMMODITIES = {"ndpr_oxide", "cobalt", "nickel_ore", "lithium_chemicals", "silicon_wafer", "gas"}


@pytest.fixture(scope="module")
def built() -> dict[str, dict[str, Row]]:
    """Rows of each table by country or commodity."""
    tables = risks.tables(COUNTRIES, COMMODITIES, Sources())
    return {
        name: {row[columns[0]]: row for row in rows} for name, (columns, rows) in tables.items()
    }


def test_governance_is_that_of_the_newest_year(built: dict[str, dict[str, Row]]):
    rows = built["governance"]
    assert {row["year"] for row in rows.values()} == {"2023"}
    assert rows["CHN"]["wgi"] == "5.58"
    # ROW has none: indices count it as the middle.
    assert set(rows) == COUNTRIES - {"ROW"}
    assert rows["EU"]["confidence"] == "estimate"
    assert float(rows["EU"]["wgi"]) == pytest.approx(3.081, abs=1e-3)


def test_materials_have_the_rates_of_the_eu_study(built: dict[str, dict[str, Row]]):
    rows = built["materials"]
    assert set(rows) == COMMODITIES - {"gas"}
    cobalt = rows["cobalt"]
    assert (cobalt["material"], cobalt["stage"]) == ("Cobalt", "processing")
    assert (cobalt["eol_rir"], cobalt["si_sr"], cobalt["confidence"]) == (
        "0.22",
        "0.98",
        "looked-up",
    )
    assert rows["silicon_wafer"].get("eol_rir", "") == ""
    # No source gives an economic vulnerability: it stays a gap.
    assert not any(row.get("vulnerability") for row in rows.values())


def test_only_measures_of_exporters_are_carried_over(built: dict[str, dict[str, Row]]):
    """No 0.8 of members of the EU, no country that the study does not have."""
    factors = {(r["country"], r["commodity"]): r["factor"] for r in built["export_rules"].values()}
    assert factors == {
        ("ARG", "lithium_chemicals"): "1.1",
        ("COD", "cobalt"): "1.1",
        ("IDN", "nickel_ore"): "1.3",
    }


def test_a_study_without_rated_goods_has_no_such_tables():
    assert risks.tables(COUNTRIES, {"lng", "gas"}, Sources()) == {}


def test_every_choice_names_a_material_and_stage_of_the_study_or_none():
    known = {row["material"] for row in read("eu_crm_reference")}
    for row in read("risk_materials"):
        assert row["material"] in known | {""}, row
        assert row["stage"] in (("extraction", "processing") if row["material"] else ("",)), row
        assert row["note"] or row["confidence"] == "looked-up", row
