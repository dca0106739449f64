"""Workers: known by a lease, missed when they are gone, and nothing of theirs is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import Table, insert, select

from pipeline.errors import WorkspaceLockedError
from pipeline.store import place
from pipeline.store.batch_schema import POOLS, RESERVATIONS, SLOTS, WORKERS
from pipeline.store.schema import UtcTime
from pipeline.store.workers import BEAT_S, LEASE_S, Worker, alive, beat, join, leave, reap
from tests.store.backlogs import Backlog, ended, far, here

# Shortly before and after the end of a lease taken at 0.
STANDS, RAN_OUT = LEASE_S - 0.01, LEASE_S


def names(backlog: Backlog, seconds: float = 0) -> list[str]:
    return [worker.id for worker in backlog.later(seconds, alive)]


def known(backlog: Backlog) -> set[str]:
    with backlog.store.database.read() as connection:
        return set(connection.execute(select(WORKERS.c.id)).scalars())


def held_by(backlog: Backlog, worker: Worker, *, documents: int = 2) -> str:
    """A batch whose documents that worker has, as if it had claimed them while it lived."""
    batch = backlog.batch(documents=documents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, "is_gone", lambda *_: False)
        patch.setattr(place, "kernel", lambda: worker.machine.partition(":")[0])
        backlog.joined(worker)
        assert len(backlog.claimed(worker.id, room=documents)) == documents
    return batch


def anything(table: Table, now: object) -> dict[str, object]:
    """Some value for every column that must have one."""
    values = {str: "x", int: 1, float: 0.0, bool: False}
    return {
        column.name: now if isinstance(column.type, UtcTime) else values.get(column.type.python_type, "x")
        for column in table.columns
        if not column.nullable
    }


def states(backlog: Backlog, batch: str) -> list[tuple[str, str | None, int]]:
    return [(row.state, row.worker, row.crashes) for row in backlog.rows(batch)]


def test_a_worker_is_alive_as_long_as_it_renews_its_lease(backlog: Backlog) -> None:
    assert LEASE_S >= 4 * BEAT_S
    backlog.joined(here())
    assert names(backlog, STANDS) == ["w-1"]
    assert names(backlog, RAN_OUT) == []
    backlog.later(10, beat, here())
    assert names(backlog, RAN_OUT + 9) == ["w-1"]


def test_a_beat_tells_what_is_still_its_own(backlog: Backlog) -> None:
    batch = held_by(backlog, here())
    beaten = backlog.later(3, beat, here())
    assert beaten.mine == {row.id for row in backlog.rows(batch)}
    assert not beaten.was_lost
    backlog.store.batches.cancel(batch)
    assert backlog.later(6, beat, here()).mine == frozenset()


def test_a_stopped_worker_that_wakes_late_joins_again_without_what_it_had(backlog: Backlog) -> None:
    batch = held_by(backlog, here("w-slow"))
    backlog.joined(here("w-next"), seconds=RAN_OUT)
    assert known(backlog) == {"w-next"}
    beaten = backlog.later(RAN_OUT + 1, beat, here("w-slow"))
    assert (beaten.mine, beaten.was_lost) == (frozenset(), True)
    assert known(backlog) == {"w-next", "w-slow"}
    # Its process lives; whether it stood still because of one of them nobody knows.
    assert states(backlog, batch) == [("queued", None, 1)] * 2


def test_a_lease_that_ran_out_unnoticed_is_renewed_with_all_it_had(backlog: Backlog) -> None:
    batch = held_by(backlog, here())
    beaten = backlog.later(100, beat, here())
    assert (len(beaten.mine), beaten.was_lost) == (2, False)
    assert states(backlog, batch) == [("running", "w-1", 0)] * 2


def test_who_takes_up_work_does_not_take_itself_for_dead(backlog: Backlog) -> None:
    # On a machine under load it may be late with its lease; nobody else being there, it would lose all it has.
    batch = held_by(backlog, here())
    backlog.batch("other", documents=1)
    assert [one.path for one in backlog.claimed(busy=2, seconds=100)] == ["other/0.md"]
    assert states(backlog, batch) == [("running", "w-1", 0)] * 2
    assert known(backlog) == {"w-1"}


def test_a_process_that_ended_is_missed_at_once(backlog: Backlog) -> None:
    batch = held_by(backlog, ended())
    assert names(backlog) == []
    backlog.joined(here(), seconds=1)  # whoever comes next takes from it
    assert states(backlog, batch) == [("queued", None, 1)] * 2
    assert len(backlog.claimed(room=5, seconds=1)) == 2


def test_a_real_process_that_is_killed_is_missed_before_anybody_has_waited_for_it(backlog: Backlog) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    identity = place.process(child.pid)
    assert identity is not None
    batch = held_by(backlog, Worker("w-child", place.host(), place.machine(), identity, "1"))
    assert backlog.do(reap) == 0
    os.kill(child.pid, signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert backlog.do(reap) == 1
    assert states(backlog, batch) == [("queued", None, 1)] * 2
    child.wait()


@pytest.mark.postgres
def test_a_worker_of_another_machine_is_missed_when_its_lease_ran_out(backlog: Backlog) -> None:
    batch = held_by(backlog, far())
    assert backlog.later(STANDS, reap) == 0
    assert states(backlog, batch) == [("running", "w-far", 0)] * 2
    assert backlog.later(RAN_OUT, reap) == 1
    assert states(backlog, batch) == [("queued", None, 1)] * 2  # nobody can say whether it crashed
    assert backlog.later(RAN_OUT, reap) == 0


def test_who_leaves_gives_back_without_a_crash(backlog: Backlog) -> None:
    batch = held_by(backlog, here())
    fences = [row.fence for row in backlog.rows(batch)]
    backlog.do(leave, here())
    backlog.do(leave, here())
    assert states(backlog, batch) == [("queued", None, 0)] * 2
    assert [row.fence for row in backlog.rows(batch)] == [fence + 1 for fence in fences]
    assert known(backlog) == set()


def test_what_a_gone_worker_set_aside_is_in_doubt_and_its_slots_are_free(backlog: Backlog) -> None:
    batch, other = held_by(backlog, ended()), backlog.batch("other")
    backlog.joined(here())
    mine = {"worker": "w-1", "usd": 0.125}

    def set_aside(connection, now) -> None:  # type: ignore[no-untyped-def]
        for table, key in ((POOLS, {"id": "p"}), (SLOTS, {"pool": "p", "worker": "w-2"}), (SLOTS, {"pool": "p", "worker": "w-1"})):
            connection.execute(insert(table).values({**anything(table, now), **key}))
        join(connection, now, here("w-2"))
        for row in (
            {"batch": batch, "worker": "w-2", "usd": 0.5}, {"batch": other, "worker": "w-2", "usd": 0.25},
            {"batch": batch, **mine},
        ):
            connection.execute(insert(RESERVATIONS).values(row))

    backlog.do(set_aside)
    backlog.later(10, beat, here())
    assert backlog.later(RAN_OUT, reap) == 1  # w-2
    assert backlog.batch_row(batch).in_doubt_usd == 0.5
    assert backlog.batch_row(other).in_doubt_usd == 0.25
    with backlog.store.database.read() as connection:
        assert connection.execute(select(SLOTS.c.worker)).scalars().all() == ["w-1"]
        assert [row.usd for row in connection.execute(select(RESERVATIONS))] == [0.125]
    assert backlog.store.figures.status(batch).in_doubt_usd == 0.625


def test_documents_that_ended_stay_with_nobody_when_their_worker_goes(backlog: Backlog) -> None:
    batch = backlog.batch(documents=2)
    backlog.joined(here())
    first, _ = backlog.claimed(room=2)
    assert backlog.finished(first)
    backlog.do(leave, here())
    assert [row.state for row in backlog.rows(batch)] == ["done", "queued"]


def test_an_sqlite_file_is_refused_to_a_second_machine(backlog: Backlog, monkeypatch: pytest.MonkeyPatch) -> None:
    backlog.joined(here())
    monkeypatch.setattr(place, "kernel", lambda: "another-boot")
    monkeypatch.setattr(place, "machine", lambda: far().machine)
    if not backlog.store.database.is_sqlite:
        backlog.joined(far())
        assert known(backlog) == {"w-1", "w-far"}
        return
    with pytest.raises(WorkspaceLockedError) as caught:
        backlog.joined(far())
    assert caught.value.line == (
        f"the workspace's SQLite database: a worker on another machine ({place.host()}) is using it; "
        "stop it, or use PostgreSQL through SME2MODULE_DATABASE_URL for several machines"
    )
    assert known(backlog) == {"w-1"}
    backlog.joined(far(), seconds=RAN_OUT)  # when the other one is gone it may
    assert known(backlog) == {"w-far"}


def test_containers_on_one_machine_may_share_an_sqlite_file(backlog: Backlog) -> None:
    backlog.joined(here())
    backlog.joined(Worker("w-box", "box", f"{place.kernel()}:pid:[9]", "1:1", "1"))
    assert known(backlog) == {"w-1", "w-box"}


def test_workers_are_told_oldest_first(backlog: Backlog) -> None:
    backlog.joined(here("w-b"))
    backlog.joined(here("w-a"), seconds=1)
    backlog.joined(ended(), seconds=2)
    assert names(backlog, 2) == ["w-b", "w-a"]
    assert backlog.later(2, alive)[0] == here("w-b")
