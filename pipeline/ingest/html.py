"""HTML to pieces with lxml: the page's content in order, what stands around it as furniture, nothing hidden.

`html_source` makes the tree, `html_regions` and `html_tables` judge its parts, `html_walk` passes over it once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.domain import BlockKind, IngestWarning
from pipeline.errors import NoTextError
from pipeline.ingest.base import Piece, Reading, Sample
from pipeline.ingest.clean import one_line, with_typed_lists
from pipeline.ingest.html_source import parsed
from pipeline.ingest.html_walk import PictureOf, Walk

if TYPE_CHECKING:
    from lxml.etree import _Element

_OPENING = re.compile(
    # Atomic groups: comments upon comments must not be tried in every combination.
    r"\A(?>\s++|<\?xml[^>]*+>|(?><!--.*?-->))*+<(?:!doctype\s++html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(
    r"</?(?:p|div|h[1-6]|ul|ol|li|table|a|br|span|b|i|em|strong|style|script|title|meta|pre|section|font)[\s/>]",
    re.IGNORECASE,
)
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LABELS_SHOWN = 3
_LABEL_CHARS = 40


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
        reading = page_reading(path.read_bytes())
        if reading is None:
            raise NoTextError(str(path), why="the page has no content", mend="save the page again, with its text")
        return reading


def page_reading(raw: bytes, *, picture_of: PictureOf | None = None) -> Reading | None:
    """A page as it reads, or None where it has no elements.

    Args:
        raw: The page.
        picture_of: Gives the picture at an address that the page itself doesn't hold; no picture is fetched without.

    """
    root = parsed(raw)
    if root is None:
        return None
    body = root.find("body") if root.find("body") is not None else root
    walk = Walk(body, picture_of=picture_of)
    found = tuple(walk.pieces())
    if walk.left_out and all(piece.kind is BlockKind.FURNITURE for piece in found):
        # A page that is nothing but links is a list of links.
        walk = Walk(body, picture_of=picture_of, is_fragment=True)
        found = tuple(walk.pieces())
    pieces = with_typed_lists(found)
    title = root.find(".//head/title")
    return Reading(
        pieces=pieces, title=one_line("".join(title.itertext())) or None if title is not None else None,
        language=_language(root), warnings=_warnings(walk.left_out),
    )


def fragment_pieces(html: str) -> tuple[Piece, ...]:
    """The pieces of some HTML inside another format, without places."""
    root = parsed(html.encode())
    return () if root is None else tuple(Walk(root, is_fragment=True).pieces())


def _language(root: _Element) -> str | None:
    for element in (root, root.find("body")):
        if element is not None and (stated := element.get("lang") or element.get(_XML_LANGUAGE)):
            return str(stated)
    return None


def _warnings(left_out: list[str]) -> tuple[IngestWarning, ...]:
    """What a person should know of the navigation: how much there was, and what it looked like."""
    if not left_out:
        return ()
    shown = " · ".join(label[:_LABEL_CHARS] for label in left_out[:_LABELS_SHOWN])
    message = f"site navigation was left out: {len(left_out)} links and labels around the text, such as {shown}"
    return (IngestWarning(code="navigation_left_out", message=message),)
