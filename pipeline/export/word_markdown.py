"""Markdown of parts and resources → paragraphs, lists and tables of a Word document.

In: Markdown. Out: paragraphs at the end of a `WordFile`. Headings inside a text become bold paragraphs, so that the
document's outline stays the storyboard's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from pipeline.export.markdown_html import parse
from pipeline.export.word import Run, WordFile

# Word's own styles go no deeper.
_DEEPEST_LIST = 3
_TASK = re.compile(r"^\[([ xX])\]\s+")
# As far in as the text of the list's own style: the box hangs where a bullet would.
_STEP_TWIPS = 360


def write_markdown(word: WordFile, markdown: str) -> None:
    """Write the Markdown at the end of the document."""
    write_blocks(word, parse(markdown))


def write_blocks(word: WordFile, tokens: Sequence[Token]) -> None:
    """Write the blocks of parsed Markdown at the end of the document."""
    _Writer(word).write(tokens)


class _Writer:
    """Walks Markdown tokens, remembering which lists are open."""

    def __init__(self, word: WordFile) -> None:
        self._word = word
        self._lists: list[int | None] = []
        """Open lists, outermost first: the numbering of an ordered one, None for bullets."""
        self._is_first = False
        """Whether the next paragraph is the first of its list entry: it alone has the sign."""

    def write(self, tokens: Sequence[Token]) -> None:
        rows: list[list[str]] = []
        is_heading = is_quote = in_table = False
        for token in tokens:
            kind = token.type
            if kind == "bullet_list_open":
                self._lists.append(None)
            elif kind == "ordered_list_open":
                style = _at_depth("List Number", len(self._lists) + 1)
                self._lists.append(self._word.new_numbering(style))
            elif kind in ("bullet_list_close", "ordered_list_close"):
                self._lists.pop()
            elif kind == "list_item_open":
                self._is_first = True
            elif kind in ("heading_open", "heading_close"):
                is_heading = kind == "heading_open"
            elif kind in ("blockquote_open", "blockquote_close"):
                is_quote = kind == "blockquote_open"
            elif kind == "table_open":
                rows, in_table = [], True
            elif kind == "tr_open":
                rows.append([])
            elif kind == "table_close":
                in_table = False
                self._word.table(rows[0], rows[1:], shares=[1] * len(rows[0]))
            elif kind == "inline" and in_table:
                rows[-1].append("".join(run.text for run in _runs(token.children or [], is_bold=False)))
            elif kind == "inline":
                self._paragraph(_runs(token.children or [], is_bold=is_heading), is_quote=is_quote)
            elif kind in ("fence", "code_block"):
                self._paragraph([Run(token.content.rstrip("\n"), font="Consolas")])

    def _paragraph(self, runs: Sequence[Run], *, is_quote: bool = False) -> None:
        if not self._lists:
            self._word.add(runs, style="Quote" if is_quote else None)
            return
        numbering, depth = self._lists[-1], len(self._lists)
        if not self._is_first:
            self._word.add(runs, style=_at_depth("List Continue", depth))
            return
        self._is_first = False
        if numbering is None and runs and (task := _TASK.match(runs[0].text)):
            # A box to tick on paper in place of the brackets, and of the bullet.
            box = "☐ " if task[1] == " " else "☑ "
            runs = [runs[0]._replace(text=box + runs[0].text[task.end() :]), *runs[1:]]
            self._word.add(runs, indent_twips=_STEP_TWIPS * min(depth, _DEEPEST_LIST))
            return
        kind = "List Bullet" if numbering is None else "List Number"
        self._word.add(runs, style=_at_depth(kind, depth), numbering=numbering)


def _at_depth(style: str, depth: int) -> str:
    """The name of Word's list style at a depth from 1."""
    return style if depth == 1 else f"{style} {min(depth, _DEEPEST_LIST)}"


def _runs(children: Sequence[Token], *, is_bold: bool) -> list[Run]:
    """Inline tokens as runs."""
    runs: list[Run] = []
    strong, emphasis = is_bold, False
    for child in children:
        if child.type in ("strong_open", "strong_close"):
            strong = is_bold or child.type == "strong_open"
        elif child.type in ("em_open", "em_close"):
            emphasis = child.type == "em_open"
        elif child.type in ("softbreak", "hardbreak"):
            runs.append(Run(" " if child.type == "softbreak" else "\n"))
        elif child.content:
            font = "Consolas" if child.type == "code_inline" else None
            runs.append(Run(child.content, is_bold=strong or None, is_italic=True if emphasis else None, font=font))
    return runs
