"""Single rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.study.conftest import Folder


def test_a_lane_to_itself(folder: Folder) -> None:
    problems = folder.set("lanes", 14, "destination", "south").problems()
    assert ("lanes.csv", 14, "destination", "south") in [
        (p.file, p.row, p.column, p.value) for p in problems
    ]
    assert "ends where it starts" in problems[0].rule


def test_a_crossing_after_the_arrival(folder: Folder) -> None:
    (problem,) = folder.set("lanes", 3, "passages", "narrows@1;sound@14.1").problems()
    assert (problem.row, problem.column, problem.value) == (3, "passages", "narrows@1;sound@14.1")
    assert "sound is crossed after 14.1 days, the lane arrives after 14" in problem.rule


def test_a_crossing_at_the_arrival_is_allowed(folder: Folder) -> None:
    assert folder.set("lanes", 3, "passages", "narrows@1;sound@14").read().name == "twelve"


@pytest.mark.parametrize("column,value", [("start", "0.6"), ("floor", "0.7")])
def test_a_stock_above_its_tank(folder: Folder, column: str, value: str) -> None:
    (problem,) = folder.set("stocks", 2, column, value).problems()
    assert (problem.file, problem.row, problem.column) == ("stocks.csv", 2, column)
    assert (problem.value, problem.fix) == (value, "at most 0.575 Mt")


def test_a_start_below_its_floor_is_a_warning(folder: Folder) -> None:
    (warning,) = folder.set("stocks", 2, "floor", "0.3").read().warnings
    assert (warning.file, warning.row, warning.column) == ("stocks.csv", 2, "start")
    assert "lowered to 0.288 Mt" in warning.fix


@pytest.mark.parametrize("table,row,capacity", [("facilities", 3, "39"), ("lanes", 15, "24")])
def test_a_capacity_below_its_base_is_a_warning(
    folder: Folder, table: str, row: int, capacity: str
) -> None:
    (warning,) = folder.set(table, row, "capacity", capacity).read().warnings
    assert (warning.file, warning.row, warning.column) == (f"{table}.csv", row, "capacity")


def test_a_tier_without_its_willingness_to_pay(folder: Folder) -> None:
    (problem,) = folder.set("demands", 3, "wtp", "").problems()
    assert (problem.file, problem.row, problem.column) == ("demands.csv", 3, "wtp")
    assert problem.rule == "a tier that is essential needs wtp"


def test_an_elastic_tier_without_its_elasticity(folder: Folder) -> None:
    (problem,) = folder.set("demands", 2, "elasticity", "").problems()
    assert (problem.row, problem.column) == (2, "elasticity")


def test_what_a_tier_does_not_use_is_a_warning(folder: Folder) -> None:
    folder.set("demands", 3, "elasticity", "0.2")
    folder.set("demands", 2, "wtp", "30").set("demands", 2, "wtp_unit", "USD/MMBtu")
    assert [(w.row, w.column) for w in folder.read().warnings] == [(2, "wtp"), (3, "elasticity")]


@pytest.mark.parametrize(
    "start,end,bad",
    [
        ("2020-05-02", "2020-05-01", True),
        ("2020-05-02", "2020-05", False),
        ("2020-05-02", "2020", False),
        ("2020", "2019", True),
        ("2020", "2020-01", False),
        ("2020-06", "2020-05-31", True),
        ("", "2019", False),
    ],
)
def test_a_contract_that_ends_before_it_starts(
    folder: Folder, start: str, end: str, bad: bool
) -> None:
    folder.set("contracts", 2, "start", start).set("contracts", 2, "end", end)
    if not bad:
        assert folder.read().warnings == ()
        return
    (problem,) = folder.problems()
    assert (problem.row, problem.column, problem.value) == (2, "end", end)


def test_variants_that_change_nothing_are_a_warning(folder: Folder) -> None:
    folder.bytes("study.toml", b"[variants]", b'[variants]\nred_sea = ["avoided", "open"]')
    (warning,) = folder.read().warnings
    assert (warning.file, warning.column) == ("study.toml", "variants.red_sea")


@pytest.mark.parametrize(
    "changes,column,rule,fix",
    [
        ({"place": "HBL"}, "place", "nothing is wanted there", "known: ALB, NRD, SUD, alba"),
        ({"commodity": "lng"}, "commodity", "it is not wanted there", "known: gas"),
        ({"tier": "elastic", "sector": ""}, "tier", "no such tier", "deferrable"),
        ({"sector": "industri"}, "sector", "no such sector", 'did you mean "industry"'),
        ({"tier": "essential"}, "sector", "no such sector", "known: homes"),
    ],
)
def test_an_order_that_means_nobody(
    folder: Folder, changes: dict[str, str], column: str, rule: str, fix: str
) -> None:
    for name, value in changes.items():
        folder.set("rationing", 2, name, value)
    (problem,) = folder.problems()
    assert (problem.file, problem.row, problem.column) == ("rationing.csv", 2, column)
    assert rule in problem.rule
    assert fix in problem.fix


def test_an_order_may_mean_a_country_or_what_only_a_variant_wants(folder: Folder) -> None:
    folder.set("rationing", 2, "sector", "")
    folder.add("rationing", 3, place="ALB", commodity="lng", tier="elastic", sector="all")
    folder.add("rationing", 3, place="NRD", sector="industry on domestic gas")
    assert folder.read().name == "twelve"


def test_no_order_is_called_equal(folder: Folder) -> None:
    (problem,) = folder.set("rationing", 5, "order", "equal").problems()
    assert (problem.file, problem.row, problem.column) == ("rationing.csv", 5, "order")
    assert "equal weights" in problem.rule


def test_the_same_row_of_an_order_twice(folder: Folder) -> None:
    row = folder.add("rationing", 2, guaranteed="0.7")
    (problem,) = folder.problems()
    assert (problem.row, problem.column) == (row, "order")
    assert "as in row 2" in problem.rule


def test_what_is_agreed_names_who_agreed(folder: Folder) -> None:
    cells = folder.cells("assumptions")
    marks = [["review", "reviewed_by", "reviewed_on"], ["agreed", "", ""], ["", "B", "2026"]]
    marks += [["agreed", "B. Boss", "2026-11-02"], ["proposed", "", ""]]
    folder.put("assumptions", [[*row, *mark] for row, mark in zip(cells, marks, strict=True)])
    found = [(p.row, p.column, p.rule) for p in folder.problems()]
    assert found == [
        (2, "reviewed_by", "agreed, but by nobody"),
        (3, "reviewed_by", "reviewed_by without a review"),
        (3, "reviewed_on", "reviewed_on without a review"),
    ]
