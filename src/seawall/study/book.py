"""The book of a duty officer: cargoes, ships, tanks and clauses, laid upon a study.

A study says what the world is like, a book who has which cargo where on one morning. A book is a
folder of CSV files or one workbook, with the tables of `cargo_records.BOOK_TABLES` and, where its
rows name sources that the study does not have, `sources`. It is read as a study is: nothing is
guessed, and everything that is wrong is told at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.errors import InputError, Problem, UnknownName, UsageError, did_you_mean
from seawall.files import atomic_folder, write_bytes, write_csv
from seawall.study import checks
from seawall.study.cells import format_column, format_number
from seawall.study.container import Folder
from seawall.study.csv_tables import as_frame, empty_frame, table_of
from seawall.study.records import TABLES
from seawall.study.settings import FILE as SETTINGS
from seawall.study.study import Study

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seawall.study.container import Container
    from seawall.study.records import Table

__all__ = [
    "SHEETS", "TABLES_OF_A_BOOK", "BookedStudy", "book_day", "read_book", "with_book", "write_book",
]  # fmt: skip

#: What a book consists of; without `clauses` those of the study stay.
TABLES_OF_A_BOOK = ("cargoes", "ships", "tanks", "clauses")
_NEEDED = ("cargoes", "ships", "tanks")
_SOURCES = "sources"
#: Tables and sheets that a book may hold.
SHEETS = (*TABLES_OF_A_BOOK, _SOURCES)
#: What workbooks and folders say of a name that is none of a table.
_NO_TABLE = "no table has this name"
#: By what a source is known; its link or licence may have been filled in since.
_SAME_SOURCE = ("publisher", "title")


@dataclass(frozen=True, eq=False)
class BookedStudy(Study):
    """A study with a book that was laid upon it, and is not its own.

    Attributes
    ----------
    book
        Name of the file or folder of the book, without its path; "" for tables made in memory.
    """

    book: str = ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as plain dicts, as a study is."""
        kept = {f.name: getattr(self, f.name) for f in fields(self)}
        plain = {k: dict(v) if isinstance(v, MappingProxyType) else v for k, v in kept.items()}
        return _restored, (plain,)


def with_book(study: Study, frames: Mapping[str, pd.DataFrame]) -> Study:
    """Return the study with a book in place of its own, checked as a whole.

    Parameters
    ----------
    study
        What the book is laid upon. Its own cargoes, ships and tanks are replaced, its clauses only
        where the book has a table of them. A book in place of one that was laid upon the study
        before keeps its name.
    frames
        `cargoes`, `ships`, `tanks` and, if need be, `clauses` and `sources`. Columns that may be
        blank may be missing; `row`, the line that problems name, counts from 2 where it is. Blank
        is "", None or NaN; dates may be text, `datetime.date` or timestamps.

    Raises
    ------
    InputError
        With every rule that a cell, a row, or the book together with the study breaks.
    """
    problems: list[Problem] = []
    tables = {}
    for name, frame in frames.items():
        if name in SHEETS:
            tables[name] = _parsed(TABLES[name], frame, problems)
        else:
            problems.append(_stranger(name, SHEETS))
    study, problems = _laid(study, tables, problems)
    if problems:
        raise InputError(problems, title=f'the book on study "{study.name}"')
    return study if isinstance(study, BookedStudy) else _booked(study, "")


def read_book(path: str | Path, study: Study) -> Study:
    """Read a book and lay it upon a study; see `with_book`.

    Parameters
    ----------
    path
        A folder of CSV files or a workbook (.xlsx).

    Raises
    ------
    UnknownName
        There is neither such a folder nor such a file, or the folder holds no table of a book.
    InputError
        With every problem of every table, by file or sheet, row and column.
    """
    container = _container_of(Path(path))
    problems = container.strangers()
    tables = {
        name: container.table(TABLES[name], problems)
        for name in SHEETS
        if container.holds(TABLES[name])
    }
    laid, problems = _laid(study, tables, problems)
    of_book = {TABLES[name].file for name in SHEETS}
    if problems:
        told = [container.told(p) if p.file not in _of_study(of_book) else p for p in problems]
        raise InputError(told, title=f'book "{container.name}" on study "{study.name}"')
    warnings = [container.told(w) if w.file in of_book else w for w in laid.warnings]
    return _booked(replace(laid, warnings=tuple(warnings)), Path(path).resolve().name)


