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


def write_tables(tables: Mapping[str, pd.DataFrame], path: str | Path) -> None:
    """Write each table to a sheet of its own, the header frozen; atomically.

    Text that a spreadsheet would run as a formula gets a leading apostrophe; lists become text.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, table in tables.items():
        sheet = book.create_sheet(name[:_MAX_SHEET_NAME])
        sheet.freeze_panes = "A2"
        sheet.append([_cell(column) for column in table.columns])
        for row in table.itertuples(index=False):
            sheet.append([_cell(value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    write_bytes(path, buffer.getvalue())


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
