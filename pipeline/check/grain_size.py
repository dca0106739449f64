"""Grain size: a lesson is one short sitting, a part one idea, a sentence one breath, a step one action."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import prose
from pipeline.check import reading_ease
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.domain import Lesson, Part, PartKind

LESSON_MINUTES = 5
PART_WORDS = 250
PARAGRAPH_WORDS = 120
SENTENCE_WORDS = 40
STEP_WORDS = 40
LESSON_OBJECTIVES = 2
READING_WORDS_A_MIN = 200


def lesson_fits_five_minutes(lesson: Lesson, context: Context) -> Iterator[Fault]:
    """Reading and activity together stay within five minutes."""
    reading = sum(len(prose.words(part.markdown)) for part in lesson.parts) / READING_WORDS_A_MIN
    if max(lesson.minutes, reading) > LESSON_MINUTES:
        yield Fault(f'Lesson "{lesson.title}" takes {max(lesson.minutes, reading):.1f} minutes.')


def lesson_has_one_or_two_objectives(lesson: Lesson, context: Context) -> Iterator[Fault]:
    """The lesson serves one objective, or two that belong together."""
    if len(lesson.objective_ids) > LESSON_OBJECTIVES:
        yield Fault(f'Lesson "{lesson.title}" serves {len(lesson.objective_ids)} objectives at once.')


def lesson_says_something(lesson: Lesson, context: Context) -> Iterator[Fault]:
    """The lesson has parts, and every part has text."""
    if not lesson.parts:
        yield Fault(f'Lesson "{lesson.title}" is empty.')
    for part in lesson.parts:
        if not part.markdown.strip():
            yield Fault(
                f'The {part.kind.value.replace("_", " ")} of lesson "{lesson.title}" is empty.',
                target=part.id,
            )


def part_is_short(part: Part, context: Context) -> Iterator[Fault]:
    """A part stays within 250 words."""
    count = len(prose.words(part.markdown))
    if count > PART_WORDS:
        yield Fault(f"The part runs to {count} words.")


def paragraphs_are_short(part: Part, context: Context) -> Iterator[Fault]:
    """A paragraph stays within 120 words."""
    for line in prose.lines(part.markdown):
        count = len(prose.words(line.text))
        if line.kind in ("text", "item", "quote") and count > PARAGRAPH_WORDS:
            yield Fault(f'The paragraph "{prose.start_of(line.text)}" runs to {count} words.')


def sentences_are_short(part: Part, context: Context) -> Iterator[Fault]:
    """A sentence stays within 40 words; quotes are the source's and don't count."""
    for sentence in prose.sentences_of(part.markdown):
        count = len(prose.words(prose.unquoted(sentence)))
        if count > SENTENCE_WORDS:
            yield Fault(f'The sentence "{prose.start_of(sentence)}" has {count} words.')


def procedure_is_numbered(part: Part, context: Context) -> Iterator[Fault]:
    """The steps of a procedure are a numbered list."""
    numbered = [line for line in prose.lines(part.markdown) if line.number is not None]
    if part.kind is PartKind.PROCEDURE and part.markdown.strip() and len(numbered) < 2:
        yield Fault("The steps of the procedure are not numbered.")


def step_is_one_action(part: Part, context: Context) -> Iterator[Fault]:
    """A numbered step holds one action, not a chain of them."""
    if part.kind is not PartKind.PROCEDURE:
        return
    for line in prose.lines(part.markdown):
        if line.number is None:
            continue
        said = " ".join(prose.words(line.text))
        chained = sum(f" {mark} " in f" {said} " for mark in ("and then", "then"))
        if (
            said.count(" then ") >= 2
            or len(said.split()) > STEP_WORDS
            or (chained and said.count(" and ") >= 2)
        ):
            yield Fault(f'Step {line.number} holds several actions: "{prose.start_of(line.text)}".')


CHECKS = (
    *reading_ease.CHECKS,
    Check("lesson_says_something", "lesson", lesson_says_something),
    Check("lesson_fits_five_minutes", "lesson", lesson_fits_five_minutes),
    Check("lesson_has_one_or_two_objectives", "lesson", lesson_has_one_or_two_objectives),
    Check("part_is_short", "part", part_is_short),
    Check("paragraphs_are_short", "part", paragraphs_are_short),
    Check("sentences_are_short", "part", sentences_are_short),
    Check("procedure_is_numbered", "part", procedure_is_numbered),
    Check("step_is_one_action", "part", step_is_one_action, ("sequel_marks",)),
)
