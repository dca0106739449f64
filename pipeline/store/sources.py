"""Sources as received and as read: bytes by content where `contents` keeps them, documents in the database."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from threading import Lock

from sqlalchemy import func, insert, select

from pipeline.domain import Document, Source
from pipeline.errors import DatabaseError, StoreError, UnreadableError, UsageError, WorkspaceLockedError
from pipeline.store.contents import Contents
from pipeline.store.database import Database, insert_new
from pipeline.store.pictures import Pictures
from pipeline.store.schema import SOURCE_PATHS, SOURCES

# A document never changes under its id, and parsing a long one takes longer than a reviewer's whole click.
_DOCUMENTS_KEPT = 16


class Sources:
    """The sources of a workspace."""

    def __init__(
        self, database: Database, contents: Contents, clock: Callable[[], datetime], pictures: Pictures
    ) -> None:
        self._database = database
        self._contents = contents
        self._clock = clock
        self._pictures = pictures
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._lock = Lock()

    def add(self, document: Document, content: bytes) -> bool:
        """Keeps a source; whether it was new. The same content under another name is the same source."""
        source = document.source
        if hashlib.sha256(content).hexdigest() != source.sha256:
            raise ValueError(f"the content is not that of {source.path}")
        self._contents.keep(source.sha256, content)
        self._pictures.share(document)
        with self._database.write() as connection:
            is_new = insert_new(
                connection,
                SOURCES,
                {
                    "id": source.id, "sha256": source.sha256, "path": source.path, "bytes": source.bytes,
                    "source": source.dump(), "document": document.dump(), "added": self._clock(),
                },
            )
            # Two that bring the same content under different names follow each other.
            connection.execute(select(SOURCES.c.id).where(SOURCES.c.id == source.id).with_for_update())
            paths = select(SOURCE_PATHS.c.path).where(SOURCE_PATHS.c.source == source.id)
            if source.path not in connection.execute(paths).scalars().all():
                last = select(func.max(SOURCE_PATHS.c.number)).where(SOURCE_PATHS.c.source == source.id)
                number = (connection.execute(last).scalar() or 0) + 1
                connection.execute(
                    insert(SOURCE_PATHS).values(source=source.id, number=number, path=source.path)
                )
            return is_new

    def document(self, source_id: str) -> Document:
        """The source as it was read; raises UsageError where there is none with that id."""
        document = self.reading(source_id)
        if document is None:
            raise _unknown(source_id)
        return document

    def reading(self, source_id: str) -> Document | None:
        """The source as it was read, None where it has not been read yet."""
        with self._lock:
            if source_id in self._documents:
                self._documents.move_to_end(source_id)
                return self._documents[source_id]
        with self._database.read() as connection:
            content = connection.execute(
                select(SOURCES.c.document).where(SOURCES.c.id == source_id)
            ).scalar()
        if content is None:
            return None
        document = Document.model_validate(content)
        with self._lock:
            self._documents[source_id] = document
            while len(self._documents) > _DOCUMENTS_KEPT:
                self._documents.popitem(last=False)
        return document

    def readings(self, source_ids: Iterable[str]) -> tuple[Document, ...]:
        """The sources as they were read, in that order; without those that are not there or not read yet."""
        return tuple(document for one in source_ids if (document := self.reading(one)) is not None)

    def all(self) -> tuple[Source, ...]:
        """Every source, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(SOURCES.c.source).order_by(SOURCES.c.added, SOURCES.c.id))
            return tuple(Source.model_validate(one) for one in rows.scalars())

    def read_on(self, source_ids: Iterable[str]) -> dict[str, date]:
        """Source id → the day (UTC) it was first read into the workspace; without those that are not there."""
        query = select(SOURCES.c.id, SOURCES.c.added).where(SOURCES.c.id.in_(list(source_ids)))
        with self._database.read() as connection:
            return {row.id: row.added.date() for row in connection.execute(query)}

    def find(self, asked: str) -> str | None:
        """The id of the source with that id, path, file name or title; the newest where several fit."""
        with self._database.read() as connection:
            sources = connection.execute(
                select(SOURCES.c.id, SOURCES.c.source).order_by(SOURCES.c.added.desc(), SOURCES.c.id)
            ).all()
            paths = connection.execute(select(SOURCE_PATHS.c.source, SOURCE_PATHS.c.path)).all()
        by_id: dict[str, list[str]] = {row.id: [] for row in sources}
        for row in paths:
            by_id[row.source].append(row.path)
        titles = {row.id: row.source["title"] for row in sources}
        here = Path(asked).absolute()
        tests: tuple[Callable[[str], bool], ...] = (
            lambda one: one == asked,
            lambda one: asked in by_id[one],
            lambda one: any(Path(path).absolute() == here for path in by_id[one]),
            lambda one: any(Path(path).name == asked for path in by_id[one]),
            lambda one: (titles[one] or "").casefold() == asked.casefold() != "",
        )
        return next((one for fits in tests for one in by_id if fits(one)), None)

    def content(self, source_id: str) -> bytes:
        """The source's bytes; raises UsageError where there is no such source, StoreError where they are
        gone.
        """
        with self._database.read() as connection:
            sha256 = connection.execute(select(SOURCES.c.sha256).where(SOURCES.c.id == source_id)).scalar()
        if sha256 is None:
            raise _unknown(source_id)
        return self._contents.read(sha256)

    def bytes_of(self, sha256: str, origin: str | None) -> bytes:
        """The bytes of that hash as kept, else from the file they came from, if it still holds them.

        Raises UnreadableError (code missing) where neither has them, StoreError where that cannot be said just now.
        """
        try:
            return self._contents.read(sha256)
        except (DatabaseError, WorkspaceLockedError):
            raise
        except StoreError as gone:
            try:
                content = Path(origin).read_bytes() if origin else b""
            except OSError:
                content = b""
            if hashlib.sha256(content).hexdigest() != sha256:
                raise UnreadableError(
                    origin or f"source {sha256[:12]}", why=f"its content is not kept any more ({gone.why})",
                    mend="run the same batch run again", code="missing",
                ) from gone
            self._contents.keep(sha256, content)
            return content


def _unknown(source_id: str) -> UsageError:
    return UsageError(
        f"source {source_id!r}", why="the workspace has no such source", mend="add it: sme2module ingest FILE"
    )
