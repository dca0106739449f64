"""A machine with a workspace and documents, on SQLite or on both databases; a team's database; what is logged."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.run.distributed_tickets import prepare
from pipeline.store import Store, Workspace
from tests.databases import OpensStore, a_ready_workspace
from tests.postgres import new_database
from tests.run.backlogs import Site


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records that come one after the other don't wait for company; those that come at once still share a commit."""
    monkeypatch.setattr("pipeline.store.writer._LINGER_S", 0.0)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """On SQLite."""
    monkeypatch.setattr("pipeline.store.database._SYNCHRONOUS", "OFF")
    with Store.open(a_ready_workspace(tmp_path / "workspace")) as store:
        yield Site(store, tmp_path / "docs")


@pytest.fixture
def anywhere(opens_store: OpensStore, tmp_path: Path) -> Site:
    """On both databases."""
    return Site(opens_store(), tmp_path / "docs")


@pytest.fixture
def records() -> Iterator[list[logging.LogRecord]]:
    """What is logged."""
    kept: list[logging.LogRecord] = []

    class Keeps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(record)

    logger, handler = logging.getLogger("pipeline"), Keeps()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield kept
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.fixture(scope="session")
def team_database(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with our tables and Procrastinate's, and nothing in them, made once."""
    made = new_database(postgres)
    with Store.open(Workspace.create(tmp_path_factory.mktemp("team")), made) as store:
        prepare(store.database)
    return made.rpartition("/")[2]
