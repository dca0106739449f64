"""XML of bank files parsed without anything that could reach out or blow up, and HTML in it as plain text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.errors import UnreadableError

if TYPE_CHECKING:
    from lxml.etree import _Element

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# Between the quotes of a public or system id anything may stand.
_DOCTYPE = re.compile(r"<!DOCTYPE(?:\"[^\"]*\"|'[^']*'|[^>\[\"'])*(?P<subset>\[)?", re.IGNORECASE)
_BEFORE_ROOT = re.compile(r"\s*(?:<!--.*?-->|<\?.*?\?>)", re.DOTALL)
_ROOT = re.compile(r"\s*<(?:[\w.-]+:)?(?P<name>[\w.-]+)")
_BLOCKS = frozenset({
    "p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "hr",
    "section", "dt", "dd",
})
_CELLS = frozenset({"td", "th"})
# A letter of the private area that no text uses: a bar may be part of the words.
_CELL_END = "\uf0b0"
_DROPPED = frozenset({"script", "style", "template", "noscript", "head"})
_IMAGES = frozenset({"img", "object", "svg", "picture", "video", "audio", "iframe", "embed"})
_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);|<!--")


def root_name(text: str) -> str | None:
    """The name of the root element, without prefix, of text that is XML; None for other text."""
    at = _after_prolog(text)
    doctype = _DOCTYPE.match(text, at)
    if doctype:
        end = text.find("]", doctype.end()) if doctype["subset"] else doctype.end()
        at = _after_prolog(text, text.find(">", end) + 1) if end >= 0 else len(text)
    root = _ROOT.match(text, at)
    return root["name"] if root else None


def _after_prolog(text: str, at: int = 0) -> int:
    """Where the DOCTYPE, else the root begins: behind declaration, comments and white space."""
    while found := _BEFORE_ROOT.match(text, at):
        at = found.end()
    return at + len(text[at : at + 200]) - len(text[at : at + 200].lstrip())


def parsed(text: str, shown: str) -> _Element:
    """The root of the XML; raises UnreadableError where it isn't well-formed or declares entities."""
    from lxml import etree

    text = _DECLARATION.sub("", text, count=1)
    doctype = _DOCTYPE.match(text, _after_prolog(text))
    if doctype and doctype["subset"]:
        raise UnreadableError(
            shown, why="its DOCTYPE declares entities, which no question bank needs", mend="remove the DOCTYPE"
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, remove_comments=True,
        remove_pis=True,
        huge_tree=True,  # pictures stand inside as base64; entities, the danger, are refused above
    )
    try:
        return etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise UnreadableError(
            shown, why=f"it is not well-formed XML: line {line}, column {column}: {error.msg}", mend="export it again"
        ) from error


def local(element: _Element) -> str:
    """The element's name without namespace; "" for what is no element."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def html_text(markup: str | None) -> str:
    """The words of a piece of HTML, a line a block, pictures as [image]; text without markup as it is."""
    if not markup:
        return ""
    if not _LOOKS_LIKE_HTML.search(markup):
        return tidy(markup)
    from lxml import etree, html

    try:
        # Without huge_tree what stands deeper than 256 elements is dropped without a word.
        root = html.fragment_fromstring(markup, create_parent="div", parser=html.HTMLParser(huge_tree=True))
    except (etree.LxmlError, ValueError):
        return tidy(markup)
    return text_of_element(root)


def text_of_element(root: _Element, *, without: frozenset[str] = frozenset()) -> str:
    """The words in the element, a line a block, pictures as [image]; those elements, by lower-case name, left out."""
    pieces: list[str] = []
    # By hand and not by recursion: a file may nest as deep as it likes.
    stack: list[tuple[_Element, bool]] = [(root, False)]
    while stack:
        element, is_done = stack.pop()
        name = local(element).lower()
        if is_done:
            if name in _BLOCKS:
                pieces.append("\n")
            elif name in _CELLS:
                pieces.append(_CELL_END)
            if element is not root:
                pieces.append(element.tail or "")
            continue
        stack.append((element, True))
        if not name or name in _DROPPED or name in without:
            continue
        if name in _IMAGES:
            pieces.append(" [image] ")
            continue
        if name in _BLOCKS:
            pieces.append("\n")
        pieces.append(element.text or "")
        stack += [(part, False) for part in reversed(element)]
    return tidy("".join(pieces))


def tidy(text: str) -> str:
    """The text with single blanks and without empty lines."""
    lines = (" ".join(line.split()).strip(f"{_CELL_END} ") for line in text.replace("\u200b", "").split("\n"))
    return "\n".join(re.sub(f" ?{_CELL_END} ?", " | ", line) for line in lines if line)
