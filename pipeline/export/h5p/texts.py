"""Texts as H5P's content types take them: HTML of a closed set of elements, text without elements, text between marks.

In: plain text and the Markdown of parts. Out: strings. Every content type puts what it is given into the page as HTML,
the fields without elements too, and a site's filter leaves entities alone: so all text is escaped, and the signs that
mean something to a content type stand as entities, which it shows as the signs they are.
"""

from __future__ import annotations

import html
import re

from pipeline.export.markdown_html import to_html
from pipeline.export.xml_text import xml_safe

LONGEST_TITLE = 255
"""Of any title, in bytes: H5P's own check counts bytes."""
_ELLIPSIS = "…"
# Filled in by content types with the score, wherever they stand.
_SCORE = re.compile(r"@(?=score|total|finals)")
# Blanks: a star opens and closes a blank, a slash parts its answers, a colon starts its tip. Drag the Words: besides,
# a backslash starts a feedback.
_MARKS = {ord(sign): f"&#{ord(sign)};" for sign in "*/:\\"}
_STAR = {ord("*"): "&#42;"}

_FRAME = re.compile(r'<div class="table-frame"[^>]*>(<table>.*?</table>)</div>', re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
_HEAD = re.compile(r"<thead>(.*?)</thead>", re.DOTALL)
_RENAMED = (
    (re.compile(r"(</?)h[456]\b"), r"\1h3"), (re.compile(r"(</?)s\b(?=[ >])"), r"\1del"),
    (re.compile(r"(</?)blockquote\b"), r"\1div"),
)


def line(text: str) -> str:
    """The text for a field without elements: on one line, escaped."""
    return _SCORE.sub("&#64;", html.escape(" ".join(xml_safe(text).split()), quote=False))


def lines(*texts: str) -> str:
    """Several texts in a field without elements, those that say something one after another."""
    return " ".join(line(text) for text in texts if text.strip())


def between_marks(text: str) -> str:
    """The text where a content type reads marks: all of them stand as entities, and it is on one line."""
    return line(text).translate(_MARKS)


def beside_marks(text: str) -> str:
    """HTML around blanks, in which only a star would be read as a mark; spaces at its ends stay."""
    return html.escape(xml_safe(text), quote=False).replace("\r\n", "\n").replace("\n", "<br>").translate(_STAR)


def from_markdown(markdown: str) -> str:
    """The Markdown as HTML of the elements that a Text takes: it has no tables, and headings of two levels."""
    return only_known(to_html(xml_safe(markdown), heading_level=3))


def only_known(markup: str) -> str:
    """Our own HTML with what a Text would lose put in other words: a table becomes a list of its rows."""
    for known, replacement in _RENAMED:
        markup = known.sub(replacement, markup)
    return _FRAME.sub(lambda found: _as_list(found[1]), markup)


def title(text: str, fallback: str) -> str:
    """The text on one line, as long as a title may be and never empty; not escaped."""
    whole = " ".join(xml_safe(text).split()) or fallback
    if len(whole.encode()) <= LONGEST_TITLE:
        return whole
    room = LONGEST_TITLE - len(_ELLIPSIS.encode())
    return whole.encode()[:room].decode(errors="ignore").rstrip() + _ELLIPSIS


def inner_title(text: str, fallback: str) -> str:
    """The title of a piece of content, which tables of contents take for HTML."""
    whole = line(text) or line(fallback)
    if len(whole.encode()) <= LONGEST_TITLE:
        return whole
    kept = ""
    for sign in title(text, fallback).removesuffix(_ELLIPSIS):
        longer = kept + line(sign) if sign.strip() else f"{kept} "
        if len(longer.encode()) > LONGEST_TITLE - len(_ELLIPSIS.encode()):
            break
        kept = longer
    return kept.rstrip() + _ELLIPSIS


def _as_list(table: str) -> str:
    head = _HEAD.search(table)
    names = _CELL.findall(head[1]) if head else []
    rows = [_CELL.findall(row) for row in _ROW.findall(table[head.end() if head else 0 :])]
    if not rows:
        return f'<p dir="auto"><strong>{" · ".join(name for name in names if name)}</strong></p>' if any(names) else ""
    shown = []
    for cells in rows:
        told = [
            f"<strong>{name}:</strong> {cell}" if name else cell
            for name, cell in zip([*names, *[""] * len(cells)], cells, strict=False)
            if cell.strip()
        ]
        shown.append(f'<li dir="auto">{"<br>".join(told)}</li>')
    return f"<ul>{''.join(shown)}</ul>"
