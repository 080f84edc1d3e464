"""Tables of the ledger's database, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from seawall.ledger.entries import RECORDS

__all__ = ["ENTRIES", "HEADS", "METADATA", "ROWS", "VERSIONS"]

#: Table in which Alembic keeps the version; its own name, so that no other program's is taken.
VERSIONS = "seawall_ledger_version"
METADATA = MetaData()

#: One row an entry: `content` is the canonical JSON of its row, which tells the cell that changed.
ENTRIES = Table(
    "entries",
    METADATA,
    Column("book", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Index("entries_by_key", "book", "kind", "key"),
)
#: The last entry of each book; writers queue on its row.
HEADS = Table(
    "heads",
    METADATA,
    Column("book", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
)
#: The typed rows, one table a kind.
ROWS = {
    kind: Table(
        f"rows_{kind}",
        METADATA,
        Column("book", Text, primary_key=True),
        Column("seq", Integer, primary_key=True, autoincrement=False),
        *(Column(each.name, Double if each.kind == "number" else Text) for each in record.columns),
        ForeignKeyConstraint(["book", "seq"], ["entries.book", "entries.seq"]),
    )
    for kind, record in RECORDS.items()
}
