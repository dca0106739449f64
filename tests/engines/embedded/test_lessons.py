"""Lessons of the embedded engine: what they open with, teach and have practised."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.ingest import read_document
from tests.engines.embedded.drafting import ask_lesson, ask_objectives, blocks_of, titled

BLOCKS = blocks_of()
OUTLINE = ask_objectives(BLOCKS)
LESSONS = [ask_lesson(BLOCKS, draft) for draft in OUTLINE.objectives]
SHUTDOWN = ask_lesson(BLOCKS, titled(OUTLINE, "Shut down the sealer"))


def test_a_lesson_opens_with_why_it_matters_in_at_most_sixty_words() -> None:
    for lesson in LESSONS:
        opening = lesson.parts[0]
        assert opening.kind == "relevance"
        assert len(opening.markdown.split()) <= 60
        assert "you" in opening.markdown.lower()


def test_the_stake_is_the_warning_of_the_source() -> None:
    assert "can cause serious burns" in SHUTDOWN.parts[0].markdown


def test_steps_are_numbered_in_the_words_and_the_order_of_the_source() -> None:
    procedure = next(part for part in SHUTDOWN.parts if part.kind == "procedure")
    lines = [line for line in procedure.markdown.splitlines() if line[:1].isdigit()]
    assert lines[0] == "1. Press the red STOP button and wait for the belts to stop."
    assert lines[4] == "5. Test the circuit with the voltage tester before you open the guard."
    assert len(lines) == 5


def test_terms_are_explained_before_the_steps_that_need_them() -> None:
    kinds = [part.kind for part in SHUTDOWN.parts]
    first = SHUTDOWN.parts[kinds.index("explanation")]
    assert kinds.index("explanation") < kinds.index("procedure")
    assert "Lockout means" in first.markdown


def test_every_lesson_has_practice_transfer_and_a_way_back_in() -> None:
    for lesson in LESSONS:
        kinds = [part.kind for part in lesson.parts]
        assert {"practice", "reflection", "summary"} <= set(kinds)
        assert kinds.index("practice") < kinds.index("summary")


def test_the_answer_to_a_practice_prompt_stands_in_a_later_paragraph() -> None:
    for lesson in LESSONS:
        prompt = next(part for part in lesson.parts if part.kind == "practice")
        question, _, answer = prompt.markdown.partition("\n\n")
        assert "Check yourself" not in question
        assert answer.startswith("Check yourself")


def test_every_part_quotes_the_source() -> None:
    assert all(part.quotes for lesson in LESSONS for part in lesson.parts)


def test_a_table_is_kept_whole() -> None:
    lesson = ask_lesson(BLOCKS, titled(OUTLINE, "Energy sources"))
    table = next(part.markdown for part in lesson.parts if part.kind == "explanation")
    assert table.count("\n") == 4
    assert "| Hot-melt tank | 160 °C | tank switch T-4, under the hood |" in table


def test_the_job_aid_of_a_procedure_is_a_checklist_of_its_steps() -> None:
    assert SHUTDOWN.job_aid is not None
    assert SHUTDOWN.job_aid.markdown.count("- [ ] ") == 5


def test_characters_that_markdown_would_read_are_shown_as_they_are() -> None:
    text = (
        "# Name the file\n- If a file is secret, name it draft_a_b and add *two* stars.\n"
        "- If a file is old, move it to the archive_2 folder.\n"
    )
    blocks = blocks_of(text)
    lesson = ask_lesson(blocks, ask_objectives(blocks).objectives[0])
    told = next(part.markdown for part in lesson.parts if part.kind == "explanation")
    assert r"draft\_a\_b and add \*two\* stars" in told


def test_a_text_that_names_nothing_is_not_named_by_empty_quotation_marks() -> None:
    text = (
        "You must wear eye protection in the workshop at all times, because chips fly.\n"
        "Isolate the energy source before you open the guard of the machine."
    )
    blocks = blocks_of(text)
    drafts = ask_objectives(blocks).objectives
    parts = [part.markdown for draft in drafts for part in ask_lesson(blocks, draft).parts]
    assert parts
    assert not [part for part in parts if "“”" in part]


PARCELS = Path(__file__).resolve().parents[3] / "samples" / "return-a-parcel.md"


@pytest.fixture(scope="module")
def parcels() -> dict[str, str]:
    """Title → all that the lesson says, of a sample with an example, a quotation and cases."""
    blocks = tuple(block for block in read_document(PARCELS).blocks if block.is_teachable)
    return {
        draft.lesson_title: "\n".join(part.markdown for part in ask_lesson(blocks, draft).parts)
        for draft in ask_objectives(blocks).objectives
    }


def test_an_example_that_walks_through_the_steps_stands_with_them_and_nowhere_else(parcels: dict[str, str]) -> None:
    (told,) = (text for text in parcels.values() if "Ms Okafor" in text)
    assert "Compare the name on the ID with the name on the screen." in told


def test_a_quotation_behind_the_steps_is_taught_with_them(parcels: dict[str, str]) -> None:
    (told,) = (text for text in parcels.values() if "> Count first, sign second." in text)
    assert told.index("Lock the hold shelf") < told.index("> Count first, sign second.")


def test_an_opening_without_a_stake_says_how_many_cases_are_learned() -> None:
    blocks = blocks_of(
        "# Trouble at the till\n- If the drawer jams, call the shift lead.\n"
        "- If the scanner fails, type the number of the article.\n- If the roll is empty, put in a new one.\n"
    )
    (draft,) = ask_objectives(blocks).objectives
    assert "here you learn three cases like it" in ask_lesson(blocks, draft).parts[0].markdown
