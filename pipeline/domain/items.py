"""Quiz items: stem, options, and the reasoning behind every option."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from pipeline.domain.base import Noun
from pipeline.domain.elements import BloomLevel, Element
from pipeline.domain.evidence import Evidence


class ItemType(StrEnum):
    """How an item is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    ORDER = "order"
    MATCH = "match"
    CLOZE = "cloze"
    NUMERIC = "numeric"
    SHORT = "short"


CHOICE_TYPES = (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE)


class ItemUse(StrEnum):
    """When the learner meets the item."""

    PRACTICE = "practice"
    TEST = "test"
    FOLLOW_UP = "follow_up"


class Option(Noun):
    """One answer: in order, match and cloze items an entry, which is always correct where it belongs."""

    id: str
    text: str
    correct: bool
    feedback: str
    """The reasoning, addressed to the learner."""
    misconception: str | None = None
    """What somebody who chooses a wrong option believes, or the other case it is true of."""
    evidence: tuple[Evidence, ...] = ()


class NumericAnswer(Noun):
    """A number with its tolerance."""

    value: float
    tolerance: float = Field(ge=0)
    unit: str | None = None


_BLANK = re.compile(r"\{\{\d+\}\}")


def blanks_shown(stem: str) -> str:
    """The stem of a cloze item with each blank as a learner sees it: a line to write on."""
    return _BLANK.sub("____", stem)


class QuizItem(Element):
    """A question with its answers and their feedback."""

    type: ItemType
    objective_id: str
    lesson_id: str
    bloom: BloomLevel
    stem: str
    """In a cloze item blanks are marked {{1}}, {{2}}, …"""
    use: ItemUse = ItemUse.TEST
    day: int | None = None
    """Days after the course, for follow-up items."""
    options: tuple[Option, ...] = ()
    answer: NumericAnswer | tuple[str, ...] | tuple[tuple[str, ...], ...] | None = None
    """order: option ids in the right order; match: [option id, target text]; cloze: accepted texts a blank;
    numeric: value, tolerance, unit; short: accepted texts; else null."""
    general_feedback: str = ""
    hint: str | None = None

    @model_validator(mode="after")
    def _answer_fits_type(self) -> Self:
        ids = {option.id for option in self.options}
        if len(ids) != len(self.options):
            raise ValueError("two options have the same id")
        if self.type in CHOICE_TYPES:
            if self.answer is not None:
                raise ValueError(f"a {self.type.value} item has its answer in its options")
            keys = len(self.correct_options)
            if keys == 0 or (self.type is not ItemType.MULTIPLE and keys != 1):
                raise ValueError(f"a {self.type.value} item with {keys} correct options")
        elif self.type is ItemType.ORDER:
            if not isinstance(self.answer, tuple) or len(self.answer) != len(ids) or set(self.answer) != ids:
                raise ValueError("an order item's answer must name every option once")
        elif self.type is ItemType.MATCH:
            pairs = self.answer if isinstance(self.answer, tuple) else ()
            if {pair[0] for pair in pairs if len(pair) == 2} != ids or len(pairs) != len(ids):
                raise ValueError("a match item's answer must pair every option with a target")
        elif self.type is ItemType.NUMERIC:
            if not isinstance(self.answer, NumericAnswer):
                raise ValueError("a numeric item needs a value and a tolerance")
        elif not self.answer:
            raise ValueError(f"a {self.type.value} item needs accepted texts")
        return self

    @property
    def correct_options(self) -> tuple[Option, ...]:
        """The options that are correct."""
        return tuple(option for option in self.options if option.correct)

    @property
    def kind_name(self) -> str:
        """The element's kind."""
        return "item"

    @property
    def shown_stem(self) -> str:
        """The stem as a heading shows it: a cloze item's blanks as lines to write on."""
        return blanks_shown(self.stem) if self.type is ItemType.CLOZE else self.stem

    @property
    def label(self) -> str:
        """The stem's first words, its blanks as a learner sees them."""
        words = self.shown_stem.split()
        return " ".join(words[:14]) + (" …" if len(words) > 14 else "")

    @property
    def all_evidence(self) -> tuple[Evidence, ...]:
        """The item's evidence and that of its options, each once."""
        found = [*self.evidence, *(proof for option in self.options for proof in option.evidence)]
        return tuple(dict.fromkeys(found))
