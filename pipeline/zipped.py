"""Zip archives, which most office formats and question banks are, looked over before anything is unpacked."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from pathlib import Path

from pipeline.errors import EncryptedError, SourceError, UnreadableError

_MAX_MEMBERS = 50_000
_MAX_BYTES = 1 << 30
# Real files compress XML at most about 40 to 1; a bomb does it 1,000 to 1.
_MAX_RATIO = 100
_RATIO_FROM_BYTES = 50 << 20
_IS_ENCRYPTED = 0x1
_LOCAL, _END = b"PK\x03\x04", b"PK\x05\x06"
# APPNOTE 4.3.16: the end of the central directory, before a comment of up to 64 KB.
_END_RECORD = struct.Struct("<4s4H2IH")
_TAIL_BYTES = (1 << 16) + _END_RECORD.size
_IN_ZIP64 = 0xFFFF_FFFF

CANNOT_UNPACK = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError)
"""What `zipfile` raises for a member whose bytes are damaged, packed in a way it does not know, or need a password."""


def members_of(path: Path, shown: str) -> frozenset[str]:
    """The names of the archive's members.

    Raises:
        SourceError: `corrupt` where it is no whole archive, `too_large` for a bomb, `encrypted` where every file needs
            a password.

    """
    damaged = UnreadableError(
        shown, why="it begins like an Office file or zip archive but is damaged or cut off",
        mend="get a fresh copy of the file",
    )
    if _is_an_inner_one(path):
        raise damaged
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise damaged from error
    if problem := _problem(infos, path.stat().st_size, shown):
        raise problem
    return frozenset(info.filename for info in infos)


def _is_an_inner_one(path: Path) -> bool:
    """Whether the last directory in the file belongs to an archive that begins later than the file.

    So it is where a presentation with a workbook inside was cut off: it would be read as that workbook.
    """
    with path.open("rb") as file:
        is_archive = file.read(len(_LOCAL)) == _LOCAL
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL_BYTES))
        tail = file.read()
    at = tail.rfind(_END)
    if not is_archive or at < 0 or len(tail) - at < _END_RECORD.size:
        return False
    directory_size, directory_at = (int(value) for value in _END_RECORD.unpack_from(tail, at)[5:7])
    if directory_at == _IN_ZIP64:
        return False
    return size - len(tail) + at - directory_size > directory_at


def _problem(infos: list[zipfile.ZipInfo], packed: int, shown: str) -> SourceError | None:
    total = sum(info.file_size for info in infos)
    why = None
    if len(infos) > _MAX_MEMBERS:
        why = f"it holds {len(infos):,} files, and the limit is {_MAX_MEMBERS:,}"
    elif total > _MAX_BYTES or (total > _RATIO_FROM_BYTES and total > _MAX_RATIO * packed):
        why = f"it unpacks to {total >> 20} MB, which is too large for a document"
    if why:
        return UnreadableError(shown, code="too_large", why=why, mend="split it into smaller files")
    files = [info for info in infos if not info.is_dir()]
    if files and all(info.flag_bits & _IS_ENCRYPTED for info in files):
        return EncryptedError(shown, why="the archive needs a password", mend="unpack it and give what is inside")
    return None
