"""Closed studies, and what only they may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seawall.errors import InputError
from seawall.files import write_csv
from seawall.study.records import column_names
from seawall.study.settings import parse_settings, settings_text

if TYPE_CHECKING:
    from tests.study.conftest import Folder

OPEN = b"terminal = true\n"
SHUT = ("terminal", "calibrate", "pipeline")


def close(folder: Folder) -> None:
    """Make the study a closed one."""
    folder.bytes("study.toml", b"[model]\n", b"[model]\nclosed = true\n")
    text = (folder.path / "study.toml").read_text(encoding="utf-8")
    for key in SHUT:
        text = text.replace(f"{key} = true", f"{key} = false")
    (folder.path / "study.toml").write_text(text, encoding="utf-8")


def put_series(folder: Folder, *rows: tuple[str, str, str, str, str]) -> None:
    names = column_names("series")
    cells = [[*row, "hand", "estimate", ""] for row in rows]
    write_csv(folder.path / "series.csv", names, cells)


def first(folder: Folder, table: str) -> str:
    return folder.cells(table)[1][0]


def test_a_closed_study_reads_and_writes(folder: Folder) -> None:
    close(folder)
    put_series(folder, ("demands", first(folder, "demands"), "quantity", "3", "-1.5"))
    study = folder.read()
    assert study.settings.model.closed
    assert parse_settings(settings_text(study.settings)) == study.settings
    assert study.table("series")["factor"].tolist() == [-1.5]


def test_an_open_study_does_not_speak_of_it(folder: Folder) -> None:
    settings = folder.read().settings
    assert "closed" not in settings_text(settings)
    assert "closed" not in settings.model_dump()["model"]


@pytest.mark.parametrize("key", SHUT)
def test_a_closed_study_has_no_base_year(folder: Folder, key: str) -> None:
    close(folder)
    folder.bytes("study.toml", f"{key} = false".encode(), f"{key} = true".encode())
    (problem,) = folder.problems()
    assert (problem.file, problem.column, problem.fix) == ("study.toml", f"model.{key}", "false")


def test_parts_of_a_day(folder: Folder) -> None:
    folder.bytes("study.toml", b"period_days = 7", b"period_days = 0.25")
    (problem,) = folder.problems()
    assert (problem.column, problem.value) == ("period_days", "0.25")
    close(folder)
    assert folder.read().settings.period_days == 0.25


@pytest.mark.parametrize("days", [b"0", b"-1", b"400", b'"7"'])
def test_periods_of_no_length(folder: Folder, days: bytes) -> None:
    folder.bytes("study.toml", b"period_days = 7", b"period_days = " + days)
    assert {p.column for p in folder.problems()} == {"period_days"}


def test_whole_days_stay_whole(folder: Folder) -> None:
    settings = folder.read().settings
    assert type(settings.period_days) is int
    assert type(settings.model_dump(mode="json")["period_days"]) is int


@pytest.mark.parametrize("table, column", [("facilities", "cost"), ("lanes", "freight")])
def test_costs_below_zero(folder: Folder, table: str, column: str) -> None:
    folder.set(table, 2, column, "-3")
    (problem,) = [p for p in folder.problems() if p.column == column]
    assert (problem.file, problem.row, problem.value) == (f"{table}.csv", 2, "-3")
    close(folder)
    assert folder.read().table(table)[column].iloc[0] == -3.0


def test_a_series_in_an_open_study(folder: Folder) -> None:
    put_series(folder, ("demands", first(folder, "demands"), "quantity", "0", "2"))
    (problem,) = folder.problems()
    assert (problem.file, problem.rule) == ("series.csv", "a base year has no series")


@pytest.mark.parametrize(
    "row, column, rule",
    [
        (("demands", "nobody", "quantity", "0", "2"), "id", "no such row"),
        (("demands", "*", "capacity", "0", "2"), "column", "no such series"),
        (("demands", "*", "quantity", "0.5", "2"), "from_period", "no period of the run"),
        (("demands", "*", "quantity", "104", "2"), "from_period", "no period of the run"),
        (("facilities", "*", "capacity", "0", "-2"), "factor", "may not be negative"),
        (("lanes", "*", "capacity", "0", "2"), "id", "there is no capacity to multiply"),
        (("prices", "x", "price", "0", "2"), "table", "no such choice"),
    ],
)
def test_series_that_fit_nothing(
    folder: Folder, row: tuple[str, str, str, str, str], column: str, rule: str
) -> None:
    close(folder)
    name = first(folder, row[0]) if row[1] == "*" else row[1]
    put_series(folder, (row[0], name, *row[2:]))
    assert (column, True) in [(p.column, rule in p.rule) for p in folder.problems()]


def test_a_factor_of_nothing(folder: Folder) -> None:
    close(folder)
    folder.set("facilities", 2, "cost", "0")
    put_series(folder, ("facilities", first(folder, "facilities"), "cost", "0", "2"))
    (problem,) = folder.problems()
    assert "cost is 0" in problem.rule


def test_two_rows_of_one_period(folder: Folder) -> None:
    close(folder)
    row = ("demands", first(folder, "demands"), "quantity", "1", "2")
    put_series(folder, row, row)
    with pytest.raises(InputError, match="the same table and id and column and from_period"):
        folder.read()
