"""A text as grounding reads it: words in their order, what of them carries meaning, names, and words that deny.

Strings in, plain values out. What needs word lists is empty for a language that has none; the rest works for any
language, and for those written without blanks by pairs of characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pipeline.language import base_of
from pipeline.prose.wordlists import words_for

_WORD = re.compile(r"[^\W_]+(?:['’.\-\u2011][^\W_]+)*")
# Chinese, Japanese, Thai, Lao, Khmer and Burmese are written without blanks.
UNSPACED = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
_UNSPACED = re.compile(f"{UNSPACED}+")
_JOINTS = re.compile(r"['.\-]")
# Nouns have capitals, so a capital does not tell a name.
_CAPITAL_NOUNS = frozenset({"de", "lb"})
_SHORT = 5
# Longest first; each with what stands in its place.
_ENGLISH_ENDINGS = (
    ("ization", "iz"), ("isation", "iz"), ("ational", "at"), ("ations", "at"), ("ation", "at"), ("ingly", ""),
    ("edly", ""), ("ply", "ply"), ("ments", "ment"), ("iness", "y"), ("ities", "ity"), ("ies", "y"), ("ied", "y"),
    ("ily", "y"), ("ing", ""), ("ers", "er"), ("ed", ""), ("es", ""), ("ly", ""), ("s", ""),
)  # fmt: skip


# A plain tuple: made for every word of every document.
class Word(NamedTuple):
    """One word of a text."""

    shown: str
    folded: str
    """Lower case, without a possessive ending."""
    stem: str
    carries_meaning: bool
    is_name: bool
    """Written with a capital that its place in the sentence does not ask for."""
    parts: tuple[str, ...]
    """The pieces between hyphens and points, folded; the word itself where there is one piece."""


@dataclass(frozen=True)
class Reading:
    """The words of a sentence."""

    words: tuple[Word, ...]
    stems: frozenset[str]
    """Of the words that carry meaning."""
    all_stems: frozenset[str]
    """Of every word, and of the pieces of hyphenated ones."""
    folded: frozenset[str]
    """Every word, and the pieces of hyphenated ones."""
    denials: tuple[int, ...]
    """Positions of the words that deny."""


@lru_cache(maxsize=4_000)
def read(text: str, language: str) -> Reading:
    """The words of one sentence."""
    lists = words_for(language)
    light, denying = lists.union("stopwords", "pronouns"), lists.set("denials")
    has_names = base_of(language) not in _CAPITAL_NOUNS
    words: list[Word] = []
    pieces: set[str] = set()
    for match in _WORD.finditer(text):
        shown = match[0].replace("’", "'").replace("\u2011", "-")
        if _UNSPACED.match(shown):
            words += [Word(pair, pair, pair, True, False, (pair,)) for pair in _pairs(shown)]
            pieces.update(_pairs(shown))
            continue
        folded = shown.casefold().removesuffix("'s")
        parts: tuple[str, ...] = (folded,)
        if not folded.isalnum():
            parts = tuple(piece for piece in _JOINTS.split(folded) if piece) or parts
            pieces.update(parts)
        pieces.add(folded)
        carries_meaning = len(folded) > 1 and not folded[0].isdigit() and folded not in light
        is_name = (
            has_names
            and carries_meaning
            and shown[0].isupper()
            and (shown[1:].upper() == shown[1:] or not _opens(text, match.start(), words))
        )
        words.append(Word(shown, folded, stem(folded, language), carries_meaning, is_name, parts))
    return Reading(
        words=tuple(words),
        stems=frozenset([word.stem for word in words if word.carries_meaning]),
        all_stems=frozenset([stem(piece, language) for piece in pieces]),
        folded=frozenset(pieces),
        denials=tuple(
            place
            for place, word in enumerate(words)
            if word.folded in denying or (denying and word.folded.endswith("n't"))
        ),
    )


def _opens(text: str, start: int, words: list[Word]) -> bool:
    """Whether the word that starts there begins a sentence or what somebody says."""
    return not words or text[:start].rstrip().endswith((".", "!", "?", ":", "…", "“", "„", "«", '"'))


def _pairs(run: str) -> list[str]:
    return [run] if len(run) < 2 else [run[place : place + 2] for place in range(len(run) - 1)]


@lru_cache(maxsize=50_000)
def stem(folded: str, language: str) -> str:
    """What the forms of a word share: rough for English, the first letters for other languages."""
    if base_of(language) != "en":
        return folded if len(folded) <= _SHORT else folded[: max(_SHORT, len(folded) - 3)]
    folded = _irregular(language).get(folded, folded)
    for ending, instead in _ENGLISH_ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= 3 and not folded.endswith("ss"):
            folded = folded[: -len(ending)] + instead
            break
    if len(folded) > 3 and folded[-1] == folded[-2] and folded[-1] not in "sl":
        folded = folded[:-1]
    if folded.endswith("e") and len(folded) > 4:
        folded = folded[:-1]
    return f"{folded[:-2]}iz" if folded.endswith("is") and len(folded) > 5 else folded


@lru_cache(maxsize=16)
def _irregular(language: str) -> dict[str, str]:
    """Form → the word it is a form of."""
    entries = (entry.partition(":") for entry in words_for(language).list("irregular_forms"))
    return {form: base for forms, _, base in entries for form in forms.split()}
