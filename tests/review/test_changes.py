"""Edits, regenerations and undo: new revisions, checked at once, never over somebody else's text."""

from __future__ import annotations

import pytest

from pipeline.domain import (
    AuthorKind,
    Brief,
    DecisionKind,
    Element,
    Evidence,
    ModuleSettings,
    Omission,
    OmissionReason,
)
from pipeline.errors import ReviewError, StaleRevisionError, TransitionError, UnavailableError, UsageError
from pipeline.store import Store
from tests.builders import a_document, a_module, a_part, a_quiz_item, an_evidence, an_option, an_order_item
from tests.databases import RUN
from tests.review.desk import Desk


def test_an_edit_is_a_revision_by_a_person_and_is_checked_at_once(desk: Desk) -> None:
    revision = desk.service.edit(
        "m-1", a_quiz_item(stem="BAD?"), based_on=1, by=" Ada ", reason="clearer"
    )
    assert (revision.number, revision.parent, revision.author.kind, revision.author.name, revision.reason) == (
        2, 1, AuthorKind.PERSON, "Ada", "clearer",
    )
    view = desk.see()
    assert (view.blocked_by, view.decisions[0].kind, view.decisions[0].revision) == (("says_nothing_bad",), "edit", 2)
    desk.rewrite("Good?")
    assert desk.see().findings == ()


def test_an_edit_clears_the_finding_of_the_neighbour_it_was_about(store: Store) -> None:
    desk = Desk(store).draft(a_module(items=(a_quiz_item(stem="Alike?"), an_order_item(stem="Alike?"))))
    assert desk.see("q-2").blocked_by == ("no_two_stems_alike",)
    desk.rewrite("Different?", "q-1")
    assert desk.see("q-2").blocked_by == ()
    desk.approve("q-2")


def test_an_edit_that_changes_nothing_makes_no_revision(desk: Desk) -> None:
    desk.approve()
    assert desk.service.edit("m-1", desk.see().element, based_on=1, by="Ada").number == 1
    assert (desk.status(), len(desk.see().decisions)) == ("approved", 1)


def test_an_edit_after_approval_leads_back_to_draft(desk: Desk) -> None:
    desk.approve()
    desk.rewrite("Better?")
    assert desk.status() == "draft"


def test_an_edit_based_on_an_old_text_is_refused_and_nothing_is_lost(desk: Desk) -> None:
    mine = a_quiz_item(stem="Mine?")
    desk.rewrite("Yours?", by="Bo")
    with pytest.raises(StaleRevisionError):
        desk.service.edit("m-1", mine, based_on=1, by="Ada")
    assert desk.stem() == "Yours?"
    desk.service.edit("m-1", mine, based_on=2, by="Ada")
    assert [one.content["stem"] for one in desk.see().revisions][:2] == ["Mine?", "Yours?"]


def test_two_edits_of_different_elements_both_leave_true_findings(desk: Desk) -> None:
    """While Ada's edit is being checked, Bo gives the neighbour the same stem."""
    save = desk.store.modules.revise

    def bo_is_faster(*args: object, **fields: object) -> object:
        desk.store.modules.revise = save  # type: ignore[method-assign]
        desk.rewrite("Alike?", "q-2", by="Bo")
        return save(*args, **fields)  # type: ignore[arg-type]

    desk.store.modules.revise = bo_is_faster  # type: ignore[method-assign,assignment]
    desk.rewrite("Alike?", "q-1")
    assert desk.see("q-1").blocked_by == desk.see("q-2").blocked_by == ("no_two_stems_alike",)


@pytest.mark.parametrize(
    ("element", "why"),
    [
        (a_part(id="q-1"), "of another kind than the item"),
        (a_quiz_item().model_copy(update={"options": ()}), "0 correct options"),
        (a_quiz_item().model_copy(update={"stem": None}), "stem: Input should be a valid string"),
        (a_quiz_item(objective_id="o-9", lesson_id="l-9"), "refers to o-9, l-9, which the module does not have"),
        (
            a_quiz_item(evidence=(Evidence(source="s-9", block="b", quote="made up", start=0, end=7),)),
            "its evidence “made up” is not in the source",
        ),
        (
            a_quiz_item(
                options=(
                    an_option(1),
                    an_option(
                        2, correct=True,
                        evidence=(an_evidence(a_document(), "DS-7").model_copy(update={"quote": "DS-8"}),),
                    ),
                )
            ),
            "its evidence “DS-8” is not in the source",
        ),
    ],
)
def test_an_edit_that_does_not_fit_is_refused_in_one_line(desk: Desk, element: Element, why: str) -> None:
    with pytest.raises(ReviewError, match=why) as caught:
        desk.service.edit("m-1", element, based_on=1, by="Ada")
    assert "\n" not in caught.value.line
    assert len(desk.see().revisions) == 1


