"""The queue under crashes and crowds: suspects alone, poison set apart, nobody gets what another has."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Connection

from pipeline.store.batch_schema import CONVERSIONS
from pipeline.store.queue import Claim, Increment, close_finished, finish, record
from pipeline.store.workers import MOST_CRASHES, reap
from tests.databases import OpensStore
from tests.store.backlogs import Backlog, at, ended, here


def paths(claims: tuple[Claim, ...]) -> list[str]:
    return [one.path for one in claims]


# A document that takes the process with it


def crash(backlog: Backlog, *, progress: int = 0, number: int = 0) -> Claim:
    """A worker that ends while it has the only document; the next one notices."""
    worker = f"w-crash-{number}"
    backlog.joined(ended(worker))
    # Claims made by another: the ended one would be noticed by its own claim.
    (one,) = _claimed_for(backlog, worker)
    if progress:
        assert backlog.do(record, one, Increment(progress=progress))
    backlog.do(reap)
    return one


def _claimed_for(backlog: Backlog, worker: str) -> tuple[Claim, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.store.workers.place.is_gone", lambda *_: False)
        return backlog.claimed(worker)


def test_a_document_that_ends_the_process_runs_alone_and_is_then_set_apart(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    assert MOST_CRASHES == 3
    assert not crash(backlog, number=1).is_suspect
    assert crash(backlog, number=2).is_suspect
    assert crash(backlog, number=3).is_suspect
    row = backlog.row()
    assert (row.state, row.code, row.worker) == ("failed", "crashed", None)
    assert row.message.startswith("folder/0.md: the process ended or stood still 3 times while working on it, without any progress")
    backlog.joined(here())
    assert backlog.claimed(room=4) == ()
    assert backlog.batch_row(batch).state == "done"


def test_a_suspect_comes_alone_and_only_to_a_worker_that_has_nothing_else(backlog: Backlog) -> None:
    backlog.batch(documents=1)
    crash(backlog, number=1)
    crash(backlog, number=2)
    backlog.batch("other", documents=3)
    backlog.joined(here())
    assert paths(backlog.claimed(room=2, busy=1)) == ["other/0.md", "other/1.md"]
    (suspect,) = backlog.claimed(room=5, busy=0)
    assert suspect.path == "folder/0.md"
    assert suspect.is_suspect
    assert backlog.finished(suspect)
    assert backlog.row().crashes == 0


def test_a_crash_after_progress_does_not_count(backlog: Backlog) -> None:
    backlog.batch(documents=1)
    for number in range(5):
        crash(backlog, progress=1, number=number)
    row = backlog.row()
    assert (row.state, row.crashes, row.progress, row.fence) == ("queued", 0, 5, 10)


def test_progress_between_crashes_begins_the_count_anew(backlog: Backlog) -> None:
    backlog.batch(documents=1)
    crash(backlog, number=1)
    crash(backlog, number=2)
    crash(backlog, number=3, progress=3)
    assert backlog.row().crashes == 0
    crash(backlog, number=4)
    crash(backlog, number=5)
    assert backlog.row().state == "queued"


def test_documents_that_shared_the_process_are_suspected_and_never_set_apart_for_it(backlog: Backlog) -> None:
    backlog.batch(documents=2)
    for number in range(6):
        worker = f"w-crash-{number}"
        backlog.joined(ended(worker))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("pipeline.store.workers.place.is_gone", lambda *_: False)
            taken = backlog.claimed(worker, room=2, busy=1 if number else 0)
        backlog.do(reap)
        if number < 2:
            assert len(taken) == 2
    row = backlog.row()
    assert (row.state, row.crashes) == ("queued", 2)


def test_a_document_that_brings_its_process_to_a_standstill_before_it_ends_is_set_apart_too(backlog: Backlog) -> None:
    # Its end is seen by nobody: by then others have taken the document from it.
    backlog.batch(documents=1)
    for number in range(2 + MOST_CRASHES):
        worker, seconds = f"w-still-{number}", number * 60.0
        backlog.joined(here(worker), seconds=seconds)
        (one,) = backlog.claimed(worker, seconds=seconds)
        assert one.is_suspect == (number >= 2)
        assert backlog.later(seconds + 30, reap) == 1
    assert (backlog.row().state, backlog.row().code) == ("failed", "crashed")


def test_a_standstill_after_progress_clears_a_document(backlog: Backlog) -> None:
    backlog.batch(documents=1)
    crash(backlog, number=1)
    backlog.joined(here())
    (one,) = backlog.claimed()
    assert backlog.do(record, one, Increment(progress=1))
    assert backlog.later(30, reap) == 1
    assert (backlog.row().state, backlog.row().crashes) == ("queued", 0)


# Several at once


def test_two_that_end_the_last_two_documents_at_once_leave_the_batch_done(
    backlog: Backlog, opens_store: OpensStore
) -> None:
    batch = backlog.batch(documents=2)
    backlog.joined(here())
    claims = backlog.claimed(room=2)
    others = [Backlog(opens_store()) for _ in claims]
    barrier, failures = threading.Barrier(2), list[BaseException]()

    def both_have_looked(_: Connection) -> None:
        # On SQLite the second one is not let in before the first is done.
        if not backlog.store.database.is_sqlite:
            barrier.wait(10)

    def end(other: Backlog, claimed: Claim) -> None:
        try:
            assert other.do(finish, claimed, module="m", timings={}, save=both_have_looked)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=end, args=pair) for pair in zip(others, claims, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert backlog.store.figures.status(batch).state == "done"
    assert backlog.claimed() == ()  # a worker's last look
    assert backlog.batch_row(batch).state == "done"


def test_a_batch_left_open_by_that_is_closed_by_the_next_look_only_where_nothing_is_left(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    backlog.do(close_finished)
    assert backlog.batch_row(batch).state == "running"
    with backlog.store.database.write() as connection:
        connection.execute(CONVERSIONS.update().values(state="done"))
    backlog.later(5, close_finished)
    assert (backlog.batch_row(batch).state, backlog.batch_row(batch).finished) == ("done", at(5))


def test_four_that_claim_at_once_never_get_the_same_document(backlog: Backlog, opens_store: OpensStore) -> None:
    backlog.batch("one", documents=60)
    backlog.batch("two", documents=60)
    others = [Backlog(opens_store()) for _ in range(4)]
    got: list[Claim] = []
    failures: list[BaseException] = []
    barrier = threading.Barrier(4)

    def work(number: int) -> None:
        other, worker = others[number], f"w-{number}"
        try:
            other.joined(here(worker))
            barrier.wait()
            empty = 0
            while empty < 3:  # while another one holds the last rows, there seem to be none
                claims = other.claimed(worker, room=3)
                got.extend(claims)
                empty = 0 if claims else empty + 1
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(got) == 120
    assert len({one.conversion for one in got}) == 120
    assert {one.fence for one in got} == {1}
