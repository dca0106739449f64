"""Plain text has no headings: short lines above paragraphs stand for them."""

from __future__ import annotations

from pipeline.domain import Anchor
from pipeline.engines.embedded.reading import read_blocks
from tests.engines.embedded.drafting import ask_brief, ask_objectives, blocks_of

HANDBOOK = (
    "Front Desk Handbook, section 7\nHandling overbooked nights\n"
    "A guest who has a confirmed booking and finds no room is angry with reason.\n"
    "At the desk\n"
    "Take the guest aside. Apologise once and say plainly what has happened. Do not blame the booking system. "
    "If the guest refuses to move, call the duty manager.\n"
    "Afterwards\n"
    "Write the case in the log before the end of the shift. "
    "If the guest stays for more than one night, offer the return for the second night.\n"
)


def titles(text: str) -> list[tuple[str, ...]]:
    return [section.path for section in read_blocks(blocks_of(text), "en").sections if section.blocks]


def test_lines_above_paragraphs_are_their_headings() -> None:
    assert titles(HANDBOOK) == [
        ("Handling overbooked nights",),
        ("Handling overbooked nights", "At the desk"),
        ("Handling overbooked nights", "Afterwards"),
    ]


def test_the_document_is_named_for_what_it_is_about_and_not_for_its_register_or_its_file() -> None:
    assert ask_brief(blocks_of(HANDBOOK)).title == "Handling overbooked nights"


def test_a_text_with_headings_of_its_own_keeps_them() -> None:
    text = "# Desk\n## Mornings\nAt the desk\nTake the guest aside and say plainly what has happened today.\n## Nights\n"
    assert ("Desk", "Mornings") in titles(text)
    assert not any("At the desk" in path for path in titles(text))


def test_short_answers_in_a_transcript_are_no_headings() -> None:
    blocks = [block.model_copy(update={"anchor": Anchor(start=1.0)}) for block in blocks_of(HANDBOOK)]
    assert {section.path for section in read_blocks(blocks, "en").sections} == {()}


def test_what_only_the_file_is_called_names_no_audience_and_no_goal() -> None:
    brief = ask_brief(blocks_of("Call the office before noon.\n"), source_title="Thin")
    assert "thin" not in brief.audience.lower()
    assert "thin" not in brief.performance_goal.lower()


def test_those_a_text_says_it_is_for_are_its_audience() -> None:
    named = {
        "# Limits\nFor pharmacy assistants in the Westmere clinics.\nKeep the door shut.\n": "pharmacy assistants",
        "# Pipettes\nThis guide is for new laboratory technicians.\nWait one second.\n": "new laboratory technicians",
    }
    for text, audience in named.items():
        assert ask_brief(blocks_of(text)).audience.startswith(audience)


def test_what_something_is_designed_for_is_no_audience() -> None:
    text = "# Kit\nThe kit is designed for designers, and meant to be changed. Keep the tokens. Test the page.\n"
    assert "designers" not in ask_brief(blocks_of(text)).audience


def test_questions_as_headings_become_subjects_that_fit_into_a_sentence() -> None:
    text = (
        "# Travel expenses: frequently asked questions\n## How do I book a train?\n"
        "Book through the travel portal. Attach the ticket to the claim.\n"
        "## When is the deadline?\nSubmit the claim within 30 days. Keep a copy of the claim.\n"
    )
    for draft in ask_objectives(blocks_of(text)).objectives:
        assert "?" not in draft.text
        assert "frequently asked" not in draft.text
