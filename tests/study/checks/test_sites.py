"""What is wrong with residues, calendars of feed, sizes of plants and buyers is told."""

from __future__ import annotations

import pytest
from tests.study.books import with_plants
from tests.study.conftest import Folder

CASES = {
    "a region that is no code": (
        ("districts", 2, "region", "Punjab"), "region", "not an ISO 3166-2 code", "IN-PB",
    ),
    "low above middle": (
        ("residues", 2, "low", "300000"), "low", "above the middle reading", "at most 200",
    ),
    "middle above high": (
        ("residues", 4, "middle", "170000"), "middle", "above the high reading", "at most 160",
    ),
    "an unknown feedstock": (
        ("residues", 3, "feedstock", "mudd"), "feedstock", "unknown feedstock", '"mud"',
    ),
    "an unknown district": (
        ("residues", 2, "district", "d9"), "district", "unknown district", "",
    ),
    "cheap above what it costs": (
        ("plant_sizes", 2, "capital_low", "301"), "capital_low", "above capital (300",
        "at most 300",
    ),
    "what it costs above dear": (
        ("plant_sizes", 3, "capital", "2101"), "capital", "above capital_high", "at most 2100",
    ),
    "a plant without its feed": (
        ("gas_plants", 2, "feed", ""), "feed", "a plant of straw without its feed", "t/day",
    ),
    "kept for half a month": (
        ("feedstocks", 3, "kept", "1.5"), "kept", "not a whole number", "months",
    ),
    "a district twice": (("districts", 3, "id", "d1"), "id", "the same id as in row 2", ""),
    "residues twice": (
        ("residues", 3, "feedstock", "straw"), "district", "the same district and feedstock", "",
    ),
    "beyond the pole": (("districts", 2, "lat", "95"), "lat", "out of bounds", "at most 90"),
    "a buyer beyond the map": (
        ("gas_places", 2, "lon", "-181"), "lon", "out of bounds", "at least -180",
    ),
    "a size of nothing": (("plant_sizes", 2, "size", "0"), "size", "", "above 0"),
    "half a month": (("feed_calendars", 4, "month", "2.5"), "month", "not a whole number", "1 to"),
    "a year of more than one": (
        ("feed_calendars", 11, "available", "0.7"), "available", "add up to 1.2", "shares of 1",
    ),
    "used before it came": (
        ("feed_calendars", 20, "used", "0.5"), "used", "none has come in the 1 months", "kept",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_is_told(folder: Folder, case: str) -> None:
    (table, row, column, value), cell, rule, fix = CASES[case]
    with_plants(folder).set(table, row, column, value)
    there = [p for p in folder.problems() if p.file == f"{table}.csv" and p.column == cell]
    assert any(rule in p.rule and fix in p.fix for p in there), there


def test_all_are_told_at_once(folder: Folder) -> None:
    with_plants(folder)
    for case in ("a region that is no code", "low above middle", "cheap above what it costs"):
        folder.set(*CASES[case][0])
    assert {p.file for p in folder.problems()} == {
        "districts.csv", "residues.csv", "plant_sizes.csv",
    }  # fmt: skip


def test_a_feedstock_needs_a_calendar(folder: Folder) -> None:
    row = with_plants(folder).add("feedstocks", 2, id="reed")
    told = [(p.file, p.row, p.column) for p in folder.problems()]
    assert told == [("feedstocks.csv", row, "id")]


def test_good_tables_are_read(folder: Folder) -> None:
    assert len(with_plants(folder).read().table("residues")) == 3
