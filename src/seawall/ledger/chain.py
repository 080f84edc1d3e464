"""The chain of digests of a book, computed anew from its typed rows.

A database that somebody edited may hold anything in any cell (SQLite keeps text or bytes in a
column of numbers), so nothing here relies on the type of what it reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from seawall.errors import IntegrityError
from seawall.ledger.entries import KINDS, NOTHING, RECORDS, content_of, digest_of, row_of
from seawall.ledger.tables import ENTRIES, HEADS, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Select

    Cells = dict[str, Any]

__all__ = ["agrees", "broken"]

_SAID = ("book", "seq", "kind", "key", "at", "who", "why")


def agrees(entry: Mapping[str, Any], content: str | None = None) -> bool:
    """Whether an entry, as its table holds it, is what its digest was made of.

    Parameters
    ----------
    content
        Looked at in the place of the entry's own.
    """
    said = {name: entry[name] for name in _SAID}
    said["content"] = entry["content"] if content is None else content
    texts = [entry["previous"], *(each for name, each in said.items() if name != "seq")]
    if not all(isinstance(each, str) for each in texts) or not entry["previous"].isascii():
        return False  # somebody put bytes where text was
    return bool(digest_of(entry["previous"], **said) == entry["digest"])


def broken(
    connection: Connection, book: str, head: tuple[int, str] | None = None
) -> tuple[str, ...]:
    """All places where a book does not agree with its digests, one line each."""
    typed: dict[tuple[str, Any], Cells] = {}
    for kind in KINDS:
        for row in _rows(connection, select(ROWS[kind]).where(ROWS[kind].c.book == book)):
            typed[kind, row["seq"]] = row
    asked = select(ENTRIES).where(ENTRIES.c.book == book).order_by(ENTRIES.c.seq)
    entries = list(_rows(connection, asked))
    found = list(_links(entries, typed, book))
    owned = {(entry["kind"], entry["seq"]) for entry in entries}
    for kind, seq in sorted(typed.keys() - owned, key=lambda each: (str(each[1]).rjust(20), each)):
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
    # A half surrogate, which stands for a byte that is no text, could not be printed.
    return tuple(line.encode(errors="backslashreplace").decode() for line in found)


def _rows(connection: Connection, asked: Select[Any]) -> Iterator[Cells]:
    answer = connection.execute(asked)
    names = list(answer.keys())
    for row in answer:
        yield dict(zip(names, row, strict=True))


def _links(
    entries: list[Cells], typed: Mapping[tuple[str, Any], Cells], book: str
) -> Iterator[str]:
    expected, previous = 1, NOTHING
    for entry in entries:
        seq, kind = entry["seq"], entry["kind"]
        where = f"{book} {seq} {kind} {entry['key']}"
        if not isinstance(seq, int) or seq < 1:
            yield f"{where}: the entry was changed: it has no number"
            continue
        if expected < seq:
            yield _gap(book, expected, seq - 1)
        elif entry["previous"] != previous:
            yield f"{where}: does not follow the entry before it"
        yield from (f"{where}: {each}" for each in _changes(entry, typed.get((kind, seq))))
        expected, previous = seq + 1, entry["digest"]


def _gap(book: str, first: int, last: int) -> str:
    if first == last:
        return f"{book} {first}: missing, the entry was deleted"
    return f"{book} {first} to {last}: missing, the entries were deleted"


def _changes(entry: Cells, row: Cells | None) -> Iterator[str]:
    """What was changed in an entry or its row."""
    kept = agrees(entry)
    if row is None:
        yield "missing, its row was deleted"
        if not kept:
            yield "the entry was changed"
        return
    cells = {column.name: row[column.name] for column in RECORDS[entry["kind"]].columns}
    content = _content(cells)
    if kept and content == entry["content"]:
        return
    if kept:
        yield from _cells(cells, entry["content"])
    elif content is not None and agrees(entry, content):
        yield "content was changed, the row was not"
    else:
        yield "the entry was changed: number, key, time, who, why or digest"


def _cells(cells: Mapping[str, object], content: str) -> Iterator[str]:
    """Cells that are not as in the entry's copy of the row, for which the digest vouches."""
    try:
        was = row_of(content)
    except IntegrityError:
        yield "its content is no row"
        return
    for column, value in cells.items():
        # Compared as written: -0.0 is not 0.0 here.
        if repr(value) != repr(was.get(column)):
            yield f"{column} was changed from {was.get(column)!r} to {value!r}"


def _content(cells: Mapping[str, Any]) -> str | None:
    """Canonical JSON of cells as the database holds them; None if some cannot have been written."""
    try:
        return content_of(cells)
    except (TypeError, ValueError):  # bytes, infinity
        return None
