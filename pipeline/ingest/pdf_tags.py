"""What the tags of a tagged PDF say of a page: headings, paragraphs, table cells, figures' descriptions.

The tree is the author's own statement, so it is believed before looks are; where it is plainly wrong (every line a
paragraph of its own) its paragraphs are not.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.ingest import pdf_native as native
from pipeline.ingest.pdf_native import NativePage

_MAX_ELEMENTS = 20_000
_MAX_DEPTH = 40
HEADING_TAGS = {"H": 1, "Title": 1, **{f"H{level}": level for level in range(1, 7)}}
_BLOCKS = frozenset(("P", "LI", "LBody", "Caption", "BlockQuote", "Note", "TOCI", "Code", "FENote", "Aside"))


class Tag(NamedTuple):
    """What the tags say of a piece of marked content."""

    block: int
    """Number of the element on its page that makes a block, or -1."""
    kind: str
    """Its standard type, such as "P" or "H2"."""
    cell: tuple[int, int, int] | None
    """Table, row and column, where it stands in one."""

    @property
    def level(self) -> int | None:
        """Heading level from 1, or None for what is no heading."""
        return HEADING_TAGS.get(self.kind)


@dataclass
class PageTags:
    """The tags of a page, by number of marked content."""

    tags: dict[int, Tag] = field(default_factory=dict)
    descriptions: dict[int, str] = field(default_factory=dict)
    """Alternative text of figures."""
    spans: dict[tuple[int, int, int], tuple[int, int]] = field(default_factory=dict)
    """Rows and columns that a cell takes, where it is more than one."""


def read_tags(page: NativePage) -> PageTags:
    """The page's tags; empty where it has none."""
    made = PageTags()
    tree = native.struct_tree(page.page)
    if tree:
        try:
            _Reader(made).tree(tree)
        finally:
            native.close_struct_tree(tree)
    return made


class _Reader:
    def __init__(self, made: PageTags) -> None:
        self._made = made
        self._left = _MAX_ELEMENTS
        self._blocks = 0
        self._tables = 0
        self._name = ctypes.create_string_buffer(64)
        self._name_at = ctypes.addressof(self._name)

    def tree(self, tree: int) -> None:
        for at in range(min(native.struct_count(tree), _MAX_ELEMENTS)):
            child = native.struct_child(tree, at)
            if child:
                self._element(child, -1, "", None, 0)

    def _element(self, element: int, block: int, kind: str, table: _Table | None, depth: int) -> None:
        self._left -= 1
        if self._left < 0 or depth > _MAX_DEPTH:
            return
        own = self._type(element)
        if own in HEADING_TAGS or own in _BLOCKS or own in ("TD", "TH"):
            # A paragraph in a cell, heading or list item is part of it.
            if block < 0 or own in ("LI", "TD", "TH") or kind in ("LI", "LBody", ""):
                self._blocks += 1
                block = self._blocks
                kind = own
        elif own == "Table":
            self._tables += 1
            table, block, kind = _Table(self._tables), -1, ""
        elif own == "TR" and table is not None:
            table.begin_row()
        elif own == "Figure":
            self._describe(element)
        if own in ("TD", "TH") and table is not None:
            table.begin_cell(_number(element, b"RowSpan"), _number(element, b"ColSpan"), self._made)
        for at in range(min(max(0, native.element_count(element)), _MAX_ELEMENTS)):
            content = native.element_content(element, at)
            if content >= 0:
                self._made.tags[content] = Tag(block, kind, table.cell if table is not None else None)
            elif child := native.element_child(element, at):
                self._element(child, block, kind, table, depth + 1)
        if own in ("TD", "TH") and table is not None:
            table.end_cell()

    def _type(self, element: int) -> str:
        # Standard types are short; one call instead of two, for each of thousands of elements.
        length = native.element_type(element, self._name_at, 64)
        return self._name.raw[: max(0, length - 2)].decode("utf-16-le", "replace") if length <= 64 else ""

    def _describe(self, element: int) -> None:
        words = native.wide(native.element_alt, element) or native.wide(native.element_actual, element)
        if not words.strip():
            return
        for at in range(min(max(0, native.element_count(element)), 50)):
            content = native.element_content(element, at)
            if content >= 0:
                self._made.descriptions[content] = words


class _Table:
    """Counts rows and columns of a table as its tags pass."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._row = -1
        self._column = 0
        self._taken: set[tuple[int, int]] = set()
        self.cell: tuple[int, int, int] | None = None

    def begin_row(self) -> None:
        self._row += 1
        self._column = 0

    def begin_cell(self, rows: int, columns: int, made: PageTags) -> None:
        while (self._row, self._column) in self._taken:
            self._column += 1
        self.cell = (self._number, self._row, self._column)
        if rows > 1 or columns > 1:
            made.spans[self.cell] = (rows, columns)
            self._taken |= {
                (self._row + down, self._column + along) for down in range(rows) for along in range(columns)
            }
        self._column += columns

    def end_cell(self) -> None:
        self.cell = None


def _number(element: int, name: bytes) -> int:
    """A table attribute of the element, 1 where it has none."""
    value = ctypes.c_float()
    for at in range(min(max(0, native.attribute_count(element)), 8)):
        attribute = native.get_attribute(element, at)
        entry = native.attribute_value(attribute, name) if attribute else None
        if entry and native.attribute_number(entry, ctypes.addressof(value)):
            return max(1, min(int(value.value), 100))
    return 1
