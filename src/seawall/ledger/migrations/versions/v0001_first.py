"""The first version: entries, heads and one typed table a kind.

Columns are written out here: a version says what the database was then, whatever the code says now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: Columns of each kind; those with # are numbers, all others text.
COLUMNS = {
    "sources": ("id publisher title date url licence note"),
    "claims": (
        "id source subject predicate value quantity# counted_in period begins ends quote kind "
        "event confidence note"
    ),
    "pledges": (
        "id date sector kind what quantity# counted_in deadline parties indicator source "
        "confidence note"
    ),
    "indicators": (
        "id pledge what measure counted_in baseline# baseline_date target# begins deadline "
        "frequency# instruments source confidence note"
    ),
    "milestones": ("id pledge what due stage source confidence note"),
    "evidence": (
        "id indicator milestone date begins ends value# low# high# counted_in instrument "
        "reviewed_by supersedes source confidence note"
    ),
}


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "entries",
        sa.Column("book", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("kind", "key", "at", "who", "why", "content")
        ),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_index("entries_by_key", "entries", ["book", "kind", "key"])
    op.create_table(
        "heads",
        sa.Column("book", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    for kind, columns in COLUMNS.items():
        op.create_table(
            f"rows_{kind}",
            sa.Column("book", sa.Text, primary_key=True),
            sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
            *(
                sa.Column(name.rstrip("#"), sa.Double if name.endswith("#") else sa.Text)
                for name in columns.split()
            ),
            sa.ForeignKeyConstraint(["book", "seq"], ["entries.book", "entries.seq"]),
        )
