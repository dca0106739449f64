"""What logic gives away (NBME guide, ch. 3, "logical cues"): only the key can be an answer to what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline import prose
from pipeline.check.fault import Fault
from pipeline.check.question import Question
from pipeline.prose.wordlists import WordLists

_ACRONYM = re.compile(r"\b[A-Z]{2,6}\b")
_ASKS_FOR_NAME = re.compile(r"\b(?:stands? for|abbreviat\w*|acronym|short for|full form|spelled out)\b", re.IGNORECASE)
_SMALL = frozenset({"of", "the", "a", "an", "and", "for", "in", "on", "to", "at", "by"})
_AUXILIARIES = frozenset(
    "is are was were do does did should must can could will would may might has have shall".split()
)


def logical_cues(question: Question, lists: WordLists) -> Iterator[Fault]:
    """More than the key alone is of the kind the stem asks for."""
    if question.key is None or len(question.options) < 3 or not question.is_choice:
        return
    reason = (
        _only_number(question, lists)
        or _only_acronym(question)
        or _only_kind(question, lists)
        or _one_of_two(question, lists)
    )
    if reason:
        yield Fault(reason)


def _only_number(question: Question, lists: WordLists) -> str | None:
    said = f" {' '.join(question.stem_words)} "
    asks = next((one for one in lists.list("wh_numbers") if f" {one} " in said), None)
    spelled = lists.table("numbers").keys() - lists.set("articles")
    has_number = [
        any(char.isdigit() for char in option) or any(word in spelled for word in words)
        for option, words in zip(question.options, question.option_words, strict=True)
    ]
    if asks and question.key is not None and has_number[question.key] and sum(has_number) == 1:
        return f'The stem asks "{asks}", and only option {question.key + 1} gives a number.'
    return None


def _only_acronym(question: Question) -> str | None:
    """What an abbreviation stands for, where only the key begins with its letters."""
    asked = _ACRONYM.findall(question.stem) if _ASKS_FOR_NAME.search(question.stem) else []
    for letters in asked:
        fits = [_spells(letters.casefold(), words) for words in question.option_words]
        if question.key is not None and fits[question.key] and sum(fits) == 1:
            return f'Only option {question.key + 1} begins with the letters of "{letters}".'
    return None


def _spells(letters: str, words: tuple[str, ...]) -> bool:
    initials = "".join(piece[0] for word in words if word not in _SMALL for piece in word.split("-") if piece)
    return initials == letters or "".join(word[0] for word in words) == letters


def _only_kind(question: Question, lists: WordLists) -> str | None:
    """Who, why, where or when is asked, and the key alone is the kind of answer that fits."""
    asked = asked_kind(question)
    if asked is None or question.key is None:
        return None
    misfits = {place for place in range(len(question.options)) if not fits_kind(question, place, asked, lists)}
    if misfits == set(question.distractors):
        return f'The stem asks "{asked}", and only option {question.key + 1} is an answer of that kind.'
    return None


def asked_kind(question: Question) -> str | None:
    """The question word, where it says which kind of answer is wanted: who, why, where or when."""
    words = prose.words(question.last_sentence) if question.is_asked else ()
    if not words or words[0] not in ("who", "why", "where", "when"):
        return None
    # "When the alarm sounds, what do you do?" asks what.
    return words[0] if words[0] == "who" or (words[1:2] and words[1] in _AUXILIARIES) else None


def fits_kind(question: Question, place: int, asked: str, lists: WordLists) -> bool:
    """Whether the option can be an answer of the asked kind, by how it opens; None of the words known: it can."""
    words = question.option_words[place]
    if not words:
        return False
    starts = lists.set(f"starts_{asked}")
    if asked == "who":
        return words[0] not in starts and not words[0][0].isdigit()
    known = words[0] in starts or (asked == "when" and bool(set(words) & lists.set("times")))
    return known or (asked in ("when", "where") and any(word[0].isdigit() for word in words))


def _one_of_two(question: Question, lists: WordLists) -> str | None:
    """Of all options just two are opposites, and the key is one: whoever sees that has halved the choice."""
    if len(question.options) < 4 or question.key is None:
        return None
    # "Rises, falls, stays the same": the third completes the pair, and all three are what can happen.
    if any(set(words) & lists.set("no_change") for words in question.option_words):
        return None
    pairs = [
        (one, other)
        for other in range(len(question.options))
        for one in range(other)
        if _are_opposites(question.option_words[one], question.option_words[other], lists)
    ]
    if len(pairs) == 1 and question.key in pairs[0]:
        first, second = pairs[0]
        return f"Options {first + 1} and {second + 1} are opposites, and the key is one of them."
    return None


def _are_opposites(one: tuple[str, ...], other: tuple[str, ...], lists: WordLists) -> bool:
    """Whether the two differ in one word, and these words are opposites."""
    if len(one) != len(other):
        return False
    differing = [(first, second) for first, second in zip(one, other, strict=True) if first != second]
    opposites = lists.table("opposites")
    return len(differing) == 1 and differing[0][1] in (
        opposites.get(differing[0][0]), *(key for key, value in opposites.items() if value == differing[0][0])
    )


FLAWS = {"logical_cues": (logical_cues, ("wh_numbers",))}
