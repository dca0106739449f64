"""The sources' bytes by content hash: in a folder, in the database, or at an address such as s3://bucket/prefix.

What comes in was hashed by the caller; what goes out is hashed again, so that content that was cut off or changed is
never used.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from sqlalchemy import select

from pipeline.errors import ConfigError, DatabaseError, StoreError
from pipeline.store.batch_schema import CONTENTS
from pipeline.store.database import Database, insert_all_new
from pipeline.store.failures import shown
from pipeline.store.workspace import write_atomically

IN_DATABASE = "database"
"""The word of the setting `sources`."""
# What keep_many gathers before it sends it on: one transaction, or one round of uploads.
_MANY = 256
_MANY_BYTES = 16_000_000


class Contents(Protocol):
    """Where the bytes of sources are kept."""

    def keep(self, sha256: str, content: bytes, *, durable: bool = True) -> None:
        """Keeps the bytes where they are not kept yet; raises StoreError.

        With `durable` they are there after a power cut. Without, which is quicker, what a power cut tore is noticed
        when it is read, and mended by keeping it again.
        """

    def keep_many(self, items: Iterable[tuple[str, bytes]], *, durable: bool = True) -> None:
        """Keeps many, taken from the iterable a few at a time."""

    def read(self, sha256: str) -> bytes:
        """The bytes of that hash; raises StoreError where they are gone or damaged."""

    def has(self, sha256: str) -> bool:
        """Whether there are bytes under that hash; only `read` says whether they are whole."""


def open_contents(
    setting: str | None, *, workspace: Path, folder: Path, database: Database, clock: Callable[[], datetime]
) -> Contents:
    """The place that the setting `sources` names; what is in the workspace's own folder is found too.

    Args:
        setting: None (the database of a team, else the workspace's folder), "database", a path or an address.
        workspace: what a relative path is relative to.
        folder: the workspace's own folder of sources.
        database: the open database.
        clock: says now, in UTC.

    Raises:
        ConfigError: there is no such place, or a package for it is missing.

    """
    own = ContentsInFolder(folder, makes_folder=True)
    if setting is None and database.is_sqlite:
        return own
    if setting in (None, IN_DATABASE):
        return _WithOlder(ContentsInDatabase(database, clock), own)
    assert setting is not None
    if "://" in setting:
        parts = urlsplit(setting)
        if parts.scheme != "file":
            from pipeline.store.remote_contents import RemoteContents

            return _WithOlder(RemoteContents(setting), own)
        # A folder needs no package for it, and is kept better by what knows that it is one.
        if parts.netloc not in ("", "localhost"):
            raise _no_folder(setting)
        named = Path(url2pathname(parts.path))
    else:
        named = workspace / Path(setting).expanduser()
    if named.resolve() == folder.resolve():
        return own
    # Not made here: a share that is not mounted must not become a folder that nobody else sees.
    if not named.is_dir():
        raise _no_folder(setting)
    return _WithOlder(ContentsInFolder(named, makes_folder=False), own)


class ContentsInFolder:
    """Files named by their hash in one folder, complete or absent."""

    def __init__(self, folder: Path, *, makes_folder: bool) -> None:
        self._folder = folder
        self._makes_folder = makes_folder

    def keep(self, sha256: str, content: bytes, *, durable: bool = True) -> None:
        """Writes the file under another name and renames it; one that holds something else is replaced."""
        path = self._folder / sha256
        try:
            if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
                if durable:
                    _reach_the_disk(path)
                return
            try:
                write_atomically(path, content, durable=durable)
            except FileNotFoundError:
                if not self._makes_folder:
                    raise
                self._folder.mkdir(parents=True, exist_ok=True)
                write_atomically(path, content, durable=durable)
        except OSError as error:
            raise _unusable(self._folder, error) from error

    def keep_many(self, items: Iterable[tuple[str, bytes]], *, durable: bool = True) -> None:
        """Keeps one after the other."""
        for sha256, content in items:
            self.keep(sha256, content, durable=durable)

    def read(self, sha256: str) -> bytes:
        """The file's bytes."""
        path = self._folder / sha256
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise missing(sha256, str(path)) from error
        except OSError as error:
            raise _unusable(path, error) from error
        return whole(sha256, content, str(path))

    def has(self, sha256: str) -> bool:
        """Whether the file is there."""
        return (self._folder / sha256).is_file()


class ContentsInDatabase:
    """Rows of the table `contents`: for teams whose machines share nothing but the database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def keep(self, sha256: str, content: bytes, *, durable: bool = True) -> None:
        """Inserts the row where there is none; as durable as every commit."""
        if not self.has(sha256):  # spares sending the bytes again
            self.keep_many([(sha256, content)])

    def keep_many(self, items: Iterable[tuple[str, bytes]], *, durable: bool = True) -> None:
        """Inserts what is not there yet, some hundred rows a transaction."""
        for some in gathered(items):
            with self._database.write() as connection:
                known = set(
                    connection.execute(select(CONTENTS.c.sha256).where(CONTENTS.c.sha256.in_(list(some)))).scalars()
                )
                # In order, so that two that bring the same content wait for one another instead of locking up.
                rows = [
                    {"sha256": sha256, "content": some[sha256], "added": self._clock()}
                    for sha256 in sorted(some)
                    if sha256 not in known
                ]
                insert_all_new(connection, CONTENTS, rows)

    def read(self, sha256: str) -> bytes:
        """The row's bytes."""
        with self._database.read() as connection:
            content = connection.execute(select(CONTENTS.c.content).where(CONTENTS.c.sha256 == sha256)).scalar()
        if content is None:
            raise missing(sha256, f"its row in the {shown(self._database.url)}")
        return whole(sha256, bytes(content), f"its row in the {shown(self._database.url)}", mend="restore a backup")

    def has(self, sha256: str) -> bool:
        """Whether there is a row."""
        with self._database.read() as connection:
            row = connection.execute(select(CONTENTS.c.sha256).where(CONTENTS.c.sha256 == sha256)).first()
        return row is not None


class _WithOlder:
    """One place, and the workspace's folder, where what was kept before the setting changed still is."""

    def __init__(self, place: Contents, older: Contents) -> None:
        self._place = place
        self._older = older

    def keep(self, sha256: str, content: bytes, *, durable: bool = True) -> None:
        self._place.keep(sha256, content, durable=durable)

    def keep_many(self, items: Iterable[tuple[str, bytes]], *, durable: bool = True) -> None:
        self._place.keep_many(items, durable=durable)

    def read(self, sha256: str) -> bytes:
        # The folder is asked first whether it has any: that costs no way to a server.
        if self._older.has(sha256) and not self._place.has(sha256):
            return self._older.read(sha256)
        return self._place.read(sha256)

    def has(self, sha256: str) -> bool:
        return self._older.has(sha256) or self._place.has(sha256)


def _reach_the_disk(path: Path) -> None:
    # It may have been kept without waiting for the disk a moment ago.
    with path.open("rb") as file:
        os.fsync(file.fileno())


def gathered(items: Iterable[tuple[str, bytes]]) -> Iterator[dict[str, bytes]]:
    """The items a few at a time, so that a backlog is never in memory as a whole."""
    some: dict[str, bytes] = {}
    size = 0
    for sha256, content in items:
        some[sha256] = content
        size += len(content)
        if len(some) >= _MANY or size >= _MANY_BYTES:
            yield some
            some, size = {}, 0
    if some:
        yield some


def whole(sha256: str, content: bytes, where: str, *, mend: str = "ingest the file again") -> bytes:
    """The content, if it is the one of that hash; raises StoreError."""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise StoreError(f"source {sha256[:12]}", why=f"{where} is damaged", mend=mend)
    return content


def missing(sha256: str, where: str) -> StoreError:
    """The error for bytes that are not there."""
    return StoreError(f"source {sha256[:12]}", why=f"{where} is missing", mend="ingest the file again")


def _no_folder(setting: str) -> ConfigError:
    return ConfigError(
        f"setting sources: {setting}", why="there is no such folder on this machine",
        mend="make it or mount it, or correct SME2MODULE_SOURCES",
    )


def _unusable(path: Path, error: OSError) -> DatabaseError:
    reason = (error.strerror or str(error)).lower()
    return DatabaseError(
        f"sources {path}", why=f"it cannot be used ({reason})",
        mend="free space, set the permissions, or name another place with SME2MODULE_SOURCES",
    )
