"""One CSV file -> a frame, by the record of its table.

Files are read as bytes, line by line, so that a problem can name the line and that a file without
line ends cannot fill the memory; cells are read as text and parsed by their records.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from seawall.errors import Problem, did_you_mean
from seawall.study.cells import MAX_CELL, NAMED, CellError, Value, absent, cell_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seawall.study.records import Column, Table

__all__ = [
    "Lines",
    "Misfit",
    "as_frame",
    "csv_rows",
    "empty_frame",
    "match_header",
    "parse_rows",
    "read_table",
    "table_of",
]

_MAX_LINE = 10 * MAX_CELL
_NOT_READ = "the rest is not read"
_MAX_PROBLEMS = 1000  # of one file: the thousandth broken row teaches nothing new


class Misfit(str):
    """A cell that is neither text nor a plain number where it comes from, such as a spreadsheet's
    date or formula: shown as this text, and read only in columns of a kind in `fits`."""

    rule: str
    fix: str
    fits: tuple[str, ...]

    def __new__(cls, shown: str, rule: str, fix: str, fits: tuple[str, ...] = ()) -> Self:
        made = super().__new__(cls, shown)
        made.rule, made.fix, made.fits = rule, fix, fits
        return made


@dataclass
class Lines:
    """The lines of a file as text, line ends kept; what cannot be text becomes a problem."""

    path: Path
    file: str
    problems: list[Problem]
    number: int = field(default=0, init=False)
    told: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[str]:
        with self.path.open("rb") as handle:
            if handle.read(2) in (b"\xff\xfe", b"\xfe\xff"):
                self._tell("", "the file is UTF-16", "save it as UTF-8 (CSV UTF-8 in Excel)")
                return
            handle.seek(0)
            while line := handle.readline(_MAX_LINE + 1):
                self.number += 1
                if len(line) > _MAX_LINE:
                    shown = line[:200].decode("utf-8", errors="replace")
                    rule = f"a line of more than {_MAX_LINE:,} bytes; {_NOT_READ}"
                    self._tell(shown, rule, f"a cell has at most {MAX_CELL:,} characters")
                    return
                yield self._text(line)

    def _text(self, line: bytes) -> str:
        if self.number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            text = line.decode("utf-8", errors="replace")
            guess = line.decode("latin-1").strip()
            around = guess[max(0, error.start - 15) : error.start + 15]
            rule = f"byte {error.start + 1} of the line (0x{line[error.start]:02x}) is not UTF-8"
            self._tell(around, rule, "save the file as UTF-8 (CSV UTF-8 in Excel)")
        if "\0" in text:
            self._tell(text.strip()[:40], "the line holds a NUL byte", "remove it")
            text = text.replace("\0", "")
        return text

    def _tell(self, value: str, rule: str, fix: str) -> None:
        self.told += 1
        if self.told <= _MAX_PROBLEMS:
            self.problems.append(Problem(self.file, self.number or 1, "", value, rule, fix))


def csv_rows(path: Path, file: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's first physical line and its trimmed cells; blank lines are passed over."""
    reader = csv.reader(Lines(path, file, problems), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(Problem(file, line, "", "", *_csv_rule(str(error))))
            continue
        if cells:
            yield line, [cell.strip() for cell in cells]


def _csv_rule(message: str) -> tuple[str, str]:
    """Say in our words what the csv module found: (rule, fix)."""
    if "unexpected end of data" in message:
        return "a quote is opened in this row and never closed", 'close it with "'
    if "field larger" in message:
        return "a cell is too long", f"at most {MAX_CELL:,} characters; is a quote left open?"
    if "expected after" in message:
        return (
            "text follows a closing quote (or a quote was left open further up)",
            'write "" for a quote inside a quoted cell',
        )
    if "new-line character" in message:
        return "lines end with a lone carriage return", "save with Windows or Unix line ends"
    return f"not readable as CSV: {message}", "mend the row"


def read_table(path: Path, table: Table, problems: list[Problem]) -> pd.DataFrame | None:
    """Read the file of one table; None if it is absent or its header cannot be used.

    Problems name the file as the record does.
    """
    if not path.is_file():
        if table.required:
            problems.append(
                Problem(table.file, None, "", "", "the file is missing", "every study has one")
            )
            return None
        return empty_frame(table)
    found: list[Problem] = []
    return table_of(table, csv_rows(path, table.file, found), found, problems)


def table_of(
    table: Table,
    rows: Iterator[tuple[int, list[str]]],
    found: list[Problem],
    problems: list[Problem],
) -> pd.DataFrame | None:
    """Make a frame of rows of text, of which the first is the header.

    Parameters
    ----------
    table
        Its record.
    rows
        Number of the row where people look for it, and its trimmed cells.
    found
        To which `rows` adds what it cannot read.
    problems
        Gets the problems of `found`, of the header and of the cells, up to a limit.

    Returns
    -------
    None if the header cannot be used.
    """
    header = next(rows, None)
    if header is None:
        if not found:
            expected = ",".join(column.name for column in table.columns if column.required)
            rule = "the file is empty"
            found.append(Problem(table.file, 1, "", "", rule, f"first line at least: {expected}"))
        problems += found
        return None
    if any(problem.row is not None and problem.row < header[0] for problem in found):
        problems += found  # the true header could not be read, so this row is none
        return None
    columns = match_header(table, header[0], header[1], found)
    frame = None if columns is None else parse_rows(table, columns, rows, found)
    problems += found[:_MAX_PROBLEMS]
    if len(found) > _MAX_PROBLEMS:
        more = f"and {len(found) - _MAX_PROBLEMS:,} more problems in this file"
        problems.append(Problem(table.file, found[-1].row, "", "", more, "mend the first ones"))
    # What refers to rows that were not read would only be wrong because of this.
    return None if any(_NOT_READ in problem.rule for problem in found) else frame


def match_header(
    table: Table, line: int, cells: list[str], problems: list[Problem]
) -> list[Column | None] | None:
    """Match header cells with records; None if a required column is missing."""

    def tell(column: str, value: str, rule: str, fix: str) -> None:
        problems.append(Problem(table.file, line, column, value, rule, fix))

    if len(cells) == 1 and (";" in cells[0] or "\t" in cells[0]):
        tell("", cells[0], "cells are not parted by commas", "save as comma-separated values")
        return None
    columns: list[Column | None] = []
    for cell in cells:
        column = table.by_name.get(cell)
        if not cell:
            tell("", "", "a column has no name", "name or remove it")
        elif column is None:
            known = [name for name in table.by_name if name not in cells]
            hint = did_you_mean(cell, known) or "known columns: " + ", ".join(table.by_name)
            tell(cell, cell, "unknown column", hint)
        elif column in columns:
            tell(cell, cell, "the column is there twice", "remove one")
            column = None
        columns.append(column)
    missing = [c.name for c in table.columns if c.required and c not in columns]
    for name in missing:
        tell(name, "", "the column is missing", f"{table.by_name[name].meaning}")
    return None if missing else columns


def parse_rows(
    table: Table,
    columns: list[Column | None],
    rows: Iterator[tuple[int, list[str]]],
    problems: list[Problem],
) -> pd.DataFrame:
    """Parse rows into a frame; a cell that breaks a rule is a problem and counts as absent."""
    lines: list[int] = []
    values: dict[str, list[Value]] = {column.name: [] for column in table.columns}
    for line, cells in rows:
        if len(cells) != len(columns):
            rule = f"the row has {len(cells)} cells, the header {len(columns)}"
            fix = 'a cell with a comma needs quotes: "a, b"'
            problems.append(Problem(table.file, line, "", ",".join(cells)[:200], rule, fix))
        elif not any(cells):
            problems.append(Problem(table.file, line, "", "", "the row is blank", "remove it"))
            continue
        ragged = len(cells) != len(columns)
        given = dict(zip((c.name for c in columns if c), _known(cells, columns), strict=False))
        lines.append(line)
        for column in table.columns:
            text = given.get(column.name, "")
            if ragged and column.name not in table.key:
                # Its cells stand under the wrong headers: one problem, and only the key counts.
                values[column.name].append(absent(column))
                continue
            value, problem = _value(table, column, line, text)
            if problem is not None and not ragged:
                problems.append(problem)
            values[column.name].append(value)
    return as_frame(table, lines, values)


def _known(cells: list[str], columns: list[Column | None]) -> list[str]:
    return [cell for cell, column in zip(cells, columns, strict=False) if column is not None]


def _value(table: Table, column: Column, line: int, text: str) -> tuple[Value, Problem | None]:
    """Return the value of a cell, and what is wrong with it."""
    if isinstance(text, Misfit) and column.kind not in text.fits:
        return absent(column), Problem(table.file, line, column.name, text, text.rule, text.fix)
    try:
        return cell_value(column, text), None
    except CellError as error:
        problem = Problem(table.file, line, column.name, text, error.rule, error.fix)
        # A wrong id still names its row, so that what refers to it is not told as well.
        return (text if column.kind == "id" else absent(column)), problem


def as_frame(table: Table, lines: list[int], values: dict[str, list[Value]]) -> pd.DataFrame:
    """Give each column its canonical type: str, float64 or object; `table.line` the line, int64."""
    data: dict[str, Any] = {}
    for column in table.columns:
        cells: list[Any] = values[column.name]
        if column.kind == "number":
            data[column.name] = np.array(cells, dtype=np.float64)
        elif column.kind in NAMED:
            data[column.name] = pd.Series(cells, dtype="object")
        else:
            data[column.name] = pd.array(cells, dtype="str")
    data[table.line] = np.array(lines, dtype=np.int64)
    return pd.DataFrame(data, index=pd.RangeIndex(len(lines)))


def empty_frame(table: Table) -> pd.DataFrame:
    return as_frame(table, [], {column.name: [] for column in table.columns})
