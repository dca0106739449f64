"""What a run that drafts a module again may change: never what a person worked on. Pure.

In: the module as it stands, who touched what, the new draft. Out: a plan that `drafts.py` carries out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pipeline.domain import Element, Module, Omission, QuizItem
from pipeline.store.frames import Frame, LessonFrame


@dataclass(frozen=True)
class Plan:
    """What to save of a new draft."""

    new: tuple[Element, ...]
    """Elements that were not there before."""
    revised: tuple[Element, ...]
    """Changed elements that nobody worked on: a new revision."""
    proposed: tuple[Element, ...]
    """Changed elements that somebody worked on: a proposal."""
    dropped: tuple[str, ...]
    """Ids of elements the draft no longer has and nobody worked on."""
    frame: Frame
    """With the usage so far: what the new run cost is added only where it changed something."""

    @property
    def is_empty(self) -> bool:
        """Whether the draft brings nothing new to the elements."""
        return not (self.new or self.revised or self.proposed or self.dropped)


def plan_redraft(
    drafted: Module,
    *,
    current: Module,
    touched_elements: Collection[str],
    touched_fields: Collection[str],
    known: Mapping[str, Collection[str]],
    hashes: Mapping[str, str],
) -> Plan:
    """The plan. `known` holds per element the content hashes of all its revisions and proposals.

    Args:
        drafted: what the run made.
        current: the module as it stands; its elements are the ones with a place.
        touched_elements: ids of elements with a revision or a decision in force of a person.
        touched_fields: names of frame fields a person changed.
        known: element id → content hashes ever saved or offered, so that nothing is offered twice.
        hashes: element id → content hash, of the drafted elements.

    """
    here = {element.id: element for element in current.elements()}
    new, revised, proposed = [], [], []
    for element in drafted.elements():
        if element.id not in known:
            new.append(element)
        elif element.id in touched_elements:
            if hashes[element.id] not in known[element.id]:
                proposed.append(element)
        elif element.id not in here or element.content() != here[element.id].content():
            revised.append(element)
    drafted_ids = {element.id for element in drafted.elements()}
    missing = [name for name in here if name not in drafted_ids]
    kept = _with_what_they_stand_in([name for name in missing if name in touched_elements], current, missing)
    return Plan(
        new=tuple(new),
        revised=tuple(revised),
        proposed=tuple(proposed),
        dropped=tuple(name for name in missing if name not in kept),
        frame=_frame(drafted, current, kept, touched_elements, touched_fields),
    )


def _with_what_they_stand_in(kept: list[str], current: Module, missing: list[str]) -> set[str]:
    """The kept elements with the lessons and objectives without which they would hang in the air."""
    ids = set(kept)
    for name in kept:
        element = current.element(name)
        lesson = current.lesson_of(name)
        if lesson is not None:
            ids |= {part.id for part in lesson.parts if part.id in missing}
            ids |= set(lesson.objective_ids) & set(missing)
        if isinstance(element, QuizItem):
            ids |= {element.objective_id} & set(missing)
    return ids


def _frame(
    drafted: Module,
    current: Module,
    kept: Collection[str],
    touched_elements: Collection[str],
    touched_fields: Collection[str],
) -> Frame:
    new, old = Frame.of(drafted), Frame.of(current)
    evidence_of_people = {
        proof.source
        for element in current.elements()
        if element.id in touched_elements or element.id in kept
        for proof in element.all_evidence
    }
    listed = {source.id for source in new.sources}
    changes = {name: getattr(old, name) for name in touched_fields if name != "omissions"}
    changes |= {
        "sources": new.sources
        + tuple(one for one in old.sources if one.id in evidence_of_people and one.id not in listed),
        "omissions": _omissions(new, old),
        "objectives": new.objectives + tuple(one for one in old.objectives if one in kept),
        "lessons": _lessons(new, old, kept),
        "items": new.items + tuple(one for one in old.items if one in kept),
        "scenarios": new.scenarios + tuple(one for one in old.scenarios if one in kept),
        "resources": new.resources + tuple(one for one in old.resources if one in kept),
        "usage": old.usage,
    }
    return new.model_copy(update=changes)


def _omissions(new: Frame, old: Frame) -> tuple[Omission, ...]:
    """The new omissions with the signatures of the old ones."""
    signed = {(one.source, one.block): one for one in old.omissions if one.signed_by}
    return tuple(signed.get((one.source, one.block), one) for one in new.omissions)


def _lessons(new: Frame, old: Frame, kept: Collection[str]) -> tuple[LessonFrame, ...]:
    lessons = {lesson.id: lesson for lesson in new.lessons}
    for lesson in old.lessons:
        parts = tuple(part for part in lesson.parts if part in kept)
        if not parts:
            continue
        there = lessons.get(lesson.id)
        lessons[lesson.id] = (
            lesson.model_copy(update={"parts": parts})
            if there is None
            else there.model_copy(update={"parts": there.parts + parts})
        )
    return tuple(lessons.values())
