"""The log of decisions, and what it adds up to."""

from __future__ import annotations

import threading

import pytest

from pipeline.domain import DecisionKind, ReviewDecision, Status, Waiver
from pipeline.errors import StaleRevisionError, UsageError
from pipeline.store import Store
from pipeline.store.fold import fold, module_status
from pipeline.store.rows import ElementState
from tests.builders import a_module, a_quiz_item
from tests.databases import ADA, AT, RUN
from tests.store.test_drafts import decide

LATEST, HASH = 2, "h2"


def a_decision(number: int, kind: str, *, revision: int = LATEST, **fields: object) -> ReviewDecision:
    base = {
        "number": number, "module": "m-1", "element": "q-1", "revision": revision, "content_hash": f"h{revision}",
        "kind": kind, "by": "Ada", "at": AT,
    }
    return ReviewDecision.model_validate({**base, **fields})


def status_of(*decisions: ReviewDecision) -> Status:
    return fold(decisions, revision=LATEST, content_hash=HASH).status


@pytest.mark.parametrize(
    ("log", "status"),
    [
        ([], "draft"),
        ([("approve", 2)], "approved"),
        ([("approve", 1)], "draft"),
        ([("approve", 1), ("edit", 2)], "draft"),
        ([("request_changes", 2)], "changes_requested"),
        ([("request_changes", 1), ("regenerate", 2)], "draft"),
        ([("reject", 1)], "rejected"),
        ([("reject", 1), ("reopen", 1)], "draft"),
        ([("approve", 2), ("reopen", 2)], "draft"),
        ([("request_changes", 2), ("approve", 2)], "approved"),
        ([("approve", 2), ("waive", 2)], "approved"),
    ],
)
def test_a_status_follows_from_the_decisions(log: list[tuple[str, int]], status: str) -> None:
    decisions = [
        a_decision(number, kind, revision=revision, criterion="c" if kind == "waive" else None)
        for number, (kind, revision) in enumerate(log, 1)
    ]
    assert status_of(*decisions) == status


def test_an_approval_of_another_text_does_not_count() -> None:
    assert status_of(a_decision(1, "approve", content_hash="another")) == "draft"


def test_a_decision_taken_back_does_not_count_and_the_one_before_does() -> None:
    approve, reject = a_decision(1, "approve"), a_decision(2, "reject")
    assert status_of(approve, reject, a_decision(3, "undo", undoes=2)) == "approved"
    assert status_of(approve, reject, a_decision(3, "undo", undoes=2), a_decision(4, "undo", undoes=1)) == "draft"


def test_waivers_are_given_renewed_and_taken_back() -> None:
    first = a_decision(1, "waive", criterion="c", reason="house style")
    other = a_decision(2, "waive", criterion="d", reason="law")
    again = a_decision(3, "waive", criterion="c", reason="asked the lead")
    gone = a_decision(4, "unwaive", criterion="d")
    folded = fold([first, other, again, gone], revision=1, content_hash="x")
    assert folded.waivers == (Waiver(criterion="c", by="Ada", reason="asked the lead"),)
    back = a_decision(5, "undo", undoes=4)
    assert {one.criterion for one in fold([first, other, gone, back], revision=1, content_hash="x").waivers} == {
        "c", "d",
    }


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (("approved", "rejected"), "approved"),
        (("approved", "draft"), "draft"),
        (("approved", "stale"), "draft"),
        (("approved", "changes_requested"), "draft"),
        (("rejected",), "draft"),
        ((), "draft"),
    ],
)
def test_a_module_is_approved_when_everything_is_decided_and_something_is_left(
    statuses: tuple[str, ...], status: str
) -> None:
    assert module_status(Status(one) for one in statuses) == status


@pytest.fixture
def drafted(store: Store) -> Store:
    store.modules.save_draft(a_module(), author=RUN, at=AT)
    return store


def test_decisions_are_numbered_in_the_modules_log(drafted: Store) -> None:
    drafted.modules.save_draft(a_module(id="m-2"), author=RUN, at=AT)
    decide(drafted, "q-1")
    decide(drafted, "o-1", DecisionKind.REJECT, reason="not measurable")
    log = drafted.decisions.of("m-1")
    assert [(one.number, one.element, one.kind, one.by, one.at, one.reason) for one in log] == [
        (1, "q-1", "approve", "Ada", AT, None), (2, "o-1", "reject", "Ada", AT, "not measurable"),
    ]
    assert drafted.decisions.of("m-1", "o-1") == log[1:]
    assert drafted.decisions.of("m-2") == ()
    module = drafted.modules.load("m-1")
    assert (module.element("q-1").status, module.element("o-1").status) == ("approved", "rejected")
    assert module.revision == 1


def test_an_approval_ends_with_the_next_revision(drafted: Store) -> None:
    decide(drafted, "q-1")
    drafted.modules.save_revision("m-1", a_quiz_item(stem="And now?"), based_on=1, author=ADA, at=AT)
    assert drafted.modules.load("m-1").element("q-1").status == "draft"


@pytest.mark.parametrize("kind", ["approve", "reject", "request_changes"])
def test_a_decision_on_an_old_revision_is_refused(drafted: Store, kind: str) -> None:
    old = drafted.modules.element_state("m-1", "q-1")
    drafted.modules.save_revision("m-1", a_quiz_item(stem="And now?"), based_on=1, author=ADA, at=AT)
    with pytest.raises(StaleRevisionError):
        drafted.decisions.record(a_decision(0, kind, revision=1, content_hash=old.content_hash))
    with pytest.raises(StaleRevisionError):
        drafted.decisions.record(a_decision(0, kind, revision=2, content_hash="not what is there"))
    assert drafted.decisions.of("m-1") == ()


def test_a_decision_on_what_is_not_there_is_refused(drafted: Store) -> None:
    with pytest.raises(UsageError, match="has no such element"):
        drafted.decisions.record(a_decision(0, "approve", element="q-9"))


def test_a_guard_that_refuses_leaves_nothing(drafted: Store) -> None:
    seen: list[ElementState] = []

    def refuse(state: ElementState) -> None:
        seen.append(state)
        raise UsageError("guard", why="no", mend="no")

    state = drafted.modules.element_state("m-1", "q-1")
    with pytest.raises(UsageError, match="guard"):
        drafted.decisions.record(
            a_decision(0, "approve", revision=1, content_hash=state.content_hash), guard=refuse
        )
    assert seen == [state]
    assert drafted.decisions.of("m-1") == ()


def test_numbers_have_no_gap_and_no_twin_when_many_decide_at_once(drafted: Store) -> None:
    barrier = threading.Barrier(6)
    failures: list[BaseException] = []

    def work(element: str) -> None:
        barrier.wait()
        try:
            for _ in range(5):
                decide(drafted, element)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    elements = [element.id for element in a_module().elements()]
    threads = [threading.Thread(target=work, args=(one,)) for one in elements]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [one.number for one in drafted.decisions.of("m-1")] == list(range(1, 31))
