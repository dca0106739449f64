"""The queue where two look at a batch at the same moment: nothing is left behind in one that counts as done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from pipeline.store import Store, batches
from pipeline.store.orders import requeue
from pipeline.store.queue import claim, close_finished, fail, finish, open_work, park
from tests.databases import OpensStore
from tests.store.backlogs import Backlog, an_entry, at, here
from tests.waiting import until


class Beside:
    """A second process with the same store: what it does, it does in a thread of its own."""

    def __init__(self, store: Store) -> None:
        self.backlog = Backlog(store)
        self.problem: BaseException | None = None
        self._thread: threading.Thread | None = None

    def begin(self, what: Callable[[], object]) -> None:
        def run() -> None:
            try:
                what()
            except BaseException as error:  # noqa: BLE001
                self.problem = error

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    @property
    def is_at_it(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def end(self) -> None:
        assert self._thread is not None
        self._thread.join(20)
        assert not self.is_at_it
        if self.problem is not None:
            raise self.problem


@pytest.fixture
def beside(opens_store: OpensStore) -> Beside:
    return Beside(opens_store())


@pytest.fixture
def third(opens_store: OpensStore) -> Beside:
    return Beside(opens_store())


def until_it_waits_or_ended(backlog: Backlog, beside: Beside) -> None:
    """Until the other one waits for a row that somebody holds. On SQLite it waits for the whole file."""

    def waits() -> bool:
        if backlog.store.database.is_sqlite:
            return True
        with backlog.store.database.read() as connection:
            return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())

    until(lambda: waits() or not beside.is_at_it)


@contextmanager
def held_before_the_commit(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Who puts documents back into a batch stops there, with its transaction open, until the block ends."""
    is_there, may_go, reopen = threading.Event(), threading.Event(), batches._reopen

    def held(*arguments: Any) -> None:
        reopen(*arguments)
        is_there.set()
        assert may_go.wait(20)

    monkeypatch.setattr(batches, "_reopen", held)
    yield is_there
    may_go.set()


def the_last_ends_while(
    puts_in: Callable[[], object], backlog: Backlog, beside: Beside, third: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    (claimed,) = backlog.claimed()
    with held_before_the_commit(monkeypatch) as is_there:
        beside.begin(puts_in)
        assert is_there.wait(20)
        third.begin(lambda: third.backlog.finished(claimed))
        until_it_waits_or_ended(backlog, third)
    beside.end()
    third.end()


def test_a_file_that_is_added_while_the_last_document_ends_keeps_the_batch_open(
    backlog: Backlog, beside: Beside, third: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = backlog.batch(documents=1)
    backlog.joined(here())
    late = [an_entry("late.md")]
    the_last_ends_while(lambda: beside.backlog.store.batches.add(batch, late), backlog, beside, third, monkeypatch)
    assert backlog.batch_row(batch).state == "running"
    assert [one.path for one in backlog.claimed()] == ["late.md"]


def test_a_document_that_is_retried_while_the_last_one_ends_keeps_the_batch_open(
    backlog: Backlog, beside: Beside, third: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = backlog.batch(documents=2)
    backlog.joined(here())
    (bad,) = backlog.claimed()
    backlog.do(fail, bad, code="refused", message="it said no", may_pass=False)
    the_last_ends_while(lambda: beside.backlog.store.batches.retry(batch), backlog, beside, third, monkeypatch)
    assert backlog.batch_row(batch).state == "running"
    assert [one.path for one in backlog.claimed()] == ["folder/0.md"]


@pytest.mark.parametrize("looks", [close_finished, open_work])
def test_a_parked_document_that_comes_back_between_two_looks_is_not_overlooked(
    backlog: Backlog, beside: Beside, looks: Any
) -> None:
    if backlog.store.database.is_sqlite:
        pytest.skip("who looks there keeps the others from writing")
    batch = backlog.batch(documents=1)
    backlog.joined(here())
    (claimed,) = backlog.claimed()
    backlog.do(park, claimed, ())
    came_back: list[int] = []

    def comes_back(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM conversions" in statement and not came_back:
            came_back.append(0)
            came_back[0] = beside.backlog.do(requeue)

    engine = backlog.store.database._engine
    event.listen(engine, "after_cursor_execute", comes_back)
    is_open = backlog.do(looks, **({"batch": None} if looks is open_work else {}))
    event.remove(engine, "after_cursor_execute", comes_back)
    assert came_back == [1]
    assert is_open in (True, None)
    assert backlog.batch_row(batch).state == "running"


def test_cancelling_while_a_worker_ends_a_document_locks_nobody_up(
    backlog: Backlog, beside: Beside, third: Beside
) -> None:
    batch = backlog.batch(documents=1)
    backlog.joined(here())
    (claimed,) = backlog.claimed()
    has_the_row, may_go, ended = threading.Event(), threading.Event(), list[object]()

    def save(_: object) -> None:
        has_the_row.set()
        assert may_go.wait(20)

    beside.begin(lambda: ended.append(beside.backlog.do(finish, claimed, module="m-1", timings={}, save=save)))
    assert has_the_row.wait(20)
    third.begin(lambda: ended.append(third.backlog.store.batches.cancel(batch)))
    until_it_waits_or_ended(backlog, third)
    may_go.set()
    beside.end()
    third.end()
    assert ended == [True, 0]
    assert backlog.row().state == "done"
    # On SQLite the one that came second finds the batch done.
    assert backlog.batch_row(batch).state == ("done" if backlog.store.database.is_sqlite else "cancelled")


def test_cancelling_ends_what_workers_have_just_taken_up_as_well(
    backlog: Backlog, beside: Beside, third: Beside
) -> None:
    batch = backlog.batch(documents=3)
    backlog.joined(here())
    has_rows, may_go, ended = threading.Event(), threading.Event(), list[object]()

    def take() -> None:
        with beside.backlog.store.database.write() as connection:
            claim(connection, at(0), worker="w-1", room=2, busy=1)
            has_rows.set()
            assert may_go.wait(20)

    beside.begin(take)
    assert has_rows.wait(20)
    third.begin(lambda: ended.append(third.backlog.store.batches.cancel(batch)))
    until_it_waits_or_ended(backlog, third)
    may_go.set()
    beside.end()
    third.end()
    assert ended == [3]
    assert {row.state for row in backlog.rows(batch)} == {"cancelled"}
