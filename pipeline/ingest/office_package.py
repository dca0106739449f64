"""Office files as packages: parts by name, their relations, and XML parsed so that nothing in it can do harm.

Names of elements and attributes are looked up without their namespace, because files saved as "strict" use other
namespaces for the same things.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pipeline.errors import UnreadableError
from pipeline.zipped import CANNOT_UNPACK

if TYPE_CHECKING:
    from lxml.etree import _Element

# A tree takes some ten times the memory of its text. Sheets, which may be larger, are read as a stream.
_MAX_TREE_BYTES = 60 * 1024 * 1024


@dataclass(frozen=True)
class Relation:
    """What a part refers to."""

    kind: str
    """The last word of the relation's type, such as "slide"."""
    target: str
    """Name of the part, or the address where it lies outside."""
    is_external: bool


class Package:
    """An open Office file, which was looked over when it was identified (`zipped`); use it in a `with` statement.

    Raises:
        zipfile.BadZipFile: It is damaged.

    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zip = zipfile.ZipFile(path)
        # Part names are compared without case, and some producers write them with backslashes.
        self._members = {
            member.filename.replace("\\", "/").lstrip("/").lower(): member for member in self._zip.infolist()
        }

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def too_large(self, why: str) -> UnreadableError:
        """The error for a file that holds more than a document does."""
        return UnreadableError(
            str(self._path), code="too_large", why=f"{why}, which is too large for a document",
            mend="save what is to be taught as a file of its own",
        )

    def names(self) -> Iterator[str]:
        """The parts' names, in lower case."""
        return iter(self._members)

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name.lower() in self._members

    def bytes(self, name: str) -> bytes:
        """The part's content; raises KeyError where there is no such part."""
        return self._zip.read(self._members[name.lower()])

    def stream(self, name: str) -> zipfile.ZipExtFile:
        """The part as an open file; raises KeyError where there is no such part."""
        return self._zip.open(self._members[name.lower()])  # type: ignore[return-value]

    def xml(self, name: str) -> _Element:
        """The part's root; raises KeyError where there is no such part, and lxml's XMLSyntaxError."""
        if self._members[name.lower()].file_size > _MAX_TREE_BYTES:
            raise self.too_large(f"its part {name} has more than {_MAX_TREE_BYTES >> 20} MB of XML")
        root = parsed(self.bytes(name))
        self.refuse_entities(root)
        return root

    def refuse_entities(self, element: _Element) -> None:
        """Raises UnreadableError where the element's part declares entities: they are left out, and text with them."""
        declared = element.getroottree().docinfo.internalDTD
        if declared is not None and next(declared.iterentities(), None) is not None:
            raise UnreadableError(
                str(self._path), why="it declares entities in a document type (DTD), which no such file does",
                mend="open it where it was made and save it again",
            )

    def readable(self, name: str) -> _Element | None:
        """The part's root, or None where the part is missing or damaged."""
        from lxml import etree

        try:
            return self.xml(name)
        except (KeyError, etree.XMLSyntaxError, *CANNOT_UNPACK):
            return None

    def relations(self, name: str) -> dict[str, Relation]:
        """What the part refers to, by id; "" stands for the package itself."""
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if not self.has(rels):
            return {}
        made = {}
        for element in children(self.xml(rels), "Relationship"):
            is_external = element.get("TargetMode") == "External"
            target = element.get("Target") or ""
            if not is_external:
                # "../../x" can only name another part of this file: names are looked up, never opened as paths.
                path = unquote(target).replace("\\", "/")
                target = posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")
            kind = (element.get("Type") or "").rpartition("/")[2]
            made[element.get("Id") or ""] = Relation(kind, target, is_external)
        return made

    def main_part(self) -> str | None:
        """Name of the part that holds the document."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and not relation.is_external:
                return relation.target
        return None

    def property(self, name: str) -> str | None:
        """A core property, such as "title"."""
        for relation in self.relations("").values():
            if relation.kind == "core-properties":
                # A title is no reason to refuse a file.
                found = child(self.readable(relation.target), name)
                return (found.text or "").strip() or None if found is not None else None
        return None


def parsed(content: bytes) -> _Element:
    """The root of an XML document; entities, external files and nesting beyond 256 levels are not followed."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(content, parser)


def local(element: _Element) -> str:
    """The element's name without its namespace; "" for a comment or an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: _Element | None, *names: str) -> _Element | None:
    """The first child of that name, or, with several names, what such steps down lead to."""
    for name in names:
        element = next((item for item in element if local(item) == name), None) if element is not None else None
    return element


def children(element: _Element | None, name: str) -> list[_Element]:
    """The children of that name."""
    return [] if element is None else [item for item in element if local(item) == name]


def attribute(element: _Element | None, name: str) -> str | None:
    """An attribute's value by its name without the namespace."""
    if element is None:
        return None
    plain: str | None = element.get(name)
    if plain is not None:
        return plain
    return next((str(value) for key, value in element.items() if str(key).endswith("}" + name)), None)


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Text of an Office file with `_x000D_` and the like as the characters they stand for."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    # Half of a pair outside the basic plane is no character that could be written anywhere.
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)
