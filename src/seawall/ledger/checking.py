"""Whether the books of a ledger are as they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from seawall.ledger.book import Book
from seawall.ledger.tables import ENTRIES, HEADS

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["faults", "names"]


def names(engine: Engine) -> tuple[str, ...]:
    """Names of the books that a ledger holds, also of those of which only a part is left."""
    with engine.connect() as connection:
        found = {
            name
            for table in (HEADS, ENTRIES)
            for name in connection.execute(select(table.c.book).distinct()).scalars()
        }
    return tuple(sorted(found))


def faults(engine: Engine, name: str | None = None) -> dict[str, tuple[str, ...]]:
    """What does not agree with the digests, by name of the book; None: all books."""
    asked = names(engine) if name is None else (name,)
    return {each: Book(engine, each).verify() for each in asked}
