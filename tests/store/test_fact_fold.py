"""What an SME vouches for, and what the answers about it add up to."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.domain import (
    BloomLevel,
    Channel,
    Element,
    FactAnswer,
    FactVerdict,
    Figure,
    ItemType,
    NumericAnswer,
    QuizItem,
)
from pipeline.store.fact_fold import FactsSaid, fact_hash
from tests.builders import (
    a_part,
    a_quiz_item,
    a_resource,
    a_scenario,
    an_objective,
    an_option,
    an_order_item,
)
from tests.databases import AT

ITEM = a_quiz_item(options=3)
A, B, C = ITEM.options


def said(verdict: str, number: int = 1, by: str = "Sam", facts: str | None = None, **fields: Any) -> FactAnswer:
    return FactAnswer(
        number=number, module="m-1", element="q-1", revision=1, fact_hash=facts or fact_hash(ITEM),
        verdict=FactVerdict(verdict), by=by, at=AT, channel=Channel.LINK, **fields,
    )


def status(*answers: FactAnswer, asked: str | None = None) -> str:
    log = {"q-1": answers} if answers else {}
    return FactsSaid(log, {"q-1": frozenset({asked})} if asked else {}).status(ITEM).value


@pytest.mark.parametrize(
    "same",
    [
        ITEM.changed(hint="Look at the sheet"),
        ITEM.changed(bloom=BloomLevel.REMEMBER),
        ITEM.changed(options=(C, A, B)),
        ITEM.changed(options=(A.changed(id="z", misconception=None), B, C)),
        ITEM.changed(evidence=()),
        ITEM.changed(stem="A reading is  above\u00a0zero.\r\nWhat do you do first?"),
    ],
    ids=["hint", "bloom", "order of options", "ids and misconceptions", "evidence", "white space"],
)
def test_what_no_sme_vouches_for_does_not_void_an_answer(same: QuizItem) -> None:
    assert fact_hash(same) == fact_hash(ITEM)


def test_typographic_quotation_marks_and_accents_in_two_pieces_say_the_same() -> None:
    typed = a_part(markdown='Say "stop" – it\'s the café.')
    printed = a_part(markdown="Say “stop” – it’s the cafe\u0301.")
    assert fact_hash(typed) == fact_hash(printed)


@pytest.mark.parametrize(
    "other",
    [
        ITEM.changed(stem="A reading is below zero. What do you do first?"),
        ITEM.changed(options=(A.changed(feedback="It feeds the sealer."), B, C)),
        ITEM.changed(options=(A.changed(correct=True), B.changed(correct=False), C)),
        ITEM.changed(general_feedback=""),
        ITEM.changed(stem=ITEM.stem.upper()),
    ],
    ids=["stem", "feedback", "key", "general feedback", "case"],
)
def test_what_an_sme_vouches_for_voids_an_answer(other: QuizItem) -> None:
    assert fact_hash(other) != fact_hash(ITEM)


def test_the_order_to_put_steps_in_is_a_fact() -> None:
    item = an_order_item()
    assert fact_hash(item.changed(answer=("opt-1", "opt-2", "opt-3"))) != fact_hash(item)
    # Shown in another order, with the same order as its answer.
    assert fact_hash(item.changed(options=item.options[::-1])) == fact_hash(item)


def test_answers_of_every_type_of_item_are_facts() -> None:
    def typed(type_: ItemType, answer: Any, **fields: Any) -> QuizItem:
        return a_quiz_item(options=(), type=type_, answer=answer, **fields)

    pairs = (an_option(1, correct=True), an_option(2, correct=True))
    match = a_quiz_item(options=pairs, type=ItemType.MATCH, answer=(("opt-1", "red"), ("opt-2", "blue")))
    assert fact_hash(match) == fact_hash(match.changed(answer=(("opt-2", "blue"), ("opt-1", "red"))))
    assert fact_hash(match) != fact_hash(match.changed(answer=(("opt-2", "red"), ("opt-1", "blue"))))
    number = typed(ItemType.NUMERIC, NumericAnswer(value=5, tolerance=0, unit="bar"))
    assert fact_hash(number) != fact_hash(number.changed(answer=NumericAnswer(value=5, tolerance=0, unit="psi")))
    short = typed(ItemType.SHORT, ("DS-7", "the disconnect"))
    assert fact_hash(short) == fact_hash(short.changed(answer=("the disconnect", "DS-7")))
    cloze = typed(ItemType.CLOZE, (("red",), ("40", "forty")), stem="Press {{1}} and wait {{2}} minutes.")
    assert fact_hash(cloze) == fact_hash(cloze.changed(answer=(("red",), ("forty", "40"))))
    assert fact_hash(cloze) != fact_hash(cloze.changed(answer=(("40", "forty"), ("red",))))


def test_parts_objectives_stories_and_resources_have_facts_of_their_own() -> None:
    elements: list[tuple[Element, dict[str, Any]]] = [
        (a_part(), {"markdown": "Press STOP."}),
        (a_part(), {"figures": (Figure(source="s", block="b", file="figures/1.png"),)}),
        (an_objective(), {"text": "Isolates the sealer."}),
        (an_objective(), {"degree": "in four steps"}),
        (a_resource(), {"markdown": "- [ ] Wait."}),
        (a_resource(), {"title": "Checklist"}),
        (a_scenario(), {"title": "At the wrapper"}),
        (a_scenario(), {"nodes": a_scenario(poor=("Open the guard", "You lose a finger.", "Press STOP.")).nodes}),
    ]
    for element, change in elements:
        assert fact_hash(element.changed(**change)) != fact_hash(element), change
    assert fact_hash(an_objective(bloom=BloomLevel.CREATE)) == fact_hash(an_objective())


def test_without_question_or_answer_nobody_was_asked() -> None:
    assert status() == "not_asked"


@pytest.mark.parametrize(("verdict", "is_then"), [("correct", "confirmed"), ("wrong", "wrong"), ("unsure", "unsure")])
def test_an_answer_about_the_text_as_it_stands_counts(verdict: str, is_then: str) -> None:
    assert status(said(verdict), asked=fact_hash(ITEM)) == is_then


def test_an_answer_about_another_text_counts_no_more_and_the_element_was_not_asked_about() -> None:
    assert status(said("correct", facts="other")) == "not_asked"
    assert status(said("correct", facts="other"), asked="other") == "not_asked"
    assert status(said("correct", facts="other"), asked=fact_hash(ITEM)) == "asked"


def test_each_persons_latest_answer_counts() -> None:
    assert status(said("wrong"), said("correct", 2)) == "confirmed"
    assert status(said("correct"), said("wrong", 2)) == "wrong"


def test_one_who_says_it_is_wrong_outweighs_one_who_says_it_is_right() -> None:
    assert status(said("wrong"), said("correct", 2, by="Kim")) == "wrong"
    assert status(said("unsure"), said("correct", 2, by="Kim")) == "confirmed"


def test_a_dismissed_answer_does_not_count() -> None:
    wrong, dismissal = said("wrong"), said("dismissed", 2, by="Lee", about=1, declared_by="Lee", reason="other machine")
    assert status(wrong, dismissal) == "not_asked"
    assert status(wrong, dismissal, said("wrong", 3)) == "wrong"
    assert status(wrong, dismissal, said("correct", 3, by="Kim")) == "confirmed"
