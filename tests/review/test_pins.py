"""Words that a comment is pinned to, in texts that change."""

from __future__ import annotations

import pytest

from pipeline.domain import Channel, CommentKind
from pipeline.errors import UsageError
from pipeline.review.pins import Pin, pin_of
from tests.builders import a_part, a_quiz_item
from tests.review.desk import Desk

STEPS = "1. Press the **red** STOP button.\n2. Turn `DS-7` to OFF.\n\n- Wait for “quiet”.\n"


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("the red STOP", "the red STOP"),
        ("red   STOP\n button", "red STOP button"),
        ("button. Turn DS-7", "button.\n2. Turn DS-7"),
        ('Wait for "quiet"', "Wait for “quiet”"),
        ("to OFF. • Wait", "to OFF.\n• Wait"),
    ],
)
def test_words_are_found_as_a_reader_sees_them(quote: str, words: str) -> None:
    pin = pin_of(a_part(markdown=STEPS).content(), quote)
    assert pin is not None
    assert pin.words.replace("\n\n", "\n") == words


@pytest.mark.parametrize("quote", ["the green STOP", "", "•", "STOPPED", "(", "button Turn"])
def test_words_that_are_not_there_have_no_place(quote: str) -> None:
    assert pin_of(a_part(markdown=STEPS).content(), quote) is None


def test_words_that_stand_in_two_fields_are_found_in_the_one_that_was_meant() -> None:
    content = a_quiz_item(stem="What now?", general_feedback="What now? Stop.").content()
    assert pin_of(content, "What now") == Pin("stem", "", "What now", "?")
    named = pin_of(content, "What now", field="general_feedback")
    assert named == Pin("general_feedback", "", "What now", "? Stop.")


def test_a_long_text_is_cut_between_words_around_them() -> None:
    content = a_part(markdown=f"{'before ' * 30}HERE{' after' * 30}").content()
    pin = pin_of(content, "HERE")
    assert pin is not None
    assert pin.before.startswith("…before ")
    assert pin.after.endswith(" after…")


def test_a_comment_keeps_its_words_when_the_text_changes(desk: Desk) -> None:
    comments, element = desk.service.comments, desk.service.element("m-1", "p-1").element
    words = " ".join(str(element.content()["markdown"]).split()[1:4])
    said = comments.say("m-1", element_id="p-1", kind=CommentKind.WORDING, text="Which?", by="Ada", quote=f" {words}\n")
    assert (said.quote, said.field) == (words, "markdown")
    desk.service.edit("m-1", element.changed(markdown="Something else."), based_on=1, by="Ada")
    (thread,) = comments.of("m-1", "p-1")
    assert thread.first.quote == words
    assert pin_of(desk.service.element("m-1", "p-1").element.content(), words) is None


def test_a_comment_is_pinned_to_words_that_were_there_to_be_seen(desk: Desk) -> None:
    say = desk.service.comments.say
    with pytest.raises(UsageError, match="does not stand there"):
        say("m-1", element_id="p-1", kind=CommentKind.FACT, text="No", by="Ada", quote="never written")
    with pytest.raises(UsageError, match="more than 2000"):
        say("m-1", element_id="p-1", kind=CommentKind.FACT, text="No", by="Ada", quote="x" * 2001)
    # What a Word file quotes is as the expert had it there.
    kept = say(
        "m-1", element_id="p-1", kind=CommentKind.FACT, text="No", by="Ada", quote="never written", channel=Channel.WORD
    )
    assert kept.quote == "never written"
