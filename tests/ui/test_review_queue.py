"""The review screen: the way round the queue, drafting again, history."""

from __future__ import annotations

import pytest

from pipeline.domain import Element
from pipeline.ui.desk import keys
from tests.builders import a_document, a_module, a_part
from tests.ui.desk import Desk, button, labels, press, seen
from tests.ui.pressable import of_bar, pressable
from tests.ui.test_review_screen import element_of, review

# The way round


def test_next_previous_and_later_move_through_the_queue(desk: Desk) -> None:
    desk.save()
    app = press(review(desk), "Next")
    assert element_of(app) == "p-0"
    assert element_of(press(app, "Previous")) == "o-1"
    assert element_of(press(app, "Later")) == "p-0"
    assert desk.status("o-1") == "draft"


def test_the_queue_can_be_narrowed_to_a_kind(desk: Desk) -> None:
    desk.save()
    app = review(desk)
    of_bar(app, "chip")["item"].click().run()
    assert element_of(app) == "q-1"
    assert element_of(press(app, "Approve")) == "q-2"
    assert button(app, "Next").disabled


def test_after_the_last_of_a_kind_the_rest_comes_up(desk: Desk) -> None:
    desk.save()
    app = review(desk)
    of_bar(app, "chip")["objective"].click().run()
    press(app, "Approve")
    assert element_of(app) == "p-0"
    assert of_bar(app, "chip")["all"].is_on


def test_help_lists_every_key(desk: Desk) -> None:
    desk.save()
    app = press(review(desk), "Help")
    for key in "AEQXGSJKUZDVPLFTBIOWYNH":
        assert f"<kbd>{key}</kbd>" in seen(app)
    assert "<kbd>" not in seen(press(app, "Help"))


def test_keys_are_printed_on_the_buttons_and_can_be_switched_off(desk: Desk) -> None:
    desk.save()
    app = review(desk)
    keys = {one.label: one.letter for one in pressable(app) if one.letter}
    assert keys == {
        "Approve": "A", "Edit": "E", "Request changes": "Q", "Reject": "X", "Regenerate": "G", "Next": "J",
        "Later": "S", "Help": "H", "Comment": "M", "History": "L", "Zoom": "P", "Correct": "Y",
        "Wrong or out of date": "N", "Done last": "Z", "Ask an expert": "F",
    }
    app.toggle(key="keys-on").set_value(False).run()
    assert not [one for one in pressable(app) if one.letter]


def test_a_key_can_be_given_to_another_verb_and_the_buttons_and_the_help_follow(desk: Desk) -> None:
    desk.save()
    app = press(review(desk), "Help")
    app.selectbox(key="own-key-of").set_value("A").run()
    app.selectbox(key="own-key:A:0").set_value("K").run()
    app = press(app, "Change the key")
    assert button(app, "Approve").letter == "K"
    assert "K does now: approve and go to the next open element. A does now: previous element." in seen(app)
    assert "<kbd>K</kbd><span>Approve and go to the next open element</span>" in seen(app)
    app = press(app, "All as they were")
    assert button(app, "Approve").letter == "A"


@pytest.mark.parametrize(
    "claim",
    [None, 7, "", "[]", "{", '{"A": "C"}', '{"A": "K"}', '{"A": "aa"}', '{"A": 1}', '{"!": "W"}', "[" * 900, "x" * 2000],
)
def test_letters_that_a_browser_claims_are_taken_only_where_every_verb_keeps_one_of_its_own(claim: object) -> None:
    assert keys.from_claim(claim) is None


def test_letters_that_a_browser_kept_come_back_as_they_were() -> None:
    assert keys.from_claim(keys.as_claim({"A": "K", "K": "A"})) == {"A": "K", "K": "A"}
    assert keys.from_claim('{"A": "A"}') == {}


def test_what_was_decided_last_can_be_opened_and_taken_back_one_by_one(desk: Desk) -> None:
    desk.save()
    app = press(press(review(desk), "Approve"), "Approve")
    app = of_bar(app, "verbs")["done-last"].click().run()
    shown = seen(app)
    assert "What you did last" in shown
    first, second = sorted((one for one in app.button if one.label == "Take back"), key=lambda one: str(one.key))
    assert (str(first.key), str(second.key)) == ("last-undo:1", "last-undo:2")
    app = app.button(key="last-open:2").click().run()
    assert element_of(app) == "p-0"
    app = app.button(key="last-undo:1").click().run()
    assert element_of(app) == "o-1"
    assert (desk.status("o-1"), desk.status("p-0")) == ("draft", "approved")
    assert [str(one.key) for one in app.button if one.label == "Take back"] == ["last-undo:2"]


def test_an_element_goes_to_another_lesson_by_a_button(desk: Desk) -> None:
    module = a_module()
    first = module.lessons[0]
    second = first.changed(id="l-2", title="Afterwards", parts=(a_part(a_document(), id="p-9"),))
    desk.save(module.changed(lessons=(first, second)))
    app = press(review(desk, "p-1"), "To another lesson")
    assert f"It stands in “{first.title}”." in seen(app)
    app = press(app, "Move there")
    assert "stands in “Afterwards” now" in seen(app)
    after = desk.store.modules.load("m-1")
    assert [one.id for one in after.lessons[1].parts] == ["p-9", "p-1"]


