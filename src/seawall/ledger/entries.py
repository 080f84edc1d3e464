"""What an entry of the ledger is, and which columns each kind of row has."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING

from seawall.errors import IntegrityError
from seawall.study.records import SOURCES
from seawall.study.roadmap_records import PLEDGES
from seawall.study.track_records import CLAIMS, INDICATORS, MILESTONES, OBSERVATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    Cell = str | float | None
    Row = Mapping[str, Cell]

__all__ = [
    "KINDS", "NOTHING", "RECORDS", "Entry", "Recorded", "absent", "content_of", "digest_of",
    "row_of", "whole",
]  # fmt: skip

#: Digest before the first entry of a book.
NOTHING = "0" * 64

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)
#: Columns of each kind; every kind has its key in `id`.
RECORDS = {
    table.name: table for table in (SOURCES, CLAIMS, PLEDGES, INDICATORS, MILESTONES, OBSERVATIONS)
}
#: Whether a column holds numbers.
_NUMBERS = {
    kind: {column.name: column.kind == "number" for column in table.columns}
    for kind, table in RECORDS.items()
}
#: Kinds of rows, those that others refer to first.
KINDS = tuple(RECORDS)


@dataclass(frozen=True)
class Entry:
    """A row that somebody wants recorded.

    Attributes
    ----------
    kind
        One of `KINDS`.
    row
        Cells by column: text, number, or None where absent; columns left out are absent.
    who, why
        Who records it, and for what reason; neither may be blank.
    replaces
        Whether it is meant to take the place of the row that has its id.
    """

    kind: str
    row: Row
    who: str
    why: str
    replaces: bool = False

    @property
    def key(self) -> str:
        """The row's id, "" if it has none."""
        key = self.row.get("id")
        return key if isinstance(key, str) else ""


@dataclass(frozen=True)
class Recorded:
    """An entry as the ledger holds it: its number, UTC time (ISO 8601) and SHA-256 in hex."""

    seq: int
    at: str
    digest: str
    entry: Entry


def absent(value: object) -> bool:
    """Whether a cell says nothing: None, blank text or NaN."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or (isinstance(value, Real) and value != value)


def whole(kind: str, row: Row) -> dict[str, Cell]:
    """The row with every column of its kind: text as str, numbers as float, None for absent."""
    numbers = _NUMBERS[kind]
    cells: dict[str, Cell] = dict.fromkeys(numbers)
    for name, value in row.items():
        if name in numbers and value is not None and not absent(value):
            # + 0.0: a negative zero would be written otherwise than it is read back
            cells[name] = float(value) + 0.0 if numbers[name] else str(value)
    return cells


def content_of(row: Row) -> str:
    """Canonical JSON of a whole row: keys in order, no spaces, numbers in shortest form."""
    return _CANONICAL.encode(dict(row))


def row_of(content: str) -> dict[str, Cell]:
    """The row of which `content_of` made a text.

    Raises
    ------
    IntegrityError
        The text is no such row: somebody changed it.
    """
    try:
        row = json.loads(content)
    except (TypeError, ValueError):
        row = None
    if not isinstance(row, dict):
        raise IntegrityError(
            "an entry of the ledger was changed by hand and holds no row; run `seawall verify`"
        )
    return row


def digest_of(
    previous: str, book: str, seq: int, kind: str, key: str, at: str, who: str, why: str,
    content: str,
) -> str:  # fmt: skip
    """SHA-256 in hex of the digest before and the canonical JSON of the entry.

    `content` is the row's own canonical JSON, so that it is made once.
    """
    text = previous + json.dumps([book, seq, kind, key, at, who, why, content])
    return hashlib.sha256(text.encode()).hexdigest()
