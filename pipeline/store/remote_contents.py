"""The sources' bytes at an address that fsspec can reach, such as s3://bucket/prefix (see `contents`)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import ConfigError, DatabaseError, StoreError
from pipeline.store.contents import gathered, missing, whole

# Object stores show an object once it has come whole, and a second put of it replaces it in one step; so does a
# dictionary in memory. Anywhere else a file is written under a temporary name and moved.
_PUTS_ATOMICALLY = frozenset("s3 s3a gs gcs abfs abfss az adl oss oci memory".split())
_INSTALL = "run pip install 'sme2module[team]'"


class RemoteContents:
    """Files named by their hash below one address. Safe to share between threads where its protocol is."""

    def __init__(self, url: str) -> None:
        """Raises ConfigError: the address is wrong, or a package for it is missing. Nothing is asked of it yet."""
        self._shown = _without_password(url)
        protocol = urlsplit(url).scheme
        self._puts_atomically = protocol in _PUTS_ATOMICALLY
        self._fs, root = _file_system(url, protocol, self._shown)
        self._root = root.rstrip("/")

    def keep(self, sha256: str, content: bytes, *, durable: bool = True) -> None:
        """Sends the bytes where there are none of that size; as durable as the place is."""
        with self._clear_failures():
            path = self._path(sha256)
            if self._fs.exists(path) and self._fs.info(path).get("size") == len(content):
                return
            self._send({path: content})

    def keep_many(self, items: Iterable[tuple[str, bytes]], *, durable: bool = True) -> None:
        """Sends them, several at once where the protocol can; without asking first, which would take as long."""
        for some in gathered(items):
            with self._clear_failures():
                self._send({self._path(sha256): content for sha256, content in some.items()})

    def read(self, sha256: str) -> bytes:
        """The bytes from there."""
        where = f"{self._shown}/{sha256}"
        with self._clear_failures():
            try:
                content = bytes(self._fs.cat_file(self._path(sha256)))
            except FileNotFoundError as error:
                raise missing(sha256, where) from error
        return whole(sha256, content, where, mend="delete it there and ingest the file again")

    def has(self, sha256: str) -> bool:
        """Whether there is a file of that name."""
        with self._clear_failures():
            return bool(self._fs.exists(self._path(sha256)))

    def _path(self, sha256: str) -> str:
        return f"{self._root}/{sha256}"

    def _send(self, contents: dict[str, bytes]) -> None:
        if self._puts_atomically:
            self._fs.pipe(contents)
            return
        self._fs.makedirs(self._root, exist_ok=True)
        for path, content in contents.items():
            temporary = f"{self._root}/.{uuid.uuid4().hex}"
            try:
                self._fs.pipe_file(temporary, content)
                self._fs.mv(temporary, path)
            except BaseException:
                with suppress(Exception):  # what went wrong first is what is told
                    self._fs.rm_file(temporary)
                raise

    @contextmanager
    def _clear_failures(self) -> Iterator[None]:
        try:
            yield
        except StoreError:
            raise
        except Exception as error:
            # Each protocol's package has exceptions of its own, and we know none of them.
            said = str(error).strip().splitlines() or [type(error).__name__]
            raise DatabaseError(
                f"sources {self._shown}", why=f"it cannot be used ({said[0][:200]})",
                mend="check the address, its credentials and the network, or correct SME2MODULE_SOURCES",
            ) from error


def _file_system(url: str, protocol: str, shown: str) -> tuple[Any, str]:
    what = f"setting sources: {shown}"
    try:
        import fsspec
    except ImportError as error:
        raise ConfigError(what, why="the package fsspec is not installed", mend=_INSTALL) from error
    if protocol not in fsspec.available_protocols():
        raise ConfigError(
            what, why=f"{protocol}:// is not a protocol that fsspec knows",
            mend="use a path, file://, s3://, or another of fsspec's",
        )
    try:
        file_system, root = fsspec.url_to_fs(url)
    except ImportError as error:
        hint = str(error).strip().rstrip(".")
        # s3fs comes with the extra; who uses another store brings its package.
        mend = _INSTALL if protocol in ("s3", "s3a") else f"{_INSTALL}, and the protocol's own package: {hint}"
        raise ConfigError(what, why=f"the package for {protocol}:// is not installed", mend=mend) from error
    except Exception as error:
        raise ConfigError(
            what, why=f"it is not an address that fsspec can use ({error})", mend="correct SME2MODULE_SOURCES"
        ) from error
    return file_system, root


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.password is None:
        return url.rstrip("/")
    address = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username}:***@{address}").geturl().rstrip("/")
