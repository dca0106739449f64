"""Where elements stand in a module's frame: neighbours, and frames with another order. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

from pipeline.domain import DecisionKind, Element, Lesson, Module, Objective, Part, QuizItem, Scenario
from pipeline.errors import ReviewError, UsageError
from pipeline.prose.minutes import minutes_of
from pipeline.review.transitions import IN_WORDS
from pipeline.store.frames import Frame, LessonFrame

_T = TypeVar("_T")


def neighbours(module: Module, element: Element) -> tuple[str | None, str | None]:
    """Ids of the elements before and after, among those it can change places with."""
    ids = _siblings(module, element)
    here = ids.index(element.id)
    return ids[here - 1] if here else None, ids[here + 1] if here + 1 < len(ids) else None


def exchanged(frame: Frame, one: str, other: str) -> Frame:
    """The frame with the two in each other's places."""
    places = {one: other, other: one}

    def swap(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(places.get(name, name) for name in ids)

    return frame.model_copy(
        update={
            "lessons": tuple(lesson.model_copy(update={"parts": swap(lesson.parts)}) for lesson in frame.lessons),
            "items": swap(frame.items),
            "scenarios": swap(frame.scenarios),
            "resources": swap(frame.resources),
        }
    )


def moved(frame: Frame, module: Module, one: str, other: str) -> Frame:
    """The frame with two objectives in each other's places; their lessons and items follow, where these are in the
    objectives' order now.
    """
    places = {one: other, other: one}
    before = frame.objectives
    after = tuple(places.get(name, name) for name in before)
    objective_of = {item.id: item.objective_id for item in module.items}
    served = [lesson.objective_ids[0] if lesson.objective_ids else "" for lesson in frame.lessons]
    lessons = _following(frame.lessons, served, before, after)
    items = _following(frame.items, [objective_of[name] for name in frame.items], before, after)
    return frame.model_copy(update={"objectives": after, "lessons": lessons, "items": items})


def inserted_after(frame: Frame, old: str, new: str, elements: Mapping[str, Element]) -> Frame:
    """The frame with a new part or resource after another."""

    def put(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for one in ids for name in ((one, new) if one == old else (one,)))

    lessons = tuple(
        _with_parts(lesson, put(lesson.parts), elements) if old in lesson.parts else lesson for lesson in frame.lessons
    )
    return frame.model_copy(update={"lessons": lessons, "resources": put(frame.resources)})


def without(frame: Frame, gone: str, elements: Mapping[str, Element]) -> Frame:
    """The frame without a part."""
    lessons = tuple(
        _with_parts(lesson, tuple(one for one in lesson.parts if one != gone), elements)
        if gone in lesson.parts
        else lesson
        for lesson in frame.lessons
    )
    return frame.model_copy(update={"lessons": lessons})


def moved_to_lesson(module: Module, element: Element, lesson_id: str) -> tuple[Frame, Element | None]:
    """The frame with a part at the end of another lesson; or the frame as it is and the item with its new lesson.

    Raises UsageError where there is no such lesson, ReviewError where it cannot go there.
    """
    doing = f"{IN_WORDS[DecisionKind.MOVE]} {element.id}"
    target = next((one for one in module.lessons if one.id == lesson_id), None)
    if target is None:
        known = ", ".join(one.id for one in module.lessons[:8])
        raise UsageError(f"lesson {lesson_id!r}", why=f"{module.id} has no such lesson", mend=f"known: {known}")
    here = module.lesson_of(element.id)
    if here is not None and here.id == target.id:
        raise ReviewError(doing, why=f"it is in {lesson_id} already", mend="nothing needs to be done")
    if isinstance(element, QuizItem):
        return Frame.of(module), _in_lesson(element, target, doing)
    if not isinstance(element, Part) or here is None:
        raise ReviewError(doing, why="only parts and items belong to a lesson", mend="move it up or down")
    if len(here.parts) == 1:
        raise ReviewError(
            doing, why=f"it is the only part of {here.id}, and a lesson needs one", mend="move the others there instead"
        )
    elements = {one.id: one for one in module.elements()}
    frame = without(Frame.of(module), element.id, elements)
    lessons = tuple(
        _with_parts(lesson, (*lesson.parts, element.id), elements) if lesson.id == target.id else lesson
        for lesson in frame.lessons
    )
    return frame.model_copy(update={"lessons": lessons}), None


def _in_lesson(item: QuizItem, lesson: Lesson, doing: str) -> QuizItem:
    objective = item.objective_id
    if objective not in lesson.objective_ids:
        if len(lesson.objective_ids) != 1:
            raise ReviewError(
                doing, why=f"{lesson.id} does not serve its objective, and has several others",
                mend="give the item another objective first",
            )
        objective = lesson.objective_ids[0]
    return item.changed(lesson_id=lesson.id, objective_id=objective)


def _siblings(module: Module, element: Element) -> tuple[str, ...]:
    if isinstance(element, Part):
        lesson = module.lesson_of(element.id)
        return tuple(part.id for part in lesson.parts) if lesson is not None else (element.id,)
    if isinstance(element, QuizItem):
        return tuple(one.id for one in module.items if one.objective_id == element.objective_id)
    if isinstance(element, Objective):
        return tuple(one.id for one in module.objectives)
    return tuple(one.id for one in (module.scenarios if isinstance(element, Scenario) else module.resources))


def _with_parts(lesson: LessonFrame, parts: tuple[str, ...], elements: Mapping[str, Element]) -> LessonFrame:
    minutes = minutes_of([cast(Part, elements[name]) for name in parts])
    return lesson.model_copy(update={"parts": parts, "minutes": minutes})


def _following(
    things: tuple[_T, ...], objectives: list[str], before: tuple[str, ...], after: tuple[str, ...]
) -> tuple[_T, ...]:
    """The things in the new order of their objectives, where they are in the old one now."""
    known = [before.index(one) if one in before else len(before) for one in objectives]
    if known != sorted(known):
        return things
    wanted = [after.index(one) if one in after else len(after) for one in objectives]
    return tuple(thing for _, thing in sorted(zip(wanted, things, strict=True), key=lambda pair: pair[0]))
