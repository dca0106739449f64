"""Every test of the review service runs on SQLite and on PostgreSQL."""

import pytest

from pipeline.store import Store
from tests.review.desk import Desk


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk with the builders' module on it."""
    return Desk(store).draft()
