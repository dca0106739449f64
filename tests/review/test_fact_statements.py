"""Statements as an SME reads them, without the module around them."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.domain import AskedStatement, ItemType, NumericAnswer, QuizItem
from pipeline.library.strings import strings_for
from pipeline.review.fact_messages import minutes_for
from pipeline.review.fact_statements import passage_of, statement_of
from tests.builders import (
    a_block,
    a_document,
    a_part,
    a_quiz_item,
    a_resource,
    a_scenario,
    an_evidence,
    an_objective,
    an_option,
    an_order_item,
)

EN = strings_for("en")


def typed(type_: ItemType, answer: Any, **fields: Any) -> QuizItem:
    return a_quiz_item(**{"options": (), "type": type_, "answer": answer, **fields})


def test_a_question_is_told_with_its_key_first_and_every_reason() -> None:
    lines = statement_of(a_quiz_item(options=2), EN).splitlines()
    assert lines == [
        "Question: A reading is above zero. What do you do first?",
        "Right: Turn valve B to its closed position",
        "Explanation: Valve B is the one, because the sheet says so.",
        "Wrong: Turn valve A to its closed position",
        "Explanation: Valve A feeds another line, because the sheet says so.",
        "Explanation: A reading above zero means energy is left.",
    ]


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (typed(ItemType.NUMERIC, NumericAnswer(value=5, tolerance=0.5, unit="bar")), "Answer: 5 bar (within 0.5)"),
        (typed(ItemType.NUMERIC, NumericAnswer(value=5, tolerance=0)), "Answer: 5\n"),
        (typed(ItemType.SHORT, ("DS-7", "the disconnect")), "Answer: DS-7 / the disconnect"),
        (typed(ItemType.CLOZE, (("red",), ("40", "forty")), stem="Press {{1}}, wait {{2}} min."),
         "It is true that: Press [red], wait [40 / forty] min."),
        (typed(ItemType.MATCH, (("opt-1", "red"),), options=(an_option(1, correct=True),)),
         "Turn valve A to its closed position belongs to red"),
        (an_order_item(), "In this order: 1. Turn valve B to its closed position 2. Turn valve A"),
        (typed(ItemType.TRUE_FALSE, None, stem="Valve B feeds the sealer.",
               options=(an_option(1, correct=True, text="True"), an_option(2, text="False"))),
         "Valve B feeds the sealer.\nRight: True"),
    ],
)
def test_every_type_of_item_can_be_vouched_for(item: QuizItem, says: str) -> None:
    assert says in statement_of(item, EN)


def test_marks_of_markdown_are_left_out_and_steps_keep_their_numbers() -> None:
    part = a_part(markdown="## Shut down\n\n1. Press **STOP**.\n2. See [the sheet](http://x).\n\n- Wait.\n\n| A | B |\n|---|---|\n| 1 | 2 |")
    assert statement_of(part, EN).splitlines() == [
        "Shut down", "1. Press STOP.", "2. See the sheet.", "• Wait.", "A | B", "1 | 2",
    ]
    assert statement_of(a_resource(), EN).startswith("Checklist: lock out the sealer\n• ")


def test_a_story_is_told_with_where_each_choice_leads() -> None:
    told = statement_of(a_scenario(), EN)
    assert "Situation: You stand at the sealer" in told
    assert "Choice: Press STOP (best)" in told
    assert "What happens: You open the guard." in told


def test_an_objective_names_its_condition_once() -> None:
    assert statement_of(an_objective(), EN).count("serviced") == 1
    assert statement_of(an_objective(text="Isolates the machine."), EN).splitlines() == [
        "Isolates the machine.", "Given a sealer that has to be serviced", "in three steps, in order",
    ]


def test_quotes_stand_with_their_places_each_once_and_within_reason() -> None:
    page = a_block("Close the valve before you open the guard.", anchor={"page": 3, "page_label": "iii"})
    slide = a_block("x" * 880, anchor={"slide": 7})
    document = a_document().model_copy(update={"blocks": (page, slide, *a_document().blocks)})
    proofs = (
        an_evidence(document, "Close the valve before you open the guard."), an_evidence(document, "open the guard"),
        an_evidence(document, "x" * 880), an_evidence(document, "Hot-melt tanks"),
    )
    found = passage_of(a_part(evidence=proofs), {document.source.id: document}, EN)
    assert found is not None
    assert found.quote == "Close the valve before you open the guard."
    assert found.place == "Lock out the carton sealer, page iii"
    both = passage_of(a_part(evidence=(proofs[0], proofs[3])), {document.source.id: document}, EN)
    assert both is not None
    assert both.quote.splitlines() == ["Close the valve before you open the guard.", "Hot-melt tanks"]
    assert passage_of(a_part(evidence=()), {}, EN) is None


def test_a_quote_of_a_document_that_is_gone_has_no_place() -> None:
    found = passage_of(a_part(), {}, strings_for("de"))
    assert found is not None
    assert found.place == ""


def test_minutes_grow_with_what_there_is_to_read() -> None:
    def of(words: int) -> AskedStatement:
        return AskedStatement(id="s1", element="e", revision=1, fact_hash="h", text="word " * words, quote=None)

    assert minutes_for((of(3),)) == 1
    assert minutes_for((of(400), of(400))) == 5
