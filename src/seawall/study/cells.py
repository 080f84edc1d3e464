"""One cell of text -> one value, or a sentence on what is wrong and what would be right.

Nothing is guessed: "1,000" may be a thousand or one, so it is told and not read. A blank cell is
absent; no word stands for absence ("NA" is Namibia).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from seawall import units
from seawall.errors import UnitError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from seawall.study.records import Column

__all__ = [
    "MAX_CELL",
    "NAMED",
    "CellError",
    "Value",
    "absent",
    "cell_value",
    "format_column",
    "format_number",
    "format_value",
    "parse_cell",
]

#: Longest cell that is read; longer ones are a broken quote or an attack.
MAX_CELL = 100_000
_MAX_ID = 100

#: Text, a number, or named numbers: the crossings of a lane (passage, days after departure), the
#: contents of a commodity (element, amount in one unit).
Value = str | float | tuple[tuple[str, float], ...]

#: Kinds of column whose cells hold named numbers: "name@number;name@number".
NAMED = ("crossings", "contents")

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._~-]*")
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_EUROPEAN = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_EXPONENT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]{1,3}")
_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


class CellError(ValueError):
    """A cell that breaks its column's rule."""

    def __init__(self, rule: str, fix: str) -> None:
        self.rule = rule
        self.fix = fix
        super().__init__(f"{rule}; {fix}")


def absent(column: Column) -> Value:
    """Return the value of a blank cell."""
    if column.kind == "number":
        return float("nan") if column.default is None else column.default
    return () if column.kind in NAMED else ""


def cell_value(column: Column, text: str) -> Value:
    """Return the value of a trimmed cell, blank or filled.

    Raises
    ------
    CellError
        As `parse_cell`, or a cell that must be filled is blank.
    """
    if text:
        return parse_cell(column, text)
    if column.required:
        raise CellError("the cell may not be blank", column.meaning)
    return absent(column)


def parse_cell(column: Column, text: str) -> Value:
    """Return the value of a trimmed, filled cell.

    Raises
    ------
    CellError
        The text is not of the column's kind, or the number lies outside its bounds.
    """
    if len(text) > MAX_CELL:
        raise CellError(
            f"the cell has {len(text):,} characters", f"at most {MAX_CELL:,}; is a quote left open?"
        )
    return _PARSERS[column.kind](column, text)


def format_number(value: float) -> str:
    """Return the shortest plain decimal that reads back as the same number.

    >>> format_number(36.0), format_number(0.07)
    ('36', '0.07')
    """
    text = repr(float(value))  # the shortest too, and ten times as fast where it is plain
    if "e" in text:
        return np.format_float_positional(value, trim="-")
    return text.removesuffix(".0")


def format_value(column: Column, value: Value) -> str:
    """Return the cell's text for a value: the inverse of `parse_cell`, blank where absent."""
    if isinstance(value, str):
        return value
    if column.kind in NAMED and isinstance(value, tuple):
        return ";".join(f"{name}@{format_number(number)}" for name, number in value)
    if isinstance(value, tuple):
        raise TypeError(f"column {column.name} holds no named numbers")
    return "" if np.isnan(value) else format_number(value)


def format_column(column: Column, values: pd.Series) -> list[str]:
    """Return the cells' texts for a column of a table: as `format_value` for each."""
    if column.kind == "number":
        return ["" if value != value else format_number(value) for value in values.tolist()]
    return [format_value(column, value) for value in values.to_numpy(dtype=object)]


def _parse_id(column: Column, text: str) -> str:
    if len(text) > _MAX_ID:
        raise CellError(f"an id of {len(text):,} characters", f"at most {_MAX_ID}")
    if _ID.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFKC", text)
    if plain != text and _ID.fullmatch(plain):
        raise CellError("an id holds only ASCII characters", f'write "{plain}"')
    raise CellError(
        "not an id", "ASCII letters, digits, '-', '_', '.' and '~', a letter or digit first"
    )


def _parse_text(column: Column, text: str) -> str:
    return text


def _parse_choice(column: Column, text: str) -> str:
    if text in column.choices:
        return text
    hint = did_you_mean(text, column.choices) or "one of: " + ", ".join(column.choices)
    raise CellError(f"{column.name} has no such choice", hint)


def _parse_unit(column: Column, text: str) -> str:
    try:
        return units.parse(text).name
    except UnitError as error:
        rule, _, fix = str(error).partition("; ")
        raise CellError("unknown unit" if rule.startswith("unknown unit") else rule, fix) from error


def _parse_date(column: Column, text: str) -> str:
    right = "write 2026-03-02, 2026-03 or 2026"
    if not _DATE.fullmatch(text):
        raise CellError("not a date", right)
    try:
        date.fromisoformat((text + "-01-01")[:10] if len(text) < 10 else text)
    except ValueError as error:
        raise CellError(f"no such date: {error}", right) from error
    return text


