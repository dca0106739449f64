"""Which differences between two texts are differences, and what changed where.

Word processors set typographic quotes, join dashes, put no-break spaces before units and hidden marks around Arabic
words: none of that is a change of content. In: texts. Out: their form for comparing, their edits, their likeness.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import NamedTuple

# Hidden marks: soft hyphen, zero-width spaces and joiners, marks of direction, byte order mark, tatweel is not one.
_HIDDEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_HIDDEN_CHARS = re.compile(f"[{_HIDDEN}]")
_SAME = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060\u2039\u203a\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        "\u2026": "...",
    }
)
_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_TOKEN = re.compile(f"[\\w{_HIDDEN}\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff]+|\\s+|.", re.DOTALL)
# Of a text that is compared with another.
_MOST_CHARS = 20_000
# Two texts longer than this together are compared by words.
_LONG_CHARS = 4_000


class Edit(NamedTuple):
    """The characters [start, end) of the old text became `text`."""

    start: int
    end: int
    text: str


def same_form(text: str) -> str:
    """The text as it is compared: composed, with plain quotes, dashes and spaces, without hidden marks."""
    return " ".join(_HIDDEN_CHARS.sub("", unicodedata.normalize("NFC", text)).translate(_SAME).split())


def lines_of(text: str) -> list[str]:
    """The text's lines that hold something."""
    return [line for line in _LINE_ENDS.split(text) if same_form(line)]


def compared(text: str) -> tuple[str, ...]:
    """The lines of a text as they are compared; two texts are the same where these are."""
    return tuple(same_form(line) for line in lines_of(text))


def is_same(one: str, other: str) -> bool:
    """Whether nobody would see a difference of content."""
    return compared(one) == compared(other)


def edits(old: str, new: str) -> list[Edit]:
    """What to replace in `old` for it to say what `new` says, word by word, from left to right."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    starts = [0]
    for token in before:
        starts.append(starts[-1] + len(token))
    matcher = difflib.SequenceMatcher(
        a=[same_form(token) for token in before], b=[same_form(token) for token in after], autojunk=False
    )
    return [
        Edit(starts[old_from], starts[old_to], "".join(after[new_from:new_to]))
        for verb, old_from, old_to, new_from, new_to in matcher.get_opcodes()
        if verb != "equal"
    ]


def likeness(one: str, other: str) -> float:
    """How alike two texts are, 0..1."""
    first, second = same_form(one)[:_MOST_CHARS].casefold(), same_form(other)[:_MOST_CHARS].casefold()
    if not first or not second:
        return 0.0
    if len(first) + len(second) > _LONG_CHARS:
        return difflib.SequenceMatcher(a=first.split(), b=second.split(), autojunk=False).ratio()
    return difflib.SequenceMatcher(a=first, b=second, autojunk=False).ratio()
