"""Made-up rows, and writers that run in processes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seawall.ledger.book import Book
from seawall.ledger.database import opened
from seawall.ledger.entries import Entry

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

SOURCE = {"id": "s1", "title": "A made-up page", "publisher": "Nobody",
          "date": "2026-07-01"}  # fmt: skip
PLEDGE = {"id": "p1", "date": "2026-07", "sector": "clean energy", "kind": "target",
          "what": "Build plants", "source": "s1", "confidence": "assumption"}  # fmt: skip
INDICATOR = {"id": "i1", "pledge": "p1", "what": "Plants", "measure": "level", "target": 10.0,
             "counted_in": "plants", "source": "s1", "confidence": "assumption"}  # fmt: skip


def recorded(kind: str, row: dict[str, Any], /, **cells: Any) -> Entry:
    return Entry(kind, row | cells, "A", "a test")


def proof(key: str, **cells: Any) -> Entry:
    row = {"id": key, "indicator": "i1", "date": "2026-08-01", "value": 3.0,
           "counted_in": "plants", "source": "s1", "confidence": "assumption"}  # fmt: skip
    return recorded("evidence", row, **cells)


def claim(key: str, **cells: Any) -> Entry:
    row = {"id": key, "source": "s1", "subject": "plants", "predicate": "will be built",
           "value": "ten", "quantity": 10.0, "counted_in": "plants", "quote": "ten new plants",
           "kind": "stated", "confidence": "assumption"}  # fmt: skip
    return recorded("claims", row, **cells)


def base() -> list[Entry]:
    rows = (("sources", SOURCE), ("pledges", PLEDGE), ("indicators", INDICATOR))
    return [Entry(kind, row, "A", "to begin") for kind, row in rows]


def write(url: str, writer: int, count: int) -> None:
    """Append so many pieces of evidence, one a transaction."""
    book = Book(opened(url), "b")
    for n in range(count):
        book.append([proof(f"w{writer}-{n}")])


def write_on(url: str, writer: int, told: Connection) -> None:
    """Append pairs until killed, and tell of each pair once it is recorded."""
    book, n = Book(opened(url), "b"), 0
    while True:
        book.append([proof(f"k{writer}-{n}a"), proof(f"k{writer}-{n}b")])
        told.send(n)
        n += 1
