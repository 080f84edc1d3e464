"""Rows name each other rightly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.study.conftest import Folder

UNKNOWN = [
    ("lanes", 3, "origin", "gulff", "unknown place", 'did you mean "gulf"'),
    ("lanes", 3, "destination", "Sudaa", "unknown place", '"suda"'),
    ("lanes", 3, "commodity", "lgn", "unknown commodity", 'did you mean "lng"'),
    ("lanes", 3, "source", "madeup", "unknown source", 'did you mean "made-up"'),
    ("lanes", 3, "variant", "poled", "unknown variant", 'did you mean "pooled"'),
    ("lanes", 5, "replaces", "gulf~albo", "unknown lane", 'did you mean "gulf~alba"'),
    ("facilities", 2, "process", "liquifaction", "unknown process", '"liquefaction"'),
    ("facilities", 2, "output_place", "zzz", "unknown place", "add it to places.csv"),
    ("processes", 2, "commodity", "LNGG", "unknown commodity", '"lng"'),
    ("places", 9, "parent", "GLFF", "unknown place", '"GLF"'),
    ("paths", 2, "lane", "gulf-nord-west", "unknown lane", '"gulf~nord-west"'),
    ("stocks", 2, "place", "golf", "unknown place", '"gulf"'),
    ("demands", 2, "place", "albo", "unknown place", '"alba"'),
    ("prices", 2, "commodity", "oil", "unknown commodity", "known: gas, lng"),
    ("contracts", 2, "destination", "NRDD", "unknown place or country", '"NRD"'),
    ("contracts", 2, "origin", "golf", "unknown place", '"gulf"'),
    ("assumptions", 2, "source", "hnd", "unknown source", '"hand"'),
]


@pytest.mark.parametrize("table,row,column,value,rule,fix", UNKNOWN)
def test_an_unknown_name_is_told_with_the_nearest(
    folder: Folder, table: str, row: int, column: str, value: str, rule: str, fix: str
) -> None:
    problems = folder.set(table, row, column, value).problems()
    found = [p for p in problems if (p.file, p.row, p.column) == (f"{table}.csv", row, column)]
    assert [(p.value, p.rule) for p in found] == [(value, rule)]
    assert fix in found[0].fix


def test_a_misspelt_place_is_the_only_thing_told(folder: Folder) -> None:
    assert len(folder.set("lanes", 3, "origin", "gulff").problems()) == 1


def test_a_contract_may_name_a_country_without_a_place_of_its_own(folder: Folder) -> None:
    for row in (4, 10):  # Southland is then only a code
        folder.set("places", row, "country", "ABC")
    folder.add("contracts", 2, id="new", destination="ABC")
    assert [w.file for w in folder.read().warnings] == ["contracts.csv"]


def test_a_passage_that_nobody_defined(folder: Folder) -> None:
    (problem,) = folder.set("lanes", 3, "passages", "narows@1").problems()
    assert (problem.file, problem.row, problem.column) == ("lanes.csv", 3, "passages")
    assert problem.value == "narows@1"
    assert "narows" in problem.rule
    assert '"narrows"' in problem.fix


def test_a_study_without_passages_that_crosses_one(folder: Folder) -> None:
    (folder.path / "passages.csv").unlink()
    found = {(p.file, p.column) for p in folder.problems()}
    assert found == {("lanes.csv", "passages"), ("hazards.csv", "target")}


KEYS = [("lanes", 3), ("places", 3), ("demands", 3), ("stocks", 3), ("prices", 3), ("processes", 3)]


@pytest.mark.parametrize("table,row", KEYS)
def test_a_key_that_is_there_twice(folder: Folder, table: str, row: int) -> None:
    again = folder.add(table, row)
    (problem,) = folder.problems()
    assert (problem.file, problem.row) == (f"{table}.csv", again)
    assert f"as in row {row}" in problem.rule


def test_alternatives_may_share_a_key(folder: Folder) -> None:
    row = folder.row_of("lanes", "south~alba")
    folder.set("lanes", row, "variant", "pooled")
    folder.add("lanes", row, variant="unpooled", days="33")
    study = folder.read()
    days = [
        float(s.table("lanes").set_index("id")["days"]["south~alba"])
        for s in (study, study.variant("unpooled"))
    ]
    assert days == [19.8, 33.0]


def test_a_row_of_a_variant_beside_one_that_always_counts(folder: Folder) -> None:
    folder.add("lanes", folder.row_of("lanes", "south~alba"), variant="unpooled")
    assert "the same id" in folder.problems()[0].rule


DETOURS = [
    ("gulf~suda", "another destination"),
    ("west~alba", "another origin"),
    ("gulf~alba~cape", "no detour of itself"),
]


@pytest.mark.parametrize("replaces,rule", DETOURS)
def test_a_detour_of_a_lane_that_it_cannot_replace(
    folder: Folder, replaces: str, rule: str
) -> None:
    row = folder.row_of("lanes", "gulf~alba~cape")
    (problem,) = folder.set("lanes", row, "replaces", replaces).problems()
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "lanes.csv", row, "replaces", replaces,
    )  # fmt: skip
    assert rule in problem.rule


def test_a_detour_of_another_commodity(folder: Folder) -> None:
    row = folder.row_of("lanes", "gulf~alba~cape")
    problems = folder.set("lanes", row, "commodity", "gas").problems()
    assert any('another commodity: "lng"' in p.rule and p.row == row for p in problems)


def test_a_detour_of_a_detour(folder: Folder) -> None:
    row = folder.row_of("lanes", "gulf~alba~cape")
    new = folder.add("lanes", row, id="third", replaces="gulf~alba~cape")
    (problem,) = folder.problems()
    assert (problem.row, problem.rule) == (new, "that lane is a detour itself")


def test_a_detour_with_a_base(folder: Folder) -> None:
    row = folder.row_of("lanes", "gulf~alba~cape")
    (problem,) = folder.set("lanes", row, "base", "0.5").problems()
    assert (problem.row, problem.column, problem.value) == (row, "base", "0.5")


def test_a_detour_of_a_lane_that_may_not_be_there(folder: Folder) -> None:
    folder.set("lanes", folder.row_of("lanes", "gulf~alba"), "variant", "unpooled")
    assert any("only in variant" in p.rule for p in folder.problems())


def test_places_that_are_part_of_each_other(folder: Folder) -> None:
    folder.set("places", folder.row_of("places", "GLF"), "parent", "gulf")
    problems = folder.problems()
    assert {p.column for p in problems} == {"parent"}
    assert "GLF in gulf in GLF" in problems[0].rule


def test_a_headline_that_is_no_place(folder: Folder) -> None:
    folder.bytes("study.toml", b'["NRD", "SUD"]', b'["NRD", "SUDD"]')
    (problem,) = folder.problems()
    assert (problem.file, problem.column, problem.value) == ("study.toml", "headline", "SUDD")
    assert '"SUD"' in problem.fix
