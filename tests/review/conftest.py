"""Tests of the review service run on SQLite; those about what happens at the same time run on PostgreSQL, too.

The latter are marked `on_both_databases`; a file that is all about it imports `address` from `tests.databases`. The rooms of
the store have all their tests on both.
"""

from collections.abc import Iterator

import pytest

from pipeline.store import Store, Workspace
from tests.postgres import drop_database, new_database
from tests.review.desk import Desk


@pytest.fixture
def address(request: pytest.FixtureRequest, workspace: Workspace, ready_file: bytes) -> Iterator[str | None]:
    """The file in the workspace, with tables and no rows; with `on_both_databases` such a database on PostgreSQL, too."""
    if getattr(request, "param", "sqlite") == "sqlite":
        workspace.database_file.write_bytes(ready_file)
        yield None
        return
    made = new_database(request.getfixturevalue("postgres"), request.getfixturevalue("ready_database"))
    yield made
    drop_database(made)


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk with the builders' module on it."""
    return Desk(store).draft()
