"""Objectives → their lessons: parts in order, minutes, and a job aid where there is something to look up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.domain import Block, Brief, Lesson, Objective, Part, PartKind, Resource, ResourceKind
from pipeline.draft.desk import Desk, Judged
from pipeline.draft.glossary import Term, terms_of
from pipeline.draft.objectives import Outline
from pipeline.draft.topics import Topic, meant_once
from pipeline.engines.quotes import QuoteFinder, untraced
from pipeline.engines.shown import Shown
from pipeline.engines.tasks import LESSON, JobAidDraft, LessonInputs, LessonsReply, PartDraft
from pipeline.ids import short_id
from pipeline.prose.minutes import minutes_of

# What a lesson costs to write: its fixed parts, and as much again as it teaches, with the quotes.
_FIXED_TOKENS = 650
_TOKENS_A_WORD = 1.7
# Of the reply's limit, with room for lessons that turn out longer.
MOST_REPLY_TOKENS = 7000


@dataclass(frozen=True)
class Taught:
    """A lesson and its job aid; no lesson where the engine left a gap."""

    lesson: Lesson | None
    job_aid: Resource | None
    terms: tuple[Term, ...] = ()
    """What the reply explains besides; that of several lessons is with the first of them."""

    @property
    def practised(self) -> tuple[str, ...]:
        """Ids of the blocks that the lesson's own practice rests on."""
        parts = self.lesson.parts if self.lesson else ()
        return tuple(proof.block for part in parts if part.kind is PartKind.PRACTICE for proof in part.evidence)


@dataclass(frozen=True)
class _Piece:
    """A part or a job aid, and the topic it belongs to."""

    topic: Topic
    element: Part | Resource
    """With an id that says nothing yet: it depends on which parts are usable."""


async def draft_lessons(
    topics: tuple[Topic, ...],
    outline: Outline,
    *,
    brief: Brief,
    language: str,
    document: tuple[Block, ...],
    finder: QuoteFinder,
    desk: Desk,
) -> tuple[Taught, ...]:
    """The lessons of some topics of a chunk, in order.

    Topics that a reply passed over are asked about once more, by themselves.
    """
    shown = Shown(outline.blocks)
    numbers = {topic.objective.id: number for number, topic in enumerate(outline.topics, 1)}
    terms: list[Term] = []

    async def asked(some: Sequence[Topic]) -> dict[str, list[_Piece]] | None:
        inputs = LessonInputs(
            language=language,
            source_title=None,
            blocks=outline.blocks,
            document=document,
            brief=brief,
            topics=tuple(topic.as_inputs() for topic in outline.topics),
            asked=tuple(numbers[topic.objective.id] for topic in some),
        )
        explained: list[Term] = []

        def judge(reply: LessonsReply) -> list[Judged[_Piece]]:
            explained[:] = terms_of(reply.terms, shown=shown, finder=finder)
            return _judged(reply, dict(zip(inputs.asked, some, strict=True)), shown=shown, finder=finder)

        pieces = await desk.pieces(LESSON, inputs, targets=[topic.objective.id for topic in some], judge=judge)
        if pieces is None:
            return None
        terms.extend(explained)
        made: dict[str, list[_Piece]] = {}
        for piece in pieces:
            made.setdefault(piece.topic.objective.id, []).append(piece)
        return made

    made = await asked(topics)
    if made is None:
        return tuple(Taught(None, None) for _ in topics)
    missing = [topic for topic in topics if topic.objective.id not in made]
    if missing and made and not desk.asker.engine.reads_inputs:
        desk.expect(1)
        again = await asked(missing)
        for topic in missing:
            if again and topic.objective.id in again:
                desk.mended(topic.objective.id, LESSON.name)
        missing = [topic for topic in missing if again is not None and topic.objective.id not in again]
        made |= again or {}
    for topic in missing:
        desk.gap(topic.objective.id, LESSON.name, "empty", "the reply has no lesson for this objective")
    first, *others = (_taught(topic, made.get(topic.objective.id, [])) for topic in topics)
    return (replace(first, terms=tuple(terms)), *others)


