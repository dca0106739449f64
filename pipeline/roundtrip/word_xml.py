"""A Word package opened so that nothing in it can do harm: parts by relation, XML without entities, names without
namespaces, because files saved as "strict" use others for the same things.
"""

from __future__ import annotations

import contextlib
import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pipeline.errors import UnreadableError, UnsupportedFormatError
from pipeline.zipped import CANNOT_UNPACK, members_of

if TYPE_CHECKING:
    from lxml.etree import _Element

# A tree takes some ten times the memory of its text; a module of 500 elements has 2 MB.
_MAX_PART_BYTES = 40 * 1024 * 1024
_PIECE_BYTES = 256


class WordParts:
    """An open package; use it in a `with` statement.

    Raises:
        SourceError: It is no Word file, damaged, encrypted or far too large.

    """

    def __init__(self, path: Path, *, recover: bool = False) -> None:
        self._path, self._recover = path, recover
        self.mended: list[str] = []
        """Parts that are damaged and of which only a part could be read."""
        members_of(path, str(path))
        self._zip = zipfile.ZipFile(path)
        self._members = {info.filename.lstrip("/").lower(): info for info in self._zip.infolist()}
        main = next(iter(self._related("", "officeDocument")), "word/document.xml")
        self._main = main if main.lower() in self._members else ""
        if not self._main or self._type_of(self._main) == "other":
            self._zip.close()
            raise UnsupportedFormatError(
                str(path), why="it is no Word document", mend="give the .docx file that the expert sent back"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def body(self) -> _Element:
        """The document's body; raises UnreadableError where it has none."""
        found = child(self._xml(self._main), "body")
        if found is None:
            raise self._damaged("its text is missing")
        return found

    def part(self, kind: str) -> _Element | None:
        """The root of the part that the document points at with a relation of that kind; None where there is none."""
        for name in self._related(self._main, kind):
            if name.lower() in self._members:
                return self._xml(name)
        return None

    def core(self) -> _Element | None:
        """The root of the core properties."""
        for name in self._related("", "core-properties"):
            if name.lower() in self._members:
                return self._xml(name)
        return None

    def _type_of(self, name: str) -> str:
        return "word" if local(self._xml(name)) == "document" else "other"

    def _related(self, part: str, kind: str) -> Iterator[str]:
        folder, base = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if rels.lower() not in self._members:
            return
        for relation in self._xml(rels):
            if (relation.get("Type") or "").rpartition("/")[2] == kind and relation.get("TargetMode") != "External":
                target = (relation.get("Target") or "").replace("\\", "/")
                yield posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")

    def _xml(self, name: str) -> _Element:
        from lxml import etree

        info = self._members[name.lower()]
        if info.file_size > _MAX_PART_BYTES:
            raise UnreadableError(
                str(self._path), code="too_large",
                why=f"its part {name} has more than {_MAX_PART_BYTES >> 20} MB of XML, which no file of ours has",
                mend="give the file that the expert sent back",
            )
        try:
            content = self._zip.read(info)
        except CANNOT_UNPACK as error:
            content = self._salvaged(info) if self._recover else b""
            if not content:
                raise self._damaged(f"its part {name} cannot be unpacked") from error
            self._mend(name)
        try:
            root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError as error:
            if not self._recover:
                raise self._damaged(f"its part {name} is no well-formed XML ({error.msg})") from error
            root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
            if root is None:
                raise self._damaged(f"nothing of its part {name} can be read") from error
            self._mend(name)
        declared = root.getroottree().docinfo.internalDTD
        if declared is not None:
            raise UnreadableError(
                str(self._path), why="it declares a document type (DTD), which no Word file does",
                mend="open it in Word and save it again",
            )
        return root

    def _mend(self, name: str) -> None:
        if name not in self.mended:
            self.mended.append(name)

    def _salvaged(self, info: zipfile.ZipInfo) -> bytes:
        """What can be unpacked of a part before the damage, or all of it where only its checksum is wrong."""
        pieces: list[bytes] = []
        with contextlib.suppress(*CANNOT_UNPACK), self._zip.open(info) as stream:
            # The piece in which the damage shows is lost, so they are small.
            while piece := stream.read(_PIECE_BYTES):
                pieces.append(piece)
        return b"".join(pieces)

    def _damaged(self, why: str) -> UnreadableError:
        mend = "open it in LibreOffice, save it as .odt and give that"
        if self._recover:
            why, mend = f"{why}, and nothing of it could be recovered", f"{mend}, or ask for it again"
        else:
            mend += ", or read what can be read with --recover"
        return UnreadableError(str(self._path), why=f"the file is damaged: {why}", mend=mend)


def local(element: _Element) -> str:
    """The element's name without its namespace; "" for a comment or the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: _Element | None, *names: str) -> _Element | None:
    """What the steps down by those names lead to."""
    for name in names:
        element = next((item for item in element if local(item) == name), None) if element is not None else None
    return element


def attribute(element: _Element | None, name: str) -> str | None:
    """An attribute's value by its name without the namespace."""
    if element is None:
        return None
    return next((str(value) for key, value in element.items() if str(key).rpartition("}")[2] == name), None)


def descendants(element: _Element | None, name: str) -> Iterator[_Element]:
    """All elements of that name below."""
    if element is not None:
        yield from (item for item in element.iter() if local(item) == name)
