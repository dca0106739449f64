"""WordprocessingML elements by their local names: strict and transitional files differ only in the namespace.

Also the one way in which a part's XML is parsed: without a DTD, without anything from outside the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any

from pipeline.errors import UnreadableError

if TYPE_CHECKING:
    from lxml.etree import _Element

_SAFE: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False, "remove_comments": True,
    "remove_pis": True, "huge_tree": False,
}
# Element names of all parts of one file are a few hundred; a file with more has made them up.
_MAX_NAMES = 5_000
_names: dict[object, str] = {}


def local(element: _Element) -> str:
    """The element's name without namespace; "" for an entity."""
    tag = element.tag
    name = _names.get(tag)
    if name is None:
        name = tag.rpartition("}")[2] if isinstance(tag, str) else ""
        if len(_names) < _MAX_NAMES:
            _names[tag] = name
    return name


def child(element: _Element | None, name: str) -> _Element | None:
    """The first child of that name, or None."""
    if element is not None:
        for found in element:
            if (_names.get(found.tag) or local(found)) == name:  # a call each is a fifth of the time a file takes
                return found
    return None


def children(element: _Element | None) -> dict[str, _Element]:
    """The element's children by name; of twins, the first."""
    found: dict[str, _Element] = {}
    if element is not None:
        for part in element:
            found.setdefault(_names.get(part.tag) or local(part), part)
    return found


def value(element: _Element | None, name: str = "val") -> str | None:
    """The attribute of that local name, or None."""
    if element is not None:
        for key, found in element.items():
            if key == name or key.endswith("}" + name):
                return str(found)
    return None


def number(element: _Element | None, name: str = "val") -> int | None:
    """The attribute as a whole number, or None where it is none."""
    try:
        return int(value(element, name) or "")
    except ValueError:
        return None


def is_on(element: _Element | None) -> bool:
    """Whether an on/off property such as `w:b` or `w:vanish` is there and not switched off."""
    return element is not None and value(element) not in ("0", "false", "off", "none")


def parsed(stream: IO[bytes], part: str) -> _Element:
    """The root element of a part; raises UnreadableError for a DTD, XMLSyntaxError for damage."""
    from lxml import etree

    root = etree.parse(stream, etree.XMLParser(**_SAFE)).getroot()
    _refuse_dtd(root, part)
    return root


def streamed(stream: IO[bytes], part: str, container: str, names: Iterable[str]) -> Iterator[_Element]:
    """The container's children of those names, one by one; each is emptied when the next is asked for.

    A contract with large tables takes 250 MB as one tree.

    Raises:
        UnreadableError: The part has a DTD.
        XMLSyntaxError: It is damaged; what stood before the damage has been given by then.

    """
    from lxml import etree

    events = etree.iterparse(stream, events=("end",), tag=[f"{{*}}{name}" for name in names], **_SAFE)
    is_checked = False
    for _, element in events:
        parent = element.getparent()
        if parent is None or local(parent) != container or parent.getparent() is not element.getroottree().getroot():
            continue
        if not is_checked:
            _refuse_dtd(element, part)
            is_checked = True
        yield element
        element.clear()
        while element.getprevious() is not None:
            del parent[0]


def _refuse_dtd(element: _Element, part: str) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError(
            part, why="it declares entities or a document type (DTD), which no Word file does",
            mend="open it in Word and save it again",
        )
