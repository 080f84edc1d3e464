"""Reading fact tables and writing study tables: text in, text out, always in the same order."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Row = dict[str, str]

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "facts"
STUDY = ROOT / "src" / "seawall" / "studies" / "india_japan"


class FactError(ValueError):
    """A fact table lacks a row, column or number that the study needs."""


def read(name: str) -> list[Row]:
    """Rows of ``facts/<name>.csv`` with trimmed cells; a blank cell is an empty string."""
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [{k: v.strip() for k, v in row.items()} for row in csv.DictReader(file)]


def by_key(rows: Iterable[Row], key: str) -> dict[str, Row]:
    """Rows by a column that must be unique."""
    found: dict[str, Row] = {}
    for row in rows:
        if row[key] in found:
            raise FactError(f"{key} {row[key]!r} occurs twice")
        found[row[key]] = row
    return found


def number(row: Mapping[str, str], column: str) -> float:
    """The number in a cell that must hold one."""
    try:
        return float(row[column])
    except ValueError as error:
        raise FactError(f"column {column}: {row[column]!r} is not a number in {row}") from error


def decimal(value: float, places: int = 4) -> str:
    """Fixed decimals without trailing zeros, never an exponent and never ``-0``."""
    text = f"{value:.{places}f}".rstrip("0").rstrip(".") if places else f"{value:.0f}"
    return "0" if text in {"-0", ""} else text


def to_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """CSV text with exactly these columns; an unknown column is an error."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