def write_book(study: Study, path: str | Path, *, replace: bool = False) -> Path:
    """Write the book of a study, and the sources that it names, so that it reads back the same.

    The folder or file appears whole or not at all: if anything fails, what was there stays.

    Parameters
    ----------
    path
        A name that ends with .xlsx, or a folder; the folder above it must exist.
    replace
        Replace a book that exists. A folder that holds anything but a book is never replaced.

    Raises
    ------
    UsageError
        The study has no book, the folder is not only a book's, or there is something already and
        `replace` is false.
    """
    book_day(study)
    target = Path(path)
    frames = {name: study.frames[name] for name in TABLES_OF_A_BOOK}
    frames[_SOURCES] = _cited(study)
    if target.suffix.casefold() == ".xlsx":
        from seawall.study.workbook_writer import book_bytes, may_write

        may_write(target, replace=replace)
        return write_bytes(target, book_bytes(study.name, frames, study.settings))
    if target.is_file():
        raise UsageError(f"{target} is a file; a book is a folder or ends with .xlsx")
    if target.is_dir():
        others = {item.name for item in target.iterdir()} - {f"{name}.csv" for name in SHEETS}
        if others:
            raise UsageError(
                f"{target} holds other things than a book ({', '.join(sorted(others)[:5])}): "
                "choose another name"
            )
        if any(target.iterdir()) and not replace:
            raise UsageError(f"{target} exists already: choose another name, or remove it first")
    with atomic_folder(target, replace=replace) as temporary:
        for name, frame in frames.items():
            columns = TABLES[name].columns
            cells = [format_column(c, frame[c.name]) for c in columns]
            rows = list(zip(*cells, strict=True))
            write_csv(temporary / TABLES[name].file, [c.name for c in columns], rows)
    return target


def book_day(study: Study) -> date:
    """Return the day of a study's book: its tanks are as they were on its morning.

    Raises
    ------
    UsageError
        The study has no book.
    """
    days = study.frames["tanks"]["as_of"]
    if days.empty:
        raise UsageError(
            f'study "{study.name}" has no book (no rows in tanks): name one, or let one be made'
        )
    return date.fromisoformat(days.iloc[0])


def _booked(study: Study, name: str) -> BookedStudy:
    """The study, knowing where its book is from."""
    return BookedStudy(**{f.name: getattr(study, f.name) for f in fields(Study)}, book=name)


def _restored(kept: dict[str, Any]) -> BookedStudy:
    """The study that was pickled."""
    return BookedStudy(**kept)


def _laid(
    study: Study, tables: Mapping[str, pd.DataFrame | None], problems: list[Problem]
) -> tuple[Study, list[Problem]]:
    """The study with the tables of a book, and all that is wrong with it.

    Tables that are None could not be read.
    """
    problems = list(problems)
    # A file that is there, but under another name, is missing only because of that.
    misnamed = any(problem.rule == _NO_TABLE for problem in problems)
    broken = {name for name, frame in tables.items() if frame is None}
    frames = dict(study.frames)
    for name in TABLES_OF_A_BOOK:
        frame = tables.get(name)
        if name in _NEEDED and name not in tables:
            broken.add(name)
            if not misnamed:
                rule, fix = "the table is missing", "a book has " + ", ".join(_NEEDED)
                problems.append(Problem(TABLES[name].file, None, "", "", rule, fix))
        if frame is not None:
            frames[name] = frame
            told = any(problem.file == TABLES[name].file for problem in problems)
            if name in ("cargoes", "tanks") and frame.empty and not told:
                rule, fix = "the table has no rows", "add rows"
                problems.append(Problem(TABLES[name].file, 1, "", "", rule, fix))
        elif name in broken:
            frames[name] = empty_frame(TABLES[name])
    added = tables.get(_SOURCES)
    if added is not None:
        frames[_SOURCES] = _joined(frames[_SOURCES], added, problems)
    found = checks.run(frames, study.settings, broken=broken, clean=not problems)
    # A cell or row that is unreadable is absent to the checks, and already told.
    seen = {(p.file, p.row, p.column) for p in problems}
    problems += [
        p
        for p in found.errors
        if (p.file, p.row, p.column) not in seen and (p.file, p.row, "") not in seen
    ]
    changed = {TABLES[name].file for name in (*TABLES_OF_A_BOOK, "terminals")}
    kept = [warning for warning in study.warnings if warning.file not in changed]
    new = [warning for warning in found.warnings if warning.file in changed]
    overlays = tuple(c for c in study.overlays if tables.get(c.table) is None)
    laid = replace(study, frames=frames, overlays=overlays, warnings=(*kept, *new))
    return laid, problems


