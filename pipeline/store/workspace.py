"""The workspace: a folder with `sme2module.toml`, its database file, and the sources' bytes by content."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import DatabaseError, StoreError

SETTINGS_FILE = "sme2module.toml"
DATABASE_FILE = "sme2module.db"
SOURCES_FOLDER = "sources"

_SETTINGS = """\
# Settings of this sme2module workspace; flags and SME2MODULE_* environment variables go before them.
# A line that begins with # does nothing: it shows the default. Take the # away to set it.

# engine = "embedded"     # who drafts: embedded (offline) or openai (any OpenAI-compatible endpoint)
# model = "NAME"          # the model, for an engine that needs one; no default
# base_url = "https://…"  # address of the OpenAI-compatible endpoint; default: OpenAI's own
# timeout_s = 120         # how long one model call may take, in seconds
# concurrency = 8         # model calls in flight at most
# chunk_tokens = 1500     # how much of a source goes into one call
# language = "en"         # language to draft in; default: the source's own
# reviewer = "NAME"       # who decisions are recorded under; default: the user account
# database_url = "postgresql://user@host:5432/name"  # default: SQLite in this folder
"""


@dataclass(frozen=True)
class Workspace:
    """Where a team's sources and modules are kept."""

    root: Path

    @classmethod
    def create(cls, root: Path) -> Workspace:
        """The workspace in that folder, made where it is missing; settings that are there stay."""
        workspace = cls(root.resolve())
        try:
            workspace.sources.mkdir(parents=True, exist_ok=True)
            if not workspace.settings_file.exists():
                write_atomically(workspace.settings_file, _SETTINGS.encode())
        except OSError as error:
            raise _unusable(workspace.root, error) from error
        return workspace

    @classmethod
    def find(cls, start: Path) -> Workspace | None:
        """The workspace of the nearest folder upwards with `sme2module.toml`; None where there is none."""
        here = start.resolve()
        for folder in (here, *here.parents):
            if (folder / SETTINGS_FILE).is_file():
                return cls(folder)
        return None

    @property
    def settings_file(self) -> Path:
        """The file of settings."""
        return self.root / SETTINGS_FILE

    @property
    def database_file(self) -> Path:
        """The SQLite database, where no other is named."""
        return self.root / DATABASE_FILE

    @property
    def sources(self) -> Path:
        """The folder of the sources' bytes."""
        return self.root / SOURCES_FOLDER

    def source_file(self, sha256: str) -> Path:
        """The file with the bytes of that hash."""
        return self.sources / sha256

    def keep_source(self, sha256: str, content: bytes) -> None:
        """Writes the bytes where they are not kept yet."""
        path = self.source_file(sha256)
        try:
            if path.is_file() and path.stat().st_size == len(content):
                return
            self.sources.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content)
        except OSError as error:
            raise _unusable(self.sources, error) from error

    def source_content(self, sha256: str) -> bytes:
        """The bytes of that hash; raises StoreError where they are gone."""
        path = self.source_file(sha256)
        try:
            return path.read_bytes()
        except FileNotFoundError as error:
            raise StoreError(
                f"source {sha256[:12]}", why=f"{path} is missing", mend="ingest the file again"
            ) from error
        except OSError as error:
            raise _unusable(path, error) from error


def write_atomically(path: Path, content: bytes) -> None:
    """Writes under a temporary name and renames, so that the file is complete or absent."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:24]}-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files private; a workspace on a shared folder is for the team.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    # There is no way to ask without setting; the moment in between is harmless to files made with mkstemp.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _unusable(path: Path, error: OSError) -> DatabaseError:
    reason = (error.strerror or str(error)).lower()
    return DatabaseError(
        f"workspace {path}", why=f"it cannot be used ({reason})",
        mend="free space, set the permissions, or name another folder with --workspace",
    )
