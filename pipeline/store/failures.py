"""What a database says when it fails, as one of our errors with one clear line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from pipeline.errors import DatabaseError, StoreError, WorkspaceLockedError

# (what the driver's message or SQLSTATE holds, why, how to mend); the first that fits.
_CAUSES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("not a database", "file is encrypted"), "the file is not an SQLite database",
     "move it away, or name another workspace with --workspace"),
    (("disk is full", "53100", "no space left"), "the disk is full", "free space and run again"),
    (("readonly database", "read-only", "25006"), "it cannot be written to (read-only)",
     "set the permissions of the file and of its folder"),
    (("unable to open database file",), "the file cannot be opened",
     "check that the folder exists and that you may write to it"),
    (("malformed", "corrupt"), "the file is damaged", "restore it from a backup"),
    (("disk i/o error",), "reading or writing the file failed",
     "keep the workspace on a local disk, or use PostgreSQL through SME2MODULE_DATABASE_URL"),
    (("password authentication failed", "no password supplied", "28p01", "28000"),
     "it refuses the user or the password", "correct SME2MODULE_DATABASE_URL"),
    (("does not exist", "3d000"), "there is no such database or role",
     "create it, or correct SME2MODULE_DATABASE_URL"),
    (("permission denied", "42501"), "the user lacks permission", "grant it CREATE and USAGE on the schema"),
    (("refused", "could not translate", "resolve host", "name or service not known", "timeout expired",
      "connection timeout", "unreachable", "no route"),
     "it cannot be reached", "start it, or correct SME2MODULE_DATABASE_URL"),
    (("server closed", "terminating connection", "connection is closed", "connection is lost", "57p01"),
     "the connection was lost", "run again"),
)
_STOOD_STILL = "25p03"
_LOCKED = ("database is locked", "table is locked", "55p03", "40p01", "lock timeout")


def shown(url: URL) -> str:
    """The database's address without its password."""
    if url.get_backend_name() == "sqlite":
        return f"database {url.database}"
    return f"database {url.render_as_string(hide_password=True)}"


@contextmanager
def clear_failures(url: URL) -> Iterator[None]:
    """Within it SQLAlchemy's exceptions become StoreErrors."""
    try:
        yield
    except SQLAlchemyError as error:
        raise translated(error, url) from error


def translated(error: SQLAlchemyError, url: URL) -> StoreError:
    """The exception as one of ours."""
    what = shown(url)
    if isinstance(error, PoolTimeoutError):
        return WorkspaceLockedError(what, why="all connections are in use", mend="try again in a moment")
    cause = error.orig if isinstance(error, DBAPIError) else error
    said = f"{cause} {getattr(cause, 'sqlstate', None) or ''}".lower()
    if any(words in said for words in _LOCKED):
        return WorkspaceLockedError(
            what, why="another process is writing to it", mend="wait until it is done and try again"
        )
    if _STOOD_STILL in said:
        # Nothing of it was kept, so that it may be tried again like what was locked.
        return WorkspaceLockedError(
            what, why="this process stood still in the middle of a save, which was taken back", mend="try again"
        )
    for marks, why, mend in _CAUSES:
        if any(mark in said for mark in marks):
            return DatabaseError(what, why=why, mend=mend)
    first = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
    return DatabaseError(what, why=first[:200], mend="run with --verbose for the whole message")
