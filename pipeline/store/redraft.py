"""What a run that drafts a module again may change: never what a person worked on. Pure.

In: the module as it stands, who touched what, the new draft. Out: a plan that `drafts.py` carries out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pipeline.domain import Element, Module, Omission, QuizItem
from pipeline.store.frames import Frame, LessonFrame

# Fields that a person's change does not simply keep as they were: what the draft brings is put in.
_KEPT_BY_THEMSELVES = frozenset({"omissions", "objectives", "lessons", "items", "scenarios", "resources"})


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
    # Somebody merged them into others: their revisions are there, their place is not.
    merged_away = {name for name in known if name in touched_elements and name not in here}
    for element in drafted.elements():
        if element.id in merged_away:
            continue
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
        frame=_without(
            _frame(drafted, current, kept, touched_elements=touched_elements, touched_fields=touched_fields),
            merged_away,
        ),
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
    *,
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
    changes = {name: getattr(old, name) for name in touched_fields if name not in _KEPT_BY_THEMSELVES}
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
    # What people put into another order keeps it; what is new comes after what it follows in the new draft.
    for name in ("objectives", "items", "scenarios", "resources"):
        if name in touched_fields:
            changes[name] = _in_their_order(changes[name], getattr(old, name))
    if "lessons" in touched_fields:
        changes["lessons"] = _parts_where_they_were(changes["lessons"], old.lessons)
    return new.model_copy(update=changes)


def _in_their_order(made: tuple[str, ...], old: tuple[str, ...]) -> tuple[str, ...]:
    order = [one for one in old if one in made]
    for before, one in zip((None, *made), made, strict=False):
        if one not in order:
            order.insert(order.index(before) + 1 if before is not None else 0, one)
    return tuple(order)


def _parts_where_they_were(made: tuple[LessonFrame, ...], old: tuple[LessonFrame, ...]) -> tuple[LessonFrame, ...]:
    """The lessons with every part in the lesson and at the place where it stood; new parts where the draft has them."""
    drafted = {part for lesson in made for part in lesson.parts}
    places = {part: lesson.id for lesson in old for part in lesson.parts if any(one.id == lesson.id for one in made)}
    order = {lesson.id: [part for part in lesson.parts if part in drafted] for lesson in old}
    lessons = []
    for lesson in made:
        parts = order.get(lesson.id, [])
        for before, part in zip((None, *lesson.parts), lesson.parts, strict=False):
            if part not in places:
                parts.insert(parts.index(before) + 1 if before in parts else len(parts), part)
        if parts:
            lessons.append(lesson.model_copy(update={"parts": tuple(parts)}))
    return tuple(lessons)


def _without(frame: Frame, gone: Collection[str]) -> Frame:
    if not gone:
        return frame
    lessons = (
        lesson.model_copy(update={"parts": tuple(one for one in lesson.parts if one not in gone)})
        for lesson in frame.lessons
    )
    changes: dict[str, tuple[object, ...]] = {
        name: tuple(one for one in getattr(frame, name) if one not in gone)
        for name in ("objectives", "items", "scenarios", "resources")
    }
    return frame.model_copy(update={**changes, "lessons": tuple(one for one in lessons if one.parts)})


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
