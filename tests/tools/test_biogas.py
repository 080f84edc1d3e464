"""Districts, residues, plants and buyers of gas: nothing is lost, counted twice or made surer."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from tools.build_india_japan import biogas
from tools.build_india_japan.assumptions import Assumptions
from tools.build_india_japan.sources import Sources
from tools.build_india_japan.tables import FactError, Row, by_key, number, read

Tables = dict[str, list[Row]]
STRAW = {"rice_straw", "wheat_straw", "maize_stalk", "cane_trash", "cotton_stalk"}


@pytest.fixture(scope="module")
def built() -> Tables:
    return {name: rows for name, (_, rows) in biogas.tables(Assumptions(), Sources()).items()}


def per_state(built: Tables, feedstock: str, reading: str = "middle") -> dict[str, float]:
    """Mt a year."""
    state = {row["id"]: row["region_name"] for row in built["districts"]}
    found: dict[str, float] = defaultdict(float)
    for row in built["residues"]:
        if row["feedstock"] == feedstock:
            found[state[row["district"]]] += float(row[reading]) / 1e6
    return found


def facts_per_state(column: str) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for row in read("districts"):
        found[row["state"]] += number(row, column) / 1e6
    return found


def test_every_district_is_there(built: Tables) -> None:
    rows = built["districts"]
    assert [row["id"] for row in rows] == [f"d{n:03}" for n in range(1, 641)]
    # The census's own total.
    assert sum(int(row["population"]) for row in rows) == 1_210_854_977
    assert all(re.fullmatch(r"IN-[A-Z]{2}", row["region"]) for row in rows)
    # Dadra and Nagar Haveli and Daman and Diu have one code since they are one.
    assert len({row["region"] for row in rows}) == 35
    assert len({row["region_name"] for row in rows}) == 36


@pytest.mark.parametrize("feed", read("biogas_feeds")[:-1], ids=lambda feed: feed["id"])
def test_residues_are_those_of_the_facts(built: Tables, feed: Row) -> None:
    """All but dung, the last, which is worked out from heads."""
    told, facts = per_state(built, feed["id"]), facts_per_state(feed["column"])
    for state, quantity in facts.items():
        if feed["id"] != "rice_straw" or state not in biogas.RAISED:
            assert told[state] == pytest.approx(quantity, abs=1e-4), state


def test_dung_is_half_of_what_heads_give(built: Tables) -> None:
    row = by_key(read("districts"), "census2011_code")["1"]
    heads = 10 * number(row, "cattle_2019_est") + 15 * number(row, "buffalo_2019_est")
    told = next(r for r in built["residues"]
                if (r["district"], r["feedstock"]) == ("d001", "dung"))  # fmt: skip
    assert float(told["middle"]) == pytest.approx(heads / 2 / 1000 * 365, abs=1)
    # 9.8 Mt of gas a year, as the facts have it.
    assert sum(per_state(built, "dung").values()) * 0.015 == pytest.approx(9.8, abs=0.05)


def test_readings_span_a_factor_of_three(built: Tables) -> None:
    for feed in STRAW - {"rice_straw"}:
        low, middle, high = (sum(per_state(built, feed, r).values())
                             for r in ("low", "middle", "high"))  # fmt: skip
        assert (low / middle, high / middle) == pytest.approx((0.5, 1.6), abs=1e-3)


def test_no_residue_is_surer_than_its_rule(built: Tables) -> None:
    assert {row["confidence"] for row in built["residues"]} == {"estimate"}
    assert {row["confidence"] for row in built["gas_places"]} == {"estimate"}
    assert {row["confidence"] for row in built["plant_sizes"]} == {"estimate"}
    keys = [(row["district"], row["feedstock"]) for row in built["residues"]]
    assert len(set(keys)) == len(keys)
    assert all(float(row["middle"]) >= 1 for row in built["residues"])


def test_buyers_take_what_is_sold_in_india(built: Tables) -> None:
    total = sum(float(row["quantity"]) for row in built["gas_places"])
    assert total * 0.365 == pytest.approx(Assumptions()["site_gas_demand"], rel=1e-5)
    assert all(float(row["quantity"]) > 0 for row in built["gas_places"])
    names = [row["id"] for row in built["gas_places"]]
    assert len(set(names)) == len(names)


def test_fleets_are_taken_off_their_city(built: Tables) -> None:
    quantity = {row["id"]: float(row["quantity"]) for row in built["gas_places"]}
    mumbai = ("mumbai-best", "mumbai-autorickshaws-city", "mumbai-taxis", "mumbai-and-around")
    assert sum(quantity[name] for name in mumbai) == Assumptions()["site_mgl_sales"]
    delhi = ("delhi-dtc-and-cluster", "delhi-region")
    assert sum(quantity[name] for name in delhi) == Assumptions()["site_igl_sales"]
    # What the company of Delhi sells is more than the state's stations stand for.
    assert not [row for row in built["gas_places"]
                if (row["kind"], row["region"]) == ("district", "IN-DL")]  # fmt: skip


def test_cost_goes_through_the_plants_that_are_known(built: Tables) -> None:
    size = {float(row["size"]): row for row in built["plant_sizes"]}
    assert tuple(size) == biogas.SIZES
    assert float(size[14.0]["capital"]) == 1330
    assert float(size[33.0]["capital"]) == pytest.approx(2200, rel=0.01)
    assert float(size[8.2]["capital_low"]) == 400
    assert float(size[1.5]["capital_high"]) == pytest.approx(575, abs=0.1)
    assert {row["size"] for row in built["plant_sizes"] if row["note"]} == {"1.5", "3", "5", "8.2"}


def test_a_year_of_feed_is_whole(built: Tables) -> None:
    for name in {row["feedstock"] for row in built["feed_calendars"]}:
        rows = [row for row in built["feed_calendars"] if row["feedstock"] == name]
        assert [int(row["month"]) for row in rows] == list(range(1, 13))
        for column in ("available", "used"):
            assert sum(float(row[column]) for row in rows) == pytest.approx(1, abs=1e-5)


def test_plants_are_single_ones_with_a_place(built: Tables) -> None:
    status = {row["id"]: row["status"] for row in built["gas_plants"]}
    assert status["verbio-lehragaga"] == "operating"
    assert status["banas-suzuki-plants-2-4"] == "announced"
    assert not any("programme" in name or "average" in name for name in status)
    facts = by_key(read("cbg_projects"), "name")
    for row in built["gas_plants"]:
        assert row["lat"]
        assert row["confidence"] == facts[row["name"]]["confidence"]


def test_what_site_assumes_is_read_by_site_alone() -> None:
    rows = read("biogas_assumptions")
    assert {row["used_by"] for row in rows} == {"site"}
    assert all(row["id"].startswith("site_") for row in rows)
    for row in rows:
        assert number(row, "low") <= number(row, "value") <= number(row, "high"), row["id"]


def test_a_fleet_without_its_figure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(name: str) -> list[Row]:
        return [row | {"value": ""} if row["item"] == "CNG use of buses" else row
                for row in read(name)] if name == "transit_gas" else read(name)  # fmt: skip

    monkeypatch.setattr(biogas, "read", short)
    with pytest.raises(FactError, match="not a number"):
        biogas.tables(Assumptions(), Sources())
