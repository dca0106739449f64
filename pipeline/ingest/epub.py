"""EPUB books to pieces: the chapters in reading order, each read as a page, with the member they come from."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from pipeline.domain import Anchor, BlockKind, IngestWarning
from pipeline.errors import EncryptedError, UnreadableError
from pipeline.ingest.base import Picture, Piece, Reading, Sample
from pipeline.ingest.html import page_reading
from pipeline.ingest.office_drawing import picture_in
from pipeline.ingest.office_package import Package, child, children, local
from pipeline.zipped import CANNOT_UNPACK

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
# Fonts are scrambled in many books that anybody may read.
_FONT_SCRAMBLING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
_MAX_CHAPTERS = 5_000


class _Entry(NamedTuple):
    """A line of the book's table of contents."""

    title: str
    level: int
    """Its depth, from 1."""


@dataclass(frozen=True)
class EpubReader:
    """EPUB books of versions 2 and 3 without copy protection."""

    name: str = "epub"
    label: str = "EPUB book"
    suffixes: tuple[str, ...] = (".epub",)
    media_type: str = "application/epub+zip"

    def recognises(self, sample: Sample) -> bool:
        """A zip archive with a book's container."""
        return sample.members is not None and _CONTAINER in sample.members

    def read(self, path: Path) -> Reading:
        """Blocks chapter by chapter; a chapter without a heading gets its title from the table of contents."""
        with Package(path) as package:
            book = _Book(package, path)
            pieces = tuple(book.pieces())
            return Reading(
                pieces=pieces, title=book.stated("title"), language=book.stated("language"),
                warnings=tuple(book.warnings()),
            )


class _Book:
    """The package document and what it lists."""

    def __init__(self, package: Package, path: Path) -> None:
        self._package = package
        container = package.xml(_CONTAINER)
        files = [item.get("full-path") or "" for item in container.iter() if local(item) == "rootfile"]
        main = next((name for name in files if package.has(name)), None)
        if main is None:
            raise UnreadableError(str(path), why="the book's list of chapters is missing", mend="get a fresh copy")
        self._folder = posixpath.dirname(main)
        self._root = package.xml(main)
        self._items = {
            item.get("id"): item for item in children(child(self._root, "manifest"), "item")
        }
        self._chapters = list(self._spine())
        if len(self._chapters) > _MAX_CHAPTERS:
            raise package.too_large(f"it has {len(self._chapters)} chapters")
        self._refuse_protected(path)
        self._warnings: list[IngestWarning] = []

    def stated(self, name: str) -> str | None:
        """What the book says of itself, such as its "title"."""
        found = child(self._root, "metadata", name)
        if found is None:
            found = next((item for item in self._root.iter() if local(item) == name), None)
        return " ".join("".join(found.itertext()).split()) or None if found is not None else None

    def pieces(self) -> Iterator[Piece]:
        """All chapters' pieces."""
        contents = self._contents()
        for name in self._chapters:
            if not self._package.has(name):
                self._warn("damaged_part", f"{name} is missing from the book; get a fresh copy", name)
                continue
            try:
                content = self._package.bytes(name)
            except CANNOT_UNPACK:
                self._warn("damaged_part", f"{name} is damaged and was left out; get a fresh copy", name)
                continue
            reading = page_reading(content, picture_of=partial(self._picture, name))
            if reading is None:
                continue
            found = [
                replace(piece, anchor=piece.anchor.model_copy(update={"inside": name})) for piece in reading.pieces
            ]
            entry = contents.get(name.lower())
            if entry and found and not any(piece.kind is BlockKind.HEADING for piece in found):
                yield Piece(BlockKind.HEADING, entry.title, level=entry.level, anchor=Anchor(inside=name))
                if found[0].text == entry.title:
                    found = found[1:]
            yield from found
            for warning in reading.warnings:
                self._warn(warning.code, f"{name}: {warning.message}", name)

    def warnings(self) -> list[IngestWarning]:
        """What was not read, once all pieces are made."""
        return self._warnings

    def _warn(self, code: str, message: str, name: str) -> None:
        self._warnings.append(IngestWarning(code=code, message=message, anchor=Anchor(inside=name)))

    def _name(self, address: str, folder: str | None = None) -> str:
        """The member that an address in the book leads to; what leads out of it names nothing there."""
        place = unquote(urlsplit(address).path)
        return posixpath.normpath(posixpath.join("/", self._folder if folder is None else folder, place)).lstrip("/")

    def _spine(self) -> Iterator[str]:
        for entry in children(child(self._root, "spine"), "itemref"):
            item = self._items.get(entry.get("idref"))
            if item is None or "nav" in (item.get("properties") or "").split():
                continue
            if (item.get("media-type") or "") in _PAGES:
                yield self._name(item.get("href") or "")

    def _refuse_protected(self, path: Path) -> None:
        if not self._package.has(_ENCRYPTION):
            return
        chapters = {name.lower() for name in self._chapters}
        for element in self._package.xml(_ENCRYPTION).iter():
            if local(element) != "EncryptedData":
                continue
            method, target = child(element, "EncryptionMethod"), child(element, "CipherData", "CipherReference")
            scheme = method.get("Algorithm") if method is not None else None
            name = self._name(target.get("URI") or "", "") if target is not None else ""
            if scheme not in _FONT_SCRAMBLING and name.lower() in chapters:
                raise EncryptedError(
                    str(path), why="the book is protected against copying (DRM), so its text is encrypted",
                    mend="get a copy without protection from its publisher",
                )

    def _contents(self) -> dict[str, _Entry]:
        """The table of contents: the first title of each chapter, by its name in lower case."""
        made: dict[str, _Entry] = {}
        for item in self._items.values():
            name = self._name(item.get("href") or "")
            is_nav = "nav" in (item.get("properties") or "").split()
            is_ncx = item.get("media-type") == "application/x-dtbncx+xml"
            if (is_nav or is_ncx) and self._package.has(name):
                from lxml import etree

                try:
                    root = self._package.xml(name)
                except etree.XMLSyntaxError:
                    continue  # the chapters are still there, only perhaps without a title
                for entry, address in _entries(root):
                    made.setdefault(self._name(address, posixpath.dirname(name)).lower(), entry)
        return made

    def _picture(self, chapter: str, address: str) -> Picture | None:
        name = self._name(address, posixpath.dirname(chapter))
        return None if urlsplit(address).scheme else picture_in(self._package, name)


def _entries(root: _Element) -> Iterator[tuple[_Entry, str]]:
    """Titles with their depth and address, of a navigation page (version 3) or an NCX file (version 2)."""
    for element in root.iter():
        name = local(element)
        if name == "navPoint":
            label, content = child(element, "navLabel", "text"), child(element, "content")
            title = " ".join((label.text or "").split()) if label is not None else ""
            depth = 1 + sum(local(above) == "navPoint" for above in element.iterancestors())
            address = (content.get("src") or "") if content is not None else ""
        elif name == "a" and any(local(above) == "nav" for above in element.iterancestors()):
            title = " ".join("".join(element.itertext()).split())
            depth = sum(local(above) == "ol" for above in element.iterancestors())
            address = element.get("href") or ""
        else:
            continue
        if title and address:
            yield _Entry(title, max(depth, 1)), address
