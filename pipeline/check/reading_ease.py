"""How hard a text is to read (Flesch 1948), for English: words a sentence and syllables a word.

206.835 − 1.015 × words per sentence − 84.6 × syllables per word; 60 to 70 is plain, below 30 a scientific paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.domain import Part
from pipeline.language import base_of

# What somebody who has finished school reads without effort is well above this (rubric-sources 60: 40 for experts).
LEAST_EASE = 30.0
# The figure says nothing about a few words.
ENOUGH_WORDS = 60
_VOWELS = re.compile(r"[aeiouy]+")


def text_reads_easily(part: Part, context: Context) -> Iterator[Fault]:
    """The part is no harder to read than the audience's own papers."""
    if base_of(context.language) != "en":
        return
    sentences = prose.sentences_of(part.markdown)
    words = [word for sentence in sentences for word in prose.words(prose.unquoted(sentence)) if word.isalpha()]
    if len(words) < ENOUGH_WORDS:
        return
    ease = reading_ease(words, len(sentences))
    if ease < LEAST_EASE:
        yield Fault(f"The part is hard to read (Flesch {ease:.0f}, {LEAST_EASE:.0f} is the least).")


def reading_ease(words: list[str], sentences: int) -> float:
    """The Flesch score of English words in that many sentences."""
    return 206.835 - 1.015 * len(words) / sentences - 84.6 * sum(map(syllables_of, words)) / len(words)


def syllables_of(word: str) -> int:
    """Syllables of a lower-case English word, by its groups of vowels; about right on the average."""
    count = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee", "ye")) and count > 1:
        count -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(1, count)


CHECKS = (Check("text_reads_easily", "part", text_reads_easily),)
