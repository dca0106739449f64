"""The default drafter: no key, no network, the same bytes for the same input on every machine.

In: a `Request` whose inputs are domain objects. Out: a `Completion` whose text is the reply as JSON, drafted from
facts read from the source. What the facts don't give is not drafted: `ReplyError` with code "empty".
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from pipeline.domain import Block, Usage
from pipeline.engines.base import Completion, Request
from pipeline.engines.embedded.brief import brief, learners_of, stated_audience
from pipeline.engines.embedded.context import with_served
from pipeline.engines.embedded.facts import Reading
from pipeline.engines.embedded.glossary import terms
from pipeline.engines.embedded.items import items
from pipeline.engines.embedded.lessons import lesson
from pipeline.engines.embedded.material import Material, restrict, told_of_everybody
from pipeline.engines.embedded.objectives import objectives
from pipeline.engines.embedded.phrasebook import Phrasebook, phrasebook
from pipeline.engines.embedded.reading import read_blocks
from pipeline.engines.embedded.relevance import relevance
from pipeline.engines.embedded.resources import resources
from pipeline.engines.embedded.rewrite import rewrite
from pipeline.engines.embedded.scenarios import scenarios
from pipeline.engines.embedded.triage import triage
from pipeline.engines.embedded.units import title_of_unit
from pipeline.engines.embedded.wording import Wording, names_in
from pipeline.engines.other_languages import in_other_languages, language_name
from pipeline.engines.tasks import (
    BriefInputs,
    Inputs,
    ItemsInputs,
    LessonDraft,
    LessonInputs,
    LessonsReply,
    ObjectivesInputs,
    ParkedBlock,
    QuizDraft,
    QuizzesReply,
    RewriteInputs,
)
from pipeline.engines.telling import ResourcesInputs, ScenariosInputs, ScenariosReply
from pipeline.engines.triage import TriageInputs
from pipeline.errors import ReplyError
from pipeline.ids import fingerprint

D = TypeVar("D", LessonDraft, QuizDraft)

_READINGS_KEPT = 4
# Counted up with every change of what is drafted from the same input, so that stored replies are not taken for it.
VERSION = 8


@dataclass(frozen=True)
class _Read:
    """A document as read, once."""

    blocks: tuple[Block, ...]
    language: str
    reading: Reading
    names: frozenset[str]
    foreign: Mapping[str, str]
    """Block id → its language, of what is in another one: nothing is read there."""
    voices: dict[tuple[str, int], Wording] = field(default_factory=dict)
    """How to speak to an audience, by turn of the wording: working it out goes through the whole document."""
    memos: dict[tuple[frozenset[str], int], dict[tuple[str, int], Any]] = field(default_factory=dict)
    """What drafting worked out of the sections, by who the learners are and the turn of the wording."""


class EmbeddedEngine:
    """Drafts from the facts of the source."""

    def __init__(self) -> None:
        self._readings: OrderedDict[str, _Read] = OrderedDict()

    @property
    def name(self) -> str:
        """What `--engine` takes."""
        return "embedded"

    @property
    def model(self) -> str | None:
        """It has none."""
        return None

    @property
    def reads_inputs(self) -> bool:
        """It works on the inputs themselves."""
        return True

    def request_key(self, request: Request) -> str:
        """The call's identity in the call store."""
        return request.key(engine=self.name, model=None, endpoint=None, settings={"version": VERSION})

    async def complete(self, request: Request) -> Completion:
        """The reply; raises ReplyError (code "empty") where the source gives nothing or the language has no phrases."""
        reply = self._reply(request.inputs, request.variant, request.task)
        return Completion(text=reply.model_dump_json(), usage=Usage(usd=0.0))

    async def describe(self) -> str:
        """It is always there."""
        return f"needs no key and no network, version {VERSION}"

    async def aclose(self) -> None:
        """It holds nothing."""

    def _reply(self, inputs: Inputs, variant: int, task: str) -> BaseModel:
        if isinstance(inputs, BriefInputs):
            return brief(inputs, self._material(inputs, inputs.audience, variant))
        if isinstance(inputs, TriageInputs):
            return triage(inputs, self._material(inputs, inputs.brief.audience, variant))
        if isinstance(inputs, ObjectivesInputs):
            told = objectives(self._material(inputs, inputs.brief.audience, variant), inputs.brief.audience)
            return told.model_copy(update={"parked": (*told.parked, *self._unread(inputs))})
        if isinstance(inputs, ItemsInputs):
            quizzes = (self._quiz(inputs, number, variant) for number in inputs.asked)
            return QuizzesReply(quizzes=_answered(task, quizzes))
        if isinstance(inputs, LessonInputs):
            lessons = (self._lesson(inputs, number, variant) for number in inputs.asked)
            explained = terms(self._material(inputs, inputs.brief.audience, variant))
            return LessonsReply(lessons=_answered(task, lessons), terms=explained)
        if isinstance(inputs, ScenariosInputs):
            material = self._material(inputs, inputs.brief.audience, variant)
            return ScenariosReply(scenarios=scenarios(material, inputs.tested))
        if isinstance(inputs, ResourcesInputs):
            return resources(inputs, self._material(inputs, inputs.brief.audience, variant))
        if isinstance(inputs, RewriteInputs):
            material = self._material(inputs, inputs.brief.audience, variant)
            # A story is told of what the whole module teaches.
            about = material if inputs.kind == "scenario" else serving(material)
            drafted_again = rewrite(inputs, about, max(variant, 1))
            if drafted_again is None:
                raise nothing_left(task)
            return drafted_again
        raise TypeError(f"the embedded engine has no answer to {type(inputs).__name__}")

    def _lesson(self, inputs: LessonInputs, number: int, variant: int) -> LessonDraft | None:
        """The lesson of one of the objectives asked about; None where its blocks give nothing to say."""
        topic = inputs.topic(number)
        about = inputs.model_copy(update={"blocks": inputs.blocks_of(topic)})
        material = serving(self._material(about, inputs.brief.audience, variant))
        title = topic.lesson_title or title_of_unit(material)
        drafted = lesson(material, title, reasons_told=self._reasons(inputs, number, variant))
        return LessonDraft(objective=number, parts=drafted.parts, job_aid=drafted.job_aid) if drafted.parts else None

    def _reasons(self, inputs: LessonInputs, number: int, variant: int) -> frozenset[str]:
        """The sentences with which the lessons before this one say why they matter."""
        told: frozenset[str] = frozenset()
        for topic in inputs.topics[: number - 1]:
            about = inputs.model_copy(update={"blocks": inputs.blocks_of(topic)})
            material = serving(self._material(about, inputs.brief.audience, variant))
            opening = relevance(material, topic.lesson_title or title_of_unit(material), told=told)
            told |= {quote.text for quote in opening.quotes[-1:]} if opening is not None else frozenset()
        return told

    def _quiz(self, inputs: ItemsInputs, number: int, variant: int) -> QuizDraft | None:
        """The items of one of the objectives asked about; None where its blocks give nothing to ask."""
        topic = inputs.topic(number)
        about = inputs.model_copy(update={"blocks": inputs.blocks_of(topic)})
        most = inputs.most(topic)
        quiz = items(
            serving(self._material(about, inputs.brief.audience, variant)),
            test=most.test,
            practice_items=most.practice,
            follow_up_items=topic.follow_ups,
            recall=topic.objective.bloom.value in ("remember", "understand"),
        )
        return QuizDraft(objective=number, items=quiz.items) if quiz.items else None

    def _material(self, inputs: Inputs, audience: str | None, variant: int) -> Material:
        book = phrasebook(inputs.language)
        read = self._read(inputs.document or inputs.blocks, inputs.language)
        voice = (audience or "", variant)
        if voice not in read.voices:
            read.voices[voice] = wording_for(read.reading, book, read.names, *voice)
        wording = read.voices[voice]
        memo = read.memos.setdefault((wording.learners, variant), {})
        own = [block for block in inputs.blocks if block.is_teachable and block.id not in read.foreign]
        return restrict(read.reading, own, wording, memo=memo)

    def _unread(self, inputs: ObjectivesInputs) -> tuple[ParkedBlock, ...]:
        """The blocks asked about that are in another language, as the ledger lists them."""
        foreign = self._read(inputs.document or inputs.blocks, inputs.language).foreign
        book = phrasebook(inputs.language)
        return tuple(
            ParkedBlock(
                block=block.id,
                reason="unreadable",
                note=book.say("parked.foreign", language=language_name(foreign[block.id])),
            )
            for block in inputs.blocks
            if block.id in foreign
        )

    def _read(self, blocks: Sequence[Block], language: str) -> _Read:
        listed = tuple(blocks)
        for known, kept in self._readings.items():
            # Of one run the blocks are the same objects, which compares faster than hashing a long document's text.
            if kept.language == language and kept.blocks == listed:
                self._readings.move_to_end(known)
                return kept
        key = fingerprint([language, [[block.id, block.text] for block in blocks]])
        foreign = in_other_languages((block for block in blocks if block.is_teachable), language)
        teachable = tuple(block for block in blocks if block.is_teachable and block.id not in foreign)
        reading = told_of_everybody(read_blocks(teachable, language))
        read = _Read(listed, language, reading, names_in(teachable), foreign)
        self._readings[key] = read
        while len(self._readings) > _READINGS_KEPT:
            self._readings.popitem(last=False)
        return read


