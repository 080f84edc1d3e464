"""Alembic's way in: runs the versions on the connection that `ledger.database` holds open."""

from __future__ import annotations

from alembic import context

from seawall.ledger.tables import METADATA, VERSIONS

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSIONS,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
