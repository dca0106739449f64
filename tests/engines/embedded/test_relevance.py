"""How a lesson opens."""

from __future__ import annotations

from pipeline.engines.tasks import LESSON, LessonInputs, TopicInputs
from tests.engines.embedded.drafting import a_brief, ask, ask_lesson, ask_objectives, blocks_of, objective_of


def openings(text: str) -> list[str]:
    blocks = blocks_of(text)
    return [
        next(part.markdown for part in ask_lesson(blocks, draft).parts if part.kind == "relevance")
        for draft in ask_objectives(blocks).objectives
    ]


def test_a_purpose_without_a_subject_is_told_as_a_purpose() -> None:
    text = (
        "# Waste handling\n## Purpose\nTo make sure that waste is labelled so that incompatible chemicals never cause a "
        "fire.\n## Storage\nFull cans must be moved to the store within 7 days. Acids and bases must be stored in separate "
        "cabinets. The store must be locked at night.\n"
    )
    assert not any(": To make" in told for told in openings(text))


def test_a_list_in_no_order_is_not_said_to_be_done_step_after_step() -> None:
    text = (
        "# Roles\n## External Liaison\nFollow these points:\n- Post every public message.\n"
        "- Notify the lead of coverage.\n- Keep customers informed.\n- Contact vendors.\n"
    )
    (told,) = openings(text)
    assert "one step after the other" not in told
    assert "work as external liaison" in told.casefold()


def test_a_reason_that_holds_for_the_whole_document_is_told_once() -> None:
    purpose = "This procedure protects everyone who works on the line, because a wrong mixture burns the skin."
    blocks = blocks_of(
        f"# Line\n## Purpose\n{purpose}\n"
        + "".join(
            f"## Task {word}\n1. Open the {word} valve slowly.\n2. Read the {word} gauge twice.\n"
            f"3. Close the {word} valve again.\n"
            for word in ("red", "blue", "green", "black")
        )
    )
    topics = tuple(
        TopicInputs(objective=objective_of(draft), lesson_title=draft.lesson_title, blocks=draft.blocks)
        for draft in ask_objectives(blocks).objectives
    )
    inputs = LessonInputs(
        language="en", source_title=None, document=blocks, brief=a_brief(), blocks=blocks, topics=topics,
        asked=tuple(range(1, len(topics) + 1)),
    )
    openings = [lesson.parts[0].markdown for lesson in ask(LESSON, inputs).lessons]
    assert len(openings) > 2
    assert sum("This procedure protects" in text for text in openings) == 1
