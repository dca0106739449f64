"""Offered changes: taken over, edited, declined, and put beside one another."""

from __future__ import annotations

import pytest

from pipeline.domain import Author, AuthorKind, Channel, Evidence, Proposal, QuizItem
from pipeline.errors import ReviewError, StaleRevisionError, TransitionError
from pipeline.review.comparing import Keep
from pipeline.store.audit import Act
from tests.builders import a_module, a_quiz_item, an_order_item
from tests.databases import AT, RUN
from tests.review.both import on_both_databases
from tests.review.desk import Desk

STEM = a_quiz_item().stem


def changed(desk: Desk, **fields: object) -> QuizItem:
    element = desk.see().element
    assert isinstance(element, QuizItem)
    return element.model_copy(update=fields)


def offered(desk: Desk, by: str = "Sam", based_on: int = 1, **fields: object) -> str:
    return desk.service.proposals.suggest(
        "m-1", changed(desk, **fields), based_on=based_on, by=by, note="from the shop floor", channel=Channel.WORD
    ).id


def test_an_offer_changes_nothing_until_it_is_accepted(desk: Desk) -> None:
    name = offered(desk, hint="Look at the gauge.")
    (offer,) = desk.service.proposals.of("m-1", "q-1")
    assert (desk.see().revision, desk.see().proposals, offer.is_moved_on) == (1, 1, False)
    assert [(one.field, one.base, one.mine) for one in offer.fields] == [("hint", "", "Look at the gauge.")]
    saved = desk.service.proposals.accept(name, revision=1, by="Ada")
    assert (saved.number, saved.content["hint"], saved.author.name) == (2, "Look at the gauge.", "Sam")
    decision = desk.see().decisions[0]
    assert (decision.kind.value, decision.by) == ("accept_proposal", "Ada")
    (done,) = desk.service.proposals.of("m-1", "q-1", open_only=False)
    assert (done.proposal.state, done.proposal.decided_by, done.proposal.channel) == ("accepted", "Ada", Channel.WORD)
    assert desk.see().proposals == 0


def test_an_offer_is_put_into_what_has_been_written_since(desk: Desk) -> None:
    name = offered(desk, hint="Look at the gauge.")
    desk.rewrite("What now?", by="Bo")
    (offer,) = desk.service.proposals.of("m-1", "q-1")
    assert (offer.is_moved_on, offer.latest, offer.merged is not None) == (True, 2, True)
    saved = desk.service.proposals.accept(name, revision=2, by="Ada")
    assert (saved.content["stem"], saved.content["hint"], saved.author.name) == ("What now?", "Look at the gauge.", "Ada")


def test_where_both_changed_the_same_place_a_person_chooses(desk: Desk) -> None:
    name = offered(desk, stem="What last?", hint="Look.")
    desk.rewrite("What first?", by="Bo")
    with pytest.raises(ReviewError, match=r"Bo has changed the same since \(Stem\)") as refused:
        desk.service.proposals.accept(name, revision=2, by="Ada")
    assert refused.value.code == "conflict"
    assert desk.service.proposals.of("m-1")[0].merged is None
    saved = desk.service.proposals.accept(name, revision=2, by="Ada", keep=Keep.MINE)
    assert (saved.content["stem"], saved.content["hint"]) == ("What last?", "Look.")


def test_an_offer_is_accepted_edited(desk: Desk) -> None:
    name = offered(desk, hint="Look at teh gauge.")
    saved = desk.service.proposals.accept(
        name, revision=1, by="Ada", edited=changed(desk, hint="Look at the gauge.")
    )
    assert (saved.content["hint"], saved.author.name) == ("Look at the gauge.", "Ada")
    assert desk.store.proposals.get(name).state == "accepted"


@on_both_databases
def test_an_offer_is_accepted_for_the_text_that_was_seen(desk: Desk) -> None:
    name = offered(desk, hint="Look.")
    desk.rewrite("What now?", by="Bo")
    with pytest.raises(StaleRevisionError):
        desk.service.proposals.accept(name, revision=1, by="Ada")
    assert desk.store.proposals.get(name).state == "open"


