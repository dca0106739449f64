"""Which file an export may write over: a package of ours, and nothing that somebody else wrote or may have worked in.

In: the path somebody named, and what the workspace knows of its exports. Out: nothing, or the refusal in one line.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline.errors import ExportError, SourceError
from pipeline.export.carried import carried_by
from pipeline.export.settings_sheet import sheet_of
from pipeline.store.audit import Audit

# What people go on working in: one of ours that was changed since holds their work.
_WORKED_IN = (".docx", ".xlsx", ".pptx", ".md")
# Endings of formats that have no room to say whose they are: what stands there may be ours.
_UNSIGNED = (".txt", ".csv")


def may_overwrite(path: Path, *, audit: Audit) -> None:
    """Raises ExportError where what stands there is not ours, or is and was changed since.

    Args:
        path: Where the package is to be written; nothing, or an empty file, may be there.
        audit: Has the hash of every export.

    """
    content = _content(path)
    if not content or audit.last_export(hashlib.sha256(content).hexdigest()) is not None:
        return
    if _is_ours(path):
        if path.suffix.lower() in _WORKED_IN:
            why = "what stands there was changed since sme2module wrote it, or comes from another workspace"
            raise _exists(path, why)
    elif path.suffix.lower() not in _UNSIGNED:
        raise _exists(path, "sme2module did not write what stands there")


def may_overwrite_sheet(path: Path) -> None:
    """The same for the settings sheet beside a package: it is told by what it says of itself."""
    content = _content(path)
    if content and sheet_of(content) is None:
        raise _exists(path, "the settings sheet is to stand there, and sme2module did not write what does")


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


def _is_ours(path: Path) -> bool:
    try:
        return carried_by(path) is not None
    except SourceError:
        return False


def _exists(path: Path, why: str) -> ExportError:
    return ExportError(
        str(path), why=why, mend="choose another path with -o, or write over it with --force", code="exists"
    )
