"""Learners see how it is done before they try, where the source has something to spare for it."""

from __future__ import annotations

from tests.engines.embedded.drafting import ask_items, ask_lesson, ask_objectives, blocks_of

CASES = (
    "# Returns\n## When something is wrong\n"
    "- If the return code has expired, ask the shift lead for an extension.\n"
    "- If the parcel is wet, put on gloves and place the parcel on the hold shelf.\n"
    "- If the printer fails, write the return code on a paper receipt.\n"
    "- If the scale shows an error, weigh the parcel on the yard scale.\n"
)


def test_a_worked_example_stands_before_the_practice_and_quotes_the_rule_it_shows() -> None:
    blocks = blocks_of(CASES)
    (draft,) = ask_objectives(blocks).objectives
    parts = ask_lesson(blocks, draft).parts
    kinds = [part.kind for part in parts]
    assert kinds.index("example") < kinds.index("practice")
    example = parts[kinds.index("example")]
    assert "Picture this: the scale shows an error. A colleague has to decide" in example.markdown
    assert "If the scale shows an error" in example.markdown
    assert example.quotes


def test_the_quiz_asks_other_cases_than_the_worked_example() -> None:
    blocks = blocks_of(CASES)
    (draft,) = ask_objectives(blocks).objectives
    quiz = ask_items(blocks, draft)
    assert not any("scale shows an error" in item.stem for item in quiz.items)


def test_where_the_source_gives_an_example_none_is_made() -> None:
    blocks = blocks_of(CASES + "For example, a code from March has expired in May.\n")
    (draft,) = ask_objectives(blocks).objectives
    examples = [part.markdown for part in ask_lesson(blocks, draft).parts if part.kind == "example"]
    assert len(examples) == 1
    assert "March" in examples[0]
