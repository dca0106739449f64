from __future__ import annotations

from pipeline.ui.word_diff import marked_changes


def test_only_the_words_that_changed_are_marked() -> None:
    assert marked_changes("Close the valve.", "Close the guard.") == (
        "Close the <del>valve</del><ins>guard</ins>."
    )


def test_a_text_that_did_not_change_has_no_marks() -> None:
    assert marked_changes("Same.", "Same.") == "Same."


def test_markup_in_either_text_is_escaped() -> None:
    assert marked_changes("<b>", "<i>") == "&lt;<del>b</del><ins>i</ins>&gt;"
