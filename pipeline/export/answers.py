"""The right answer of an item in words: for formats that people read.

In: an item and the interface strings. Out: what stands beside an option, and the answer as a line.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain import ItemType, NumericAnswer, QuizItem
from pipeline.export.questions import accepted_of, entries_in_order, pairs_of, plain_number
from pipeline.library.strings import Strings

_FORMS_SHOWN = 3


def key_beside(item: QuizItem, at: int, say: Strings) -> str:
    """What is said of the option at that place: yes or no, its number in the order, or what it is matched with."""
    option = item.options[at]
    if isinstance(item.answer, tuple):
        if item.type is ItemType.ORDER:
            return say.say("position_n", n=[str(one) for one in item.answer].index(option.id) + 1)
        if item.type is ItemType.MATCH:
            return next(pair[1] for pair in item.answer if pair[0] == option.id)
        if item.type is ItemType.CLOZE and option.correct and at < len(item.answer):
            accepted = item.answer[at]
            texts = accepted if isinstance(accepted, str) else some_of(accepted)
            return f"{say.say('blank_n', n=at + 1)}: {texts}"
    return say["doc_yes"] if option.correct else say["doc_no"]


def some_of(accepted: Sequence[str]) -> str:
    """What is accepted for one blank, for who looks over a question: twenty ways to write it would hide the rest."""
    return " / ".join([*accepted[:_FORMS_SHOWN], *(["…"] if len(accepted) > _FORMS_SHOWN else [])])


def is_told_by_options(item: QuizItem) -> bool:
    """Whether what stands beside the options says the whole answer."""
    if item.type in (ItemType.NUMERIC, ItemType.SHORT):
        return False
    if item.type is ItemType.CLOZE:
        return isinstance(item.answer, tuple) and len(item.options) >= len(item.answer)
    return True


def typed_answer(item: QuizItem) -> str:
    """What is to be typed into a numeric, short or cloze item."""
    if isinstance(item.answer, NumericAnswer):
        tolerance = f" ± {plain_number(item.answer.tolerance)}" if item.answer.tolerance else ""
        return f"{plain_number(item.answer.value)}{tolerance} {item.answer.unit or ''}".strip()
    entries = item.answer or ()
    return "; ".join(entry if isinstance(entry, str) else some_of(entry) for entry in entries)


def answer_lines(item: QuizItem) -> tuple[str, ...]:
    """The right answer, a line an option, step, pair or blank."""
    if item.type is ItemType.ORDER:
        return tuple(f"{number}. {option.text}" for number, option in enumerate(entries_in_order(item), 1))
    if item.type is ItemType.MATCH:
        return tuple(f"{option.text} → {target}" for option, target in pairs_of(item))
    if item.type is ItemType.CLOZE:
        return tuple(f"({number}) {' / '.join(texts)}" for number, texts in enumerate(accepted_of(item), 1))
    if item.type in (ItemType.NUMERIC, ItemType.SHORT):
        return (typed_answer(item),)
    return tuple(option.text for option in item.correct_options)
