"""Whether an element that a person or an engine changed still fits its module and its sources. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from pipeline.domain import Document, Element, Module, QuizItem, Scenario
from pipeline.errors import ReviewError
from pipeline.review.evidence_context import lost_quotes


def fitted(
    element: Element, *, former: Element, module: Module, documents: Mapping[str, Document]
) -> Element:
    """The element, validated, with the status and waivers of the one whose place it takes.

    Raises ReviewError where it is of another kind, is not well formed, refers to what the module does not
    have, or quotes what is not in its source.
    """
    if type(element) is not type(former):
        why = f"it is of another kind than the {former.kind_name} it replaces"
        raise _refused(element, why=why, mend="keep the kind")
    try:
        # `model_copy` does not validate, and that is how a form or an engine may have changed it.
        element = type(former).model_validate(
            {**element.content(), "status": former.status, "fact_status": former.fact_status}
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        why = f"{place}: {message}" if place else message
        raise _refused(element, why=why, mend="correct it and save again") from error
    # Where the draft itself has a gap, the element may go on pointing into it.
    unknown = [one for one in _unknown_references(element, module) if one not in _references(former)]
    if unknown:
        raise _refused(
            element, why=f"it refers to {', '.join(unknown)}, which the module does not have",
            mend="refer to an objective and a lesson of the module",
        )
    lost = lost_quotes(element, documents)
    if lost:
        raise _refused(
            element, why=f"its evidence “{lost[0].quote[:60]}” is not in the source where it says",
            mend="quote the source word for word",
        )
    return element.model_copy(update={"waivers": former.waivers})


def _unknown_references(element: Element, module: Module) -> tuple[str, ...]:
    known = {one.id for one in module.objectives} | {one.id for one in module.lessons}
    return tuple(name for name in _references(element) if name not in known)


def _references(element: Element) -> tuple[str, ...]:
    """Ids of the objectives and the lesson that an element names."""
    if isinstance(element, QuizItem):
        return element.objective_id, element.lesson_id
    return element.objective_ids if isinstance(element, Scenario) else ()


def _refused(element: Element, *, why: str, mend: str) -> ReviewError:
    return ReviewError(f"saving {element.id}", why=why, mend=mend)
