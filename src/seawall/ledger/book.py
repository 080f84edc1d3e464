"""A book of the ledger: rows are added to it, read as of any day, and checked against the chain.

Each entry bears the SHA-256 of itself and of the entry before it (a hash chain, after Haber and
Stornetta, "How to time-stamp a digital document", Journal of Cryptology 3, 1991), so that a row
that is changed, taken out or put in later is found; a tail that is cut is found by a head that was
kept elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from seawall.errors import IntegrityError, UnknownName
from seawall.ledger.chain import agrees, broken
from seawall.ledger.database import WRITES, read_anything
from seawall.ledger.entries import (
    KINDS,
    NOTHING,
    RECORDS,
    Entry,
    Recorded,
    content_of,
    digest_of,
    row_of,
    whole,
)
from seawall.ledger.known import KnownRows
from seawall.ledger.rules import LedgerProblem, Refused, problems, resting_on
from seawall.ledger.tables import ENTRIES, HEADS, ROWS
from seawall.ledger.transfer import frame_of, insert_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection, Engine

    from seawall.ledger.entries import Row
    from seawall.ledger.rules import Name

__all__ = ["Appended", "Book"]

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
        self.known: dict[Name, Row] = {
            (kind, str(row["id"])): whole(kind, {str(name): cell for name, cell in row.items()})
            for kind in KINDS
            if kind in frames
            for row in frames[kind].to_dict("records")
        }
        rates = frames["rates"]["currency"] if "rates" in frames else ()
        self.currencies = frozenset({"USD", *rates})

    def append(
        self,
        entries: Sequence[Entry],
        partial: bool = False,
        texts: Mapping[str, str] | None = None,
    ) -> Appended:
        """Record entries in one transaction, all or none.

        Parameters
        ----------
        partial
            Record those that can be, and leave the others out, in `refused` of the result.
        texts
            Texts of sources by id; a claim whose quote is not in that of its source is refused.

        Raises
        ------
        Refused
            Some entry breaks a rule, and `partial` is false.
        IntegrityError
            The last entry is not the one that the book's head names, or was changed.
        """
        with self.engine.connect().execution_options(**WRITES) as connection, connection.begin():
            head, last = self._locked(connection)
            at = max(_stamp(datetime.now(UTC)), last)
            known = KnownRows(connection, self.name, self.known, self.currencies)
            left, refused = list(enumerate(entries)), list[LedgerProblem]()
            today = datetime.fromisoformat(at).date()
            # What referred to an entry that is left out has to be looked at again.
            while found := problems([entry for _, entry in left], known, today, texts):
                if not partial:
                    raise Refused(found)
                first = {each.index for each in found}
                found += tuple(resting_on(first, [entry for _, entry in left], known))
                refused += [replace(each, index=left[each.index][0]) for each in found]
                bad = {each.index for each in found}
                left = [pair for n, pair in enumerate(left) if n not in bad]
            done = Appended(self._record(connection, (entry for _, entry in left), at, head))
        done.refused = tuple(sorted(refused, key=lambda each: each.index))
        return done

    def frame(self, kind: str, as_of: date | None = None) -> pd.DataFrame:
        """The newest row per key as of the end of a day (UTC); None: as of now.

        Columns are the kind's, NaN where absent, and recorded (UTC time), who, why, seq.
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
        numbers = [each.name for each in RECORDS[kind].columns if each.kind == "number"]
        with self.engine.connect() as connection:
            frame = frame_of(connection, asked, numbers, whole=("seq",))
        return frame.drop_duplicates("id", keep="last", ignore_index=True)

    def history(self, kind: str, key: str) -> tuple[Recorded, ...]:
        """All entries of a key, the oldest first."""
        asked = select(ENTRIES).where(
            ENTRIES.c.book == self.name, ENTRIES.c.kind == kind, ENTRIES.c.key == key
        )
        found, replaces = [], (kind, key) in self.known
        with self.engine.connect() as connection:
            for each in connection.execute(asked.order_by(ENTRIES.c.seq)):
                entry = Entry(kind, row_of(each.content), each.who, each.why, replaces)
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
                row = row_of(content)
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
            read_anything(connection)
            return broken(connection, self.name, head)

    def _locked(self, connection: Connection) -> tuple[tuple[int, str], str]:
        """Number and digest of the last entry, and its time, once no other writer is at it."""
        made = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        first = made(HEADS).values(book=self.name, seq=0, digest=NOTHING)
        connection.execute(first.on_conflict_do_nothing(index_elements=["book"]))
        asked = select(HEADS.c.seq, HEADS.c.digest).where(HEADS.c.book == self.name)
        head = connection.execute(asked.with_for_update()).one()
        newest = select(ENTRIES).where(ENTRIES.c.book == self.name).order_by(ENTRIES.c.seq.desc())
        last = connection.execute(newest.limit(1)).mappings().first()
        stands = (last["seq"], last["digest"]) if last else (0, NOTHING)
        if stands != tuple(head) or (last and not agrees(dict(last))):
            raise IntegrityError(
                f"the ledger's book {self.name} was changed by hand: its last entry is "
                f"{stands[0]}, and not entry {head.seq} as it was recorded; nothing was added. "
                "Run `seawall verify` to see what was changed"
            )
        return (head.seq, head.digest), last["at"] if last else ""

    def _record(
        self, connection: Connection, entries: Iterable[Entry], at: str, head: tuple[int, str]
    ) -> list[Recorded]:
        """Write entries after the last one, which has that number and digest."""
        recorded: list[Recorded] = []
        written: list[dict[str, Any]] = []
        rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
        seq, previous = head
        for entry in entries:
            seq += 1
            row = whole(entry.kind, entry.row)
            said: dict[str, Any] = {
                "book": self.name, "seq": seq, "kind": entry.kind, "key": entry.key,
                "at": at, "who": entry.who, "why": entry.why, "content": content_of(row),
            }  # fmt: skip
            digest = digest_of(previous, **said)
            written.append({**said, "previous": previous, "digest": digest})
            rows[entry.kind].append({"book": self.name, "seq": seq, **row})
            recorded.append(Recorded(seq, at, digest, entry))
            previous = digest
        insert_all(connection, ENTRIES, written)
        for kind, some in rows.items():
            insert_all(connection, ROWS[kind], some)
        connection.execute(
            update(HEADS).where(HEADS.c.book == self.name).values(seq=seq, digest=previous)
        )
        return recorded


def _stamp(moment: datetime) -> str:
    """UTC time in one length, so that text sorts as time does."""
    return moment.isoformat(timespec="microseconds")


def _end(day: date) -> str:
    return _stamp(datetime.combine(day + timedelta(days=1), time(), UTC))
