"""The form to fill in: it says what the records say, and what is filled in reads as a study."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from tests.study.workbooks import DATA, edited, problems

from seawall.errors import UsageError
from seawall.study import read
from seawall.study.cells import format_value
from seawall.study.records import TABLES
from seawall.study.template import write_template
from seawall.study.workbook_form import SHEETS, STUDY, TEXT_SHEETS
from seawall.study.workbook_help import lists, note
from seawall.units import parse

if TYPE_CHECKING:
    from tests.study.conftest import Folder


@pytest.fixture(scope="module")
def _form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_template(tmp_path_factory.mktemp("form") / "form.xlsx")


@pytest.fixture
def form(_form: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(_form, tmp_path / "form.xlsx"))


@pytest.fixture(scope="module")
def sheets(_form: Path) -> Any:
    return openpyxl.load_workbook(_form)


def test_a_sheet_a_table_in_the_order_of_reading(sheets: Any) -> None:
    assert sheets.sheetnames == list(SHEETS)
    assert sheets.sheetnames[:4] == ["README", "examples", "study", "sources"]
    for name in TABLES:
        assert sheets[name].freeze_panes == "B2"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_column_is_explained(sheets: Any, table: Any) -> None:
    heads = sheets[table.name][1]
    assert [cell.value for cell in heads] == [column.name for column in table.columns]
    for cell, column in zip(heads, table.columns, strict=True):
        assert column.meaning in cell.comment.text
        assert ("Required." in cell.comment.text) == column.required
        amber = cell.fill.fgColor.rgb == "FFFFD966"
        assert amber == column.required


def test_notes_tell_units_bounds_choices_and_defaults() -> None:
    said = {
        (table, name): note(TABLES[table].by_name[name])
        for table, name in (
            ("lanes", "days"), ("lanes", "loss"), ("lanes", "base"), ("lanes", "origin"),
            ("stocks", "usable"), ("demands", "tier"), ("commodities", "energy_content"),
        )
    }  # fmt: skip
    assert "A number in day, from 0." in said["lanes", "days"]
    assert "A number in share, from 0 below 1." in said["lanes", "loss"]
    assert "in the unit of the column unit" in said["lanes", "base"]
    assert "A key of the sheet places." in said["lanes", "origin"]
    assert "Blank: 1." in said["stocks", "usable"]
    assert "One of: essential, important, deferrable, elastic." in said["demands", "tier"]
    assert "in MMBtu/t, above 0." in said["commodities", "energy_content"]


def rules_of(sheets: Any, table: str) -> dict[str, Any]:
    """Validations of a sheet by the name of their column."""
    sheet = sheets[table]
    found = {}
    for rule in sheet.data_validations.dataValidation:
        at = next(iter(rule.sqref.ranges))
        assert at.min_row == 2
        assert at.max_row >= 1000
        found[sheet.cell(1, at.min_col).value] = rule
    return found


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_choices_units_and_references_have_drop_downs(sheets: Any, table: Any) -> None:
    rules = rules_of(sheets, table.name)
    for column in table.columns:
        rule = rules.get(column.name)
        if column.references and column.references != "variants":
            assert rule.type == "list"
            assert rule.formula1 == f"keys_{column.references.split(' or ')[0]}"
            assert rule.errorStyle == "warning"
        elif column.kind == "unit":
            assert (rule.type, rule.formula1[:6]) == ("list", "units_")
        elif column.kind == "choice":
            assert rule.type == "list"
            # A rule that a spreadsheet must not let pass; "stop" is what it says by default.
            assert rule.errorStyle in (None, "stop")
            if rule.formula1.startswith('"'):
                assert rule.formula1.strip('"').split(",") == list(column.choices)
        elif column.kind == "number":
            assert rule.type == "decimal"
        else:
            assert rule is None
        if rule is not None and rule.type == "list" and not rule.formula1.startswith('"'):
            assert rule.formula1 in sheets.defined_names


def test_names_of_drop_downs_lead_to_what_they_offer(sheets: Any) -> None:
    columns = {cell.value: cell.column for cell in sheets["lists"][1]}
    for name, cells in lists(None).items():
        sheet, _, where = sheets.defined_names[name].value.partition("!")
        (offered,) = zip(*sheets[sheet][where.replace("$", "")], strict=True)
        assert tuple(cell.value for cell in offered) == cells
        assert offered[0].column == columns[name]
        if name.startswith("units_"):
            assert all(parse(unit) for unit in cells)
    assert "Mt/yr" in lists(None)["units_flow"]
    assert "Mt" not in lists(None)["units_flow"]
    assert "Mt" in lists(None)["units_commodity"]
    assert "USD/MMBtu" in lists(None)["units_price"]


def test_an_unfilled_form_lacks_only_what_has_to_be_filled_in(form: Path) -> None:
    found = problems(form)
    assert {p.rule for p in found} == {"the table has no rows", "the key is missing"}
    assert {p.file for p in found if "rows" in p.rule} == {
        f"form.xlsx[{name}]"
        for name in ("places", "commodities", "processes", "facilities", "lanes", "demands")
    }


def test_a_form_that_is_filled_in_is_a_study(form: Path) -> None:
    study = read(DATA / "three")

    def fill(book: Any) -> None:
        for table in TABLES.values():
            sheet = book[table.name]
            for row in range(2, sheet.max_row + 1):
                for column in range(1, sheet.max_column + 1):
                    sheet.cell(row, column).value = None
            frame = study.frames[table.name]
            for i, column in enumerate(table.columns, start=1):
                for row, value in enumerate(frame[column.name], start=2):
                    # As people type: numbers as numbers, the rest as text.
                    number = column.kind == "number"
                    blank = value != value or value == ""
                    typed = value if number else format_value(column, value)
                    sheet.cell(row, i).value = None if blank else typed
        settings = {"title": "Three nodes", "about": study.settings.about, "currency": "USD",
                    "money_year": 2026, "start": "2026-03-02", "period_days": 7, "periods": 26,
                    "headline": "IMP"}  # fmt: skip
        for (key,) in book[STUDY].iter_rows(min_row=2, max_col=1):
            if key.value in settings:
                book[STUDY].cell(key.row, 2).value = settings[key.value]

    assert read(edited(form, fill)).digest() == study.digest()


def test_examples_show_every_column_with_cells_of_a_study(sheets: Any) -> None:
    rows = list(sheets["examples"].iter_rows(min_row=2, values_only=True))
    shown = {(row[0], row[1]): row for row in rows}
    for row in sheets["examples"].iter_rows(min_row=2):
        amber = [cell.column for cell in row if cell.fill.fgColor.rgb == "FFFFD966"]
        column = TABLES[row[0].value].by_name[row[1].value]
        assert amber == ([3] if column.required else [])
    from_somewhere = {name for name, _ in shown}
    assert {"places", "lanes", "hazards", "generators"} <= from_somewhere
    assert shown["places", "id"][5] == "ISLAND"
    for table in from_somewhere:
        assert [row[1] for row in rows if row[0] == table] == [
            column.name for column in TABLES[table].columns
        ]


def test_a_form_for_a_study_offers_its_names_and_none_of_its_figures(tmp_path: Path) -> None:
    study = read(DATA / "twelve")
    path = write_template(tmp_path / "form.xlsx", study)
    found = problems(path)
    assert {p.file for p in found} == {
        f"form.xlsx[{name}]" for name in ("facilities", "lanes", "demands")
    }
    book = openpyxl.load_workbook(path)
    assert book["places"].max_row == 1 + len(study.frames["places"])
    assert book["lanes"].max_row == 1
    offered = [cell.value for cell in book["lists"][1]]
    assert "variants" in offered
    assert book["lanes"].title in book.sheetnames
    assert set(TEXT_SHEETS) <= set(book.sheetnames)


def test_a_form_for_a_study_has_the_assumptions_that_runs_read(
    folder: Folder, tmp_path: Path
) -> None:
    line = folder.row_of("assumptions", "demurrage")
    for name, used_by in (("a", "builder"), ("b", "redirect"), ("c", "builder+redirect")):
        folder.add("assumptions", line, id=name, used_by=used_by)
    path = write_template(tmp_path / "form.xlsx", folder.read())
    sheet = openpyxl.load_workbook(path)["assumptions"]
    ids = {cell.value for cell in sheet["A"]}
    assert {"demurrage", "b", "c"} <= ids
    assert "a" not in ids


def test_a_form_is_never_written_over_another(form: Path, tmp_path: Path) -> None:
    before = form.read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        write_template(form)
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        write_template(tmp_path / "folder.xlsx", replace=True)
    assert form.read_bytes() == before
