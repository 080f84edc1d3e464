"""A folder on disk -> a Study, or one error that lists every problem of every file.

Files are read as bytes, line by line, so that a problem can name the line and that a file without
line ends cannot fill the memory; cells are read as text and parsed by their records.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.errors import InputError, Problem, UnknownName, did_you_mean
from seawall.study import checks
from seawall.study.cells import MAX_CELL, NAMED, CellError, Value, absent, parse_cell
from seawall.study.protocol import FILE as PROTOCOL
from seawall.study.records import TABLES, Column, Table
from seawall.study.settings import FILE as SETTINGS
from seawall.study.settings import Settings, parse_settings
from seawall.study.study import Study

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["builtin_studies", "read"]

_MAX_LINE = 10 * MAX_CELL
_NOT_READ = "the rest is not read"
_MAX_PROBLEMS = 1000  # of one file: the thousandth broken row teaches nothing new


def read(path_or_name: str | Path) -> Study:
    """Read and check a study.

    Parameters
    ----------
    path_or_name
        A folder, or the name of a built-in study such as "india-japan".

    Returns
    -------
    Study
        Frozen; its `warnings` list what is odd but allowed.

    Raises
    ------
    UnknownName
        There is neither such a folder nor such a built-in study.
    InputError
        With every problem of every file.
    """
    folder, name = _folder_of(path_or_name)
    problems: list[Problem] = []
    settings = _read_settings(folder, problems)
    problems += _unknown_files(folder)
    tables: dict[str, pd.DataFrame] = {}
    broken: set[str] = set()
    for table in TABLES.values():
        found = len(problems)
        frame = _read_table(folder, table, problems)
        if frame is None:
            broken.add(table.name)
        elif table.required and frame.empty and len(problems) == found:
            problems.append(Problem(table.file, 1, "", "", "the table has no rows", "add rows"))
        tables[table.name] = _empty(table) if frame is None else frame
    scenarios = _read_texts(folder, "scenarios", problems)
    protocol = _read_text(folder, PROTOCOL, problems)
    if (folder / PROTOCOL).is_file() and not protocol.strip():
        rule, fix = "the file is empty", "write the articles, or remove the file"
        problems.append(Problem(PROTOCOL, 1, "", "", rule, fix))
    drafts = _read_texts(folder, "protocols", problems)
    warnings: list[Problem] = []
    if settings is not None:
        found_by_checks = checks.run(tables, settings, broken=broken, clean=not problems)
        # A cell or row that is unreadable is absent to the checks, and already told.
        told = {(p.file, p.row, p.column) for p in problems}
        problems += [
            p
            for p in found_by_checks.errors
            if (p.file, p.row, p.column) not in told and (p.file, p.row, "") not in told
        ]
        warnings = found_by_checks.warnings
    if problems or settings is None:
        raise InputError(problems, title=f'study "{name}"')
    return Study(
        name=name,
        folder=folder,
        settings=settings,
        frames=tables,
        scenario_texts=scenarios,
        protocol_text=protocol,
        draft_texts=drafts,
        warnings=tuple(warnings),
    )


def builtin_studies() -> dict[str, Path]:
    """Return the folders of the studies that come with the package, by name."""
    root = Path(str(files("seawall"))) / "studies"
    if not root.is_dir():
        return {}
    return {
        folder.name.replace("_", "-"): folder
        for folder in sorted(root.iterdir())
        if (folder / SETTINGS).is_file()
    }


def _folder_of(path_or_name: str | Path) -> tuple[Path, str]:
    """Return the folder and the name of the study that is meant."""
    path = Path(path_or_name)
    builtin = builtin_studies()
    if str(path_or_name) in builtin:
        # A built-in name always means the built-in; ./india-japan means the folder.
        return builtin[str(path_or_name)], str(path_or_name)
    if str(path_or_name) and path.is_dir():
        files_there = {item.name for item in path.iterdir()}
        if files_there.isdisjoint({SETTINGS, *(table.file for table in TABLES.values())}):
            raise UnknownName(f"study in this folder (it has no {SETTINGS})", str(path_or_name))
        return path, path.resolve().name
    if path.is_file():
        raise UnknownName("study folder (this is a file)", str(path_or_name), builtin)
    raise UnknownName("study", str(path_or_name), builtin)


def _read_settings(folder: Path, problems: list[Problem]) -> Settings | None:
    path = folder / SETTINGS
    if not path.is_file():
        problems.append(
            Problem(SETTINGS, None, "", "", "the file is missing", "every study has a study.toml")
        )
        return None
    text = "".join(_Lines(path, SETTINGS, problems))
    try:
        return parse_settings(text)
    except InputError as error:
        problems += error.problems
        return None


def _unknown_files(folder: Path) -> list[Problem]:
    """Tell tables that nobody would read, among them misspelt ones."""
    known = [table.file for table in TABLES.values()]
    return [
        Problem(
            path.name, None, "", "", "no table has this name",
            did_you_mean(path.name, known) or "known tables: " + ", ".join(known),
        )
        for path in sorted(folder.iterdir())
        if path.suffix.casefold() == ".csv"
        and path.name not in known
        and not path.name.startswith(".")
    ]  # fmt: skip


def _read_text(folder: Path, file: str, problems: list[Problem]) -> str:
    """Return the text of a file, "" if there is none."""
    path = folder / file
    return "".join(_Lines(path, file, problems)) if path.is_file() else ""


def _read_texts(folder: Path, inside: str, problems: list[Problem]) -> dict[str, str]:
    """Return the text of every TOML file of a subfolder by name.

    What they say is their own matter: a question about something else need not mind.
    """
    return {
        path.stem: _read_text(folder, f"{inside}/{path.name}", problems)
        for path in sorted((folder / inside).glob("*.toml"))
        if not path.name.startswith(".")
    }


@dataclass
class _Lines:
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


def _rows(path: Path, file: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's first physical line and its trimmed cells; blank lines are passed over."""
    reader = csv.reader(_Lines(path, file, problems), strict=True)
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


