"""What a numeric or short item says to single answers that a learner may type, right or wrong.

In: an item. Out: each answer that has feedback of its own, as a learner types it, and whether the item's key takes it
for right. An option of such an item is no choice but an answer that was foreseen; the key alone says what is right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import NamedTuple

from pipeline.domain import ItemType, NumericAnswer, Option, QuizItem
from pipeline.export.base import Loss, Package
from pipeline.export.questions import accepted_of, number_of, plain_number
from pipeline.export.xml_text import xml_safe

TYPED = (ItemType.NUMERIC, ItemType.SHORT)
# Thousands by comma, thousands by full stop, and a number with either as its decimal sign: as the player reads them.
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?"), lambda text: text.replace(",", "")),
    (re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?"), lambda text: text.replace(".", "").replace(",", ".")),
    (re.compile(r"[+-]?\d*[.,]?\d+([eE][+-]?\d+)?"), lambda text: text.replace(",", ".")),
)


class Foreseen(NamedTuple):
    """One answer with its feedback."""

    option: Option
    text: str
    """On one line; of a numeric item the plain number."""
    is_right: bool
    """By the item's key."""
    is_key: bool
    """Whether it is the number itself that is asked for."""

    @property
    def feedback(self) -> str:
        """What is said to it."""
        return self.option.feedback.strip()


def foreseen_of(item: QuizItem) -> tuple[Foreseen, ...]:
    """The answers with feedback in the order of the options, each text once; nothing for items that aren't typed into.

    An option that no learner's answer could be (an empty text, no number where one is asked for) is none.
    """
    if item.type not in TYPED:
        return ()
    make = _number if item.type is ItemType.NUMERIC else _text
    found: dict[str, Foreseen] = {}
    for option in item.options:
        if option.feedback.strip() and (one := make(item, option)) is not None:
            found.setdefault(_same(one.text), one)
    return tuple(found.values())


class Told(NamedTuple):
    """An answer that a system compares what is typed with, and what is said to it."""

    text: str
    """On one line; of a numeric item the plain number."""
    tolerance: str
    """How far a number may be off."""
    is_right: bool
    feedback: str
    """May be empty."""


def numbers_told(item: QuizItem) -> tuple[Told, ...]:
    """A numeric item's answers in the order in which a system must try them: single right numbers, the key with its
    tolerance, then wrong ones.
    """
    answer = number_of(item)
    singles = [one for one in foreseen_of(item) if not one.is_key]
    to_key = next((one.feedback for one in foreseen_of(item) if one.is_key), "")
    return (
        *(Told(one.text, "0", True, one.feedback) for one in singles if one.is_right),
        Told(plain_number(answer.value), plain_number(answer.tolerance), True, to_key),
        *(Told(one.text, "0", False, one.feedback) for one in singles if not one.is_right),
    )


def texts_told(item: QuizItem) -> tuple[Told, ...]:
    """A short item's answers: all that are accepted, then wrong ones that something is said to."""
    found = foreseen_of(item)
    said = {one.text: one.feedback for one in found if one.is_right}
    return (
        *(Told(text, "0", True, said.get(text, "")) for text in accepted_of(item)[0]),
        *(Told(one.text, "0", False, one.feedback) for one in found if not one.is_right),
    )


def unforeseen(package: Package, why_left_out: Callable[[QuizItem], str | None]) -> Iterable[Loss]:
    """That an item says something to an answer which cannot be told from what learners type."""
    for item in package.module.items:
        if item.type not in TYPED or why_left_out(item) is not None:
            continue
        kept = {one.option.id for one in foreseen_of(item)}
        lost = [one.text for one in item.options if one.feedback.strip() and one.id not in kept]
        if lost:
            texts = ", ".join(f"“{' '.join(text.split())}”" for text in lost)
            what = "is no number, or there twice" if item.type is ItemType.NUMERIC else "is empty, or there twice"
            yield Loss(item.id, f"“{item.label}”: what it says to {texts} is not in it, since that answer {what}")


def _number(item: QuizItem, option: Option) -> Foreseen | None:
    answer = number_of(item)
    readings = _readings(option.text, answer.unit)
    if not readings:
        return None
    # "1,500" is fifteen hundred to some and one and a half to others: what the key says decides.
    meant = next((one for one in readings if _is_within(answer, one) is option.correct), readings[0])
    is_key = plain_number(meant) == plain_number(answer.value)
    return Foreseen(option, plain_number(meant), _is_within(answer, meant), is_key)


def _is_within(answer: NumericAnswer, number: float) -> bool:
    # A hair more than the tolerance: 0.1 + 0.2 is not 0.3 in binary.
    return abs(number - answer.value) <= answer.tolerance + 1e-9 * max(1, abs(answer.value))


def _readings(text: str, unit: str | None) -> list[float]:
    """Every number that the text can mean."""
    bare = "".join(str(unicodedata.decimal(char, char)) for char in unicodedata.normalize("NFKC", text))
    bare = bare.replace("−", "-").replace("–", "-").replace("٫", ".").replace("٬", ",").strip()
    if unit and _same(bare).endswith(_same(unit)):
        bare = bare[: len(bare) - len(unicodedata.normalize("NFKC", unit).strip())]
    bare = re.sub(r"[\s'’]", "", bare)
    return [float(read(bare)) for shape, read in _SHAPES if shape.fullmatch(bare)]


def _text(item: QuizItem, option: Option) -> Foreseen | None:
    text = xml_safe(" ".join(option.text.split()))
    if not text:
        return None
    accepted = next((one for one in accepted_of(item)[0] if _same(one) == _same(text)), None)
    return Foreseen(option, accepted or text, accepted is not None, is_key=False)


def _same(text: str) -> str:
    """The text as answers are compared: width and case folded, a closing full stop dropped."""
    return re.sub(r"\s?[.。!]$", "", " ".join(unicodedata.normalize("NFKC", text).split())).casefold()
