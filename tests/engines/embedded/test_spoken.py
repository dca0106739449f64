"""Of what people say to one another, only what is about the matter is taught."""

from __future__ import annotations

import pytest

from pipeline.domain import Anchor
from pipeline.engines.embedded.spoken import announced_topic, is_small_talk
from tests.engines.embedded.drafting import ask_lesson, ask_objectives, blocks_of

CALL = tuple(
    block.model_copy(update={"anchor": Anchor(start=10.0 * number, end=10.0 * number + 9, speaker="Marta")})
    for number, block in enumerate(
        blocks_of(
            "Good morning everyone. Today we go through how we handle refund requests on the phone.\n"
            "Good question. You must not offer cash, because that is how fraudsters work.\n"
            "It's 150 now. If the customer has no receipt, ask for the order number. Thanks, Amy.\n"
        )
    )
)


@pytest.mark.parametrize(
    "said", ["Good question.", "Thanks, Amy.", "Okay, that's it.", "Great.", "Can everybody hear me?"]
)
def test_greetings_and_thanks_are_small_talk(said: str) -> None:
    assert is_small_talk(said)


@pytest.mark.parametrize(
    "said", ["Check the date.", "Thanks to the lock, nobody can start it by mistake while you work."]
)
def test_what_is_about_the_matter_is_not(said: str) -> None:
    assert not is_small_talk(said)


def test_the_topic_is_what_the_speakers_say_it_is() -> None:
    assert announced_topic(CALL) == "handling refund requests on the phone"
    assert announced_topic(blocks_of("Today we go through how we handle refunds.\n")) == ""


def test_no_lesson_bears_the_name_of_an_answer_or_repeats_small_talk() -> None:
    for draft in ask_objectives(CALL).objectives:
        assert draft.lesson_title == "Handling refund requests on the phone"
        text = " ".join(part.markdown for part in ask_lesson(CALL, draft).parts)
        assert "Good question" not in text
        assert "Thanks, Amy" not in text
        assert "must not offer cash" in text
