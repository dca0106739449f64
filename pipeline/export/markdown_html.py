"""Markdown of parts and resources → safe HTML, so that nothing a source said becomes markup of ours.

In: the Markdown an engine or a person wrote. Out: HTML of a closed set of elements (paragraphs, lists, tables, code,
emphasis). Raw HTML is shown as text, a picture as its alternative text, a web link as its text with the address behind
it: packages work without a network and never lead a learner away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

_TASK = re.compile(r"^\[([ xX])\]\s+")
# Blocks that may be in another direction than the page, such as an English command in an Arabic lesson.
_OWN_DIRECTION = frozenset(
    {
        "paragraph_open",
        "heading_open",
        "bullet_list_open",
        "ordered_list_open",
        "blockquote_open",
        "th_open",
        "td_open",
    }
)


class Practice(NamedTuple):
    """A practice part in two: what to do, and what to compare it with."""

    prompt: list[Token]
    answer: list[Token]
    """Empty where the part has no answer to compare with."""


def parse(markdown: str) -> list[Token]:
    """The Markdown's block tokens, with links and pictures already turned into text."""
    tokens = _parser().parse(markdown)
    for token in tokens:
        if token.children:
            token.children = list(_without_links(token.children))
    return tokens


def to_html(markdown: str, *, heading_level: int = 3) -> str:
    """The Markdown as HTML whose uppermost headings have `heading_level`."""
    return render(parse(markdown), heading_level=heading_level)


def split_answer(markdown: str, markers: Iterable[str]) -> Practice:
    """Part the Markdown before its first top-level paragraph that starts with one of the markers.

    Engines end a practice part with a paragraph such as "Check yourself: …"; the player reveals it on demand.
    """
    tokens = parse(markdown)
    starts = tuple(marker.casefold() for marker in markers)
    for index, token in enumerate(tokens):
        if token.type == "paragraph_open" and token.level == 0:
            words = tokens[index + 1].content.lstrip("*_ \t").casefold()
            if index > 0 and words.startswith(starts):
                return Practice(tokens[:index], tokens[index:])
    return Practice(tokens, [])


def render(tokens: Sequence[Token], *, heading_level: int = 3) -> str:
    """Block tokens of `parse` as HTML."""
    shift = heading_level - min((int(t.tag[1]) for t in tokens if t.type == "heading_open"), default=heading_level)
    shown = [_dressed(token, shift) for token in tokens]
    _mark_tasks(shown)
    parser = _parser()
    html = str(parser.renderer.render(shown, parser.options, {}))
    # A wide table scrolls inside its own frame, so that the page itself reflows on a phone.
    html = html.replace("<table>", '<div class="table-frame" role="group" tabindex="0"><table>')
    return html.replace("</table>", "</table></div>").strip()


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False}).enable(
        ["table", "strikethrough"]
    )


def _dressed(token: Token, shift: int) -> Token:
    """A copy fit for the page: own direction, headings below ours, header cells that say what they head."""
    shown = token.copy(attrs=dict(token.attrs))
    if token.type in _OWN_DIRECTION:
        shown.attrSet("dir", "auto")
    if token.type in ("heading_open", "heading_close"):
        shown.tag = f"h{min(6, max(1, int(token.tag[1]) + shift))}"
    if token.type == "th_open":
        shown.attrSet("scope", "col")
    # Column alignment comes as a style attribute, which would be the only one on the page.
    shown.attrs.pop("style", None)
    return shown


def _without_links(children: Sequence[Token]) -> Iterable[Token]:
    address, shown = "", ""
    for token in children:
        if token.type == "link_open":
            address, shown = str(token.attrs.get("href", "")), ""
        elif token.type == "link_close":
            if re.match(r"https?://", address, re.IGNORECASE) and address.strip("/") != shown.strip("/"):
                yield _text(f" ({address})")
            address = ""
        elif token.type == "image":
            if token.content:
                yield _text(token.content)
        else:
            if address:
                shown += token.content
            yield token


def _text(content: str) -> Token:
    return Token(type="text", tag="", nesting=0, content=content)


def _mark_tasks(tokens: Sequence[Token]) -> None:
    """Checklist entries ("- [ ] …") get a box to tick on paper in place of the brackets."""
    for index, token in enumerate(tokens):
        if token.type != "list_item_open" or index + 2 >= len(tokens):
            continue
        inline = tokens[index + 2]
        first = inline.children[0] if inline.type == "inline" and inline.children else None
        found = _TASK.match(first.content) if first is not None and first.type == "text" else None
        if first is not None and found:
            token.attrSet("class", "task")
            box = "☐ " if found.group(1) == " " else "☑ "
            inline.children = [
                first.copy(content=box + first.content[found.end() :]),
                *(inline.children or [])[1:],
            ]
