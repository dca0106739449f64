"""The module: an ordered whole of elements, with what it was made from and by what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any, Literal, TypeVar, cast

from pydantic import ConfigDict, Field

from pipeline.domain.base import Noun
from pipeline.domain.briefs import Brief, Suitability
from pipeline.domain.elements import Element, Status
from pipeline.domain.items import QuizItem
from pipeline.domain.lessons import Lesson
from pipeline.domain.objectives import Objective
from pipeline.domain.resources import Resource
from pipeline.domain.rubrics import Finding
from pipeline.domain.scenarios import Scenario
from pipeline.domain.sources import Source

# History of the public shape: 1 = the first.
SCHEMA: Literal["sme2module/module/1"] = "sme2module/module/1"

_E = TypeVar("_E", bound=Element)


class ModuleSettings(Noun):
    """How a learner takes the module, and who looks after it."""

    pass_mark: float = Field(default=0.8, ge=0, le=1)
    attempts: int | None = None
    """Attempts at the test; null is without limit."""
    shuffle: bool = False
    owner: str | None = None
    review_by: date | None = None
    help_contact: str | None = None


class EngineRecord(Noun):
    """What drafted the module."""

    name: str
    model: str | None = None
    prompts: dict[str, str] = {}
    """Prompt id → version."""
    rubrics: dict[str, str] = {}
    """Rubric id → version."""
    revised: dict[str, tuple[str, ...]] = {}
    """Id of an element that was written again after the first check → the criteria it did not meet before."""


class OmissionReason(StrEnum):
    """Why a block is not taught."""

    FURNITURE = "furniture"
    PARKED = "parked"
    DUPLICATE = "duplicate"
    UNREADABLE = "unreadable"
    NOT_INSTRUCTIONAL = "not_instructional"


class Omission(Noun):
    """A source block that no element uses, and why."""

    source: str
    block: str
    reason: OmissionReason
    note: str | None = None
    signed_by: str | None = None


class Gap(Noun):
    """What an engine could not deliver; never filled with a stand-in."""

    target: str
    """Id of the lesson, objective or module that lacks something."""
    stage: str
    code: str
    message: str


class Usage(Noun):
    """What drafting cost."""

    calls: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    output_tokens: int = 0
    usd: float | None = None
    """Null where the model has no known price."""

    def __add__(self, other: Usage) -> Usage:
        """The sum; the price is unknown where either is."""
        usd = None if self.usd is None or other.usd is None else self.usd + other.usd
        return Usage(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            cached_input_tokens=self.cached_input_tokens + other.cached_input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            usd=usd,
        )


class Module(Noun):
    """The ordered whole that a designer reviews and a learner takes."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    schema_: Literal["sme2module/module/1"] = Field(default=SCHEMA, alias="schema", serialization_alias="schema")
    id: str
    title: str
    language: str
    status: Status = Status.DRAFT
    """approved where every element is approved or rejected and at least one is approved."""
    revision: int = 1
    """Counts every saved change of content, from 1."""
    brief: Brief
    settings: ModuleSettings = ModuleSettings()
    sources: tuple[Source, ...]
    suitability: Suitability
    engine: EngineRecord
    objectives: tuple[Objective, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    items: tuple[QuizItem, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    resources: tuple[Resource, ...] = ()
    omissions: tuple[Omission, ...] = ()
    gaps: tuple[Gap, ...] = ()
    findings: tuple[Finding, ...] = ()
    usage: Usage = Usage()

    def dump(self) -> dict[str, Any]:
        """The module JSON of the contract."""
        return self.model_dump(mode="json", by_alias=True)

    @property
    def is_outline(self) -> bool:
        """Whether nothing but its objectives is drafted."""
        return bool(self.objectives) and not (self.lessons or self.items or self.scenarios or self.resources)

    def elements(self) -> Iterator[Element]:
        """Every element in the order a reviewer and a learner meet them: by objective, its lessons, its items."""
        seen: set[str] = set()

        def fresh(found: Iterator[Element]) -> Iterator[Element]:
            for element in found:
                if element.id not in seen:
                    seen.add(element.id)
                    yield element

        lessons: dict[str, list[Lesson]] = {}
        for lesson in self.lessons:
            for objective_id in dict.fromkeys(lesson.objective_ids):
                lessons.setdefault(objective_id, []).append(lesson)
        items: dict[str, list[QuizItem]] = {}
        for item in self.items:
            items.setdefault(item.objective_id, []).append(item)
        for objective in self.objectives:
            yield from fresh(iter((objective,)))
            for lesson in lessons.get(objective.id, ()):
                yield from fresh(iter(lesson.parts))
            yield from fresh(iter(items.get(objective.id, ())))
        yield from fresh(part for lesson in self.lessons for part in lesson.parts)
        yield from fresh(iter(self.items))
        yield from fresh(iter(self.scenarios))
        yield from fresh(iter(self.resources))

    def element(self, element_id: str) -> Element:
        """The element with that id; raises KeyError."""
        for element in self.elements():
            if element.id == element_id:
                return element
        raise KeyError(element_id)

    def lesson_of(self, element_id: str) -> Lesson | None:
        """The lesson a part or item belongs to; None for other elements."""
        for lesson in self.lessons:
            if any(part.id == element_id for part in lesson.parts):
                return lesson
        for item in self.items:
            if item.id == element_id:
                return next((lesson for lesson in self.lessons if lesson.id == item.lesson_id), None)
        return None

    def with_element(self, element: Element) -> Module:
        """A copy in which `element` stands in the place of the one with its id; raises KeyError."""
        self.element(element.id)

        def swap(elements: tuple[_E, ...]) -> tuple[_E, ...]:
            return tuple(cast(_E, element) if old.id == element.id else old for old in elements)

        return self.model_copy(
            update={
                "objectives": swap(self.objectives),
                "lessons": tuple(lesson.model_copy(update={"parts": swap(lesson.parts)}) for lesson in self.lessons),
                "items": swap(self.items),
                "scenarios": swap(self.scenarios),
                "resources": swap(self.resources),
            }
        )

    def only(self, keep: set[str]) -> Module:
        """A copy with just the elements whose ids are in `keep`; a lesson without parts is left out."""
        lessons = (
            lesson.model_copy(update={"parts": tuple(part for part in lesson.parts if part.id in keep)})
            for lesson in self.lessons
        )
        return self.model_copy(
            update={
                "objectives": tuple(one for one in self.objectives if one.id in keep),
                "lessons": tuple(lesson for lesson in lessons if lesson.parts),
                "items": tuple(one for one in self.items if one.id in keep),
                "scenarios": tuple(one for one in self.scenarios if one.id in keep),
                "resources": tuple(one for one in self.resources if one.id in keep),
            }
        )

    def used_blocks(self) -> set[tuple[str, str]]:
        """(source id, block id) of every block that some element quotes or shows."""
        quoted = {(proof.source, proof.block) for element in self.elements() for proof in element.all_evidence}
        figures = (figure for lesson in self.lessons for part in lesson.parts for figure in part.figures)
        return quoted | {place for figure in figures for place in figure.blocks}

    def open_findings(self, element_id: str) -> tuple[Finding, ...]:
        """Findings on the element whose criterion is not waived for it."""
        element = self.element(element_id)
        return tuple(
            finding
            for finding in self.findings
            if finding.target == element_id and not element.waived(finding.criterion)
        )
