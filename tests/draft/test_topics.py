"""How objectives share questions, and which of them a reply means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.draft.topics import Topic, meant, meant_once, shared_out
from tests.builders import a_block, an_objective


def a_topic(words: int) -> Topic:
    return Topic(an_objective(), "Title", (a_block("word " * words),))


def length(topic: Topic) -> int:
    return len(topic.blocks[0].text.split())


@given(st.lists(st.integers(1, 400), max_size=20))
def test_every_topic_is_asked_about_once_in_order_and_in_few_questions(lengths: list[int]) -> None:
    topics = [a_topic(words) for words in lengths]
    shares = shared_out(topics, length, most_tokens=1000)
    assert [topic for share in shares for topic in share] == topics
    assert len(shares) <= -(-sum(lengths) // 1000)
    assert all(shares)


def test_questions_are_about_evenly_filled() -> None:
    shares = shared_out([a_topic(300) for _ in range(4)], length, most_tokens=1000)
    assert [len(share) for share in shares] == [2, 2]


@pytest.mark.parametrize(
    ("numbers", "asked", "means"),
    [
        ([2, 1], (1, 2), [2, 1]),
        ([4, 6], (4, 5, 6), [4, 6]),
        ([0, 1, 2], (1, 2, 3), [1, 2, 3]),
        ([0, 2], (1, 2, 3), [1, 3]),
        ([1, 3, 1], (4, 5, 6), [4, 6, 4]),
        ([1, 7], (1, 2), [1, None]),
        ([], (1, 2), []),
    ],
    ids=["as asked", "of a later share", "from 0", "from 0, with a hole", "its own count", "outside", "nothing"],
)
def test_the_number_tells_the_objective(numbers: list[int], asked: tuple[int, ...], means: list[int | None]) -> None:
    assert meant(numbers, asked) == means


@pytest.mark.parametrize(
    ("numbers", "asked", "means"),
    [
        ([2, 1], (1, 2), [2, 1]),
        ([1, 1], (1, 2), [1, 2]),
        ([9, 9, 9], (4, 5, 6), [4, 5, 6]),
        ([1, 1], (1, 2, 3), [1, None]),
    ],
    ids=["as asked", "repeated, one each", "wrong, one each", "repeated, and one missing"],
)
def test_where_each_objective_is_owed_one_piece_the_order_can_tell(
    numbers: list[int], asked: tuple[int, ...], means: list[int | None]
) -> None:
    assert meant_once(numbers, asked) == means
