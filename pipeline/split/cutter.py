"""Cuts one over-long block into spans within a token budget: tables between rows, text between sentences.

The spans of a text follow one another; white space between two of them belongs to neither.
"""

from __future__ import annotations

import re

from pipeline import tokens

# No word of any language: encoded data, on which the splitter would count each character's tokens.
_ENDLESS = re.compile(r"[^\s.?!。;,]{4000}")
_SEPARATORS = ["\n\n", "\n", ". ", "? ", "! ", "。", "; ", ", ", " ", ""]


def cut(text: str, budget: int) -> list[tuple[int, int]]:
    """Half-open spans of the text, none above the budget, in order, with every character that is no white space."""
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


def cut_table(text: str, budget: int) -> list[tuple[int, int]]:
    """Spans of a table's text that end with a row wherever a row fits the budget; the head row keeps its first row."""
    spans: list[tuple[int, int]] = []
    start = end = 0
    position = 0
    for number, row in enumerate(text.split("\n")):
        row_end = position + len(row)
        fits = tokens.count(text[start:row_end]) <= budget
        if not fits and end > start and number > 1:
            spans.append((start, end))
            start = position
            fits = tokens.count(row) <= budget
        if not fits:
            spans += [(start + first, start + last) for first, last in cut(text[start:row_end], budget)]
            start = row_end + 1
        end = row_end
        position = row_end + 1
    if end > start:
        spans.append((start, end))
    return [(first, last) for first, last in spans if text[first:last].strip()]


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
