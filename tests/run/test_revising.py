"""One pass over what the rubrics found: asked in few questions, kept where it is better, and never instead of a failure."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pipeline.check import check_module
from pipeline.domain import Module, Order, QuizItem, Severity
from pipeline.engines.base import Completion, Request
from pipeline.engines.embedded import EmbeddedEngine
from pipeline.engines.mending import MendedDraft, MendedReply, MendInputs
from pipeline.engines.tasks import ItemDraft, OptionDraft, QuizzesReply
from pipeline.errors import ParkedError, UnavailableError
from pipeline.library.rubrics import load_rubrics
from pipeline.run.stages import Tools, Work, run_stages
from tests.builders import a_document
from tests.drafting import TaskEngine, an_asker, an_item_draft, items_of

DOCUMENT = a_document()
RUBRICS = load_rubrics()
FLAWED = "Which of these is NOT done first?"
MENDED = "A carton jams in the sealer. What do you do first?"


def run(engine: Any, **fields: Any) -> Work:
    tools = Tools(
        asker=an_asker(engine), rubrics=RUBRICS, chunk_tokens=1500, concurrency=2,
        report=lambda stage, done, total: None, **fields,
    )
    return asyncio.run(run_stages([DOCUMENT], Order(), tools))


def options(*texts: str) -> tuple[OptionDraft, ...]:
    return tuple(
        OptionDraft(
            text=text, feedback=f"You would {text.lower()} in another case, because of its rule.",
            misconception=None if place == 1 else "takes it for the first step", target=None, quotes=(),
        )
        for place, text in enumerate(texts)
    )


def a_flawed_item(request: Request) -> QuizzesReply:
    return items_of(request, an_item_draft(request, FLAWED, options=options("Close", "Stop the belts", "All of the above")))


def a_better_item(request: Request) -> ItemDraft:
    return an_item_draft(request, MENDED, options=options("Close the valve", "Press red STOP", "Open the guard"))


def mends(request: Request, draft: Any = a_better_item) -> MendedReply:
    inputs = request.inputs
    assert isinstance(inputs, MendInputs)
    return MendedReply(
        mended=tuple(
            MendedDraft(element=number, objective=None, part=None, item=draft(request), resource=None)
            for number, one in enumerate(inputs.flagged, 1)
            if one.kind == "item"
        )
    )


def the_item(work: Work) -> QuizItem:
    assert work.module is not None
    return work.module.items[0]


def errors_and_warnings(module: Module | None, element_id: str) -> set[str]:
    assert module is not None
    return {one.criterion for one in module.open_findings(element_id) if one.severity is not Severity.ADVICE}


def test_what_was_found_is_mended_recorded_and_paid_for() -> None:
    seen: list[Request] = []

    def mend(request: Request) -> MendedReply:
        seen.append(request)
        return mends(request)

    as_drafted = run(TaskEngine(items=a_flawed_item), revises=False)
    work = run(TaskEngine(items=a_flawed_item, mend=mend))
    item = the_item(work)
    assert (the_item(as_drafted).stem, item.stem) == (FLAWED, MENDED)
    assert (item.id, item.use) == (the_item(as_drafted).id, the_item(as_drafted).use)
    assert work.module is not None
    assert as_drafted.module is not None
    assert "all_of_the_above" in work.module.engine.revised[item.id]
    assert errors_and_warnings(work.module, item.id) < errors_and_warnings(as_drafted.module, item.id)
    assert len(seen) == 1
    assert work.module.usage.calls == as_drafted.module.usage.calls + 1
    told = seen[0].messages[-1].content
    assert "All of the above" in told
    assert "- wrong: " in told


def test_findings_are_about_the_text_that_a_reviewer_sees() -> None:
    work = run(TaskEngine(items=a_flawed_item, mend=mends))
    assert work.module is not None
    assert work.module.findings == check_module(work.module, work.documents, RUBRICS)


def test_a_rewrite_that_is_no_better_leaves_everything_as_it_was() -> None:
    def worse(request: Request) -> ItemDraft:
        return an_item_draft(request, "Which is NOT?", options=options("All of the above", "Always stop", "None of these"))

    as_drafted = run(TaskEngine(items=a_flawed_item), revises=False)
    work = run(TaskEngine(items=a_flawed_item, mend=lambda request: mends(request, worse)))
    assert work.module is not None
    assert as_drafted.module is not None
    assert the_item(work) == the_item(as_drafted)
    assert work.module.engine.revised == {}
    assert work.module.findings == as_drafted.module.findings


def test_a_reply_that_cannot_be_used_leaves_the_findings_and_no_gap() -> None:
    def untraced(request: Request) -> ItemDraft:
        return a_better_item(request).model_copy(update={"quotes": ()})

    as_drafted = run(TaskEngine(items=a_flawed_item), revises=False)
    assert as_drafted.module is not None
    for mend in (lambda request: "?!", lambda request: mends(request, untraced)):
        work = run(TaskEngine(items=a_flawed_item, mend=mend))
        assert work.module is not None
        assert the_item(work).stem == FLAWED
        assert errors_and_warnings(work.module, the_item(work).id)
        assert not [gap for gap in work.module.gaps if gap.stage == "revise"]
        assert work.stopped is None
        # It was paid for all the same.
        assert work.module.usage.calls > as_drafted.module.usage.calls


def test_a_service_that_fails_is_said_and_what_was_drafted_stays() -> None:
    down = UnavailableError("endpoint", why="it does not answer", mend="start it")
    work = run(TaskEngine(items=a_flawed_item, mend=lambda request: down))
    assert work.stopped is down
    assert work.module is not None
    assert [gap.code for gap in work.module.gaps if gap.stage == "revise"] == ["unreachable"]
    assert "nothing_is_missing" in {finding.criterion for finding in work.module.findings}
    assert the_item(work).stem == FLAWED


def test_a_reply_that_comes_later_ends_the_run_until_it_is_there() -> None:
    parked = ParkedError("reply", why="it comes later", mend="wait")
    with pytest.raises(ParkedError):
        run(TaskEngine(items=a_flawed_item, mend=lambda request: parked))


def test_nothing_is_asked_where_nobody_wants_it_or_nothing_was_found() -> None:
    engine = TaskEngine(items=a_flawed_item)
    run(engine, revises=False)
    assert "mend" not in engine.asked


def test_the_embedded_engine_mends_without_a_call_and_the_same_every_time() -> None:
    class Counting(EmbeddedEngine):
        async def complete(self, request: Request) -> Completion:
            asked.append(request.task)
            return await super().complete(request)

    asked: list[str] = []
    first, second = run(Counting()), run(Counting())
    assert first.module == second.module
    assert first.module is not None
    assert first.module.findings == check_module(first.module, first.documents, RUBRICS)
    assert "mend" not in asked
