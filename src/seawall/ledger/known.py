"""What a study and a book hold, read from the database when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from seawall.ledger.entries import row_of
from seawall.ledger.tables import ENTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from seawall.ledger.entries import Row
    from seawall.ledger.rules import Name

__all__ = ["KnownRows"]

_KEYS = 500  # keys that are looked up at once


class KnownRows:
    """The newest rows of a book, and those of its study, for `rules.problems`.

    Parameters
    ----------
    connection, book
        Where entries are read, and the name of their book.
    study
        Rows of the study by kind and id.
    currencies
        Codes of the currencies that can be turned into others.
    """

    def __init__(
        self,
        connection: Connection,
        book: str,
        study: Mapping[Name, Row],
        currencies: frozenset[str],
    ) -> None:
        self.currencies = currencies
        self._connection, self._book, self._study = connection, book, study
        self._found: dict[Name, Row | None] = {}

    def load(self, names: Iterable[Name]) -> None:
        """Read rows that will be asked for, many at once."""
        wanted: dict[str, dict[str, None]] = {}
        for kind, key in names:
            if (kind, key) not in self._found:
                wanted.setdefault(kind, {})[key] = None
        for kind, keys in wanted.items():
            listed = list(keys)
            for start in range(0, len(listed), _KEYS):
                self._read(kind, listed[start : start + _KEYS])

    def row(self, kind: str, key: str) -> Row | None:
        """The newest row of a key, None if there is none."""
        if (kind, key) not in self._found:
            self._read(kind, [key])
        return self._found[kind, key]

    def _read(self, kind: str, keys: list[str]) -> None:
        for key in keys:
            self._found[kind, key] = self._study.get((kind, key))
        # Sorted here: asked to sort, a database may read all entries in their order instead.
        asked = select(ENTRIES.c.seq, ENTRIES.c.key, ENTRIES.c.content).where(
            ENTRIES.c.book == self._book, ENTRIES.c.kind == kind, ENTRIES.c.key.in_(keys)
        )
        newest = {key: content for _, key, content in sorted(self._connection.execute(asked))}
        for key, content in newest.items():
            self._found[kind, key] = row_of(content)
