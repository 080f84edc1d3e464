"""Files that are no workbooks, or none that should be opened."""

from __future__ import annotations

import contextlib
import io
import random
import shutil
import struct
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from tests.study.workbooks import DATA, exported, part_of, problems, repacked

from seawall.errors import InputError, SeawallError
from seawall.study import read

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.fixture(scope="module")
def _three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(tmp_path_factory.mktemp("three"))


@pytest.fixture
def book(_three: Path, tmp_path: Path) -> Path:
    """The three-node study as a workbook that a test may spoil."""
    return Path(shutil.copy(_three, tmp_path / "book.xlsx"))


def zipped(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return content.getvalue()


FILES = {
    "empty.xlsx": (b"", "the file is empty"),
    "table.csv": (b"id,name\n1,x\n", "no workbook"),
    "old.xls": (OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), r"\(\.xls\)"),
    "locked.xlsx": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
    "sheet.ods": (
        zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}),
        "OpenDocument",
    ),
    "binary.xlsb": (zipped({"xl/workbook.bin": b"x"}), "binary workbook"),
    "photos.xlsx": (zipped({"a.jpg": b"x"}), "but no workbook"),
    "noise.xlsx": (b"PK\x03\x04" + bytes(range(256)) * 9, "broken or cut off"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_workbook_is_told_for_what_it_is(tmp_path: Path, name: str) -> None:
    content, rule = FILES[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=rule) as caught:
        read(tmp_path / name)
    (problem,) = caught.value.problems
    assert (problem.file, problem.row) == (name, None)
    assert problem.fix


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_told(book: Path, part: float) -> None:
    content = book.read_bytes()
    book.write_bytes(content[: int(len(content) * part)])
    (problem,) = problems(book)
    assert "broken or cut off" in problem.rule


def test_a_workbook_without_a_sheet_of_a_study_is_told(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "blank.xlsx")
    (problem,) = problems(tmp_path / "blank.xlsx")
    assert problem.rule == "no sheet is one of a study"
    assert "seawall template" in problem.fix


PARTS = {
    "xl/vbaProject.bin": "macros",
    "xl/macrosheets/sheet1.xml": "macros",
    "xl/externalLinks/externalLink1.xml": "links to 1 other file",
    "xl/connections.xml": "fetches data",
}


@pytest.mark.parametrize("part", PARTS)
def test_macros_links_and_connections_are_refused(book: Path, part: str) -> None:
    (problem,) = problems(repacked(book, lambda parts: parts.update({part: b"<x/>"})))
    assert problem.file == "book.xlsx"
    assert PARTS[part] in problem.rule


def test_all_of_them_are_told_at_once(book: Path) -> None:
    found = problems(repacked(book, lambda parts: parts.update(dict.fromkeys(PARTS, b"<x/>"))))
    assert len(found) == 3


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>"""


@pytest.mark.parametrize(
    "content", [ENTITIES, ENTITIES.decode().encode("utf-16"), b" " * (2**20 - 4) + ENTITIES[21:]]
)
def test_xml_with_entities_is_refused(book: Path, content: bytes) -> None:
    found = problems(
        repacked(
            book,
            lambda parts: parts.update({"xl/sharedStrings.xml": content}),
            method=zipfile.ZIP_STORED,
        )
    )
    assert ["entities" in p.rule for p in found] == [True]


def test_a_bomb_is_refused_without_being_unpacked(book: Path) -> None:
    repacked(book, lambda parts: parts.update({"xl/media/image1.png": b"\0" * 30_000_000}))
    started = time.perf_counter()
    (problem,) = problems(book)
    assert "would unpack to 30 MB" in problem.rule
    assert time.perf_counter() - started < 1


def test_a_bomb_that_lies_about_its_size_is_refused(book: Path) -> None:
    repacked(book, lambda parts: parts.update({"xl/big.xml": b" " * 30_000_000}))
    content = bytearray(book.read_bytes())
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/big.xml"))
    struct.pack_into("<L", content, at + 24, 1000)  # the size in the directory of the zip
    book.write_bytes(content)
    (problem,) = problems(book)
    assert "broken" in problem.rule


def test_parts_that_are_there_twice_are_refused(book: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(book, "a") as more:
        more.writestr("xl/workbook.xml", b"<workbook/>")
    (problem,) = problems(book)
    assert "is there twice" in problem.rule


def test_a_sheet_that_is_listed_and_missing_is_told(book: Path) -> None:
    part = part_of(book, "lanes")
    found = problems(repacked(book, lambda parts: parts.pop(part)))
    assert ['the sheet "lanes" is listed' in p.rule for p in found] == [True]


def test_a_million_formatted_blank_rows_cost_seconds(book: Path) -> None:
    def swell(parts: dict[str, bytes]) -> None:
        name = part_of(book, "demands")
        blank = b"".join(
            b'<row r="%d" spans="1:3" s="1" customFormat="1"><c r="A%d" s="1"/></row>' % (k, k)
            for k in range(5, 1_048_577)
        )
        parts[name] = parts[name].replace(b"</sheetData>", blank + b"</sheetData>")

    repacked(book, swell)
    started = time.perf_counter()
    assert read(book).digest() == read(DATA / "three").digest()
    assert time.perf_counter() - started < 20


def test_a_cell_that_lies_far_off_is_told(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook["demands"]["XFD1048576"] = "x"
    workbook.save(book)
    (problem,) = problems(book)
    assert (problem.file, problem.row) == ("book.xlsx[demands]", 1_048_576)
    assert "XFD1048576" in problem.rule


def test_colours_below_the_table_are_no_rows(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    for row in range(5, 3000):
        workbook["demands"].cell(row, 40).fill = PatternFill("solid", fgColor="FFFF00")
    workbook.save(book)
    assert read(book).digest() == read(DATA / "three").digest()


def test_a_spoilt_byte_is_read_or_told_and_never_crashes(book: Path) -> None:
    draw = random.Random(7)
    whole = book.read_bytes()
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(draw.randint(1, 4)):
            content[draw.randrange(len(content))] = draw.randrange(256)
        book.write_bytes(content)
        with contextlib.suppress(SeawallError):
            read(book)


def test_spoilt_xml_is_read_or_told_and_never_crashes(book: Path) -> None:
    draw = random.Random(11)
    with zipfile.ZipFile(book) as kept:
        whole = {part.filename: kept.read(part) for part in kept.infolist()}
    names = ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", part_of(book, "lanes"),
             part_of(book, "study"), "xl/_rels/workbook.xml.rels"]  # fmt: skip
    for _ in range(60):
        name = draw.choice(names)
        content = bytearray(whole[name])
        for _ in range(draw.randint(1, 3)):
            at = draw.randrange(len(content))
            content[at : at + draw.randint(0, 3)] = bytes(draw.choices(b'<>/="0a&1Z', k=2))
        book.write_bytes(zipped(whole | {name: bytes(content)}))
        with contextlib.suppress(SeawallError):
            read(book)
