"""A book of cargoes is read, laid upon a study, and written so that nothing is lost."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.study.books import BOOK, Book, book_in, study_with_seas
from tests.study.conftest import DATA
from tests.study.workbooks import edited, put

from seawall.errors import InputError, UnknownName, UsageError
from seawall.study import Study, overlaid, read
from seawall.study.book import TABLES_OF_A_BOOK, book_day, read_book, with_book, write_book
from seawall.study.snapshot import read_snapshot
from seawall.study.workbook_writer import write_workbook
from seawall.study.writer import write

SOURCE = "id,publisher,title,date,url,licence,note\n"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return study_with_seas(tmp_path_factory.mktemp("seas"))


@pytest.fixture
def book(tmp_path: Path, study: Study) -> Book:
    return book_in(tmp_path / "book", study)


@pytest.fixture(scope="module")
def laid(study: Study) -> Study:
    return read_book(BOOK, study)


def frames_of(study: Study) -> dict[str, pd.DataFrame]:
    return {name: study.frames[name].copy() for name in TABLES_OF_A_BOOK}


def test_a_book_is_laid_upon_a_study(study: Study, laid: Study) -> None:
    assert [len(laid.frames[name]) for name in TABLES_OF_A_BOOK] == [6, 4, 2, 2]
    assert book_day(laid) == date(2026, 12, 1)
    assert laid.warnings == ()
    assert study.frames["cargoes"].empty  # the study itself is as it was
    assert laid.digest() != study.digest()
    for name in set(study.frames) - set(TABLES_OF_A_BOOK):
        assert laid.frames[name] is study.frames[name]


def test_a_study_without_a_book_has_no_day(study: Study) -> None:
    with pytest.raises(UsageError, match="has no book"):
        book_day(study)


def test_folder_and_workbook_lose_nothing(tmp_path: Path, study: Study, laid: Study) -> None:
    folder = write_book(laid, tmp_path / "folder")
    for name in TABLES_OF_A_BOOK:
        assert (folder / f"{name}.csv").read_bytes() == (BOOK / f"{name}.csv").read_bytes()
    workbook = write_book(read_book(folder, study), tmp_path / "book.xlsx")
    again = read_book(workbook, study)
    assert again.digest() == laid.digest()
    back = write_book(again, tmp_path / "back")
    for file in folder.iterdir():
        assert (back / file.name).read_bytes() == file.read_bytes()
    other = write_book(laid, tmp_path / "other.xlsx")
    assert other.read_bytes() == workbook.read_bytes()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(note=st.text(min_size=1, max_size=40), price=st.floats(0.01, 1e6))
def test_any_note_and_number_come_back(
    tmp_path: Path, study: Study, laid: Study, note: str, price: float
) -> None:
    frames = frames_of(laid)
    clean = " ".join(c for c in note.split() if c.isprintable()).strip() or "=1+1"
    frames["cargoes"]["note"] = "'" + clean.replace("\ufffe", "").replace("\uffff", "")
    frames["cargoes"]["price"] = price
    made = with_book(study, frames)
    write_book(made, tmp_path / "any.xlsx", replace=True)
    write_book(made, tmp_path / "any", replace=True)
    assert read_book(tmp_path / "any.xlsx", study).digest() == made.digest()
    assert read_book(tmp_path / "any", study).digest() == made.digest()


def test_frames_made_in_memory_are_read_as_files_are(study: Study, laid: Study) -> None:
    frames = frames_of(laid)
    assert with_book(study, frames).digest() == laid.digest()
    cargoes = frames["cargoes"].drop(columns=["row", "energy"])
    cargoes["load_from"] = pd.to_datetime(cargoes["load_from"])
    cargoes["load_to"] = [date.fromisoformat(day) for day in cargoes["load_to"]]
    cargoes["size"] = cargoes["size"].astype(int)
    cargoes["owner"] = [owner or None for owner in cargoes["owner"]]
    made = with_book(study, frames | {"cargoes": cargoes}).frames["cargoes"]
    same = laid.frames["cargoes"].assign(energy=float("nan"))
    pd.testing.assert_frame_equal(made, same)


def test_frames_made_in_memory_keep_the_rules(study: Study, laid: Study) -> None:
    frames = frames_of(laid)
    frames["cargoes"].loc[1, "state"] = "ladden"
    frames["ships"] = frames["ships"].drop(columns="speed").assign(colour="red")
    frames["cargos"] = frames["cargoes"]
    with pytest.raises(InputError) as caught:
        with_book(study, frames)
    told = {(p.file, p.row, p.column): p.fix for p in caught.value.problems}
    assert 'did you mean "laden"' in told["cargoes.csv", 3, "state"]
    assert 'did you mean "cargoes"' in told["cargos", None, ""]
    assert ("ships.csv", 1, "speed") in told
    assert ("ships.csv", 1, "colour") in told


def test_a_book_without_clauses_keeps_those_of_the_study(book: Book) -> None:
    (book.path / "clauses.csv").unlink()
    bare = book.read()
    assert bare.frames["clauses"].empty
    own = dataclasses.replace(book, study=read_book(BOOK, book.study))
    assert len(own.read().frames["clauses"]) == 2


def test_what_is_missing_or_unknown_is_told(book: Book, tmp_path: Path) -> None:
    (book.path / "tanks.csv").rename(book.path / "tank.csv")
    (book.path / "lanes.csv").write_text("id\nx\n", encoding="utf-8")
    told = {p.file: p for p in book.problems()}
    assert told["tank.csv"].fix == 'did you mean "tanks.csv"?'
    assert "tables of a book" in told["lanes.csv"].fix
    (book.path / "tank.csv").unlink()
    (book.path / "lanes.csv").unlink()
    (only,) = book.problems()
    assert (only.file, only.rule) == ("tanks.csv", "the table is missing")
    with pytest.raises(UnknownName, match="no book"):
        read_book(tmp_path / "nowhere", book.study)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnknownName, match=r"no cargoes\.csv"):
        read_book(tmp_path / "empty", book.study)
    with pytest.raises(UsageError, match=r"is a study \(it has a study\.toml\)"):
        read_book(DATA / "twelve", book.study)


def test_an_empty_table_is_told(book: Book) -> None:
    book.put("tanks", book.cells("tanks")[:1])
    assert ("tanks.csv", "the table has no rows") in {(p.file, p.rule) for p in book.problems()}


def test_a_workbook_is_told_by_sheet(tmp_path: Path, study: Study, laid: Study) -> None:
    path = write_book(laid, tmp_path / "my.xlsx")
    put(path, "cargoes", 6, "ship", "dasy")
    put(path, "tanks", 2, "stock", 9999)
    put(path, "ships", 3, "size", "=1+1")
    with pytest.raises(InputError) as caught:
        read_book(path, study)
    told = {(p.file, p.row, p.column): p for p in caught.value.problems}
    assert told["my.xlsx[cargoes]", 6, "ship"].fix == 'did you mean "daisy"?'
    assert told["my.xlsx[tanks]", 2, "stock"].value == "9999"
    assert told["my.xlsx[ships]", 3, "size"].rule == "formulas are not run"


def test_unknown_and_missing_sheets_are_told(tmp_path: Path, study: Study, laid: Study) -> None:
    path = write_book(laid, tmp_path / "my.xlsx")

    def edit(sheets: openpyxl.Workbook) -> None:
        sheets["ships"].title = "boats"
        sheets.create_sheet("places")
        sheets["clauses"].sheet_state = "hidden"

    with pytest.raises(InputError) as caught:
        read_book(edited(path, edit), study)
    told = {(p.file, p.rule) for p in caught.value.problems}
    assert ("my.xlsx[boats]", "no table has this name") in told
    assert ("my.xlsx[places]", "no table has this name") in told
    assert ("my.xlsx[clauses]", "the sheet is hidden") in told


def test_a_day_typed_in_a_spreadsheet_is_a_day(tmp_path: Path, study: Study, laid: Study) -> None:
    path = write_book(laid, tmp_path / "my.xlsx")
    put(path, "cargoes", 2, "eta", date(2026, 12, 10))
    assert read_book(path, study).digest() == laid.digest()


def test_sources_of_a_book_are_added_to_the_study(book: Book) -> None:
    book.set("ships", 2, "source", "desk")
    (only,) = book.problems()
    assert (only.file, only.row, only.column, only.rule) == (
        "ships.csv", 2, "source", "unknown source",
    )  # fmt: skip
    text = SOURCE + "desk,Duty desk,Fixtures of the day,2026-12-01,,,\n"
    same = "made-up,Seawall tests,Figures of the twelve-node study,2027,,,another note\n"
    (book.path / "sources.csv").write_text(text + same, encoding="utf-8")
    laid = book.read()
    sources = laid.frames["sources"]
    assert list(sources["id"]) == [*book.study.frames["sources"]["id"], "desk"]
    assert "another note" not in set(sources["note"])
    again = write_book(laid, book.path.parent / "again")
    assert read_book(again, book.study).digest() == laid.digest()


def test_another_source_of_the_same_id_is_told(book: Book) -> None:
    text = SOURCE + "made-up,Somebody,Something else,2026,,,\n"
    (book.path / "sources.csv").write_text(text, encoding="utf-8")
    (only,) = book.problems()
    assert (only.file, only.row, only.column) == ("sources.csv", 2, "id")
    assert "calls another source so" in only.rule


@pytest.mark.parametrize("name", ["old", "old.xlsx"])
def test_what_was_there_stays_when_writing_fails(
    tmp_path: Path, laid: Study, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_book(laid, tmp_path / name)
    files = [path] if path.is_file() else sorted(path.iterdir())
    before = [file.read_bytes() for file in files]
    with pytest.raises(UsageError, match="exists already"):
        write_book(laid, path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("seawall.files.os.fsync", full)
    frames = frames_of(laid)
    frames["cargoes"] = frames["cargoes"].iloc[:1]
    changed = dataclasses.replace(laid, frames={**laid.frames, **frames})
    with pytest.raises(OSError, match="No space"):
        write_book(changed, path, replace=True)
    assert [file.read_bytes() for file in files] == before
    assert [item.name for item in tmp_path.iterdir()] == [name]
    monkeypatch.undo()
    write_book(changed, path, replace=True)
    assert [file.read_bytes() for file in files] != before


def test_a_folder_with_other_things_is_never_replaced(tmp_path: Path, laid: Study) -> None:
    path = write_book(laid, tmp_path / "mine")
    (path / "letter.docx").write_text("dear", encoding="utf-8")
    with pytest.raises(UsageError, match=r"other things than a book \(letter\.docx\)"):
        write_book(laid, path, replace=True)
    assert (path / "letter.docx").is_file()


def test_a_study_may_hold_a_book(tmp_path: Path, laid: Study) -> None:
    folder = write(laid, tmp_path / "whole")
    assert read(folder).digest() == laid.digest()
    assert read_snapshot(folder, "whole").digest() == laid.digest()
    assert read(write_workbook(laid, tmp_path / "whole.xlsx")).digest() == laid.digest()
    (folder / "clauses.csv").write_bytes(b"contract,consent,pro_rata,source,confidence\n")
    cargoes = (folder / "cargoes.csv").read_text(encoding="utf-8")
    (folder / "cargoes.csv").write_text(
        cargoes.replace(",daisy,", ",,"), encoding="utf-8", newline=""
    )
    with pytest.raises(InputError, match="a cargo without a ship"):
        read(folder)


def test_an_overlay_may_change_a_book_until_it_is_replaced(tmp_path: Path, laid: Study) -> None:
    path = tmp_path / "late.csv"
    path.write_text(
        "table,row,column,value,why,source,who\n"
        "cargoes,c-laden,eta,2026-12-12,a storm,made-up,the desk\n",
        encoding="utf-8",
    )
    late = overlaid(laid, path)
    assert late.frames["cargoes"]["eta"][0] == "2026-12-12"
    again = read_book(BOOK, late)
    assert again.frames["cargoes"]["eta"][0] == "2026-12-10"
    assert again.overlays == ()
