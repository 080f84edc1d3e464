"""Sources say by which digest their text is known again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, blank in rows that are there: their entries did not say it."""
    op.add_column("rows_sources", sa.Column("sha256", sa.Text))
