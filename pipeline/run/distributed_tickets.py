"""The tickets: jobs in Procrastinate's tables, as many as there are documents to take up; and those tables."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

import procrastinate
from procrastinate import exceptions
from procrastinate.schema import SchemaManager

from pipeline.domain import SPEC_VERSION
from pipeline.errors import StoreError
from pipeline.store.database import Database, Transaction
from pipeline.store.ready import ready

_log = logging.getLogger(__name__)

TASK = "sme2module.convert"
"""The name of the job in the database: workers of every version know it."""
MOST_TICKETS = 500
"""Tickets that wait at most, of each version: what all workers together take up between two sweeps. More would only
be found useless one by one when a batch is paused."""
# Any numbers that no other program on the same PostgreSQL is likely to use.
_SCHEMA_LOCK = 7_263_002
_SWEEP_LOCK = 7_263_003
# Left on Procrastinate's table by whoever made or changed it last: the newest step of its schema that is in it.
_MARK = "sme2module: "


def queue_of(spec_version: int) -> str:
    """Where tickets wait for documents of batches of that version, so that no worker gets one it can do nothing
    with.
    """
    return f"sme2module-{spec_version}"


class Tickets:
    """What waits in Procrastinate's tables for documents that could be taken up, as pieces of work for the `Writer`."""

    def __init__(self, *, spec_version: int = SPEC_VERSION, most: int = MOST_TICKETS) -> None:
        self._versions = {version: queue_of(version) for version in range(1, spec_version + 1)}
        self._most = most
        # It lends its statements only; they run on our own connection, in our own transaction.
        self._app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())

    @property
    def queues(self) -> list[str]:
        """Where this version's workers look."""
        return list(self._versions.values())

    def balance(self, transaction: Transaction, now: datetime) -> int:
        """Adds the tickets that are missing; how many. Tickets are never taken back: a useless one ends by itself."""
        waiting = ready(transaction, now, spec_version=max(self._versions), most=self._most)
        if not waiting or not _is_there(transaction):
            return 0
        locked = transaction.exec_driver_sql("SELECT pg_try_advisory_xact_lock(%s)", (_SWEEP_LOCK,)).scalar_one()
        if not locked:
            return 0  # somebody else is at it
        found = transaction.exec_driver_sql(
            "SELECT queue_name, count(*) AS tickets FROM procrastinate_jobs"
            " WHERE status = 'todo' AND queue_name = ANY(%s) GROUP BY queue_name",
            (self.queues,),
        )
        there: dict[str, int] = {row.queue_name: row.tickets for row in found}
        added = 0
        for version, count in waiting.items():
            missing = min(count, self._most) - there.get(self._versions[version], 0)
            if missing > 0:
                self._app.configure_task(
                    TASK, queue=self._versions[version], connection=transaction.connection.driver_connection
                ).batch_defer(*({} for _ in range(missing)))
                added += missing
        return added


def prepare(database: Database) -> None:
    """Makes Procrastinate's tables where they are missing, and brings those that we made up to date; several workers
    may begin at once. Raises DatabaseError where the role may not create tables.
    """
    steps = sorted(path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    with database.write() as transaction:
        transaction.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
        if not _is_there(transaction):
            _execute(transaction, SchemaManager.get_schema())
        else:
            mark = transaction.exec_driver_sql(
                "SELECT obj_description('procrastinate_jobs'::regclass, 'pg_class')"
            ).scalar_one()
            # Without our mark it is the team's own, and they look after it.
            last = mark.removeprefix(_MARK) if mark and mark.startswith(_MARK) else steps[-1]
            steps = [step for step in steps if step > last]
            for step in steps:
                _execute(transaction, (Path(SchemaManager.get_migrations_path()) / step).read_text(encoding="utf-8"))
        if steps:
            _execute(transaction, f"COMMENT ON TABLE procrastinate_jobs IS '{_MARK}{steps[-1]}'")


def _is_there(transaction: Transaction) -> bool:
    found = transaction.exec_driver_sql("SELECT to_regclass('procrastinate_jobs')")
    return found.scalar_one() is not None


def _execute(transaction: Transaction, script: str) -> None:
    transaction.execution_options(no_parameters=True).exec_driver_sql(script)


def announce(database: Database) -> None:
    """Gives documents that have just come into the queue their tickets, so that idle workers hear of them at once.

    It never raises: whoever does not hear of them sees them at the next sweep. Where workers have not made the tables
    yet there is nobody to hear.
    """
    try:
        with database.write() as transaction:
            Tickets().balance(transaction, database.now(transaction))
    except (StoreError, exceptions.ConnectorException) as error:
        _log.warning("idle workers were not told of new documents: %s", first_line(error))


def first_line(error: BaseException) -> str:
    """What went wrong, in a line."""
    told = str(error.__cause__ or error).strip().splitlines()
    return told[0][:200] if told else type(error).__name__
