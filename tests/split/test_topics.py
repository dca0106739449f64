from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.split import split_blocks, topic_starts
from tests.split.test_chunker import a_document, check

THEMES = (
    "valve pressure gauge pipe leak flange seal pump steam boiler",
    "invoice customer payment account credit ledger refund tax receipt discount",
    "fire alarm exit assembly extinguisher smoke evacuation warden drill sprinkler",
)
COMMON = "before after every person should always check again with their own hands because that time".split()


def paragraphs(theme: str, count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    own = theme.split()
    return [
        " ".join(word for _ in range(14) for word in (chance.choice(own), chance.choice(COMMON), chance.choice(COMMON)))
        for _ in range(count)
    ]


def talk(*counts: int) -> list[str]:
    return [text for number, count in enumerate(counts) for text in paragraphs(THEMES[number % 3], count, number)]


def test_a_change_of_words_is_a_change_of_topic() -> None:
    assert topic_starts(talk(6, 8, 5)) == (6, 14)


def test_a_long_talk_has_as_many_topics_as_it_needs() -> None:
    counts = [9, 7, 10, 8, 9, 7] * 3
    true = {sum(counts[: index + 1]) for index in range(len(counts) - 1)}
    found = set(topic_starts(talk(*counts)))
    assert len(found & true) >= 0.9 * len(true)
    assert len(found - true) <= 0.2 * len(true)


def test_one_topic_one_paragraph_and_no_words_are_left_whole() -> None:
    assert topic_starts(talk(7)) == ()
    assert topic_starts(talk(1)) == ()
    assert topic_starts([]) == ()
    assert topic_starts(["1 2 3", "4 5", "–"]) == ()


def test_languages_without_spaces_have_topics_too() -> None:
    valve = ["阀门压力管道泄漏，蒸汽锅炉压力表，管道阀门密封，锅炉压力管道。" * 8] * 5
    money = ["发票客户付款账户，信用退款收据折扣，客户发票税务，付款账户收据。" * 8] * 5
    assert topic_starts([*valve, *money]) == (5,)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=300), max_size=20))
def test_starts_are_in_order_and_inside(texts: list[str]) -> None:
    starts = topic_starts(texts)
    assert list(starts) == sorted(set(starts))
    assert all(0 < start < len(texts) for start in starts)


def test_a_text_without_headings_is_parted_at_its_topics() -> None:
    texts = talk(6, 8, 5)
    document = a_document(*(("paragraph", text) for text in texts))
    chunks = split_blocks(document, budget_tokens=600)
    check(document, chunks, 600)
    firsts = [chunk.text.split("\n")[0] for chunk in chunks]
    assert {texts[6], texts[14]} <= set(firsts)
    assert len(split_blocks(document, budget_tokens=4000)) == 1
