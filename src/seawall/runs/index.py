"""The index of a shelf: one SQLite table of its entries, so that a list need not open every run.

Only a cache: all of it can be read from the folders of the runs again. The one file that opens the
database.
"""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from seawall.errors import SeawallError
from seawall.runs.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Changed with the columns of the table; an index of another schema is rebuilt.
SCHEMA = 1
_PATIENCE = 20.0  # seconds to wait for another process that writes
_COLUMNS = tuple(field.name for field in dataclasses.fields(Entry))
_NUMBERS = ("touched", "size")
_CREATE = "CREATE TABLE runs ({})".format(
    ", ".join(
        f"{name} {'INTEGER' if name in _NUMBERS else 'TEXT'} NOT NULL"
        + (" PRIMARY KEY" if name == "id" else "")
        for name in _COLUMNS
    )
)
_PUT = f"INSERT OR REPLACE INTO runs VALUES ({', '.join('?' * len(_COLUMNS))})"
#: Companions of the database in WAL mode.
_BESIDE = ("-wal", "-shm")
# What SQLite says when another process holds the file; all else means that the index is no use.
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class IndexUnusableError(SeawallError):
    """The index cannot be read: damaged, of another schema, or not there."""


class IndexBusyError(SeawallError):
    """The index cannot be written, or another process holds it for longer than anybody waits."""


class Index:
    """The entries in the file `path`; every method opens and closes it.

    Raises
    ------
    IndexUnusableError, IndexBusyError
        By every method; `rebuild` raises only the second.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> dict[str, Entry]:
        """All entries by id."""
        if not self.path.is_file():
            raise IndexUnusableError(f"{self.path.name} is not there")
        with self._open() as database:
            rows = database.execute(f"SELECT {', '.join(_COLUMNS)} FROM runs").fetchall()
        return {row[0]: Entry(*row) for row in rows}

    def put(self, entries: Iterable[Entry], gone: Iterable[str] = ()) -> None:
        """Add or replace entries, and take away those with the ids in `gone`, all at once."""
        if not self.path.is_file():
            self.rebuild(entries)
            return
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            database.executemany("DELETE FROM runs WHERE id = ?", [(id,) for id in gone])
            database.executemany(_PUT, [dataclasses.astuple(entry) for entry in entries])
            database.execute("COMMIT")

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """Begin anew with these entries, under a temporary name until all is written."""
        partial = self.path.with_name(f".{self.path.name}.{secrets.token_hex(6)}.partial")
        try:
            with contextlib.closing(sqlite3.connect(partial, isolation_level=None)) as database:
                database.execute("PRAGMA journal_mode = WAL")
                database.execute("BEGIN")
                database.execute(_CREATE)
                database.executemany(_PUT, [dataclasses.astuple(entry) for entry in entries])
                database.execute(f"PRAGMA user_version = {SCHEMA}")
                database.execute("COMMIT")
            for path in (self.path, *(Path(f"{self.path}{suffix}") for suffix in _BESIDE)):
                path.unlink(missing_ok=True)
            partial.replace(self.path)
        except (sqlite3.Error, OSError) as error:
            partial.unlink(missing_ok=True)
            raise IndexBusyError(f"{self.path} cannot be written: {error}") from error

    def check(self) -> str:
        """What SQLite itself finds wrong with the file; blank if nothing."""
        with self._open() as database:
            found = database.execute("PRAGMA integrity_check").fetchone()[0]
        return "" if found == "ok" else str(found)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            # Only a file that is there: `rebuild` alone makes one.
            database = sqlite3.connect(
                f"{self.path.as_uri()}?mode=rw", uri=True, timeout=_PATIENCE, isolation_level=None
            )
            with contextlib.closing(database):
                # Losing the last entries in a power cut is mended by the next list.
                database.execute("PRAGMA synchronous = NORMAL")
                schema = database.execute("PRAGMA user_version").fetchone()[0]
                if schema != SCHEMA:
                    raise IndexUnusableError(
                        f"{self.path.name} has schema {schema}, not {SCHEMA} as this version writes"
                    )
                yield database
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY:
                raise IndexBusyError(f"another process holds {self.path}") from error
            raise IndexUnusableError(f"{self.path.name}: {error}") from error
