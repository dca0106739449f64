"""How a lesson opens."""

from __future__ import annotations

from tests.engines.embedded.drafting import ask_lesson, ask_objectives, blocks_of


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
