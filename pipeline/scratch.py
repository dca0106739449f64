"""Folders for passing files, and the clearing away of those that a killed process left behind.

A folder is locked by the process that made it for as long as that lives: the kernel lets go of the lock whatever ends
the process, `kill -9` included. So a folder of ours without a lock belongs to nobody, also where several machines or
containers share the place of temporary files and one's process numbers mean nothing to the other.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where the system's own clean-up is relied on
    fcntl = None  # type: ignore[assignment]

_PREFIX = "sme2module-"
# Between its making and its lock a folder looks like nobody's.
_YOUNG_S = 60.0
_sweeping = threading.Lock()
_swept = threading.Event()


@contextmanager
def scratch_folder() -> Iterator[str]:
    """The path of a folder that is gone afterwards; raises OSError where there is no room for one.

    The first one of a process clears away what others left behind.
    """
    _sweep_once()
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder, _held(folder):
        yield folder


def sweep(*, older_than_s: float = _YOUNG_S) -> int:
    """Removes the folders that nobody holds any more; how many there were. Raises nothing."""
    if fcntl is None:
        return 0
    removed = 0
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            if _is_left_behind(folder, older_than_s):
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
    return removed


def _sweep_once() -> None:
    if not _swept.is_set() and _sweeping.acquire(blocking=False):
        try:
            if not _swept.is_set():
                sweep()
                _swept.set()
        finally:
            _sweeping.release()


def _is_left_behind(folder: Path, older_than_s: float) -> bool:
    try:
        found = folder.lstat()
        if folder.is_symlink() or not folder.is_dir() or found.st_uid != os.getuid():
            return False
        if time.time() - found.st_mtime < older_than_s:
            return False
        with _opened(folder) as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held, or gone meanwhile
        return False
    return True


@contextmanager
def _held(folder: str) -> Iterator[None]:
    """Holds the folder's lock; a file system without locks has none, and then the folder's age keeps it."""
    if fcntl is None:
        yield
        return
    with _opened(folder) as handle:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_SH)
        yield


@contextmanager
def _opened(folder: str | Path) -> Iterator[int]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)
