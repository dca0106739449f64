"""What alembic runs: the steps on the connection it is handed, within that connection's transaction."""

from __future__ import annotations

from alembic import context

from pipeline.store import batch_schema, review_schema  # noqa: F401  their tables belong to METADATA
from pipeline.store.schema import METADATA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
