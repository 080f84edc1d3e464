"""The network as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.study.conftest import Folder


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
    assert folder.read().lookup("lanes", "days")["back"] == 1.0


def test_facilities_in_a_circle(folder: Folder) -> None:
    folder.add("processes", 4, process="back", commodity="gas")
    folder.add("processes", 5, process="back", commodity="lng", quantity="0.9")
    folder.add("facilities", 8, id="turn", process="back", place="SUD", output_place="suda-t",
               base="0", capacity="1")  # fmt: skip
    (problem,) = folder.problems()
    assert (problem.file, problem.column) == ("facilities.csv", "process")
    assert "go round in no time" in problem.rule


def test_scrap_that_comes_back_closes_no_circle(magnets: Folder) -> None:
    """Oxide, metal, magnet and swarf of one place: what comes back is less each time."""
    magnets.read()
    for row in range(1, len(magnets.cells("processes")) + 1):
        if magnets.cells("processes")[row - 1][0] == "swarf_recycling":
            magnets.set("processes", row, "kind", "conversion")
    (problem,) = magnets.problems()
    assert (problem.file, problem.column) == ("facilities.csv", "process")
    assert "goods go round in no time" in problem.rule


def test_a_contract_without_a_lane_is_a_warning(folder: Folder) -> None:
    assert folder.set("contracts", 3, "destination", "hub").read().warnings == ()
    (warning,) = folder.set("contracts", 3, "origin", "gulf").read().warnings
    assert (warning.file, warning.row, warning.column) == ("contracts.csv", 3, "destination")


def test_a_price_of_a_node_that_is_none_is_a_warning(folder: Folder) -> None:
    (warning,) = folder.set("prices", 2, "place", "WST").read().warnings
    assert (warning.file, warning.row, warning.value) == ("prices.csv", 2, "WST")
