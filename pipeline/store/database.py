"""One engine on SQLite or PostgreSQL, and its two kinds of transaction: a steady look, and a write.

Writers never meet half-way: SQLite takes its one write lock at the beginning (BEGIN IMMEDIATE), PostgreSQL
locks the row of the module that is written to (`lock_module`). Readers see one moment (WAL snapshot;
REPEATABLE READ).
"""

from __future__ import annotations

import importlib
import importlib.util
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import URL, Connection, Executable, Table, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, OperationalError

from pipeline.errors import ConfigError
from pipeline.store.failures import clear_failures

Transaction = Connection
"""What a service holds while several records are to be kept together or not at all."""

# A save takes milliseconds; whoever waits longer waits for a process that hangs.
_BUSY_TIMEOUT_MS = 30_000
# Who stands still in the middle of a save for so long lets go of the rows it holds; on PostgreSQL only.
_IDLE_TIMEOUT_MS = 10_000
_CONNECT_TIMEOUT_S = 10
_WAL_PAUSE_S = 0.01
# What was decided is still there after a power cut; a commit waits for the disk.
_SYNCHRONOUS = "FULL"
# Not now(): within a transaction that stands still.
_SERVER_TIME = select(func.clock_timestamp())


class Database:
    """An open database. Safe to share between threads."""

    def __init__(self, url: URL, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.url = url
        self.clock = clock
        self.is_sqlite = url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {} if self.is_sqlite else {"pool_pre_ping": True}
        self._engine = create_engine(url, pool_size=8, max_overflow=24, **options)
        if self.is_sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        else:
            event.listen(self._engine, "connect", _prepare_postgresql)
        # Whatever depends on the time (a link that has ended) asks the connection, so that all of one look agree.
        self._engine = self._engine.execution_options(database=self)
        self._reading = self._engine.execution_options(
            **({"begin": "DEFERRED"} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"})
        )
        self._writing = self._engine.execution_options(begin="IMMEDIATE")
        self._steady = threading.local()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the database: the thread's own where it is within `steady`."""
        held: Connection | None = getattr(self._steady, "connection", None)
        with clear_failures(self.url):
            if held is not None:
                yield held
                return
            with self._reading.connect() as connection, connection.begin():
                yield connection

    @contextmanager
    def steady(self) -> Iterator[None]:
        """All that this thread reads within it is of one moment, in one transaction instead of one a question.

        For short looks: what the thread itself writes meanwhile is not seen within it.
        """
        if getattr(self._steady, "connection", None) is not None:
            yield
            return
        with self.read() as connection:
            self._steady.connection = connection
            try:
                yield
            finally:
                self._steady.connection = None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is kept whole or not at all."""
        with clear_failures(self.url), self._writing.connect() as connection, connection.begin():
            yield connection

    def now(self, connection: Connection) -> datetime:
        """The time that all who share the database agree on: its own where it is a server, else this machine's."""
        if self.is_sqlite:
            return self.clock()
        moment: datetime = connection.execute(_SERVER_TIME).scalar_one()
        return moment.astimezone(UTC)

    def connect_arguments(self) -> dict[str, Any]:
        """What the driver's `connect` takes, for another library that is to reach the same database."""
        _, arguments = self._engine.dialect.create_connect_args(self.url)
        # How SQLAlchemy wants values converted is its own affair.
        return {name: value for name, value in arguments.items() if name != "context"}

    def use_wal(self) -> None:
        """Makes SQLite keep a write-ahead log, so that readers and a writer don't wait for each other."""
        if not self.is_sqlite:
            return
        plain = self._engine.execution_options(begin=None)
        until = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
        with clear_failures(self.url):
            while True:
                try:
                    with plain.connect() as connection:
                        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                        return
                except OperationalError as error:
                    # SQLite does not wait by itself here when another process has just opened the file.
                    if "locked" not in str(error.orig) or time.monotonic() > until:
                        raise
                    time.sleep(_WAL_PAUSE_S)

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()


def database_url(text: str) -> URL:
    """The address as SQLAlchemy takes it, `postgresql://` with the psycopg driver; raises ConfigError."""
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise ConfigError(
            "SME2MODULE_DATABASE_URL", why="it is not a database address",
            mend="write it as postgresql://user:password@host:5432/name",
        ) from error
    if backend in ("postgresql", "postgres"):
        if importlib.util.find_spec("psycopg") is None:
            raise ConfigError(
                "PostgreSQL", why="its driver psycopg is not installed",
                mend="run pip install 'sme2module[postgres]'",
            )
        url = url.set(drivername="postgresql+psycopg")
        if "connect_timeout" not in url.query:
            url = url.update_query_dict({"connect_timeout": str(_CONNECT_TIMEOUT_S)})
        return url
    if backend == "sqlite" and url.database and url.database != ":memory:":
        return url
    raise ConfigError(
        "SME2MODULE_DATABASE_URL", why=f"{backend} with {url.database or 'no name'} is not supported",
        mend="use sqlite:///path/to/file.db or postgresql://user:password@host:5432/name",
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions on its own; `_begin_sqlite` says which kind is wanted.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA synchronous = {_SYNCHRONOUS}")


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get("begin", "DEFERRED")
    if kind is not None:
        connection.exec_driver_sql(f"BEGIN {kind}")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {_BUSY_TIMEOUT_MS}")
        cursor.execute(f"SET idle_in_transaction_session_timeout = {_IDLE_TIMEOUT_MS}")
    connection.commit()


def now_of(connection: Connection) -> datetime:
    """The time by the clock of the database that the connection is to."""
    database: Database = connection.get_execution_options()["database"]
    return database.clock()


def insert_new(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Inserts the row where there is none with its key; whether it did."""
    done = connection.execute(_insert_if_new(table, connection.dialect.name), row)
    return done.rowcount == 1


@cache
def _insert_if_new(table: Table, dialect: str) -> Executable:
    made: Executable = _insert(table, dialect).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return made


def insert_all_new(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts those rows for which there is none with their key."""
    if rows:
        connection.execute(_insert(table, connection.dialect.name).on_conflict_do_nothing(), rows)


def _insert(table: Table, dialect: str) -> Any:
    # Every command loads this file: the dialect of the other database is left where it is.
    return importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
