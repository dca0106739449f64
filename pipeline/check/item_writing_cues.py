"""Item-writing flaws that give the key away to somebody who does not know the content (NBME guide, ch. 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check import prose
from pipeline.check.fault import Fault
from pipeline.check.question import BLANK, Question
from pipeline.check.words import WordLists

# A key this much longer than the next option stands out (rubric-sources 38).
LONGEST_RATIO = 1.33
# Below this the difference is a word, not a habit of explaining the right answer more fully.
LONGEST_MARGIN_CHARS = 12
# Shorter words repeat by chance.
CLANG_CHARS = 6
_PARTS = re.compile(r"\s*(?:,|;|\band\b|\bplus\b|\bwith\b|\+)\s*", re.IGNORECASE)
_VOWEL_SOUND = re.compile(r"^(?:[aeio]|u(?!ni|se|su|ti|to|be)|hour|honest|heir)", re.IGNORECASE)


def longest_option_correct(question: Question, lists: WordLists) -> Iterator[Fault]:
    """The key is not clearly longer than every other option."""
    if question.key is None or len(question.options) < 3 or not question.is_choice:
        return
    lengths = [len(option.strip()) for option in question.options]
    next_longest = max(lengths[place] for place in question.distractors)
    own = lengths[question.key]
    if own > LONGEST_RATIO * next_longest and own - next_longest >= LONGEST_MARGIN_CHARS:
        yield Fault(
            f"Option {question.key + 1}, the key, is clearly the longest "
            f"({own} characters, next {next_longest})."
        )


def word_repeats(question: Question, lists: WordLists) -> Iterator[Fault]:
    """No telling word of the stem comes back in the key alone."""
    if question.key is None or len(question.options) < 3 or not question.is_choice:
        return
    stop = lists.set("stopwords")
    asked = {
        prose.stem_of(word): word
        for word in question.stem_words
        if len(word) >= CLANG_CHARS and word not in stop
    }
    echoed = {prose.stem_of(word) for word in question.option_words[question.key]} & asked.keys()
    # A distractor that takes up any telling word of the stem, short or long, draws guessers just as well.
    telling = {prose.stem_of(word) for word in question.stem_words if word not in stop}
    is_shared = any(
        prose.stem_of(word) in telling for place in question.distractors for word in question.option_words[place]
    )
    if echoed and not is_shared:
        word = asked[min(echoed)]
        yield Fault(f'"{word}" stands in the stem and in the key, and in no other option.')


def convergence_cues(question: Question, lists: WordLists) -> Iterator[Fault]:
    """The key is not the option that shares most pieces with the others."""
    if question.key is None or len(question.options) < 3 or not question.is_choice:
        return
    pieces = [
        {prose.same(piece) for piece in _PARTS.split(option) if prose.same(piece)}
        for option in question.options
    ]
    if sum(len(own) >= 2 for own in pieces) < len(pieces) - 1:
        return
    shared = [
        sum(piece in other for place, other in enumerate(pieces) if place != own for piece in pieces[own])
        for own in range(len(pieces))
    ]
    others = [shared[place] for place in question.distractors]
    if shared[question.key] >= 3 and shared[question.key] >= max(others) + 2:
        yield Fault(f"Option {question.key + 1}, the key, shares most pieces with the other options.")


def logical_cues(question: Question, lists: WordLists) -> Iterator[Fault]:
    """More than the key alone is of the kind the stem asks for."""
    if question.key is None or len(question.options) < 3 or not question.is_choice:
        return
    said = f" {' '.join(question.stem_words)} "
    asks = next((one for one in lists.list("wh_numbers") if f" {one} " in said), None)
    spelled = lists.table("numbers").keys() - lists.set("articles")
    has_number = [
        any(char.isdigit() for char in option) or any(word in spelled for word in words)
        for option, words in zip(question.options, question.option_words, strict=True)
    ]
    if asks and has_number[question.key] and sum(has_number) == 1:
        yield Fault(f'The stem asks "{asks}", and only option {question.key + 1} gives a number.')


def grammatical_cues(question: Question, lists: WordLists) -> Iterator[Fault]:
    """Every option finishes the stem grammatically, so that grammar rules none out."""
    text = BLANK.sub("", question.stem).rstrip(" \n\t:.,?")
    is_completion = (
        (question.has_blank and BLANK.sub("", question.stem[-12:]) != question.stem[-12:])
        or (not question.is_asked and question.stem.rstrip().endswith((":", "…", "...")))
        or (not question.is_asked and not question.stem.rstrip().endswith((".", "!", "?")))
    )
    if question.key is None or not question.is_choice or not is_completion or not text:
        return
    last = text.split()[-1].casefold()
    if last in ("a", "an"):
        fits = [bool(_VOWEL_SOUND.match(option.strip())) is (last == "an") for option in question.options]
        if fits[question.key] and not all(fits):
            misfit = fits.index(False)
            yield Fault(
                f'The stem ends in "{last}", which rules out option {misfit + 1} '
                f'("{question.options[misfit]}").'
            )
        return
    if last in lists.set("copulas_plural"):
        plural = [_is_plural(words) for words in question.option_words]
        if plural[question.key] and sum(plural) == 1 and len(plural) >= 3 and last in ("are", "were"):
            yield Fault(f'The stem ends in "{last}", and only option {question.key + 1} is a plural.')


def _is_plural(words: tuple[str, ...]) -> bool:
    return bool(words) and (
        "and" in words or (words[-1].endswith("s") and not words[-1].endswith(("ss", "us", "is")))
    )


FLAWS = {
    "longest_option_correct": (longest_option_correct, ()),
    "word_repeats": (word_repeats, ("stopwords",)),
    "convergence_cues": (convergence_cues, ()),
    "logical_cues": (logical_cues, ("wh_numbers",)),
    "grammatical_cues": (grammatical_cues, ("articles",)),
}
