"""HTML to pieces with lxml: the page's content in order, its navigation as furniture, nothing hidden.

One pass over parse events, so that depth of nesting costs nothing; regions and tables are judged by `html_regions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.domain import Anchor, BlockKind
from pipeline.errors import NoTextError
from pipeline.ingest.base import Piece, Reading, Sample
from pipeline.ingest.clean import one_line, with_typed_lists
from pipeline.ingest.decode import decode
from pipeline.ingest.html_regions import hidden_text, is_data_table, is_furniture, is_skipped, main_content, table_rows

if TYPE_CHECKING:
    from lxml.etree import _Element

_OPENING = re.compile(
    r"\A(?:\s|<\?xml[^>]*\?>|<!--.*?-->)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(r"</?(?:p|div|h[1-6]|ul|ol|li|table|a|br|span)\b[^>]*>", re.IGNORECASE)
_DEEP = re.compile(rb"(?:<(?:div|span|font|b|i|blockquote|section)\b[^>]*>\s*){64,}", re.IGNORECASE)
_HEADING = re.compile(r"^h([1-6])$")
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p section summary table tbody td tfoot th "
    "thead tr ul"
    .split()
)


@dataclass(frozen=True)
class HtmlReader:
    """Web pages and exported wiki pages."""

    name: str = "html"
    label: str = "HTML page"
    suffixes: tuple[str, ...] = (".html", ".htm", ".xhtml")
    media_type: str = "text/html"

    def recognises(self, sample: Sample) -> bool:
        """A text that begins like a page, or is called one and has tags."""
        if sample.text is None:
            return False
        if _OPENING.match(sample.text):
            return True
        return sample.suffix in self.suffixes and _TAG.search(sample.text) is not None

    def read(self, path: Path) -> Reading:
        """Blocks with heading path and the line they begin on."""
        root = _parsed(path.read_bytes())
        if root is None:
            raise NoTextError(str(path), why="the page has no content", mend="save the page again, with its text")
        titles = root.xpath("//head/title")
        title = one_line("".join(titles[0].itertext())) if titles else None
        body = root.find("body") if root.find("body") is not None else root
        return Reading(
            pieces=with_typed_lists(tuple(_Walk(body).pieces())), title=title or None,
            language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        )


def fragment_pieces(html: str) -> tuple[Piece, ...]:
    """The pieces of some HTML inside another format, without places."""
    root = _parsed(html.encode())
    return () if root is None else tuple(_Walk(root).pieces())


def _parsed(raw: bytes) -> _Element | None:
    from lxml import etree

    decoded = decode(raw)
    # A page's own <meta charset> is for lxml to follow; only what is surely UTF-8 or UTF-16 is told to it.
    encoding = None
    if decoded is not None and (decoded.is_certain or decoded.encoding.startswith("utf-16")):
        raw, encoding = decoded.text.encode("utf-8", "replace"), "utf-8"
    # libxml2 gives up beyond some thousand open elements; a page nested so deep says nothing by it.
    raw = _DEEP.sub(b"<div>", raw)
    parser = etree.HTMLParser(
        encoding=encoding, no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        return None


class _Walk:
    """One pass over the elements with the words gathered since the last block began."""

    def __init__(self, root: _Element) -> None:
        self._root = root
        self._main = main_content(root)
        self._words: list[str] = []
        self._line: int | None = None
        self._lists: list[int | None] = []
        self._item: str | None = None
        self._quotes = 0
        self._main_depth = 0
        self._term = ""

    def pieces(self) -> Iterator[Piece]:
        from lxml import etree

        walk = etree.iterwalk(self._root, events=("start", "end"))
        skipped: set[_Element] = set()
        for event, element in walk:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "end":
                if element not in skipped:
                    yield from self._leave(element, tag)
                self._words.append(element.tail or "")
                continue
            if element is self._main:
                self._main_depth += 1
            if is_skipped(element) or hidden_text(element):
                skipped.add(element)
                walk.skip_subtree()
                continue
            whole = self._whole(element, tag)
            if whole is not None:
                yield from self._flush()
                yield from whole
                skipped.add(element)
                walk.skip_subtree()
                continue
            yield from self._enter(element, tag)
        yield from self._flush()

    def _whole(self, element: _Element, tag: str) -> list[Piece] | None:
        """The pieces of an element that is taken as one, or None where its parts are walked."""
        anchor = _anchor(element)
        if is_furniture(element, inside_main=self._main_depth > 0) or (
            self._main is not None and not self._main_depth and tag in _BLOCKS and not self._leads_to_main(element)
        ):
            return [
                Piece(BlockKind.FURNITURE, text, anchor=anchor) for text in _visible_lines(element)
            ]
        if tag == "table" and is_data_table(element):
            captions = [one_line("".join(caption.itertext())) for caption in element.findall("caption")]
            pieces = [Piece(BlockKind.CAPTION, caption, anchor=anchor) for caption in captions]
            return [*pieces, Piece(BlockKind.TABLE, "", rows=table_rows(element), anchor=anchor)]
        if tag in ("pre", "textarea", "listing"):
            return [Piece(BlockKind.CODE, "".join(element.itertext()), anchor=anchor)]
        if tag == "img":
            alt = one_line(element.get("alt") or "")
            if alt and not "".join(self._words).strip() and element.getparent().tag in ("figure", "p", "div", "body"):
                return [Piece(BlockKind.FIGURE, "", alt=alt, anchor=anchor)]
        return None

    def _leads_to_main(self, element: _Element) -> bool:
        return self._main is not None and any(above is element for above in self._main.iterancestors())

    def _enter(self, element: _Element, tag: str) -> Iterator[Piece]:
        if tag in _BLOCKS:
            yield from self._flush()
            self._line = element.sourceline
        if tag in ("ol", "ul", "menu"):
            start = element.get("start") or ""
            self._lists.append((int(start) if start.isdigit() else 1) if tag == "ol" else None)
        elif tag == "li" and self._lists:
            number = self._lists[-1]
            self._item = "•" if number is None else f"{number}."
            self._lists[-1] = None if number is None else number + 1
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "br":
            # Two breaks in a row are how old pages part paragraphs.
            if "".join(self._words).endswith("\n"):
                yield from self._flush()
            else:
                self._words.append("\n")
        self._words.append(element.text or "")

    def _leave(self, element: _Element, tag: str) -> Iterator[Piece]:
        heading = _HEADING.match(tag)
        level = int(heading[1]) if heading else None
        if element.get("role") == "heading":
            stated = element.get("aria-level") or "2"
            level = int(stated) if stated.isdigit() else 2
        if level is not None:
            yield from self._flush(BlockKind.HEADING, level)
        elif tag == "figcaption":
            yield from self._flush(BlockKind.CAPTION)
        elif tag == "dt":
            self._term, self._words = one_line("".join(self._words)), []
        elif tag in _BLOCKS:
            yield from self._flush()
        if tag in ("ol", "ul", "menu") and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._item = None
        elif tag == "blockquote":
            self._quotes -= 1
        elif tag == "dl" and self._term:
            self._words.append("")
            yield from self._flush()
        if element is self._main:
            self._main_depth -= 1

    def _flush(self, kind: BlockKind = BlockKind.PARAGRAPH, level: int | None = None) -> Iterator[Piece]:
        text, self._words = one_line("".join(self._words)), []
        if not text and not (self._term and kind is not BlockKind.PARAGRAPH):
            return
        anchor = Anchor(lines=(self._line, self._line)) if self._line else Anchor()
        marker = None
        if kind is BlockKind.PARAGRAPH:
            if self._main is not None and not self._main_depth:
                kind = BlockKind.FURNITURE
            elif self._term:
                # "Term: definition", the way a glossary is read aloud.
                kind, marker, level = BlockKind.LIST_ITEM, "•", 1
                text, self._term = f"{self._term.rstrip(':')}: {text}", ""
            elif self._item is not None:
                kind, marker, level, self._item = BlockKind.LIST_ITEM, self._item, len(self._lists), None
            elif self._quotes:
                kind = BlockKind.QUOTE
        yield Piece(kind, text, level=level, marker=marker, anchor=anchor)


def _anchor(element: _Element) -> Anchor:
    return Anchor(lines=(element.sourceline, element.sourceline)) if element.sourceline else Anchor()


def _visible_lines(element: _Element) -> list[str]:
    """The words of furniture, a line a link or block, without what is hidden or script."""
    lines: list[str] = []

    def gather(node: _Element) -> None:
        stack = [node]
        while stack:
            current = stack.pop()
            if not isinstance(current.tag, str) or is_skipped(current) or hidden_text(current):
                continue
            words = one_line((current.text or "") + " ".join(child.tail or "" for child in current))
            if words:
                lines.append(words)
            stack.extend(reversed(current))

    gather(element)
    return [" · ".join(lines)] if lines else []
