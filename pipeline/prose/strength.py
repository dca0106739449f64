"""How strongly a sentence binds: must, must not, should, should not, may."""

from __future__ import annotations

from functools import lru_cache

from pipeline import prose
from pipeline.prose.wordlists import words_for

STRENGTHS = ("must", "must_not", "should", "should_not", "may")


@lru_cache(maxsize=4_000)
def strengths_of(sentence: str, language: str) -> frozenset[str]:
    """The strengths the sentence expresses; empty where it has no modal word."""
    said, found = f" {' '.join(prose.words(sentence))} ", set()
    for phrase, name in _phrases(language):
        if phrase in said:
            found.add(name)
            said = said.replace(phrase, " ")
    return frozenset(found)


@lru_cache(maxsize=4_000)
def without_modals(sentence: str, language: str, *, keep_negators: bool = False) -> str:
    """The sentence's words without what binds or negates, for comparing what two sentences are about."""
    said = f" {' '.join(prose.words(sentence))} "
    for phrase, _ in _phrases(language):
        said = said.replace(phrase, " ")
    negators = frozenset() if keep_negators else words_for(language).set("negators")
    return " ".join(word for word in said.split() if word not in negators)


@lru_cache(maxsize=64)
def _phrases(language: str) -> tuple[tuple[str, str], ...]:
    """(phrase between blanks, its strength), longest first, so that "must not" is not read as "must"."""
    lists = words_for(language)
    phrases = ((f" {phrase} ", name) for name in STRENGTHS for phrase in lists.list(name))
    return tuple(sorted(phrases, key=lambda entry: -len(entry[0])))
