"""Files that can be read, and files that cannot."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from seawall.errors import InputError, UsageError
from seawall.study.refresh.sheets import read_sheets


def test_csv_of_japanese_offices_is_read(page: Callable[..., Path]):
    """Shift-JIS, as spreadsheets in Japan save it, and blank lines keep their count."""
    (sheet,) = read_sheets(page("a.csv", "時点,在庫\n\n11/1,205\n", "cp932"))
    assert [(row.line, row.cells) for row in sheet.rows] == [
        (1, ("時点", "在庫")),
        (3, ("11/1", "205")),
    ]


def test_every_sheet_of_a_workbook_is_read(book: Callable[..., Path]):
    path = book("a.xlsx", {"one": [["x"], [None], [date(2026, 11, 15), 2]], "two": [["y"]]})
    one, two = read_sheets(path)
    assert [(row.line, row.cells) for row in one.rows] == [
        (1, ("x", None)),
        (3, (date(2026, 11, 15), 2.0)),
    ]
    assert two.name == "two"


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("a.pdf", b"%PDF", "copy it out of a page or a PDF"),
        ("a.csv", b"\xff\xfea\0", "UTF-16"),
        ("a.csv", b"a\0b", "NUL"),
        ("a.xlsx", b"PK no zip", "no workbook"),
        ("a.xls", b"nothing", "not readable as a workbook"),
    ],
)
def test_what_is_no_table_is_told(tmp_path: Path, name: str, content: bytes, words: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises((InputError, UsageError), match=words):
        read_sheets(tmp_path / name)


def test_a_bomb_is_not_opened(tmp_path: Path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 301_000_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(InputError, match="unpacks to 301 MB"):
        read_sheets(path)


def test_a_missing_file_is_told(tmp_path: Path):
    with pytest.raises(UsageError, match="there is no file"):
        read_sheets(tmp_path / "none.csv")
