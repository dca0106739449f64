"""The judge in a conversion: findings beside those of the rules, what it costs, and gaps where it fails."""

from __future__ import annotations

import asyncio

from pipeline.engines.ask import Asker
from pipeline.engines.judging import JudgeReply, VerdictDraft
from pipeline.engines.scripted import ScriptedEngine
from pipeline.errors import UnavailableError
from pipeline.ground import ground_module
from pipeline.library.prompts import load_prompts
from pipeline.library.rubrics import load_rubrics
from pipeline.run.judging import JudgedModule, judged
from tests.builders import a_document, a_lesson, a_module, a_part

DOCUMENT = a_document()
PART = a_part(kind="explanation", markdown="The tanks are hot for most of an hour after shutdown.")
MODULE = a_module(lessons=(a_lesson(parts=(PART,)),), items=(), resources=())


def judge(engine: ScriptedEngine) -> JudgedModule:
    asker = Asker(engine, prompts=load_prompts(), attempts=1)
    grounded = ground_module(MODULE, (DOCUMENT,))
    return asyncio.run(judged(MODULE, grounded, (DOCUMENT,), load_rubrics(), asker=asker, concurrency=1))


def test_a_claim_that_the_engine_does_not_find_is_an_error_on_its_element_and_is_paid_for() -> None:
    reply = JudgeReply(verdicts=(VerdictDraft(claim=1, verdict="not_in_source", words="most of an hour"),))
    made = judge(ScriptedEngine([reply]))
    (finding,) = made.module.findings
    assert (finding.target, finding.criterion, finding.severity.value) == (
        "p-1", "claims_follow_from_the_source", "error",
    )  # fmt: skip
    assert "most of an hour" in finding.message
    assert made.module.usage.calls == 1
    assert made.stopped is None


def test_a_service_that_fails_leaves_the_module_with_a_gap() -> None:
    down = UnavailableError("endpoint", why="no connection", mend="try again")
    made = judge(ScriptedEngine([down]))
    assert made.stopped is down
    assert [gap.stage for gap in made.module.gaps] == ["judge-claims"]
    assert made.module.findings == ()
