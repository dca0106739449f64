"""The parts of an Office file and how they hang together, read from the zip archive itself.

python-docx and its like refuse a package with a dangling relation or a missing content type, which other programs
write and Word opens.
"""

from __future__ import annotations

import contextlib
import posixpath
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self
from urllib.parse import unquote

from lxml.etree import XMLSyntaxError

from pipeline.errors import EncryptedError, UnreadableError
from pipeline.ingest.damage import stumbled_over
from pipeline.ingest.docx_xml import child, local, parsed, value
from pipeline.zipped import CANNOT_UNPACK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from lxml.etree import _Element

_MAIN = "word/document.xml"
_IS_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Relation:
    """What a part points at."""

    kind: str
    """The last word of its type, such as "footnotes"."""
    target: str
    """A part's name, or an address outside the package."""
    is_external: bool


class DamagedPartError(UnreadableError):
    """A part of the package cannot be unpacked or parsed."""


class Package:
    """An open package; a part that is missing is None, as Word takes it, one that is damaged raises."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._archive = zipfile.ZipFile(path)
        # Names are compared without case, and some programs write them with backslashes.
        self._infos = {_key(info.filename): info for info in self._archive.infolist() if not info.is_dir()}
        self._relations: dict[str, dict[str, Relation]] = {}
        self.left_out: list[str] = []
        """Parts that are damaged and that the text can do without."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._archive.close()

    @cached_property
    def main(self) -> str:
        """The name of the part that holds the body; raises UnreadableError."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and _key(relation.target) in self._infos:
                return relation.target
        if _MAIN in self._infos:
            return _MAIN
        raise UnreadableError(
            str(self._path), why="the part with its text is missing", mend="save it again in Word, or get a fresh copy"
        )

    def relations(self, part: str) -> dict[str, Relation]:
        """The part's relations by id; those of the package for ""."""
        if part not in self._relations:
            folder, name = posixpath.split(part)
            root = self.root(posixpath.join(folder, "_rels", f"{name}.rels"))
            self._relations[part] = {} if root is None else dict(_related(root, folder))
        return self._relations[part]

    def related(self, part: str, kind: str) -> list[str]:
        """Names of the parts that the part points at with relations of that kind, in order."""
        return [
            found.target for found in self.relations(part).values() if found.kind == kind and not found.is_external
        ]

    def root(self, name: str) -> _Element | None:
        """The root element of a part, or None where there is no such part."""
        if self._info(name) is None:
            return None
        with self.stream(name) as stream:
            return parsed(stream, str(self._path))

    def readable(self, name: str) -> _Element | None:
        """As `root`, but None for a part that is damaged, which `left_out` then names."""
        try:
            return self.root(name)
        except DamagedPartError:
            self.left_out.append(name)
            return None

    def root_of(self, part: str, kind: str) -> _Element | None:
        """The root element of the first part that the part points at with a relation of that kind, or None."""
        return next((root for name in self.related(part, kind) if (root := self.root(name)) is not None), None)

    def content(self, name: str, limit: int) -> bytes | None:
        """A part's bytes; None where it is missing, has more than `limit`, or is damaged: `left_out` names it then."""
        info = self._info(name)
        if info is None or info.file_size > limit:
            return None
        try:
            with self.stream(name) as stream:
                return stream.read()
        except DamagedPartError:
            self.left_out.append(name)
            return None

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return self._info(name) is not None

    @contextlib.contextmanager
    def stream(self, name: str) -> Iterator[IO[bytes]]:
        """A part's bytes as a stream; the part must be there. Says which part it was where reading it fails."""
        info = self._infos[_key(name)]
        if info.flag_bits & _IS_ENCRYPTED:
            raise EncryptedError(
                str(self._path), why="the archive needs a password", mend="unpack and save it without one"
            )
        try:
            with self._archive.open(info) as stream:
                yield stream
        except (XMLSyntaxError, *CANNOT_UNPACK) as error:
            if "memory" in str(error).lower():
                raise  # the caller tells want of memory from damage by the parser's own words
            raise DamagedPartError(
                str(self._path), why=f"its part {name} is damaged: {stumbled_over(error)}",
                mend="open it in Word and save it again, or get a fresh copy",
            ) from error

    def property(self, name: str) -> str | None:
        """A core property, such as "title", or None."""
        for part in self.related("", "core-properties"):
            with contextlib.suppress(UnreadableError):  # nobody needs them in order to read the text
                found = child(self.root(part), name)
                return (found.text or None) if found is not None else None
        return None

    def _info(self, name: str) -> zipfile.ZipInfo | None:
        return self._infos.get(_key(name))


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _related(root: _Element, folder: str) -> Iterator[tuple[str, Relation]]:
    for element in root:
        if local(element) != "Relationship":
            continue
        target = (value(element, "Target") or "").replace("\\", "/")
        is_external = value(element, "TargetMode") == "External"
        if not is_external:
            target = posixpath.normpath(posixpath.join("/", folder, unquote(target.partition("#")[0]))).lstrip("/")
        kind = (value(element, "Type") or "").rstrip("/").rpartition("/")[2]
        yield value(element, "Id") or "", Relation(kind, target, is_external)
