"""Markdown to pieces with markdown-it-py; what is not Markdown of every renderer is taken off or rewritten first.

Front matter would be read as a heading and comments as text (ingest-facts §3), so `markdown_source` deals with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.domain import Anchor, BlockKind, IngestWarning
from pipeline.errors import UnreadableError
from pipeline.ingest.base import Piece, Reading, Sample
from pipeline.ingest.decode import decode
from pipeline.ingest.markdown_source import prepared

if TYPE_CHECKING:
    from markdown_it.token import Token

# The parser leaves out what stands deeper, without a word; its own limit of 20 is met by lists of ten levels.
_MAX_NESTING = 100
# A table of more parts than these is not closed.
_MAX_HTML_PARTS = 200
_ATTRIBUTES = re.compile(r"[ \t]*\{[:#.][^{}\n]*\}")
_TASK_BOX = re.compile(r"^\[[ xX]\]\s+")
_ALERT = re.compile(r"^\[!(\w+)\]\s*")
_NOTE_MARK = re.compile(r"\[\^[^\]\s]+\]")
_NOTE = re.compile(r"^\[\^[^\]\s]+\]:\s*")
# Pictures that tell the state of a project, and change with it.
_BADGE = re.compile(r"badge|shields\.io|\.svg\b|/workflows/|travis|codecov|coveralls", re.IGNORECASE)
_OPENED = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)\b([^<>]*)>")
_HIDDEN_ATTRIBUTE = re.compile(r"\shidden(?=[\s=/]|$)")
_STYLE = re.compile(r"""\sstyle\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
# Signs that a text without a telling name is Markdown; two different ones decide.
_SIGNS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"^#{1,6} \S", r"^(?:```|~~~)", r"\[[^\[\]\n]+\]\([^)\s]{1,2000}\)", r"^\|?[ :]*-{3,}[ :]*\|",
        r"\*\*[^*\n]+\*\*", r"\A---\n(?:[\w-]+:.*\n)+---$",
    )
)


@dataclass(frozen=True)
class MarkdownReader:
    """CommonMark with tables, and the admonitions of MkDocs, Docusaurus and GitHub."""

    name: str = "markdown"
    label: str = "Markdown file"
    suffixes: tuple[str, ...] = (".md", ".markdown", ".mdown", ".mkd")
    media_type: str = "text/markdown"

    def recognises(self, sample: Sample) -> bool:
        """Any text called so is Markdown; another text has to show two of its signs."""
        if sample.text is None:
            return False
        return sample.suffix in self.suffixes or sum(bool(sign.search(sample.text)) for sign in _SIGNS) > 1

    def read(self, path: Path) -> Reading:
        """Blocks with line numbers."""
        from markdown_it import MarkdownIt

        decoded = decode(path.read_bytes())
        if decoded is None:
            raise UnreadableError(str(path), why="it is not text all through", mend="get a fresh copy")
        source = prepared(decoded.text)
        parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"])
        tokens = parser.parse(source.text)
        warnings: list[IngestWarning] = []
        if not decoded.is_certain:
            message = f"the file does not state its encoding; it was read as {decoded.encoding}"
            warnings.append(IngestWarning(code="encoding_guessed", message=message))
        if any(token.level >= _MAX_NESTING - 1 for token in tokens):
            message = f"what stands deeper than {_MAX_NESTING} lists or quotations in one another was not read"
            warnings.append(IngestWarning(code="nested_too_deeply", message=message))
        return Reading(
            pieces=tuple(_Walk(tokens, source.skipped_lines).pieces()), title=source.title,
            language=source.language, warnings=tuple(warnings),
        )


