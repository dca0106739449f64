"""Who may do what: asked by the service at every verb, whatever the screen shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline.domain import Author, AuthorKind, CommentKind, ModuleSettings, QuizItem, Role
from pipeline.errors import NotAllowedError, ReviewError
from pipeline.review.comparing import Keep
from pipeline.review.many import Seen
from pipeline.review.permissions import ALLOWED, Verb
from pipeline.store import Store
from tests.builders import a_module, a_quiz_item, an_order_item
from tests.databases import AT
from tests.review.desk import Desk

ROLES = {"dee@x.org": Role.DESIGNER, "sam@x.org": Role.SME, "lee@x.org": Role.LEAD, "vic@x.org": Role.VIEWER}


@pytest.fixture
def team(store: Store) -> Desk:
    """A module with findings, a thread and an offer, and people with roles at it."""
    desk = Desk(store, role_of=ROLES.get).draft(a_module(items=(a_quiz_item(stem="BAD and DULL?"), an_order_item())))
    desk.service.comments.say("m-1", element_id="q-1", kind=CommentKind.FACT, text="Is it so?", by="dee@x.org")
    offered = desk.see("q-2").element.model_copy(update={"stem": "In which order, please?"})
    desk.service.proposals.suggest("m-1", offered, based_on=1, by="sam@x.org")
    return desk


def everything_that_changes_anything(desk: Desk) -> dict[str, Callable[[str], object]]:
    """Every verb of the service that changes something, by name; each would succeed for a lead on a fresh desk."""
    service, view, order = desk.service, desk.see("q-1"), desk.see("q-2")
    assert isinstance(view.element, QuizItem)
    edited = view.element.model_copy(update={"stem": "Good?"})
    (thread,) = service.comments.of("m-1", "q-1")
    (offer,) = service.proposals.of("m-1", "q-2")
    module = desk.store.modules.load("m-1")
    return {
        "approve": lambda by: service.approve(
            "m-1", "q-2", revision=1, content_hash=order.content_hash, by=by
        ),
        "request_changes": lambda by: service.request_changes("m-1", "q-2", revision=1, reason="why?", by=by),
        "reject": lambda by: service.reject("m-1", "q-2", revision=1, reason="why?", by=by),
        "reopen": lambda by: service.reopen("m-1", "q-2", by=by),
        "waive": lambda by: service.waive("m-1", "q-1", "says_nothing_bad", reason="law", by=by),
        "waive a warning": lambda by: service.waive("m-1", "q-1", "is_not_dull", reason="law", by=by),
        "unwaive": lambda by: service.unwaive("m-1", "q-1", "is_not_dull", by=by),
        "undo": lambda by: service.undo("m-1", by=by),
        "edit": lambda by: service.edit("m-1", edited, based_on=1, by=by),
        "settle": lambda by: service.settle("m-1", edited, based_on=1, latest=1, keep=Keep.MINE, by=by),
        "save_and_approve": lambda by: service.save_and_approve("m-1", edited, based_on=1, by=by),
        "regenerate": lambda by: service.regenerate("m-1", "q-1", based_on=1, by=by),
        "confirm_brief": lambda by: service.confirm_brief("m-1", module.brief, by=by),
        "overrule_suitability": lambda by: service.overrule_suitability("m-1", reason="we must", by=by),
        "sign_omission": lambda by: service.sign_omission("m-1", "s", "b", by=by),
        "change_settings": lambda by: service.change_settings("m-1", ModuleSettings(attempts=2), by=by),
        "split": lambda by: service.arranging.split("m-1", "p-1", at=10, based_on=1, by=by),
        "merge": lambda by: service.arranging.merge_with_next("m-1", "p-0", based_on=1, by=by),
        "move": lambda by: service.arranging.move("m-1", "p-0", step=1, by=by),
        "move to a lesson": lambda by: service.arranging.move_to_lesson("m-1", "p-0", lesson="l-2", by=by),
        "comment": lambda by: service.comments.say(
            "m-1", element_id="q-1", kind=CommentKind.WORDING, text="Shorter", by=by
        ),
        "reply": lambda by: service.comments.reply(thread.first.id, "Yes", by=by),
        "resolve": lambda by: service.comments.resolve(thread.first.id, by=by),
        "reopen a thread": lambda by: service.comments.reopen(thread.first.id, by=by),
        "accept": lambda by: service.proposals.accept(offer.proposal.id, revision=1, by=by),
        "decline": lambda by: service.proposals.decline(offer.proposal.id, reason="no", by=by),
        "reopen an offer": lambda by: service.proposals.reopen(offer.proposal.id, by=by),
        "suggest": lambda by: service.proposals.suggest("m-1", edited, based_on=1, by=by),
        "approve many": lambda by: service.many.approve("m-1", [Seen("q-2", 1, order.content_hash)], by=by),
        "type": lambda by: service.typed.save(
            "m-1", "q-1", by=by, based_on=1, fields={"stem": "Goo"}, sequence=1
        ),
        "drop what is typed": lambda by: service.typed.drop("m-1", "q-1", by=by),
    }


def state_of(store: Store) -> object:
    """All that a person can change."""
    return (
        store.modules.load("m-1"), store.decisions.of("m-1"), store.comments.of("m-1"), store.proposals.of("m-1"),
        store.audit.of(), store.leases.running("m-1"), store.looks.seconds("m-1", "vic@x.org"),
        store.typed.typing("m-1", "q-1"), store.modules.revisions("m-1", "q-1"),
    )


@pytest.mark.parametrize("who", ["vic@x.org", "stranger@x.org", "", "embedded", "OpenAI"])
def test_a_viewer_a_stranger_and_an_engine_change_nothing_by_any_request(team: Desk, who: str) -> None:
    before = state_of(team.store)
    for name, verb in everything_that_changes_anything(team).items():
        with pytest.raises(ReviewError) as refused:
            verb(who)
        assert isinstance(refused.value, NotAllowedError) or not who, name
    team.service.presence.look("m-1", "q-1", by=who)
    team.service.presence.looked("m-1", "q-1", revision=1, by=who, seconds=5)
    team.service.presence.leave("m-1", "q-1", by=who)
    assert state_of(team.store) == before


@pytest.mark.parametrize("verb", ["comment", "reply", "suggest", "type", "drop what is typed"])
def test_an_sme_comments_and_suggests(team: Desk, verb: str) -> None:
    everything_that_changes_anything(team)[verb]("sam@x.org")


def test_what_drafted_an_element_does_not_approve_it(desk: Desk) -> None:
    author = Author(kind=AuthorKind.RUN, name="openai some-model")
    element = desk.see().element.model_copy(update={"hint": "Look."})
    desk.store.modules.save_revision("m-1", element, based_on=1, author=author, at=AT)
    with pytest.raises(NotAllowedError, match="OpenAI some-model drafted it, and only people decide"):
        desk.approve(by="OpenAI some-model")


def test_an_sme_decides_and_edits_nothing(team: Desk) -> None:
    before = team.store.modules.load("m-1"), team.store.decisions.of("m-1")
    for name, verb in everything_that_changes_anything(team).items():
        if name not in ("comment", "reply", "suggest", "type", "drop what is typed"):
            with pytest.raises(NotAllowedError):
                verb("sam@x.org")
    assert (team.store.modules.load("m-1"), team.store.decisions.of("m-1")) == before


def test_a_refusal_says_who_may(team: Desk) -> None:
    with pytest.raises(NotAllowedError, match=r"vic@x.org is a viewer here; ask a designer or a lead") as refused:
        team.approve("q-2", by="vic@x.org")
    assert refused.value.code == "not_allowed"
    with pytest.raises(NotAllowedError, match="stranger is not a member"):
        team.approve("q-2", by="stranger")


def test_a_role_taken_away_counts_at_once(store: Store) -> None:
    roles = {"Ada": Role.LEAD}
    desk = Desk(store, role_of=roles.get).draft()
    desk.approve("q-1")
    assert desk.service.may("Ada", Verb.DECIDE)
    roles["Ada"] = Role.VIEWER
    assert not desk.service.may("Ada", Verb.DECIDE)
    with pytest.raises(NotAllowedError):
        desk.approve("q-2")


def test_the_trail_says_the_role_and_the_channel(team: Desk) -> None:
    team.approve("q-2", by="dee@x.org")
    entry = team.store.audit.of("m-1", "q-2")[-1]
    assert (entry.by, entry.role, entry.channel.value, entry.action) == ("dee@x.org", Role.DESIGNER, "app", "approve")


def test_a_lead_may_everything_and_a_viewer_nothing() -> None:
    assert ALLOWED[Role.LEAD] == frozenset(Verb)
    assert ALLOWED[Role.VIEWER] == frozenset()


def edited(desk: Desk, by: str) -> None:
    desk.rewrite("Better?", by=by)


def regenerated(desk: Desk, by: str, instruction: str | None = "shorter") -> None:
    desk.redrafted = lambda element, _wish, _variant: element.model_copy(update={"stem": "Shorter?"})
    desk.service.regenerate("m-1", "q-1", instruction=instruction, based_on=1, by=by)


def undone(desk: Desk, by: str) -> None:
    desk.rewrite("Better?", by=by)
    desk.service.undo("m-1", by=by)


@pytest.mark.parametrize("make", [edited, regenerated, undone])
def test_with_two_persons_nobody_approves_a_text_of_their_own(
    store: Store, make: Callable[[Desk, str], None]
) -> None:
    desk = Desk(store, two_person=True).draft()
    make(desk, "Ada")
    withheld = desk.service.element("m-1", "q-1", by="Ada").withheld
    assert withheld is not None
    with pytest.raises(NotAllowedError, match="Ada's own; ask somebody else"):
        desk.approve(by="Ada")
    assert desk.service.element("m-1", "q-1", by="Bo").withheld is None
    desk.approve(by="Bo")
    assert desk.status() == "approved"


def test_with_two_persons_what_a_run_wrote_needs_one(store: Store) -> None:
    desk = Desk(store, two_person=True).draft()
    desk.approve("q-2", by="Ada")
    regenerated(desk, "Ada", instruction=None)
    desk.approve("q-1", by="Ada")
    assert (desk.status("q-1"), desk.status("q-2")) == ("approved", "approved")


def test_undoing_an_approval_makes_nobody_an_author(store: Store) -> None:
    desk = Desk(store, two_person=True).draft()
    desk.approve(by="Ada")
    desk.service.undo("m-1", by="Ada")
    desk.approve(by="Ada")
    assert desk.status() == "approved"


def test_with_two_persons_saving_and_approving_saves_and_says_that_another_must_approve(store: Store) -> None:
    desk = Desk(store, two_person=True).draft()
    element = desk.see().element.model_copy(update={"stem": "Kept?"})
    with pytest.raises(NotAllowedError):
        desk.service.save_and_approve("m-1", element, based_on=1, by="Ada")
    assert (desk.stem(), desk.status()) == ("Kept?", "draft")


def test_without_the_setting_one_may_approve_ones_own(desk: Desk) -> None:
    desk.rewrite("Better?")
    desk.approve()
    assert desk.status() == "approved"


def test_acting_is_a_value_that_can_be_changed_for_another_entrance(team: Desk) -> None:
    assert replace(team.service.acting, two_person=True).role("lee@x.org") is Role.LEAD