def test_an_item_of_a_lesson_that_was_never_drafted_can_be_edited(store: Store) -> None:
    desk = Desk(store).draft(a_module(lessons=()))
    assert desk.rewrite("Better?") == 2


def test_an_edit_cannot_bring_its_own_approval_or_waivers(store: Store) -> None:
    desk = Desk(store).draft(a_module(items=(a_quiz_item(stem="BAD?"), an_order_item())))
    desk.service.waive("m-1", "q-1", "says_nothing_bad", reason="law", by="Ada")
    forged = a_quiz_item(stem="BAD, too?", status="approved")
    desk.service.edit("m-1", forged, based_on=1, by="Ada")
    view = desk.see()
    assert (view.element.status, view.element.waivers[0].reason) == ("draft", "law")


def test_a_regeneration_is_a_revision_by_a_run_that_a_person_asked_for(desk: Desk) -> None:
    asked: list[tuple[str | None, int]] = []

    def engine(element: Element, wish: str | None, variant: int) -> Element:
        asked.append((wish, variant))
        return element.model_copy(update={"stem": f"Version {variant}?"})

    desk.redrafted = engine
    first = desk.service.regenerate("m-1", "q-1", instruction=" shorter ", based_on=1, by="Ada")
    desk.service.regenerate("m-1", "q-1", based_on=2, by="Ada")
    assert asked == [("shorter", 1), (None, 2)]
    assert (first.author, first.reason, first.number) == (RUN, "shorter", 2)
    decision = desk.see().decisions[1]
    assert (decision.kind, decision.by, decision.revision, decision.reason) == (
        DecisionKind.REGENERATE, "Ada", 2, "shorter",
    )
    assert desk.stem() == "Version 2?"


def test_a_regeneration_of_an_old_text_asks_no_engine(desk: Desk) -> None:
    desk.redrafted = lambda *_asked: pytest.fail("the engine was asked")
    desk.rewrite("Yours?", by="Bo")
    with pytest.raises(StaleRevisionError):
        desk.service.regenerate("m-1", "q-1", based_on=1, by="Ada")
    desk.reject()
    with pytest.raises(TransitionError):
        desk.service.regenerate("m-1", "q-1", based_on=2, by="Ada")


def test_an_engine_that_says_the_same_again_is_reported(desk: Desk) -> None:
    with pytest.raises(ReviewError, match="came to the same text again") as caught:
        desk.service.regenerate("m-1", "q-1", based_on=1, by="Ada")
    assert caught.value.code == "unchanged"
    assert desk.see().decisions == ()


def test_an_engine_that_fails_leaves_everything_as_it_was(desk: Desk) -> None:
    def fail(*_asked: object) -> Element:
        raise UnavailableError("endpoint", why="it is down", mend="start it")

    desk.redrafted = fail
    desk.approve()
    with pytest.raises(UnavailableError):
        desk.service.regenerate("m-1", "q-1", based_on=1, by="Ada")
    assert desk.status() == "approved"


# Undo


def test_undo_takes_back_the_persons_last_decision(desk: Desk) -> None:
    first, second = desk.approve("o-1"), desk.approve("q-1")
    desk.reject("r-1", by="Bo")
    assert desk.service.last_action("m-1", by="Ada") == second
    undone = desk.service.undo("m-1", by="Ada")
    assert (undone.kind, undone.undoes, undone.element, undone.by) == ("undo", second.number, "q-1", "Ada")
    assert [desk.status(one) for one in ("o-1", "q-1", "r-1")] == ["approved", "draft", "rejected"]
    assert desk.service.undo("m-1", by="Ada").undoes == first.number
    with pytest.raises(TransitionError, match="Ada has done nothing here that could be taken back"):
        desk.service.undo("m-1", by="Ada")
    assert desk.service.last_action("m-1", by="Ada") is None


def test_undo_of_an_edit_is_a_new_revision_equal_to_the_former(desk: Desk) -> None:
    desk.rewrite("BAD?")
    undone = desk.service.undo("m-1", by="Ada")
    view = desk.see()
    assert (undone.revision, view.revision, view.revisions[0].reason) == (3, 3, "undo")
    assert view.revisions[0].content == view.revisions[2].content
    assert view.findings == ()
    assert [one.content["stem"] for one in view.revisions][1] == "BAD?"


