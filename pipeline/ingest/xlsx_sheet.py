"""One sheet of a workbook as cells by row and column, read as a stream: what it claims to span costs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pipeline.ingest.office_package import Package, child, children, local, unescaped
from pipeline.ingest.xlsx_formats import NumberFormat, format_of

if TYPE_CHECKING:
    from lxml.etree import _Element

# So many cells are some 6,000 pages; nobody drafts training from them.
_MAX_CELLS = 300_000
_MAX_CHARS = 50_000_000
_MAX_COLUMN = 16_384
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_COLUMNS: dict[str, int] = {}


class Area(NamedTuple):
    """A range of cells; rows and columns count from 1, both ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        first = f"{letters(self.left)}{self.top}"
        last = f"{letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"


@dataclass
class Cells:
    """What a sheet holds."""

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    """Texts as shown, by row and column; only cells that hold something."""
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    unvalued: list[str] = field(default_factory=list)
    """Cells whose formula has no value in the file."""
    feet: str = ""
    """What is printed above and below each page."""


class Workbook:
    """What the cells of all sheets refer to: shared texts and formats."""

    def __init__(self, package: Package, *, strings: str | None, styles: str | None, is_1904: bool) -> None:
        self._package = package
        self._is_1904 = is_1904
        self._cells_left, self._chars_left = _MAX_CELLS, _MAX_CHARS
        self._strings = list(self._shared(strings)) if strings else []
        self._chars_left = _MAX_CHARS
        self._formats = _formats(package.xml(styles)) if styles else []

    def cells(self, part: str) -> Cells:
        """The sheet in that part; raises UnreadableError where the workbook holds more than can be read."""
        from lxml import etree

        made = Cells()
        row_number = 0
        tags = ("{*}row", "{*}mergeCell", "{*}col", "{*}oddHeader", "{*}oddFooter")
        with self._package.stream(part) as stream:
            for _, element in etree.iterparse(
                stream, events=("end",), tag=tags, resolve_entities=False, no_network=True, remove_comments=True
            ):
                name = local(element)
                if name == "row":
                    if not made.rows:
                        self._package.refuse_entities(element)
                    stated = element.get("r") or ""
                    row_number = int(stated) if stated.isdigit() else row_number + 1
                    if row := self._row(element, row_number, made):
                        made.rows[row_number] = row
                        if element.get("hidden") in ("1", "true"):
                            made.hidden_rows.add(row_number)
                elif name == "mergeCell":
                    if area := area_of(element.get("ref") or ""):
                        made.merged.append(area)
                elif name == "col" and element.get("hidden") in ("1", "true"):
                    first, last = (int(element.get(end) or 0) for end in ("min", "max"))
                    made.hidden_columns.update(range(max(first, 1), min(last, _MAX_COLUMN) + 1))
                elif name in ("oddHeader", "oddFooter"):
                    made.feet += " " + re.sub(r'&(?:"[^"]*"|\d+|K[0-9A-F]{6}|.)', " ", element.text or "")
                element.clear()
                while name == "row" and element.getprevious() is not None:
                    del element.getparent()[0]
        return made

    def _row(self, row: _Element, number: int, made: Cells) -> dict[int, str]:
        texts: dict[int, str] = {}
        column = 0
        for cell in row:
            place = cell.get("r")
            if len(cell) == 0:
                column = column if place else column + 1
                continue
            column = _column(place) if place else column + 1
            text = self._text(cell)
            if text is None:
                made.unvalued.append(f"{letters(column)}{number}")
                formula = child(cell, "f")
                text = f"={formula.text}" if formula is not None and formula.text else ""
            if text and not text.isspace():
                texts[column] = text
                self._cells_left -= 1
                self._chars_left -= len(text)
        if self._cells_left < 0 or self._chars_left < 0:
            raise self._package.too_large(f"its sheets hold more than {_MAX_CELLS} cells or {_MAX_CHARS >> 20} MB")
        return texts

    def _text(self, cell: _Element) -> str | None:
        """The cell as shown, or None for a formula without a value."""
        kind = cell.get("t")
        if kind == "inlineStr":
            return _rich_text(child(cell, "is"))
        value: str | None = None
        has_formula = False
        for part in cell:
            name = local(part)
            value = part.text if name == "v" else value
            has_formula = has_formula or name == "f"
        if value is None:
            return None if has_formula and kind != "str" else ""
        if kind == "s":
            index = int(value)
            return self._strings[index] if 0 <= index < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if value.strip() in ("1", "true") else "FALSE"
        if kind == "d":
            return value.removesuffix("T00:00:00").replace("T", " ")
        if kind in ("str", "e"):
            return unescaped(value)
        style = cell.get("s") or "0"
        form = self._formats[int(style)] if style.isdigit() and int(style) < len(self._formats) else _GENERAL
        return form.shown(value, is_1904=self._is_1904)

    def _shared(self, part: str) -> Iterator[str]:
        from lxml import etree

        with self._package.stream(part) as stream:
            for _, element in etree.iterparse(
                stream, events=("end",), tag="{*}si", resolve_entities=False, no_network=True, remove_comments=True
            ):
                if self._chars_left == _MAX_CHARS:
                    self._package.refuse_entities(element)
                text = _rich_text(element)
                self._chars_left -= len(text) + 1
                if self._chars_left < 0:
                    raise self._package.too_large(f"its texts have more than {_MAX_CHARS >> 20} MB")
                yield text
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def letters(column: int) -> str:
    """The column's name: A for 1, AA for 27."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name or "A"


def area_of(name: str) -> Area | None:
    """The area called so, such as "B2:C9", or None."""
    found = _CELL.findall(name)
    if not found:
        return None
    (left, top), (right, bottom) = found[0], found[-1]
    return Area(int(top), _column(left), int(bottom), _column(right))


def _column(name: str) -> int:
    plain = name.rstrip("0123456789").upper()
    if plain not in _COLUMNS:
        number = 0
        for letter in plain[:3]:
            number = number * 26 + ord(letter) - 64
        _COLUMNS[plain] = number
    return _COLUMNS[plain]


def _rich_text(element: _Element | None) -> str:
    """The text of a shared or inline string, without the reading aids of Japanese text."""
    if element is None:
        return ""
    words = []
    for part in element:
        name = local(part)
        if name == "t":
            words.append(part.text or "")
        elif name == "r":
            text = child(part, "t")
            words.append(text.text or "" if text is not None else "")
    return unescaped("".join(words))


_GENERAL = NumberFormat("General")


def _formats(styles: _Element) -> list[NumberFormat]:
    """The formats of the workbook's cell styles, in order."""
    codes: dict[int, str] = {}
    made: dict[int, NumberFormat] = {}
    formats: list[NumberFormat] = []
    for element in children(child(styles, "numFmts"), "numFmt"):
        stated = element.get("numFmtId") or ""
        if stated.isdigit():
            codes[int(stated)] = element.get("formatCode") or "General"
    for element in children(child(styles, "cellXfs"), "xf"):
        stated = element.get("numFmtId") or "0"
        number = int(stated) if stated.isdigit() else 0
        if number not in made:
            made[number] = format_of(number, codes)
        formats.append(made[number])
    return formats
