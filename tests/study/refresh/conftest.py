"""Files of other people, made up: numbers in them are INVENTED-FOR-TEST and mean nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import seawall
from seawall.study import Study

Grid = Sequence[Sequence[object]]
#: A title that every made-up file carries, as far as its layout has room for one.
INVENTED = "INVENTED-FOR-TEST"


@pytest.fixture(scope="session")
def built_in() -> Study:
    return seawall.read("india-japan")


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Writes an Excel workbook of sheets by name."""

    def write(name: str, sheets: dict[str, Grid]) -> Path:
        from openpyxl import Workbook

        made = Workbook()
        made.remove(made.active)
        for title, rows in sheets.items():
            sheet = made.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        made.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def page(tmp_path: Path) -> Callable[..., Path]:
    """Writes a CSV file."""

    def write(name: str, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write
