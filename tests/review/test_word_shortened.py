"""What was sent and what came back, cut so that the difference is seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.review.word_shortened import shortened_pair

LONG = "Press the red STOP button and wait until the drum has come to rest, then turn the disconnect DS-7 to OFF."


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Turn it off.", "Turn it on.", ("Turn it off.", "Turn it on.")),
        (LONG, LONG.replace("DS-7", "DS-8"), ("DS-7", "DS-8")),
        (LONG, LONG + " Tag it.", ("OFF.", "Tag it.")),
        (LONG, LONG[:80], ("the", "rest,")),
        (LONG, "", ("Press the red", "")),
        ("", LONG, ("", "Press the red")),
        (LONG.replace("red", "green"), LONG, ("green", "red")),
        ("أ" * 100 + " ب", "أ" * 100 + " ت", ("ب", "ت")),
    ],
)
def test_both_sides_show_the_first_difference(before: str, after: str, shown: tuple[str, str]) -> None:
    made = shortened_pair(before, after)
    assert all(words in text for words, text in zip(shown, made, strict=True))
    assert max(map(len, made)) <= 70


@given(st.text(), st.text())
def test_texts_that_differ_in_words_differ_as_shown(before: str, after: str) -> None:
    made = shortened_pair(before, after, 70)
    assert max(map(len, made)) <= 70
    assert (made[0] == made[1]) == (before.split() == after.split())
