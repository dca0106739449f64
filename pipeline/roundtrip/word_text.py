"""The text of Word paragraphs with their tracked changes, comments and bookmarks.

In: the XML of paragraphs. Out: stretches of text, each with who put it in and who took it out. Deleted text is kept,
inserted text is kept: python-docx's `paragraph.text` knows neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.domain.word import Cell, Stretch
from pipeline.roundtrip.shown import BULLET
from pipeline.roundtrip.word_xml import attribute, child, descendants, local

if TYPE_CHECKING:
    from lxml.etree import _Element

UNKNOWN = "an unnamed editor"
_INSERTING, _DELETING = ("ins", "moveTo"), ("del", "moveFrom")
_CONTAINERS = (
    "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "bdo", "dir", "ruby", "rubyBase", "oMath",
    "oMathPara",
)
_TEXTS = ("t", "delText")
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "", "ptab": "\t"}
_BOOKMARK = re.compile(r"_s2m_([a-z0-9]{8})_(\d+)_(\d+)")


@dataclass(frozen=True)
class _Mark:
    """Who changed what is being read."""

    inserted_by: str | None = None
    deleted_by: str | None = None
    at: datetime | None = None


@dataclass
class Reader:
    """Reads paragraphs one after the other, and remembers what is pinned to them."""

    numbering: dict[str, dict[int, str]] = field(default_factory=dict)
    """Number id → level → its format, such as "bullet" or "decimal"."""
    quotes: dict[str, str] = field(default_factory=dict)
    """Comment id → the words it is pinned to."""
    bookmarks: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)
    """Text boxes, whose text stands outside of rows."""
    pictures: int = 0
    """Pictures and other drawings met."""
    _open: dict[str, None] = field(default_factory=dict)
    _counts: dict[tuple[str, int], int] = field(default_factory=dict)
    _out: list[Stretch] = field(default_factory=list)

    def begin(self) -> None:
        """Forgets bookmarks and comments of the cells before; a comment that is still open goes on."""
        self.bookmarks, self.comments = [], list(self._open)

    def cell(self, blocks: Iterable[_Element]) -> Cell:
        """The text of paragraphs and of tables among them that are not ours, a line a row."""
        self._out = []
        for block in blocks:
            self._block(block, _Mark())
        stretches = _joined(self._out)
        while stretches and not stretches[-1].text.strip("\n"):
            stretches.pop()
        return Cell(stretches=tuple(stretches))

    def _block(self, block: _Element, mark: _Mark) -> None:
        name = local(block)
        if name == "p":
            self._paragraph(block, mark)
        elif name == "tbl":
            for row in descendants(block, "tr"):
                cells = [one for one in row if local(one) == "tc"]
                for number, one in enumerate(cells):
                    if number:
                        self._put(" | ", mark)
                    for paragraph in descendants(one, "p"):
                        self._runs(paragraph, mark)
                self._put("\n", mark)
        elif name in (*_INSERTING, *_DELETING):
            for one in block:
                self._block(one, _changed(mark, block))
        elif name in ("sdt", "sdtContent", "customXml"):
            for one in block:
                self._block(one, mark)
        else:
            self._anchor(block)

    def _paragraph(self, paragraph: _Element, mark: _Mark) -> None:
        properties = child(paragraph, "pPr")
        begun = len(self._out)
        self._runs(paragraph, mark)
        sign = self._list_sign(properties)
        if sign:
            # Where all of the paragraph is new, so is its number.
            new = self._out[begun:]
            is_new = bool(new) and all(one.inserted_by for one in new)
            self._out.insert(
                begun, Stretch(text=sign, inserted_by=new[0].inserted_by if is_new else None, at=mark.at)
            )
        run = child(properties, "rPr")
        for one in run if run is not None else ():
            if local(one) in (*_INSERTING, *_DELETING):
                mark = _changed(mark, one)
        self._put("\n", mark)

    def _runs(self, element: _Element, mark: _Mark) -> None:
        for one in element:
            name = local(one)
            if name == "r":
                self._run(one, mark)
            elif name in (*_INSERTING, *_DELETING):
                self._runs(one, _changed(mark, one))
            elif name in _CONTAINERS:
                self._runs(one, mark)
            else:
                self._anchor(one)

    def _run(self, run: _Element, mark: _Mark) -> None:
        for one in run:
            name = local(one)
            if name in _TEXTS:
                self._put(one.text or "", mark)
            elif name in _SIGNS:
                if attribute(one, "type") not in ("page", "column"):
                    self._put(_SIGNS[name], mark)
            elif name == "sym":
                self._put(_symbol(one), mark)
            elif name in ("drawing", "pict", "object", "AlternateContent"):
                box = next(descendants(one, "txbxContent"), None)
                if box is not None:
                    self.boxes.append(box)
                elif mark.deleted_by is None:
                    self.pictures += 1
            else:
                self._anchor(one)

    def _anchor(self, element: _Element) -> None:
        name = local(element)
        if name == "bookmarkStart":
            found = _BOOKMARK.match(attribute(element, "name") or "")
            if found:
                self.bookmarks.append(f"{found[1]}-{found[2]}.{found[3]}")
        elif name in ("commentRangeStart", "commentReference", "commentRangeEnd"):
            comment = attribute(element, "id") or ""
            if comment not in self.comments and name != "commentRangeEnd":
                self.comments.append(comment)
            if name == "commentRangeStart":
                self._open[comment] = None
            elif name == "commentRangeEnd":
                self._open.pop(comment, None)

    def _put(self, text: str, mark: _Mark) -> None:
        if not text:
            return
        self._out.append(
            Stretch(text=text, inserted_by=mark.inserted_by, deleted_by=mark.deleted_by, at=mark.at)
        )
        for comment in self._open:
            self.quotes[comment] = self.quotes.get(comment, "") + text

    def _list_sign(self, properties: _Element | None) -> str:
        """What Word shows before a paragraph that it numbers itself: a bullet, or its number."""
        number = attribute(child(properties, "numPr", "numId"), "val")
        if number is None or number == "0":
            return ""
        level = int(attribute(child(properties, "numPr", "ilvl"), "val") or 0)
        form = self.numbering.get(number, {}).get(level, "bullet")
        if form == "none":
            return ""
        if form == "bullet":
            return BULLET
        self._counts[number, level] = self._counts.get((number, level), 0) + 1
        return f"{self._counts[number, level]}. "


def numbering_of(root: _Element | None) -> dict[str, dict[int, str]]:
    """Number id → level → format, from the numbering part."""
    abstract = {
        attribute(one, "abstractNumId") or "": {
            int(attribute(level, "ilvl") or 0): attribute(child(level, "numFmt"), "val") or "decimal"
            for level in one if local(level) == "lvl"
        }
        for one in (root if root is not None else ()) if local(one) == "abstractNum"
    }
    return {
        attribute(one, "numId") or "": abstract.get(attribute(child(one, "abstractNumId"), "val") or "", {})
        for one in (root if root is not None else ()) if local(one) == "num"
    }


def moment(text: str | None) -> datetime | None:
    """A date of Word's; one without a zone counts as UTC."""
    try:
        found = datetime.fromisoformat((text or "").replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def author_of(element: _Element) -> str:
    """Who is named for a change or a comment."""
    return (attribute(element, "author") or "").strip() or UNKNOWN


def plain_text(element: _Element) -> str:
    """The text of a comment or a note as it stands, a line a paragraph."""
    return "\n".join(
        line for paragraph in descendants(element, "p")
        if (line := "".join(_words(paragraph)).strip())
    )


def _words(paragraph: _Element) -> Iterator[str]:
    for one in paragraph.iter():
        if local(one) == "t":
            yield one.text or ""
        elif local(one) in _SIGNS and local(one.getparent()) == "r":
            yield _SIGNS[local(one)]


def _changed(mark: _Mark, element: _Element) -> _Mark:
    who, at = author_of(element), moment(attribute(element, "date"))
    if local(element) in _INSERTING:
        return _Mark(who, mark.deleted_by, at or mark.at)
    return _Mark(mark.inserted_by, who, at or mark.at)


def _symbol(element: _Element) -> str:
    try:
        code = int(attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    # Wingdings' ticks and crosses, as people set them in a box.
    known = {0xF0FC: "\u2713", 0xF0FB: "\u2717", 0xF0FE: "\u2612", 0xF0FD: "\u2612", 0xF0A8: "\u2610", 0xF06F: "\u2610"}
    return known.get(code, "" if 0xF000 <= code <= 0xF0FF else chr(code) if code < 0xD800 else "")


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    """Neighbours with the same marks as one: Word splits runs at every save."""
    made: list[Stretch] = []
    for one in stretches:
        last = made[-1] if made else None
        if last and (last.inserted_by, last.deleted_by, last.at) == (one.inserted_by, one.deleted_by, one.at):
            made[-1] = last.model_copy(update={"text": last.text + one.text})
        else:
            made.append(one)
    return made
