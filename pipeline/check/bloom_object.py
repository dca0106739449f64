"""The Bloom level that a verb's object decides: to find an error is to analyse, to find an area is to calculate.

In: a verb of an objective and the words behind it. Out: the level, where the word lists of the language name that verb
with that object (`bloom_by_object`: level : verbs : heads of their objects, the first that fits counts).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from pipeline.check.bloom import Words
from pipeline.domain import BloomLevel
from pipeline.prose.wordlists import WordLists

_HEAD_WORDS = 9
_MARKS = frozenset(",;:.")


class _Rule(NamedTuple):
    level: BloomLevel
    verbs: frozenset[str]
    objects: frozenset[str]
    """With their plurals."""


def level_by_object(verb: str, rest: Words, lists: WordLists) -> BloomLevel | None:
    """The level of the verb with its object; None where the object doesn't change what the verb says."""
    head = set(head_of(rest, lists))
    return next((rule.level for rule in _rules(lists) if verb in rule.verbs and head & rule.objects), None)


def head_of(rest: Words, lists: WordLists) -> Words:
    """The object as far as its first preposition or clause: "the role" of "the role of errors in learning"."""
    ends = lists.set("bloom_head_ends") | _MARKS
    end = next((place for place, word in enumerate(rest[:_HEAD_WORDS]) if word in ends), _HEAD_WORDS)
    return rest[:end]


@lru_cache(maxsize=8)
def _rules(lists: WordLists) -> tuple[_Rule, ...]:
    found = []
    for entry in lists.list("bloom_by_object"):
        level, verbs, objects = (part.split() for part in entry.split(":"))
        forms = {form for word in objects for form in _with_plural(word)}
        found.append(_Rule(BloomLevel(level[0]), frozenset(verbs), frozenset(forms)))
    return tuple(found)


def _with_plural(word: str) -> tuple[str, ...]:
    if word.endswith("y"):
        return word, f"{word[:-1]}ies"
    return word, f"{word}s", f"{word}es"
