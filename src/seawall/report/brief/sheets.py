"""The note as a workbook: what it is, the table, native charts, the run's tables with their units,
assumptions and sources; ready to be printed, and nothing in it runs."""

from __future__ import annotations

import datetime
import io
import math
import re
from typing import TYPE_CHECKING, Any

from seawall.report import text
from seawall.report.brief import native
from seawall.report.brief.fitting import lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from seawall.report.brief.note import Chart, Note

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_WIDEST, _NARROWEST = 60, 9
_LOOKED_AT = 200  # rows that decide the width of a column
_HEAD = 2  # rows above the figures: units, then names
_LONGEST_NAME = 31
_DATE = "yyyy-mm-dd"


def document(note: Note) -> bytes:
    """The note as the content of an .xlsx file."""
    import openpyxl

    book = openpyxl.Workbook()
    _properties(book, note)
    _readme(book.worksheets[0], note)
    _summary(book, note)
    _charts(book, note)
    for name, sheet in note.sheets.items():
        _table(book, name, sheet.frame, note.units)
    _listed(book, "assumptions", note.front.assumptions_head, note.front.assumptions)
    cited = [(s.key, s.publisher, s.title, s.date, s.url, s.used_for) for s in note.sources]
    _listed(book, "sources", note.front.sources_head, cited)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _properties(book: Workbook, note: Note) -> None:
    import seawall

    properties = book.properties
    properties.title, properties.subject = clean(note.title), clean(note.question)
    properties.creator = properties.lastModifiedBy = f"Seawall {seawall.__version__}"
    properties.keywords, properties.description = note.run_id, note.footer
    properties.language = "ja-JP" if note.language == "ja" else "en-GB"
    at = datetime.datetime.fromisoformat(note.created).replace(tzinfo=None)
    properties.created = properties.modified = at


def clean(words: str) -> str:
    """Text that no spreadsheet runs as a formula, without signs that a workbook can't hold."""
    return native.safe(_CONTROL.sub("", words))


