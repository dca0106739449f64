"""Tests of the review service run on SQLite; those about what happens at the same time run on PostgreSQL, too.

The latter import `address` from `tests.databases`. The rooms of the store have all their tests on both.
"""

import pytest

from pipeline.store import Store, Workspace
from tests.review.desk import Desk


@pytest.fixture
def address(workspace: Workspace, ready_file: bytes) -> None:
    """The file in the workspace, with tables and no rows."""
    workspace.database_file.write_bytes(ready_file)


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk with the builders' module on it."""
    return Desk(store).draft()
