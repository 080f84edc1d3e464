"""A book of the ledger: rows are added to it, read as of any day, and checked against the chain.

Each entry bears the SHA-256 of itself and of the entry before it (a hash chain, after Haber and
Stornetta, "How to time-stamp a digital document", Journal of Cryptology 3, 1991), so that a row
that is changed, taken out or put in later is found; a tail that is cut is found by a head that was
kept elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from seawall.errors import UnknownName
from seawall.ledger.chain import broken
from seawall.ledger.database import WRITES
from seawall.ledger.entries import (
    KINDS,
    NOTHING,
    RECORDS,
    Entry,
    Recorded,
    content_of,
    digest_of,
    whole,
)
from seawall.ledger.rules import LedgerProblem, Refused, problems
from seawall.ledger.tables import ENTRIES, HEADS, ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection, Engine, Table

    from seawall.ledger.entries import Row

__all__ = ["Appended", "Book"]

_CHUNK = 10_000  # rows that go to the database at once
_CHANGES = ("at", "who", "why", "kind", "key", "column", "before", "after")


class Appended(tuple[Recorded, ...]):
    """What was recorded; `refused` is what `partial` kept out."""

    refused: tuple[LedgerProblem, ...] = ()


class Book:
    """The entries of one study.

    Parameters
    ----------
    engine
        The ledger's database, from `database.opened`.
    name
        Name of the study.
    study
        The study's own rows by table: entries may refer to them and replace them. "rates" there
        says which currencies are known besides USD.
    """

    def __init__(
        self, engine: Engine, name: str, study: Mapping[str, pd.DataFrame] | None = None
    ) -> None:
        self.engine, self.name = engine, name
        frames = study or {}
        self.known: dict[tuple[str, str], Row] = {
            (kind, str(row["id"])): {str(name): cell for name, cell in row.items()}
            for kind in KINDS
            if kind in frames
            for row in frames[kind].to_dict("records")
        }
        self.currencies = {"USD"}
        if "rates" in frames:
            self.currencies |= set(frames["rates"]["currency"])

    def append(self, entries: Sequence[Entry], partial: bool = False) -> Appended:
        """Record entries in one transaction, all or none.

        Parameters
        ----------
        partial
            Record those that can be, and leave the others out, in `refused` of the result.

        Raises
        ------
        Refused
            Some entry breaks a rule, and `partial` is false.
        """
        with self.engine.connect().execution_options(**WRITES) as connection, connection.begin():
            seq, previous, last = self._locked(connection)
            at = max(_stamp(datetime.now(UTC)), last)
            known = _Known(self, connection)
            left, refused = list(enumerate(entries)), list[LedgerProblem]()
            today = datetime.fromisoformat(at).date()
            # What referred to an entry that is left out has to be looked at again.
            while found := problems([entry for _, entry in left], known, today):
                if not partial:
                    raise Refused(found)
                refused += [replace(each, index=left[each.index][0]) for each in found]
                bad = {each.index for each in found}
                left = [pair for n, pair in enumerate(left) if n not in bad]
            recorded = []
            for _, entry in left:
                seq += 1
                said = (self.name, seq, entry.kind, entry.key, at, entry.who, entry.why)
                digest = digest_of(previous, *said, content_of(whole(entry.kind, entry.row)))
                recorded.append((previous, Recorded(seq, at, digest, entry)))
                previous = digest
            self._write(connection, recorded)
        done = Appended(each for _, each in recorded)
        done.refused = tuple(sorted(refused, key=lambda each: each.index))
        return done

    def frame(self, kind: str, as_of: date | None = None) -> pd.DataFrame:
        """The newest row per key as of the end of a day (UTC); None: as of now.

        Columns are the kind's, None or NaN where absent, and recorded (UTC time), who, why, seq.
        """
        if kind not in ROWS:
            raise UnknownName("kind of row", kind, KINDS)
        rows = ROWS[kind]
        cells = [rows.c[column.name] for column in RECORDS[kind].columns]
        asked = (
            select(*cells, ENTRIES.c.at.label("recorded"), *ENTRIES.c["who", "why", "seq"])
            .join(ENTRIES, (ENTRIES.c.book == rows.c.book) & (ENTRIES.c.seq == rows.c.seq))
            .where(rows.c.book == self.name)
            .order_by(rows.c.seq)
        )
        if as_of is not None:
            asked = asked.where(ENTRIES.c.at < _end(as_of))
        with self.engine.connect() as connection:
            answer = connection.execute(asked)
            names = list(answer.keys())
            frame = pd.DataFrame([tuple(row) for row in answer], columns=names)
        numbers = [each.name for each in RECORDS[kind].columns if each.kind == "number"]
        frame = frame.astype(dict.fromkeys(numbers, "float64"))
        return frame.drop_duplicates("id", keep="last", ignore_index=True)

    def history(self, kind: str, key: str) -> tuple[Recorded, ...]:
        """All entries of a key, the oldest first."""
        asked = select(ENTRIES).where(
            ENTRIES.c.book == self.name, ENTRIES.c.kind == kind, ENTRIES.c.key == key
        )
        found, replaces = [], (kind, key) in self.known
        with self.engine.connect() as connection:
            for each in connection.execute(asked.order_by(ENTRIES.c.seq)):
                entry = Entry(kind, json.loads(each.content), each.who, each.why, replaces)
                found.append(Recorded(each.seq, each.at, each.digest, entry))
                replaces = True
        return tuple(found)

    def changes(self, since: date, until: date) -> pd.DataFrame:
        """Each cell that was changed after the end of one day, up to the end of another (UTC).

        Columns at, who, why, kind, key, column, before, after; the last two are text, number or
        None.
        """
        asked = (
            select(*ENTRIES.c["at", "who", "why", "kind", "key", "content"])
            .where(ENTRIES.c.book == self.name, ENTRIES.c.at < _end(until))
            .order_by(ENTRIES.c.seq)
        )
        newest: dict[tuple[str, str], dict[str, Any]] = {}
        rows = []
        with self.engine.connect() as connection:
            for at, who, why, kind, key, content in connection.execute(asked):
                row = json.loads(content)
                if at >= _end(since):
                    old = newest.get((kind, key)) or whole(kind, self.known.get((kind, key), {}))
                    rows += [
                        (at, who, why, kind, key, name, old[name], row[name])
                        for name in row
                        if old[name] != row[name]
                    ]
                newest[kind, key] = row
        return pd.DataFrame(rows, columns=list(_CHANGES), dtype=object)

    def head(self) -> tuple[int, str]:
        """Number and digest of the last entry; keep them elsewhere, and `verify` finds a cut."""
        asked = select(HEADS.c.seq, HEADS.c.digest).where(HEADS.c.book == self.name)
        with self.engine.connect() as connection:
            found = connection.execute(asked).first()
        return (found.seq, found.digest) if found else (0, NOTHING)

    def verify(self, head: tuple[int, str] | None = None) -> tuple[str, ...]:
        """What does not agree with the chain of digests, one line each; () if all does.

        Parameters
        ----------
        head
            Number and digest that `head` gave some time ago.
        """
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":  # one moment for all that is read
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            return broken(connection, self.name, head)

    def _locked(self, connection: Connection) -> tuple[int, str, str]:
        """Number, digest and time of the last entry, once no other writer is at it."""
        made = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        first = made(HEADS).values(book=self.name, seq=0, digest=NOTHING)
        connection.execute(first.on_conflict_do_nothing(index_elements=["book"]))
        asked = select(HEADS.c.seq, HEADS.c.digest).where(HEADS.c.book == self.name)
        head = connection.execute(asked.with_for_update()).one()
        last = connection.execute(
            select(ENTRIES.c.at).where(ENTRIES.c.book == self.name, ENTRIES.c.seq == head.seq)
        ).scalar()
        return head.seq, head.digest, last or ""

    def _write(self, connection: Connection, recorded: list[tuple[str, Recorded]]) -> None:
        if not recorded:
            return
        entries = []
        rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
        for previous, each in recorded:
            entry = each.entry
            row = whole(entry.kind, entry.row)
            entries.append({
                "book": self.name, "seq": each.seq, "kind": entry.kind, "key": entry.key,
                "at": each.at, "who": entry.who, "why": entry.why, "content": content_of(row),
                "previous": previous, "digest": each.digest,
            })  # fmt: skip
            rows[entry.kind].append({"book": self.name, "seq": each.seq, **row})
        _insert(connection, ENTRIES, entries)
        for kind, some in rows.items():
            _insert(connection, ROWS[kind], some)
        last = recorded[-1][1]
        connection.execute(
            update(HEADS).where(HEADS.c.book == self.name).values(seq=last.seq, digest=last.digest)
        )


class _Known:
    """What the study and the book hold, read when it is asked for."""

    def __init__(self, book: Book, connection: Connection) -> None:
        self.currencies = book.currencies
        self._book, self._connection = book, connection
        self._kinds: dict[str, dict[str, Row]] = {}

    def row(self, kind: str, key: str) -> Row | None:
        if kind not in self._kinds:
            asked = select(ENTRIES.c.key, ENTRIES.c.content).where(
                ENTRIES.c.book == self._book.name, ENTRIES.c.kind == kind
            )
            found = self._connection.execute(asked.order_by(ENTRIES.c.seq))
            self._kinds[kind] = {one: json.loads(content) for one, content in found}
        return self._kinds[kind].get(key) or self._book.known.get((kind, key))


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Many rows at once."""
    if connection.dialect.name != "postgresql":
        for start in range(0, len(rows), _CHUNK):
            connection.execute(insert(table), rows[start : start + _CHUNK])
        return
    # pg8000 would make a journey to the server for each row; one of JSON holds thousands.
    statement = text(
        f"INSERT INTO {table.name} ({', '.join(table.c.keys())}) "
        f"SELECT {', '.join(table.c.keys())} "
        f"FROM json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS json))"
    )
    for start in range(0, len(rows), _CHUNK):
        connection.execute(statement, {"rows": json.dumps(rows[start : start + _CHUNK])})


def _stamp(moment: datetime) -> str:
    """UTC time in one length, so that text sorts as time does."""
    return moment.isoformat(timespec="microseconds")


def _end(day: date) -> str:
    return _stamp(datetime.combine(day + timedelta(days=1), time(), UTC))
