"""The module without its elements: brief, settings, the order of the elements, omissions, gaps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pipeline.domain import (
    Brief,
    Element,
    EngineRecord,
    Finding,
    Gap,
    Lesson,
    Module,
    ModuleSettings,
    Noun,
    Omission,
    Source,
    Suitability,
    Usage,
)
from pipeline.store.fold import module_status


class LessonFrame(Noun):
    """A lesson with its parts' ids."""

    id: str
    title: str
    objective_ids: tuple[str, ...]
    minutes: float
    parts: tuple[str, ...]


class Frame(Noun):
    """Everything of a module that is not an element, a finding or a decision."""

    title: str
    language: str
    brief: Brief
    settings: ModuleSettings
    sources: tuple[Source, ...]
    suitability: Suitability
    engine: EngineRecord
    objectives: tuple[str, ...]
    lessons: tuple[LessonFrame, ...]
    items: tuple[str, ...]
    scenarios: tuple[str, ...]
    resources: tuple[str, ...]
    omissions: tuple[Omission, ...]
    gaps: tuple[Gap, ...]
    usage: Usage

    @classmethod
    def of(cls, module: Module) -> Frame:
        """The frame of a module."""
        return cls(
            title=module.title,
            language=module.language,
            brief=module.brief,
            settings=module.settings,
            sources=module.sources,
            suitability=module.suitability,
            engine=module.engine,
            objectives=tuple(one.id for one in module.objectives),
            lessons=tuple(
                LessonFrame(
                    id=lesson.id, title=lesson.title, objective_ids=lesson.objective_ids,
                    minutes=lesson.minutes, parts=tuple(part.id for part in lesson.parts),
                )
                for lesson in module.lessons
            ),
            items=tuple(one.id for one in module.items),
            scenarios=tuple(one.id for one in module.scenarios),
            resources=tuple(one.id for one in module.resources),
            omissions=module.omissions,
            gaps=module.gaps,
            usage=module.usage,
        )

    def module(
        self, module_id: str, *, revision: int, elements: Mapping[str, Element], findings: Iterable[Finding]
    ) -> Module:
        """The module with its elements in their places."""

        def placed(ids: Iterable[str]) -> tuple[Any, ...]:
            return tuple(elements[name] for name in ids)

        return Module(
            id=module_id,
            title=self.title,
            language=self.language,
            status=module_status(elements[name].status for name in self.element_ids),
            revision=revision,
            brief=self.brief,
            settings=self.settings,
            sources=self.sources,
            suitability=self.suitability,
            engine=self.engine,
            objectives=placed(self.objectives),
            lessons=tuple(
                Lesson(
                    id=lesson.id, title=lesson.title, objective_ids=lesson.objective_ids,
                    minutes=lesson.minutes, parts=placed(lesson.parts),
                )
                for lesson in self.lessons
            ),
            items=placed(self.items),
            scenarios=placed(self.scenarios),
            resources=placed(self.resources),
            omissions=self.omissions,
            gaps=self.gaps,
            findings=tuple(findings),
            usage=self.usage,
        )

    @property
    def element_ids(self) -> tuple[str, ...]:
        """Ids of the elements that have a place, each once."""
        parts = (part for lesson in self.lessons for part in lesson.parts)
        return tuple(
            dict.fromkeys((*self.objectives, *parts, *self.items, *self.scenarios, *self.resources))
        )

    @property
    def summary(self) -> dict[str, Any]:
        """What a list of modules shows of it."""
        return {
            "language": self.language,
            "engine": self.engine.name,
            "model": self.engine.model,
            "sources": [source.path.replace("\\", "/").rsplit("/", 1)[-1] for source in self.sources],
            "gaps": len(self.gaps),
        }

    def told_of_settings(self, before: Frame) -> dict[str, Any]:
        """For the audit trail: each setting that is another than before, with what it was and what it is."""
        old, new = before.settings.dump(), self.settings.dump()
        changed = {name: {"from": old[name], "to": new[name]} for name in new if new[name] != old[name]}
        return {"settings": changed} if changed else {}

    def differing(self, other: Frame, *, apart_from: Collection[str] = ()) -> tuple[str, ...]:
        """Names of the fields in which the two differ."""
        return tuple(
            name
            for name in type(self).model_fields
            if name not in apart_from and getattr(self, name) != getattr(other, name)
        )
