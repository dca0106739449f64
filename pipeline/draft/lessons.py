"""One objective → its lesson: parts in order, minutes, and a job aid where there is something to look up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipeline.domain import Block, Brief, Lesson, Objective, Part, PartKind, Resource, ResourceKind
from pipeline.draft.desk import Desk, Judged
from pipeline.draft.objectives import Topic
from pipeline.engines.quotes import QuoteFinder
from pipeline.engines.tasks import LESSON, JobAidDraft, LessonInputs, LessonReply, PartDraft
from pipeline.ids import short_id

# Reading speed of the grain-size rubric, and what a learner spends on deciding, answering and writing.
_WORDS_PER_MIN = 200
_ACTIVITY_MIN = {PartKind.PRACTICE: 1.0, PartKind.REFLECTION: 0.5}


@dataclass(frozen=True)
class Taught:
    """A lesson and its job aid; no lesson where the engine left a gap."""

    lesson: Lesson | None
    job_aid: Resource | None


async def draft_lesson(
    topic: Topic, *, brief: Brief, language: str, document: tuple[Block, ...], finder: QuoteFinder, desk: Desk
) -> Taught:
    """The lesson of one topic."""
    near = tuple(block.id for block in topic.blocks)

    def judge(reply: LessonReply) -> list[Judged[PartDraft | JobAidDraft]]:
        if not reply.parts:
            nothing = PartDraft(kind="explanation", markdown="", quotes=())
            return [Judged(nothing, ("the lesson has no parts",))]
        pieces: list[PartDraft | JobAidDraft] = [*reply.parts]
        if reply.job_aid is not None:
            pieces.append(reply.job_aid)
        return [
            Judged(piece, tuple(piece_problems(piece, where=f"part {number}", near=near, finder=finder)))
            for number, piece in enumerate(pieces, 1)
        ]

    inputs = LessonInputs(
        language=language,
        source_title=topic.lesson_title,
        blocks=topic.blocks,
        document=document,
        brief=brief,
        objective=topic.objective,
    )
    pieces = await desk.pieces(LESSON, inputs, target=topic.objective.id, judge=judge)
    drafts = [piece for piece in pieces if isinstance(piece, PartDraft)]
    if not drafts:
        return Taught(None, None)
    lesson_id = lesson_id_of(topic.objective)
    twins: Counter[str] = Counter()
    parts = []
    for draft in drafts:
        twins[draft.kind] += 1
        part_id = short_id("p", lesson_id, draft.kind, twins[draft.kind])
        parts.append(part_of(draft, part_id=part_id, near=near, finder=finder))
    lesson = Lesson(
        id=lesson_id,
        title=topic.lesson_title,
        objective_ids=(topic.objective.id,),
        minutes=minutes_of(parts),
        parts=tuple(parts),
    )
    aids = [
        resource_of(piece, resource_id=short_id("r", lesson_id, "job_aid"), near=near, finder=finder)
        for piece in pieces
        if isinstance(piece, JobAidDraft)
    ]
    return Taught(lesson, aids[0] if aids else None)


def lesson_id_of(objective: Objective) -> str:
    """The id of the lesson that serves the objective."""
    return short_id("l", objective.id)


def minutes_of(parts: list[Part]) -> float:
    """Minutes a learner needs: reading at 200 words a minute plus activity, to a tenth."""
    words = sum(len(part.markdown.split()) for part in parts)
    activity = sum(_ACTIVITY_MIN.get(part.kind, 0.0) for part in parts)
    return round(max(words / _WORDS_PER_MIN + activity, 0.1), 1)


def part_of(draft: PartDraft, *, part_id: str, near: tuple[str, ...], finder: QuoteFinder) -> Part:
    """The draft as an element."""
    evidence = finder.all_evidence(draft.quotes, near=near)
    return Part(id=part_id, kind=PartKind(draft.kind), markdown=draft.markdown.strip(), evidence=evidence)


def resource_of(draft: JobAidDraft, *, resource_id: str, near: tuple[str, ...], finder: QuoteFinder) -> Resource:
    """The draft as an element."""
    return Resource(
        id=resource_id,
        kind=ResourceKind.JOB_AID,
        title=draft.title.strip(),
        markdown=draft.markdown.strip(),
        evidence=finder.all_evidence(draft.quotes, near=near),
    )


def piece_problems(
    draft: PartDraft | JobAidDraft, *, where: str, near: tuple[str, ...], finder: QuoteFinder
) -> list[str]:
    """What is wrong with a part or a job aid."""
    problems = finder.problems(draft.quotes, near=near, where=where)
    if not draft.markdown.strip():
        problems.append(f"{where} is empty")
    if isinstance(draft, JobAidDraft) and not draft.title.strip():
        problems.append(f"{where} has no title")
    return problems
