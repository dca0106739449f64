"""The files of the sources' pictures, named by their content: `figures/SHA256.ENDING` in the workspace.

A team's machines share no folder: there the bytes are kept beside the sources' too, and fetched when they are wanted.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from pipeline.domain import Document
from pipeline.errors import StoreError
from pipeline.scratch import scratch_folder
from pipeline.store.contents import Contents, whole
from pipeline.store.workspace import Workspace, write_atomically

_NAME = re.compile(r"^figures/(?P<sha256>[0-9a-f]{64})\.[a-z]{1,5}$")


class Pictures:
    """The pictures of a workspace."""

    def __init__(self, workspace: Workspace, shared: Contents | None) -> None:
        """With `shared`, where other machines find the bytes; None where the workspace has all there is."""
        self._workspace = workspace
        self._shared = shared
        self._closing = ExitStack()
        self._passing: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder that readers write pictures into; made where it is missing. Raises StoreError.

        A machine that only works for a team, without a workspace of its own, keeps them until the store is closed.
        """
        try:
            if self._shared is not None and not self._workspace.settings_file.is_file():
                self._passing = self._passing or Path(self._closing.enter_context(scratch_folder()))
                return self._passing
            folder = self._workspace.root / "figures"
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(self._workspace.root / "figures", error) from error
        return folder

    def close(self) -> None:
        """Clears away what was only passing through."""
        self._closing.close()
        self._passing = None

    def share(self, document: Document) -> None:
        """Lets other machines have the document's pictures, before anybody is told of them; raises StoreError."""
        if self._shared is None:
            return
        names = dict.fromkeys(block.file for block in document.blocks if block.file)
        self._shared.keep_many((_sha256(name), self.read(name)) for name in names)

    def read(self, file: str) -> bytes:
        """The bytes of a picture by its path in the workspace; raises StoreError where they are gone or damaged."""
        sha256 = _sha256(file)
        path = self.folder / PurePosixPath(file).name
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            if self._shared is None:
                raise _missing(file) from None
            return self._fetched(sha256, path)
        except OSError as error:
            raise _unusable(path, error) from error
        if hashlib.sha256(content).hexdigest() != sha256 and self._shared is not None:
            return self._fetched(sha256, path)
        return whole(sha256, content, str(path))

    def _fetched(self, sha256: str, path: Path) -> bytes:
        assert self._shared is not None
        content = self._shared.read(sha256)
        write_atomically(path, content, durable=False)
        return content


def _sha256(file: str) -> str:
    found = _NAME.match(file)
    if found is None:  # a module from elsewhere may name any file
        raise StoreError(f"figure {file}", why="it is no picture of a workspace", mend="ingest the source again")
    return found["sha256"]


def _missing(file: str) -> StoreError:
    return StoreError(f"figure {file}", why="its file is gone", mend="restore a backup, or ingest the source again")


def _unusable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"figures {path}", why=f"it cannot be used ({(error.strerror or str(error)).lower()})",
        mend="free space or set the permissions",
    )
