"""Units, ranges, and figures against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.study.conftest import Folder

    from seawall.errors import Problem


def at(problems: tuple[Problem, ...], file: str, row: int | None, column: str) -> Problem:
    found = [p for p in problems if (p.file, p.row, p.column) == (file, row, column)]
    assert len(found) == 1, [str(p) for p in problems]
    return found[0]


UNITS = [
    ("lanes", 2, "unit", "Mt", "mass is not what", "converts to Mt/yr"),
    ("lanes", 2, "unit", "bcm/yr", "gas flow is not what", "converts to Mt/yr"),
    ("lanes", 2, "unit", "t LCE/yr", "contained is not what", "converts to Mt/yr"),
    ("lanes", 2, "growth_unit", "Mt/yr", "mass flow is not what", "converts to Mt"),
    ("facilities", 2, "unit", "Mt", "mass is not what", "converts to Mt/yr"),
    ("stocks", 2, "unit", "Mt/yr", "mass flow is not what", "converts to Mt"),
    ("demands", 2, "unit", "GWh/yr", "power is not what", "converts to Mt/yr"),
    ("contracts", 2, "unit", "Mt", "mass is not what", "converts to Mt/yr"),
    ("prices", 2, "unit", "Mt", "is no price", "USD/t or USD/MMBtu"),
    ("prices", 2, "unit", "EUR/MWh", "money is USD", "USD/t"),
    ("prices", 2, "unit", "USD/bbl", "price per m3", "USD/t"),
    ("lanes", 2, "freight_unit", "USD/day", "is no price", "USD/t"),
    ("facilities", 2, "cost_unit", "INR/MMBtu", "money is USD", "USD/t"),
    ("demands", 3, "wtp_unit", "Mt", "is no price", "USD/t"),
    ("passages", 4, "capacity_unit", "Mt", "measures mass, not mass flow", "Mt/yr"),
    ("passages", 4, "toll_unit", "USD", "is no price", "USD/t"),
    ("commodities", 2, "unit", "GPU", "no rate a year", "Mt"),
    ("commodities", 2, "unit", "day", "no rate a year", "Mt"),
    ("assumptions", 2, "unit", "share", "in share/week", "write the value in share/week"),
]


@pytest.mark.parametrize("table,row,column,value,rule,fix", UNITS)
def test_a_unit_of_the_wrong_dimension(
    folder: Folder, table: str, row: int, column: str, value: str, rule: str, fix: str
) -> None:
    problems = folder.set(table, row, column, value).problems()
    problem = at(problems, f"{table}.csv", row, column)
    assert problem.value == value
    assert rule in problem.rule
    assert fix in problem.fix


def test_other_units_of_the_right_dimension_are_taken(folder: Folder) -> None:
    folder.set("lanes", 2, "unit", "kt/yr").set("lanes", 2, "base", "10000")
    assert folder.read().warnings == ()


def test_a_price_per_mmbtu_needs_an_energy_content(folder: Folder) -> None:
    problems = folder.set("commodities", 2, "energy_content", "").problems()
    assert "energy_content" in at(problems, "prices.csv", 2, "unit").rule
    assert {p.column for p in problems} == {"unit"}


NO_UNIT = [
    ("facilities", 2, "cost_unit"),
    ("lanes", 2, "growth_unit"),
    ("passages", 4, "capacity_unit"),
    ("passages", 4, "toll_unit"),
    ("demands", 3, "wtp_unit"),
]


@pytest.mark.parametrize("table,row,column", NO_UNIT)
def test_a_figure_without_its_unit(folder: Folder, table: str, row: int, column: str) -> None:
    problems = folder.set(table, row, column, "").problems()
    assert "without a unit" in at(problems, f"{table}.csv", row, column).rule


RANGES = [
    ("facilities", 2, "low", "30.5", "low is above base (30)"),
    ("facilities", 2, "high", "29.5", "high is below base (30)"),
    ("lanes", 3, "low", "8.1", "low is above base (8)"),
    ("lanes", 3, "high", "7.9", "high is below base (8)"),
    ("demands", 3, "low", "12.1", "low is above quantity (12)"),
    ("demands", 3, "wtp_low", "41", "wtp_low is above wtp (40)"),
    ("demands", 3, "wtp_high", "39", "wtp_high is below wtp (40)"),
    ("prices", 2, "high", "10.9", "high is below price (11)"),
    ("assumptions", 2, "low", "0.0011", "low is above value (0.001)"),
]


@pytest.mark.parametrize("table,row,column,value,rule", RANGES)
def test_a_range_that_does_not_hold_its_figure(
    folder: Folder, table: str, row: int, column: str, value: str, rule: str
) -> None:
    (problem,) = folder.set(table, row, column, value).problems()
    assert (problem.file, problem.row, problem.column) == (f"{table}.csv", row, column)
    assert (problem.value, problem.rule) == (value, rule)


@pytest.mark.parametrize("name", ["holding_cost", "demurrage", "contract_floor", "drop_below"])
def test_an_assumption_that_the_engine_reads_is_missing(folder: Folder, name: str) -> None:
    cells = folder.cells("assumptions")
    folder.put("assumptions", [row for row in cells if row[0] != name])
    problem = at(folder.problems(), "assumptions.csv", None, "id")
    assert (problem.value, problem.rule) == (name, "the assumption is missing")


@pytest.mark.parametrize("value", ["-0.1", "1.1"])
def test_an_assumption_out_of_bounds(folder: Folder, value: str) -> None:
    row = folder.row_of("assumptions", "contract_floor")
    folder.set("assumptions", row, "value", value).set("assumptions", row, "low", "")
    folder.set("assumptions", row, "high", "")
    problem = at(folder.problems(), "assumptions.csv", row, "value")
    assert (problem.value, problem.fix) == (value, "from 0 to 1")


def test_a_discount_that_would_drain_tanks(folder: Folder) -> None:
    folder.bytes("study.toml", b"discount = 0.00005", b"discount = 0.0005")
    problem = at(folder.problems(), "study.toml", None, "model.discount")
    assert problem.value == "0.0005"
    allowed = problem.fix.removeprefix("at most ")
    folder.bytes("study.toml", b"discount = 0.0005", f"discount = {allowed}".encode())
    assert folder.read().settings.model.discount == float(allowed)
