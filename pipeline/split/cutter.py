"""Cuts one over-long block into spans within a token budget: tables between rows, text between sentences.

The spans of a text follow one another; white space between two of them belongs to neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline import tokens
from pipeline.split.sizes import joined_tokens

# No word of any language: encoded data, on which the splitter would count each character's tokens.
_ENDLESS = re.compile(r"[^\s.?!。;,]{4000}")
# The end of a line is a token of its own, or part of the signs before it, which may become one more.
_LINE_END_TOKENS = 2
_SEPARATORS = ["\n\n", "\n", ". ", "? ", "! ", "。", "; ", ", ", " ", ""]


class Cut(NamedTuple):
    """A half-open part of a text, and its tokens."""

    start: int
    end: int
    tokens: int


def cut(text: str, budget: int, *, offset: int = 0) -> list[Cut]:
    """Parts of the text, none above the budget, in order, with every character that is no white space; their places
    are counted from `offset`.
    """
    return [
        Cut(offset + start, offset + end, tokens.count(text[start:end])) for start, end in _spans(text, budget)
    ]


def _spans(text: str, budget: int) -> list[tuple[int, int]]:
    if _ENDLESS.search(text):
        return _by_halves(text, 0, len(text), budget)
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=budget, chunk_overlap=0, length_function=tokens.count, separators=_SEPARATORS,
        keep_separator="end", add_start_index=True, strip_whitespace=True,
    )
    spans: list[tuple[int, int]] = []
    at = 0
    for made in splitter.create_documents([text]):
        piece = made.page_content
        # Its start index is a search that can hit an earlier twin (langchain #21475), so it is looked up from here on.
        start = text.find(piece, at)
        if start < 0 or text[at:start].strip():
            return _by_halves(text, 0, len(text), budget)
        spans += [(start, start + len(piece))] if tokens.count(piece) <= budget else _by_halves(
            text, start, start + len(piece), budget
        )
        at = start + len(piece)
    if text[at:].strip():
        return _by_halves(text, 0, len(text), budget)
    return spans


def cut_table(text: str, budget: int) -> list[Cut]:
    """Parts of a table's text that end with a row wherever a row fits the budget; the head row keeps its first row."""
    rows = text.split("\n")
    counts = tokens.count_each(rows)
    made: list[Cut] = []
    start = position = used = 0
    first = 0
    for number, (row, count) in enumerate(zip(rows, counts, strict=True)):
        if used + count > budget and number > max(first, 1):
            made.append(_rows(rows[first:number], counts[first:number], start))
            first, start, used = number, position, 0
        used += count + _LINE_END_TOKENS
        position += len(row) + 1
        if used - _LINE_END_TOKENS > budget:
            made += cut(text[start : position - 1], budget, offset=start)
            first, start, used = number + 1, position, 0
    if first < len(rows):
        made.append(_rows(rows[first:], counts[first:], start))
    return [one for one in made if text[one.start : one.end].strip()]


def _rows(rows: Sequence[str], counts: Sequence[int], start: int) -> Cut:
    end = start + sum(map(len, rows)) + len(rows) - 1
    return Cut(start, end, joined_tokens(rows, counts, glue="\n"))


def _by_halves(text: str, start: int, end: int, budget: int) -> list[tuple[int, int]]:
    """The plain way, for text no splitter keeps exactly: halved at white space near the middle until it fits."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return []
    if tokens.count(text[start:end]) <= budget or end - start == 1:
        return [(start, end)]
    middle = (start + end) // 2
    space = text.rfind(" ", start + 1, middle)
    middle = space if space > start else middle
    return _by_halves(text, start, middle, budget) + _by_halves(text, middle, end, budget)
