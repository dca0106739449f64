"""Tokens of texts joined by line ends, from the tokens of each, so that each character is counted once.

Counting is most of the work of splitting. o200k_base cuts text by a pattern before it merges bytes, so that a joint
changes only the last piece before it: a blank line is one token, or part of the punctuation that it follows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from pipeline import tokens

GLUE = "\n\n"
# The most that a joint adds.
GLUE_TOKENS = 2


def joined_tokens(texts: Sequence[str], counts: Sequence[int], *, glue: str = GLUE) -> int:
    """Tokens of the texts joined.

    Args:
        texts: In order, none of them empty.
        counts: Tokens of each text by itself.
        glue: What joins them: one or more newlines.

    """
    total = sum(counts)
    for before, after in pairwise(texts):
        added = _joint(before, after, glue)
        if added is None:
            return tokens.count(glue.join(texts))
        total += added
    return total


def _joint(before: str, after: str, glue: str) -> int | None:
    """Tokens that the glue between two texts adds, or None where only counting the whole tells."""
    if not before or not after:
        return None
    last, first = before[-1], after[0]
    if first.isspace() or first == "/" or last.isspace():
        return None
    if last.isascii() and last.isalnum():
        return 1
    start = len(before)
    while start and _is_sign(before[start - 1]):
        start -= 1
    if start == len(before):
        return 1 if unicodedata.category(last)[0] in "LN" else None
    if start and unicodedata.category(before[start - 1])[0] == "M":
        return None
    if start and before[start - 1] == " ":
        start -= 1
    return _added_to(before[start:], glue) if len(before) - start < 20 else None


def _is_sign(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


@lru_cache(maxsize=4096)
def _added_to(signs: str, glue: str) -> int:
    return tokens.count(signs + glue) - tokens.count(signs)