@on_both_databases
def test_undoing_an_acceptance_opens_the_offer_again(desk: Desk) -> None:
    name = offered(desk, hint="Look.")
    desk.service.proposals.accept(name, revision=1, by="Ada")
    desk.service.undo("m-1", by="Ada")
    assert (desk.store.proposals.get(name).state, changed(desk).hint) == ("open", None)
    desk.service.proposals.accept(name, revision=3, by="Ada")
    assert changed(desk).hint == "Look."


def test_declining_needs_a_reason_and_can_be_taken_back(desk: Desk) -> None:
    name = offered(desk, hint="Look.")
    with pytest.raises(TransitionError, match="needs a reason"):
        desk.service.proposals.decline(name, reason=" ", by="Ada")
    declined = desk.service.proposals.decline(name, reason="gives it away", by="Ada")
    assert (declined.state, declined.reason, declined.decided_by) == ("declined", "gives it away", "Ada")
    for verb in (
        lambda: desk.service.proposals.decline(name, reason="no", by="Bo"),
        lambda: desk.service.proposals.accept(name, revision=1, by="Bo"),
    ):
        with pytest.raises(TransitionError, match="declined by Ada already"):
            verb()
    assert desk.see().revision == 1
    assert desk.service.proposals.reopen(name, by="Ada").state == "open"


@on_both_databases
def test_two_offers_for_one_field_know_of_each_other(desk: Desk) -> None:
    first, second = offered(desk, by="Sam", hint="Look."), offered(desk, by="Uta", hint="Listen.")
    third = offered(desk, by="Uta", stem="What first?")
    rivals = {one.proposal.id: one.rivals for one in desk.service.proposals.of("m-1", "q-1")}
    assert rivals == {first: (second,), second: (first,), third: ()}


def test_an_offer_that_came_true_already_is_accepted_without_a_revision(desk: Desk) -> None:
    name = offered(desk, stem="What now?")
    desk.rewrite("What now?", by="Bo")
    saved = desk.service.proposals.accept(name, revision=2, by="Ada")
    assert (saved.number, desk.store.proposals.get(name).state) == (2, "accepted")
    assert desk.store.audit.of("m-1", "q-1")[-1].action == "accept_proposal"


def test_an_offer_that_breaks_the_item_or_quotes_nothing_is_refused_and_stays_open(desk: Desk) -> None:
    lost = Evidence(source=desk.store.modules.load("m-1").sources[0].id, block="b-0", quote="x", start=0, end=1)
    content = changed(desk, evidence=(lost,)).content()
    act = Act(by="Sam", channel=Channel.WORD)
    proposal = Proposal(
        id="x-1", module="m-1", element="q-1", based_on=1, content=content, at=AT,
        by=Author(kind=AuthorKind.PERSON, name="Sam"), channel=Channel.WORD, package="w-1",
    )
    assert desk.store.proposals.add((proposal, proposal), act=act) == 1
    with pytest.raises(ReviewError, match="not in the source"):
        desk.service.proposals.accept("x-1", revision=1, by="Ada")
    assert (desk.store.proposals.get("x-1"), desk.see().revision) == (proposal, 1)
    assert desk.store.proposals.supersede(["x-1"], act=act, at=AT) == ("x-1",)
    assert desk.store.proposals.supersede(["x-1"], act=act, at=AT) == ()
    assert desk.service.proposals.of("m-1") == ()


def test_nothing_is_offered_that_changes_nothing(desk: Desk) -> None:
    with pytest.raises(ReviewError, match="it changes nothing"):
        offered(desk)
    assert offered(desk, hint="Look.") == offered(desk, hint="Look.")
    assert len(desk.service.proposals.of("m-1")) == 1


def test_a_new_draft_of_an_edited_element_is_an_offer(desk: Desk) -> None:
    desk.rewrite("Mine?")
    desk.store.modules.save_draft(
        a_module(items=(a_quiz_item(hint="New hint."), an_order_item())), author=RUN, at=AT
    )
    (offer,) = desk.service.proposals.of("m-1")
    assert (offer.proposal.by, offer.proposal.based_on) == (RUN, 2)
    assert {one.field for one in offer.fields} == {"stem", "hint"}
    desk.service.proposals.accept(offer.proposal.id, revision=2, by="Ada", keep=Keep.MINE)
    assert (changed(desk).stem, changed(desk).hint) == (STEM, "New hint.")
