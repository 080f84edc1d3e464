"""Tables of power grids: what is wrong is told with its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.study.conftest import Folder

    from seawall.errors import Problem


def only(problems: tuple[Problem, ...], file: str, row: int, column: str) -> Problem:
    told = [str(p) for p in problems]
    assert [(p.file, p.row, p.column) for p in problems] == [(file, row, column)], told
    return problems[0]


def test_grids_are_read(folder: Folder):
    study = folder.read()
    table = study.table("generators").set_index("id")
    assert table.loc["land-coal", "available"] == 1
    assert len(study.table("loads")) == 24


WRONG = [
    ("generators", 2, "grid", "GLF", "kind", "kind grid"),
    ("generators", 2, "heat_rate", "", "gas needs heat_rate", "0.122"),
    ("generators", 2, "lng_share", "", "gas needs lng_share", "e.g. 1"),
    ("generators", 3, "heat_rate", "0.1", "only for gas", "blank"),
    ("generators", 4, "fill", "", "needs fill", "75"),
    ("generators", 4, "efficiency", "", "needs efficiency", "0.7"),
    ("generators", 3, "fill", "1", "only for pumped storage", "blank"),
    ("generators", 3, "cost_unit", "USD/t", "per mass", "USD/MWh"),
    ("generators", 3, "fuel", "cole", "no such choice", '"coal"'),
    ("generators", 3, "available", "1.2", "", ""),
    ("interties", 2, "destination", "nord-land", "ends where it starts", "another grid"),
    ("interties", 2, "base", "500", "more than the limit", "175.2 GWh/yr"),
    ("loads", 3, "minimum", "70", "not below the mean load", "59.5 MW"),
    ("loads", 3, "peak", "50", "not above the mean load", "59.5 MW"),
    ("loads", 3, "month", "2.5", "not a whole month", "1 to 12"),
    ("grid_gas", 2, "demand", "nobody", "unknown demand", "nord-power"),
    ("grid_gas", 2, "share", "1.5", "", ""),
]


@pytest.mark.parametrize("table,row,column,value,rule,fix", WRONG)
def test_a_wrong_cell(
    folder: Folder, table: str, row: int, column: str, value: str, rule: str, fix: str
):
    problems = folder.set(table, row, column, value).problems()
    found = [p for p in problems if (p.file, p.row, p.column) == (f"{table}.csv", row, column)]
    assert len(found) == 1, [str(p) for p in problems]
    assert found[0].value == value
    assert rule in found[0].rule
    assert fix in found[0].fix


def test_a_month_is_missing(folder: Folder):
    folder.put("loads", folder.cells("loads")[:-1])
    problem = only(folder.problems(), "loads.csv", 14, "grid")
    assert "months 12" in problem.rule


def test_a_month_stands_twice(folder: Folder):
    folder.set("loads", 3, "month", "1")
    rules = [p.rule for p in folder.problems() if (p.row, p.column) == (3, "grid")]
    assert any("same grid and month as in row 2" in rule for rule in rules)


def test_a_grid_without_loads(folder: Folder):
    loads = folder.cells("loads")
    folder.put("loads", [row for row in loads if row[0] != "nord-land"])
    problems = folder.problems()
    assert {(p.file, p.column) for p in problems} == {
        ("generators.csv", "grid"), ("interties.csv", "origin"),
    }  # fmt: skip
    assert all("no loads" in p.rule for p in problems)


def test_gas_plants_need_somebodys_gas(folder: Folder):
    folder.put("grid_gas", folder.cells("grid_gas")[:1])
    problem = only(folder.problems(), "generators.csv", 2, "grid")
    assert "no demand for gas feeds" in problem.rule


def test_gas_is_burnt_once(folder: Folder):
    row = folder.add("grid_gas", 2, grid="nord-land", share="0.5")
    problem = only(folder.problems(), "grid_gas.csv", row, "share")
    assert "add up to 1.1" in problem.rule
