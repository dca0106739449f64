"""The outline gate on the overview: how far approval is, drafting in the background, stopping it."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.domain import (
    Author,
    AuthorKind,
    Gap,
    Plan,
    PlannedBrief,
    PlannedItems,
    PlannedLesson,
    PlannedObjective,
    PlannedSource,
    Role,
)
from pipeline.errors import UnavailableError
from pipeline.review.acting import Acting
from pipeline.review.outline_gate import OutlineGate
from tests.builders import a_document, a_module, an_objective
from tests.ui.desk import Desk, button, press, seen
from tests.waiting import until

OUTLINE = {"lessons": (), "items": (), "resources": ()}


def save_outline(desk: Desk) -> None:
    """An outline of one objective with its plan."""
    document, objective = a_document(), an_objective()
    desk.save(a_module(document, **OUTLINE))
    plan = Plan(
        title="Lock out the carton sealer",
        language="en",
        sources=(PlannedSource(path="lockout.md", sha256=document.source.sha256),),
        brief=PlannedBrief(audience="technicians", performance_goal="isolate"),
        objectives=(
            PlannedObjective(
                id=objective.id, text=objective.text, bloom=objective.bloom,
                lesson=PlannedLesson.model_validate({"title": "Isolate", "blocks": [document.blocks[2].id]}),
                items=PlannedItems(practice=1, test=1),
            ),
        ),
    )
    desk.store.plans.keep("m-1", plan, by="embedded", at=desk._clock())


def approve(desk: Desk) -> None:
    view = desk.review.element("m-1", "o-1")
    desk.review.approve("m-1", "o-1", revision=view.revision, content_hash=view.content_hash, by="Ann")


class _Drafting:
    """Drafts when it is told to, or fails."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.goes_on, self.fails = desk, threading.Event(), False

    def draft_settled(self, module_id: str, plan: Plan, *, report: Any) -> Any:
        report("lesson", 1, 3)
        self.goes_on.wait(10)
        report("lesson", 2, 3)
        if self.fails:
            raise UnavailableError("endpoint", why="it does not answer", mend="start it")
        return SimpleNamespace(module=self.desk.store.modules.load(module_id), stopped=None)


@pytest.fixture
def drafting(desk: Desk) -> _Drafting:
    """What drafts the lessons."""
    made = _Drafting(desk)
    desk.conversion = made  # type: ignore[attr-defined]
    return made


def test_lessons_wait_until_every_objective_is_decided(desk: Desk) -> None:
    save_outline(desk)
    app = desk.open("module", module="m-1")
    assert "0 of 1 objective decided" in seen(app)
    assert button(app, "Draft the lessons").disabled
    approve(desk)
    assert not button(desk.open("module", module="m-1"), "Draft the lessons").disabled


def test_a_module_with_lessons_has_no_gate(desk: Desk) -> None:
    desk.save()
    assert "Outline: objectives first" not in seen(desk.open("module", module="m-1"))


def test_drafting_shows_how_far_it_is_and_survives_a_reload(desk: Desk, drafting: _Drafting) -> None:
    save_outline(desk)
    approve(desk)
    app = press(desk.open("module", module="m-1"), "Draft the lessons")
    until(lambda: getattr(desk.under_way.progress("m-1"), "done", 0) == 1)
    app = desk.open("module", module="m-1")
    assert "The lessons are being drafted" in seen(app)
    drafting.goes_on.set()
    until(lambda: desk.under_way.progress("m-1").is_over)  # type: ignore[union-attr]
    assert "The lessons are being drafted" not in seen(desk.open("module", module="m-1"))


def test_drafting_can_be_stopped_and_started_again(desk: Desk, drafting: _Drafting) -> None:
    save_outline(desk)
    approve(desk)
    press(desk.open("module", module="m-1"), "Draft the lessons")
    press(desk.open("module", module="m-1"), "Stop")
    drafting.goes_on.set()
    until(lambda: desk.under_way.progress("m-1").is_over)  # type: ignore[union-attr]
    app = desk.open("module", module="m-1")
    assert "it was stopped" in seen(app)
    assert not button(app, "Draft the lessons").disabled


def test_a_service_that_fails_is_told_in_its_own_words(desk: Desk, drafting: _Drafting) -> None:
    drafting.fails = True
    save_outline(desk)
    approve(desk)
    drafting.goes_on.set()
    press(desk.open("module", module="m-1"), "Draft the lessons")
    until(lambda: desk.under_way.progress("m-1").is_over)  # type: ignore[union-attr]
    assert "endpoint: it does not answer; start it" in seen(desk.open("module", module="m-1"))


def test_a_draft_that_was_broken_off_can_be_gone_on_with(desk: Desk, drafting: _Drafting) -> None:
    save_outline(desk)
    approve(desk)
    gap = Gap(target="l-1", stage="items", code="unavailable", message="the endpoint went away")
    author = Author(kind=AuthorKind.RUN, name="embedded")
    desk.store.modules.save_draft(a_module(gaps=(gap,)), author=author, at=desk._clock())
    drafting.goes_on.set()
    press(desk.open("module", module="m-1"), "Go on drafting")
    until(lambda: desk.under_way.progress("m-1").is_over)  # type: ignore[union-attr]
    assert desk.under_way.progress("m-1").failed is None  # type: ignore[union-attr]


def test_who_may_not_order_sees_no_button(desk: Desk) -> None:
    save_outline(desk)
    approve(desk)
    desk.gate = OutlineGate(Acting(desk.store, desk._clock, role_of=lambda _who: Role.VIEWER))
    app = desk.open("module", module="m-1")
    assert "Designers and leads have the lessons drafted" in seen(app)
    assert not [one for one in app.button if one.key == "draft-lessons"]
