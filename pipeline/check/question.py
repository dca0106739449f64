"""A quiz item as the item-writing checks read it: stem, options and keys as words, worked out once.

Also takes an item without a known key (content made elsewhere): checks that need the key then find nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from pipeline import prose
from pipeline.domain import CHOICE_TYPES, ItemType, QuizItem

BLANK = re.compile(r"_{2,}|\{\{\d+\}\}|\[(?:blank|\s*)\]|(?<!\.)\.{4,}|…{2,}")
_NUMBER = re.compile(
    r"^\D{0,18}?(?P<sign>[-−]?)"
    r"(?P<number>\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?:\.\d+)?|\d+(?:[.,:]\d+)?)\D{0,24}$"
)


@dataclass(frozen=True)
class Question:
    """Stem, options, keys."""

    stem: str
    options: tuple[str, ...]
    keys: frozenset[int]
    """Positions of the correct options, from 0; empty where nobody knows."""
    type: ItemType

    @property
    def is_choice(self) -> bool:
        """Whether the learner picks among the options."""
        return self.type in CHOICE_TYPES

    @property
    def key(self) -> int | None:
        """The one correct option's position, or None where there are several or none is known."""
        return next(iter(self.keys)) if len(self.keys) == 1 else None

    @cached_property
    def distractors(self) -> tuple[int, ...]:
        """Positions of the wrong options; none where the key is not known."""
        return (
            tuple(place for place in range(len(self.options)) if place not in self.keys) if self.keys else ()
        )

    @cached_property
    def stem_words(self) -> tuple[str, ...]:
        """The stem's words without its blanks."""
        return prose.words(BLANK.sub(" ", self.stem))

    @cached_property
    def option_words(self) -> tuple[tuple[str, ...], ...]:
        """Each option's words."""
        return tuple(prose.words(option) for option in self.options)

    @cached_property
    def option_texts(self) -> tuple[str, ...]:
        """Each option's words, joined, for looking phrases up."""
        return tuple(" ".join(found) for found in self.option_words)

    @cached_property
    def has_blank(self) -> bool:
        """Whether the stem leaves a blank to fill."""
        return bool(BLANK.search(self.stem))

    @cached_property
    def is_asked(self) -> bool:
        """Whether the stem asks with a question mark."""
        return "?" in self.stem or "？" in self.stem or "؟" in self.stem

    @cached_property
    def last_sentence(self) -> str:
        """The stem's last sentence: what is asked."""
        found = prose.sentences(self.stem)
        return found[-1] if found else ""

    @cached_property
    def numbers(self) -> tuple[float | None, ...]:
        """Each option's number, where the option is hardly more than one number."""
        return tuple(number_of(option) for option in self.options)


def question_of(item: QuizItem) -> Question:
    """The item as a question."""
    return Question(
        stem=item.stem,
        options=tuple(option.text for option in item.options),
        keys=frozenset(place for place, option in enumerate(item.options) if option.correct),
        type=item.type,
    )


def number_of(text: str) -> float | None:
    """The number of a text that is hardly more than one number, such as "about 40 minutes"."""
    found = _NUMBER.match(text.strip())
    if not found or re.search(r"[A-Za-z]-?\d|\d[A-Za-z]{0,2}-\d", text):
        return None
    digits = (
        re.sub(r"[,\u00a0\u202f ](?=\d{3}(?:\D|$))", "", found["number"]).replace(",", ".").replace(":", ".")
    )
    return float(digits) * (-1 if found["sign"] else 1)
