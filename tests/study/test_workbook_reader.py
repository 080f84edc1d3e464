"""What a workbook may hold that no study should take over unseen, and where the reader says so."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font
from tests.study.workbooks import (
    DATA,
    column,
    edited,
    exported,
    one,
    part_of,
    problems,
    put,
    repacked,
)

from seawall.errors import UnknownName
from seawall.study import read


@pytest.fixture(scope="module")
def _three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(tmp_path_factory.mktemp("three"))


@pytest.fixture
def book(_three: Path, tmp_path: Path) -> Path:
    """The three-node study as a workbook that a test may spoil."""
    return Path(shutil.copy(_three, tmp_path / "book.xlsx"))


# what stands in lanes, row 2, column days; rule, what would be right
BAD_CELLS = [
    ("=7+7", "formulas are not run", "paste their values"),
    ("=[1]Sheet1!A1", "formulas are not run", "paste their values"),
    ("#REF!", "an error of the spreadsheet", "clear the cell"),
    (date(2026, 3, 14), "took it for a date", "format the cell as text"),
    (
        datetime(2026, 3, 14, 12, 30, tzinfo=UTC).replace(tzinfo=None),
        "took it for a time",
        "format the cell as text",
    ),
    (time(12, 30), "took it for a time", "format the cell as text"),
    (True, "a truth value", "format the cell as text"),
    ("1,000", "no commas in a number", '"1000"'),
    ("８", "ASCII digits", '"8"'),
    ("14 days", "not a number", "plain decimal"),
    (-14, "may not be negative", "at least 0"),
    (None, "may not be blank", "departure to arrival"),
]


@pytest.mark.parametrize("value, rule, fix", BAD_CELLS, ids=[str(row[0]) for row in BAD_CELLS])
def test_a_bad_cell_is_told_by_sheet_row_and_column(
    book: Path, value: Any, rule: str, fix: str
) -> None:
    found = problems(put(book, "lanes", 2, "days", value))
    problem = one(found, "book.xlsx[lanes]", 2, "days")
    assert len(found) == 1
    assert rule in problem.rule
    assert fix in problem.fix


def test_a_formula_is_told_with_its_text_and_never_taken_at_its_last_value(book: Path) -> None:
    def cached(parts: dict[str, bytes]) -> None:
        name = part_of(book, "lanes")
        old = b"<v>14</v>"
        assert parts[name].count(old) == 1
        parts[name] = parts[name].replace(old, b"<f>SUM(A1:A2)*2</f><v>14</v>")

    (problem,) = problems(repacked(book, cached))
    assert (problem.row, problem.column, problem.value) == (2, "days", "=SUM(A1:A2)*2")


def test_every_bad_cell_of_every_sheet_is_told_at_once(book: Path) -> None:
    def spoil(it: Any) -> None:
        it["lanes"].cell(2, column(it["lanes"], "days")).value = "=1+1"
        it["places"].cell(3, column(it["places"], "lat")).value = "95"
        it["study"]["B6"] = "tomorrow"
        it["demands"].cell(2, column(it["demands"], "tier")).value = "vital"
        it["demands"].merge_cells("A9:C9")

    found = problems(edited(book, spoil))
    assert {(p.file, p.row, p.column) for p in found} == {
        ("book.xlsx[lanes]", 2, "days"), ("book.xlsx[places]", 3, "lat"),
        ("book.xlsx[study]", 6, "start"), ("book.xlsx[demands]", 2, "tier"),
        ("book.xlsx[demands]", 9, ""),
    }  # fmt: skip


def test_what_checks_find_names_sheets(book: Path) -> None:
    (problem,) = problems(put(book, "lanes", 2, "origin", "nowhere"))
    assert (problem.file, problem.row, problem.column) == ("book.xlsx[lanes]", 2, "origin")
    (problem,) = problems(put(put(book, "lanes", 2, "origin", "plant"), "lanes", 2, "source", "Z9"))
    assert ".csv" not in str(problem)


def test_a_warning_names_the_sheet(book: Path) -> None:
    study = read(put(book, "facilities", 2, "capacity", 30))
    assert [(w.file, w.row, w.column) for w in study.warnings] == [
        ("book.xlsx[facilities]", 2, "capacity")
    ]


def test_a_date_cell_is_a_date_where_one_belongs(book: Path) -> None:
    def dates(it: Any) -> None:
        it["study"]["B6"] = date(2026, 3, 2)
        it["sources"].cell(2, column(it["sources"], "date")).value = date(2026, 3, 2)

    study = read(edited(book, dates))
    assert study.settings.start == date(2026, 3, 2)
    assert study.table("sources")["date"].tolist() == ["2026-03-02"]


def test_a_year_and_an_id_may_be_numbers_of_the_spreadsheet(book: Path) -> None:
    def numbers(it: Any) -> None:
        it["sources"].cell(2, column(it["sources"], "date")).value = 2026
        it["stocks"].cell(2, column(it["stocks"], "holder")).value = 12.0

    study = read(edited(book, numbers))
    assert study.table("sources")["date"].tolist() == ["2026"]
    assert study.table("stocks")["holder"].tolist()[0] == "12"


@pytest.mark.parametrize("shape", ["0%", "0.00%", "0.0 %;[Red]-0.0 %"])
def test_per_cent_that_would_count_twice_is_told(book: Path, shape: str) -> None:
    def share(it: Any) -> None:
        sheet = it["published"]
        row = next(cell.row for cell in sheet["A"] if cell.value == "supplier")  # counts in %
        sheet.cell(row, column(sheet, "value")).value = 0.9
        sheet.cell(row, column(sheet, "value")).number_format = shape
        for each in it["published"].iter_rows(min_row=2):
            if each[0].value == "plants":  # counts in shares, of which 90% is one
                each[column(sheet, "value") - 1].number_format = shape
        it["lanes"].cell(2, column(it["lanes"], "loss")).number_format = shape

    (problem,) = problems(edited(book, share))
    assert (problem.file, problem.column) == ("book.xlsx[published]", "value")
    assert "shows 0.9 as 90%" in problem.rule


def test_a_percent_sign_in_words_is_no_format(book: Path) -> None:
    def share(it: Any) -> None:
        for each in it["published"].iter_rows(min_row=2, min_col=6, max_col=6):
            each[0].number_format = '0.00 "% or so"'

    assert read(edited(book, share)).digest() == read(DATA / "three").digest()


def test_blank_rows_and_columns_of_another_order_are_no_matter(book: Path) -> None:
    def shuffle(it: Any) -> None:
        sheet = it["demands"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        sheet.delete_rows(1, len(rows))
        for row in rows:
            sheet.append(row[::-1])
            sheet.append([])

    study = read(edited(book, shuffle))
    whole = read(DATA / "three")
    assert study.digest() == whole.digest()
    assert study.table("demands")["row"].tolist() == [3, 5, 7]


@pytest.mark.parametrize("name", ["sources", "study"])
def test_a_missing_sheet_is_told(book: Path, name: str) -> None:
    problem = one(
        problems(edited(book, lambda it: it.remove(it[name]))), f"book.xlsx[{name}]", None
    )
    assert problem.rule == "the sheet is missing"


def test_an_optional_sheet_may_be_missing_and_no_header_is_told(book: Path) -> None:
    def spoil(it: Any) -> None:
        for name in ("contracts", "README", "lists", "scenarios", "protocol", "protocols"):
            it.remove(it[name])
        it["hazards"].delete_rows(1)

    (problem,) = problems(edited(book, spoil))
    assert (problem.file, problem.rule) == ("book.xlsx[hazards]", "the sheet is empty")


@pytest.mark.parametrize(
    "title, hint", [("Lanes2", 'did you mean "lanes"'), ("日本", "known sheets: ")]
)
def test_a_sheet_that_nobody_reads_is_told(book: Path, title: str, hint: str) -> None:
    (problem,) = problems(edited(book, lambda it: it.create_sheet(title)))
    assert problem.file == f"book.xlsx[{title}]"
    assert hint in problem.fix


@pytest.mark.parametrize("other", ["lanes", "LANES"])
def test_two_sheets_of_one_name_are_told(book: Path, other: str) -> None:
    def rename(parts: dict[str, bytes]) -> None:
        old = b'<sheet name="hazards"'
        assert old in parts["xl/workbook.xml"]
        new = f'<sheet name="{other}"'.encode()
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(old, new)

    found = problems(repacked(book, rename))
    assert {p.file for p in found if "two sheets" in p.rule} >= {"book.xlsx[lanes]"}
    assert sum("two sheets" in p.rule for p in found) == (2 if other == "LANES" else 1)


def hide_rows(it: Any) -> None:
    for row in (2, 3, 4, 9):
        it["demands"].row_dimensions[row].hidden = True


def hide_columns(it: Any) -> None:
    for name in ("C", "D", "F"):
        it["demands"].column_dimensions[name].hidden = True


def hide_sheet(it: Any) -> None:
    it["demands"].sheet_state = "veryHidden"


@pytest.mark.parametrize(
    "hide, rules",
    [
        (hide_rows, ["rows 2 to 4 are hidden"]),
        (hide_columns, ["columns C to D are hidden", "column F is hidden"]),
        (hide_sheet, ["the sheet is hidden"]),
    ],
)
def test_what_cannot_be_seen_is_not_read(book: Path, hide: Any, rules: list[str]) -> None:
    found = problems(edited(book, hide))
    assert [(p.file, p.rule) for p in found] == [("book.xlsx[demands]", rule) for rule in rules]


def test_hidden_notes_and_lists_are_no_matter(book: Path) -> None:
    def hide(it: Any) -> None:
        it["README"].sheet_state = "hidden"
        it["lists"].sheet_state = "hidden"

    assert read(edited(book, hide)).digest() == read(DATA / "three").digest()


def test_merged_cells_are_told(book: Path) -> None:
    found = problems(edited(book, lambda it: it["stocks"].merge_cells("B2:B3")))
    problem = one(found, "book.xlsx[stocks]", 2)
    assert problem.rule == "the cells B2:B3 are merged"


def test_a_cell_without_a_header_is_told(book: Path) -> None:
    def add(it: Any) -> None:
        it["stocks"].cell(3, it["stocks"].max_column + 1).value = "see mail"

    (problem,) = problems(edited(book, add))
    assert (problem.row, problem.value) == (3, "see mail")
    assert "has no header" in problem.rule


@pytest.mark.parametrize("name", ["../../evil", "a/b", ".hidden", "CON:"])
def test_a_scenario_cannot_be_written_elsewhere(book: Path, name: str) -> None:
    problem = one(
        problems(put(book, "scenarios", 2, "name", name)), "book.xlsx[scenarios]", 2, "name"
    )
    assert problem.rule == "the name is none for a file"


def test_a_scenario_without_repeated_names_reads(book: Path) -> None:
    def plain(it: Any) -> None:
        sheet = it["scenarios"]
        sheet.delete_rows(2, sheet.max_row)
        sheet["A2"], sheet["C2"] = "ban", 'title = "x"'
        sheet["C3"], sheet["C5"] = "[[shock]]", 'passage = "gate"'
        sheet["A6"], sheet["C6"] = "other", 'title = "y"'

    study = read(edited(book, plain))
    assert dict(study.scenario_texts) == {
        "ban": 'title = "x"\n[[shock]]\npassage = "gate"', "other": 'title = "y"',
    }  # fmt: skip


def test_scenarios_that_differ_by_case_are_told(book: Path) -> None:
    def twice(it: Any) -> None:
        it["scenarios"].append(["GATE-2w", 1, ""])
        it["scenarios"].append(["gate-2W", 1, ""])

    found = problems(edited(book, twice))
    assert {p.value for p in found} == {"GATE-2w", "gate-2W"}


def test_settings_are_told_by_their_row(book: Path) -> None:
    def spoil(it: Any) -> None:
        sheet = it["study"]
        sheet["B5"] = "=2+2"
        sheet["B7"] = "seven"
        sheet.append(["model.kinky", 0.1])
        sheet.append(["title", "again"])
        sheet.append([None, "lost"])

    found = problems(edited(book, spoil))
    last = openpyxl.load_workbook(book)["study"].max_row
    assert [(p.row, p.column) for p in found] == [
        (5, "money_year"), (7, "period_days"), (last - 2, "model.kinky"), (last - 1, "title"),
        (last, ""),
    ]  # fmt: skip
    assert {p.file for p in found} == {"book.xlsx[study]"}
    assert found[0].value == "=2+2"


def test_readings_of_japanese_are_no_part_of_the_text(book: Path) -> None:
    def furigana(parts: dict[str, bytes]) -> None:
        shared = parts["xl/sharedStrings.xml"].decode()
        old = "<si><t>Exporter</t></si>"
        assert old in shared
        new = (
            "<si><r><t>東</t></r><r><rPr><b/></rPr><t>京</t></r>"
            '<rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>'
        )
        parts["xl/sharedStrings.xml"] = shared.replace(old, new).encode()

    study = read(repacked(book, furigana))
    assert study.lookup("places", "name")["EXP"] == "東京"


def test_a_workbook_written_elsewhere_reads(tmp_path: Path) -> None:
    """Only tables, without styles, notes or lists, as a script would write it."""
    study = read(DATA / "three")
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, frame in study.frames.items():
        if len(frame):
            sheet = made.create_sheet(name)
            sheet.append([head for head in frame.columns if head != "row"])
            sheet["A1"].font = Font(bold=True)
            for row in frame.drop(columns="row").astype(object).itertuples(index=False):
                cells = [
                    ";".join(f"{n}@{d:g}" for n, d in c) if isinstance(c, tuple) else c for c in row
                ]
                sheet.append([None if c != c or c == "" else c for c in cells])
    sheet = made.create_sheet("study")
    sheet.append(["key", "value"])
    settings = {"title": "Three nodes", "about": study.settings.about, "currency": "USD",
                "money_year": 2026, "start": "2026-03-02", "period_days": 7, "periods": 26,
                "headline": "IMP"}  # fmt: skip
    for pair in settings.items():
        sheet.append(pair)
    made.save(tmp_path / "three.xlsx")
    assert read(tmp_path / "three.xlsx").digest() == study.digest()


def test_a_file_that_is_neither_is_an_unknown_name(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UnknownName, match="study folder or workbook"):
        read(tmp_path / "notes.txt")
    with pytest.raises(UnknownName):
        read(tmp_path / "missing.xlsx")
