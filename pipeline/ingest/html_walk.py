"""One pass over a page's elements, words gathered into blocks as a reader sees them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from pipeline.domain import Anchor, BlockKind
from pipeline.ingest.base import Picture, Piece
from pipeline.ingest.clean import one_line
from pipeline.ingest.html_regions import is_furniture, is_hidden, is_skipped, is_unseen, main_content, unseen_names
from pipeline.ingest.html_tables import cell_text, is_data_table, table_rows

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADING = re.compile(r"^h([1-6])$")
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody "
    "td tfoot th thead tr ul".split()
)
_DATA = re.compile(r"\Adata:image/(png|jpe?g|gif|webp|svg\+xml|bmp)[^,]{0,100}?(;base64)?,", re.IGNORECASE)
_DATA_ENDINGS = {"jpeg": ".jpg", "jpg": ".jpg", "svg+xml": ".svg"}
# Dots that load late or count visits.
_MIN_PICTURE_BYTES = 200
_MAX_PICTURE_CHARS = 30_000_000
_MATH_ALT = re.compile(r"\A\{\\(?:displaystyle|textstyle)\s*(.*)\}\Z", re.DOTALL)
# Around the content only running text is kept; shorter lines are labels of links and buttons.
_PROSE_CHARS = 60
_SENTENCE_CHARS = 25
_SENTENCE_END = re.compile(r"[.!?。！？]['\")\]]*$")
# Chinese and Japanese say in one sign what takes a word elsewhere.
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NEUTRAL = frozenset("html body".split())

PictureOf = Callable[[str], Picture | None]


class Walk:
    """The blocks of a page, and how much of it was navigation."""

    def __init__(self, body: _Element, *, picture_of: PictureOf | None = None, is_fragment: bool = False) -> None:
        self.left_out: list[str] = []
        """Labels of links and buttons that are no text of the page."""
        self._body = body
        self._is_fragment = is_fragment
        self._main = None if is_fragment else main_content(body)
        self._picture_of = picture_of or (lambda address: None)
        self._leads_to_main = set(self._main.iterancestors()) if self._main is not None else set()
        self._has_main_title = self._main is not None and self._main.find(".//h1") is not None
        self._unseen_names = unseen_names(body.getroottree().getroot())
        self._main_depth = self._furniture_depth = self._unseen_depth = 0
        self._words: list[str] = []
        self._line: int | None = None
        self._link_depth = self._link_chars = 0
        self._lists: list[int | None] = []
        self._styles: list[str] = []
        self._item: str | None = None
        self._quotes = 0
        self._heading: int | None = None
        self._heading_alt = ""
        self._term = ""

    def pieces(self) -> Iterator[Piece]:
        """The blocks, in the order of the page."""
        for piece in self._walked():
            yield replace(piece, hidden=True) if self._unseen_depth else piece

    def _walked(self) -> Iterator[Piece]:
        from lxml import etree

        walk = etree.iterwalk(self._body, events=("start", "end"))
        skipped: _Element | None = None
        furniture: set[_Element] = set()
        unseen: set[_Element] = set()
        for event, element in walk:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "end":
                if element is skipped:
                    skipped = None
                else:
                    yield from self._leave(element, tag)
                    if element in furniture:
                        self._furniture_depth -= 1
                if element in unseen:
                    yield from self._flush()
                    self._unseen_depth -= 1
                self._add(element.tail)
                continue
            if is_skipped(element) or is_hidden(element):
                skipped = element
                walk.skip_subtree()
                continue
            if self._unseen_names and is_unseen(element, self._unseen_names):
                yield from self._flush()
                self._unseen_depth += 1
                unseen.add(element)
            if element is self._main:
                yield from self._flush()
                self._main_depth += 1
            elif not self._furniture_depth and not self._is_fragment and tag not in _NEUTRAL and (
                is_furniture(element, inside_main=self._main_depth > 0) and element not in self._leads_to_main
            ):
                yield from self._flush()
                self._furniture_depth += 1
                furniture.add(element)
            whole = self._whole(element, tag)
            if whole is not None:
                if tag != "img":
                    yield from self._flush()
                yield from whole
                skipped = element
                if element in furniture:
                    self._furniture_depth -= 1
                walk.skip_subtree()
                continue
            yield from self._enter(element, tag)
        yield from self._flush()

    @property
    def _is_outside(self) -> bool:
        """Whether the walk is in what stands around the content."""
        return self._furniture_depth > 0 or (self._main is not None and not self._main_depth)

    def _add(self, words: str | None) -> None:
        if words:
            self._words.append(words)
            if self._link_depth:
                self._link_chars += len(words.strip())

    def _whole(self, element: _Element, tag: str) -> list[Piece] | None:
        """The pieces of an element that is taken as one, or None where its parts are walked."""
        if tag == "img":
            return self._picture(element)
        if tag == "table" and not self._is_outside and is_data_table(element):
            anchor = _anchor(element.sourceline)
            captions = [text for caption in element.findall("caption") if (text := cell_text(caption))]
            pieces = [Piece(BlockKind.CAPTION, caption, anchor=anchor) for caption in captions]
            return [*pieces, Piece(BlockKind.TABLE, "", rows=table_rows(element), anchor=anchor)]
        if tag in ("pre", "listing", "xmp", "plaintext") and not self._is_outside:
            return [Piece(BlockKind.CODE, _code(element), anchor=_anchor(element.sourceline))]
        return None

    def _picture(self, element: _Element) -> list[Piece]:
        """A figure of its own, or nothing where the picture stands in a line of text."""
        alt = one_line(element.get("alt") or "")
        formula = _MATH_ALT.match(alt)
        if formula or "math" in (element.get("class") or ""):
            self._add(formula[1].strip() if formula else alt)
            return []
        if self._heading is not None:
            self._heading_alt = self._heading_alt or alt
            return []
        if self._is_outside or "".join(self._words).strip():
            return []
        address = element.get("src") or ""
        picture = _data_picture(address) if address[:5].lower() == "data:" else self._picture_of(address)
        if self._link_depth and picture is None:
            return []  # a badge or a button
        if alt or picture:
            return [Piece(BlockKind.FIGURE, "", alt=alt or None, picture=picture, anchor=_anchor(element.sourceline))]
        return []

    def _enter(self, element: _Element, tag: str) -> Iterator[Piece]:
        if tag in _BLOCKS and self._heading is None:
            yield from self._flush()
            self._line = element.sourceline
        heading = _HEADING.match(tag)
        if heading or element.get("role") == "heading":
            stated = heading[1] if heading else element.get("aria-level") or "2"
            self._heading, self._heading_alt = int(stated) if stated.isdigit() else 2, ""
        if tag == "a":
            self._link_depth += 1
        elif tag in ("ol", "ul", "menu", "dir"):
            start = element.get("start") or ""
            self._lists.append((int(start) if start.isdigit() else 1) if tag == "ol" else None)
            self._styles.append(element.get("type") or "1")
        elif tag == "li" and self._lists:
            number = self._lists[-1]
            stated = element.get("value") or ""
            if number is not None and stated.isdigit():
                number = int(stated)
            self._item = "•" if number is None else _marker(number, self._styles[-1])
            self._lists[-1] = None if number is None else number + 1
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "br":
            # Two breaks in a row are how old pages part paragraphs.
            if self._heading is None and "".join(self._words[-3:]).rstrip(" \t").endswith("\n\x00"):
                yield from self._flush()
            else:
                self._words.append("\n\x00")
        self._add(element.text)

    def _leave(self, element: _Element, tag: str) -> Iterator[Piece]:
        if self._heading is not None and (_HEADING.match(tag) or element.get("role") == "heading"):
            level, self._heading = self._heading, None
            if not "".join(self._words).strip():
                self._words = [self._heading_alt]
            yield from self._flush(BlockKind.HEADING, level)
        elif tag in ("figcaption", "caption"):
            yield from self._flush(BlockKind.CAPTION)
        elif tag == "dt" and not self._is_outside:
            self._term, self._words = one_line("".join(self._words)), []
        elif tag in _BLOCKS and self._heading is None:
            yield from self._flush()
        if tag == "a":
            self._link_depth -= 1
        elif tag in ("ol", "ul", "menu", "dir") and self._lists:
            self._lists.pop()
            self._styles.pop()
        elif tag == "li":
            self._item = None
        elif tag == "blockquote":
            self._quotes -= 1
        elif tag == "dl" and self._term:
            yield from self._flush()
        if element is self._main:
            self._main_depth -= 1

    def _flush(self, kind: BlockKind = BlockKind.PARAGRAPH, level: int | None = None) -> Iterator[Piece]:
        if not self._words and not self._term:
            return
        raw, self._words = "".join(self._words), []
        text = one_line(raw)
        link_chars, self._link_chars = self._link_chars, 0
        if not text and not (self._term and kind is not BlockKind.PARAGRAPH):
            return
        is_title = level == 1 and not self._has_main_title and not self._furniture_depth
        if self._is_outside and not is_title:
            self._item = None
            if _is_prose(text, link_chars):
                yield Piece(BlockKind.FURNITURE, text, anchor=_anchor(self._line))
            else:
                self.left_out.append(text)
            return
        marker = None
        if kind is BlockKind.PARAGRAPH:
            if self._term:
                # "Term: definition", the way a glossary is read aloud.
                kind, marker, level = BlockKind.LIST_ITEM, "•", 1
                text, self._term = f"{self._term.rstrip(':')}: {text}", ""
            elif self._item is not None:
                kind, marker, level, self._item = BlockKind.LIST_ITEM, self._item, len(self._lists), None
            elif self._quotes:
                kind = BlockKind.QUOTE
            else:
                text = "\n".join(map(one_line, raw.split("\n\x00")))  # a list may be typed with breaks
        yield Piece(kind, text, level=level, marker=marker, anchor=_anchor(self._line))


def _anchor(line: int | None) -> Anchor:
    return Anchor(lines=(line, line)) if line else Anchor()


def _code(element: _Element) -> str:
    """The text as it stands, without line numbers and copy buttons; a `br` ends a line."""
    words: list[str] = []
    stack: list[tuple[_Element, bool]] = [(element, False)]
    while stack:
        node, is_left = stack.pop()
        if is_left:
            words.append((node.tail or "") if node is not element else "")
            continue
        stack.append((node, True))
        if is_skipped(node) or is_hidden(node):
            continue
        words.append("\n" if node.tag == "br" else node.text or "")
        stack.extend((child, False) for child in reversed(node))
    return "".join(words)


def _is_prose(text: str, link_chars: int) -> bool:
    """Whether a line around the content is running text and no label."""
    chars = len(text) + len(_WIDE.findall(text))
    is_sentence = _SENTENCE_END.search(text) is not None and chars >= _SENTENCE_CHARS
    return (chars >= _PROSE_CHARS or is_sentence) and link_chars < 0.5 * len(text)


def _marker(number: int, style: str) -> str:
    if style in ("a", "A") and 1 <= number <= 26:
        return f"{chr(ord(style) + number - 1)}."
    return f"{number}."


def _data_picture(address: str) -> Picture | None:
    """The picture that a `data:` address holds itself."""
    found = _DATA.match(address)
    if found is None or len(address) > _MAX_PICTURE_CHARS:
        return None
    content = unquote_to_bytes(address[found.end() :])
    if found[2]:
        try:
            content = base64.b64decode(content)
        except (binascii.Error, ValueError):
            return None
    kind = found[1].lower()
    return Picture(content, _DATA_ENDINGS.get(kind, f".{kind}")) if len(content) >= _MIN_PICTURE_BYTES else None
