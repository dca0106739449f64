"""What a reviewer sees and decides."""

from __future__ import annotations

import threading

import pytest

from pipeline.domain import DecisionKind, Evidence, ReviewDecision, Status
from pipeline.errors import ReviewError, StaleRevisionError, TransitionError, UsageError
from pipeline.store import Store
from tests.builders import a_document, a_module, a_quiz_item, an_order_item
from tests.databases import AT, RUN, OpensStore, content_of
from tests.review.both import on_both_databases
from tests.review.desk import Desk


def bad(**fields: object) -> object:
    return a_module(items=(a_quiz_item(stem="BAD?", **fields), an_order_item()))


@on_both_databases
def test_the_list_shows_how_far_each_review_is(desk: Desk) -> None:
    desk.approve("o-1")
    desk.reject("q-2")
    desk.service.request_changes("m-1", "p-0", revision=1, reason="why?", by="Ada")
    (card,) = desk.service.modules()
    progress = card.progress
    assert (progress.total, progress.decided, progress.open) == (6, 3, 3)
    assert (progress.approved, progress.rejected, progress.changes_requested) == (1, 1, 1)
    assert (card.engine, card.sources, card.created) == (
        "embedded", ("lockout.md",), "2026-11-21T09:30:00+00:00",
    )


def test_a_module_is_a_queue_in_the_order_a_learner_meets_it(store: Store) -> None:
    view = Desk(store).draft(bad()).service.module("m-1")  # type: ignore[arg-type]
    assert [entry.element_id for entry in view.queue] == ["o-1", "p-0", "p-1", "q-1", "q-2", "r-1"]
    assert [entry.error_findings for entry in view.queue] == [0, 0, 0, 1, 0, 0]
    assert (view.card.error_findings, view.card.findings) == (1, 2)
    assert view.module == store.modules.load("m-1")


def test_an_element_is_shown_with_all_that_is_needed_to_decide(store: Store) -> None:
    desk = Desk(store).draft(bad())  # type: ignore[arg-type]
    view = desk.see("q-1")
    assert (view.position, view.total, view.previous_id, view.next_id) == (4, 6, "p-1", "q-2")
    assert view.blocked_by == ("says_nothing_bad",)
    assert DecisionKind.APPROVE in view.actions
    assert [one.is_found for one in view.evidence] == [True]
    assert view.evidence[0].after == ", and call" or view.evidence[0].quote in view.evidence[0].evidence.quote
    assert (desk.see("o-1").previous_id, desk.see("r-1").next_id) == (None, None)
    desk.rewrite("Good?")
    desk.approve()
    later = desk.see()
    assert [one.number for one in later.revisions] == [2, 1]
    assert [one.kind.value for one in later.decisions] == ["approve", "edit"]


def test_what_the_run_mended_is_told_until_somebody_changes_the_element(store: Store) -> None:
    module = a_module()
    record = module.engine.model_copy(update={"revised": {"q-1": ("absolute_terms",)}})
    desk = Desk(store).draft(module.model_copy(update={"engine": record}))
    assert desk.see("q-1").mended == ("absolute_terms",)
    assert desk.see("q-2").mended == ()
    desk.rewrite("Good?")
    assert desk.see("q-1").mended == ()


def test_waived_findings_come_last_and_hold_nothing_back(store: Store) -> None:
    desk = Desk(store).draft(a_module(items=(a_quiz_item(stem="BAD and DULL?"), an_order_item())))
    with pytest.raises(TransitionError, match=r"approving q-1: open error findings hold it back \(says_nothing_bad\)"):
        desk.approve()
    desk.service.waive("m-1", "q-1", "says_nothing_bad", reason="a quotation", by="Ada")
    view = desk.see()
    assert [one.criterion for one in view.findings] == ["is_not_dull", "says_nothing_bad"]
    assert (view.blocked_by, view.element.waivers[0].reason) == ((), "a quotation")
    assert desk.service.module("m-1").card.error_findings == 0
    desk.approve()
    assert desk.status() == "approved"


