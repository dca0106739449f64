"""The review screen among others: comments, proposals, who else is there, what an SME may do."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.domain import Author, AuthorKind, CommentKind, FactVerdict, Objective, Proposal, Role
from pipeline.review.permissions import Verb
from pipeline.ui import editor
from tests.builders import a_module
from tests.ui import typewriter
from tests.ui.desk import DRAFTED, Desk, button, labels, press, seen
from tests.ui.payloads import PAYLOADS
from tests.ui.pressable import of_bar


def review(desk: Desk, element: str = "o-1") -> AppTest:
    return desk.open("review", module="m-1", element=element)


def beside(app: AppTest, what: str) -> AppTest:
    of_bar(app, "beside")[what].click().run()
    return app


def offered(desk: Desk, name: str = "p-1", *, by: str = "Sam", degree: str = "within a minute") -> str:
    element = desk.review.element("m-1", "o-1").element
    made = desk.review.proposals.suggest("m-1", element.changed(degree=degree), based_on=1, by=by, note=f"{name} says so")
    return made.id


# Comments


def test_a_comment_is_written_answered_closed_and_opened_again(desk: Desk) -> None:
    desk.save()
    app = press(review(desk), "Comment")
    assert "Nobody has commented" in seen(app)
    app.pills(key="comment:o-1:0:kind").set_value(CommentKind.FACT)
    app.text_area(key="comment:o-1:0:text").set_value("It is 5 bar since <May>.").run()
    app.button(key="comment:o-1:0:do").click().run()
    (thread,) = desk.review.comments.of("m-1", "o-1")
    assert (thread.first.kind, thread.first.by, thread.first.revision) == (CommentKind.FACT, "Ann", 1)
    assert "It is 5 bar since &lt;May&gt;." in seen(app)

    press(app, "Answer")
    app.text_area(key=f"reply:{thread.first.id}").set_value("Thank you").run()
    app.button(key=f"reply-do:{thread.first.id}").click().run()
    assert "Thank you" in seen(app)
    press(app, "Close")
    assert "Closed by Ann" in seen(app)
    press(app, "Open again")
    assert desk.review.comments.of("m-1", "o-1")[0].is_open


def test_a_half_written_reason_comes_back_in_another_session_with_its_form_open(desk: Desk) -> None:
    desk.save()
    app = press(review(desk, "p-1"), "Request changes")
    app.pills[0].set_value("Unclear").run()
    app.text_area[0].set_value("Which valve?").run()
    app = press(press(review(desk, "o-1"), "Approve"), "Undo")  # another session, and another element
    app = review(desk, "p-1")
    assert "What you had written here and not sent is back." in seen(app)
    assert "Request changes: what is wrong?" in seen(app)
    assert (app.pills[0].value, app.text_area[0].value) == ("Unclear", "Which valve?")
    app = press(app, "Request changes")
    assert desk.status("p-1") == "changes_requested"
    assert desk.review.forms.of("m-1", "p-1", by="Ann").forms == {}
    app = press(review(desk, "q-1"), "Reject")
    app.text_area[0].set_value("Nobody does it").run()
    press(app, "Cancel")
    assert "Reject: what is wrong?" not in seen(review(desk, "q-1"))


def test_a_comment_is_pinned_to_words_and_says_so_once_they_are_gone(desk: Desk) -> None:
    desk.save()
    app = beside(review(desk, "p-1"), "comments")
    app.session_state["s2m"].selected = ("p-1", "DS-7 to OFF")
    app.run()
    assert app.text_input(key="comment:p-1:0:quote").value == "DS-7 to OFF"
    app.text_area(key="comment:p-1:0:text").set_value("Which one?").run()
    app.button(key="comment:p-1:0:do").click().run()
    assert "<mark>DS-7 to OFF</mark>" in seen(app)
    marks = 'title="Comment 1, wording, Ann: Which one?"'
    assert marks in seen(app)
    press(app, "Close")
    assert marks not in seen(app)
    press(app, "Open again")
    assert marks in seen(app)
    part = desk.review.element("m-1", "p-1")
    desk.review.edit("m-1", part.element.changed(markdown="Stop it."), based_on=1, by="Bo")
    assert "“DS-7 to OFF” <small>The words are gone.</small>" in seen(app.run())
    assert marks not in seen(app)


def test_a_comment_can_be_about_one_field(desk: Desk) -> None:
    desk.save()
    app = beside(review(desk), "comments")
    app.selectbox(key="comment:o-1:0:field").set_value("degree")
    app.text_area(key="comment:o-1:0:text").set_value("How well?").run()
    app.button(key="comment:o-1:0:do").click().run()
    assert desk.review.comments.of("m-1", "o-1")[0].first.field == "degree"
    assert "Degree" in seen(app)


def test_an_empty_comment_is_asked_for(desk: Desk) -> None:
    desk.save()
    app = beside(review(desk), "comments")
    app.button(key="comment:o-1:0:do").click().run()
    assert "Write the comment first" in seen(app)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_comment_is_never_more_than_text(desk: Desk, payload: str) -> None:
    desk.save()
    desk.review.comments.say("m-1", element_id="o-1", kind=CommentKind.QUESTION, text=payload, by=payload[:40])
    shown = seen(beside(review(desk), "comments"))
    for harm in ("<script", "<img", "<svg", "<iframe", "<meta", "<form", "<a "):
        assert harm not in shown


# Proposals


def test_a_proposal_is_shown_with_its_changes_and_accepted(desk: Desk) -> None:
    desk.save()
    offered(desk)
    app = review(desk)
    shown = seen(app)
    assert "1 proposal" in shown
    assert "Sam" in shown
    assert "<ins>within</ins>" in shown or "within a minute" in shown
    press(app, "Accept")
    view = desk.review.element("m-1", "o-1")
    assert isinstance(view.element, Objective)
    assert (view.element.degree, view.revision) == ("within a minute", 2)
    assert "1 proposal" not in seen(app)


def test_a_proposal_is_declined_with_a_reason(desk: Desk) -> None:
    desk.save()
    proposal = offered(desk)
    app = press(review(desk), "Decline")
    press(app, "Decline")
    assert "Give a reason" in seen(app)
    app.text_input(key=f"decline-reason:{proposal}").set_value("The limit is in the next objective").run()
    press(app, "Decline")
    assert desk.review.proposals.of("m-1", "o-1") == ()
    assert desk.review.element("m-1", "o-1").revision == 1


def test_two_proposals_for_the_same_words_say_so(desk: Desk) -> None:
    desk.save()
    offered(desk)
    offered(desk, by="Tom", degree="within two minutes")
    shown = seen(review(desk))
    assert "2 proposals" in shown
    assert shown.count("1 other proposal would change the same words") == 2


def test_a_proposal_can_be_edited_before_it_is_taken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor, "mount", typewriter.mount)
    desk.save()
    offered(desk)
    app = press(review(desk), "Edit first")
    field = app.text_area(key="field:o-1:1:degree")
    assert field.value == "within a minute"
    field.set_value("within 90 seconds").run()
    press(app, "Save")
    view = desk.review.element("m-1", "o-1")
    assert isinstance(view.element, Objective)
    assert view.element.degree == "within 90 seconds"
    assert desk.review.proposals.of("m-1", "o-1") == ()
    assert desk.review.typed.load("m-1", "o-1", by="Ann") is None


def test_a_proposal_for_words_somebody_changed_since_shows_both(desk: Desk) -> None:
    desk.save()
    offered(desk)
    desk.review.edit("m-1", desk.review.element("m-1", "o-1").element.changed(degree="at once"), based_on=1, by="Bo")
    app = review(desk)
    assert "When it was sent" in seen(app)
    press(app, "Take the proposed text")
    element = desk.review.element("m-1", "o-1").element
    assert isinstance(element, Objective)
    assert element.degree == "within a minute"


def test_another_draft_of_the_engine_is_a_proposal_too(desk: Desk) -> None:
    desk.save()
    view = desk.review.element("m-1", "o-1")
    content = view.element.changed(degree="in one minute").content()
    desk.store.proposals.add(
        (Proposal(
            id="pr-1", module="m-1", element="o-1", based_on=1, content=content, at=DRAFTED,
            by=Author(kind=AuthorKind.RUN, name="embedded"),
        ),),
        act=desk.review.acting.act("Ann", Verb.EDIT, "offering a draft"),
    )
    assert "Another draft by embedded" in seen(review(desk))


# Others


def test_who_else_looks_at_the_element_is_said_and_the_queue_passes_it_over(desk: Desk) -> None:
    desk.save()
    desk.review.presence.look("m-1", "p-0", by="Bo")
    assert "Bo is looking at this" in seen(review(desk, "p-0"))
    app = press(review(desk), "Approve")
    assert app.query_params["element"] == "p-1"


def test_nobody_waits_for_the_last_element_that_somebody_else_has(desk: Desk) -> None:
    module = desk.save()
    ids = [one.id for one in module.elements()]
    for element in ids[1:-1]:
        view = desk.review.element("m-1", element)
        desk.review.approve("m-1", element, revision=1, content_hash=view.content_hash, by="Bo")
    desk.review.presence.look("m-1", ids[-1], by="Bo")
    assert press(review(desk), "Approve").query_params["element"] == ids[-1]


# Roles


def test_a_viewer_sees_everything_and_is_offered_nothing_to_change(desk: Desk) -> None:
    desk.save()
    desk.roles["Ann"] = Role.VIEWER
    app = review(desk)
    assert "isolates" in seen(app)
    offered_ = {
        "Approve", "Edit", "Reject", "Request changes", "Regenerate", "Comment", "Split", "Merge with next", "Move up",
        "Approve many", "Later", "Correct",
    }
    assert not offered_ & set(labels(app))
    assert "Next" in labels(app)


def test_an_sme_says_whether_it_is_true_comments_and_suggests(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor, "mount", typewriter.mount)
    desk.save()
    desk.roles["Ann"] = Role.SME
    app = review(desk)
    assert "Approve" not in labels(app)
    assert button(app, "Not my area").letter == "S"
    press(app, "Correct")
    (said,) = desk.facts.standing("m-1", "o-1")
    assert (said.answer.verdict, said.answer.by) == (FactVerdict.CORRECT, "Ann")
    assert "says Ann" in seen(app)
    press(app, "Suggest a change")
    app.text_area(key="field:o-1:1:degree").set_value("within 90 seconds").run()
    press(app, "Save")
    (offer,) = desk.review.proposals.of("m-1", "o-1")
    assert offer.proposal.by.name == "Ann"
    assert desk.review.element("m-1", "o-1").revision == 1


def test_with_two_persons_ones_own_text_is_not_offered_for_approval(desk: Desk) -> None:
    desk.review = desk.reviewing(two_person=True)
    desk.save()
    desk.review.edit("m-1", desk.review.element("m-1", "o-1").element.changed(degree="at once"), based_on=1, by="Ann")
    app = review(desk)
    assert button(app, "Approve").disabled
    assert desk.review.element("m-1", "o-1", by="Ann").withheld in seen(app)


# Arranging and many


def test_a_part_is_split_at_a_line_and_undo_puts_it_together(desk: Desk) -> None:
    module = a_module()
    lesson = module.lessons[0]
    part = lesson.parts[1].changed(markdown="First paragraph.\n\nSecond paragraph.")
    desk.save(module.changed(lessons=(lesson.changed(parts=(lesson.parts[0], part, *lesson.parts[2:])),)))
    app = press(review(desk, part.id), "Split")
    press(app, "Split here")
    parts = desk.review.module("m-1").module.lessons[0].parts
    assert [one.markdown.strip() for one in parts[1:3]] == ["First paragraph.", "Second paragraph."]
    press(app, "Undo")
    assert len(desk.review.module("m-1").module.lessons[0].parts) == len(lesson.parts)


def test_an_element_is_moved_and_says_so(desk: Desk) -> None:
    desk.save()
    before = [part.id for part in desk.review.module("m-1").module.lessons[0].parts]
    app = press(review(desk, before[0]), "Move down")
    assert "Moved down" in seen(app)
    after = [part.id for part in desk.review.module("m-1").module.lessons[0].parts]
    assert after[:2] == [before[1], before[0]]


def test_undo_takes_back_an_answer_about_facts_where_that_was_the_last_act(desk: Desk) -> None:
    desk.save()
    app = press(review(desk, "p-1"), "Approve")
    app = review(desk, "p-1")
    for verdict in ("Wrong or out of date", "Correct"):
        app = press(app, verdict)
    assert "Undo takes back · Answered “Correct”: “Procedure:" in seen(app)
    app = press(app, "Undo")
    assert "Your answer before it counts again: wrong or out of date." in seen(app)
    assert desk.review.comments.of("m-1", "p-1")[0].is_open, "the thread of the answer before it"
    app = press(app, "Undo")
    assert "Taken back: answered “Wrong or out of date”" in seen(app)
    assert "You have no answer about its facts now." in seen(app)
    assert not desk.review.comments.of("m-1", "p-1")[0].is_open
    assert desk.facts.standing("m-1", "p-1")[0].counts is False
    assert desk.status("p-1") == "approved"
    app = press(app, "Undo")
    assert "Taken back: approved" in seen(app)
    assert desk.status("p-1") == "draft"


def test_what_stands_after_an_undone_merge_and_move_is_said(desk: Desk) -> None:
    desk.save()
    first = desk.review.module("m-1").module.lessons[0].parts[0].id
    app = press(press(review(desk, first), "Move down"), "Undo")
    assert "Taken back: moved" in seen(app)
    assert "It stands where it stood before, as number 2 of 6." in seen(app)
    app = press(press(review(desk, first), "Merge with next"), "Undo")
    assert "Both parts stand for themselves again, each with its own text." in seen(app)


def test_many_are_approved_at_once_only_after_they_were_looked_at(desk: Desk) -> None:
    desk.save()
    app = press(review(desk), "Approve many")
    assert button(app, "Approve").disabled
    for element in ("o-1", "p-0"):
        desk.review.presence.looked("m-1", element, revision=1, by="Ann", seconds=5)
    app = press(review(desk), "Approve many")
    press(app, "Approve 2 elements")
    assert [one.id for one in desk.review.module("m-1").module.elements() if one.status == "approved"] == ["o-1", "p-0"]
    press(app, "Undo")
    assert {one.status for one in desk.review.module("m-1").module.elements()} == {"draft"}