def reply_tokens(topic: Topic) -> int:
    """How long the topic's lesson will be, about."""
    return _FIXED_TOKENS + int(_TOKENS_A_WORD * sum(len(block.text.split()) for block in topic.blocks))


def lesson_id_of(objective: Objective) -> str:
    """The id of the lesson that serves the objective."""
    return short_id("l", objective.id)


def job_aid_id_of(lesson_id: str) -> str:
    """The id of the job aid of that lesson."""
    return short_id("r", lesson_id, "job_aid")


def part_of(draft: PartDraft, *, part_id: str, shown: Shown, finder: QuoteFinder) -> Part:
    """The draft as an element."""
    evidence = finder.all_evidence(draft.quotes, shown=shown)
    return Part(id=part_id, kind=PartKind(draft.kind), markdown=draft.markdown.strip(), evidence=evidence)


def resource_of(draft: JobAidDraft, *, resource_id: str, shown: Shown, finder: QuoteFinder) -> Resource:
    """The draft as an element."""
    return Resource(
        id=resource_id,
        kind=ResourceKind.JOB_AID,
        title=draft.title.strip(),
        markdown=draft.markdown.strip(),
        evidence=finder.all_evidence(draft.quotes, shown=shown),
    )


def piece_problems(draft: PartDraft | JobAidDraft, made: Part | Resource, *, where: str) -> list[str]:
    """Why a part or a job aid cannot be used."""
    problems = [] if made.evidence else [untraced(draft.quotes, where=where)]
    if not draft.markdown.strip():
        problems.append(f"{where} is empty")
    if isinstance(draft, JobAidDraft) and not draft.title.strip():
        problems.append(f"{where} has no title")
    return problems


def _judged(
    reply: LessonsReply, topics: Mapping[int, Topic], *, shown: Shown, finder: QuoteFinder
) -> list[Judged[_Piece]]:
    """The parts and job aids of the reply's lessons, those of lessons for no objective asked about left out."""
    judged: list[Judged[_Piece]] = []
    numbers = meant_once([lesson.objective for lesson in reply.lessons], tuple(topics))
    for lesson, objective in zip(reply.lessons, numbers, strict=True):
        if objective is None:
            continue
        topic = topics[objective]
        drafts: list[PartDraft | JobAidDraft] = [*lesson.parts, *([lesson.job_aid] if lesson.job_aid else [])]
        for number, draft in enumerate(drafts, 1):
            where = f"lesson {objective}, part {number}"
            element = (
                part_of(draft, part_id="p", shown=shown, finder=finder)
                if isinstance(draft, PartDraft)
                else resource_of(draft, resource_id="r", shown=shown, finder=finder)
            )
            problems = piece_problems(draft, element, where=where)
            piece = None if problems else _Piece(topic, element)
            judged.append(Judged(topic.objective.id, piece, tuple(problems)))
    if not judged:
        return [Judged(topic.objective.id, None, ("there is no lesson in the reply",)) for topic in topics.values()]
    return judged


def _taught(topic: Topic, pieces: Sequence[_Piece]) -> Taught:
    """The lesson made of the topic's pieces."""
    lesson_id = lesson_id_of(topic.objective)
    twins: Counter[str] = Counter()
    parts = []
    aids = []
    for piece in pieces:
        element = piece.element
        if isinstance(element, Part):
            twins[element.kind] += 1
            part_id = short_id("p", lesson_id, element.kind.value, twins[element.kind])
            parts.append(element.model_copy(update={"id": part_id}))
        else:
            aids.append(element.model_copy(update={"id": job_aid_id_of(lesson_id)}))
    if not parts:
        return Taught(None, None)
    lesson = Lesson(
        id=lesson_id,
        title=topic.lesson_title,
        objective_ids=(topic.objective.id,),
        minutes=minutes_of(parts),
        parts=tuple(parts),
    )
    return Taught(lesson, aids[0] if aids else None)
