"""Headings that ask are told as what they ask about."""

from __future__ import annotations

import pytest

from pipeline.engines.embedded.question_titles import asked_about


@pytest.mark.parametrize(
    ("heading", "about"),
    [
        ("How do I book a train or flight?", "booking a train or flight"),
        ("Which trips can I claim for?", "the trips you can claim for"),
        ("What can I spend on meals?", "what you can spend on meals"),
        ("Do I need receipts?", "receipts"),
        ("When is the deadline?", "the deadline"),
        ("When do I get my money?", "getting your money"),
        ("Can I use my own car?", "using your own car"),
        ("Do we have to wear a badge?", "wearing a badge"),
        ("What happens if I claim something wrongly?", "claiming something wrongly"),
        ("What should I do if my card is lost?", "what to do if your card is lost"),
        ("Who signs the form?", "who signs the form"),
    ],
)
def test_a_question_becomes_a_subject_that_fits_into_a_sentence(heading: str, about: str) -> None:
    assert asked_about(heading) == about


@pytest.mark.parametrize("heading", ["Deadlines", "Is my data safe?", "Why are my payments late?", "?"])
def test_what_cannot_be_turned_round_surely_is_left_alone(heading: str) -> None:
    assert not asked_about(heading)
