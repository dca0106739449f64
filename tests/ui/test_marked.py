"""Words on a card that comments are pinned to."""

from __future__ import annotations

import re

import pytest

from pipeline.domain import Element, ItemType
from pipeline.review.element_texts import texts_of
from pipeline.ui.cards import card_of
from pipeline.ui.cards.marked import Mark, marked
from pipeline.ui.markup import Html, el, joined
from tests.builders import a_module, a_part, a_quiz_item
from tests.ui.payloads import PAYLOADS
from tests.ui.test_cards import CLOZE, ELEMENTS, MATCH, NAMES, SHORT

STEPS = (
    "Press the **red** STOP button. STOP & wait.\n\n3. Turn `DS-7` to OFF.\n4. Wait for “quiet”.\n\n"
    "| Limit | Unit |\n|---|---|\n| 160 | °C |\n\n```\nif a < b:\n```\n"
)


def card(element: Element, *marks: Mark) -> Html:
    one = card_of(element)
    heading = el("h1", one.heading(element, a_module()), data_field=one.heading_field)
    return joined(*marked([heading, one.body(element, a_module())], marks))


def pinned(element: Element, *words: str, said: str = "fact, Bo: Is it?", field: str | None = None) -> Html:
    """The card with the words marked, in the order they are named."""
    return card(element, *(Mark(field, one, number, said) for number, one in enumerate(words, start=1)))


def shown(drawn: str) -> list[str]:
    """What is marked, a stretch each, and the comments' numbers in brackets."""
    found = re.findall(r'<mark[^>]*>([^<]*)</mark>|<sup[^>]* data-number="(\d+)"', drawn)
    return [words or f"[{number}]" for words, number in found]


def unmarked(drawn: str) -> str:
    return re.sub(r"</?mark[^>]*>|<sup[^>]*></sup>", "", drawn)


@pytest.mark.parametrize(
    ("words", "marks"),
    [
        ("red STOP button", ["red", " STOP button", "[1]"]),
        ("button. STOP & wait", ["button. STOP &amp; wait", "[1]"]),
        ("Turn DS-7 to OFF. Wait", ["Turn ", "DS-7", " to OFF.", "Wait", "[1]"]),
        ("3. Turn", ["Turn", "[1]"]),
        ("OFF. 4. Wait for \"quiet\"", ["OFF.", "Wait for “quiet”", "[1]"]),
        ("Limit Unit", ["Limit", "Unit", "[1]"]),
        ("160 | °C", ["160", "°C", "[1]"]),
        ("a < b", ["a &lt; b", "[1]"]),
    ],
)
def test_words_are_marked_across_formatting_and_numbered_once(words: str, marks: list[str]) -> None:
    part = a_part(markdown=STEPS)
    drawn = pinned(part, words)
    assert shown(drawn) == marks
    assert unmarked(drawn) == card(part)


def test_several_pins_may_overlap_and_each_keeps_its_number() -> None:
    drawn = pinned(a_part(markdown="Press the red STOP button now."), "the red STOP", "STOP button", "STOP")
    assert shown(drawn) == ["the red ", "STOP", "[1]", "[3]", " button", "[2]"]
    (both,) = re.findall(r"<mark([^>]*)>STOP", drawn)
    assert "s2m-pinned-again" in both
    assert [f"Comment {number}," in both for number in (1, 2, 3)] == [True] * 3


def test_words_are_marked_in_the_field_that_is_meant() -> None:
    item = a_quiz_item(stem="What now?", general_feedback="What now? Stop.")
    drawn = pinned(item, "What now", field="general_feedback")
    assert drawn.index("<mark") > drawn.index("General feedback")
    assert shown(pinned(item, "What now", field="stem")) == ["What now", "[1]"]
    assert pinned(item, "What now").startswith('<h1 data-field="stem"><mark')


def test_words_that_an_edit_moved_to_another_field_are_marked_there() -> None:
    drawn = pinned(a_quiz_item(stem="When?", general_feedback="Stop first."), "Stop first", field="stem")
    assert drawn.index("<mark") > drawn.index("General feedback")


@pytest.mark.parametrize("element", [*ELEMENTS, CLOZE, MATCH, SHORT], ids=[*NAMES, "cloze", "match", "short"])
def test_every_text_of_every_kind_of_element_can_be_marked(element: Element) -> None:
    for name, text in texts_of(element.content()):
        if getattr(element, "type", None) is ItemType.ORDER and name.startswith("answer."):
            continue  # names of entries, which nobody reads
        if getattr(element, "type", None) is ItemType.MATCH and re.fullmatch(r"answer\.\d+\.0", name):
            continue
        word = next(one for one in re.findall(r"\w+", text) if not one.isdigit() or one == text or len(one) > 1)
        drawn = card(element, Mark(name, word, 7, "fact, Bo: Is it?"))
        assert shown(drawn) == [word, "[7]"], name
        assert f'data-field="{name}"' in card(element)


def test_the_number_says_whose_comment_it_is_to_whoever_points_at_it_or_hears_it() -> None:
    drawn = pinned(a_part(markdown="Stop."), "Stop", said='question, Bo "B" <b>: Why?')
    told = "Comment 1, question, Bo &quot;B&quot; &lt;b&gt;: Why?"
    assert f'title="{told}">Stop</mark>' in drawn
    assert f'tabindex="0" aria-label="{told}"' in drawn


def test_words_with_marks_on_their_letters_are_marked_as_they_are_written() -> None:
    drawn = pinned(a_part(markdown="اضغط زر التَّوقُّف الآن. Cafe\u0301 ouvert."), "زر التَّوقُّف", "Café")
    assert shown(drawn) == ["زر التَّوقُّف", "[1]", "Cafe\u0301", "[2]"]


def test_a_card_without_pins_is_left_as_it_is() -> None:
    part = a_part(markdown=STEPS)
    drawn = [card_of(part).body(part, a_module())]
    assert marked(drawn, ()) is drawn
    assert card(part, Mark("markdown", "never written", 1, ""), Mark(None, "•", 2, "")) == card(part)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_gets_out_of_a_mark(payload: str) -> None:
    part = a_part(markdown=f"Before {payload} after.")
    drawn = card(part, Mark("markdown", "Before", 1, payload), Mark("markdown", payload, 2, payload))
    assert unmarked(drawn) == card(part)
    assert set(re.findall(r"<(\w+)", drawn)) <= set(re.findall(r"<(\w+)", card(part))) | {"mark", "sup"}