def wording_for(reading: Reading, book: Phrasebook, names: frozenset[str], audience: str, variant: int) -> Wording:
    """How the document is told to an audience, with the wording of that turn."""
    wording = Wording(book, names).turned(variant)
    learners = learners_of(stated_audience(reading, wording) or "", wording) | learners_of(audience, wording)
    roles = frozenset(wording.actor_key(duty.actor) for section in reading.sections for duty in section.duties)
    if len({role.removesuffix("s") for role in learners & roles}) > 1:
        # Where several roles learn together, a rule for one of them is no rule for "you".
        learners -= roles
    return Wording(book, names, learners).turned(variant)


def _answered(task: str, drafts: Iterable[D | None]) -> tuple[D, ...]:
    """The drafts that came to something; raises ReplyError where none did."""
    kept = tuple(draft for draft in drafts if draft is not None)
    if not kept:
        raise nothing_left(task)
    return kept


def serving(material: Material) -> Material:
    """The material with the terms, examples and reasons that are taught with it, from all over the document."""
    blocks = [
        block
        for section in with_served(material.sections, material)
        for block in (section.heading, *section.blocks)
        if block is not None
    ]
    return material.narrowed(blocks) if blocks else material


def nothing_left(task: str) -> ReplyError:
    """The error for a part of the source that gives nothing (more) to the task."""
    return ReplyError(
        f"drafting ({task})",
        why="there is nothing else to ask or to say about this part of the source",
        mend="edit the element, or draft with --engine openai",
        code="empty",
    )
