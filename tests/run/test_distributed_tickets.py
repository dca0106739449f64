"""The tickets in Procrastinate's tables, and those tables."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from pipeline.domain import SPEC_VERSION
from pipeline.errors import DatabaseError
from pipeline.run.distributed_tickets import MOST_TICKETS, Tickets, announce, prepare, queue_of
from pipeline.store import Store, Workspace
from pipeline.store.database import Database, database_url
from tests.run.team import address, rows, team, waiting
from tests.store.backlogs import Backlog, backlog

__all__ = ["address", "backlog", "team"]
pytestmark = pytest.mark.postgres


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
    assert waiting(team.store) == {queue_of(SPEC_VERSION): 6}


def test_tickets_are_bounded_however_long_the_queue_is(team: Backlog) -> None:
    team.batch(documents=MOST_TICKETS + 20)
    assert _balanced(team.store, Tickets()) == MOST_TICKETS
    assert _balanced(team.store, Tickets(most=MOST_TICKETS + 10)) == 10


def test_idle_workers_are_told_of_what_comes_in(team: Backlog) -> None:
    team.batch(documents=2)
    announce(team.store.database)
    assert waiting(team.store) == {queue_of(SPEC_VERSION): 2}


def test_before_the_first_worker_there_is_nobody_to_tell(backlog: Backlog) -> None:
    backlog.batch()
    announce(backlog.store.database)
    assert rows(backlog.store, "SELECT to_regclass('procrastinate_jobs')") == [(None,)]


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