def _joined(own: pd.DataFrame, added: pd.DataFrame, problems: list[Problem]) -> pd.DataFrame:
    """Sources of the study and those of the book that it does not have."""
    known = {row["id"]: row for row in own.to_dict("records")}
    new = []
    for position, row in enumerate(added.to_dict("records")):
        there = known.get(row["id"])
        if there is None:
            new.append(position)
        elif any(row[name] != there[name] for name in _SAME_SOURCE):
            rule = f'the study calls another source so: {there["publisher"]}, "{there["title"]}"'
            fix = "give yours an id of its own"
            file = TABLES[_SOURCES].file
            problems.append(Problem(file, int(row["row"]), "id", row["id"], rule, fix))
    return pd.concat([own, added.iloc[new]], ignore_index=True) if new else own


def _cited(study: Study) -> pd.DataFrame:
    """The sources that the book names, in the order of the study."""
    names = {name for table in TABLES_OF_A_BOOK for name in study.frames[table]["source"]}
    sources = study.frames[_SOURCES]
    return sources[sources["id"].isin(names)].reset_index(drop=True)


def _parsed(table: Table, frame: pd.DataFrame, problems: list[Problem]) -> pd.DataFrame | None:
    """A frame made in memory, as if it had been read from a file."""
    names = [str(name) for name in frame.columns if name != table.line]
    lines = frame[table.line].tolist() if table.line in frame else range(2, len(frame) + 2)
    columns = [[_text(value) for value in frame[name].tolist()] for name in names]
    if not names:
        return as_frame(table, [], {column.name: [] for column in table.columns})

    def rows() -> Iterator[tuple[int, list[str]]]:
        yield 1, names
        for line, cells in zip(lines, zip(*columns, strict=True), strict=True):
            yield int(line), list(cells)

    return table_of(table, rows(), [], problems)


def _text(value: object) -> str:
    """A cell as a file would hold it."""
    if isinstance(value, str):
        return value.strip()
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, date):  # timestamps are dates, too
        return value.isoformat()[:10]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_number(float(value))
    return str(value)


def _stranger(name: str, known: tuple[str, ...]) -> Problem:
    # A table of a study is no slip of the pen.
    close = "" if name.removesuffix(".csv") in TABLES else did_you_mean(name, known)
    fix = close or "tables of a book: " + ", ".join(known)
    return Problem(name, None, "", "", _NO_TABLE, fix)


class _Files(Folder):
    """A book as a folder of CSV files."""

    def strangers(self) -> list[Problem]:
        known = tuple(TABLES[name].file for name in SHEETS)
        return [
            _stranger(path.name, known)
            for path in sorted(self.folder.iterdir())
            if path.suffix.casefold() == ".csv"
            and path.name not in known
            and not path.name.startswith(".")
        ]


def _container_of(path: Path) -> Container:
    if path.is_dir():
        names = {item.name for item in path.iterdir()}
        if SETTINGS in names:
            raise UsageError(
                f"{path} is a study (it has a {SETTINGS}), not a book: "
                "a book is a folder with " + ", ".join(TABLES[n].file for n in TABLES_OF_A_BOOK)
            )
        if names.isdisjoint(TABLES[name].file for name in TABLES_OF_A_BOOK):
            raise UnknownName("book in this folder (it has no cargoes.csv)", str(path))
        return _Files(path, path.resolve().name)
    if path.is_file():
        from seawall.study.workbook_reader import Workbook

        return Workbook(path, SHEETS)
    raise UnknownName("book (a folder or .xlsx)", str(path))


def _of_study(of_book: set[str]) -> set[str]:
    """Files that a study has and a book has not."""
    return {table.file for table in TABLES.values()} - of_book
