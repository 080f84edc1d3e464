"""An Excel workbook as a container of a study: a sheet a table.

Nothing is run and nothing is guessed: a formula is told, not computed and not taken at the value
that it last had; so are dates where numbers belong, and what a reader of the workbook cannot see.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from seawall.errors import InputError, Problem, did_you_mean
from seawall.study.cells import format_number
from seawall.study.csv_tables import Misfit, empty_frame, table_of
from seawall.study.protocol import FILE as PROTOCOL
from seawall.study.records import TABLES
from seawall.study.settings import FILE as SETTINGS
from seawall.study.settings import Settings, settings_of
from seawall.study.workbook_form import (
    IGNORED,
    SHEETS,
    STUDY,
    TEXT_SHEETS,
    file_name_rule,
    nested,
)
from seawall.study.workbook_scan import (
    Facts,
    Sheet,
    Unusable,
    facts_of,
    opened,
    percent_styles,
    sheets_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import pandas as pd

    from seawall.study.records import Table

__all__ = ["Workbook"]

#: More cells than this are read only where at least one in four of them holds something.
_MAX_AREA = 5_000_000
_FORMULA = ("formulas are not run", "copy the cells and paste their values")
_AS_TEXT = "format the cell as text and type it again"
_SHOW = "show it, or delete it: nothing is read that cannot be seen"

Row = tuple[int, list[str]]


class Workbook:
    """A study, or a book of cargoes, as a workbook.

    Parameters
    ----------
    path
        The file.
    sheets
        Names of the sheets that may be in it: all of a study's, unless only some tables are meant.

    Raises
    ------
    InputError
        The file as a whole cannot be read as a study.
    """

    folder = None

    def __init__(self, path: Path, sheets: Sequence[str] = SHEETS) -> None:
        self.path = path
        self._known = sheets
        self.name = path.stem
        self._sheet_of = {table.file: table.name for table in TABLES.values()}
        self._sheet_of |= {SETTINGS: STUDY, PROTOCOL: "protocol"}
        self._sheets: list[Sheet] = []
        try:
            with opened(path) as book:
                self._sheets = sheets_of(book)
                percent = percent_styles(book)
                self._facts = {
                    i: facts_of(book, sheet, percent)
                    for i, sheet in enumerate(self._sheets)
                    if sheet.name in sheets and sheet.name not in IGNORED
                }
        except Unusable as error:
            problems = [self.told(Problem("", None, "", "", *why)) for why in error.reasons]
            raise InputError(problems, title=f'workbook "{path.name}"') from error
        if not self._facts:
            names = ", ".join(sheet.name for sheet in self._sheets)
            rule = "no sheet is one of a study"
            fix = "seawall template OUT.xlsx writes a form to fill in"
            if sheets is not SHEETS:
                rule, fix = "no sheet has a name that belongs here", "sheets: " + ", ".join(sheets)
            problem = Problem(path.name, None, "", names, rule, fix)
            raise InputError([problem], title=f'workbook "{path.name}"')

    def told(self, problem: Problem) -> Problem:
        """A problem with the sheet where it is, tables called by their sheets."""
        sheet = self._sheet_of.get(problem.file, problem.file)
        known = sheet in SHEETS or sheet in {each.name for each in self._sheets}
        file = f"{self.path.name}[{sheet}]" if sheet and known else sheet or self.path.name
        return replace(
            problem, file=file, rule=self._by_sheets(problem.rule), fix=self._by_sheets(problem.fix)
        )

    def _by_sheets(self, text: str) -> str:
        def sheet(found: re.Match[str]) -> str:
            name = self._sheet_of.get(found[0])
            return found[0] if name is None else f'sheet "{name}"'

        return re.sub(r"\b[a-z_]+\.(?:csv|toml)\b", sheet, text)

    def settings(self, problems: list[Problem]) -> Settings | None:
        if self._index(STUDY) is None:
            rule, fix = "the sheet is missing", "every study has one: keys and values"
            problems.append(Problem(SETTINGS, None, "", "", rule, fix))
            return None
        found: list[Problem] = []
        pairs: dict[str, str] = {}
        lines: dict[str, int] = {}
        for line, (key, value, *_) in self._fields(STUDY, ("key", "value"), found):
            if isinstance(value, Misfit) and not _is_setting(key, value):
                found.append(Problem(SETTINGS, line, key, value, value.rule, value.fix))
            elif not key:
                rule, fix = "a value without a key", "name the key, or remove the row"
                found.append(Problem(SETTINGS, line, "", value, rule, fix))
            elif key in pairs:
                found.append(Problem(SETTINGS, line, key, value, "the key is there twice", ""))
            else:
                pairs[key], lines[key] = str(value), line
                for end in (i for i, sign in enumerate(key) if sign == "."):
                    lines.setdefault(key[:end], line)
        problems += found
        try:
            settings = settings_of(nested(pairs.items()), lines, SETTINGS)
        except InputError as error:
            # What is told already is missing only because of that.
            told = {problem.column for problem in found}
            problems += [problem for problem in error.problems if problem.column not in told]
            return None
        return None if found else settings

    def strangers(self) -> list[Problem]:
        """Sheets that nobody reads, that are there twice, or that hide something."""
        counts = Counter(sheet.name.casefold() for sheet in self._sheets)
        known = [name for name in self._known if name not in IGNORED]
        problems = []
        for i, sheet in enumerate(self._sheets):

            def tell(rule: str, fix: str, row: int | None = None, column: str = "") -> None:
                problems.append(Problem(sheet.name, row, column, "", rule, fix))  # noqa: B023

            if counts[sheet.name.casefold()] > 1:
                tell("two sheets have this name", "rename one or remove it")
            if sheet.name in IGNORED:
                continue
            if sheet.name not in known:
                hint = did_you_mean(sheet.name, known) or "known sheets: " + ", ".join(self._known)
                tell("no table has this name", hint)
                continue
            facts = self._facts[i]
            if sheet.hidden:
                tell("the sheet is hidden", _SHOW)
            for first, last in _runs(facts.hidden_rows):
                which = f"row {first} is" if first == last else f"rows {first} to {last} are"
                tell(f"{which} hidden", _SHOW, first)
            for first, last in _runs(sorted(facts.hidden_columns)):
                which = f"column {_letters(first)} is"
                if first != last:
                    which = f"columns {_letters(first)} to {_letters(last)} are"
                tell(f"{which} hidden", _SHOW)
            for ref in facts.merged:
                row = re.search(r"[0-9]+", ref)
                tell(f"the cells {ref} are merged", "unmerge them: each row has cells of its own",
                     int(row[0]) if row else None)  # fmt: skip
        return problems

    def holds(self, table: Table) -> bool:
        return self._index(table.name) is not None

    def table(self, table: Table, problems: list[Problem]) -> pd.DataFrame | None:
        index = self._index(table.name)
        if index is None:
            if not table.required:
                return empty_frame(table)
            rule, fix = "the sheet is missing", "every study has one"
            problems.append(Problem(table.file, None, "", "", rule, fix))
            return None
        found: list[Problem] = []
        rows = list(self._rows(index, table.file, found))
        if not rows and not found:
            expected = ", ".join(column.name for column in table.columns if column.required)
            rule, fix = "the sheet is empty", f"first row at least: {expected}"
            found.append(Problem(table.file, 1, "", "", rule, fix))
        if not rows:
            problems += found
            return None
        beyond, found = found, []
        frame = table_of(table, iter(rows), found, problems)
        problems += beyond
        if frame is not None:
            problems += self._in_per_cent(index, table, rows[0][1], frame)
        return frame

    def _in_per_cent(
        self, index: int, table: Table, header: list[str], frame: pd.DataFrame
    ) -> Iterator[Problem]:
        """Cells that show 5% and hold 0.05, in rows that count in per cent."""
        at = {int(row): i for i, row in enumerate(frame["row"])}
        for row, number in self._facts[index].percent:
            name = header[number - 1] if number <= len(header) else ""
            column = table.by_name.get(name)
            if column is None or row not in at or not column.unit.startswith("@"):
                continue
            value = frame[name].iloc[at[row]]
            if frame.get(column.unit[1:], frame[name]).iloc[at[row]] == "%" and value == value:
                rule = f"the cell shows {value:.4g} as {100 * value:.4g}%, and the row counts in %"
                fix = "format it as a plain number and type it again"
                yield Problem(table.file, row, name, format_number(value), rule, fix)

    def texts(self, inside: str, problems: list[Problem]) -> dict[str, str]:
        lines: dict[str, list[str]] = {}
        name = ""
        for row, (given, _, text) in self._fields(inside, TEXT_SHEETS[inside], problems):
            name = given.strip() or name
            if rule := file_name_rule(name):
                fix = "letters, digits and hyphens"
                problems.append(Problem(inside, row, "name", name, rule, fix))
                continue
            lines.setdefault(name, []).append(self._line(inside, row, text, problems))
        twice = Counter(name.casefold() for name in lines)
        problems += [
            Problem(inside, None, "name", name, "two names differ by case only", "rename one")
            for name in lines
            if twice[name.casefold()] > 1
        ]
        # By name, as files come in a folder.
        return {name: "\n".join(lines[name]) for name in sorted(lines)}

    def protocol(self, problems: list[Problem]) -> str:
        lines = [
            self._line(PROTOCOL, row, text, problems)
            for row, (_, text) in self._fields("protocol", TEXT_SHEETS["protocol"], problems)
        ]
        return "\n".join(lines)

    def _line(self, file: str, row: int, text: str, problems: list[Problem]) -> str:
        if isinstance(text, Misfit):
            problems.append(Problem(file, row, "text", text, text.rule, text.fix))
        return str(text)

    def _index(self, name: str) -> int | None:
        """Position of the sheet of that name; the first, where two have it."""
        return next((i for i, sheet in enumerate(self._sheets) if sheet.name == name), None)

    def _fields(
        self, name: str, wanted: tuple[str, ...], problems: list[Problem]
    ) -> Iterator[tuple[int, list[str]]]:
        """Yield the cells of some columns of a sheet that is no table, by their headers."""
        index = self._index(name)
        if index is None:
            return
        file = {STUDY: SETTINGS, "protocol": PROTOCOL}.get(name, name)
        rows = self._rows(index, file, problems, trimmed=False)
        header = next(rows, None)
        if header is None:
            return
        heads = [cell.strip() for cell in header[1]]
        missing = [column for column in wanted if column not in heads and column != "line"]
        for column in missing:
            rule, fix = "the column is missing", "columns: " + ", ".join(wanted)
            problems.append(Problem(file, header[0], column, "", rule, fix))
        if missing:
            return
        at = [heads.index(column) if column in heads else None for column in wanted]
        for line, cells in rows:
            yield line, [cells[i] if i is not None else "" for i in at]

    def _rows(
        self, index: int, file: str, problems: list[Problem], *, trimmed: bool = True
    ) -> Iterator[Row]:
        """Yield rows that hold something, the header first, each as wide as the header."""
        width = 0
        for number, cells in self._cells(index, file, problems):
            if trimmed:
                cells = [cell if isinstance(cell, Misfit) else cell.strip() for cell in cells]
            if not any(cells):
                continue
            if not width:
                width = max(i for i, cell in enumerate(cells, start=1) if cell.strip())
            for i, cell in enumerate(cells[width:], start=width + 1):
                if cell.strip():
                    rule, fix = f"column {_letters(i)} has no header", "name or remove it"
                    problems.append(Problem(file, number, "", cell, rule, fix))
                    break
            yield number, cells[:width] + [""] * (width - len(cells))

    def _cells(self, index: int, file: str, problems: list[Problem]) -> Iterator[Row]:
        """Yield the number of each row, from 1, and its cells as text."""
        facts = self._facts[index]
        area = facts.rows * facts.columns
        if area > _MAX_AREA and facts.filled < area / 4:
            rule = (
                f"cells lie as far off as {_letters(facts.columns)}{facts.rows}, "
                f"and most of the {area:,} before it are blank"
            )
            problems.append(Problem(file, facts.rows, "", "", rule, "remove what lies far off"))
            return
        odd = _misfits(facts)
        for number, values in enumerate(self._values(index, file, problems), start=1):
            cells = [_text(value) for value in values]
            for column, misfit in odd.pop(number, {}).items():
                cells += [""] * (column - len(cells))
                cells[column - 1] = misfit
            yield number, cells
        for number, here in sorted(odd.items()):  # formulas without a value end the sheet
            yield number, [here.get(column, "") for column in range(1, max(here) + 1)]

    def _values(self, index: int, file: str, problems: list[Problem]) -> list[list[Any]]:
        from python_calamine import CalamineError

        try:
            rows: list[list[Any]] = self._book.get_sheet_by_index(index).to_python(
                skip_empty_area=False
            )
        except (CalamineError, ValueError, IndexError) as error:
            rule = f"the sheet cannot be read: {error}"
            problems.append(Problem(file, None, "", "", rule, "save the workbook anew"))
            return []
        return rows

    @cached_property
    def _book(self) -> Any:
        from python_calamine import CalamineWorkbook

        return CalamineWorkbook.from_path(self.path)


def _is_setting(key: str, value: Misfit) -> bool:
    """Whether a date or a yes-or-no value of the spreadsheet is what the key holds anyhow."""
    return value in ("TRUE", "FALSE") or (key == "start" and "date" in value.fits)


def _misfits(facts: Facts) -> dict[int, dict[int, Misfit]]:
    """Cells with errors and formulas, by row and column."""
    odd: dict[int, dict[int, Misfit]] = {}
    for (row, column), shown in facts.errors.items():
        rule, fix = "an error of the spreadsheet", "mend or clear the cell"
        odd.setdefault(row, {})[column] = Misfit(shown or "#ERROR", rule, fix)
    for (row, column), shown in facts.formulas.items():
        # LibreOffice saves a truth value so.
        constant = shown.casefold() in ("=true()", "=false()")
        odd.setdefault(row, {})[column] = (
            _truth(shown.casefold() == "=true()") if constant else Misfit(shown, *_FORMULA)
        )
    return odd


def _truth(value: bool) -> Misfit:
    shown = "TRUE" if value else "FALSE"
    return Misfit(shown, "a truth value of the spreadsheet", _AS_TEXT)


def _text(value: Any) -> str:
    """A cell as a file would hold it, or what keeps it from being read."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return _truth(value)
    if isinstance(value, int | float):
        return format_number(float(value))
    if isinstance(value, date) and not isinstance(value, datetime):
        fix = f"{_AS_TEXT}, or format it as a number"
        return Misfit(value.isoformat(), "the spreadsheet took it for a date", fix, ("date",))
    shown = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return Misfit(shown, "the spreadsheet took it for a time", _AS_TEXT)


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of successive numbers."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        yield members[0], members[-1]


def _letters(column: int) -> str:
    """The name of a column: 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
