"""The stage that gives each objective its format, and what comes of it in the module."""

from __future__ import annotations

import asyncio
from typing import Any

from pipeline.domain import Module, Order, Verdict
from pipeline.engines.tasks import BriefReply, Quote, ReasonDraft
from pipeline.engines.triage import FormatDraft, SessionDraft, TriageReply
from pipeline.errors import ReplyError
from pipeline.run.outline import outline_lines
from pipeline.run.stages import Tools, run_stages
from tests.builders import a_document
from tests.drafting import TaskEngine, an_asker, brief

DOCUMENT = a_document()
STOP = Quote(block="2", text="Press the red STOP button")
WHY = (ReasonDraft(text="It is done by hand.", quotes=(STOP,)),)


def a_blended_brief(request: Any) -> BriefReply:
    return brief(request).changed(verdict="blended")


def all_live(request: Any) -> TriageReply:
    numbers = tuple(range(1, len(request.inputs.topics) + 1))
    return TriageReply(
        verdict="live",
        reasons=WHY,
        objectives=tuple(FormatDraft(objective=one, format="live", reasons=WHY) for one in numbers),
        sessions=(SessionDraft(title="At work", objectives=numbers, activity="Try it", minutes=30, quotes=(STOP,)),),
    )


def drafted(engine: TaskEngine) -> Module:
    tools = Tools(
        asker=an_asker(engine), rubrics=(), chunk_tokens=2000, concurrency=1, report=lambda stage, done, total: None
    )
    module = asyncio.run(run_stages([DOCUMENT], Order(), tools, until="check")).module
    assert module is not None
    return module


def test_an_objective_that_goes_live_says_so_in_the_module_and_its_outline() -> None:
    module = drafted(TaskEngine(brief=a_blended_brief, triage=all_live))
    assert module.suitability.verdict is Verdict.LIVE
    assert {one.format for one in module.objectives} == {"live"}
    told = "\n".join(outline_lines(module, [DOCUMENT]))
    assert "(live)" in told
    assert "session 1  At work (30 min): Try it" in told
    assert "“Press the red STOP button”" in told


def test_the_question_is_asked_once_before_anything_is_drafted() -> None:
    engine = TaskEngine(brief=a_blended_brief, triage=all_live)
    drafted(engine)
    assert engine.asked.count("triage") == 1
    assert engine.asked.index("objectives") < engine.asked.index("triage") < engine.asked.index("lesson")


def test_where_it_cannot_be_answered_the_brief_s_verdict_stands_and_a_gap_says_so() -> None:
    def fails(request: Any) -> Exception:
        return ReplyError("reply to triage", why="it makes no sense", mend="try again", code="rejected")

    module = drafted(TaskEngine(brief=a_blended_brief, triage=fails))
    assert module.suitability.verdict is Verdict.BLENDED
    assert ("triage", "rejected") in {(gap.stage, gap.code) for gap in module.gaps}
    assert module.lessons