def _parse_number(column: Column, text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise CellError(*_why_no_number(text))
    value = float(text)
    if not np.isfinite(value):
        raise CellError("the number is too large", "check the unit and the digits")
    low, high = column.minimum, column.maximum
    if low is not None and (value < low or (column.above and value == low)):
        rule = f"{'above' if column.above else 'at least'} {format_number(low)}"
    elif high is not None and (value > high or (column.below and value == high)):
        rule = f"{'below' if column.below else 'at most'} {format_number(high)}"
    else:
        return value
    fixed = column.unit and not column.unit.startswith("@")
    measured = f", in {column.unit}" if fixed else ""
    if value < 0 and low is not None and low >= 0:
        raise CellError(f"{column.name} may not be negative", f"a number {rule}{measured}")
    raise CellError(f"{column.name} is out of bounds", f"a number {rule}{measured}")


def _why_no_number(text: str) -> tuple[str, str]:
    """Say why a text is no plain number and what would be: (rule, fix)."""
    plain = unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-")
    if plain != text:
        fix = f'write "{plain}"' if _NUMBER.fullmatch(plain) else "write a plain decimal"
        return "a number holds only ASCII digits (these are full-width or special)", fix
    if text.casefold().lstrip("+-") in {"nan", "inf", "infinity"}:
        return "not a finite number", "leave the cell blank where the figure is unknown"
    if _THOUSANDS.fullmatch(text):
        fix = f'write "{text.replace(",", "")}"'
        if text.count(",") == 1 and "." not in text:
            fix += f' (or "{text.replace(",", ".")}" if the comma is a decimal one)'
        return "no commas in a number", fix
    if _COMMA.fullmatch(text):
        return "the decimal sign is a point", f'write "{text.replace(",", ".")}"'
    if _EUROPEAN.fullmatch(text):
        right = text.replace(".", "").replace(",", ".")
        return "the decimal sign is a point, and nothing parts thousands", f'write "{right}"'
    if _EXPONENT.fullmatch(text):
        value = float(text)
        fix = f'write "{format_number(value)}"' if np.isfinite(value) else "write a finite number"
        return "a number is written without exponent", fix
    return "not a number", "write a plain decimal such as 12.5, or leave the cell blank"


def _parse_crossings(column: Column, text: str) -> tuple[tuple[str, float], ...]:
    crossings: list[tuple[str, float]] = []
    for part in text.split(";"):
        passage, at, days = part.strip().partition("@")
        if not at or not _ID.fullmatch(passage) or not _NUMBER.fullmatch(days):
            raise CellError(
                f'"{part.strip()[:40]}" is not passage@days',
                'write "hormuz@1.2;malacca@9.5": the days are counted from departure',
            )
        if float(days) < 0 or not np.isfinite(float(days)):
            raise CellError(f"{passage} is crossed before the departure", "days from 0 upwards")
        if passage in (name for name, _ in crossings):
            raise CellError(f"{passage} is crossed twice", "name each passage once")
        crossings.append((passage, float(days)))
    return tuple(crossings)


def _parse_contents(column: Column, text: str) -> tuple[tuple[str, float], ...]:
    contents: list[tuple[str, float]] = []
    for part in text.split(";"):
        element, at, amount = part.strip().partition("@")
        if not at or not _ID.fullmatch(element) or not _NUMBER.fullmatch(amount):
            raise CellError(
                f'"{part.strip()[:40]}" is not element@amount',
                'write "NdPr@0.28;DyTb@0.03": the amount in one unit of the commodity',
            )
        if not float(amount) > 0 or not np.isfinite(float(amount)):
            raise CellError(f"there is no {element} in it", "leave out what it does not contain")
        if element in (name for name, _ in contents):
            raise CellError(f"{element} is named twice", "name each element once")
        contents.append((element, float(amount)))
    return tuple(contents)


def _parse_points(column: Column, text: str) -> str:
    for piece in text.split("|"):
        points = [point.split() for point in piece.split(";")]
        for point in points:
            if len(point) != 2 or not all(_NUMBER.fullmatch(value) for value in point):
                raise CellError(
                    f'"{" ".join(point)[:40]}" is not "lon lat"', 'write "51 26;57 26;80 6"'
                )
            if abs(float(point[0])) > 180 or abs(float(point[1])) > 90:
                raise CellError(f'"{" ".join(point)}" lies off the map', "longitude first")
        if len(points) < 2:
            raise CellError("a line has at least two points", 'write "51 26;57 26"')
    return text


_PARSERS: dict[str, Callable[[Column, str], Value]] = {
    "id": _parse_id,
    "text": _parse_text,
    "choice": _parse_choice,
    "unit": _parse_unit,
    "date": _parse_date,
    "number": _parse_number,
    "crossings": _parse_crossings,
    "contents": _parse_contents,
    "points": _parse_points,
}