class _Walk:
    """One pass over the tokens with the lists and quotes that are open."""

    def __init__(self, tokens: Sequence[Token], skipped_lines: int) -> None:
        self._tokens = tokens
        self._skipped = skipped_lines
        self._lists: list[int | None] = []
        """The next number of each open list, or None for a bulleted one."""
        self._item: str | None = None
        """Marker of an item whose first text is still to come."""
        self._quotes = 0
        self._hidden_tag = ""
        """An HTML element that hides what stands between it and its end."""

    def pieces(self) -> Iterator[Piece]:
        """The blocks in order; those inside a hidden HTML element are marked as hidden."""
        for piece in self._walked():
            yield replace(piece, hidden=True) if self._hidden_tag else piece

    def _walked(self) -> Iterator[Piece]:
        index = 0
        while index < len(self._tokens):
            token = self._tokens[index]
            if token.type == "table_open":
                inside = list(takewhile(lambda other: other.type != "table_close", self._tokens[index:]))
                yield Piece(BlockKind.TABLE, "", rows=_rows(inside), anchor=self._anchor(token))
                index += len(inside)
            elif token.type == "inline":
                yield from self._text(token, self._tokens[index - 1])
            elif token.type in ("fence", "code_block"):
                yield Piece(BlockKind.CODE, token.content, anchor=self._anchor(token))
            elif token.type == "html_block":
                count, html = _whole_html(self._tokens, index)
                yield from self._html(html, token)
                index += count - 1
            else:
                self._enter_or_leave(token)
            index += 1

    def _enter_or_leave(self, token: Token) -> None:
        if token.type == "ordered_list_open":
            self._lists.append(int(token.attrGet("start") or 1))
        elif token.type == "bullet_list_open":
            self._lists.append(None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            self._lists.pop()
        elif token.type == "list_item_open":
            number = self._lists[-1]
            self._item = "•" if number is None else f"{number}{token.markup}"
            self._lists[-1] = None if number is None else number + 1
        elif token.type == "list_item_close":
            self._item = None
        elif token.type == "blockquote_open":
            self._quotes += 1
        elif token.type == "blockquote_close":
            self._quotes -= 1

    def _text(self, token: Token, opening: Token) -> Iterator[Piece]:
        anchor = self._anchor(token)
        children = token.children or []
        pictures = _only_pictures(children)
        if pictures and opening.type != "heading_open":
            yield from (replace(picture, anchor=anchor) for picture in pictures)
            return
        if opening.type == "heading_open":
            yield Piece(BlockKind.HEADING, _plain(children), level=int(opening.tag[1]), anchor=anchor)
            return
        for part in _notes_apart(children):
            yield from self._paragraph(_plain(part), anchor)

    def _paragraph(self, text: str, anchor: Anchor) -> Iterator[Piece]:
        if note := _NOTE.match(text):
            yield Piece(BlockKind.NOTE, text[note.end() :], anchor=anchor)
        elif self._item is not None:
            marker, self._item = self._item, None
            yield Piece(
                BlockKind.LIST_ITEM, _TASK_BOX.sub("", text), level=len(self._lists), marker=marker, anchor=anchor
            )
        else:
            alert = _ALERT.match(text) if self._quotes else None
            text = f"{alert[1].capitalize()}: {text[alert.end() :]}" if alert else text
            is_quote = self._quotes > 0 and alert is None
            yield Piece(BlockKind.QUOTE if is_quote else BlockKind.PARAGRAPH, text, anchor=anchor)

    def _html(self, html: str, token: Token) -> Iterator[Piece]:
        from pipeline.ingest.html import fragment_pieces

        for piece in fragment_pieces(html):
            yield replace(piece, anchor=self._anchor(token))
        if self._hidden_tag:
            if re.search(rf"</{self._hidden_tag}\s*>", html, re.IGNORECASE):
                self._hidden_tag = ""
            return
        for match in _OPENED.finditer(html):
            if _hides(match[2]) and not re.search(rf"</{match[1]}\s*>", html[match.end() :], re.IGNORECASE):
                self._hidden_tag = match[1]
                return

    def _anchor(self, token: Token) -> Anchor:
        if token.map is None:
            return Anchor()
        return Anchor(lines=(token.map[0] + 1 + self._skipped, max(token.map[1], token.map[0] + 1) + self._skipped))


def _whole_html(tokens: Sequence[Token], index: int) -> tuple[int, str]:
    """How many tokens an HTML block takes, and its text: an empty line ends a block, but not the table in it."""
    open_tables = 0
    for count, token in enumerate(tokens[index : index + _MAX_HTML_PARTS], start=1):
        is_html = token.type == "html_block" or (token.type == "code_block" and token.content.lstrip().startswith("<"))
        if not is_html:
            break
        lowered = token.content.lower()
        open_tables += lowered.count("<table") - lowered.count("</table")
        if open_tables <= 0:
            return count, "".join(part.content for part in tokens[index : index + count])
    return 1, tokens[index].content


def _notes_apart(children: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The lines of a paragraph, parted where a line begins a footnote."""
    start = 0
    for at, child in enumerate(children):
        follows_break = at > 0 and children[at - 1].type in ("softbreak", "hardbreak")
        if follows_break and child.type == "text" and _NOTE.match(child.content):
            yield children[start : at - 1]
            start = at
    yield children[start:]


def _plain(children: Sequence[Token]) -> str:
    """The words of inline markup: a link's text without its address, code as it is without its ticks."""
    words: list[str] = []
    hidden_tag = ""
    for child in children:
        if child.type == "html_inline":
            opened = _OPENED.match(child.content)
            if hidden_tag:
                hidden_tag = "" if child.content.lower().startswith(f"</{hidden_tag}") else hidden_tag
            elif opened and _hides(opened[2]):
                hidden_tag = opened[1].lower()
            elif opened and opened[1].lower() == "br":
                words.append(" ")
        elif hidden_tag:
            continue
        elif child.type == "text":
            is_note = not words and _NOTE.match(child.content)
            text = child.content if is_note else _NOTE_MARK.sub("", child.content)
            words.append(_ATTRIBUTES.sub("", text))
        elif child.type in ("code_inline", "image"):
            words.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            words.append(" ")
    return "".join(words)


def _hides(attributes: str) -> bool:
    """Whether the attributes of an HTML element hide what is in it."""
    from pipeline.ingest.html_regions import hides

    style = _STYLE.search(attributes)
    return _HIDDEN_ATTRIBUTE.search(attributes) is not None or (
        style is not None and hides(style[1] or style[2] or style[3] or "")
    )


def _only_pictures(children: Sequence[Token]) -> list[Piece]:
    """The pictures of a paragraph that is nothing else: figures, or one line of furniture where they are badges."""
    made: list[Piece] = []
    badges: list[str] = []
    is_linked = False
    for child in children:
        if child.type == "image":
            if _BADGE.search(str(child.attrGet("src") or "")):
                badges.append(child.content)
            else:
                made.append(Piece(BlockKind.FIGURE, "", alt=child.content))
        elif child.type in ("link_open", "link_close"):
            is_linked = child.type == "link_open"
        elif child.type not in ("softbreak", "hardbreak", "html_inline") and (
            _ATTRIBUTES.sub("", child.content).strip() or is_linked
        ):
            return []
    if badges:
        made.append(Piece(BlockKind.FURNITURE, " · ".join(badges)))
    return made


def _rows(tokens: Sequence[Token]) -> tuple[tuple[str, ...], ...]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_plain(token.children or []))
    return tuple(tuple(row) for row in rows)
