"""Tables into an Excel workbook."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

from seawall.files import write_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

#: A text that begins so would be run as a formula by a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_MAX_SHEET_NAME = 31
#: Characters: no column is narrower or wider.
_NARROWEST, _WIDEST = 8, 60
#: A number of more digits than these is not wider: a spreadsheet shows what fits.
_NUMBER = 12


def write_tables(tables: Mapping[str, pd.DataFrame], path: str | Path) -> None:
    """Write each table to a sheet of its own, the header frozen; atomically.

    Text that a spreadsheet would run as a formula gets a leading apostrophe; lists become text.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for name, table in tables.items():
        sheet = book.create_sheet(name[:_MAX_SHEET_NAME])
        sheet.freeze_panes = "A2"
        # Widths stand before the rows in the file.
        for k, wide in enumerate(_widths(table), start=1):
            sheet.column_dimensions[get_column_letter(k)].width = wide
        sheet.append([_cell(column) for column in table.columns])
        for row in table.itertuples(index=False):
            sheet.append([_cell(value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    write_bytes(path, buffer.getvalue())


def _widths(table: pd.DataFrame) -> list[int]:
    """Characters that the head and the cells of each column need."""
    found = []
    for k, column in enumerate(table.columns):
        values = table.iloc[:, k]
        if values.dtype.kind in "fiub":
            longest = _NUMBER
        else:
            longest = max((len(str(value)) for value in values.unique()), default=0)
        found.append(min(max(longest, len(str(column)), _NARROWEST - 2) + 2, _WIDEST))
    return found


def _cell(value: Any) -> str | float | int | bool | date | None:
    if value is None or value != value:
        return None
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    if isinstance(value, (bool, int, float, date)):
        return value
    if hasattr(value, "item"):
        return _cell(value.item())
    return _cell(str(value))
