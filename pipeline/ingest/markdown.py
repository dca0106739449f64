"""Markdown to pieces with markdown-it-py; what is not Markdown of every renderer is taken off or rewritten first.

Front matter would be read as a heading and comments as text (ingest-facts §3), so `markdown_source` deals with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
_ATTRIBUTES = re.compile(r"[ \t]*\{[:#.][^{}\n]*\}")
_TASK_BOX = re.compile(r"^\[[ xX]\]\s+")
_ALERT = re.compile(r"^\[!(\w+)\]\s*")
_NOTE_MARK = re.compile(r"\[\^[^\]\s]+\]")
_NOTE = re.compile(r"^\[\^[^\]\s]+\]:\s*")
# Signs that a text without a telling name is Markdown; two different ones decide.
_SIGNS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"^#{1,6} \S", r"^(?:```|~~~)", r"\[[^\]\n]+\]\([^)\s]+\)", r"^\|?[ :]*-{3,}[ :]*\|", r"\*\*[^*\n]+\*\*",
        r"\A---\n(?:[\w-]+:.*\n)+---$",
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
        warnings: tuple[IngestWarning, ...] = ()
        if not decoded.is_certain:
            message = f"the file does not state its encoding; it was read as {decoded.encoding}"
            warnings = (IngestWarning(code="encoding_guessed", message=message),)
        return Reading(
            pieces=tuple(_Walk(tokens, source.skipped_lines).pieces()), title=source.title,
            language=source.language, warnings=warnings,
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

    def pieces(self) -> Iterator[Piece]:
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
                yield from self._html(token)
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
        if pictures := _only_pictures(children):
            for alt in pictures:
                yield Piece(BlockKind.FIGURE, "", alt=alt, anchor=anchor)
            return
        text = _plain(children)
        if opening.type == "heading_open":
            yield Piece(BlockKind.HEADING, text, level=int(opening.tag[1]), anchor=anchor)
        elif note := _NOTE.match(text):
            yield Piece(BlockKind.NOTE, text[note.end() :], anchor=anchor)
        elif self._item is not None:
            marker, self._item = self._item, None
            yield Piece(
                BlockKind.LIST_ITEM, _NOTE_MARK.sub("", _TASK_BOX.sub("", text)), level=len(self._lists),
                marker=marker, anchor=anchor,
            )
        else:
            alert = _ALERT.match(text) if self._quotes else None
            text = f"{alert[1].capitalize()}: {text[alert.end() :]}" if alert else text
            is_quote = self._quotes > 0 and alert is None
            yield Piece(
                BlockKind.QUOTE if is_quote else BlockKind.PARAGRAPH, _NOTE_MARK.sub("", text), anchor=anchor
            )

    def _html(self, token: Token) -> Iterator[Piece]:
        from pipeline.ingest.html import fragment_pieces

        for piece in fragment_pieces(token.content):
            yield Piece(
                piece.kind, piece.text, level=piece.level, rows=piece.rows, marker=piece.marker, alt=piece.alt,
                anchor=self._anchor(token),
            )

    def _anchor(self, token: Token) -> Anchor:
        if token.map is None:
            return Anchor()
        return Anchor(lines=(token.map[0] + 1 + self._skipped, max(token.map[1], token.map[0] + 1) + self._skipped))


def _plain(children: Sequence[Token]) -> str:
    """The words of inline markup: a link's text without its address, code without its ticks."""
    words = []
    for child in children:
        if child.type in ("text", "code_inline", "image"):
            words.append(child.content)
        elif child.type in ("softbreak", "hardbreak") or (
            child.type == "html_inline" and child.content.lower().startswith("<br")
        ):
            words.append(" ")
    return _ATTRIBUTES.sub("", "".join(words))


def _only_pictures(children: Sequence[Token]) -> list[str]:
    """Descriptions of the pictures where a paragraph is nothing but pictures that are no links (those are badges)."""
    alts = []
    for child in children:
        if child.type == "image":
            alts.append(child.content)
            continue
        is_break = child.type in ("softbreak", "hardbreak")
        if child.type == "link_open" or (not is_break and _ATTRIBUTES.sub("", child.content).strip()):
            return []
    return alts


def _rows(tokens: Sequence[Token]) -> tuple[tuple[str, ...], ...]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_plain(token.children or []))
    return tuple(tuple(row) for row in rows)
