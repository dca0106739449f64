"""A language model judges what rules leave open, each claim once, and nothing else."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.domain import Claim, Grounding, ProblemKind
from pipeline.engines.ask import Asker
from pipeline.engines.judging import JudgeReply, VerdictDraft
from pipeline.engines.scripted import ScriptedEngine
from pipeline.errors import ParkedError, UnavailableError
from pipeline.ground import ground_module, judge_claims
from pipeline.ground.judge import CLAIMS_A_QUESTION, Judged, open_claims
from pipeline.library.prompts import load_prompts
from tests.builders import a_document, a_lesson, a_module, a_part

DOCUMENT = a_document()
OPEN = "The tanks are hot for most of an hour after shutdown."


def saying(markdown: str) -> tuple[tuple[Claim, Grounding], ...]:
    lesson = a_lesson(parts=(a_part(kind="explanation", markdown=markdown),))
    return ground_module(a_module(lessons=(lesson,), items=(), resources=()), (DOCUMENT,))


def ask(engine: ScriptedEngine, grounded: tuple[tuple[Claim, Grounding], ...]) -> Judged:
    asker = Asker(engine, prompts=load_prompts(), attempts=2)
    return asyncio.run(judge_claims(grounded, (DOCUMENT,), asker, language="en", concurrency=2))


def verdict(claim: int, said: str, words: str | None = None) -> VerdictDraft:
    return VerdictDraft(claim=claim, verdict=said, words=words)


def test_only_what_rules_leave_open_is_asked_with_the_words_nearest_to_it() -> None:
    wrong = "Hot-melt tanks stay above 160 °C for 20 minutes after shutdown."
    grounded = saying(f"Hot-melt tanks stay above 160 °C for 40 minutes after shutdown. {wrong} {OPEN}")
    assert [claim.text for claim, _ in open_claims(grounded)] == [OPEN]
    engine = ScriptedEngine([JudgeReply(verdicts=(verdict(1, "supported"),))])
    judged = ask(engine, grounded)
    assert [grounding.supported for _, grounding in judged.grounded] == [True]
    (request,) = engine.requests
    text = "\n".join(message.content for message in request.messages)
    assert f"1. {OPEN}" in text
    assert "Hot-melt tanks stay above 160 °C for 40 minutes after shutdown." in text


@pytest.mark.parametrize(
    ("said", "kind"),
    [("contradicted", ProblemKind.CONTRADICTION), ("not_in_source", ProblemKind.UNSUPPORTED)],
)
def test_a_verdict_against_a_claim_is_a_problem_with_its_words(said: str, kind: ProblemKind) -> None:
    engine = ScriptedEngine([JudgeReply(verdicts=(verdict(1, said, "most of an hour"),))])
    ((_, grounding),) = ask(engine, saying(OPEN)).grounded
    assert (grounding.supported, grounding.problems[0].kind) == (False, kind)
    assert "most of an hour" in grounding.problems[0].text
    assert grounding.score < 0.5


def test_a_reply_that_leaves_a_claim_out_is_asked_again_and_then_a_gap() -> None:
    none = JudgeReply(verdicts=())
    engine = ScriptedEngine([none, JudgeReply(verdicts=(verdict(1, "supported"),))])
    assert ask(engine, saying(OPEN)).gaps == ()
    (gap,) = ask(ScriptedEngine([none, none]), saying(OPEN)).gaps
    assert (gap.stage, gap.target) == ("judge-claims", "p-1")


def test_many_claims_are_several_questions() -> None:
    many = tuple(
        (Claim(text=f"Claim {number}.", target="p-1"), Grounding(claim=f"Claim {number}.", supported=True, score=0.6))
        for number in range(CLAIMS_A_QUESTION + 1)
    )
    first = JudgeReply(verdicts=tuple(verdict(number, "supported") for number in range(1, CLAIMS_A_QUESTION + 1)))
    engine = ScriptedEngine([first, JudgeReply(verdicts=(verdict(1, "supported"),))])
    assert len(ask(engine, many).grounded) == CLAIMS_A_QUESTION + 1


def test_an_engine_that_reads_inputs_is_asked_nothing() -> None:
    engine = ScriptedEngine(reads_inputs=True)
    assert ask(engine, saying(OPEN)).grounded == ()
    assert engine.requests == []


def a_claim(number: int) -> tuple[Claim, Grounding]:
    return Claim(text=f"Claim {number}.", target="p-1"), Grounding(claim=f"Claim {number}.", supported=True, score=0.6)


THREE_QUESTIONS = tuple(a_claim(number) for number in range(2 * CLAIMS_A_QUESTION + 1))


def test_a_service_that_fails_is_no_verdict_and_is_asked_nothing_more() -> None:
    down = UnavailableError("endpoint", why="no connection", mend="try again")
    first = JudgeReply(verdicts=tuple(verdict(number, "supported") for number in range(1, CLAIMS_A_QUESTION + 1)))
    engine = ScriptedEngine([first, down])
    judged = ask(engine, THREE_QUESTIONS)
    assert judged.stopped is down
    # What was answered before, and paid for, is not lost.
    assert len(judged.grounded) == CLAIMS_A_QUESTION
    assert judged.usage.calls == 1
    assert len(engine.requests) == 2


def test_replies_that_come_later_are_all_asked_for_in_one_go() -> None:
    later = ParkedError("reply", why="it comes later", mend="wait")
    engine = ScriptedEngine([later, later, later])
    with pytest.raises(ParkedError):
        ask(engine, THREE_QUESTIONS)
    assert len(engine.requests) == 3
