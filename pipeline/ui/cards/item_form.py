"""The form of a quiz item: what can be edited of each type of item, and the item made of what was typed."""

from __future__ import annotations

from typing import Any

from pipeline.domain import CHOICE_TYPES, Element, ItemType, NumericAnswer, Option, QuizItem
from pipeline.ui.cards.field import Field, Values, words, words_or_none

_ADDED = "added"
"""Stands for the id of the option that the form's last, empty row would add."""


def piece(item: QuizItem) -> str:
    """What an item calls its options: an option is chosen, an entry put in its place."""
    return "Option" if item.type in CHOICE_TYPES else "Entry"


def fields(item: QuizItem) -> tuple[Field, ...]:
    """The item's fields: stem, options row by row, the answer, the rest."""
    return (
        Field("stem", "Stem", item.stem, "text"),
        *_answer_fields(item),
        *(
            field
            for number, option in enumerate(item.options, start=1)
            for field in _option_fields(item, option, number)
        ),
        *(_added_fields(len(item.options) + 1, item.type) if item.type in CHOICE_TYPES[:2] else ()),
        Field("general_feedback", "General feedback", item.general_feedback, "text"),
        Field("hint", "Hint", item.hint or ""),
    )


def _answer_fields(item: QuizItem) -> tuple[Field, ...]:
    answer = item.answer
    if item.type in (ItemType.SINGLE, ItemType.TRUE_FALSE):
        numbers = tuple(str(number) for number, _ in enumerate(item.options, start=1))
        key = next(str(number) for number, option in enumerate(item.options, start=1) if option.correct)
        return (Field("key", "Correct option", key, "choice", choices=numbers),)
    if isinstance(answer, NumericAnswer):
        return (
            Field("value", "Correct number", answer.value, "number"),
            Field("tolerance", "Tolerance", answer.tolerance, "number", beside=True),
            Field("unit", "Unit", answer.unit or ""),
        )
    if item.type is ItemType.CLOZE and isinstance(answer, tuple):
        return tuple(
            Field(
                f"blank.{number}",
                f"Accepted in blank {number}",
                "\n".join([texts] if isinstance(texts, str) else texts),
                "text",
                help="One accepted answer a line",
            )
            for number, texts in enumerate(answer, start=1)
        )
    if item.type is ItemType.SHORT and isinstance(answer, tuple):
        accepted = "\n".join(str(one) for one in answer)
        return (Field("accepted", "Accepted answers", accepted, "text", help="One accepted answer a line"),)
    return ()


def _option_fields(item: QuizItem, option: Option, number: int) -> tuple[Field, ...]:
    at, group = f"options.{option.id}", f"{piece(item)} {number}"
    name = group.lower()
    found = [
        Field(f"{at}.text", group, option.text, "text", group),
        Field(f"{at}.feedback", f"Feedback on {name}", option.feedback, "text", group, beside=True),
    ]
    if item.type in CHOICE_TYPES:
        believed = option.misconception or ""
        found.append(Field(f"{at}.misconception", f"The mistake behind {name}", believed, group=group))
    if item.type is ItemType.MULTIPLE:
        found.append(Field(f"{at}.correct", f"{group} is correct", option.correct, "flag", group))
    if item.type in CHOICE_TYPES[:2]:
        found.append(Field(f"{at}.removed", f"Remove {name}", False, "flag", group))
    if item.type is ItemType.ORDER and isinstance(item.answer, tuple):
        places = tuple(str(place) for place in range(1, len(item.options) + 1))
        place = str([str(key) for key in item.answer].index(option.id) + 1)
        found.append(Field(f"{at}.place", f"Place of {name}", place, "choice", group, choices=places))
    if item.type is ItemType.MATCH and isinstance(item.answer, tuple):
        target = next(pair[1] for pair in item.answer if pair[0] == option.id)
        found.append(Field(f"{at}.target", f"{group} belongs to", target, group=group))
    return tuple(found)


def _added_fields(number: int, kind: ItemType) -> tuple[Field, ...]:
    group, at = f"New option {number}", f"options.{_ADDED}"
    found = [
        Field(f"{at}.text", group, "", "text", group, help="Leave empty to add none"),
        Field(f"{at}.feedback", "Feedback on the new option", "", "text", group, beside=True),
        Field(f"{at}.misconception", "The mistake behind the new option", "", group=group),
    ]
    if kind is ItemType.MULTIPLE:
        found.append(Field(f"{at}.correct", "The new option is correct", False, "flag", group))
    return tuple(found)


def rebuilt(item: QuizItem, values: Values) -> Element:
    """The item with the form's values; raises pydantic's ValidationError where they don't make an item."""
    options = tuple(
        _option(item, option, values, is_key=values.get("key") == str(number))
        for number, option in enumerate(item.options, start=1)
        if not values.get(f"options.{option.id}.removed", False)
    )
    if values.get(f"options.{_ADDED}.text") and words(values, f"options.{_ADDED}.text"):
        taken = {option.id for option in item.options}
        number = next(n for n in range(len(taken) + 1, 2 * len(taken) + 2) if f"opt-{n}" not in taken)
        fresh = Option(id=_ADDED, text="", correct=False, feedback="")
        options += (_option(item, fresh, values, is_key=False).changed(id=f"opt-{number}"),)
    return item.changed(
        stem=words(values, "stem"),
        options=options,
        answer=_answer(item, options, values),
        general_feedback=words(values, "general_feedback"),
        hint=words_or_none(values, "hint"),
    )


def _option(item: QuizItem, option: Option, values: Values, *, is_key: bool) -> Option:
    at = f"options.{option.id}"
    changed: dict[str, Any] = {
        "text": words(values, f"{at}.text"),
        "feedback": words(values, f"{at}.feedback"),
    }
    if item.type in CHOICE_TYPES:
        changed["misconception"] = words_or_none(values, f"{at}.misconception")
        changed["correct"] = bool(values[f"{at}.correct"]) if item.type is ItemType.MULTIPLE else is_key
    return option.changed(**changed)


def _answer(item: QuizItem, options: tuple[Option, ...], values: Values) -> Any:
    if item.type is ItemType.ORDER:
        return _order(item, values)
    if item.type is ItemType.MATCH:
        return tuple((option.id, words(values, f"options.{option.id}.target")) for option in options)
    if isinstance(item.answer, NumericAnswer):
        return NumericAnswer(
            value=float(values["value"]),
            tolerance=float(values["tolerance"]),
            unit=words_or_none(values, "unit"),
        )
    if item.type is ItemType.CLOZE and isinstance(item.answer, tuple):
        return tuple(_lines(values, f"blank.{number}") for number in range(1, len(item.answer) + 1))
    if item.type is ItemType.SHORT:
        return _lines(values, "accepted")
    return None


def _order(item: QuizItem, values: Values) -> tuple[str, ...]:
    """Option ids in their new order.

    An entry that was given another's place goes before or after it, whichever way it came from.
    """
    before = [str(key) for key in item.answer] if isinstance(item.answer, tuple) else []

    def place(option_id: str) -> float:
        old, new = before.index(option_id) + 1, int(words(values, f"options.{option_id}.place"))
        return new + (0.5 if new > old else -0.5 if new < old else 0)

    return tuple(sorted(before, key=place))


def _lines(values: Values, name: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in str(values[name]).splitlines() if line.strip())
