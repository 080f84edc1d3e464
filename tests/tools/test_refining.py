"""Sites, circuits, ore and users of hubs: rare earths as a metallurgist knows them."""

from __future__ import annotations

import pytest
from tools.build_india_japan import refining
from tools.build_india_japan.assumptions import Assumptions
from tools.build_india_japan.sources import Sources
from tools.build_india_japan.tables import Row, by_key, number, read

Tables = dict[str, list[Row]]


@pytest.fixture(scope="module")
def built() -> Tables:
    return {name: rows for name, (_, rows) in refining.tables(Assumptions(), Sources()).items()}


def test_every_coastal_state_has_a_site(built: Tables) -> None:
    rows = built["hub_sites"]
    assert {row["region_name"] for row in rows} == {
        "Gujarat", "Maharashtra", "Goa", "Karnataka", "Kerala", "Tamil Nadu", "Andhra Pradesh",
        "Odisha", "West Bengal",
    }  # fmt: skip
    assert all(8 < number(r, "lat") < 24 and 69 < number(r, "lon") < 89 for r in rows)


@pytest.mark.parametrize("output", refining.SIZES)
def test_capital_goes_through_the_plants(built: Tables, output: str) -> None:
    power = Assumptions()[f"hub_scale_{refining.SHORT[output]}"]
    rows = [row for row in built["hub_sizes"] if row["output"] == output]
    column = {"low": "capital_low", "middle": "capital", "high": "capital_high"}
    for plant in (row for row in read("hub_circuits") if row["output"] == output):
        for row in rows:
            scaled = (
                number(plant, "capital") * (number(row, "size") / number(plant, "size")) ** power
            )
            assert number(row, column[plant["role"]]) == pytest.approx(scaled, abs=0.06)


def test_monazite_holds_next_to_no_heavies(built: Tables) -> None:
    """Its Dy and Tb are 0.1 to 0.3 % of rare earths, of which a fifth is NdPr."""
    minerals = by_key(read("hub_feeds"), "id")
    monazite = [r for r in built["hub_feeds"] if minerals[r["id"]]["mineral"] == "monazite"]
    assert len(monazite) > 5
    for row in monazite:
        for end, share in (("_low", 0.001), ("", 0.0016), ("_high", 0.003)):
            total = number(row, f"ndpr{end}") / 0.2
            assert number(row, f"dytb{end}") == pytest.approx(total * share, rel=0.05, abs=0.006)
        assert number(row, "thorium") > 0.5


def test_clay_that_goes_to_china_is_closed(built: Tables) -> None:
    closed = {row["id"] for row in built["hub_feeds"] if row["status"] == "closed"}
    assert {"myanmar", "laos", "serra-verde", "mt-weld", "eneabba", "mountain-pass"} <= closed
    assert "lofdal" not in closed


def test_no_more_indian_ore_than_is_mined_and_not_separated(built: Tables) -> None:
    rows = read("minerals_production")
    mined, made = (
        next(number(r, "quantity") for r in rows if (r["commodity"], r["stage"], r["country"])
             == ("ndpr_oxide", stage, "IND"))
        for stage in ("mine", "refine")
    )  # fmt: skip
    surplus = by_key(built["hub_feeds"], "id")["irel-surplus"]
    assert number(surplus, "ndpr_high") == pytest.approx(mined - made)


def test_indian_magnets_want_what_their_recipe_says(built: Tables) -> None:
    india = [r for r in built["hub_users"] if r["place"] == "IND" and r["kind"] == "magnets"]
    assert sum(number(r, "ndpr") for r in india) == pytest.approx(6000 * 0.35 * 1.17, abs=2)
    assert sum(number(r, "dytb") for r in india) == pytest.approx(6000 * 0.03, abs=2)


def test_ranges_of_assumptions_hold_their_values() -> None:
    for row in read("hub_assumptions"):
        assert number(row, "low") <= number(row, "value") <= number(row, "high"), row["id"]
        assert row["why"]
        assert row["confidence"] in ("estimate", "assumption")


def test_nothing_is_surer_than_its_source(built: Tables) -> None:
    assert {row["confidence"] for rows in built.values() for row in rows} == {"estimate"}