def value_of(value: Any) -> str | float | int | bool | datetime.date | None:
    """A cell: text that runs nothing, finite numbers, dates; blank for all else."""
    if text.missing(value):
        return None
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, bool | int | datetime.date):
        return value
    if hasattr(value, "item"):
        value = value.item()
        return value if isinstance(value, bool | int) else value_of(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return clean("; ".join(str(part) for part in value))
    return clean(str(value))


def _font(**more: Any) -> Any:
    """The font of a cell; named, since a program may put any in the place of none."""
    from openpyxl.styles import Font

    return Font(name=native.LATIN, **{"size": 10, **more})


def _wrapped(cells: Sequence[Any], widths: Sequence[int]) -> None:
    """Wrap a row of cells, and give it the height that its longest text needs."""
    from openpyxl.styles import Alignment

    tallest = 1
    for cell, wide in zip(cells, widths, strict=True):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if isinstance(cell.value, str):
            tallest = max(tallest, lines(cell.value, wide * 5.5, 10.0))
    cells[0].parent.row_dimensions[cells[0].row].height = min(400.0, 13.5 * tallest)


def _readme(sheet: Worksheet, note: Note) -> None:
    sheet.title = "README"
    widths = (26, 90, 40)
    for letter, wide in zip("ABC", widths, strict=True):
        sheet.column_dimensions[letter].width = wide
    rows = [*note.front.readme, ("", "")]
    for number, (head, words) in enumerate(rows, start=1):
        cells = [sheet.cell(number, 1, clean(head)), sheet.cell(number, 2, clean(words))]
        cells[0].font, cells[1].font = _font(bold=True), _font()
        _wrapped(cells, widths[:2])
    sheet.cell(1, 2).font = _font(bold=True, size=14)
    sheet.row_dimensions[1].height = 20.0 * lines(note.title, widths[1] * 5.5, 14.0)
    top = len(rows) + 1
    for column, head in enumerate(note.front.contents_head, start=1):
        sheet.cell(top, column, clean(head)).font = _font(bold=True)
    for number, row in enumerate(note.front.contents, start=top + 1):
        for column, words in enumerate(row, start=1):
            sheet.cell(number, column, clean(words)).font = _font()
        name = row[0][:_LONGEST_NAME]
        sheet.cell(number, 1).hyperlink = f"#'{name}'!A1"
        sheet.cell(number, 1).font = _font(color="0563C1", underline="single")
    _printed(sheet, 3, 0)


def _summary(book: Workbook, note: Note) -> None:
    """The table of the note as it is read there."""
    from openpyxl.styles import Alignment

    grid = note.table
    sheet = book.create_sheet("summary")
    sheet.append([clean(grid.caption)])
    sheet.append([clean(head) for head in grid.header])
    for row in grid.rows:
        sheet.append([clean(words) for words in row])
    if grid.note:
        sheet.append([])
        sheet.append([clean(grid.note)])
    for row_cells in sheet.iter_rows(min_row=_HEAD, max_row=_HEAD + len(grid.rows)):
        for cell in row_cells[grid.left :]:
            cell.alignment = Alignment(horizontal="right")
    texts = [[grid.header[i], *(row[i] for row in grid.rows)] for i in range(len(grid.header))]
    _dressed(sheet, len(grid.header), len(grid.rows), [_wide(each) for each in texts])
    sheet.cell(1, 1).font = _font(bold=True, size=12)


def _wide(words: Sequence[str]) -> int:
    """Width of a column that holds some text; a full-width sign counts twice."""
    longest = max(
        (sum(1 if ord(sign) < 0x1100 else 2 for sign in each) for each in words), default=0
    )
    return min(_WIDEST, max(_NARROWEST, longest + 2))


def _table(book: Workbook, name: str, frame: pd.DataFrame, units: dict[str, str]) -> None:
    """A table of the run: units, names, rows."""
    sheet = book.create_sheet(name[:_LONGEST_NAME])
    columns = [str(column) for column in frame.columns]
    sheet.append([clean(units.get(column, "")) for column in columns])
    sheet.append([clean(column) for column in columns])
    for row in frame.itertuples(index=False, name=None):
        sheet.append([value_of(value) for value in row])
    widths = []
    for number, column in enumerate(columns, start=1):
        shown = [str(value) for value in frame[column].head(_LOOKED_AT)]
        kind = _format(frame[column], units.get(column, ""))
        numeric = kind not in ("", _DATE)
        widths.append(_wide([column, units.get(column, ""), *([] if numeric else shown), "0" * 9]))
        if kind:
            for cells in sheet.iter_rows(_HEAD + 1, _HEAD + len(frame), number, number):
                cells[0].number_format = kind
    _dressed(sheet, len(columns), len(frame), widths)


def _format(column: pd.Series[Any], unit: str) -> str:
    """Number format of a column: per cent, whole, or decimals by its size; "" for text."""
    from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

    if is_datetime64_any_dtype(column) or any(
        isinstance(value, datetime.date) for value in column.head(1)
    ):
        return _DATE
    if is_bool_dtype(column) or not is_numeric_dtype(column):
        return ""
    if unit.startswith("share"):
        return "0.0%"
    largest = float(column.abs().max() or 0.0)
    if unit in ("day", "week"):
        return "0.0"
    return "#,##0" if largest >= 1e4 else "#,##0.0" if largest >= 100 else "#,##0.000"


def _dressed(sheet: Worksheet, columns: int, rows: int, widths: Sequence[int]) -> None:
    """Head in bold, frozen and filtered; widths; ready to print."""
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter

    shade = PatternFill("solid", fgColor="DCE6F1")
    for column in range(1, columns + 1):
        head = sheet.cell(_HEAD, column)
        head.font, head.fill = _font(bold=True), shade
        sheet.cell(1, column).font = _font(italic=True)
        sheet.column_dimensions[get_column_letter(column)].width = widths[column - 1]
    sheet.freeze_panes = f"A{_HEAD + 1}"
    sheet.auto_filter.ref = f"A{_HEAD}:{get_column_letter(columns)}{_HEAD + max(rows, 1)}"
    _printed(sheet, columns, _HEAD)


def _printed(sheet: Worksheet, columns: int, head: int) -> None:
    """Landscape A4, all columns on one page, head on each, page of pages below."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.print_area = f"A1:{get_column_letter(max(columns, 1))}{max(sheet.max_row, 1)}"
    if head:
        sheet.print_title_rows = f"1:{head}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer: Any = sheet.oddFooter
    footer.center.text, footer.left.text = "&P / &N", "&A"


def _charts(book: Workbook, note: Note) -> None:
    """Native charts, each beside the figures that it draws."""
    sheet = book.create_sheet("charts")
    top, last = 1, 2
    for chart in (note.when, note.bracket, note.origin, note.moves):
        if chart is None:
            continue
        sheet.cell(top, 1, clean(chart.title)).font = _font(bold=True)
        sheet.cell(top, 2, clean(chart.unit)).font = _font(italic=True)
        for number, (name, values) in enumerate(chart.series, start=2):
            sheet.cell(top + 1, number, clean(name)).font = _font(bold=True)
            for row, value in enumerate(values, start=top + 2):
                cell = sheet.cell(row, number, value)
                cell.number_format = native.label_format(chart)
        labels: Sequence[Any] = chart.dates or [clean(words) for words in chart.categories]
        for row, label in enumerate(labels, start=top + 2):
            sheet.cell(row, 1, label).number_format = _DATE if chart.dates else "General"
        sheet.add_chart(_native(sheet, chart, top), f"H{top}")
        last = max(last, 1 + len(chart.series))
        top += max(len(labels) + 4, 20)
    sheet.column_dimensions["A"].width = 40
    for letter in "BCDEFG":
        sheet.column_dimensions[letter].width = 18
    _printed(sheet, 17, 0)
    sheet.print_area = f"A1:S{top}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "portrait", 1


def _native(sheet: Worksheet, chart: Chart, top: int) -> Any:
    from openpyxl.chart import BarChart, LineChart, Reference
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.line import LineProperties

    drawn: Any = LineChart() if chart.kind == "line" else BarChart()
    if chart.kind == "bar":
        drawn.type = "bar"
        # The first category on top, as in the table, and the values below all the same.
        drawn.x_axis.scaling.orientation = "maxMin"
        drawn.y_axis.crosses = "max"
    rows = len(chart.categories)
    data = Reference(
        sheet, min_col=2, max_col=1 + len(chart.series), min_row=top + 1, max_row=top + 1 + rows
    )
    drawn.add_data(data, titles_from_data=True)
    drawn.set_categories(Reference(sheet, min_col=1, min_row=top + 2, max_row=top + 1 + rows))
    drawn.title, drawn.y_axis.title = chart.title, chart.unit
    drawn.title.overlay = False
    drawn.y_axis.number_format = chart.number_format
    # The library hides axes unless told, and puts the unit where it would cover the labels.
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    drawn.width, drawn.height = 20.0, 9.5
    if chart.dates:
        drawn.x_axis.number_format = _DATE
    if len(chart.series) < 2:
        drawn.legend = None
    else:
        drawn.legend.position = "b"
    for number, series in enumerate(drawn.series):
        colour = native.COLOURS[number % len(native.COLOURS)]
        if chart.kind == "line":
            series.graphicalProperties.line.solidFill = colour
            series.smooth = False
            series.marker.symbol = "none"
        else:
            series.graphicalProperties.solidFill = colour
    return drawn


def _listed(book: Workbook, name: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows of text below a head, wrapped."""
    sheet = book.create_sheet(name)
    sheet.append([clean(heads[0])])
    columns = heads[1:]
    sheet.append([clean(head) for head in columns])
    for row in rows:
        sheet.append([value_of(value) for value in row])
    widths = [
        _wide([head, *(str(row[number] or "") for row in rows)])
        for number, head in enumerate(columns)
    ]
    _dressed(sheet, len(columns), len(rows), widths)
    for cells in sheet.iter_rows(min_row=_HEAD + 1):
        _wrapped(cells, widths)
