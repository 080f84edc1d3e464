"""Terminals, roads of the sea and seasons: every terminal is there, and no month is invented."""

from __future__ import annotations

import pytest
from tools.build_india_japan import cargoes, flows, groups, places
from tools.build_india_japan.assumptions import Assumptions
from tools.build_india_japan.sea_legs import _inside, _pieces, closures
from tools.build_india_japan.sources import Sources
from tools.build_india_japan.tables import Row, read

from seawall.study import read as read_study


@pytest.fixture(scope="module")
def built() -> dict[str, list[Row]]:
    stocks = [dict(zip(("place", "commodity", "floor", "tank"), map(str, row), strict=True))
              for row in read_study("india-japan").table("stocks")
              [["place", "commodity", "floor", "tank"]].itertuples(index=False)]  # fmt: skip
    tables = cargoes.tables(groups.load(), flows.importers(), stocks, Assumptions(), Sources())
    return {name: rows for name, (_, rows) in tables.items()}


def test_every_terminal_is_there(built: dict[str, list[Row]]) -> None:
    by_role: dict[str, dict[str, Row]] = {"loading": {}, "receiving": {}}
    for row in built["terminals"]:
        by_role[row["role"]][row["id"]] = row
    assert by_role["receiving"].keys() == places.terminals(flows.importers()).keys()
    exporting = groups.load()
    assert {row["place"] for row in by_role["loading"].values()} == exporting.keys()
    assert len(by_role["loading"]) == sum(len(group.plants) for group in exporting.values())
    for row in built["terminals"]:
        assert row["confidence"] == "estimate"
        assert 1 <= int(row["berths"]) <= 9
        assert float(row["smallest_ship"]) < float(row["largest_ship"]) <= 266_000


def test_berths_and_ships_follow_their_rules(built: dict[str, list[Row]]) -> None:
    row = {row["id"]: row for row in built["terminals"]}
    assert row["dahej"]["berths"] == "2"
    assert "looked-up" in row["dahej"]["note"]
    assert row["sodegaura"]["berths"] == "4"
    assert row["sodegaura"]["largest_ship"] == "266000"
    assert row["ras-laffan-qatarenergy-lng-n-and-s"]["largest_ship"] == "266000"
    assert row["sabine-pass"]["largest_ship"] == "180000"
    assert (row["chhara"]["smallest_ship"], row["chhara"]["largest_ship"]) == ("80000", "266000")
    small = {name for name, one in row.items() if "coastal" in one["note"]}
    assert {"nagasaki", "kagoshima", "shin-minato-sendai"} <= small
    assert all(float(row[name]["largest_ship"]) < 125_000 for name in small)


def test_a_season_is_twelve_months_around_one(built: dict[str, list[Row]]) -> None:
    factors = [float(row["factor"]) for row in built["seasons"] if row["place"] == "JPN"]
    assert len(factors) == 12
    assert sum(factors) / 12 == pytest.approx(1, abs=1e-3)
    assert max(factors) == factors[1]
    assert min(factors) == factors[4]
    # India's months are too few, and what is missing is not invented.
    assert {row["place"] for row in built["seasons"]} == {"JPN"}
    notes = {row["month"]: row["note"] for row in built["seasons"]}
    assert [month for month, note in notes.items() if "of 2022" in note] == ["8", "10"]


def test_the_table_of_legs_stays_small(built: dict[str, list[Row]]) -> None:
    assert len(built["sea_legs"]) == len(read("sea_legs")) < 3000
    tagged = {row["passage"] for row in built["sea_legs"]} - {""}
    assert tagged == set(read_study("india-japan").lookup("passages", "name"))


def test_an_edge_is_cut_where_a_passage_begins() -> None:
    """Of an edge through a box only what lies inside belongs to it; of a canal all of it."""
    cut = _pieces((116.0, 24.3), (123.0, 24.3), ["taiwan_strait"])
    assert [tag for *_, tag in cut] == ["", "taiwan_strait", ""]
    assert cut[1][0][0] == pytest.approx(118.5)
    assert cut[1][1][0] == pytest.approx(120.6)
    assert sum(share for _, _, share, _ in cut) == pytest.approx(1)
    assert _pieces((32.6, 29.7), (32.5, 30.2), ["suez"])[0][3] == "suez"
    assert _inside((0.0, 0.0), (10.0, 0.0), (2.0, 4.0, -1.0, 1.0)) == pytest.approx((0.2, 0.4))


def test_closures_hold_the_pairs_that_matter() -> None:
    asked = set(closures(["hormuz", "malacca", "sunda", "suez", "bab_el_mandeb", "panama"]))
    for shut in ({"malacca", "sunda"}, {"suez", "panama"}, {"hormuz", "bab_el_mandeb"}, set()):
        assert frozenset(shut) in asked
