"""Workbooks that tests make and spoil: by a library where it can, part by part where it cannot."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from seawall.errors import InputError, Problem
from seawall.study import Study, read
from seawall.study.workbook_writer import write_workbook

DATA = Path(__file__).parents[1] / "data"


def exported(tmp_path: Path, study: Study | None = None) -> Path:
    """The three-node study, or another, as a workbook."""
    return write_workbook(study or read(DATA / "three"), tmp_path / "book.xlsx")


def edited(path: Path, edit: Callable[[Any], None]) -> Path:
    """Open a workbook as a spreadsheet would, change it and save it."""
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def column(sheet: Any, name: str) -> int:
    """Number of the column with that header, from 1."""
    return next(cell.column for cell in sheet[1] if cell.value == name)


def put(path: Path, sheet: str, row: int, name: str, value: Any) -> Path:
    """Overwrite one cell."""

    def edit(book: Any) -> None:
        here = book[sheet]
        here.cell(row, column(here, name)).value = value

    return edited(path, edit)


def repacked(
    path: Path,
    change: Callable[[dict[str, bytes]], None],
    *,
    method: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """Change the parts of a workbook as bytes."""
    with zipfile.ZipFile(path) as book:
        parts = {part.filename: book.read(part) for part in book.infolist()}
    change(parts)
    with zipfile.ZipFile(path, "w", method) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path


def part_of(path: Path, sheet: str) -> str:
    """Name of the part that holds a sheet (as our writer numbers them)."""
    book = openpyxl.load_workbook(path, read_only=True)
    number = book.sheetnames.index(sheet) + 1
    book.close()
    return f"xl/worksheets/sheet{number}.xml"


def problems(path: Path) -> tuple[Problem, ...]:
    """Read a workbook, which must fail, and return the problems."""
    with pytest.raises(InputError) as caught:
        read(path)
    return caught.value.problems


def one(found: tuple[Problem, ...], file: str, row: int | None, name: str = "") -> Problem:
    """The one problem at a place."""
    here = [p for p in found if (p.file, p.row, p.column) == (file, row, name)]
    assert len(here) == 1, [str(p) for p in found]
    return here[0]
