"""Files that are complete or absent, and zips that are the same bytes every time.

In: bytes by name. Out: a file at a path. No clock, locale or file order of this machine gets into it.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import ExportError

# The earliest time a zip can hold; any fixed one would do.
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_REGULAR_FILE_644 = 0o100644 << 16


def write_whole(path: Path, content: bytes) -> None:
    """Write the file under a temporary name beside it and rename it; on failure nothing is left.

    Raises:
        ExportError: the folder is missing, full or not writable.

    """
    if path.exists() and not path.is_file():
        # Renaming over a device would replace it: /dev/null for the whole machine.
        raise ExportError(f"writing {path}", why="it is a folder, a pipe or a device", mend="name a file with -o")
    # Cut, because a name that just fits the file system would not fit with what is added.
    partial = path.with_name(f".{path.name[:40]}.{os.getpid()}.part")
    try:
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as problem:
        raise ExportError(
            f"writing {path}",
            why=problem.strerror or str(problem),
            mend="check that the folder exists, has room and can be written to",
        ) from problem
    finally:
        partial.unlink(missing_ok=True)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files: names sorted, fixed times and rights, deflated."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _REGULAR_FILE_644
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def rezipped(content: bytes) -> bytes:
    """The same zip with sorted names and fixed times: for libraries that stamp the clock into their files."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zipped({entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()})
