"""A Study -> an Excel workbook that reads back as the same study, and that people can go on with.

Text is written as text, whatever it looks like: nothing in it is ever run as a formula, and nothing
is put before it that would have to be taken off again. Numbers keep all their digits.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seawall.errors import InputError, Problem, UsageError
from seawall.files import write_bytes
from seawall.study.cells import format_value
from seawall.study.csv_tables import empty_frame
from seawall.study.protocol import FILE as PROTOCOL
from seawall.study.records import TABLES
from seawall.study.workbook import FORMULA_STARTS
from seawall.study.workbook_form import (
    MAX_ROWS,
    MAX_TEXT,
    STUDY,
    TEXT_SHEETS,
    file_name_rule,
    setting_rows,
    text_rows,
)
from seawall.study.workbook_help import (
    HOW_TO,
    HOW_TO_BOOK,
    allowed,
    contents,
    lists,
    names_of_keys,
    note,
    validation,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from seawall.study.records import Column, Table
    from seawall.study.settings import Settings
    from seawall.study.study import Study

__all__ = ["Filling", "book_bytes", "may_write", "workbook_bytes", "write_workbook"]

#: Rows below the last one that still have drop-downs.
_SPARE = 1000
#: No clock: the same study gives the same bytes.
_MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_AMBER, _GREY, _BLUE = "#FFD966", "#E3E3E3", "#BDD7EE"
_WIDEST = 44
_LINE = 15  # points
_SHOWN = 120  # characters of an example: the course of a lane has thousands
#: Characters that XML cannot hold, and no escape of which spreadsheets agree on.
_NOT_IN_XML = ("\ufffe", "\uffff")


@dataclass(frozen=True)
class Filling:
    """What a workbook is filled with.

    Attributes
    ----------
    title, settings
        Title of the README, and the settings; None: the defaults, to be filled in.
    frames
        Rows by table; tables that are not named are empty.
    scenarios, protocol, drafts
        Their texts.
    examples
        Rows of text by table (header first) for the sheet `examples`; empty: no such sheet.
    """

    title: str
    settings: Settings | None = None
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    scenarios: Mapping[str, str] = field(default_factory=dict)
    protocol: str = ""
    drafts: Mapping[str, str] = field(default_factory=dict)
    examples: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)


def write_workbook(study: Study, path: str | Path, *, replace: bool = False) -> Path:
    """Write a study as a workbook: a sheet a table, settings, scenarios and protocols.

    Rows of all variants are written; `seawall.read` gives the same study with the same digest. The
    file appears whole or not at all.

    Parameters
    ----------
    study, path
        What to write and where: a name that ends with .xlsx in a folder that exists.
    replace
        Replace a file that exists.

    Raises
    ------
    UsageError
        The name does not end with .xlsx, or the file exists and `replace` is false.
    InputError
        Cells that no workbook can hold: more than 32,767 characters, or more rows than it has.
    """
    target = may_write(path, replace=replace)
    filling = Filling(
        title=study.settings.title,
        settings=study.settings,
        frames=study.frames,
        scenarios=study.scenario_texts,
        protocol=study.protocol_text,
        drafts=study.draft_texts,
    )
    if problems := list(_unfit(filling)):
        raise InputError(problems, title=f'study "{study.name}" as a workbook')
    return write_bytes(target, workbook_bytes(filling))


def may_write(path: str | Path, *, replace: bool = False) -> Path:
    """Return the path if a workbook may be written there; see `write_workbook`."""
    target = Path(path)
    if target.suffix.casefold() != ".xlsx":
        raise UsageError(f"{target} does not end with .xlsx")
    if target.is_dir():
        raise UsageError(f"{target} is a folder")
    if target.exists() and not replace:
        raise UsageError(f"{target} exists already: choose another name, or remove it first")
    return target


def _unfit(filling: Filling) -> Iterator[Problem]:
    """Cells that no workbook can hold."""
    for name, frame in filling.frames.items():
        table = TABLES[name]
        if len(frame) >= MAX_ROWS:
            rule = f"{len(frame):,} rows; a sheet has {MAX_ROWS:,}"
            yield Problem(table.file, None, "", "", rule, "export it as a folder")
        for column in table.columns:
            if column.kind == "number":
                continue
            for row, value in zip(frame["row"], frame[column.name], strict=True):
                text = format_value(column, value)
                if rule := _text_rule(text):
                    yield Problem(
                        table.file, int(row), column.name, text, rule, "export it as a folder"
                    )
    if filling.settings is not None:
        for key, cell, _ in setting_rows(filling.settings):
            if isinstance(cell, str) and (rule := _text_rule(cell)):
                yield Problem("study.toml", None, key, cell, rule, "export it as a folder")
    texts = [(PROTOCOL, filling.protocol)]
    for inside, those in (("scenarios", filling.scenarios), ("protocols", filling.drafts)):
        for name, text in those.items():
            texts.append((f"{inside}/{name}.toml", text))
            if rule := file_name_rule(name):
                yield Problem(f"{inside}/{name}.toml", None, "", name, rule, "rename the file")
    for file, text in texts:
        for _, number, line in text_rows("", text):
            if rule := _text_rule(line):
                yield Problem(file, number, "", line, rule, "break the line")


def _text_rule(text: str) -> str:
    if len(text) > MAX_TEXT // 2 and len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
        return f"{len(text):,} characters; a cell of a workbook holds {MAX_TEXT:,}"
    if any(sign in text for sign in _NOT_IN_XML):
        return "a character that no workbook can hold (U+FFFE or U+FFFF)"
    return ""


class _Exact(float):
    """A number that is written with all its digits; xlsxwriter would round to 16."""

    def __format__(self, spec: str) -> str:
        return repr(float(self)).removesuffix(".0")


def workbook_bytes(filling: Filling) -> bytes:
    """Return the file, the same bytes each time."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": filling.title, "author": "Seawall", "created": _MADE})
        made = _Book(book, filling)
        made.readme()
        if filling.examples:
            made.examples()
        made.study()
        for table in TABLES.values():
            made.table(table)
        made.texts()
        made.lists()
    return buffer.getvalue()


