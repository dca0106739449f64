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
from tests.store.backlogs import backlog

__all__ = [
    "address", "backlog", "opens_store", "postgres", "ready_database", "ready_file", "starts_empty", "store", "workspace",
]
