"""A file that somebody else made (CSV or Excel) -> sheets of cells, nothing interpreted."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from seawall.errors import InputError, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Cell", "Row", "Sheet", "read_sheets"]

Cell = str | float | date | None

_MAX_FILE = 50_000_000
_MAX_UNPACKED = 300_000_000
_EXCEL = (".xlsx", ".xls")
#: CSV of Japanese offices is often Shift-JIS; of others Latin-1 where it is not UTF-8.
_ENCODINGS = ("utf-8-sig", "cp932", "latin-1")


@dataclass(frozen=True)
class Row:
    """A row: its line in the file (or row in the sheet), from 1, and its cells."""

    line: int
    cells: tuple[Cell, ...]

    def text(self, position: int) -> str:
        """A cell as trimmed text, "" where there is none."""
        cell = self.cells[position] if position < len(self.cells) else None
        return "" if cell is None else str(cell).strip()


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook, or the one of a CSV file, with the rows that hold anything."""

    file: str
    name: str
    rows: tuple[Row, ...]

    def problem(self, row: int | None, column: str, value: str, rule: str, fix: str) -> Problem:
        """A problem in this sheet."""
        return Problem(f"{self.file}[{self.name}]" if self.name else self.file, row, column, value,
                       rule, fix)  # fmt: skip


def read_sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a file.

    Raises
    ------
    UsageError
        There is no such file, or it is of a kind that holds no table.
    InputError
        It is too large, or cannot be read as what its name says.
    """
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    suffix = path.suffix.casefold()
    if suffix not in (".csv", *_EXCEL):
        raise UsageError(
            f"{path.name}: a table comes as .csv, .xlsx or .xls; copy it out of a page or a PDF "
            "into one of these first"
        )
    if path.stat().st_size > _MAX_FILE:
        fix = "cut it down to what is needed"
        raise _broken(path, f"the file is larger than {_MAX_FILE // 1_000_000} MB", fix)
    return _excel(path) if suffix in _EXCEL else [_csv(path)]


def _broken(path: Path, rule: str, fix: str) -> InputError:
    return InputError([Problem(path.name, None, "", "", rule, fix)])


def _csv(path: Path) -> Sheet:
    content = path.read_bytes()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _broken(path, "the file is UTF-16", "save it as CSV UTF-8")
    text = _decoded(content)
    if "\0" in text:
        raise _broken(path, "the file holds NUL bytes: it is no CSV", "save it as CSV UTF-8")
    reader = csv.reader(io.StringIO(text, newline=""))
    rows: list[Row] = []
    try:
        while True:
            line = reader.line_num + 1
            cells = tuple(cell.strip() or None for cell in next(reader))
            if any(cell is not None for cell in cells):
                rows.append(Row(line, cells))
    except StopIteration:
        return Sheet(path.name, "", tuple(rows))
    except csv.Error as error:
        rule = f"not readable as CSV: {error}"
        raise InputError([Problem(path.name, line, "", "", rule, "mend the row")]) from error


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("Latin-1 decodes everything")


def _excel(path: Path) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook

    if path.suffix.casefold() == ".xlsx":
        _refuse_bomb(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        found = [
            (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in book.sheet_names
        ]
    except (CalamineError, OSError) as error:
        rule = f"not readable as a workbook: {error}"
        raise _broken(path, rule, "open it in a spreadsheet and save it anew") from error
    return [Sheet(path.name, name, _rows(values)) for name, values in found]


def _refuse_bomb(path: Path) -> None:
    """A workbook is a zip file, and a small one may unpack to fill the memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile as error:
        raise _broken(path, "the file is no workbook", "save it anew as .xlsx") from error
    if size > _MAX_UNPACKED:
        rule = f"the workbook unpacks to {size // 1_000_000:,} MB"
        raise _broken(path, rule, f"at most {_MAX_UNPACKED // 1_000_000} MB")


def _rows(values: Sequence[Sequence[object]]) -> tuple[Row, ...]:
    rows = [Row(line, tuple(_cell(v) for v in row)) for line, row in enumerate(values, start=1)]
    return tuple(row for row in rows if any(cell is not None for cell in row.cells))


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return float(value)
    return str(value).strip() or None
