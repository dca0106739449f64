"""Every test of the store runs on SQLite and on PostgreSQL."""

from tests.databases import address, opens_store, postgres, store, workspace

__all__ = ["address", "opens_store", "postgres", "store", "workspace"]
