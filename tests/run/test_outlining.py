"""The outline gate: objectives first, and lessons from exactly those that people approved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.domain import Module, Objective, Order, Role, Status
from pipeline.engines.ask import Asker
from pipeline.engines.base import Request
from pipeline.engines.tasks import ObjectivesReply, Quote
from pipeline.errors import NotAllowedError, ReviewError, UnavailableError, UsageError
from pipeline.library.rubrics import load_rubrics
from pipeline.review.acting import Acting
from pipeline.review.outline_gate import OutlineGate
from pipeline.review.service import ReviewService
from pipeline.run.oneoff import Conversions
from pipeline.run.rechecking import rechecked
from pipeline.store import Store
from tests.builders import LOCKOUT
from tests.databases import a_ready_workspace
from tests.drafting import TaskEngine, an_asker, one_objective
from tests.run.test_conversion import read_here

DOWN = UnavailableError("endpoint", why="it does not answer", mend="start it")


def report(stage: str, done: int, total: int) -> None:
    """Nobody looks."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty workspace."""
    with Store.open(a_ready_workspace(tmp_path)) as opened:
        yield opened


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """The standard document as a file."""
    path = tmp_path / "lockout.md"
    path.write_text("\n\n".join(f"# {text}" if kind == "heading" else text for kind, text in LOCKOUT), encoding="utf-8")
    return path


@pytest.fixture
def review(store: Store, clock: Callable[[], datetime]) -> ReviewService:
    """The review service over it."""
    return ReviewService(
        store,
        check=lambda module, element: rechecked(module, element, store.modules.sources_of(module), load_rubrics()),
        regenerate=lambda module, element_id, _wish, _variant: module.element(element_id),
        clock=clock,
    )


