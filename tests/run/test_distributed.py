"""Many machines: what Procrastinate hands out is converted once, whatever becomes of tickets and workers."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.domain import SPEC_VERSION, BatchSpec
from pipeline.errors import DatabaseError
from pipeline.run.distributed_tickets import queue_of
from pipeline.store.queue import Claim
from tests.run.team import Member, address, at_work, rows, states, team, until, waiting
from tests.store.backlogs import SPEC, Backlog, backlog

__all__ = ["address", "backlog", "team"]
pytestmark = pytest.mark.postgres
NEWER = SPEC.model_copy(update={"version": SPEC_VERSION + 1})


def test_two_workers_convert_every_document_once_and_end(team: Backlog) -> None:
    batch = team.batch(documents=40)

    async def scene() -> tuple[Member, Member]:
        ada, ben = Member(team.store, room=3), Member(team.store, room=3, name="w-2", convert=_for_a_moment)
        await asyncio.wait_for(asyncio.gather(ada.run(), ben.run()), 30)
        return ada, ben

    ada, ben = asyncio.run(scene())
    done = [one.conversion for one in [*ada.done, *ben.done]]
    assert len(done) == len(set(done)) == 40
    assert ada.done
    assert ben.done
    assert ben.most_at_once == 3
    assert team.batch_row(batch).state == "done"
    assert rows(team.store, "SELECT count(*) FROM procrastinate_jobs") == [(0,)]
    assert rows(team.store, "SELECT count(*) FROM procrastinate_workers") == [(0,)]


def test_priorities_come_first_and_equals_share(team: Backlog) -> None:
    team.batch("low", documents=3, priority=-1)
    team.batch("much", documents=9)
    team.batch("little", documents=3)
    team.batch("urgent", documents=2, priority=5)
    began: list[str] = []

    async def convert(claimed: Claim) -> None:
        began.append(claimed.path.partition("/")[0])
        await asyncio.sleep(0.05)

    asyncio.run(asyncio.wait_for(Member(team.store, convert=convert).run(), 30))
    assert began[:2] == ["urgent", "urgent"]
    assert began[-3:] == ["low", "low", "low"]
    assert "much" in began[2:8]
    assert began[2:9].count("little") == 3


def test_more_room_is_used_as_soon_as_it_is_there(team: Backlog) -> None:
    team.batch(documents=12)

    async def scene() -> Member:
        one = Member(team.store, room=1, convert=_for_a_while)
        async with at_work(one):
            await until(lambda: one.runner.under_way)
            one.room = 5
            one.runner.widen()
            await until(lambda: len(one.done) == 12)
        return one

    assert asyncio.run(scene()).most_at_once == 5


def test_room_that_grows_bit_by_bit_takes_few_connections(team: Backlog) -> None:
    team.batch(documents=40)

    async def scene() -> None:
        may_end = asyncio.Event()

        async def convert(claimed: Claim) -> None:
            await may_end.wait()

        one = Member(team.store, room=4, convert=convert, until_idle=False)
        async with at_work(one):
            await until(lambda: len(one.runner.under_way) == 4)
            for room in range(5, 31):
                one.room = room
                one.runner.widen()
                await asyncio.sleep(0.02)
            await until(lambda: len(one.runner.under_way) > 20)
            assert rows(team.store, "SELECT count(*) FROM procrastinate_workers")[0][0] <= 6, "a connection each"
            may_end.set()

    asyncio.run(scene())


def test_more_room_is_no_reason_to_look_for_documents_without_a_ticket(team: Backlog) -> None:
    async def scene() -> None:
        runner = Member(team.store).runner
        runner.widen()
        assert not runner._sweep_now.is_set()
        runner.wake()
        assert runner._sweep_now.is_set()

    asyncio.run(scene())


def test_lost_tickets_are_made_up_for(team: Backlog) -> None:
    team.batch(documents=12)

    async def scene() -> Member:
        one = Member(team.store, room=1, convert=_for_a_while)
        async with at_work(one):
            await until(lambda: one.done)
            rows(
                team.store,
                "DELETE FROM procrastinate_jobs WHERE id IN"
                " (SELECT id FROM procrastinate_jobs WHERE status = 'todo' FOR UPDATE SKIP LOCKED)",
            )
            await until(lambda: len(one.done) == 12)
        return one

    assert len({claimed.conversion for claimed in asyncio.run(scene()).done}) == 12


def test_a_paused_batch_rests_and_goes_on_and_a_cancelled_one_does_not(team: Backlog) -> None:
    batch, other = team.batch(documents=4), team.batch("other", documents=2)
    team.store.batches.pause(batch)

    async def scene() -> None:
        one = Member(team.store, until_idle=False)
        async with at_work(one):
            await until(lambda: states(team.store).get("done") == 2)
            await until(lambda: not waiting(team.store))
            looks = one.looks
            await asyncio.sleep(0.5)
            assert one.looks == looks, "nobody looks for what is paused"
            assert {claimed.batch for claimed in one.done} == {other}
            team.store.batches.resume(batch)
            await until(lambda: len(one.done) == 6)
            gone = team.batch("gone", documents=0)
            team.store.batches.cancel(gone)
            await asyncio.sleep(0.3)
        assert len(one.done) == 6

    asyncio.run(scene())


def test_a_newer_batch_waits_for_a_worker_that_understands_it(team: Backlog) -> None:
    newer = team.batch("newer", documents=3, spec=NEWER)
    team.batch("known", documents=3)

    async def scene() -> None:
        old = Member(team.store, until_idle=False)
        async with at_work(old):
            await until(lambda: len(old.done) == 3)
            await until(lambda: not waiting(team.store))
            looks = old.looks
            await asyncio.sleep(0.6)
            assert old.looks == looks
            assert {claimed.path.partition("/")[0] for claimed in old.done} == {"known"}
            new = Member(team.store, until_idle=False, spec_version=SPEC_VERSION + 1, name="w-2")
            async with at_work(new):
                await until(lambda: len(new.done) == 3)
                assert old.looks == looks, "the older one gets no ticket of the newer batch"
                team.batch("later", documents=6)
                await until(lambda: len(old.done) + len(new.done) == 12)

    asyncio.run(scene())
    assert team.batch_row(newer).state == "done"


def test_a_ticket_that_an_older_or_newer_version_made_is_used(team: Backlog) -> None:
    team.batch(documents=1)
    rows(
        team.store,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES (:queue, 'sme2module.convert', :args)",
        queue=queue_of(1),
        args='{"document": "c-1", "hint": {"since": 7}}',
    )
    one = Member(team.store)
    asyncio.run(asyncio.wait_for(one.run(), 30))
    assert len(one.done) == 1


def test_tickets_of_a_dead_worker_are_thrown_away(team: Backlog) -> None:
    rows(team.store, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')")
    rows(
        team.store,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id)"
        " SELECT :queue, 'sme2module.convert', 'doing', id FROM procrastinate_workers",
        queue=queue_of(1),
    )

    async def scene() -> None:
        async with at_work(Member(team.store, until_idle=False)):
            await until(lambda: rows(team.store, "SELECT count(*) FROM procrastinate_jobs") == [(0,)])
            await until(lambda: rows(team.store, "SELECT count(*) FROM procrastinate_workers") == [(1,)])

    asyncio.run(scene())


def test_a_worker_that_was_taken_for_dead_begins_anew(team: Backlog) -> None:
    async def scene() -> None:
        one = Member(team.store, until_idle=False)
        async with at_work(one):
            await until(lambda: rows(team.store, "SELECT count(*) FROM procrastinate_workers") == [(1,)])
            rows(team.store, "DELETE FROM procrastinate_workers")
            team.batch(documents=3)
            await until(lambda: len(one.done) == 3)

    asyncio.run(scene())


def test_a_suspect_has_the_worker_to_itself_and_uses_up_no_tickets(team: Backlog) -> None:
    team.batch(documents=6)
    rows(team.store, "UPDATE conversions SET crashes = 2 WHERE number = 6")
    alone: list[int] = []

    async def convert(claimed: Claim) -> None:
        await asyncio.sleep(0.3 if claimed.is_suspect else 0.01)
        if claimed.is_suspect:
            alone.append(len(one.runner.under_way))

    one = Member(team.store, room=3, convert=convert)
    asyncio.run(asyncio.wait_for(one.run(), 30))
    assert alone == [1]
    assert len(one.done) == 6
    assert one.looks < 30


def test_a_stopped_worker_ends_what_it_has_and_takes_up_nothing(team: Backlog) -> None:
    team.batch(documents=9)

    async def scene() -> Member:
        one = Member(team.store, convert=_for_a_while, until_idle=False)
        async with at_work(one):
            await until(lambda: len(one.runner.under_way) == 2)
        return one

    assert len(asyncio.run(scene()).done) == 2
    assert states(team.store) == {"done": 2, "queued": 7}


def test_a_stopped_worker_waits_for_what_it_has_without_looking_all_the_time(
    team: Backlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.batch(documents=1)
    looks = 0

    async def scene() -> None:
        may_end = asyncio.Event()

        async def convert(claimed: Claim) -> None:
            await may_end.wait()

        def look(tasks: object) -> list[str]:
            nonlocal looks
            looks += 1
            return forget(tasks)

        one = Member(team.store, convert=convert, until_idle=False)
        forget = type(one.runner)._forget_ended
        async with at_work(one):
            await until(lambda: one.runner.under_way)
            monkeypatch.setattr(type(one.runner), "_forget_ended", look)
            one.runner.stop()
            await asyncio.sleep(0.3)
            may_end.set()

    asyncio.run(scene())
    assert looks < 20


def test_a_worker_that_has_to_end_now_puts_its_documents_back(team: Backlog) -> None:
    team.batch(documents=5)

    async def scene() -> None:
        one = Member(team.store, convert=_for_ever)
        running = asyncio.create_task(one.run())
        await until(lambda: len(one.runner.under_way) == 2)
        one.runner.stop()
        await asyncio.sleep(0.1)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(scene())
    assert states(team.store) == {"queued": 5}
    assert rows(team.store, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'") == [(0,)]


def test_what_no_document_can_be_converted_after_ends_the_worker(team: Backlog) -> None:
    team.batch(documents=2)

    async def convert(claimed: Claim) -> None:
        raise DatabaseError("the database", why="the disk is full", mend="free space")

    with pytest.raises(DatabaseError, match="the disk is full"):
        asyncio.run(asyncio.wait_for(Member(team.store, convert=convert).run(), 30))


def test_a_spec_of_another_version_is_kept_as_it_is() -> None:
    assert BatchSpec.model_validate(NEWER.dump()).version == SPEC_VERSION + 1


async def _for_a_moment(claimed: Claim) -> None:
    await asyncio.sleep(0.02)


async def _for_a_while(claimed: Claim) -> None:
    await asyncio.sleep(0.15)


async def _for_ever(claimed: Claim) -> None:
    await asyncio.sleep(3600)
