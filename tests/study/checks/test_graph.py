"""The network as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.study.conftest import Folder


def test_a_demand_that_nothing_reaches(folder: Folder) -> None:
    row = folder.add("demands", 2, id="far", place="WST")
    (problem,) = folder.problems()
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "demands.csv", row, "place", "WST",
    )  # fmt: skip
    assert "no lane or facility brings lng" in problem.rule
    assert "add a lane or facility" in problem.fix


def test_a_demand_behind_a_terminal_that_nothing_reaches(folder: Folder) -> None:
    cells = folder.cells("lanes")
    folder.put("lanes", [row for row in cells if row[0] != "suda~suda-t"])
    problems = folder.problems()
    demands = [p for p in problems if p.file == "demands.csv"]
    assert [p.value for p in demands] == ["SUD", "SUD", "SUD"]
    assert "nothing reaches them: regas-suda" in demands[0].fix
    ends = [p for p in problems if p.file == "lanes.csv"]
    assert {(p.column, p.value) for p in ends} == {("destination", "suda")}


def test_a_demand_that_only_another_variant_cuts_off(folder: Folder) -> None:
    row = folder.row_of("lanes", "suda~suda-t")
    folder.set("lanes", row, "variant", "pooled")
    problems = folder.problems()
    assert [p.value for p in problems] == ["SUD", "SUD", "SUD"]
    assert all("variants: unpooled" in p.rule for p in problems)


def test_a_stock_alone_supplies_nobody(folder: Folder) -> None:
    folder.add("demands", 2, id="far", place="WST")
    folder.add("stocks", 2, place="WST")
    assert [p.file for p in folder.problems()] == ["demands.csv"]


def test_a_lane_without_capacity_carries_nothing(folder: Folder) -> None:
    folder.add("demands", 2, id="far", place="WST")
    folder.add("lanes", 6, id="near", destination="WST", capacity="0", base="0")
    assert [p.file for p in folder.problems()] == ["demands.csv"]


def test_a_lane_from_a_place_that_has_nothing(folder: Folder) -> None:
    row = folder.add("lanes", 6, id="odd", origin="STH")
    (problem,) = folder.problems()
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "lanes.csv", row, "origin", "STH",
    )  # fmt: skip
    assert "no lng is made, stored or received there" in problem.rule


def test_a_lane_to_a_place_that_takes_nothing(folder: Folder) -> None:
    row = folder.add("lanes", 6, id="odd", destination="STH")
    (problem,) = folder.problems()
    assert (problem.row, problem.column, problem.value) == (row, "destination", "STH")


def test_lanes_in_a_circle_of_no_time(folder: Folder) -> None:
    row = folder.row_of("lanes", "suda~suda-t")
    folder.add("lanes", row, id="back", origin="suda-t", destination="suda", base="0")
    (problem,) = folder.problems()
    assert (problem.file, problem.column, problem.value) == ("lanes.csv", "days", "0")
    assert "suda (lng) -> suda-t (lng)" in problem.rule or (
        "suda-t (lng) -> suda (lng)" in problem.rule
    )


def test_a_circle_with_days_is_allowed(folder: Folder) -> None:
    row = folder.row_of("lanes", "suda~suda-t")
    folder.add("lanes", row, id="back", origin="suda-t", destination="suda", base="0", days="1")
    folder.read()


def test_facilities_in_a_circle(folder: Folder) -> None:
    folder.add("processes", 4, process="back", commodity="gas")
    folder.add("processes", 5, process="back", commodity="lng", quantity="0.9")
    folder.add("facilities", 8, id="turn", process="back", place="SUD", output_place="suda-t",
               base="0", capacity="1")  # fmt: skip
    (problem,) = folder.problems()
    assert (problem.file, problem.column) == ("facilities.csv", "process")
    assert "go round in no time" in problem.rule


def test_a_contract_without_a_lane_is_a_warning(folder: Folder) -> None:
    assert folder.set("contracts", 3, "destination", "hub").read().warnings == ()
    (warning,) = folder.set("contracts", 3, "origin", "gulf").read().warnings
    assert (warning.file, warning.row, warning.column) == ("contracts.csv", 3, "destination")


def test_a_price_of_a_node_that_is_none_is_a_warning(folder: Folder) -> None:
    (warning,) = folder.set("prices", 2, "place", "WST").read().warnings
    assert (warning.file, warning.row, warning.value) == ("prices.csv", 2, "WST")
