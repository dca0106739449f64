"""What an expert's tick, cross, left word or typed word means."""

from __future__ import annotations

import pytest

from pipeline.library.strings import strings_for
from pipeline.roundtrip.word_box import BoxSays, box_says
from pipeline.roundtrip.word_write import boxes

EN = strings_for("en")
SENT = boxes(EN)


def said(text: str, sent: str = SENT) -> str | None:
    """The verdict, in a word."""
    verdict = box_says(text, sent, EN).verdict
    return None if verdict is None else verdict.value


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("☒ OK\n☐ WRONG\n☐ not my area", "correct"),
        ("x OK\n☐ WRONG\n☐ not my area", "correct"),
        ("xOK\n☐ WRONG\n☐ not my area", "correct"),
        ("☐ OK\n☐x WRONG\n☐ not my area", "wrong"),
        ("☐ OK\n☐ WRONG x\n☐ not my area", "wrong"),
        ("☐ OK\n☐ WRONG\n[X] not my area", "unsure"),
        ("OK", "correct"),
        ("☐ WRONG", "wrong"),
        ("yes", "correct"),
        ("n/a", "unsure"),
        ("✓", "correct"),
        (SENT, None),
        ("", None),
        ("☐ OK\n☐ WRONG", None),
    ],
)
def test_a_box_says(text: str, verdict: str | None) -> None:
    assert said(text) == verdict


def test_two_ticks_contradict_each_other_and_words_are_kept() -> None:
    assert box_says("☒ OK\n☒ WRONG\n☐ not my area", SENT, EN).is_contradictory
    assert box_says(f"{SENT}\nsee SOP 12", SENT, EN) == BoxSays(remark="see SOP 12")
    assert box_says("☐ OK\n☒ WRONG since May\n☐ not my area", SENT, EN).remark == "☒ WRONG since May"


def test_an_empty_cell_of_a_row_takes_a_typed_word() -> None:
    assert said("ok", "") == "correct"
    assert said("Wrong!", "") == "wrong"
    assert box_says("Wrong since May", "", EN).remark == "Wrong since May"
