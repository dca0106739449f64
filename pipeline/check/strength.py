"""How strongly a sentence binds: must, must not, should, should not, may."""

from __future__ import annotations

from functools import lru_cache

from pipeline.check import prose
from pipeline.check.words import words_for

# Longest phrases first, so that "must not" is not read as "must".
_ORDER = ("must_not", "should_not", "may", "must", "should")


@lru_cache(maxsize=20_000)
def strengths_of(sentence: str, language: str) -> frozenset[str]:
    """The strengths the sentence expresses; empty where it has no modal word."""
    lists = words_for(language)
    said = f" {' '.join(prose.words(sentence))} "
    found = set()
    phrases = sorted(
        ((phrase, name) for name in _ORDER for phrase in lists.list(name)), key=lambda one: -len(one[0])
    )
    for phrase, name in phrases:
        if f" {phrase} " in said:
            found.add(name)
            said = said.replace(f" {phrase} ", " ")
    return frozenset(found)


def without_modals(sentence: str, language: str) -> str:
    """The sentence's words without what binds or negates, for comparing what two sentences are about."""
    lists = words_for(language)
    said = f" {' '.join(prose.words(sentence))} "
    phrases = sorted((phrase for name in _ORDER for phrase in lists.list(name)), key=lambda one: -len(one))
    for phrase in (*phrases, *lists.list("negators")):
        said = said.replace(f" {phrase} ", " ")
    return said.strip()
