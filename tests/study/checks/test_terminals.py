"""Terminals, sea legs and seasons of a study, with and without a book."""

from __future__ import annotations

import pytest
from tests.study.books import BOOK, with_seas
from tests.study.conftest import Folder

CASES = {
    "inland": (
        ("terminals", 3, "lat", "55"), "lat", "the nearest sea leg is", "sea_legs.csv",
    ),
    "smallest above largest": (
        ("terminals", 4, "smallest_ship", "220000"), "smallest_ship", "larger than the largest",
        "at most 217000",
    ),
    "half a berth": (("terminals", 2, "berths", "1.5"), "berths", "not a whole number", "1"),
    "not a terminal": (
        ("terminals", 4, "place", "nord-east"), "place", 'of kind "cluster"', "kind terminal",
    ),
    "not at plants": (
        ("terminals", 2, "place", "GLF"), "place", 'of kind "country"', "plant_group",
    ),
    "too short": (
        ("sea_legs", 4, "length", "900"), "length", "shorter than the straight way", "at least 1",
    ),
    "a month is missing": (("seasons", 3, "month", "2.5"), "month", "not a whole month", "1 to 12"),
    "a mean above 1": (("seasons", 2, "factor", "3"), "factor", "have the mean 1.15", "divide"),
    "unknown passage": (
        ("sea_legs", 2, "passage", "narrow"), "passage", "unknown passage", '"narrows"',
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_is_told(folder: Folder, case: str) -> None:
    (table, row, column, value), cell, rule, fix = CASES[case]
    with_seas(folder).set(table, row, column, value)
    there = [
        p for p in folder.problems() if (p.file, p.row, p.column) == (f"{table}.csv", row, cell)
    ]
    assert any(rule in p.rule and fix in p.fix for p in there), there


def test_a_receiving_terminal_needs_tanks_and_send_out(folder: Folder) -> None:
    with_seas(folder)
    line = folder.add("places", folder.row_of("places", "suda-t"), id="bare", parent="suda")
    assert line
    row = folder.add("terminals", 5, id="bare-t", place="bare")
    told = [p for p in folder.problems() if p.file == "terminals.csv"]
    assert {(p.row, p.column) for p in told} == {(row, "place")}
    assert {p.rule for p in told} == {
        "nothing sends out what arrives there", "nothing is stored there",
    }  # fmt: skip


def test_roads_must_lead_from_load_to_destination(folder: Folder) -> None:
    with_seas(folder)
    for name in ("cargoes", "ships", "tanks", "clauses"):
        (folder.path / f"{name}.csv").write_bytes((BOOK / f"{name}.csv").read_bytes())
    assert len(folder.read().frames["cargoes"]) == 6
    # Without its last leg to the west the gulf is cut off from the east.
    folder.put("sea_legs", [row for row in folder.cells("sea_legs") if row[0] != "narrows-east"])
    told = folder.problems()
    assert {(p.file, p.column) for p in told} == {("cargoes.csv", "destination")}
    assert 'nobody can reach from "gulf-load"' in told[0].rule


def test_legs_meet_across_the_antimeridian(folder: Folder) -> None:
    with_seas(folder)
    row = folder.row_of("sea_legs", "west-nord")
    folder.set("sea_legs", row, "points", "-93 30;-80 10;-180 25")
    folder.set("sea_legs", row, "length", "7300")
    folder.add("sea_legs", row, id="rest", points="180 25;135.1 34.1", length="2500")
    for name in ("cargoes", "ships", "tanks", "clauses"):
        (folder.path / f"{name}.csv").write_bytes((BOOK / f"{name}.csv").read_bytes())
    assert len(folder.read().frames["sea_legs"]) == 7


def test_terminals_without_any_sea_are_told(folder: Folder) -> None:
    with_seas(folder)
    (folder.path / "sea_legs.csv").unlink()
    told = folder.problems()
    assert {p.file for p in told} == {"terminals.csv"}
    assert all("there are no sea legs" in p.rule for p in told)
