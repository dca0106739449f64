"""The open store: one database, and a room for each kind of thing in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from sqlalchemy import URL

from pipeline.store.artifacts import Artifacts
from pipeline.store.calls import Calls
from pipeline.store.database import Database, database_url
from pipeline.store.decisions import Decisions
from pipeline.store.failures import shown
from pipeline.store.migrate import bring_up_to_date
from pipeline.store.migrations import STEPS
from pipeline.store.modules import Modules
from pipeline.store.sources import Sources
from pipeline.store.workspace import Workspace


def _now() -> datetime:
    return datetime.now(UTC)


class Store:
    """A workspace's database. Safe to share between threads; transactions are short."""

    def __init__(self, database: Database, workspace: Workspace, clock: Callable[[], datetime]) -> None:
        self.workspace = workspace
        self.database = database
        self.sources = Sources(database, workspace, clock)
        self.modules = Modules(database, self.sources)
        self.decisions = Decisions(database)
        self.calls = Calls(database, clock)
        self.artifacts = Artifacts(database, clock)

    @classmethod
    def open(
        cls, workspace: Workspace, url: str | None = None, *, clock: Callable[[], datetime] = _now
    ) -> Self:
        """The workspace's store, its tables created or upgraded where need be.

        Args:
            workspace: where the sources' bytes are, and the database file unless `url` names another one.
            url: `postgresql://…` or `sqlite:///…`; None or empty for the file in the workspace.
            clock: says now, in UTC.

        Raises:
            ConfigError: the address is wrong, or the driver is missing.
            StoreError: the database can't be reached or used, or a newer version wrote it.

        """
        address = database_url(url) if url else URL.create("sqlite", database=str(workspace.database_file))
        database = Database(address)
        try:
            bring_up_to_date(database)
        except BaseException:
            database.close()
            raise
        return cls(database, workspace, clock)

    def describe(self) -> str:
        """Which database, and the shape of its tables, without a password."""
        return f"{shown(self.database.url)}, schema {STEPS[-1]}"

    def close(self) -> None:
        """Gives the connections back; the store can't be used any more."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