def test_a_waiver_needs_a_finding_and_is_given_once(store: Store) -> None:
    desk = Desk(store).draft(bad())  # type: ignore[arg-type]
    with pytest.raises(TransitionError, match="no finding of is_not_dull"):
        desk.service.waive("m-1", "q-1", "is_not_dull", reason="law", by="Ada")
    desk.service.waive("m-1", "q-1", "says_nothing_bad", reason="law", by="Ada")
    with pytest.raises(TransitionError, match="waived already"):
        desk.service.waive("m-1", "q-1", "says_nothing_bad", reason="law", by="Bo")
    desk.service.unwaive("m-1", "q-1", "says_nothing_bad", by="Bo")
    with pytest.raises(TransitionError, match="is not waived"):
        desk.service.unwaive("m-1", "q-1", "says_nothing_bad", by="Bo")
    assert desk.see().blocked_by == ("says_nothing_bad",)


def test_the_next_open_element_is_found_round_the_end(desk: Desk) -> None:
    find = desk.service.next_open
    assert (find("m-1"), find("m-1", "q-2"), find("m-1", "r-1")) == ("o-1", "r-1", "o-1")
    for element in ("o-1", "p-0", "q-1", "r-1"):
        desk.approve(element)
    assert (find("m-1"), find("m-1", "p-1"), find("m-1", "q-2")) == ("p-1", "q-2", "p-1")
    desk.reject("q-2")
    assert find("m-1", "p-1") == "p-1"
    desk.approve("p-1")
    assert find("m-1", "p-1") is None
    assert find("m-1", "not there") is None
    assert desk.service.module("m-1").module.status == "approved"


@on_both_databases
def test_an_approval_is_of_what_was_seen(desk: Desk) -> None:
    seen = desk.see()
    desk.rewrite("Another?", by="Bo")
    with pytest.raises(StaleRevisionError, match="based on revision 1, and revision 2 has been saved since"):
        desk.service.approve("m-1", "q-1", revision=1, content_hash=seen.content_hash, by="Ada")
    with pytest.raises(StaleRevisionError):
        desk.service.approve("m-1", "q-1", revision=2, content_hash=seen.content_hash, by="Ada")
    with pytest.raises(StaleRevisionError):
        desk.service.approve("m-1", "q-1", revision=2, content_hash="", by="Ada")
    with pytest.raises(StaleRevisionError):
        desk.service.reject("m-1", "q-1", revision=1, reason="no", by="Ada")
    assert desk.status() == "draft"


@on_both_databases
def test_a_second_press_of_the_same_key_is_told(desk: Desk) -> None:
    desk.approve()
    with pytest.raises(TransitionError, match="it is approved"):
        desk.approve()
    assert len(desk.store.decisions.of("m-1")) == 1


def test_an_element_whose_quote_is_lost_is_not_approved(store: Store) -> None:
    document = a_document()
    lost = Evidence(source=document.source.id, block=document.blocks[0].id, quote="never said", start=0, end=10)
    desk = Desk(store).draft(a_module(items=(a_quiz_item(evidence=(lost,)), an_order_item())))
    with pytest.raises(TransitionError, match="its evidence “never said” is not in the source where it says"):
        desk.approve()
    assert not desk.see().evidence[0].is_found


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_sending_back_rejecting_and_waiving_need_a_reason(desk: Desk, reason: str) -> None:
    service = desk.service
    verbs = (
        lambda: service.reject("m-1", "q-1", revision=1, reason=reason, by="Ada"),
        lambda: service.request_changes("m-1", "q-1", revision=1, reason=reason, by="Ada"),
        lambda: service.waive("m-1", "q-1", "says_nothing_bad", reason=reason, by="Ada"),
        lambda: service.overrule_suitability("m-1", reason=reason, by="Ada"),
    )
    for verb in verbs:
        with pytest.raises(TransitionError, match="it needs a reason; say why"):
            verb()
    assert desk.store.decisions.of("m-1") == ()


def test_nobody_decides_without_a_name(desk: Desk) -> None:
    for verb in (
        lambda: desk.approve(by=" "),
        lambda: desk.rewrite("Mine?", by=""),
        lambda: desk.service.undo("m-1", by=" "),
        lambda: desk.service.overrule_suitability("m-1", reason="no", by=""),
    ):
        with pytest.raises(ReviewError, match="nobody is named as the reviewer"):
            verb()


