"""Codes and values in text that runs from right to left: a number keeps its unit behind it, a comparison its sign.

In: text of a right-to-left language. Out: its pieces, those of Latin letters and values told apart. By the Unicode
bidirectional algorithm (UAX #9, N1 and N2) the blank between a number and a Latin unit takes the paragraph's direction,
so "400 V" is shown as "V 400", and "≥ 6 bar" as "bar 6 ≥"; a left-to-right mark on both sides holds them together in
every program, where isolates are known to newer ones alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

MARK = "\u200e"
"""Left-to-right mark, which has no width."""
# Whoever wrote marks has seen to the order.
_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_OTHER_WAY = ("R", "AL", "AN")
_NEEDS_ORDER = re.compile(r"[A-Za-zµΩ\u00c0-\u024f\u0370-\u03ff%‰€$£°≥≤<>±≈]")
_EDGES = " \t،,;:!?.…–—-/\"'„"
_LEADS = frozenset("-–.")
_WORD = re.compile(r"[A-Za-z]{2,}")
_SENTENCE_WORDS = 3
_PAIRS = {")": "(", "]": "[", "}": "{", "”": "“", "»": "«"}


class Piece(NamedTuple):
    """A run of text in one direction."""

    text: str
    is_left_to_right: bool
    """Whether it is Latin letters or a value within right-to-left text."""


def pieces_of(text: str) -> Iterator[Piece]:
    """The text in pieces, in order and without a loss; those to be kept in order are told."""
    if _CONTROLS.search(text):
        yield Piece(text, is_left_to_right=False)
        return
    at = 0
    for start, end in _runs(text):
        if start > at:
            yield Piece(text[at:start], is_left_to_right=False)
        yield Piece(text[start:end], is_left_to_right=True)
        at = end
    if at < len(text):
        yield Piece(text[at:], is_left_to_right=False)


def with_kept_order(text: str) -> str:
    """The text with marks around what must stay in order."""
    return "".join(f"{MARK}{one.text}{MARK}" if one.is_left_to_right else one.text for one in pieces_of(text))


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of what holds no letter of the other direction, less the punctuation around it."""
    start = None
    for at in range(len(text) + 1):
        is_in = at < len(text) and text[at] != "\n" and unicodedata.bidirectional(text[at]) not in _OTHER_WAY
        if is_in and start is None:
            start = at
        elif not is_in and start is not None:
            first, last = _trimmed(text, start, at)
            has_letters = any(unicodedata.bidirectional(char) in ("L", "EN") for char in text[first:last])
            if has_letters and _NEEDS_ORDER.search(text, first, last):
                yield first, last
            start = None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The run without blanks, punctuation and brackets of the sentence around it."""
    stop = end
    while start < end:
        char, following = text[start], text[start + 1 : start + 2]
        is_sign = char in _LEADS and following.isdigit()
        is_open = char in _PAIRS.values() and not _closes(text[start:end])
        if (char in _EDGES and not is_sign) or char in _PAIRS or is_open:
            start += 1
        else:
            break
    while end > start:
        char = text[end - 1]
        is_loose = char in _PAIRS and text.count(_PAIRS[char], start, end) < text.count(char, start, end)
        if char in _EDGES or char in _PAIRS.values() or is_loose:
            end -= 1
        else:
            break
    if len(_WORD.findall(text, start, end)) >= _SENTENCE_WORDS:
        # A sentence of its own takes its end along.
        while end < stop and text[end] in ".!?…":
            end += 1
    return start, end


def _closes(text: str) -> bool:
    """Whether the bracket that the text begins with is closed in it."""
    closing = next(close for close, opening in _PAIRS.items() if opening == text[0])
    return closing in text
