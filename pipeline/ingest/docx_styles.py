"""What Word's paragraph styles mean: headings by name or outline level, captions, quotes, code, contents."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.domain import BlockKind
from pipeline.ingest.docx_xml import child, children, is_on, local, number, value

if TYPE_CHECKING:
    from lxml.etree import _Element

# Word keeps its built-in styles' English names in the file whatever language it speaks; some programs don't.
_HEADING_NAME = re.compile(
    r"^(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift|nagłówek|otsikko|nadpis|címsor"
    r"|başlık|заголовок|标题|標題|見出し|제목) ?([1-9])$", re.IGNORECASE,
)
_HEADING_ID = re.compile(r"^heading ?([1-9])$", re.IGNORECASE)
_TITLE = "title"
_KINDS: tuple[tuple[re.Pattern[str], BlockKind], ...] = (
    (re.compile(r"^caption$", re.IGNORECASE), BlockKind.CAPTION),
    (re.compile(r"^(intense )?quote$|^block ?quote|^block text$", re.IGNORECASE), BlockKind.QUOTE),
    (re.compile(r"^html preformatted$|^(source )?code\b|^macro text$", re.IGNORECASE), BlockKind.CODE),
    (re.compile(r"^(footnote|endnote) text$", re.IGNORECASE), BlockKind.NOTE),
    (re.compile(r"^(header|footer)$", re.IGNORECASE), BlockKind.FURNITURE),
)
# "List Number 2" is Word's own style for steps of a step, though it has a list of its own.
_LIST_DEPTH = re.compile(r"^list (?:bullet|number) ([2-5])$", re.IGNORECASE)
_CONTENTS = re.compile(r"^(toc \d|toc heading|table of figures|index \d)$", re.IGNORECASE)
_MAX_CHAIN = 20
_BODY_LEVEL = 10
"""`w:outlineLvl` 9, counted from 1: the level of body text."""


@dataclass(frozen=True)
class Style:
    """What a paragraph style says, with what it inherits."""

    id: str | None = None
    level: int | None = None
    """Heading level from 1, or None."""
    is_title: bool = False
    """Whether it is the style of the document's own title."""
    kind: BlockKind | None = None
    """What a paragraph of the style is, where it is no common text."""
    is_contents: bool = False
    """Whether it is a line of a table of contents."""
    number: str | None = None
    """The id of the numbering the style brings along."""
    number_level: int | None = None
    number_style: str | None = None
    """The style in the chain that brings the numbering; the list may say which of its levels is that style's."""
    list_depth: int = 1
    """How deep its items are nested at least, from 1."""
    is_hidden: bool = False
    language: str | None = None


@dataclass
class _Chain:
    """What has been gathered on the way from a style to the one it is based on, and so on."""

    names: list[str] = field(default_factory=list)
    level: int | None = None
    number: str | None = None
    number_level: int | None = None
    number_style: str | None = None
    is_hidden: bool | None = None
    language: str | None = None

    def add(self, style_id: str | None, element: _Element) -> None:
        parts = children(element)
        name = value(parts.get("name")) or ""
        self.names.append(name)
        paragraph, run = children(parts.get("pPr")), children(parts.get("rPr"))
        if self.level is None:
            outline = number(paragraph.get("outlineLvl"))
            self.level = _heading_level(name) or (None if outline is None else outline + 1)
        numbering = children(paragraph.get("numPr"))
        if self.number_level is None:
            self.number_level = number(numbering.get("ilvl"))
        if self.number is None and "numId" in numbering:
            self.number = value(numbering["numId"])
            self.number_style = style_id
        if self.is_hidden is None and "vanish" in run:
            self.is_hidden = is_on(run["vanish"])
        self.language = self.language or value(run.get("lang"))


class Styles:
    """All styles of a file; a missing part or id gives a style that says nothing."""

    def __init__(self, root: _Element | None) -> None:
        elements = [] if root is None else [element for element in root if local(element) == "style"]
        self._elements = {value(element, "styleId"): element for element in elements}
        self._default = next(
            (value(element, "styleId") for element in elements
             if value(element, "type") == "paragraph" and value(element, "default") in ("1", "true", "on")), None,
        )
        self._resolved: dict[str | None, Style] = {}
        defaults = child(child(child(root, "docDefaults"), "rPrDefault"), "rPr")
        self.language = value(child(defaults, "lang"))
        """What the file sets its text in where nothing says otherwise."""

    def of(self, style_id: str | None) -> Style:
        """The style of that id with what it inherits; the default paragraph style for None."""
        key = style_id or self._default
        if key not in self._resolved:
            self._resolved[key] = self._resolve(key)
        return self._resolved[key]

    def numbering_of(self, style_id: str) -> str | None:
        """The numbering that a numbering style stands for, or None."""
        element = self._elements.get(style_id)
        return value(child(child(child(element, "pPr"), "numPr"), "numId"))

    def _resolve(self, style_id: str | None) -> Style:
        if style_id is not None and style_id not in self._elements:
            # Made by a program that wrote no definitions: the id is all there is.
            found = _HEADING_ID.match(style_id)
            return Style(id=style_id, level=int(found[1]) if found else None, is_title=style_id.lower() == _TITLE)
        chain = _Chain()
        above = style_id
        while above in self._elements and len(chain.names) < _MAX_CHAIN:
            element = self._elements[above]
            chain.add(above, element)
            above = value(child(element, "basedOn"))
        return Style(
            id=style_id,
            level=chain.level if chain.level is not None and chain.level < _BODY_LEVEL else None,
            is_title=bool(chain.names) and chain.names[0].lower() == _TITLE,
            kind=_kind(chain.names), is_contents=any(_CONTENTS.match(name) for name in chain.names),
            number=chain.number, number_level=chain.number_level, number_style=chain.number_style,
            list_depth=max((int(found[1]) for name in chain.names if (found := _LIST_DEPTH.match(name))), default=1),
            is_hidden=bool(chain.is_hidden), language=chain.language or self.language,
        )


def _heading_level(name: str) -> int | None:
    found = _HEADING_NAME.match(name)
    return int(found[1]) if found else None


def _kind(names: list[str]) -> BlockKind | None:
    for name in names:
        for pattern, kind in _KINDS:
            if pattern.match(name):
                return kind
    return None
