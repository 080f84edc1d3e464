"""The chain of digests of a book, computed anew from its typed rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from seawall.ledger.entries import KINDS, NOTHING, RECORDS, content_of, digest_of, whole
from seawall.ledger.tables import ENTRIES, HEADS, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, RowMapping

__all__ = ["broken"]


def broken(
    connection: Connection, book: str, head: tuple[int, str] | None = None
) -> tuple[str, ...]:
    """All places where a book does not agree with its digests, one line each."""
    typed: dict[tuple[str, int], RowMapping] = {}
    for kind in KINDS:
        table = ROWS[kind]
        for row in connection.execute(select(table).where(table.c.book == book)).mappings():
            typed[kind, row["seq"]] = row
    asked = select(ENTRIES).where(ENTRIES.c.book == book).order_by(ENTRIES.c.seq)
    entries = connection.execute(asked).mappings().all()
    found = list(_links(entries, typed, book))
    owned = {(entry["kind"], entry["seq"]) for entry in entries}
    for kind, seq in sorted(typed.keys() - owned, key=lambda each: (each[1], each[0])):
        key = typed[kind, seq]["id"]
        found.append(f"{book} {seq} {kind} {key}: added, no entry records it")
    last = (entries[-1]["seq"], entries[-1]["digest"]) if entries else (0, NOTHING)
    kept = connection.execute(
        select(HEADS.c.seq, HEADS.c.digest).where(HEADS.c.book == book)
    ).first()
    stored = (kept.seq, kept.digest) if kept else (0, NOTHING)
    if stored != last:
        found.append(f"{book}: its head is entry {stored[0]}, its last entry is {last[0]}")
    if head is not None and head[0]:
        digests = {entry["seq"]: entry["digest"] for entry in entries}
        if head[0] not in digests:
            found.append(f"{book} {head[0]}: the entry of the kept head is missing: cut or deleted")
        elif digests[head[0]] != head[1]:
            found.append(f"{book} {head[0]}: the entry is another than that of the kept head")
    return tuple(found)


def _links(entries: Any, typed: dict[tuple[str, int], RowMapping], book: str) -> Iterator[str]:
    expected, previous = 1, NOTHING
    for entry in entries:
        seq, kind, key = entry["seq"], entry["kind"], entry["key"]
        where = f"{book} {seq} {kind} {key}"
        while expected < seq:
            yield f"{book} {expected}: missing, the entry was deleted"
            expected += 1
            previous = ""  # what came before is not known any more
        if previous and entry["previous"] != previous:
            yield f"{where}: does not follow the entry before it"
        row = typed.get((kind, seq))
        own = (book, seq, kind, key, entry["at"], entry["who"], entry["why"])
        kept = digest_of(entry["previous"], *own, entry["content"]) == entry["digest"]
        if row is None:
            yield f"{where}: missing, its row was deleted"
        else:
            cells = {column.name: row[column.name] for column in RECORDS[kind].columns}
            yield from (f"{where}: {each}" for each in _cells(cells, entry, own, kept))
        if row is None and not kept:
            yield f"{where}: the entry was changed"
        expected, previous = seq + 1, entry["digest"]


def _cells(
    cells: dict[str, Any],
    entry: RowMapping,
    own: tuple[str, int, str, str, str, str, str],
    kept: bool,
) -> Iterator[str]:
    """What was changed in an entry or its row."""
    content = content_of(cells)
    if kept:
        # The digest vouches for the entry's copy of the row, which says what was changed.
        was = whole(entry["kind"], json.loads(entry["content"]))
        for column in was:
            if cells[column] != was[column]:
                yield f"{column} was changed from {was[column]!r} to {cells[column]!r}"
    elif digest_of(entry["previous"], *own, content) == entry["digest"]:
        yield "content was changed, the row was not"
    else:
        yield "the entry was changed: number, key, time, who, why or digest"
