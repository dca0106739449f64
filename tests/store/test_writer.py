"""Group commit: results only after the commit, one bad work alone, beats by themselves, nothing asked for is lost."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text

from pipeline.errors import DatabaseError, StoreError, WorkspaceLockedError
from pipeline.store import Store, Workspace
from pipeline.store import database as database_module
from pipeline.store.schema import ARTIFACTS
from pipeline.store.writer import Writer
from tests.databases import AT, OpensStore
from tests.waiting import until

Work = Callable[[Connection, datetime], Any]


@pytest.fixture
def looking(opens_store: OpensStore) -> Store:
    """Another connection to the same database, which sees only what is committed."""
    return opens_store()


@pytest.fixture
def writer(opens_store: OpensStore) -> Iterator[Writer]:
    writer = Writer(opens_store().database)
    yield writer
    writer.close()


def keeps(key: str) -> Work:
    """A record under that key."""

    def work(connection: Connection, _now: datetime) -> str:
        connection.execute(insert(ARTIFACTS).values(key=key, stage="s", value=1, at=AT))
        return key

    return work


def kept(store: Store) -> set[str]:
    with store.database.read() as connection:
        return set(connection.execute(select(ARTIFACTS.c.key)).scalars())


class Held:
    """A work that keeps the writer busy until it is let go, so that what follows gathers in one bundle."""

    def __init__(self, writer: Writer) -> None:
        self._go, began = threading.Event(), threading.Event()

        def wait(_connection: Connection, _now: datetime) -> None:
            began.set()
            assert self._go.wait(20)

        self.future = writer.submit(wait)
        assert began.wait(20)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._go.set()
        self.future.result(20)


def test_a_result_comes_only_when_it_is_committed(
    writer: Writer, looking: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, futures = writer._database.write, list[Future[Any]]()
    told_before: list[bool] = []

    @contextmanager
    def watched() -> Iterator[Connection]:
        with write() as connection:
            yield connection
            told_before.extend(future.done() for future in futures)

    with Held(writer):
        futures += [writer.submit(keeps(f"k{number}")) for number in range(3)]
        monkeypatch.setattr(writer._database, "write", watched)
    assert [future.result(20) for future in futures] == ["k0", "k1", "k2"]
    assert told_before == [False] * 3
    assert kept(looking) == {"k0", "k1", "k2"}


def test_tasks_and_threads_get_their_own_results(writer: Writer, looking: Store) -> None:
    async def many() -> list[str]:
        return await asyncio.gather(*(writer.do(keeps(f"task-{number}")) for number in range(300)))

    answers: dict[int, str] = {}
    threads = [
        threading.Thread(target=lambda one=number: answers.update({one: writer.now(keeps(f"thread-{one}"))}))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    assert asyncio.run(many()) == [f"task-{number}" for number in range(300)]
    for thread in threads:
        thread.join()
    assert answers == {number: f"thread-{number}" for number in range(8)}
    assert kept(looking) == {*(f"task-{number}" for number in range(300)), *answers.values()}


def test_works_of_one_rank_go_by_their_key_whatever_order_they_came_in(writer: Writer) -> None:
    # Two processes that take the rows of two pools in the order of arrival would lock each other up.
    done: list[str] = []

    async def asks() -> None:
        await asyncio.gather(
            *(
                writer.do(lambda _c, _n, one=f"{rank}{key}{number}": done.append(one), rank=rank, key=key)
                for number, (rank, key) in enumerate([(3, "b"), (3, "a"), (2, "b"), (3, "b"), (3, "a"), (2, "")])
            )
        )

    with Held(writer):
        asking = threading.Thread(target=asyncio.run, args=(asks(),))
        asking.start()
        until(lambda: writer._orders.qsize() == 6)
    asking.join(20)
    assert done == ["25", "2b2", "3a1", "3a4", "3b0", "3b3"]


def test_what_is_asked_for_meanwhile_goes_into_one_transaction_by_rank(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    transactions: list[list[int]] = []
    write = writer._database.write

    def counted() -> Any:
        transactions.append([])
        return write()

    monkeypatch.setattr(writer._database, "write", counted)
    with Held(writer):
        futures = [
            writer.submit(lambda _c, _n, one=number: transactions[-1].append(one % 4), rank=number % 4)
            for number in range(40)
        ]
    for future in futures:
        future.result(20)
    assert transactions == [[], [0] * 10 + [1] * 10 + [2] * 10 + [3] * 10]


def test_one_bad_work_among_good_ones_fails_alone(writer: Writer, looking: Store) -> None:
    def bad(connection: Connection, _now: datetime) -> None:
        keeps("of the bad one")(connection, _now)
        raise KeyError("bad")

    with Held(writer):
        futures = [writer.submit(keeps("a")), writer.submit(bad), writer.submit(keeps("b")), writer.submit(keeps("a"))]
    assert futures[0].result(20) == "a"
    assert futures[2].result(20) == "b"
    with pytest.raises(KeyError):
        futures[1].result(20)
    with pytest.raises(StoreError):  # there is an "a" already
        futures[3].result(20)
    assert kept(looking) == {"a", "b"}
    assert writer.now(keeps("c")) == "c"


def test_a_work_is_told_the_time_of_the_database(writer: Writer) -> None:
    told = writer.now(lambda _connection, now: now)
    assert told.tzinfo is not None
    assert (told == AT) == writer._database.is_sqlite


def test_who_is_cancelled_while_waiting_does_not_take_back_the_record(writer: Writer, looking: Store) -> None:
    async def cancelled() -> None:
        task = asyncio.create_task(writer.do(keeps("paid for")))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with Held(writer):
        asyncio.run(cancelled())
        assert kept(looking) == set()
    writer.now(lambda *_: None)
    assert kept(looking) == {"paid for"}


def test_beats_go_on_while_the_loop_is_blocked(writer: Writer) -> None:
    beats: list[str] = []

    async def blocked() -> None:
        writer.every(0.01, lambda _connection, _now: "beat", then=beats.append)
        until(lambda: len(beats) >= 3)

    asyncio.run(blocked())


def test_a_beat_that_fails_is_told_and_tried_again(writer: Writer) -> None:
    told: list[str] = []
    done = threading.Event()

    def fails_twice(_connection: Connection, _now: datetime) -> int:
        if len(told) < 2:
            raise DatabaseError("database", why="gone", mend="wait")
        return 7

    writer.every(0.01, fails_twice, then=lambda _: done.set(), failed=lambda error: told.append(error.why))
    assert done.wait(20)
    assert told == ["gone", "gone"]


@pytest.mark.parametrize("problem", [ValueError("a bug"), DatabaseError("database", why="gone", mend="wait")])
def test_a_broken_beat_or_listener_stops_nobody_s_work(
    writer: Writer, problem: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    calls: Counter[str] = Counter()

    def broken(who: str) -> Callable[..., None]:
        def call(*_: object) -> None:
            calls[who] += 1
            raise problem

        return call

    writer.every(0.01, lambda *_: None, then=broken("listener"))
    writer.every(0.01, broken("work"), failed=broken("told of it"))
    until(lambda: calls["listener"] >= 3 and calls["work"] >= 3)
    assert writer.now(lambda *_: "still here") == "still here"
    assert (calls["told of it"] > 0) == isinstance(problem, StoreError)
    assert "periodic record" in caplog.text


def test_closing_does_what_was_asked_for_and_then_refuses(writer: Writer, looking: Store) -> None:
    with Held(writer):
        futures = [writer.submit(keeps(f"k{number}")) for number in range(600)]
        closing = threading.Thread(target=writer.close)
        closing.start()
    closing.join(20)
    assert all(future.done() for future in futures)
    assert len(kept(looking)) == 600
    writer.close()
    with pytest.raises(RuntimeError, match="closed"):
        writer.submit(keeps("late"))


def test_nothing_is_forgotten_between_asking_and_closing(opens_store: OpensStore) -> None:
    database = opens_store().database
    for _ in range(20):
        writer = Writer(database)
        futures: list[Any] = []

        def ask(writer: Writer = writer, futures: list[Any] = futures) -> None:
            while True:
                try:
                    futures.append(writer.submit(lambda *_: None))
                except RuntimeError:
                    return

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.002)
        writer.close()
        asking.join()
        for future in futures:
            assert future.result(5) is None


def test_a_process_that_stood_still_in_the_middle_writes_again_what_the_server_took_back(
    writer: Writer, looking: Store
) -> None:
    if looking.database.is_sqlite:
        pytest.skip("nobody takes anything back there")
    with looking.database.read() as connection:
        assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one() == "10s"
    tries: list[int] = []

    def stands_still(connection: Connection, now: datetime) -> None:
        tries.append(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
        keeps("a")(connection, now)
        if len(tries) == 1:
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 20"))
            until(lambda: not is_connected(looking, tries[0]))

    writer.now(stands_still)
    assert len(tries) == 2
    assert kept(looking) == {"a"}


def is_connected(store: Store, backend: int) -> bool:
    query = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :backend")
    with store.database.read() as connection:
        return bool(connection.execute(query, {"backend": backend}).scalar_one())


@pytest.fixture
def sqlite_store(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(database_module, "_BUSY_TIMEOUT_MS", 1)
    with Store.open(workspace) as store:
        yield store


def test_a_database_that_is_locked_for_a_moment_is_waited_for(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "pipeline.store.writer")
    writer = Writer(sqlite_store.database)
    other = sqlite3.connect(sqlite_store.workspace.database_file, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.12, other.rollback).start()
    assert writer.now(keeps("a")) == "a"
    assert kept(sqlite_store) == {"a"}
    assert "another process is writing to it" in caplog.text
    writer.close()
    other.close()


def test_a_database_that_stays_locked_is_told_to_all_at_once(sqlite_store: Store) -> None:
    # One after the other, a full bundle would wait for hours.
    writer = Writer(sqlite_store.database)
    other = sqlite3.connect(sqlite_store.workspace.database_file)
    other.execute("BEGIN IMMEDIATE")
    begin = time.monotonic()
    futures = [writer.submit(keeps(f"l{number}")) for number in range(100)]
    for future in futures:
        with pytest.raises(WorkspaceLockedError, match="another process is writing to it"):
            future.result(20)
    assert time.monotonic() - begin < 5
    other.rollback()
    other.close()
    assert writer.now(keeps("after")) == "after"
    writer.close()
