"""Designed for the return: somebody who comes back for one thing finds it, and it makes sense on its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.domain import (
    Element,
    Lesson,
    Module,
    Objective,
    Part,
    PartKind,
    QuizItem,
    Resource,
    ResourceKind,
    Status,
)

PAGE_WORDS = 350
# A procedure this long is looked up again.
LOOK_UP_STEPS = 3
_NUMBERED = re.compile(
    r"^(?P<word>[^\W\d]+)?\s*(?:no\.?\s*)?(?:\d+|[ivx]+)(?:\s*(?:of|/)\s*\d+)?\s*[.:)]?$", re.IGNORECASE
)
# A comma or dash at the end, or the number of a list that was cut off ("including: 1.").
_BREAKS_OFF = re.compile(r"(?:,|\s[-–—]|:\s+\d{1,2}[.)])\s*$")
_TERMINAL = ".!?:;。！？؟।…)]\"'”’»*_`|"


def titles_say_what_is_inside(lesson: Lesson, context: Context) -> Iterator[Fault]:
    """A lesson's title tells what it is about."""
    title = lesson.title.strip()
    numbered = _NUMBERED.match(title)
    said = " ".join(prose.words(title))
    if not said and not title:
        yield Fault("The lesson has no title.")
    elif (
        said.isdigit()
        or (
            numbered
            and (not numbered["word"] or numbered["word"].casefold() in context.words.set("numbered_titles"))
        )
        or said in context.words.set("meaningless_titles")
    ):
        yield Fault(f'The title "{title}" does not say what is inside.')


def titles_differ(module: Module, context: Context) -> Iterator[Fault]:
    """No two lessons have the same title."""
    seen: dict[str, str] = {}
    for lesson in module.lessons:
        said = prose.same(lesson.title)
        if said and said in seen:
            yield Fault(f'Two lessons have the title "{lesson.title}".', target=_place_of(lesson))
        seen.setdefault(said, lesson.id)


def _place_of(lesson: Lesson) -> str:
    return lesson.parts[0].id if lesson.parts else lesson.id


def every_lesson_has_a_summary(lesson: Lesson, context: Context) -> Iterator[Fault]:
    """The lesson ends in a summary that somebody who returns can start from."""
    kept = [part for part in lesson.parts if part.status is not Status.REJECTED]
    if kept and not any(part.kind is PartKind.SUMMARY for part in kept):
        yield Fault(f'Lesson "{lesson.title}" has no summary.')


def procedure_has_a_job_aid(lesson: Lesson, context: Context) -> Iterator[Fault]:
    """A procedure of three steps or more has a job aid to follow on the job."""
    if any(part.kind is PartKind.JOB_AID for part in lesson.parts):
        return
    for part in lesson.parts:
        steps = [line for line in prose.lines(part.markdown) if line.number is not None]
        if part.kind is PartKind.PROCEDURE and len(steps) >= LOOK_UP_STEPS:
            blocks = {(proof.source, proof.block) for proof in part.evidence}
            if context.blocks_of_job_aids.isdisjoint(blocks):
                yield Fault(f'The procedure of lesson "{lesson.title}" has no job aid.', target=part.id)


def job_aid_fits_a_page(resource: Resource, context: Context) -> Iterator[Fault]:
    """A job aid stays within about one page."""
    count = len(prose.words(resource.markdown))
    if resource.kind is ResourceKind.JOB_AID and count > PAGE_WORDS:
        yield Fault(f"The job aid runs to {count} words, more than a page.")


def job_aid_is_a_list(resource: Resource, context: Context) -> Iterator[Fault]:
    """A job aid is points or a table to follow, not running text."""
    lines = prose.lines(resource.markdown)
    if resource.kind is ResourceKind.JOB_AID and lines and not any(line.kind in ("item", "table") for line in lines):
        yield Fault("The job aid is running text; on the job nobody finds the place again.")


def resource_says_something(resource: Resource, context: Context) -> Iterator[Fault]:
    """A resource has a title and text."""
    if not resource.markdown.strip():
        yield Fault("The resource is empty.")
    if not resource.title.strip():
        yield Fault("The resource has no title.")


def text_needs_no_neighbour(element: Element, context: Context) -> Iterator[Fault]:
    """The text can be read on its own: no "as mentioned above", no "next slide"."""
    for where, text in context.texts_of(element):
        tie = context.words.phrase_in("tied_references", prose.words(prose.unquoted(text)))
        if tie:
            yield Fault(f'{where} needs its neighbours to be understood ("{tie}").')


def sentences_are_whole(element: Element, context: Context) -> Iterator[Fault]:
    """Running text is made of whole sentences: no cut ends, no lower-case beginnings."""
    if isinstance(element, Objective):
        return
    for where, text in _running_text(element, context):
        for problem in _fragments(text, context):
            yield Fault(f"{where} holds a fragment: {problem}.")
            break


def _running_text(element: Element, context: Context) -> Iterator[tuple[str, str]]:
    if isinstance(element, Part | Resource):
        for line in prose.lines(element.markdown):
            if line.kind == "text":
                yield "The text", line.text
            elif line.kind == "item" and _BREAKS_OFF.search(line.text):
                yield "The list", line.text
    elif isinstance(element, QuizItem):
        yield from ((where, text) for where, text in context.texts_of(element) if "feedback" in where)
    else:
        yield from context.texts_of(element)


def _fragments(text: str, context: Context) -> Iterator[str]:
    found = prose.words(text)
    if len(found) < 4:
        return
    last = found[-1]
    first = text.lstrip("*_(")[:1]
    if first.islower() and not re.match(
        r"^[\W_]*(?:\S*[A-Z0-9./@_]\S*|e-\w+|\w+\(\))", text.split(maxsplit=1)[0]
    ):
        yield f'it begins in the middle ("{" ".join(text.split()[:5])} …")'
    elif _BREAKS_OFF.search(text) or (
        not text.rstrip().endswith(tuple(_TERMINAL)) and last in context.words.set("dangling")
    ):
        yield f'it breaks off ("… {" ".join(text.split()[-4:])}")'


def somebody_looks_after_the_module(module: Module, context: Context) -> Iterator[Fault]:
    """An owner and a date for the next review are set."""
    missing = [
        name
        for name, value in (
            ("owner", module.settings.owner),
            ("date for its next review", module.settings.review_by),
        )
        if not value
    ]
    if missing:
        yield Fault(f"The module has no {' and no '.join(missing)}.")


CHECKS = (
    Check("titles_say_what_is_inside", "lesson", titles_say_what_is_inside),
    Check("titles_differ", "module", titles_differ),
    Check("every_lesson_has_a_summary", "lesson", every_lesson_has_a_summary),
    Check("procedure_has_a_job_aid", "lesson", procedure_has_a_job_aid),
    Check("job_aid_fits_a_page", "resource", job_aid_fits_a_page),
    Check("job_aid_is_a_list", "resource", job_aid_is_a_list),
    Check("resource_says_something", "resource", resource_says_something),
    Check("text_needs_no_neighbour", "text", text_needs_no_neighbour, ("tied_references",)),
    Check("sentences_are_whole", "text", sentences_are_whole),
    Check("somebody_looks_after_the_module", "module", somebody_looks_after_the_module),
)
