"""Every test of the store runs on SQLite and on PostgreSQL."""

from tests.databases import (
    address,
    opens_store,
    postgres,
    ready_database,
    ready_file,
    starts_empty,
    store,
    workspace,
)

__all__ = [
    "address", "opens_store", "postgres", "ready_database", "ready_file", "starts_empty", "store", "workspace",
]
