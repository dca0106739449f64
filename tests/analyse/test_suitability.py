"""The brief: what is kept of a reply whose reasons cannot all be traced."""

from __future__ import annotations

import asyncio

from pipeline.analyse import Assessment, assess
from pipeline.domain import Order, Verdict
from pipeline.engines.tasks import BriefReply, Quote, ReasonDraft
from tests.builders import a_document
from tests.drafting import TaskEngine, an_asker
from tests.engines.questions import a_brief_reply

DOCUMENT = a_document()
REAL = ReasonDraft(text="It is a procedure.", quotes=(Quote(block="2", text="Press the red STOP button"),))
INVENTED = ReasonDraft(text="It is dangerous.", quotes=(Quote(block="2", text="Many people were hurt by it last year."),))


def assessed(reply: BriefReply, engine: TaskEngine | None = None) -> Assessment:
    engine = engine or TaskEngine(brief=lambda request: reply)
    return asyncio.run(assess([DOCUMENT], Order(), an_asker(engine), language="en"))


def test_reasons_that_cannot_be_traced_are_left_out_without_asking_again() -> None:
    reply = a_brief_reply(reasons=(INVENTED, REAL))
    engine = TaskEngine(brief=lambda request: reply)
    made = assessed(reply, engine)
    assert engine.asked == ["brief"]
    assert made.suitability.verdict is Verdict.ASYNC
    assert [reason.text for reason in made.suitability.reasons] == [REAL.text]
    (proof,) = made.suitability.reasons[0].evidence
    assert proof.holds_in(DOCUMENT.block(proof.block))


def test_a_verdict_without_a_traceable_reason_is_unknown_and_the_brief_is_kept() -> None:
    made = assessed(a_brief_reply(reasons=(INVENTED,)))
    assert made.suitability.verdict is None
    assert made.suitability.reasons == ()
    assert made.brief.audience == "technicians"
    assert made.title == "Lock out the carton sealer"


def test_a_brief_without_an_audience_is_asked_for_again() -> None:
    replies = [a_brief_reply(audience=" "), a_brief_reply()]
    engine = TaskEngine(brief=lambda request: replies.pop(0))
    assert assessed(a_brief_reply(), engine).brief.audience == "technicians"
    assert engine.asked == ["brief", "brief"]