def book_bytes(name: str, frames: Mapping[str, pd.DataFrame], settings: Settings | None) -> bytes:
    """Return a book of cargoes as a file: a sheet for each of its tables, the same bytes each time.

    Parameters
    ----------
    name
        What the study is called that it is laid upon.
    frames
        Rows by table; only these tables are written.

    Raises
    ------
    InputError
        Cells that no workbook can hold.
    """
    import xlsxwriter

    filling = Filling(title=f"A book of cargoes, study {name}", settings=settings, frames=frames)
    cells = replace(filling, settings=None)
    if problems := list(_unfit(cells)):
        raise InputError(problems, title=f'the book of study "{name}" as a workbook')
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": filling.title, "author": "Seawall", "created": _MADE})
        made = _Book(book, filling, tuple(frames))
        made.readme()
        for table in frames:
            made.table(TABLES[table])
        for keys, cells_of in names_of_keys(tuple(frames)).items():
            book.define_name(keys, cells_of)
    return buffer.getvalue()


class _Book:
    """The sheets of one workbook, written one after the other."""

    def __init__(self, book: Any, filling: Filling, only: tuple[str, ...] = ()) -> None:
        self.book = book
        self.only = only
        self.filling = filling
        kept = {"valign": "top"}
        self.plain = book.add_format(kept)
        self.left = book.add_format(kept | {"align": "left"})
        self.text = book.add_format(kept | {"num_format": "@"})
        self.quoted = book.add_format(kept | {"num_format": "@", "quote_prefix": True})
        self.wrapped = book.add_format(kept | {"text_wrap": True})
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.bold = book.add_format({"bold": True})
        self.link = book.add_format(kept | {"font_color": "#1F4E9E", "underline": 1})
        head = kept | {"bold": True, "border": 1, "border_color": "#A6A6A6"}
        self.needed = book.add_format(head | {"bg_color": _AMBER})
        self.optional = book.add_format(head | {"bg_color": _GREY})

    def _sheet(self, name: str, colour: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.set_tab_color(colour)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&RPage &P of &N")
        return sheet

    def _head(self, sheet: Any, cells: Iterable[tuple[str, bool, str]]) -> None:
        """Write name, whether it is required, and note of each column; keep the row in sight."""
        for i, (name, required, words) in enumerate(cells):
            sheet.write_string(0, i, name, self.needed if required else self.optional)
            if words:
                lines = sum(1 + len(line) // 48 for line in words.split("\n"))
                size = {"width": 300, "height": 18 * lines + 12, "author": "Seawall"}
                sheet.write_comment(0, i, words, size | {"font_size": 9})
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)

    def _put(
        self, sheet: Any, row: int, column: int, value: str | float, *, left: bool = False
    ) -> None:
        """Write a value as what it is; text that looks like a formula is marked as text."""
        if not isinstance(value, str):
            shape = self.left if left else self.plain
            sheet.write_number(row, column, _Exact(value), shape)
        elif value:
            quoted = value.startswith(FORMULA_STARTS)
            sheet.write_string(row, column, value, self.quoted if quoted else self.text)

    def table(self, table: Table) -> None:
        """One table: header with notes, rows, and rules for rows to come."""
        sheet = self._sheet(table.name, _AMBER if table.required else _GREY)
        self._head(sheet, ((c.name, c.required, note(c)) for c in table.columns))
        frame = self.filling.frames.get(table.name, empty_frame(table))
        for i, column in enumerate(table.columns):
            values = frame[column.name].tolist()
            if column.kind == "number":
                cells = ["" if value != value else value for value in values]
            else:
                cells = [format_value(column, value) for value in values]
            for row, cell in enumerate(cells, start=1):
                self._put(sheet, row, i, cell)
            shape = self.plain if column.kind == "number" else self.text
            sheet.set_column(i, i, _width(column, cells), shape)
            if rule := validation(column, self.filling.settings, self.only):
                sheet.data_validation(1, i, len(cells) + _SPARE, i, rule)
        # Or long notes would shrink everything else on paper.
        sheet.print_area(0, 0, len(frame), len(table.columns) - 1)

    def study(self) -> None:
        """Settings: keys, values, meanings."""
        sheet = self._sheet(STUDY, _AMBER)
        self._head(sheet, (("key", True, ""), ("value", True, ""), ("meaning", False, "")))
        for row, (key, value, meaning) in enumerate(setting_rows(self.filling.settings), start=1):
            self._put(sheet, row, 0, key)
            self._put(sheet, row, 1, value, left=True)
            sheet.write_string(row, 2, meaning, self.plain)
            if value in ("true", "false"):
                rule = {"validate": "list", "source": ["true", "false"]}
                sheet.data_validation(row, 1, row, 1, rule)
        sheet.set_column(0, 0, 28, self.text)
        sheet.set_column(1, 1, _WIDEST, self.text)
        sheet.set_column(2, 2, 84)

    def texts(self) -> None:
        """Scenarios, protocol and drafts, a row a line."""
        of = {
            "scenarios": self.filling.scenarios,
            "protocol": {"": self.filling.protocol} if self.filling.protocol else {},
            "protocols": self.filling.drafts,
        }
        for name, columns in TEXT_SHEETS.items():
            sheet = self._sheet(name, _BLUE)
            self._head(sheet, ((column, column != "line", "") for column in columns))
            rows = [row for key, text in of[name].items() for row in text_rows(key, text)]
            for number, cells in enumerate(rows, start=1):
                for i, cell in enumerate(cells[-len(columns) :]):
                    self._put(sheet, number, i, cell)
            sheet.print_area(0, 0, len(rows), len(columns) - 1)
            for i, column in enumerate(columns):
                wide = {"name": 28, "line": 6}.get(column, 110)
                sheet.set_column(i, i, wide, self.plain if column == "line" else self.text)

    def lists(self) -> None:
        """The columns of drop-downs, under the names that the rules use."""
        sheet = self._sheet("lists", _BLUE)
        columns = lists(self.filling.settings)
        self._head(sheet, ((name, False, "") for name in columns))
        for i, (name, cells) in enumerate(columns.items()):
            for row, cell in enumerate(cells, start=1):
                self._put(sheet, row, i, cell)
            letter = chr(65 + i)
            self.book.define_name(name, f"=lists!${letter}$2:${letter}${len(cells) + 1}")
            sheet.set_column(i, i, 24)
        for name, cells_of in names_of_keys().items():
            self.book.define_name(name, cells_of)

    def readme(self) -> None:
        """What the workbook is, how to fill it in, and what is on which sheet."""
        sheet = self._sheet("README", _BLUE)
        for i, width in enumerate((18, 11, 9, 84)):
            sheet.set_column(i, i, width)
        sheet.write_string(0, 0, self.filling.title, self.title)
        how_to = HOW_TO_BOOK if self.only else HOW_TO
        for row, line in enumerate(how_to, start=2):
            sheet.merge_range(row, 0, row, 3, "", self.wrapped)
            sheet.write_string(row, 0, line, self.wrapped)
            sheet.set_row(row, _LINE * (1 + len(line) // 140))
        top = len(how_to) + 3
        for i, name in enumerate(("sheet", "", "rows", "meaning")):
            sheet.write_string(top, i, name, self.optional)
        counts = {name: len(frame) for name, frame in self.filling.frames.items()}
        for row, (name, need, count, meaning) in enumerate(
            contents(counts, self.only), start=top + 1
        ):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self.link, name)
            sheet.write_string(row, 1, need, self.needed if need else self.plain)
            sheet.write_string(row, 2, count, self.plain)
            sheet.write_string(row, 3, meaning, self.wrapped)
            sheet.set_row(row, _LINE * (1 + len(meaning) // 96))
        sheet.hide_gridlines(2)

    def examples(self) -> None:
        """Every column of every table, with cells as they stand elsewhere; only people read it."""
        sheet = self._sheet("examples", _BLUE)
        heads = ("sheet", "column", "", "meaning", "allowed", "for example", "or")
        self._head(sheet, ((head, False, "") for head in heads))
        row = 0
        for name, rows in self.filling.examples.items():
            shown = [dict(zip(rows[0], cells, strict=False)) for cells in rows[1:]]
            for column in TABLES[name].columns:
                row += 1
                need = "required" if column.required else ""
                said = [name, column.name, need, column.meaning, allowed(column)]
                for i, text in enumerate(said):
                    amber = bool(need) and i == said.index(need)
                    sheet.write_string(row, i, text, self.needed if amber else self.wrapped)
                for i, cells in enumerate(shown, start=len(said)):
                    self._put(sheet, row, i, cells.get(column.name, "")[:_SHOWN])
                sheet.set_row(row, _LINE * max(1 + len(said[3]) // 64, 1 + len(said[4]) // 50))
        for i, width in enumerate((14, 17, 9, 56, 40, 40, 40)):
            sheet.set_column(i, i, width)


def _width(column: Column, cells: Sequence[str | float]) -> float:
    """Wide enough for the header and most cells, within reason."""
    longest = max((len(str(cell)) for cell in cells), default=0)
    least = {"text": 20, "id": 14, "number": 9, "points": 20, "crossings": 18, "contents": 16}
    return float(min(_WIDEST, max(longest + 1, len(column.name) + 3, least.get(column.kind, 11))))
