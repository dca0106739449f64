"""The open store: one database, and a room for each kind of thing in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL

from pipeline.errors import DatabaseError
from pipeline.store.arrangements import Arrangements
from pipeline.store.artifacts import Artifacts
from pipeline.store.audit import Audit
from pipeline.store.batch_figures import BatchFigures
from pipeline.store.batches import Batches
from pipeline.store.calls import Calls
from pipeline.store.comments import Comments
from pipeline.store.contents import Contents, ContentsInFolder, open_contents
from pipeline.store.database import Database, database_url
from pipeline.store.decisions import Decisions
from pipeline.store.facts import Facts
from pipeline.store.failures import shown
from pipeline.store.glances import Glances
from pipeline.store.keys import Keys
from pipeline.store.leases import Leases
from pipeline.store.looks import Looks
from pipeline.store.members import Members
from pipeline.store.migrate import bring_up_to_date
from pipeline.store.migrations import STEPS
from pipeline.store.modules import Modules
from pipeline.store.pictures import Pictures
from pipeline.store.place import network_file_system
from pipeline.store.plans import Plans
from pipeline.store.proposals import Proposals
from pipeline.store.releases import Releases
from pipeline.store.sources import Sources
from pipeline.store.typed import TypedTexts
from pipeline.store.word_packages import WordPackages
from pipeline.store.workspace import Workspace


def _now() -> datetime:
    return datetime.now(UTC)


def _on_a_local_disk(address: URL) -> None:
    if address.get_backend_name() != "sqlite" or not address.database:
        return
    kind = network_file_system(Path(address.database))
    if kind is not None:
        raise DatabaseError(
            shown(address), why=f"it lies on a network disk ({kind}), where SQLite cannot lock",
            mend="keep the workspace on a local disk, or use PostgreSQL through SME2MODULE_DATABASE_URL",
        )


class Store:
    """A workspace's database. Safe to share between threads; transactions are short."""

    def __init__(
        self, database: Database, workspace: Workspace, contents: Contents, clock: Callable[[], datetime]
    ) -> None:
        self.workspace = workspace
        self.database = database
        self.contents = contents
        # What lies in the workspace's own folder has all its pictures beside it.
        self.pictures = Pictures(workspace, None if isinstance(contents, ContentsInFolder) else contents)
        self.sources = Sources(database, contents, clock, self.pictures)
        self.modules = Modules(database, self.sources)
        self.arrangements = Arrangements(database)
        self.glances = Glances(database)
        self.decisions = Decisions(database)
        self.facts = Facts(database)
        self.members = Members(database)
        self.keys = Keys(database)
        self.audit = Audit(database)
        self.comments = Comments(database)
        self.leases = Leases(database)
        self.looks = Looks(database)
        self.proposals = Proposals(database)
        self.typed = TypedTexts(database)
        self.word = WordPackages(database, self.proposals)
        self.releases = Releases(database)
        self.plans = Plans(database)
        self.calls = Calls(database, clock)
        self.artifacts = Artifacts(database, clock)
        self.batches = Batches(database)
        self.figures = BatchFigures(database)

    @classmethod
    def open(
        cls,
        workspace: Workspace,
        url: str | None = None,
        *,
        sources: str | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> Self:
        """The workspace's store, its tables created or upgraded where need be.

        Args:
            workspace: the folder of the database file and of the sources' bytes, unless `url` and `sources` name
                other places; then it need not exist.
            url: `postgresql://…` or `sqlite:///…`; None or empty for the file in the workspace.
            sources: "database", a folder or an address; None for the workspace's folder on SQLite and for the
                database on PostgreSQL.
            clock: says now, in UTC.

        Raises:
            ConfigError: an address is wrong, or the package for it is missing.
            StoreError: the database can't be reached or used, or a newer version wrote it, or it is an SQLite
                file on a network disk.

        """
        address = database_url(url) if url else URL.create("sqlite", database=str(workspace.database_file))
        _on_a_local_disk(address)
        database = Database(address, clock=clock)
        try:
            contents = open_contents(
                sources or None, workspace=workspace.root, folder=workspace.sources, database=database, clock=clock
            )
            bring_up_to_date(database)
        except BaseException:
            database.close()
            raise
        return cls(database, workspace, contents, clock)

    def describe(self) -> str:
        """Which database, and the shape of its tables, without a password."""
        return f"{shown(self.database.url)}, schema {STEPS[-1]}"

    def close(self) -> None:
        """Gives the connections back; the store can't be used any more."""
        self.pictures.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
