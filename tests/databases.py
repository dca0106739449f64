"""Stores for tests, on both databases. A conftest that wants them imports the fixtures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.domain import Author, AuthorKind, Document
from pipeline.store import Store, Workspace
from tests.builders import a_document
from tests.postgres import new_database, postgres_server

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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest) -> str | None:
    """The address of an empty database; None is the file in the workspace."""
    if request.param == "sqlite":
        return None
    return new_database(request.getfixturevalue("postgres"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    return Workspace.create(tmp_path / "workspace")


@pytest.fixture
def opens_store(workspace: Workspace, address: str | None) -> Iterator[OpensStore]:
    """Opens the same store as often as it is called."""
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
