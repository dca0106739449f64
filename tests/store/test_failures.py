"""Each way a database fails is one line that says why and how to mend it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from pipeline.domain import BatchSpec
from pipeline.errors import DatabaseError, WorkspaceLockedError
from pipeline.store import Store, Workspace, database
from pipeline.store.batches import Entry
from tests.builders import a_module
from tests.databases import AT, RUN, OpensStore


@pytest.fixture
def sqlite_store(workspace: Workspace) -> Store:
    store = Store.open(workspace)
    store.close()  # a fresh connection for what follows
    return store


def test_a_full_disk_is_named_and_leaves_nothing(sqlite_store: Store) -> None:
    store = sqlite_store
    with store.database.read() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
    large = a_module(title="x" * 2_000_000)
    with pytest.raises(DatabaseError, match="the disk is full; free space and run again"):
        with_pragma(store, f"max_page_count = {pages}", lambda: store.modules.save_draft(large, author=RUN, at=AT))
    assert store.modules.list() == ()
    store.close()


def test_a_backlog_that_fills_the_disk_is_left_as_it_was(sqlite_store: Store) -> None:
    store = sqlite_store
    spec = BatchSpec(engine="embedded", chunk_tokens=1500, timeout_s=60)
    batch = store.batches.create("folder", spec, priority=0, weight=1.0, budget_usd=None)
    with store.database.read() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
    many = [Entry(f"{'long/' * 50}{n}.md", None, 1, f"{n:064x}") for n in range(500)]
    with pytest.raises(DatabaseError, match="the disk is full; free space and run again"):
        with_pragma(store, f"max_page_count = {pages}", lambda: store.batches.add(batch.id, many))
    assert store.figures.status(batch.id).documents.total == 0
    assert store.batches.add(batch.id, many).new == 500
    store.close()


def test_a_database_that_must_not_be_written_to_is_named(sqlite_store: Store) -> None:
    store = sqlite_store
    with pytest.raises(DatabaseError, match=r"cannot be written to \(read-only\); set the permissions"):
        with_pragma(store, "query_only = ON", lambda: store.artifacts.put("k", "split", 1))
    store.close()


def test_a_database_held_by_another_process_is_named(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_TIMEOUT_MS", 1)
    with Store.open(workspace) as store:
        other = sqlite3.connect(workspace.database_file)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceLockedError, match="another process is writing to it; wait"):
            store.artifacts.put("k", "split", 1)
        assert store.artifacts.get("k") is None  # looking is never held up
        other.close()
        store.artifacts.put("k", "split", 1)


def test_a_damaged_database_is_named(workspace: Workspace) -> None:
    Store.open(workspace).close()
    whole = workspace.database_file.read_bytes()
    workspace.database_file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(DatabaseError, match="the file is damaged; restore it from a backup"):
        Store.open(workspace).modules.save_draft(a_module(), author=RUN, at=AT)


def test_threads_that_read_and_write_at_once_are_never_turned_away(opens_store: OpensStore) -> None:
    store = opens_store()
    failures: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            for number in range(12):
                store.artifacts.put(f"{thread}-{number}", "split", {"n": number})
                assert store.artifacts.get(f"{thread}-{number}") == {"n": number}
                store.modules.list()
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def with_pragma(store: Store, pragma: str, work: Callable[[], object]) -> None:
    """Does the work on a connection prepared with the pragma."""
    from sqlalchemy import event

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA {pragma}")

    engine = store.database._engine
    engine.dispose()
    event.listen(engine, "connect", prepare)
    try:
        work()
    finally:
        event.remove(engine, "connect", prepare)
        engine.dispose()
