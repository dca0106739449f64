"""An engine for tests of drafting: answers each task from a function, whatever order the questions come in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from pipeline.domain import Noun, Usage
from pipeline.engines.ask import Asker
from pipeline.engines.base import Completion, Request
from pipeline.engines.mending import MendedReply
from pipeline.engines.tasks import (
    BriefReply,
    ItemDraft,
    JobAidDraft,
    LessonDraft,
    LessonInputs,
    LessonsReply,
    ObjectiveDraft,
    ObjectivesReply,
    OptionDraft,
    PartDraft,
    QuizDraft,
    QuizzesReply,
    Quote,
    ReasonDraft,
)
from pipeline.engines.telling import (
    ChoiceDraft,
    NodeDraft,
    ResourcesReply,
    ScenarioDraft,
    ScenariosReply,
)
from pipeline.engines.triage import FormatDraft, TriageInputs, TriageReply
from pipeline.library.prompts import load_prompts

Reply = Callable[[Request], Noun | str | Exception]


class TaskEngine:
    """Replies by task; counts what it was asked."""

    name = "scripted"
    model = "test-model"
    reads_inputs = False

    def __init__(self, **replies: Reply) -> None:
        self.replies: dict[str, Reply] = {
            "brief": brief,
            "objectives": one_objective,
            "lesson": a_lesson_reply,
            "items": one_item,
            "triage": all_self_paced,
            "scenarios": no_story,
            "resources": no_resource,
            "mend": nothing_mended,
            **{name.replace("_", "-"): reply for name, reply in replies.items()},
        }
        self.asked: list[str] = []
        self.in_flight = 0
        self.most_in_flight = 0

    async def complete(self, request: Request) -> Completion:
        """The reply of the request's task."""
        self.asked.append(request.task)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        await asyncio.sleep(0)
        self.in_flight -= 1
        said = self.replies[request.task](request)
        if isinstance(said, Exception):
            raise said
        text = said if isinstance(said, str) else said.model_dump_json()
        return Completion(text, usage=Usage(calls=1, input_tokens=10, output_tokens=5, usd=0.5))

    def request_key(self, request: Request) -> str:
        """The call's identity."""
        return request.key(engine=self.name, model=self.model, endpoint=None, settings={})

    async def describe(self) -> str:
        """For doctor."""
        return "ready"

    async def aclose(self) -> None:
        """Nothing to close."""


def an_asker(engine: TaskEngine, *, attempts: int = 2, calls: Any = None) -> Asker:
    """An asker over the project's own prompts."""
    return Asker(engine, prompts=load_prompts(), attempts=attempts, calls=calls)


def first_quote(request: Request) -> Quote:
    """A whole block that the question is about."""
    block = next(block for block in request.inputs.blocks if block.kind.value != "heading")
    return Quote(block=block.id, text=block.text)


def brief(request: Request) -> BriefReply:
    """A brief; one that quotes nothing where the question shows nothing."""
    quotes = (first_quote(request),) if request.inputs is not None else ()
    return BriefReply(
        title="Isolate the sealer",
        audience="technicians",
        performance_goal="isolate the sealer before service",
        prerequisites=(),
        tone="plain",
        verdict="async",
        reasons=(ReasonDraft(text="It is a procedure.", quotes=quotes),),
    )


def nothing_mended(request: Request) -> MendedReply:
    """No element is written again."""
    return MendedReply(mended=())


def all_self_paced(request: Request) -> TriageReply:
    """Every objective is learned alone."""
    assert isinstance(request.inputs, TriageInputs)
    why = (ReasonDraft(text="It is a procedure.", quotes=(first_quote(request),)),)
    numbers = range(1, len(request.inputs.topics) + 1)
    formats = tuple(FormatDraft(objective=number, format="async", reasons=why) for number in numbers)
    return TriageReply(verdict="async", reasons=why, objectives=formats, sessions=())


