"""Every test of the review service runs on SQLite and on PostgreSQL."""

import pytest

from pipeline.store import Store
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
from tests.review.desk import Desk

__all__ = [
    "address", "opens_store", "postgres", "ready_database", "ready_file", "starts_empty", "store", "workspace",
]


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk with the builders' module on it."""
    return Desk(store).draft()
