"""The workspace: a folder with `sme2module.toml`, its database file, and a folder for the sources' bytes."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import PRICES_FILE, SETTINGS_FILE
from pipeline.errors import DatabaseError

DATABASE_FILE = "sme2module.db"
SOURCES_FOLDER = "sources"

_SETTINGS = """\
# Settings of this sme2module workspace; flags and SME2MODULE_* environment variables go before them.
# A line that begins with # does nothing: it shows the default. Take the # away to set it.

# engine = "embedded"     # who drafts: embedded (offline) or openai (any OpenAI-compatible endpoint)
# model = "NAME"          # the model, for an engine that needs one; no default
# base_url = "https://…"  # address of the OpenAI-compatible endpoint; default: OpenAI's own
# timeout_s = 120         # how long one model call may take, in seconds
# concurrency = 8         # model calls in flight at most, over all workers
# requests_per_minute = 500     # model calls a minute at most, over all workers; default: no limit
# tokens_per_minute = 200000    # tokens a minute at most, over all workers; default: no limit
# parse_timeout_s = 120   # how long the reading of one document may take, in seconds
# parse_memory_mb = 2048  # how much memory it may take, in MB
# chunk_tokens = 1500     # how much of a source goes into one call; default for openai: 4000
# language = "en"         # language to draft in; default: the source's own
# reviewer = "NAME"       # who decisions are recorded under; default: the user account
# database_url = "postgresql://user@host:5432/name"  # default: SQLite in this folder
# sources = "PATH"        # where documents are kept: a path, s3://… or "database"; default: here, or in PostgreSQL
"""

_PRICES = """\
# What the models of this team cost, in US dollars per million tokens, as the endpoint's price list says. Costs and
# budgets are counted with these figures; the cost of a model that is not named is unknown. Take the # away to set it.

# [models."NAME"]             # as passed to --model
# input_usd = 0.25
# cached_input_usd = 0.025    # default: as input_usd
# output_usd = 2.0
# batch_share = 0.5           # what the Batch API asks of these prices; default: half
"""


@dataclass(frozen=True)
class Workspace:
    """Where a team's sources and modules are kept."""

    root: Path

    @classmethod
    def create(cls, root: Path) -> Workspace:
        """The workspace in that folder, made where it is missing; settings and prices that are there stay."""
        workspace = cls(root.resolve())
        try:
            workspace.sources.mkdir(parents=True, exist_ok=True)
            for name, content in ((SETTINGS_FILE, _SETTINGS), (PRICES_FILE, _PRICES)):
                if not (workspace.root / name).exists():
                    write_atomically(workspace.root / name, content.encode())
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


def write_atomically(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Writes under a temporary name and renames, so that the file is complete or absent.

    Without `durable` that does not hold for a power cut, which may leave the name and lose the bytes.
    """
    temporary = path.parent / f".{path.name[:24]}-{secrets.token_hex(8)}"
    # Not tempfile, which makes files private: a workspace on a shared folder is for the team, as its umask says.
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _unusable(path: Path, error: OSError) -> DatabaseError:
    reason = (error.strerror or str(error)).lower()
    return DatabaseError(
        f"workspace {path}", why=f"it cannot be used ({reason})",
        mend="free space, set the permissions, or name another folder with --workspace",
    )