def test_undo_goes_back_step_by_step_through_edits(desk: Desk) -> None:
    stem = desk.stem()
    desk.rewrite("Second?")
    desk.rewrite("Third?")
    seen = []
    for _ in range(2):
        desk.service.undo("m-1", by="Ada")
        seen.append(desk.stem())
    assert seen == ["Second?", stem]
    assert desk.service.last_action("m-1", by="Ada") is None


def test_undo_of_an_edit_somebody_built_on_is_refused(desk: Desk) -> None:
    desk.rewrite("Mine?")
    desk.rewrite("Mine, and yours?", by="Bo")
    with pytest.raises(TransitionError, match=r"changed since \(revision 3\); look at the latest text"):
        desk.service.undo("m-1", by="Ada")
    assert desk.stem() == "Mine, and yours?"


def test_undo_does_not_change_what_somebody_has_rejected_since(desk: Desk) -> None:
    desk.rewrite("Mine?")
    desk.reject(by="Bo")
    with pytest.raises(TransitionError, match="it is rejected"):
        desk.service.undo("m-1", by="Ada")


def test_undo_of_a_waiver_that_an_approval_stands_on_is_refused(store: Store) -> None:
    desk = Desk(store).draft(a_module(items=(a_quiz_item(stem="BAD?"), an_order_item())))
    desk.service.waive("m-1", "q-1", "says_nothing_bad", reason="law", by="Ada")
    desk.approve(by="Bo")
    with pytest.raises(TransitionError, match="says_nothing_bad"):
        desk.service.undo("m-1", by="Ada")
    desk.service.undo("m-1", by="Bo")
    desk.service.undo("m-1", by="Ada")
    assert (desk.status(), desk.see().element.waivers) == ("draft", ())


def test_undo_of_reopening_brings_the_decision_back(desk: Desk) -> None:
    desk.reject()
    desk.service.reopen("m-1", "q-1", by="Ada")
    desk.service.undo("m-1", by="Ada")
    assert desk.status() == "rejected"


# The module itself


def test_a_confirmed_brief_has_nothing_proposed_and_is_checked(store: Store) -> None:
    proposed = Brief(audience="staff", performance_goal="be safe", proposed=("audience",))
    desk = Desk(store).draft(a_module(brief=proposed))
    confirmed = desk.service.confirm_brief("m-1", proposed.changed(audience="technicians"), by="Ada")
    assert confirmed == Brief(audience="technicians", performance_goal="be safe")
    module = desk.service.module("m-1").module
    assert (module.brief, module.revision) == (confirmed, 2)
    with pytest.raises(ReviewError, match="performance goal is empty; fill it in"):
        desk.service.confirm_brief("m-1", proposed.changed(performance_goal=" "), by="Ada")


def test_settings_are_saved_and_the_module_is_checked_again(desk: Desk) -> None:
    assert [one.criterion for one in desk.service.module("m-1").module.findings] == ["has_an_owner"]
    desk.service.change_settings("m-1", ModuleSettings(owner="Ada"), by="Ada")
    module = desk.service.module("m-1").module
    assert (module.findings, module.settings.owner) == ((), "Ada")


def test_a_verdict_is_overruled_with_a_name_and_a_reason(desk: Desk) -> None:
    suitability = desk.service.overrule_suitability("m-1", reason=" no classroom ", by="Ada")
    assert suitability.overruled is not None
    assert (suitability.overruled.by, suitability.overruled.reason) == ("Ada", "no classroom")
    assert desk.service.module("m-1").module.suitability == suitability


def test_omissions_are_signed_one_by_one(store: Store) -> None:
    document = a_document()
    omissions = tuple(
        Omission(source=document.source.id, block=block.id, reason=OmissionReason.PARKED, note="later")
        for block in document.blocks[:2]
    )
    desk = Desk(store).draft(a_module(omissions=omissions))
    first, second = omissions
    desk.service.sign_omission("m-1", first.source, first.block, by="Ada")
    desk.service.sign_omission("m-1", second.source, second.block, by="Bo", note="not ours")
    found = desk.service.module("m-1").module.omissions
    assert [(one.signed_by, one.note) for one in found] == [("Ada", "later"), ("Bo", "not ours")]
    with pytest.raises(UsageError, match="m-1 does not leave it out"):
        desk.service.sign_omission("m-1", first.source, "b-9", by="Ada")
