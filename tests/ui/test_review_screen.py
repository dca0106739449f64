"""The review screen: what it shows, and deciding."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.domain import (
    CommentKind,
    Criterion,
    Decider,
    Evidence,
    Example,
    ItemType,
    Rubric,
    Severity,
    Status,
)
from tests.builders import a_document, a_module, a_part, a_quiz_item
from tests.ui.desk import Desk, a_finding, button, labels, press, seen
from tests.ui.payloads import PAYLOADS


def review(desk: Desk, element: str | None = None) -> AppTest:
    return desk.open("review", module="m-1", **({"element": element} if element else {}))


def element_of(app: AppTest) -> str:
    return str(app.query_params["element"])


# What is shown


def test_the_first_open_element_stands_beside_its_source_with_the_quote_marked(desk: Desk) -> None:
    desk.save()
    app = review(desk)
    assert element_of(app) == "o-1"
    shown = seen(app)
    assert "AI draft · embedded" in shown
    assert "1 of 6" in shown
    assert "<mark>Press the red STOP button</mark> and wait for the belts to stop." in shown
    assert "This procedure protects technicians" in shown, "the block before is there for context"


@pytest.mark.parametrize("element", ["o-1", "p-1", "q-1", "q-2", "r-1"])
def test_every_kind_of_element_has_its_card(desk: Desk, element: str) -> None:
    desk.save()
    app = review(desk, element)
    wanted = {
        "o-1": "in three steps, in order",
        "p-1": "Turn disconnect DS-7 to OFF.",
        "q-1": "feeds another line, because the sheet says so",
        "q-2": "In the right order", "r-1": "☐ Press the red STOP button.",
    }
    assert wanted[element] in seen(app)


def test_a_quote_that_is_not_in_the_source_is_said_to_be_missing(desk: Desk) -> None:
    document = a_document()
    block = document.blocks[2]
    lost = Evidence(source=document.source.id, block=block.id, quote="Press the blue button", start=0, end=21)
    desk.save(a_module(document, objectives=(a_module(document).objectives[0].changed(evidence=(lost,)),)))
    shown = seen(review(desk, "o-1"))
    assert "NOT FOUND" in shown
    assert "Press the blue button" in shown


def test_an_element_that_quotes_nothing_says_so(desk: Desk) -> None:
    document = a_document()
    desk.save(a_module(document, items=(a_quiz_item(document=document, evidence=()),)))
    assert "No evidence" in seen(review(desk, "q-1"))


def test_a_finding_comes_with_principle_reason_and_suggestion(desk: Desk) -> None:
    desk.rubrics = (
        Rubric(
            id="feedback", version=1, principle="Feedback as instruction", summary="", criteria=(
                Criterion(
                    id="every_option_is_explained", demand="Every option has a reason.", severity=Severity.ERROR,
                    decided_by=Decider.CODE, reason="A learner learns from the wrong option.", source="Shute 2008",
                    suggestion="Say why.", passing=(Example(text="x"),), failing=(Example(text="y"),),
                ),
            ),
        ),
    )
    desk.save(a_module(findings=(a_finding("q-1"),)))
    shown = seen(review(desk, "q-1"))
    for said in ("Option A has no reason", "Feedback as instruction", "Say why A is tempting", "Shute 2008",
                 "A learner learns from the wrong option."):
        assert said in shown


def test_the_editor_leaves_in_sight_what_is_to_be_mended(desk: Desk) -> None:
    desk.save(a_module(findings=(a_finding("q-1"),)))
    app = press(review(desk, "q-1"), "Edit")
    assert "Option A has no reason" in seen(app)
    assert "Say why A is tempting" in seen(app)


def test_a_notice_is_read_where_it_was_said_and_nowhere_else(desk: Desk) -> None:
    desk.save()
    app = press(review(desk), "Approve")
    assert "Approved: “isolates the machine”." in seen(app)
    assert "Approved: “isolates the machine”." in seen(app.run())
    app.session_state["s2m"].screen = "module"  # the overview, and back
    assert "Approved: “isolates the machine”." not in seen(app.run())
    app = press(press(review(desk, "p-1"), "Approve"), "Undo")
    app.query_params["element"] = "q-1"
    assert "Taken back" not in seen(app.run())


def test_a_blank_is_shown_as_a_learner_sees_it(desk: Desk) -> None:
    item = a_quiz_item(
        type=ItemType.CLOZE, stem="Turn {{1}} to {{2}}.", options=(), answer=(("DS-7",), ("OFF", "off"))
    )
    desk.save(a_module(items=(item,)))
    app = review(desk, "q-1")
    assert "{{1}}" not in seen(app)
    assert "Turn ____ to ____." in seen(app)
    assert [one.label for one in desk.review.queue("m-1") if one.kind == "item"] == ["Turn ____ to ____."]
    desk.review.comments.say(
        "m-1", element_id="q-1", kind=CommentKind.WORDING, text="Which?", by="Ann", revision=1, quote="Turn ____ to"
    )
    assert "The words are gone" not in seen(press(app, "Comment"))


def test_an_unknown_element_leads_back_to_the_queue(desk: Desk) -> None:
    desk.save()
    app = review(desk, "q-99")
    assert "There is no element q-99" in seen(app)
    assert "To the next open element" in [link.label for link in app.page_link]


def test_without_a_module_the_screen_says_to_choose_one(desk: Desk) -> None:
    assert "Choose a module first" in seen(desk.open("review"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_of_source_or_model_is_never_more_than_text(desk: Desk, payload: str) -> None:
    document = a_document((("paragraph", f"Before {payload} after"), ("paragraph", payload)))
    block = document.blocks[0]
    quote = Evidence(source=document.source.id, block=block.id, quote=block.text, start=0, end=len(block.text))
    item = a_quiz_item(document=a_document(), evidence=(quote,), stem=payload, general_feedback=payload, hint=payload)
    part = a_part(a_document(), markdown=payload, evidence=(quote,))
    module = a_module().changed(
        sources=(document.source,), title=payload, items=(item,), objectives=(), resources=(),
        lessons=tuple(lesson.changed(parts=(part,), title=payload) for lesson in a_module().lessons),
        findings=(a_finding("q-1", message=payload, suggestion=payload),),
    )
    desk.save(module, (document,))
    for element in ("q-1", "p-1"):
        app = review(desk, element)
        shown = seen(app)
        for harm in ("<script", "<img", "<svg", "<iframe", "<style>.stApp", "<meta", "<form", "<a ", "<div style"):
            assert harm not in shown
        for label in [*labels(app), *(one.value for one in app.markdown), *(one.label for one in app.expander)]:
            assert "evil.example" not in label


# Deciding


def test_approving_goes_on_to_the_next_open_element(desk: Desk) -> None:
    desk.save()
    app = press(review(desk), "Approve")
    assert desk.status("o-1") == "approved"
    assert element_of(app) == "p-0"
    assert "Approved: “isolates the machine”." in seen(app)
    assert "1 of 6 decided" in seen(app)


def test_an_element_that_has_only_just_come_up_is_not_approved(desk: Desk) -> None:
    desk.save()
    app = review(desk)
    app.session_state["look_first_s"] = 3600.0
    press(app, "Approve")
    assert desk.status("o-1") == "draft"
    assert "Not approved: “isolates the machine” had only just come up." in seen(app)


def test_a_held_key_approves_nothing_until_it_is_let_go(desk: Desk) -> None:
    desk.save()
    now = [100.0]
    app = review(desk)
    app.session_state["look_first_s"] = 0.6
    app.session_state["clock"] = lambda: now[0]
    app.session_state["s2m"].came_up.clear()
    app.run()
    for seconds in (0.5, 0.9, 1.3, 1.7):  # 0.4 s apart: each press starts the wait again
        now[0] = 100.0 + seconds
        press(app, "Approve")
        assert desk.status("o-1") == "draft"
    now[0] = 102.4
    press(app, "Approve")
    assert desk.status("o-1") == "approved"


def test_an_approval_of_a_text_somebody_has_changed_since_is_refused(desk: Desk) -> None:
    desk.save()
    app = review(desk)
    desk.review.edit("m-1", desk.review.element("m-1", "o-1").element.changed(degree="at once"), based_on=1, by="Bo")
    press(app, "Approve")
    assert desk.status("o-1") == "draft"
    assert "revision 2" in seen(app)


def test_an_open_error_finding_holds_approval_back(desk: Desk) -> None:
    desk.found = [a_finding("q-1")]
    desk.save()
    app = review(desk, "q-1")
    assert button(app, "Approve").disabled
    assert "Approval is held back by: every option is explained" in seen(app)


def test_a_waiver_needs_a_reason_and_frees_the_approval(desk: Desk) -> None:
    desk.found = [a_finding("q-1")]
    desk.save()
    app = press(review(desk, "q-1"), "Waive with a reason")
    press(app, "Waive")
    assert "Give a reason" in seen(app)
    app.text_input(key="waive-reason:q-1:1:every_option_is_explained").set_value("The SME insists").run()
    press(app, "Waive")
    assert "Waived by Ann: The SME insists" in seen(app)
    press(app, "Approve")
    assert desk.status("q-1") == "approved"


def test_a_waiver_can_be_taken_back(desk: Desk) -> None:
    desk.found = [a_finding("q-1")]
    desk.save()
    desk.review.waive("m-1", "q-1", "every_option_is_explained", reason="x", by="Ann")
    app = press(review(desk, "q-1"), "Take the waiver back")
    assert button(app, "Approve").disabled


@pytest.mark.parametrize(
    ("verb", "status"), [("Reject", "rejected"), ("Request changes", "changes_requested")]
)
def test_a_decision_against_an_element_needs_a_reason(desk: Desk, verb: str, status: str) -> None:
    desk.save()
    app = press(review(desk), verb)
    assert "Approve" not in labels(app), "the panel takes the place of the verbs"
    press(app, verb)
    assert desk.status("o-1") == "draft"
    assert "Give a reason" in seen(app)
    app.pills[-1].set_value("Wrong fact").run()
    app.text_area[0].set_value("The guard comes first").run()
    press(app, verb)
    assert desk.status("o-1") == status
    assert desk.review.element("m-1", "o-1").decisions[0].reason == "Wrong fact: The guard comes first"
    assert element_of(app) == "p-0"


def test_a_panel_can_be_closed(desk: Desk) -> None:
    desk.save()
    app = press(press(review(desk), "Reject"), "Cancel")
    assert "Approve" in labels(app)


def test_undo_says_what_it_takes_back_and_returns_there(desk: Desk) -> None:
    desk.save()
    app = press(review(desk), "Approve")
    assert "Undo takes back · Approved: “isolates the machine”" in seen(app)
    press(app, "Undo")
    assert desk.status("o-1") == "draft"
    assert element_of(app) == "o-1"
    assert "Taken back: approved · “isolates the machine”. Its state is again: draft." in seen(app)


def test_with_nothing_done_there_is_nothing_to_undo(desk: Desk) -> None:
    desk.save()
    assert button(review(desk), "Undo").disabled


def test_a_decided_element_offers_to_be_reopened(desk: Desk) -> None:
    desk.save()
    app = press(review(desk), "Approve")
    press(app, "Previous")
    assert "Approve" not in labels(app)
    press(app, "Reopen")
    assert desk.status("o-1") == "draft"


def test_nothing_is_decided_without_a_name(desk: Desk) -> None:
    desk.save()
    app = review(desk)
    app.text_input(key="reviewer-name").set_value("").run()
    press(app, "Approve")
    assert desk.status("o-1") == "draft"
    assert "Enter your name" in seen(app)


def test_a_decision_is_recorded_under_the_name_that_was_typed(desk: Desk) -> None:
    desk.save()
    app = review(desk)
    app.text_input(key="reviewer-name").set_value("Bo Berg").run()
    press(app, "Approve")
    assert desk.review.element("m-1", "o-1").decisions[0].by == "Bo Berg"


def test_a_finished_review_says_what_is_next(desk: Desk) -> None:
    module = desk.save()
    app = review(desk)
    for _ in module.elements():
        press(app, "Approve")
    shown = seen(app)
    assert "Review complete" in shown
    assert "6 of 6 elements" in shown
    assert "Overview and export" in [link.label for link in app.page_link]
    assert desk.review.module("m-1").module.status is Status.APPROVED


def test_a_finished_review_can_still_be_undone(desk: Desk) -> None:
    module = desk.save()
    app = review(desk)
    for _ in module.elements():
        press(app, "Approve")
    press(app, "Undo")
    assert desk.status("r-1") == "draft"
    assert element_of(app) == "r-1"


def test_an_element_sent_back_is_not_passed_off_as_done(desk: Desk) -> None:
    module = desk.save()
    for element in module.elements():
        desk.review.request_changes("m-1", element.id, revision=1, reason="x", by="Ann")
    shown = seen(review(desk))
    assert "Review complete" not in shown
    assert "6 elements with changes requested" in shown
