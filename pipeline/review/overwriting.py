"""Which file an export may write over: our own earlier package of the same module, and nothing that is anybody else's.

In: the path somebody named, and what the workspace knows of its exports. Out: nothing, or the refusal in one line.
What was changed since it was written is no package of ours any more: somebody may have worked in it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline.errors import ExportError, SourceError
from pipeline.export.carried import carried_by
from pipeline.export.settings_sheet import sheet_of
from pipeline.store.audit import Audit


def may_overwrite(path: Path, module_id: str, *, audit: Audit) -> None:
    """Raises ExportError where another file than an export of the module stands there.

    Args:
        path: Where the package is to be written; nothing, or an empty file, may be there.
        module_id: Of which module.
        audit: Has the hash of every export.

    """
    content = _content(path)
    if not content:
        return
    entry = audit.last_export(hashlib.sha256(content).hexdigest())
    if entry is None:
        raise _exists(path, _what_it_is(path))
    if entry.module != module_id:
        raise _exists(path, f"it is a package of another module, {entry.module}")


def may_overwrite_sheet(path: Path, module_id: str) -> None:
    """The same for the settings sheet beside a package: it is told by what it says of itself."""
    content = _content(path)
    if not content:
        return
    module = sheet_of(content)
    if module is None:
        raise _exists(path, "the settings sheet is to stand there, and sme2module did not write what does")
    if module != module_id:
        raise _exists(path, f"it is the settings sheet of another module, {module}")


def _content(path: Path) -> bytes:
    """Empty where nothing is lost; a folder or a device is the writer's to refuse."""
    if not path.is_file():
        return b""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExportError(
            str(path), why=f"what stands there cannot be read ({error.strerror or error})",
            mend="choose another path with -o",
        ) from error


def _what_it_is(path: Path) -> str:
    try:
        carried = carried_by(path)
    except SourceError:
        carried = None
    if carried is None:
        return "sme2module did not write what stands there"
    return "what stands there was changed since sme2module wrote it, or comes from another workspace"


def _exists(path: Path, why: str) -> ExportError:
    return ExportError(
        str(path), why=why, mend="choose another path with -o, or write over it with --force", code="exists"
    )
