"""What Word's paragraph styles mean: headings by name or outline level, captions, quotes, code, contents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.domain import BlockKind
from pipeline.ingest.docx_runs import child, is_on, local, value

if TYPE_CHECKING:
    from lxml.etree import _Element

# Built-in styles keep their English name in the file whatever language Word speaks.
_HEADING_NAME = re.compile(r"^heading (\d)$", re.IGNORECASE)
_KINDS: tuple[tuple[re.Pattern[str], BlockKind], ...] = (
    (re.compile(r"^caption$", re.IGNORECASE), BlockKind.CAPTION),
    (re.compile(r"^(intense )?quote$|^block ?quote|^block text$", re.IGNORECASE), BlockKind.QUOTE),
    (re.compile(r"^html preformatted$|^(source )?code\b|^macro text$|^plain text$", re.IGNORECASE), BlockKind.CODE),
    (re.compile(r"^(footnote|endnote) text$", re.IGNORECASE), BlockKind.NOTE),
    (re.compile(r"^(header|footer)$", re.IGNORECASE), BlockKind.FURNITURE),
)
_CONTENTS = re.compile(r"^(toc \d|toc heading|table of figures|index \d)$", re.IGNORECASE)
_MAX_CHAIN = 20


@dataclass(frozen=True)
class Style:
    """What a paragraph style says, with what it inherits."""

    names: tuple[str, ...] = ()
    """The style's own name and those it is based on, nearest first."""
    outline_level: int | None = None
    """1 to 9, or None."""
    number: str | None = None
    """The id of the numbering the style brings along."""
    number_level: int = 0
    is_hidden: bool = False

    @property
    def heading_level(self) -> int | None:
        """1 for "heading 1" and for the title; else the outline level."""
        for name in self.names:
            if match := _HEADING_NAME.match(name):
                return int(match[1])
        if self.names and self.names[0].lower() == "title":
            return 1
        return self.outline_level

    @property
    def kind(self) -> BlockKind | None:
        """What a paragraph of the style is, where it is no common text."""
        for name in self.names:
            for pattern, kind in _KINDS:
                if pattern.match(name):
                    return kind
        return None

    @property
    def is_contents(self) -> bool:
        """Whether it is a line of a table of contents."""
        return any(_CONTENTS.match(name) for name in self.names)


class Styles:
    """All styles of a file; a missing part or id gives a style that says nothing."""

    def __init__(self, root: _Element | None) -> None:
        elements = [] if root is None else [element for element in root if local(element) == "style"]
        self._elements = {value(element, "styleId"): element for element in elements}
        self._default = next(
            (value(element, "styleId") for element in elements
             if value(element, "type") == "paragraph" and value(element, "default") in ("1", "true")), None,
        )
        self._resolved: dict[str | None, Style] = {}

    def of(self, style_id: str | None) -> Style:
        """The style of that id with what it inherits; the default paragraph style for None."""
        key = style_id or self._default
        if key not in self._resolved:
            self._resolved[key] = self._resolve(key)
        return self._resolved[key]

    def _resolve(self, style_id: str | None) -> Style:
        names: list[str] = []
        outline: int | None = None
        number: str | None = None
        number_level = 0
        hidden: bool | None = None
        while style_id in self._elements and len(names) < _MAX_CHAIN:
            element = self._elements[style_id]
            names.append(value(child(element, "name"), "val") or "")
            properties = child(element, "pPr")
            level = value(child(properties, "outlineLvl"), "val")
            if outline is None and level and level.isdigit():
                outline = int(level) + 1
            numbering = child(properties, "numPr")
            if number is None and numbering is not None:
                number = value(child(numbering, "numId"), "val")
                number_level = int(value(child(numbering, "ilvl"), "val") or 0)
            vanish = child(child(element, "rPr"), "vanish")
            if hidden is None and vanish is not None:
                hidden = is_on(vanish)
            style_id = value(child(element, "basedOn"), "val")
        return Style(
            names=tuple(names), outline_level=outline if outline is not None and outline < 10 else None,
            number=number, number_level=number_level, is_hidden=bool(hidden),
        )
