"""Zip archives of documents: each member is read by the reader of its own format."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.domain import Anchor, IngestWarning
from pipeline.errors import UnreadableError
from pipeline.ingest.base import Member, Reading, Sample
from pipeline.zipped import CANNOT_UNPACK

# What programs that pack leave behind, which nobody wrote.
_LEFT_BEHIND = frozenset(("__MACOSX", "Thumbs.db", "desktop.ini"))
# An archive with one of these is a document of its own kind, perhaps a damaged one.
_OF_OTHERS = ("[Content_Types].xml", "mimetype", "META-INF/container.xml", "content.xml", "word/", "ppt/", "xl/")
_IS_ENCRYPTED = 0x1


@dataclass(frozen=True)
class ArchiveReader:
    """A zip archive that is nothing else."""

    name: str = "zip"
    label: str = "zip archive of documents"
    suffixes: tuple[str, ...] = (".zip",)
    media_type: str = "application/zip"

    def recognises(self, sample: Sample) -> bool:
        """Any archive that no other format is made of."""
        return sample.members is not None and not any(
            member.startswith(_OF_OTHERS) for member in sample.members
        )

    def read(self, path: Path) -> Reading:
        """Its files in the order of their names; what can't be unpacked is warned of."""
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if _is_document(info)]
        if not infos:
            raise UnreadableError(str(path), code="empty", why="the archive is empty", mend="get a fresh copy")
        closed = [info for info in infos if info.flag_bits & _IS_ENCRYPTED or _is_link(info)]
        warnings = tuple(
            IngestWarning(
                code="encrypted" if info.flag_bits & _IS_ENCRYPTED else "unsupported",
                message=f"{_name(info)} was left out: it {'needs a password' if not _is_link(info) else 'is a link'}",
                anchor=Anchor(inside=_name(info)),
            )
            for info in closed
        )
        opened = sorted((info for info in infos if info not in closed), key=_order)
        return Reading(pieces=(), warnings=warnings, members=_unpacked(path, opened))


def _unpacked(path: Path, infos: list[zipfile.ZipInfo]) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for info in infos:
            try:
                with archive.open(info) as file:
                    # The directory may lie about sizes; what was checked is what is read.
                    content = file.read(info.file_size)
            except (*CANNOT_UNPACK, OSError) as error:
                yield Member(_name(info), b"", problem=f"it cannot be unpacked ({error})")
            else:
                yield Member(_name(info), content)


def _is_document(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return not info.is_dir() and not any(part in _LEFT_BEHIND or part.startswith(("._", ".DS_Store")) for part in parts)


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)


def _name(info: zipfile.ZipInfo) -> str:
    """The path inside, as people read it: never upwards, never from the root."""
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    return "/".join(part for part in parts if part not in ("/", "..", ".")) or "file"


def _order(info: zipfile.ZipInfo) -> list[tuple[int, str]]:
    """Folder by folder, and 2 before 10."""
    return [
        (int(part) if part.isdigit() else -1, part)
        for part in re.split(r"(\d+)", _name(info).casefold())
    ]
