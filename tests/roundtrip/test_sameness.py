"""Which differences between two texts are differences of content."""

from __future__ import annotations

import pytest

from pipeline.roundtrip.sameness import edits, is_same, likeness, same_form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('say "stop"', "say “stop”"),
        ("it's 5 bar", "it’s\u00a05\u202fbar"),
        ("10-20", "10–20"),
        ("wait...", "wait…"),
        ("café", "cafe\u0301"),
        ("shutdown", "shut\u00addown"),
        ("القراءة", "\u200fالقراءة\u200e"),
        ("one\ntwo", "one\r\n\r\ntwo\n"),
    ],
)
def test_what_a_word_processor_sets_by_itself_is_the_same(one: str, other: str) -> None:
    assert is_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("5 bar", "6 bar"), ("m²", "m2"), ("Stop", "stop"), ("one two", "one\ntwo"), ("-5", "5"), ("½", "1/2")],
)
def test_what_changes_the_meaning_is_not(one: str, other: str) -> None:
    assert not is_same(one, other)


def test_edits_name_whole_words_and_leave_typography_alone() -> None:
    old = 'Say "stop" at 5 bar.'
    (only,) = edits(old, "Say “stop” at 6 bar.")
    assert (old[only.start : only.end], only.text) == ("5", "6")


def test_alike_texts_score_high_and_long_ones_are_compared_by_words() -> None:
    assert likeness("Close the valve.", "Close the valves.") > 0.9
    assert likeness("Close the valve.", "Sign the log of the shift.") < 0.6
    assert likeness("word " * 2000, "word " * 1990) > 0.9
    assert (likeness("", "x"), same_form(" \u200f ")) == (0.0, "")
