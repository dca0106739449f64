"""Titles in another language than the one drafted in: they are named as they stand, never bent into a sentence.

In: a title. Out: whether it is surely not in that language. A title is short, so that its small words or its script
decide; one word of Latin letters is left alone, since any language may have borrowed it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline import language
from pipeline.engines.embedded.wordlists import table

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_WORDS_MIN = 2
# Written without letters of their own alphabet: of these languages a title in Latin letters is told by its words.
_IN_LATIN = frozenset("en de fr es it pt nl sv da nb fi pl cs sk hu ro hr sl tr id vi".split())


@lru_cache(maxsize=4_000)
def is_foreign_title(title: str, home: str) -> bool:
    """Whether the title is in another language than `home`."""
    base = language.base_of(home)
    words = _WORD.findall(title)
    letters = "".join(words)
    if base in _IN_LATIN and letters and 2 * len(_LATIN.findall(letters)) < len(letters):
        return True
    if len(words) < _WORDS_MIN or language.known_words(title, home):
        return False
    if language.foreign(title, home) is not None:
        return True
    # A capital within the title may open a name: "Von", "Das".
    small = {word for word in words[1:] if word.islower()} | {words[0].lower()}
    return any(small & set(str(known).split()) for tag, known in table("foreign_titles").items() if tag != base)
