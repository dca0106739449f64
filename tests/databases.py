"""Stores for tests, on both databases: the fixtures are there for every test."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.domain import Author, AuthorKind, Document
from pipeline.store import Store, Workspace
from tests.builders import a_document
from tests.postgres import drop_database, new_database, postgres_server

RUN = Author(kind=AuthorKind.RUN, name="embedded")
ADA = Author(kind=AuthorKind.PERSON, name="Ada")
AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

OpensStore = Callable[[], Store]


def content_of(document: Document) -> bytes:
    """The bytes that `a_document` says it was read from."""
    return "\n".join(block.text for block in document.blocks).encode()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server for the session."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def ready_file() -> bytes:
    """An SQLite database with tables and nothing in them."""
    return _ready_file()


@functools.cache
def _ready_file() -> bytes:
    # Made once: the tables take a quarter of a second.
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder))
        Store.open(workspace).close()
        return workspace.database_file.read_bytes()


def a_ready_workspace(folder: Path) -> Workspace:
    """A workspace whose own database has its tables and no rows."""
    workspace = Workspace.create(folder)
    workspace.database_file.write_bytes(_ready_file())
    return workspace


@pytest.fixture(scope="session")
def ready_database(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of such a database on PostgreSQL."""
    address = new_database(postgres)
    Store.open(Workspace.create(tmp_path_factory.mktemp("ready")), address).close()
    return address.rpartition("/")[2]


@pytest.fixture
def empty_database(postgres: str) -> Iterator[str]:
    """The address of a database on PostgreSQL without tables."""
    made = new_database(postgres)
    yield made
    drop_database(made)


@pytest.fixture
def starts_empty() -> bool:
    """Whether the database has no tables yet; a test file about opening overrides it."""
    return False


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, workspace: Workspace, starts_empty: bool) -> Iterator[str | None]:
    """The address of a database without rows; None is the file in the workspace."""
    if request.param == "sqlite":
        if not starts_empty:
            workspace.database_file.write_bytes(_ready_file())
        yield None
        return
    server = request.getfixturevalue("postgres")
    made = new_database(server, None if starts_empty else request.getfixturevalue("ready_database"))
    yield made
    drop_database(made)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    return Workspace.create(tmp_path / "workspace")


@pytest.fixture
def opens_store(
    workspace: Workspace, address: str | None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpensStore]:
    """Opens the same store as often as it is called."""
    # No test here pulls the plug; a commit need not wait for the disk.
    monkeypatch.setattr("pipeline.store.database._SYNCHRONOUS", "OFF")
    opened: list[Store] = []

    def open_store() -> Store:
        opened.append(Store.open(workspace, address, clock=lambda: AT))
        return opened[-1]

    yield open_store
    for store in opened:
        store.close()


@pytest.fixture
def store(opens_store: OpensStore) -> Store:
    """An open store that holds the source of the builders' modules."""
    store = opens_store()
    document = a_document()
    store.sources.add(document, content_of(document))
    return store