def test_a_module_of_one_lesson_offers_no_other(desk: Desk) -> None:
    desk.save()
    assert "To another lesson" not in labels(review(desk, "p-1"))


# Asking an expert


def test_an_expert_is_asked_from_the_element_and_the_message_has_the_link(desk: Desk) -> None:
    desk.save()
    app = press(review(desk, "p-1"), "Ask an expert")
    app = press(app, "Make the link")
    assert "Enter the name of the expert first" in seen(app)
    next(one for one in app.text_input if one.label == "Name of the expert").set_value("Ada")
    app = press(app.run(), "Make the link")
    (asked,) = desk.facts.requests("m-1")
    assert [one.element for one in asked.request.statements] == ["p-1"]
    assert desk.facts.link(asked.request) in app.code[0].value
    assert "Ask an expert" in labels(press(app, "Done"))


def test_what_else_is_worth_asking_can_go_with_it(desk: Desk) -> None:
    desk.save()
    app = press(review(desk, "p-1"), "Ask an expert")
    next(one for one in app.text_input if one.label == "Name of the expert").set_value("Ada")
    app.checkbox[0].set_value(True)
    press(app.run(), "Make the link")
    elements = [one.element for one in desk.facts.requests("m-1")[0].request.statements]
    assert "p-1" in elements
    assert 1 < len(elements) <= 8


# Drafting again


def test_a_new_draft_is_asked_for_with_an_instruction(desk: Desk) -> None:
    asked: list[str | None] = []

    def redraft(element: Element, instruction: str | None) -> Element:
        asked.append(instruction)
        return element.changed(degree="within two minutes")

    desk.redraft = redraft
    desk.save()
    app = press(review(desk), "Regenerate")
    app.text_area[0].set_value("Give a time limit").run()
    press(app, "Draft again")
    assert asked == ["Give a time limit"]
    assert element_of(app) == "o-1"
    assert "within two minutes" in seen(app)
    assert "revision 2" in seen(app)


def test_an_engine_that_fails_is_quoted_and_the_text_stays(desk: Desk) -> None:
    desk.save()
    app = press(press(review(desk), "Regenerate"), "Draft again")
    assert "the reply was cut off; ask for less" in seen(app)
    assert desk.review.element("m-1", "o-1").revision == 1


# History


def test_history_says_who_did_what_and_why(desk: Desk) -> None:
    desk.save()
    desk.review.reject("m-1", "o-1", revision=1, reason="Duplicate", by="Bo")
    shown = seen(of_bar(review(desk, "o-1"), "verbs")["history"].click().run())
    assert "<strong>Rejected</strong> by Bo" in shown
    assert "“Duplicate”" in shown


def test_a_decision_against_an_element_stands_above_it_with_its_reason(desk: Desk) -> None:
    desk.save()
    desk.review.request_changes("m-1", "o-1", revision=1, reason="Name the <limit>", by="Bo")
    assert "Changes requested by Bo: Name the &lt;limit&gt;" in seen(review(desk, "o-1"))


def edited_twice(desk: Desk) -> None:
    desk.save()
    for number, degree in ((1, "at once"), (2, "at once and for all")):
        element = desk.review.element("m-1", "o-1").element
        desk.review.edit("m-1", element.changed(degree=degree), based_on=number, by="Bo")


def test_an_earlier_text_is_compared_word_by_word(desk: Desk) -> None:
    edited_twice(desk)
    app = review(desk, "o-1")
    of_bar(app, "beside")["texts"].click().run()
    assert "Edited by Bo" in seen(app)
    assert "<ins> and for all</ins>" in seen(app)


def test_changed_words_are_marked_until_they_are_approved(desk: Desk) -> None:
    edited_twice(desk)
    app = review(desk, "o-1")
    assert "Changed since the AI draft" in seen(app)
    assert "<ins>at once and for all</ins>" in seen(app) or "<ins>at</ins>" in seen(app)
    assert "Changed since" not in seen(press(app, "Changes"))
    press(app, "Changes")
    press(app, "Approve")
    assert "Changed since" not in seen(press(app, "Previous"))
    desk.review.edit("m-1", desk.review.element("m-1", "o-1").element.changed(degree="soon"), based_on=3, by="Bo")
    assert "Changed since revision 3, which was approved" in seen(app.run())


def test_neighbours_are_listed_with_their_status_and_lead_there(desk: Desk) -> None:
    desk.save()
    app = press(review(desk), "Approve")
    of_bar(app, "beside")["around"].click().run()
    around = of_bar(app, "around")
    assert around["p-0"].is_on
    assert around["o-1"].label == "1 · isolates the machine · Approved"
    app = around["p-1"].click().run()
    assert element_of(app) == "p-1"
    assert of_bar(app, "around")["p-1"].is_on
