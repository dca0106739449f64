"""The card of a quiz item: the stem, then a row per option with key, text and feedback side by side."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain import CHOICE_TYPES, Evidence, ItemType, Module, NumericAnswer, Option, QuizItem
from pipeline.ui.cards.field import Card, of_field
from pipeline.ui.cards.item_form import fields, piece, rebuilt
from pipeline.ui.markup import Html, el, joined
from pipeline.ui.wording import ITEM_TYPE, named


def _body(item: QuizItem, module: Module) -> Html:
    use = {"practice": "Practice", "test": "Test", "follow_up": "Follow-up"}[item.use.value]
    if item.day is not None:
        use += f", day {item.day}"
    objective = next((one.label for one in module.objectives if one.id == item.objective_id), None)
    facts = [ITEM_TYPE[item.type], use, named(item.bloom.value)]
    if objective:
        facts.append(f"for the objective: {objective}")
    return joined(
        el("p", " · ".join(facts), class_="s2m-where"),
        _answers(item),
        *(
            el("p", el("strong", f"{name}: "), of_field(field, value))
            for name, field, value in (
                ("General feedback", "general_feedback", item.general_feedback), ("Hint", "hint", item.hint)
            )
            if value
        ),
    )


def _heading(item: QuizItem, _module: Module) -> str:
    return item.shown_stem


def _answers(item: QuizItem) -> Html:
    if item.type in CHOICE_TYPES:
        return _grid(
            ("", "Option", "Feedback to the learner"),
            [
                (
                    _mark(number, "Key" if option.correct else None),
                    _text(option),
                    _feedback(option),
                )
                for number, option in enumerate(item.options, start=1)
            ],
        )
    if item.type is ItemType.ORDER and isinstance(item.answer, tuple):
        by_id = {option.id: option for option in item.options}
        ordered = [by_id[str(key)] for key in item.answer]
        return _grid(
            ("", "In the right order", "Feedback to the learner"),
            [
                (el("span", str(place), class_="s2m-letter"), _text(option), _feedback(option))
                for place, option in enumerate(ordered, start=1)
            ],
        )
    if item.type is ItemType.MATCH and isinstance(item.answer, tuple):
        targets = {
            pair[0]: of_field(f"answer.{place}.1", pair[1])
            for place, pair in enumerate(item.answer)
            if len(pair) == 2
        }
        return _grid(
            ("", "Entry", "Belongs to", "Feedback to the learner"),
            [
                (
                    _mark(number, None),
                    _text(option),
                    targets[option.id],
                    _feedback(option),
                )
                for number, option in enumerate(item.options, start=1)
            ],
        )
    if item.type is ItemType.CLOZE and isinstance(item.answer, tuple):
        return _blanks(item, [_either(one, f"answer.{place}") for place, one in enumerate(item.answer)])
    return joined(_accepted(item), _extra_feedback(item))


def _blanks(item: QuizItem, accepted: list[Html]) -> Html:
    """The blanks of a cloze item: what each accepts, and the feedback where each has an entry of its own."""
    marks = [_mark(number, None) for number, _ in enumerate(accepted, start=1)]
    if len(item.options) != len(accepted):
        return joined(_grid(("Blank", "Accepted"), list(zip(marks, accepted, strict=True))), _extra_feedback(item))
    feedback = [_feedback(option) for option in item.options]
    return _grid(("Blank", "Accepted", "Feedback to the learner"), list(zip(marks, accepted, feedback, strict=True)))


def _accepted(item: QuizItem) -> Html:
    """The answer of an item that is typed in."""
    answer = item.answer
    if isinstance(answer, NumericAnswer):
        unit = f" {answer.unit}" if answer.unit else ""
        within = f", within {answer.tolerance:g}{unit}" if answer.tolerance else ", exactly"
        return el("p", el("strong", "Answer: "), f"{answer.value:g}{unit}{within}")
    accepted = [str(one) for one in answer] if isinstance(answer, tuple) else []
    return el("p", el("strong", "Accepted: "), _either(accepted, "answer"))


def _either(texts: str | Sequence[str], field: str) -> Html:
    """One accepted answer, or several of them."""
    if isinstance(texts, str):
        return of_field(field, texts)
    return joined(*(of_field(f"{field}.{number}", one) for number, one in enumerate(texts)), between=" or ")


def _extra_feedback(item: QuizItem) -> Html | None:
    if not item.options:
        return None
    return _grid(
        ("", "Entry", "Feedback to the learner"),
        [
            (_mark(number, None), _text(option), _feedback(option))
            for number, option in enumerate(item.options, start=1)
        ],
    )


def _grid(head: tuple[str, ...], rows: Sequence[tuple[Html, ...]]) -> Html:
    return el(
        "table",
        el("thead", el("tr", *(el("th", name or _unseen("Number"), scope="col") for name in head))),
        el("tbody", *(el("tr", *(el("td", cell) for cell in row)) for row in rows)),
        class_="s2m-grid",
    )


def _unseen(words: str) -> Html:
    """Words for whoever hears the table; a column's head must not be empty."""
    return el("span", words, class_="s2m-unseen")


def _mark(number: int, key: str | None) -> Html:
    return joined(
        el("span", str(number), class_="s2m-letter" + (" s2m-key" if key else "")),
        el("span", key, class_="s2m-tag s2m-approved") if key else None,
    )


def _text(option: Option) -> Html:
    return of_field(f"options.{option.id}.text", option.text)


def _feedback(option: Option) -> Html:
    at, believed = f"options.{option.id}", option.misconception
    return joined(
        of_field(f"{at}.feedback", option.feedback) if option.feedback else el("span", "No feedback yet"),
        el("small", "The mistake behind it: ", of_field(f"{at}.misconception", believed)) if believed else None,
    )


def _backs(item: QuizItem) -> tuple[tuple[str, Evidence], ...]:
    return (
        *(("The item", proof) for proof in item.evidence),
        *(
            (f"{piece(item)} {number}", proof)
            for number, option in enumerate(item.options, start=1)
            for proof in option.evidence
        ),
    )


CARD = Card(heading=_heading, body=_body, fields=fields, rebuilt=rebuilt, backs=_backs, heading_field="stem")
