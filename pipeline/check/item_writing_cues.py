"""Item-writing flaws by which the key stands out among the options (NBME guide, ch. 3): length, echoes, overlap.

What logic gives away is in `item_writing_logic`, what grammar gives away in `item_writing_grammar`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline import prose
from pipeline.check.fault import Fault
from pipeline.check.item_writing_options import is_combination
from pipeline.check.question import Question
from pipeline.prose.wordlists import WordLists

# A key this much longer than the next option stands out (rubric-sources 38).
LONGEST_RATIO = 1.33
# Below this the difference is a word, not a habit of explaining the right answer more fully.
LONGEST_MARGIN_CHARS = 12
# So does a key that is a little longer than the next and far longer than the distractors are on average.
LONGEST_RATIO_TO_MEAN = 1.6
LONGEST_RATIO_NEXT_TO = 1.2
# Shorter words repeat by chance.
CLANG_CHARS = 4
# "isolate" and "isolation", "unreal" and "unreality": words of one family open alike.
FAMILY_CHARS = 6
# An option of more words is a sentence, and its clauses are no pieces that could be combined.
COMPOUND_WORDS = 12
_PARTS = re.compile(r"\s*(?:,|;|/|\band\b|\bbut\b|\bplus\b|\bwith\b|\+)\s*", re.IGNORECASE)


def longest_option_correct(question: Question, lists: WordLists) -> Iterator[Fault]:
    """The key is not clearly longer than every other option."""
    if question.key is None or len(question.options) < 3 or not question.is_choice:
        return
    lengths = [len(option.strip()) for option in question.options]
    others = [lengths[place] for place in question.distractors]
    own, next_longest = lengths[question.key], max(others)
    stands_out = own > LONGEST_RATIO * next_longest or (
        own > LONGEST_RATIO_NEXT_TO * next_longest and own > LONGEST_RATIO_TO_MEAN * sum(others) / len(others)
    )
    if stands_out and own - next_longest >= LONGEST_MARGIN_CHARS:
        yield Fault(
            f"Option {question.key + 1}, the key, is clearly the longest "
            f"({own} characters, next {next_longest})."
        )


def word_repeats(question: Question, lists: WordLists) -> Iterator[Fault]:
    """No telling word of the stem comes back in the key alone."""
    if question.key is None or len(question.options) < 3 or not question.is_choice:
        return
    dull = lists.union("stopwords", "generic_stem", "dull_words")
    asked = tuple(dict.fromkeys(word for word in question.stem_words if word not in dull and not word[0].isdigit()))
    echoes = [
        [word for word in asked if any(_is_of_family(word, other) for other in words if other not in dull)]
        for words in question.option_words
    ]
    elsewhere = {word for place in question.distractors for word in echoes[place]}
    own = [word for word in echoes[question.key] if len(word) >= CLANG_CHARS and word not in elsewhere]
    # A distractor that takes up as many words of the stem draws guessers just as well.
    if own and len(echoes[question.key]) > max(len(echoes[place]) for place in question.distractors):
        yield Fault(f'"{own[0]}" stands in the stem and in the key, and in no other option.')


def _is_of_family(word: str, other: str) -> bool:
    """Whether two words have the same stem, or open with the same letters, as "isolate" and "isolation" do."""
    if prose.stem_of(word) == prose.stem_of(other):
        return True
    return min(len(word), len(other)) >= FAMILY_CHARS and word[:FAMILY_CHARS] == other[:FAMILY_CHARS]


def convergence_cues(question: Question, lists: WordLists) -> Iterator[Fault]:
    """The key is not the option that shares most pieces with the others."""
    if question.key is None or len(question.options) < 3 or not question.is_choice:
        return
    places = range(len(question.options))
    if any(len(question.option_words[place]) > COMPOUND_WORDS or is_combination(question, place) for place in places):
        return
    stop = lists.set("stopwords")
    pieces = [
        {
            said
            for piece in _PARTS.split(option)
            if (said := frozenset(prose.stem_of(word) for word in prose.words(piece) if word not in stop))
        }
        for option in question.options
    ]
    if sum(len(own) >= 2 for own in pieces) < max(3, len(pieces) - 1) or len(pieces[question.key]) < 2:
        return
    shared = [
        sum(piece in other for place, other in enumerate(pieces) if place != own for piece in pieces[own])
        for own in range(len(pieces))
    ]
    common = sum(
        any(piece in pieces[place] for place in question.distractors) for piece in pieces[question.key]
    )
    if common >= 2 and shared[question.key] > max(shared[place] for place in question.distractors):
        yield Fault(f"Option {question.key + 1}, the key, shares most pieces with the other options.")


FLAWS = {
    "longest_option_correct": (longest_option_correct, ()),
    "word_repeats": (word_repeats, ("stopwords",)),
    "convergence_cues": (convergence_cues, ()),
}
