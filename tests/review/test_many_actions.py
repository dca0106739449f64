"""Whatever two reviewers do in whatever order: nothing is lost, nothing is changed, no rule is got past."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pipeline.domain import QuizItem, ReviewDecision, Revision, Status
from pipeline.errors import ReviewError
from pipeline.review.transitions import actions, blocking
from pipeline.store import Store, Workspace
from tests.builders import a_document, a_module, a_quiz_item, an_order_item
from tests.databases import AT, a_ready_workspace, address, content_of  # noqa: F401  on both databases
from tests.review.desk import Desk, a_check

PEOPLE = st.sampled_from(["Ada", "Bo"])
ELEMENTS = st.sampled_from(["q-1", "q-2", "o-1"])
ITEMS = st.sampled_from(["q-1", "q-2"])
STEMS = st.sampled_from(["Good?", "Better?", "BAD?", "DULL?", "BAD and DULL?"])
CRITERIA = st.sampled_from(["says_nothing_bad", "is_not_dull"])


class TwoReviewers(RuleBasedStateMachine):
    """Ada and Bo at the same module."""

    @initialize()
    def open_a_module(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.open(a_ready_workspace(Path(self.folder.name)), clock=lambda: AT)
        document = a_document()
        self.store.sources.add(document, content_of(document))
        self.desk = Desk(self.store).draft(a_module(items=(a_quiz_item(stem="BAD?"), an_order_item())))
        self.log: tuple[ReviewDecision, ...] = ()
        self.revisions: dict[str, tuple[Revision, ...]] = {}
        self.edits = 0

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    @rule(element=ELEMENTS, by=PEOPLE)
    def approve(self, element: str, by: str) -> None:
        view = self.desk.see(element)
        may = "approve" in view.actions and not view.blocked_by
        assert self.tried(lambda: self.desk.approve(element, by)) is may

    @rule(element=ELEMENTS, by=PEOPLE)
    def reject(self, element: str, by: str) -> None:
        may = "reject" in self.desk.see(element).actions
        assert self.tried(lambda: self.desk.reject(element, by)) is may

    @rule(element=ELEMENTS, by=PEOPLE)
    def request_changes(self, element: str, by: str) -> None:
        view = self.desk.see(element)
        done = self.tried(
            lambda: self.desk.service.request_changes(
                "m-1", element, revision=view.revision, reason="shorter", by=by
            )
        )
        assert done is ("request_changes" in view.actions)

    @rule(element=ELEMENTS, by=PEOPLE)
    def reopen(self, element: str, by: str) -> None:
        may = "reopen" in self.desk.see(element).actions
        assert self.tried(lambda: self.desk.service.reopen("m-1", element, by=by)) is may

    @rule(element=ITEMS, stem=STEMS, by=PEOPLE)
    def edit(self, element: str, stem: str, by: str) -> None:
        view = self.desk.see(element)
        assert isinstance(view.element, QuizItem)
        changes = view.element.stem != stem
        done = self.tried(lambda: self.desk.rewrite(stem, element, by))
        assert done is ("edit" in view.actions or not changes)
        self.edits += done and changes

    @rule(element=ITEMS, criterion=CRITERIA, by=PEOPLE)
    def waive(self, element: str, criterion: str, by: str) -> None:
        self.tried(lambda: self.desk.service.waive("m-1", element, criterion, reason="law", by=by))

    @rule(element=ITEMS, criterion=CRITERIA, by=PEOPLE)
    def unwaive(self, element: str, criterion: str, by: str) -> None:
        self.tried(lambda: self.desk.service.unwaive("m-1", element, criterion, by=by))

    @rule(by=PEOPLE)
    def undo(self, by: str) -> None:
        last = self.desk.service.last_action("m-1", by=by)
        done = self.tried(lambda: self.desk.service.undo("m-1", by=by))
        assert last is not None or not done
        if done and last is not None:
            assert self.desk.service.last_action("m-1", by=by) != last
            if last.kind == "edit":
                self.edits += 1
                revisions = self.store.modules.revisions("m-1", last.element)
                assert revisions[-1].content == revisions[last.revision - 2].content

    @rule()
    def restart(self) -> None:
        before = self.store.modules.load("m-1")
        self.store.close()
        self.store = Store.open(Workspace(Path(self.folder.name)), clock=lambda: AT)
        self.desk = Desk(self.store)
        assert self.store.modules.load("m-1") == before

    def tried(self, verb: Callable[[], object]) -> bool:
        with contextlib.suppress(ReviewError):
            verb()
            return True
        return False

    @invariant()
    def nothing_recorded_ever_changes(self) -> None:
        log = self.store.decisions.of("m-1")
        assert log[: len(self.log)] == self.log
        assert [one.number for one in log] == list(range(1, len(log) + 1))
        self.log = log
        for element in ("q-1", "q-2", "o-1"):
            revisions = self.store.modules.revisions("m-1", element)
            known = self.revisions.get(element, ())
            assert revisions[: len(known)] == known
            assert [one.number for one in revisions] == list(range(1, len(revisions) + 1))
            self.revisions[element] = revisions

    @invariant()
    def findings_are_about_the_text_that_stands(self) -> None:
        module = self.store.modules.load("m-1")
        assert set(module.findings) == set(a_check(module, None))
        assert module.revision == 1 + self.edits

    @invariant()
    def what_is_approved_was_seen_and_is_held_back_by_nothing(self) -> None:
        for element in self.store.modules.load("m-1").elements():
            if element.status is Status.APPROVED:
                view = self.desk.see(element.id)
                assert view.element == element
                assert view.actions == actions(Status.APPROVED)
                seen = next(one for one in view.decisions if one.kind == "approve")
                assert (seen.revision, seen.content_hash) == (view.revision, view.content_hash)
                own = tuple(one for one in view.findings if one.criterion != "no_two_stems_alike")
                assert blocking(element, own) == ()

    @invariant()
    def the_card_says_what_the_module_says(self) -> None:
        view = self.desk.service.module("m-1")
        statuses = [element.status for element in view.module.elements()]
        assert view.card.progress.approved == statuses.count(Status.APPROVED)
        assert view.card.progress.total == len(statuses)
        assert view.card.findings == sum(entry.findings for entry in view.queue) + 1


@pytest.mark.slow
class TestTwoReviewers(TwoReviewers.TestCase):  # type: ignore[misc]
    """Run by Hypothesis."""

    settings = settings(
        max_examples=12, stateful_step_count=20, deadline=None, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.database._SYNCHRONOUS", "OFF")
