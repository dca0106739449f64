"""Wrong answers: none is marked as wrong by a word such as "always" where enough others are at hand."""

from __future__ import annotations

from pipeline.engines.embedded.distractors import Alternative, choose, likeness

ABSOLUTES = frozenset({"always", "never"})
KEY = "Close the red valve"
POOL = [
    Alternative("Always wear a hard hat", 0, 2),
    Alternative("Open the side hatch", 1, 0),
    Alternative("Call the night desk", 2, 0),
    Alternative("Empty the drip tray", 3, 0),
]


def test_an_absolute_is_left_out_where_three_others_fit() -> None:
    chosen = choose(KEY, POOL, stem="What do you do?", seed="x", absolutes=ABSOLUTES)
    assert {one.fact for one in chosen} == {1, 2, 3}


def test_an_absolute_stays_where_there_are_too_few_others() -> None:
    chosen = choose(KEY, POOL[:3], stem="What do you do?", seed="x", absolutes=ABSOLUTES)
    assert {one.fact for one in chosen} == {0, 1, 2}


def test_a_verb_is_like_its_gerund() -> None:
    assert likeness("update the file", "updating the file") == 1.0
    assert likeness("create a note", "creating a note") == 1.0
