"""What of a template nobody has filled in."""

from __future__ import annotations

import pytest

from pipeline.engines.embedded.unfinished import is_unfinished


@pytest.mark.parametrize(
    "text",
    ["Call {{CONTACT}}.", "{% if onsite %}", "TODO: add the number", "Owner: TBD", "[Insert name here]", "[if on site]",
     "Ask <your manager>.", "Lorem ipsum dolor sit amet."],
)  # fmt: skip
def test_a_slot_or_a_note_to_the_author_is_unfinished(text: str) -> None:
    assert is_unfinished("Close the valve.", text)


@pytest.mark.parametrize(
    "text", ["Put it on your to-do list.", "The range is [4, 8].", "Type {id} behind the slash.", "x < name", "[named] runs"]
)
def test_what_only_looks_like_one_is_not(text: str) -> None:
    assert not is_unfinished(text)