def one_objective(request: Request) -> ObjectivesReply:
    """One objective over all blocks of the chunk."""
    return ObjectivesReply(
        objectives=(
            ObjectiveDraft(
                lesson_title="Isolate the sealer",
                text="Given a jam, the technician isolates the sealer without error.",
                audience="the technician",
                behaviour="isolates the sealer",
                condition="Given a jam",
                degree="without error",
                bloom="apply",
                job_behaviour=None,
                blocks=tuple(block.id for block in request.inputs.blocks),
                quotes=(first_quote(request),),
            ),
        ),
        parked=(),
    )


def lessons_of(request: Request, *parts: PartDraft, job_aid: JobAidDraft | None = None) -> LessonsReply:
    """The same lesson for every objective asked about."""
    asked: tuple[int, ...] = request.inputs.asked  # type: ignore[attr-defined]
    return LessonsReply(lessons=tuple(LessonDraft(objective=one, parts=parts, job_aid=job_aid) for one in asked))


def items_of(request: Request, *items: ItemDraft) -> QuizzesReply:
    """The same items for every objective asked about."""
    asked: tuple[int, ...] = request.inputs.asked  # type: ignore[attr-defined]
    return QuizzesReply(quizzes=tuple(QuizDraft(objective=one, items=items) for one in asked))


def a_lesson_reply(request: Request) -> LessonsReply:
    """For each objective a part for each of its blocks, and a job aid."""
    inputs = request.inputs
    assert isinstance(inputs, LessonInputs)
    lessons = []
    for number in inputs.asked:
        quotes = [
            Quote(block=block.id, text=block.text)
            for block in inputs.blocks_of(inputs.topic(number))
            if block.kind.value != "heading"
        ]
        parts = tuple(PartDraft(kind="explanation", markdown=quote.text, quotes=(quote,)) for quote in quotes)
        aid = JobAidDraft(title="Checklist", markdown="- [ ] one", quotes=(quotes[0],))
        lessons.append(LessonDraft(objective=number, parts=parts, job_aid=aid))
    return LessonsReply(lessons=tuple(lessons))


def an_item_draft(request: Request, stem: str = "A jam occurs. What do you do?", **fields: Any) -> ItemDraft:
    """A single-choice item."""
    options = tuple(
        OptionDraft(
            text=f"Do the {n} thing",
            feedback=f"The {n} thing has its own case.",
            misconception=None,
            target=None,
            quotes=(),
        )
        for n in ("first", "second", "third")
    )
    base: dict[str, Any] = {
        "type": "single",
        "use": "test",
        "bloom": "apply",
        "stem": stem,
        "options": options,
        "correct": (1,),
        "accepted": (),
        "number": None,
        "general_feedback": "",
        "hint": None,
        "quotes": (first_quote(request),),
    }
    return ItemDraft(**{**base, **fields})


def one_item(request: Request) -> QuizzesReply:
    """One single-choice item."""
    return items_of(request, an_item_draft(request))


def no_story(request: Request) -> ScenariosReply:
    """No scenario."""
    return ScenariosReply(scenarios=())


def no_resource(request: Request) -> ResourcesReply:
    """No script and no discussion."""
    return ResourcesReply(resources=())


def a_choice(text: str, leads_to: str | None, quality: Any = "poor", **fields: Any) -> ChoiceDraft:
    """Something to do at a node."""
    base = {"consequence": f"{text}, and it is done.", "feedback": f"The rule decides about: {text}."}
    return ChoiceDraft(text=text, quality=quality, next=leads_to, **{**base, **fields})


def a_story(request: Request, *, title: str = "A jam on Monday") -> ScenarioDraft:
    """Two decisions, each with a second chance after the first mistake."""
    quote = first_quote(request)
    situations = (
        ("a", "You see a jam.", (a_choice("Pull it out", "b"), a_choice("Stop the belts", "c", "best"))),
        ("b", "The jam is still there.", (a_choice("Push it in", None), a_choice("Stop them now", "c", "best"))),
        ("c", "The belts stand still.", (a_choice("Open the guard", None), a_choice("Lock it", "d", "best"))),
        ("d", "The belts are locked.", ()),
    )
    nodes = (
        NodeDraft(id=name, situation=told, choices=choices, quotes=(quote,) if choices else ())
        for name, told, choices in situations
    )
    return ScenarioDraft(title=title, nodes=tuple(nodes))