def _read_table(folder: Path, table: Table, problems: list[Problem]) -> pd.DataFrame | None:
    """Read one table; None if it is absent or its header cannot be used."""
    path = folder / table.file
    if not path.is_file():
        if table.required:
            problems.append(
                Problem(table.file, None, "", "", "the file is missing", "every study has one")
            )
            return None
        return _empty(table)
    found: list[Problem] = []
    rows = _rows(path, table.file, found)
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
    columns = _header(table, header[0], header[1], found)
    frame = None if columns is None else _frame(table, columns, rows, found)
    problems += found[:_MAX_PROBLEMS]
    if len(found) > _MAX_PROBLEMS:
        more = f"and {len(found) - _MAX_PROBLEMS:,} more problems in this file"
        problems.append(Problem(table.file, found[-1].row, "", "", more, "mend the first ones"))
    # What refers to rows that were not read would only be wrong because of this.
    return None if any(_NOT_READ in problem.rule for problem in found) else frame


def _header(
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


def _frame(
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
    return _as_frame(table, lines, values)


def _known(cells: list[str], columns: list[Column | None]) -> list[str]:
    return [cell for cell, column in zip(cells, columns, strict=False) if column is not None]


def _value(table: Table, column: Column, line: int, text: str) -> tuple[Value, Problem | None]:
    """Return the value of a cell, and what is wrong with it."""
    if not text:
        if column.required:
            return absent(column), Problem(
                table.file, line, column.name, "", "the cell may not be blank", column.meaning
            )
        return absent(column), None
    try:
        return parse_cell(column, text), None
    except CellError as error:
        problem = Problem(table.file, line, column.name, text, error.rule, error.fix)
        # A wrong id still names its row, so that what refers to it is not told as well.
        return (text if column.kind == "id" else absent(column)), problem


def _as_frame(table: Table, lines: list[int], values: dict[str, list[Value]]) -> pd.DataFrame:
    """Give each column its canonical type: str, float64 or object; `row` is the line, int64."""
    data: dict[str, Any] = {}
    for column in table.columns:
        cells: list[Any] = values[column.name]
        if column.kind == "number":
            data[column.name] = np.array(cells, dtype=np.float64)
        elif column.kind in NAMED:
            data[column.name] = pd.Series(cells, dtype="object")
        else:
            data[column.name] = pd.array(cells, dtype="str")
    data["row"] = np.array(lines, dtype=np.int64)
    return pd.DataFrame(data, index=pd.RangeIndex(len(lines)))


def _empty(table: Table) -> pd.DataFrame:
    return _as_frame(table, [], {column.name: [] for column in table.columns})
