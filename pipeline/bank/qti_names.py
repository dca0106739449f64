"""QTI's element names over its versions: `choiceInteraction` in 2.x is `qti-choice-interaction` in 3.0."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.bank.markup import local

if TYPE_CHECKING:
    from lxml.etree import _Element

_names: dict[str, str] = {}


def plain_name(element: _Element) -> str:
    """The element's name in lower case without namespace, "qti-" and hyphens: "choiceinteraction"."""
    name = local(element)
    known = _names.get(name)
    if known is None:
        known = name.lower().removeprefix("qti-").replace("-", "")
        if len(_names) < 5_000:
            _names[name] = known
    return known


def below(element: _Element, *names: str) -> Iterator[_Element]:
    """The elements of those plain names anywhere below, in order."""
    for found in element.iter():
        if found is not element and plain_name(found) in names:
            yield found


def first_below(element: _Element, *names: str) -> _Element | None:
    """The first of them, or None."""
    return next(below(element, *names), None)


def attribute(element: _Element, name: str) -> str:
    """The attribute, in 3.0's spelling where there is no other ("response-identifier"); "" where there is none."""
    hyphened = "".join(f"-{char.lower()}" if char.isupper() else char for char in name)
    return element.get(name) or element.get(hyphened) or ""
