"""Markdown of parts and resources → lines of plain text with what each of them is: for cells, slides and notes.

In: Markdown. Out: a `Line` a paragraph, list entry, heading, row of a table or line of code, in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from markdown_it.token import Token

from pipeline.export.markdown_html import parse

_TASK = re.compile(r"^\[([ xX])\]\s+")


class LineKind(StrEnum):
    """What a line is."""

    TEXT = "text"
    HEADING = "heading"
    BULLET = "bullet"
    NUMBER = "number"
    QUOTE = "quote"
    CODE = "code"
    ROW = "row"


class Line(NamedTuple):
    """A line of text."""

    text: str
    kind: LineKind = LineKind.TEXT
    level: int = 0
    """How deep in lists, from 0."""
    number: int | None = None
    """Of a numbered entry."""

    @property
    def shown(self) -> str:
        """The line with its number or bullet before it, indented as deep as it stands."""
        sign = f"{self.number}. " if self.number is not None else "• " if self.kind is LineKind.BULLET else ""
        return f"{'    ' * self.level}{sign}{self.text}"


def lines_of(markdown: str) -> tuple[Line, ...]:
    """The Markdown's lines; empty ones are left out."""
    return lines_in(parse(markdown))


def lines_in(tokens: Sequence[Token]) -> tuple[Line, ...]:
    """The lines of Markdown that is parsed already."""
    return tuple(line for line in _Reader().read(tokens) if line.text.strip())


def plain_text(markdown: str) -> str:
    """The Markdown as text to read: lists with their signs, rows with bars, nothing of its markup."""
    return "\n".join(line.shown for line in lines_of(markdown))


class _Reader:
    """Walks Markdown tokens, remembering which lists are open."""

    def __init__(self) -> None:
        self._lists: list[int | None] = []
        """Open lists, outermost first: the next number of an ordered one, None for bullets."""
        self._is_first = False
        """Whether the next line is the first of a list entry: it alone has the sign."""

    def read(self, tokens: Sequence[Token]) -> list[Line]:
        lines: list[Line] = []
        cells: list[str] | None = None
        kind = LineKind.TEXT
        for token in tokens:
            if token.type == "bullet_list_open":
                self._lists.append(None)
            elif token.type == "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self._lists.pop()
            elif token.type == "list_item_open":
                self._is_first = True
            elif token.type in ("heading_open", "blockquote_open"):
                kind = LineKind.HEADING if token.type == "heading_open" else LineKind.QUOTE
            elif token.type in ("heading_close", "blockquote_close"):
                kind = LineKind.TEXT
            elif token.type == "tr_open":
                cells = []
            elif token.type == "tr_close" and cells is not None:
                lines.append(Line(" | ".join(cells), LineKind.ROW))
                cells = None
            elif token.type == "inline" and cells is not None:
                cells.append(_words(token.children or []))
            elif token.type == "inline":
                lines.append(self._line(_words(token.children or []), kind))
            elif token.type in ("fence", "code_block"):
                lines += [Line(one, LineKind.CODE) for one in token.content.rstrip("\n").split("\n")]
        return lines

    def _line(self, text: str, kind: LineKind) -> Line:
        if not self._lists or kind is not LineKind.TEXT:
            return Line(text, kind)
        level, number = len(self._lists) - 1, self._lists[-1]
        if not self._is_first:
            return Line(text, LineKind.TEXT, level)
        self._is_first = False
        if number is None:
            # The box of a checklist stands in place of the bullet.
            if task := _TASK.match(text):
                return Line(f"{'☐' if task[1] == ' ' else '☑'} {text[task.end() :]}", LineKind.TEXT, level)
            return Line(text, LineKind.BULLET, level)
        self._lists[-1] = number + 1
        return Line(text, LineKind.NUMBER, level, number)


def _words(children: Sequence[Token]) -> str:
    pieces = []
    for child in children:
        if child.type == "softbreak":
            pieces.append(" ")
        elif child.type == "hardbreak":
            pieces.append("\n")
        else:
            pieces.append(child.content)
    return "".join(pieces)
