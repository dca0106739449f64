"""Many machines: what Procrastinate hands out is converted once, whatever becomes of tickets and workers."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from pipeline.domain import BatchSpec
from pipeline.errors import DatabaseError
from pipeline.run.distributed_tickets import MOST_TICKETS, Tickets, announce, prepare, queue_of
from pipeline.store import Store, Workspace
from pipeline.store.database import Database, database_url
from pipeline.store.queue import Claim
from tests.databases import opens_store, postgres, workspace
from tests.postgres import new_database
from tests.run.team import Member, at_work, rows, states, until, waiting
from tests.store.backlogs import SPEC, Backlog, backlog

__all__ = ["backlog", "opens_store", "postgres", "workspace"]
pytestmark = pytest.mark.postgres
NEWER = SPEC.model_copy(update={"version": 2})


@pytest.fixture
def address(postgres: str) -> str:
    """An empty database."""
    return new_database(postgres)


@pytest.fixture
def team(backlog: Backlog) -> Backlog:
    """No batch yet; Procrastinate's tables are there."""
    prepare(backlog.store.database)
    return backlog


def _balanced(store: Store, tickets: Tickets) -> int:
    with store.database.write() as connection:
        return tickets.balance(connection, store.database.now(connection))


def test_there_is_a_ticket_for_every_document_that_is_ready(team: Backlog) -> None:
    first = team.batch("one", documents=3)
    team.batch("two", documents=4)
    assert _balanced(team.store, Tickets()) == 7
    assert _balanced(team.store, Tickets()) == 0
    team.store.batches.pause(first)
    team.batch("three", documents=2)
    assert _balanced(team.store, Tickets()) == 0, "three tickets more than documents find nothing, and end"
    rows(team.store, "DELETE FROM procrastinate_jobs")
    assert _balanced(team.store, Tickets()) == 6
    assert waiting(team.store) == {queue_of(1): 6}


def test_tickets_are_bounded_however_long_the_queue_is(team: Backlog) -> None:
    team.batch(documents=MOST_TICKETS + 20)
    assert _balanced(team.store, Tickets()) == MOST_TICKETS
    assert _balanced(team.store, Tickets(most=MOST_TICKETS + 10)) == 10


def test_idle_workers_are_told_of_what_comes_in(team: Backlog) -> None:
    team.batch(documents=2)
    announce(team.store.database)
    assert waiting(team.store) == {queue_of(1): 2}


def test_before_the_first_worker_there_is_nobody_to_tell(backlog: Backlog) -> None:
    backlog.batch()
    announce(backlog.store.database)
    assert rows(backlog.store, "SELECT to_regclass('procrastinate_jobs')") == [(None,)]


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
            one.runner.wake()
            await until(lambda: len(one.done) == 12)
        return one

    assert asyncio.run(scene()).most_at_once == 5


def test_lost_tickets_are_made_up_for(team: Backlog) -> None:
    team.batch(documents=12)

    async def scene() -> Member:
        one = Member(team.store, room=1, convert=_for_a_while)
        async with at_work(one):
            await until(lambda: one.done)
            rows(team.store, "DELETE FROM procrastinate_jobs WHERE status = 'todo'")
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
            new = Member(team.store, until_idle=False, spec_version=2, name="w-2")
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


def test_workers_may_begin_at_the_same_moment_on_an_empty_database(address: str, workspace: Workspace) -> None:
    def begin(_: int) -> None:
        with Store.open(workspace, address) as store:
            prepare(store.database)
            prepare(store.database)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(begin, range(4)))


def test_tables_of_an_older_procrastinate_are_brought_up_to_date(team: Backlog) -> None:
    seen = "SELECT count(*) FROM pg_trigger WHERE tgname = 'procrastinate_trigger_status_events_update_v1'"
    rows(team.store, "DROP TRIGGER procrastinate_trigger_status_events_update_v1 ON procrastinate_jobs")
    prepare(team.store.database)
    assert rows(team.store, seen) == [(0,)], "they are those of this version, as far as the mark says"
    rows(team.store, "COMMENT ON TABLE procrastinate_jobs IS 'sme2module: 03.04.00_01_pre_add_retry_failed_job_procedure.sql'")
    prepare(team.store.database)
    assert rows(team.store, seen) == [(1,)]


def test_a_role_that_may_not_create_tables_is_told_so_in_one_line(address: str) -> None:
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
    database = Database(database_url(address.replace("sme2module@", "guest@")))
    with pytest.raises(DatabaseError, match="the user lacks permission; grant it CREATE") as caught:
        prepare(database)
    database.close()
    assert "\n" not in caught.value.line


def test_the_address_reaches_procrastinate_as_it_is() -> None:
    url = "postgresql://ada:p%40ss%2Fword@db.example:5433/team?sslmode=require&options=-csearch_path%3Dx"
    assert Database(database_url(url)).connect_arguments() == {
        "user": "ada", "password": "p@ss/word", "host": "db.example", "port": 5433, "dbname": "team",
        "sslmode": "require", "options": "-csearch_path=x", "connect_timeout": "10",
    }  # fmt: skip


def test_a_spec_of_another_version_is_kept_as_it_is() -> None:
    assert BatchSpec.model_validate(NEWER.dump()).version == 2


async def _for_a_moment(claimed: Claim) -> None:
    await asyncio.sleep(0.02)


async def _for_a_while(claimed: Claim) -> None:
    await asyncio.sleep(0.15)


async def _for_ever(claimed: Claim) -> None:
    await asyncio.sleep(3600)
