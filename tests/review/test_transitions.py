"""One table says what a status allows; the service obeys it and no button contradicts it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.domain import DecisionKind, Finding, Status
from pipeline.errors import TransitionError
from pipeline.review.transitions import ALLOWED, IN_WORDS, actions, demand_allowed
from pipeline.store import Workspace
from tests.builders import a_quiz_item
from tests.review.desk import Desk, a_check

LEADS_TO: dict[str, Callable[[Desk], object]] = {
    "draft": lambda desk: None,
    "approved": lambda desk: desk.approve(),
    "rejected": lambda desk: desk.reject(),
    "changes_requested": lambda desk: desk.service.request_changes("m-1", "q-1", revision=1, reason="no", by="Ada"),
}
DOES: dict[DecisionKind, Callable[[Desk], object]] = {
    DecisionKind.APPROVE: lambda desk: desk.approve(),
    DecisionKind.REJECT: lambda desk: desk.reject(),
    DecisionKind.REQUEST_CHANGES: lambda desk: desk.service.request_changes(
        "m-1", "q-1", revision=1, reason="no", by="Ada"
    ),
    DecisionKind.REOPEN: lambda desk: desk.service.reopen("m-1", "q-1", by="Ada"),
    DecisionKind.EDIT: lambda desk: desk.rewrite("Another stem?"),
    DecisionKind.REGENERATE: lambda desk: desk.service.regenerate("m-1", "q-1", based_on=1, by="Ada"),
    DecisionKind.WAIVE: lambda desk: desk.service.waive("m-1", "q-1", "is_not_dull", reason="law", by="Ada"),
}


@pytest.fixture
def address(workspace: Workspace, ready_file: bytes) -> None:
    """The rules are the same on both databases: one of them will do."""
    workspace.database_file.write_bytes(ready_file)


def test_every_status_and_every_decision_has_its_place() -> None:
    assert set(ALLOWED) == set(Status)
    assert set(IN_WORDS) == set(DecisionKind)
    offered = {kind for kinds in ALLOWED.values() for kind in kinds}
    assert offered == set(DecisionKind) - {DecisionKind.UNDO}


def test_a_decided_element_can_be_reopened_and_a_draft_decided() -> None:
    for status in (Status.APPROVED, Status.REJECTED, Status.CHANGES_REQUESTED):
        assert DecisionKind.REOPEN in actions(status)
        assert DecisionKind.APPROVE not in actions(status)
    assert DecisionKind.APPROVE in actions(Status.DRAFT)
    assert DecisionKind.APPROVE in actions(Status.STALE)


def test_a_refusal_says_what_the_element_is_and_what_to_do() -> None:
    with pytest.raises(TransitionError, match="approving q-1: it is approved; reopen it first"):
        demand_allowed(a_quiz_item(status=Status.APPROVED), DecisionKind.APPROVE)
    with pytest.raises(TransitionError, match="reopening q-1: it is a draft; nothing needs to be done"):
        demand_allowed(a_quiz_item(), DecisionKind.REOPEN)


@pytest.mark.parametrize("status", LEADS_TO)
@pytest.mark.parametrize("kind", DOES)
def test_the_service_does_what_the_table_allows_and_nothing_else(
    desk: Desk, status: str, kind: DecisionKind
) -> None:
    desk.rewrite("DULL")  # so that there is something to waive, and a revision to go back to
    desk.service.undo("m-1", by="Ada")
    desk = Desk(desk.store)
    desk.redrafted = lambda element, _wish, _variant: element.model_copy(update={"stem": "Drafted anew?"})
    desk.store.modules.save_findings("m-1", _dull(desk))
    _at_revision(desk, LEADS_TO[status])
    view = desk.see()
    assert view.element.status.value == status
    if kind in view.actions:
        _at_revision(desk, DOES[kind])
        assert desk.see().decisions[0].kind is kind
    else:
        before = desk.see()
        with pytest.raises(TransitionError):
            _at_revision(desk, DOES[kind])
        assert desk.see() == before


def _dull(desk: Desk) -> tuple[Finding, ...]:
    module = desk.store.modules.load("m-1")
    dull = module.with_element(module.element("q-1").model_copy(update={"stem": "DULL"}))
    return a_check(dull, "q-1")


def _at_revision(desk: Desk, verb: Callable[[Desk], object]) -> None:
    """Does the verb on the third revision, which the preparation left."""

    class AtLatest:
        def __init__(self) -> None:
            self.service = self

        def __getattr__(self, name: str) -> Callable[..., object]:
            def call(*args: object, **fields: object) -> object:
                latest = desk.see().revision
                fields |= {name: latest for name in ("revision", "based_on") if name in fields}
                return getattr(desk.service, name)(*args, **fields)

            return getattr(desk, name) if hasattr(Desk, name) else call

    verb(AtLatest())  # type: ignore[arg-type]