def test_a_request_for_changes_lasts_until_there_is_a_new_text(desk: Desk) -> None:
    desk.service.request_changes("m-1", "q-1", revision=1, reason="shorter", by="Ada")
    assert desk.status() == "changes_requested"
    assert desk.see().decisions[0].reason == "shorter"
    desk.rewrite("Shorter?", by="Bo")
    assert desk.status() == "draft"


def test_a_rejection_lasts_until_it_is_reopened(desk: Desk) -> None:
    desk.reject()
    assert desk.status() == "rejected"
    with pytest.raises(TransitionError, match="it is rejected; reopen it first"):
        desk.rewrite("Better?")
    desk.service.reopen("m-1", "q-1", by="Bo", reason="needed after all")
    assert desk.status() == "draft"


def test_what_is_not_there_is_a_usage_error(desk: Desk) -> None:
    for look in (
        lambda: desk.service.module("m-9"),
        lambda: desk.service.element("m-1", "q-9"),
        lambda: desk.approve("q-9"),
        lambda: desk.service.undo("m-9", by="Ada"),
    ):
        with pytest.raises((UsageError, TransitionError)):
            look()


@on_both_databases
def test_a_waiver_taken_back_in_the_last_moment_stops_the_approval(store: Store) -> None:
    """The rules are asked inside the transaction: what the reviewer saw a moment ago is not enough."""
    desk = Desk(store).draft(bad())  # type: ignore[arg-type]
    desk.service.waive("m-1", "q-1", "says_nothing_bad", reason="law", by="Ada")
    record = store.decisions.record

    def somebody_is_faster(decision: ReviewDecision, **fields: object) -> ReviewDecision:
        store.decisions.record = record  # type: ignore[method-assign]
        desk.service.unwaive("m-1", "q-1", "says_nothing_bad", by="Bo")
        return record(decision, **fields)  # type: ignore[arg-type]

    store.decisions.record = somebody_is_faster  # type: ignore[method-assign]
    with pytest.raises(TransitionError, match="says_nothing_bad"):
        desk.approve()
    assert desk.status() == "draft"


@on_both_databases
def test_of_two_opposite_decisions_at_once_one_is_refused(opens_store: OpensStore) -> None:
    document = a_document()
    opens_store().sources.add(document, content_of(document))
    desks = [Desk(opens_store()).draft(), Desk(opens_store())]
    barrier = threading.Barrier(2)
    results: list[str] = []

    def work(verb: str, desk: Desk) -> None:
        barrier.wait()
        try:
            getattr(desk, verb)(by=verb)
            results.append("done")
        except TransitionError:
            results.append("refused")

    threads = [
        threading.Thread(target=work, args=pair) for pair in zip(("reject", "approve"), desks, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Whoever rejects second may: an approved element can be rejected; approving a rejected one is refused.
    log = desks[0].store.decisions.of("m-1")
    assert len(log) == results.count("done")
    assert desks[0].status() == "rejected"


@on_both_databases
def test_what_was_done_is_there_after_a_restart(opens_store: OpensStore) -> None:
    document = a_document()
    with opens_store() as first:
        first.sources.add(document, content_of(document))
        desk = Desk(first).draft()
        desk.rewrite("Kept?")
        desk.approve()
        desk.reject("r-1")
    with opens_store() as second:
        desk = Desk(second)
        assert (desk.stem(), desk.status(), desk.status("r-1")) == ("Kept?", "approved", "rejected")
        desk.service.undo("m-1", by="Ada")
        assert desk.status("r-1") == "draft"


def test_a_new_draft_of_the_module_leaves_the_reviewers_work(desk: Desk) -> None:
    desk.approve()
    desk.store.modules.save_draft(
        a_module(items=(a_quiz_item(stem="Newer?"), an_order_item(stem="Newer, too?"))), author=RUN, at=AT
    )
    assert (desk.status(), desk.stem()) == (Status.APPROVED, a_quiz_item().stem)
    assert desk.stem("q-2") == "Newer, too?"
