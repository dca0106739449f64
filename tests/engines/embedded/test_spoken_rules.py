"""What speakers ask of listeners are rules, each question of a talk is a section of its own, and chat is neither."""

from __future__ import annotations

import pytest

from pipeline.domain import Anchor, Block
from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.grammar import Casing
from pipeline.engines.embedded.reading import read_blocks
from pipeline.engines.embedded.rules import rules_of
from pipeline.engines.embedded.sections import sections_of
from tests.engines.embedded.drafting import ask_objectives, blocks_of


def spoken(text: str) -> tuple[Block, ...]:
    return tuple(
        block.model_copy(update={"anchor": Anchor(start=10.0 * number, end=10.0 * number + 9, speaker="Marta")})
        for number, block in enumerate(blocks_of(text))
    )


def asked_in(text: str) -> list[tuple[str, str, str | None]]:
    (block,) = spoken(text)
    rules = rules_of(Span(block, 0, len(block.text)), Casing([block]))
    return [(rule.modality, rule.action, rule.condition) for rule in rules]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("You simply need to use the blue form.\n", ("must", "use the blue form", None)),
        ("First, you'll add the font to the header.\n", ("must", "add the font to the header", None)),
        (
            "Once you have your key, you’ll need to sign the register.\n",
            ("must", "sign the register", "once you have your key"),
        ),
        ("We recommend adding colors via your settings.\n", ("should", "add colors via your settings", None)),
        ("We urge you to consider the weight of the file.\n", ("should", "consider the weight of the file", None)),
    ],
)
def test_what_is_asked_of_listeners_is_a_rule(said: str, asked: tuple[str, str, str | None]) -> None:
    assert asked in asked_in(said)


@pytest.mark.parametrize(
    "said",
    [
        "You'll see a few things we have talked about.\n",
        "You want to add a font that is hosted elsewhere.\n",
        "You'll get this in your email.\n",
        "And keep stepping back until we have a good place to start.\n",
        "Please fill in the survey that we send you after the call.\n",
    ],
)
def test_what_will_happen_to_them_and_what_belongs_to_the_call_is_none(said: str) -> None:
    assert not asked_in(said)


def test_in_writing_the_same_words_foretell() -> None:
    (block,) = blocks_of("First, you'll add the font to the header.\n")
    assert not rules_of(Span(block, 0, len(block.text)), Casing([block]))


TALK = spoken(
    "Hello everybody, and what is our agenda for today?\n\n"
    "So, how do you book a room? You need to open the calendar first. You'll need to choose a room with enough seats.\n\n"
    'Our next question is "When can I cancel a booking?" You need to cancel it before noon. '
    "If the meeting is moved, you need to tell the front desk.\n\n"
    "Next up: Who pays for the coffee? You need to name a cost centre when you order. You should not order for guests "
    "of other departments.\n"
)


def test_each_question_that_parts_a_talk_heads_a_section() -> None:
    assert [draft.path for draft in sections_of(TALK)] == [
        (),
        ("How do you book a room?",),
        ("When can I cancel a booking?",),
        ("Who pays for the coffee?",),
    ]


def test_a_question_asked_in_passing_heads_none() -> None:
    assert [draft.path for draft in sections_of(TALK[:2])] == [()]


def test_each_of_them_becomes_an_objective() -> None:
    titles = [draft.lesson_title for draft in ask_objectives(TALK).objectives]
    assert "When can I cancel a booking?" in titles
    assert len(titles) >= 2
    assert not any("?" in draft.text for draft in ask_objectives(TALK).objectives)


def test_the_number_of_a_footnote_ends_the_sentence_and_is_not_shown() -> None:
    (block,) = blocks_of("Tests must not be limited to citizens.13 The policy must cover the public.\n")
    (section,) = read_blocks((block,), "en").sections
    assert [rule.span.text for rule in section.rules][-1] == "The policy must cover the public."
