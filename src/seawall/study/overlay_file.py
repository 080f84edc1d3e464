"""Overlay files: CSV, a row a changed cell, with why, by whose evidence and by whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seawall.errors import InputError, Problem, UnknownName
from seawall.files import csv_text
from seawall.study.columns import CONFIDENCES, Column, Table, date, text
from seawall.study.csv_tables import read_table

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

__all__ = ["OVERLAY", "UNVOUCHED", "Change", "overlay_text", "read_changes", "read_overlay"]

#: Confidence of a changed figure for which the overlay states none: nobody vouches for it.
UNVOUCHED = "assumption"

OVERLAY = Table(
    "overlay",
    "Cells of a study that somebody would have otherwise.",
    (
        text("table", "Table of the cell, e.g. facilities.", required=True),
        text("row", "Key of its row; several key cells are joined by /.", required=True),
        text("column", "Column of the cell.", required=True),
        text("value", "The cell as it would stand in the table, in the unit of its row."),
        text("why", "Why it is changed.", required=True),
        text("source", "Where the value comes from: a key of sources.csv, or in words.",
             required=True),
        text("who", "Who changes it.", required=True),
        Column("confidence", "choice", "How the value was come by; blank: assumption.",
               choices=CONFIDENCES),
        date("date", "When it was changed."),
    ),
    key=("table", "row", "column"),
    line="line",
)  # fmt: skip

_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that an overlay changes.

    Attributes
    ----------
    table, row, column
        The cell; `row` is the key as `keys.Keys` names it.
    value
        Its text, as the table would hold it; "" leaves it blank.
    why, source, who, confidence, date
        Why, on what evidence, by whom and when. `confidence` is "" where none is stated; then
        `evidence` is what counts.
    file, line
        The overlay, as it was named, and the line in it.
    before
        The cell's text in the study.
    study_line
        The line of the row in the table's own file.
    follows
        Columns of the row that were changed with it.
    note
        What was changed with it, in words.
    """

    table: str
    row: str
    column: str
    value: str
    why: str
    source: str
    who: str
    confidence: str = ""
    file: str = ""
    line: int = 0
    date: str = ""
    before: str = ""
    study_line: int = 0
    follows: tuple[str, ...] = ()
    note: str = ""

    @property
    def evidence(self) -> str:
        """The class of evidence that counts for the value."""
        return self.confidence or UNVOUCHED

    @property
    def where(self) -> str:
        """File and line of the overlay."""
        return f"{self.file}:{self.line}"


def read_overlay(path: str | Path) -> tuple[Change, ...]:
    """Read the changes of an overlay; whether they fit a study is not looked at.

    Raises
    ------
    UnknownName
        There is no such file.
    InputError
        With every problem of the file.
    """
    problems: list[Problem] = []
    changes = read_changes(Path(path), problems)
    if problems:
        raise InputError(problems, title=f"overlay {path}")
    return changes


def read_changes(path: Path, problems: list[Problem]) -> tuple[Change, ...]:
    """Read what can be read of an overlay and add what is wrong with it to `problems`.

    A row of which a cell is missing is read all the same, so that its cell is checked, too.

    Raises
    ------
    UnknownName
        There is no such file.
    """
    if not path.is_file():
        known = path.parent.glob("*.csv") if path.parent.is_dir() else ()
        raise UnknownName("overlay file", str(path), map(str, known))
    shown = str(path)
    if path.suffix.casefold() in _WORKBOOKS:
        rule, fix = "an overlay is a CSV file", "save its sheet as CSV UTF-8"
        problems.append(Problem(shown, None, "", "", rule, fix))
        return ()
    found: list[Problem] = []
    frame = read_table(path, OVERLAY, found)
    problems += [replace(problem, file=shown) for problem in found]
    if frame is None:
        return ()
    # A ragged row has cells under the wrong headers, which mean nothing.
    ragged = {problem.row for problem in found if not problem.column}
    return tuple(
        _change(row, shown) for row in frame.to_dict("records") if row[OVERLAY.line] not in ragged
    )


def _change(row: Mapping[Hashable, Any], file: str) -> Change:
    """The change that a row of an overlay asks for."""
    return Change(
        table=row["table"], row=row["row"], column=row["column"], value=row["value"],
        why=row["why"], source=row["source"], who=row["who"], confidence=row["confidence"],
        date=row["date"], file=file, line=int(row[OVERLAY.line]),
    )  # fmt: skip


def overlay_text(changes: Iterable[Change]) -> str:
    """Return changes as the text of an overlay that reads back as the same changes."""
    names = [column.name for column in OVERLAY.columns]
    return csv_text(names, [[getattr(change, name) for name in names] for change in changes])
