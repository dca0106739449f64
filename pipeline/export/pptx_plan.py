"""What of a module is done together, in which order and for how long, and what people learn alone before.

In: a module with its verdict and live sessions. Out: the plan of a facilitator's deck.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain import (
    ItemUse,
    Lesson,
    Module,
    QuizItem,
    Resource,
    ResourceKind,
    Scenario,
    Session,
    Verdict,
    item_minutes,
    scenario_minutes,
    whole_minutes,
)
from pipeline.export.discussions import Discussion, discussion_of
from pipeline.library.strings import Strings

# A question that pairs talk over: a minute to think, two to talk, two to collect, as the notes tell the facilitator.
_PROMPT_MIN = 5


@dataclass(frozen=True)
class Slot:
    """A line of the agenda."""

    title: str
    minutes: int | None
    """Whole ones; None where there is nothing to go by."""
    is_least: bool = False
    """Whether it takes at least so long: the source gives no time for it."""


@dataclass(frozen=True)
class Plan:
    """What the deck is for."""

    before: tuple[Lesson, ...]
    """Learned alone beforehand; empty where all is done together."""
    lessons: tuple[Lesson, ...]
    """Gone through together, before the sessions that need their steps."""
    sessions: tuple[Session, ...]
    stories: tuple[Scenario, ...]
    talks: tuple[tuple[Resource, Discussion], ...]
    practice: tuple[QuizItem, ...]
    """Questions of the lessons, and those of no lesson."""

    def of_lesson(self, lesson: Lesson) -> tuple[QuizItem, ...]:
        """The practice of that lesson."""
        return tuple(item for item in self.practice if item.lesson_id == lesson.id)

    @property
    def loose(self) -> tuple[QuizItem, ...]:
        """The practice of no lesson."""
        known = {lesson.id for lesson in (*self.before, *self.lessons)}
        return tuple(item for item in self.practice if item.lesson_id not in known)

    def slots(self, say: Strings) -> tuple[Slot, ...]:
        """The agenda in the order in which things are done."""
        found = [Slot(one.title, self._lesson_minutes(one)) for one in self.lessons]
        found += [self.slot(one) for one in self.sessions]
        found += [Slot(f"{say['scenario']}: {one.title}", whole_minutes(scenario_minutes(one))) for one in self.stories]
        found += [
            Slot(f"{say['resource_discussion']}: {one.title}", _PROMPT_MIN * len(talk.questions))
            for one, talk in self.talks
        ]
        return tuple(found)

    def slot(self, session: Session) -> Slot:
        """The session's time; where the source gives none, as long as its lessons take to go through once."""
        if session.minutes:
            return Slot(session.title, session.minutes)
        wanted = set(session.objective_ids)
        read = sum(one.minutes for one in (*self.before, *self.lessons) if wanted & set(one.objective_ids))
        return Slot(session.title, whole_minutes(read) if read else None, is_least=True)

    def _lesson_minutes(self, lesson: Lesson) -> int:
        return whole_minutes(lesson.minutes + sum(item_minutes(item) for item in self.of_lesson(lesson)))


def plan_of(module: Module, say: Strings) -> Plan:
    """What of the module is for the live part: of a blended one the lessons whose objectives are met live."""
    suitability = module.suitability
    is_overruled = suitability.overruled is not None
    sessions = () if is_overruled else suitability.sessions
    live = {one.objective_id for one in suitability.objectives if one.format == "live"}
    live |= {name for session in sessions for name in session.objective_ids}
    lessons = tuple(one for one in module.lessons if live & set(one.objective_ids))
    if suitability.verdict is not Verdict.BLENDED or is_overruled or not lessons:
        lessons = module.lessons
    before = tuple(one for one in module.lessons if one not in lessons)
    alone = {lesson.id for lesson in before}
    return Plan(
        before=before, lessons=lessons, sessions=sessions, stories=module.scenarios,
        talks=tuple((one, talk) for one in module.resources if (talk := discussion_of(one, say))),
        practice=tuple(
            item for item in module.items if item.use is ItemUse.PRACTICE and item.lesson_id not in alone
        ),
    )


HANDED_OUT = (ResourceKind.JOB_AID, ResourceKind.GLOSSARY)
"""The kinds that people take along on paper; a deck names them."""
