"""The formats of objectives: what is asked, what is kept of a reply, and what stays unknown."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pipeline.analyse import Triaged, triage
from pipeline.domain import Brief, Document, Objective, Reason, Suitability, Verdict
from pipeline.engines.tasks import Quote, ReasonDraft, TopicInputs
from pipeline.engines.triage import FormatDraft, SessionDraft, TriageInputs, TriageReply
from pipeline.errors import ReplyError
from tests.builders import a_document, an_evidence, an_objective
from tests.drafting import TaskEngine, an_asker

DOCUMENT = a_document()
STOP = Quote(block="2", text="Press the red STOP button")
VALVE = Quote(block="4", text="Close ball valve V-12")
INVENTED = Quote(block="2", text="Two people lost a hand here last year.")
BRIEF = Brief(audience="technicians", performance_goal="isolate the sealer")


def a_reason(quote: Quote = STOP, text: str = "It is done by hand.") -> ReasonDraft:
    return ReasonDraft(text=text, quotes=(quote,))


def a_format(objective: int, format_: Any = "async", quote: Quote = STOP) -> FormatDraft:
    return FormatDraft(objective=objective, format=format_, reasons=(a_reason(quote),))


def a_session(*objectives: int, minutes: int | None = None, quote: Quote = VALVE) -> SessionDraft:
    return SessionDraft(
        title="At the machine", objectives=objectives, activity="Each closes the valve", minutes=minutes, quotes=(quote,)
    )


def a_reply(**fields: Any) -> TriageReply:
    base: dict[str, Any] = {
        "verdict": "blended",
        "reasons": (a_reason(),),
        "objectives": (a_format(1), a_format(2, "live")),
        "sessions": (a_session(2),),
    }
    return TriageReply(**{**base, **fields})


def topics(document: Document = DOCUMENT) -> tuple[TopicInputs, ...]:
    ids = tuple(block.id for block in document.blocks)
    quotes = ("Press the red STOP button", "Close ball valve V-12")
    objectives: list[Objective] = [
        an_objective(document, id=f"o-{number}", evidence=(an_evidence(document, quote),))
        for number, quote in enumerate(quotes, 1)
    ]
    return tuple(
        TopicInputs(objective=one, lesson_title="A lesson", blocks=blocks)
        for one, blocks in zip(objectives, (ids[1:4], ids[4:6]), strict=True)
    )


def suitable(verdict: Verdict | None = Verdict.BLENDED, quote: str = "Press the red STOP button") -> Suitability:
    reason = Reason(text="So it is.", evidence=(an_evidence(DOCUMENT, quote),))
    return Suitability(verdict=verdict, reasons=(reason,) if verdict else ())


def triaged(
    *replies: TriageReply, before: Suitability | None = None, engine: TaskEngine | None = None, **fields: Any
) -> Triaged:
    queue = list(replies)
    engine = engine or TaskEngine(triage=lambda request: queue.pop(0))
    given: dict[str, Any] = {"documents": [DOCUMENT], "topics": topics(), **fields}
    return asyncio.run(
        triage(
            given["documents"], given["topics"], before or suitable(), BRIEF, an_asker(engine), language="en"
        )
    )


def test_each_objective_has_a_format_and_the_live_ones_a_session() -> None:
    found = triaged(a_reply()).suitability
    assert found.verdict is Verdict.BLENDED
    assert [(one.objective_id, one.format) for one in found.objectives] == [("o-1", "async"), ("o-2", "live")]
    assert [one.objective_ids for one in found.sessions] == [("o-2",)]
    for reason in (*found.reasons, *(reason for one in found.objectives for reason in one.reasons)):
        assert reason.evidence
        assert all(proof.holds_in(DOCUMENT.block(proof.block)) for proof in reason.evidence)


def test_what_was_judged_self_paced_after_reading_all_of_it_is_not_asked_about_again() -> None:
    engine = TaskEngine()
    found = triaged(engine=engine, before=suitable(Verdict.ASYNC)).suitability
    assert engine.asked == []
    assert found.verdict is Verdict.ASYNC
    assert [(one.objective_id, one.format, len(one.reasons)) for one in found.objectives] == [("o-1", "async", 1)]


def test_a_long_document_of_which_the_brief_saw_the_opening_is_asked_about_by_what_its_objectives_rest_on() -> None:
    filler = tuple(("paragraph", f"Sentence {number} of a very long document, told at length. " * 9) for number in range(60))
    opening = (("heading", "Lock out"), ("list_item", "Press the red STOP button and wait."))
    document = a_document((*opening, *filler, ("list_item", "Close ball valve V-12 and fit the lock.")))
    asked: list[TriageInputs] = []

    def reply(request: Any) -> TriageReply:
        asked.append(request.inputs)
        return a_reply()

    ids = tuple(block.id for block in document.blocks)
    engine = TaskEngine(triage=reply)
    two = (topics(document)[0], topics(document)[1].changed(blocks=ids[-1:]))
    triaged(engine=engine, before=suitable(Verdict.ASYNC), documents=[document], topics=two)
    assert engine.asked == ["triage"]
    assert [block.id for block in asked[0].blocks] == [ids[1], ids[-1]]


def test_an_objective_whose_reasons_cannot_be_traced_stays_unknown() -> None:
    found = triaged(a_reply(objectives=(a_format(1, quote=INVENTED), a_format(2, "live")))).suitability
    assert [one.objective_id for one in found.objectives] == ["o-2"]


def test_a_verdict_without_a_traceable_reason_is_unknown() -> None:
    assert triaged(a_reply(reasons=(a_reason(INVENTED),))).suitability.verdict is None


def test_a_blend_of_which_no_live_part_can_be_traced_is_unknown() -> None:
    found = triaged(a_reply(objectives=(a_format(1), a_format(2, "live", INVENTED)))).suitability
    assert (found.verdict, found.sessions) == (None, ())


@pytest.mark.parametrize(("quote", "kept"), [(VALVE, 45), (INVENTED, None)])
def test_minutes_that_nothing_in_the_source_stands_behind_are_unknown(quote: Quote, kept: int | None) -> None:
    (session,) = triaged(a_reply(sessions=(a_session(2, minutes=45, quote=quote),))).suitability.sessions
    assert session.minutes == kept


@pytest.mark.parametrize(
    "wrong",
    [
        a_reply(objectives=(a_format(1),)),
        a_reply(objectives=(a_format(1), a_format(2, "live"), a_format(7))),
        a_reply(objectives=(a_format(1), a_format(2, "live"), a_format(2, "live"))),
        a_reply(verdict="async"),
        a_reply(verdict="live"),
        a_reply(objectives=(a_format(1), a_format(2)), sessions=()),
        a_reply(sessions=()),
        a_reply(sessions=(a_session(1, 2),)),
        a_reply(sessions=(a_session(2).changed(activity=" "),)),
    ],
    ids=["missing", "unknown", "twice", "async", "live", "no-live-part", "no-session", "async-in-session", "no-activity"],
)
def test_a_reply_whose_parts_contradict_each_other_is_asked_for_again(wrong: TriageReply) -> None:
    assert triaged(wrong, a_reply()).suitability.sessions
    with pytest.raises(ReplyError):
        triaged(wrong, wrong)


def test_without_objectives_there_is_nothing_to_ask() -> None:
    engine = TaskEngine()
    assert triaged(engine=engine, topics=()).suitability == suitable()
    assert engine.asked == []


def test_a_book_of_many_objectives_is_asked_about_in_shares_and_judged_as_one() -> None:
    ids = tuple(block.id for block in DOCUMENT.blocks)
    proof = an_evidence(DOCUMENT, "Press the red STOP button")
    many = tuple(
        TopicInputs(
            objective=an_objective(DOCUMENT, id=f"o-{number}", evidence=(proof,)), lesson_title="L", blocks=ids[1:4]
        )
        for number in range(50)
    )

    def reply(request: Any) -> TriageReply:
        count = len(request.inputs.topics)
        if request.inputs.topics[0].objective.id == "o-0":
            formats = tuple(a_format(number) for number in range(1, count + 1))
            return a_reply(verdict="async", objectives=formats, sessions=())
        formats = (*(a_format(number) for number in range(1, count)), a_format(count, "live"))
        return a_reply(reasons=(a_reason(VALVE, "It is felt."),), objectives=formats, sessions=(a_session(count),))

    engine = TaskEngine(triage=reply)
    made = triaged(engine=engine, topics=many)
    assert engine.asked == ["triage", "triage"]
    assert made.suitability.verdict is Verdict.BLENDED
    assert [reason.text for reason in made.suitability.reasons] == ["It is felt."]
    assert [one.objective_id for one in made.suitability.objectives] == [f"o-{number}" for number in range(50)]
    assert [one.objective_ids for one in made.suitability.sessions] == [("o-49",)]
    assert made.usage.calls == 2
