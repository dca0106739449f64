"""Asking SMEs, answering, and what a lead may do about answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pipeline.domain import Channel, FactStatus, FactVerdict, Finding, PartKind, Severity
from pipeline.errors import NotAllowedError, ReviewError, StaleRevisionError, TransitionError, UsageError
from pipeline.review.own_answers import OwnAnswers
from pipeline.store import Store
from tests.builders import a_document, a_lesson, a_module, a_part, a_quiz_item, a_resource, an_evidence
from tests.databases import AT
from tests.review.asking import ROLES, AskingDesk
from tests.review.both import on_both_databases

RIGHT, WRONG, UNSURE = FactVerdict.CORRECT, FactVerdict.WRONG, FactVerdict.UNSURE


@pytest.fixture
def desk(store: Store) -> AskingDesk:
    return AskingDesk(store).draft()


@pytest.fixture
def team(store: Store) -> AskingDesk:
    return AskingDesk(store, role_of=ROLES.get).draft()


def answer(desk: AskingDesk, verdict: FactVerdict = RIGHT, by: str = "Sam", revision: int = 1, **fields: Any) -> Any:
    return desk.facts.answer("m-1", "q-1", verdict, revision=revision, by=by, **fields)


def test_a_request_holds_what_was_sent_with_the_words_of_the_document(desk: AskingDesk) -> None:
    request, _ = desk.ask("q-1", "p-1", "q-1", note="  Thank you ", due=AT + timedelta(days=2))
    assert [one.element for one in request.statements] == ["q-1", "p-1"]
    first = request.statements[0]
    assert (first.id, first.revision) == ("s1", 1)
    assert "Right: Turn valve B to its closed position" in first.text
    assert first.quote == "If any reading is above zero, close the guard"
    assert first.place == "Lock out the carton sealer"
    assert (request.note, request.expires) == ("Thank you", AT + timedelta(days=14))
    assert desk.status() is FactStatus.ASKED


def test_who_takes_an_answer_back_has_said_what_they_said_before_and_the_trail_holds(desk: AskingDesk) -> None:
    own = OwnAnswers(desk.facts._acting)
    answer(desk, RIGHT)
    answer(desk, WRONG, correction="Valve C")
    answer(desk, RIGHT, by="Lee")
    back = own.take_back("m-1", by="Sam")
    assert (back.answer.correction, back.stands and back.stands.verdict) == ("Valve C", RIGHT)
    assert desk.status() is FactStatus.CONFIRMED
    assert [one.verdict for one in own.latest("m-1", by="Sam")] == [RIGHT]
    own.take_back("m-1", by="Sam")
    with pytest.raises(TransitionError, match="nothing here that could be taken back"):
        own.take_back("m-1", by="Sam")
    with pytest.raises(TransitionError, match="none of that number"):
        own.take_back("m-1", by="Sam", number=3)
    assert desk.status() is FactStatus.CONFIRMED, "what Lee said is Lee's"
    answer(desk, WRONG)
    assert desk.status() is FactStatus.WRONG


def test_nobody_is_asked_any_more_once_the_link_has_ended(desk: AskingDesk) -> None:
    desk.ask("q-1")
    desk.wait(days=13)
    assert desk.status() is FactStatus.ASKED
    desk.wait(days=1)
    assert desk.status() is FactStatus.NOT_ASKED
    assert desk.store.modules.load("m-1").element("q-1").fact_status is FactStatus.NOT_ASKED
    assert "q-1" in [one.element.id for one in desk.facts.suggested("m-1")], "it can be asked again"
    request, token = desk.ask("q-1")
    desk.facts.revoke(request.id, by="Lee")
    assert desk.status() is FactStatus.NOT_ASKED
    _, token = desk.ask("q-1")
    desk.save(token, s1="correct")
    desk.wait(days=20)
    assert desk.status() is FactStatus.CONFIRMED, "what was answered outlives the link"


def test_a_link_never_holds_longer_than_the_setting_says(store: Store, desk: AskingDesk) -> None:
    with pytest.raises(UsageError, match="the link ends before it"):
        desk.ask("q-1", due=AT + timedelta(days=15))
    with pytest.raises(UsageError, match="it has passed"):
        desk.ask("q-1", due=AT - timedelta(hours=1))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"to": " \n"}, "nobody is named"),
        ({"email": "sam"}, "it is none"),
        ({"email": "sam@example.org, kim@example.org"}, "it is none"),
        ({"elements": ["q-9"]}, "known: q-"),
        ({"elements": [f"q-{n}" for n in range(31)]}, "nobody answers more than 30"),
    ],
)
def test_a_request_that_cannot_be_is_refused(desk: AskingDesk, fields: dict[str, Any], says: str) -> None:
    told = {"to": "Sam", "by": "Lee", **fields}
    with pytest.raises(UsageError, match=says):
        desk.facts.ask("m-1", **told)
    assert desk.facts.requests() == ()


def test_what_is_risky_and_unanswered_is_suggested_in_the_modules_order(store: Store) -> None:
    document = a_document()
    parts = (
        a_part(document, id="p-0", kind=PartKind.RELEVANCE, markdown="You will like it.", evidence=()),
        a_part(document, id="p-1"),
        a_part(
            document, id="p-2", kind=PartKind.EXPLANATION, evidence=(an_evidence(document, "Hot-melt tanks"),),
            markdown="Warning: the tanks must never be opened for 40 minutes.",
        ),
    )
    module = a_module(document, lessons=(a_lesson(document, parts=parts),), items=(), resources=())
    desk = AskingDesk(store).draft(module)
    found = desk.facts.suggested("m-1")
    assert [one.element.id for one in found] == ["p-0", "p-1", "p-2"]
    assert found[0].dangers == ()
    assert "steps" in found[1].dangers
    assert {"number", "duty", "warning"} <= set(found[2].dangers)
    assert [one.element.id for one in desk.facts.suggested("m-1", at_most=1)] == ["p-2"]
    desk.ask("p-2")
    assert [one.element.id for one in desk.facts.suggested("m-1")] == ["p-0", "p-1"]


def test_what_the_source_does_not_bear_out_is_suggested_first(store: Store) -> None:
    finding = Finding(
        id="f-1", rubric="source-fidelity", criterion="claims_follow_from_the_source", severity=Severity.ERROR,
        target="r-1", message="not in the source", principle="Source fidelity",
    )
    desk = AskingDesk(store).draft(a_module(findings=(finding,), resources=(a_resource(markdown="Wait a bit."),)))
    first = desk.facts.suggested("m-1", at_most=1)[0]
    assert first.element.id == "r-1"
    assert "ungrounded" in first.dangers


def test_with_everything_answered_there_is_nothing_to_ask(desk: AskingDesk) -> None:
    everything = [one.element.id for one in desk.facts.suggested("m-1", at_most=30)]
    while everything:
        desk.ask(*everything)
        everything = [one.element.id for one in desk.facts.suggested("m-1", at_most=30)]
    with pytest.raises(ReviewError, match="every statement is answered or being asked about"):
        desk.ask()


@on_both_databases
def test_requests_say_how_far_they_are_and_when_they_are_late(desk: AskingDesk) -> None:
    request, token = desk.ask("q-1", "p-1", due=AT + timedelta(days=2))
    desk.save(token, s1="correct")
    (asked,) = desk.facts.requests("m-1")
    assert (asked.answered, asked.is_open, asked.is_overdue) == (1, True, False)
    desk.wait(days=2)
    assert desk.facts.requests()[0].is_overdue
    desk.wait(days=12)
    assert not desk.facts.requests()[0].is_open
    desk.facts.revoke(request.id, by="Lee")
    assert not desk.facts.requests()[0].is_overdue
    with pytest.raises(UsageError, match="there is none"):
        desk.facts.revoke("r-9", by="Lee")


def test_an_answer_given_on_the_screen_counts(desk: AskingDesk) -> None:
    given = answer(desk, WRONG, correction=" It is valve C ")
    assert (given.by, given.channel, given.correction) == ("Sam", Channel.APP, "It is valve C")
    assert desk.status() is FactStatus.WRONG
    (comment,) = desk.store.comments.of("m-1", "q-1")
    assert (comment.kind.value, comment.text, comment.is_first) == ("fact", "It is valve C", True)


@on_both_databases
def test_the_same_answer_again_records_nothing(desk: AskingDesk) -> None:
    first = answer(desk, WRONG, correction="It is valve C")
    assert answer(desk, WRONG, correction="It is valve C") == first
    assert len(desk.store.comments.of("m-1", "q-1")) == 1
    assert answer(desk, RIGHT).number == 2


@on_both_databases
def test_who_takes_back_that_it_is_wrong_closes_the_thread_that_it_opened(desk: AskingDesk) -> None:
    answer(desk, WRONG)
    answer(desk, RIGHT)
    first, second = sorted(desk.store.comments.of("m-1", "q-1"), key=lambda comment: not comment.is_first)
    assert (first.text, first.resolved_by) == ("Wrong or out of date", "Sam")
    assert second.text == "Correct"
    assert desk.status() is FactStatus.CONFIRMED


@on_both_databases
def test_an_answer_about_a_text_that_says_something_else_by_now_is_refused(desk: AskingDesk) -> None:
    desk.edit(a_quiz_item(stem="A reading is above 2 bar. What do you do first?"))
    with pytest.raises(StaleRevisionError):
        answer(desk, revision=1)
    assert answer(desk, revision=2).revision == 2


def test_an_answer_about_a_revision_that_differs_in_no_fact_counts_for_the_latest(desk: AskingDesk) -> None:
    desk.edit(a_quiz_item(hint="Look at the sheet"))
    assert answer(desk, revision=1).revision == 2
    assert desk.status() is FactStatus.CONFIRMED


def test_an_edit_of_one_element_leaves_the_others_confirmed(desk: AskingDesk) -> None:
    answer(desk)
    desk.facts.answer("m-1", "p-1", RIGHT, revision=1, by="Sam")
    desk.edit(a_part(markdown="1. Press the green START button."))
    assert (desk.status("q-1"), desk.status("p-1")) == (FactStatus.CONFIRMED, FactStatus.NOT_ASKED)


def test_a_lead_may_declare_an_edit_a_typing_error_and_the_answers_count_on(team: AskingDesk) -> None:
    answer(team)
    team.edit(a_quiz_item(stem="A reading is above zero. What do you do frist?"))
    team.edit(a_quiz_item(stem="A reading is above zero. What do you do first ?"))
    assert team.status() is FactStatus.NOT_ASKED
    with pytest.raises(NotAllowedError):
        team.facts.keep_through_edit("m-1", "q-1", by="Dee", reason="a typing error")
    with pytest.raises(ReviewError, match="cost no answer"):
        team.facts.keep_through_edit("m-1", "q-1", by="Lee", reason="a typing error")


def test_an_answer_kept_through_an_edit_is_still_the_smes_and_says_who_kept_it(team: AskingDesk) -> None:
    answer(team)
    team.edit(a_quiz_item(stem="A reading is above zero: what do you do first?"))
    (kept,) = team.facts.keep_through_edit("m-1", "q-1", by="Lee", reason="punctuation")
    assert (kept.by, kept.declared_by, kept.about, kept.revision) == ("Sam", "Lee", 1, 2)
    assert team.status() is FactStatus.CONFIRMED
    assert [one.action for one in team.store.audit.of("m-1", "q-1")][-1] == "keep_answer"
    with pytest.raises(ReviewError, match="cost no answer"):
        team.facts.keep_through_edit("m-1", "q-1", by="Lee", reason="punctuation")
    with pytest.raises(TransitionError, match="needs a reason"):
        team.facts.keep_through_edit("m-1", "q-1", by="Lee", reason=" ")


def test_a_lead_may_dismiss_an_answer_with_a_reason(team: AskingDesk) -> None:
    wrong = answer(team, WRONG)
    with pytest.raises(NotAllowedError):
        team.facts.dismiss("m-1", "q-1", wrong.number, reason="another machine", by="Dee")
    team.facts.dismiss("m-1", "q-1", wrong.number, reason="another machine", by="Lee")
    assert team.status() is FactStatus.NOT_ASKED
    (said,) = team.facts.standing("m-1", "q-1")
    assert (said.counts, said.dismissed_by, said.reason) == (False, "Lee", "another machine")
    with pytest.raises(UsageError, match="no such answer counts"):
        team.facts.dismiss("m-1", "q-1", wrong.number, reason="again", by="Lee")


def test_what_was_said_is_shown_newest_first_with_what_counts(desk: AskingDesk) -> None:
    answer(desk, UNSURE, by="Kim")
    answer(desk, WRONG)
    answer(desk, RIGHT)
    found = [(one.answer.by, one.answer.verdict, one.counts) for one in desk.facts.standing("m-1", "q-1")]
    assert found == [("Sam", RIGHT, True), ("Sam", WRONG, False), ("Kim", UNSURE, True)]


@pytest.mark.parametrize(
    ("who", "may_ask", "may_answer"), [("Lee", True, True), ("Dee", True, False), ("Sam", False, True),
                                       ("Vi", False, False), ("Nobody", False, False)],
)
def test_roles_decide_who_asks_and_who_answers(team: AskingDesk, who: str, may_ask: bool, may_answer: bool) -> None:
    doing = [(may_ask, lambda: team.ask("q-1", by=who)), (may_answer, lambda: answer(team, by=who))]
    for may, do in doing:
        if may:
            do()
        else:
            with pytest.raises(NotAllowedError):
                do()


def test_who_may_not_ask_may_not_take_a_link_back(team: AskingDesk) -> None:
    request, _ = team.ask("q-1")
    with pytest.raises(NotAllowedError):
        team.facts.revoke(request.id, by="Vi")
    assert team.facts.requests()[0].is_open


# Afterwards


@pytest.mark.parametrize("who", ["Sam", "Vi", "Nobody"])
def test_only_who_may_ask_gets_a_link_shown_again(team: AskingDesk, who: str) -> None:
    request, token = team.ask("q-1")
    assert not team.facts.may_ask(who)
    for verb in (team.facts.link_again, team.facts.ask_again):
        with pytest.raises(NotAllowedError):
            verb(request.id, by=who)
    assert team.facts.link_again(request.id, by="Dee") == (request, f"/sme/{token}")


def test_a_link_that_has_ended_is_not_shown_again_and_a_new_one_asks_what_is_left(desk: AskingDesk) -> None:
    request, token = desk.ask("q-1", "p-1", note="Thanks", due=AT + timedelta(days=2))
    desk.save(token, s1="correct")
    states = [desk.facts.requests()[0].state]
    desk.wait(days=3)
    states.append(desk.facts.requests()[0].state)
    desk.wait(days=12)
    states.append(desk.facts.requests()[0].state)
    assert [one.value for one in states] == ["open", "overdue", "expired"]
    with pytest.raises(ReviewError, match=r"it ended on .*; ask again"):
        desk.facts.link_again(request.id, by="Lee")
    again = desk.facts.ask_again(request.id, by="Lee")
    assert [one.element for one in again.statements] == ["p-1"]
    assert (again.to, again.email, again.note, again.due) == (request.to, request.email, "Thanks", None)
    desk.facts.revoke(again.id, by="Lee")
    assert [one.state.value for one in desk.facts.requests()] == ["revoked", "expired"]
    assert desk.facts.requests()[1].last_answer == AT
    with pytest.raises(UsageError, match="there is none"):
        desk.facts.link_again("r-99", by="Lee")


def test_everything_answered_leaves_nothing_to_ask_again(desk: AskingDesk) -> None:
    request, token = desk.ask("q-1")
    desk.save(token, s1="unsure")
    assert desk.facts.requests()[0].state.value == "answered"
    with pytest.raises(ReviewError, match="everything in it is answered"):
        desk.facts.ask_again(request.id, by="Lee")


def test_a_due_date_that_cannot_be_names_the_days_that_can(desk: AskingDesk) -> None:
    for due, says in ((AT - timedelta(days=1), "it has passed"), (AT + timedelta(days=15), "the link ends before it")):
        with pytest.raises(UsageError, match=f"{says}.*choose a day from {AT:%Y-%m-%d} to ") as told:
            desk.ask("q-1", due=due)
        assert "\n" not in told.value.line