def conversions(store: Store, clock: Callable[[], datetime], engine: TaskEngine) -> Conversions:
    """Conversions with that engine."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Asker]:
        yield an_asker(engine, calls=store.calls)

    return Conversions(
        store, open_asker=opened, rubrics=load_rubrics(), chunk_tokens=1500, concurrency=1, clock=clock,
        read=read_here, revises=False,
    )


def two_objectives(request: Request) -> ObjectivesReply:
    """One about the steps and one about what to do when something is wrong."""
    whole = one_objective(request).objectives[0]
    said = [block for block in request.inputs.blocks if block.kind.value != "heading"]
    steps, rest = said[: len(said) // 2], said[len(said) // 2 :]
    return ObjectivesReply(
        objectives=tuple(
            whole.model_copy(
                update={
                    "behaviour": behaviour, "blocks": tuple(block.id for block in blocks),
                    "quotes": (Quote(block=blocks[0].id, text=blocks[0].text),),
                }
            )
            for behaviour, blocks in (("isolates the sealer", steps), ("reports a reading above zero", rest))
        ),
        parked=(),
    )


def decide(review: ReviewService, module: Module, *, reject: tuple[str, ...] = ()) -> None:
    """Approves the objectives, errors waived, and rejects those."""
    for objective in module.objectives:
        view = review.element(module.id, objective.id)
        if objective.id in reject:
            review.reject(module.id, objective.id, revision=view.revision, reason="off topic", by="Ada")
            continue
        for criterion in view.blocked_by:
            review.waive(module.id, objective.id, criterion, reason="as the owner wants it", by="Ada")
        review.approve(
            module.id, objective.id, revision=view.revision, content_hash=view.content_hash, by="Ada"
        )


def test_an_outline_holds_objectives_and_its_plan_and_nothing_else(
    store: Store, clock: Callable[[], datetime], paper: Path
) -> None:
    engine = TaskEngine()
    module = conversions(store, clock, engine).outline([str(paper)], order=Order(), report=report)
    assert module.is_outline
    plan = store.plans.latest(module.id)
    assert plan is not None
    assert [one.id for one in plan.objectives] == [one.id for one in module.objectives]
    assert {finding.target for finding in module.findings} <= {one.id for one in module.objectives}


def test_a_second_run_leaves_what_people_did_to_the_outline(
    store: Store, clock: Callable[[], datetime], paper: Path, review: ReviewService
) -> None:
    drafting = conversions(store, clock, TaskEngine())
    first = drafting.outline([str(paper)], order=Order(), report=report)
    decide(review, first)
    again = drafting.outline([str(paper)], order=Order(), report=report)
    assert again.id == first.id
    assert all(one.status is Status.APPROVED for one in again.objectives)


def test_lessons_are_not_drafted_before_every_objective_is_decided(
    store: Store, clock: Callable[[], datetime], paper: Path
) -> None:
    module = conversions(store, clock, TaskEngine()).outline([str(paper)], order=Order(), report=report)
    with pytest.raises(ReviewError, match="objectives are not decided"):
        OutlineGate(Acting(store, clock)).settle(module.id, by="Ada")


def test_an_outline_with_nothing_approved_is_not_drafted(
    store: Store, clock: Callable[[], datetime], paper: Path, review: ReviewService
) -> None:
    module = conversions(store, clock, TaskEngine()).outline([str(paper)], order=Order(), report=report)
    decide(review, module, reject=tuple(one.id for one in module.objectives))
    with pytest.raises(ReviewError, match="every objective is rejected"):
        OutlineGate(Acting(store, clock)).settle(module.id, by="Ada")


def test_only_who_may_order_has_lessons_drafted(
    store: Store, clock: Callable[[], datetime], paper: Path, review: ReviewService
) -> None:
    module = conversions(store, clock, TaskEngine()).outline([str(paper)], order=Order(), report=report)
    decide(review, module)
    with pytest.raises(NotAllowedError):
        OutlineGate(Acting(store, clock, role_of=lambda _who: Role.SME)).settle(module.id, by="Sam")


def test_lessons_come_from_the_approved_objectives_as_they_were_edited(
    store: Store, clock: Callable[[], datetime], paper: Path, review: ReviewService
) -> None:
    drafting = conversions(store, clock, TaskEngine())
    outline = drafting.outline([str(paper)], order=Order(), report=report)
    edited = outline.objectives[0].changed(condition="Given a sealer that is on", job_behaviour="isolate it")
    review.edit(outline.id, edited, based_on=1, by="Ada")
    decide(review, store.modules.load(outline.id))
    plan = OutlineGate(Acting(store, clock)).settle(outline.id, by="Ada")
    made = drafting.draft_settled(outline.id, plan, report=report).module
    assert made.id == outline.id
    assert made.lessons
    assert made.items
    objective = made.element(edited.id)
    assert isinstance(objective, Objective)
    assert objective.condition == "Given a sealer that is on"
    assert objective.status is Status.APPROVED
    assert store.modules.proposals(made.id) == ()
    assert store.plans.latest(made.id) == plan


def test_a_rejected_objective_gets_no_lesson_and_its_text_is_parked(
    store: Store, clock: Callable[[], datetime], paper: Path, review: ReviewService
) -> None:
    drafting = conversions(store, clock, TaskEngine(objectives=two_objectives))
    outline = drafting.outline([str(paper)], order=Order(), report=report)
    assert len(outline.objectives) == 2
    gone = outline.objectives[1].id
    decide(review, outline, reject=(gone,))
    plan = OutlineGate(Acting(store, clock)).settle(outline.id, by="Ada")
    made = drafting.draft_settled(outline.id, plan, report=report).module
    assert made.element(gone).status is Status.REJECTED
    assert all(gone not in lesson.objective_ids for lesson in made.lessons)
    assert all(item.objective_id != gone for item in made.items)


def test_a_module_with_its_lessons_is_not_drafted_from_its_outline_again(
    store: Store, clock: Callable[[], datetime], paper: Path, review: ReviewService
) -> None:
    drafting = conversions(store, clock, TaskEngine())
    outline = drafting.outline([str(paper)], order=Order(), report=report)
    decide(review, outline)
    gate = OutlineGate(Acting(store, clock))
    drafting.draft_settled(outline.id, gate.settle(outline.id, by="Ada"), report=report)
    with pytest.raises(UsageError, match="drafted already"):
        gate.settle(outline.id, by="Ada")


def test_a_module_drafted_whole_has_no_outline_to_draft_from(
    store: Store, clock: Callable[[], datetime], paper: Path
) -> None:
    made = conversions(store, clock, TaskEngine()).convert(str(paper), order=Order(), report=report).module
    gate = OutlineGate(Acting(store, clock))
    assert gate.standing(made) is None
    with pytest.raises(UsageError, match="not drafted from an outline"):
        gate.settle(made.id, by="Ada")


def test_an_outline_that_a_service_breaks_off_is_not_saved(
    store: Store, clock: Callable[[], datetime], paper: Path
) -> None:
    with pytest.raises(UnavailableError):
        conversions(store, clock, TaskEngine(objectives=lambda _request: DOWN)).outline([str(paper)], order=Order(), report=report)
    assert store.modules.list() == ()


def test_the_plan_of_a_file_belongs_to_its_module(store: Store, clock: Callable[[], datetime], paper: Path) -> None:
    drafting = conversions(store, clock, TaskEngine())
    plan = drafting.plan([str(paper)], order=Order(), report=report)
    made = drafting.draft_plan(plan, None, report=report).module
    assert store.plans.latest(made.id) == plan


def test_an_outline_is_not_the_module_of_a_whole_draft(
    store: Store, clock: Callable[[], datetime], paper: Path
) -> None:
    drafting = conversions(store, clock, TaskEngine())
    outline = drafting.outline([str(paper)], order=Order(), report=report)
    whole = drafting.convert(str(paper), order=Order(), report=report).module
    assert outline.id != whole.id
    assert store.modules.load(outline.id).is_outline
