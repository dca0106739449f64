"""Every test of the store runs on SQLite and on PostgreSQL."""

from tests.store.backlogs import backlog

__all__ = ["backlog"]
