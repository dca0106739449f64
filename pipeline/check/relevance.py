"""Relevance before instruction: a lesson opens with the learner's task and what is at stake."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.domain import Element, Lesson, Part, PartKind, Scenario

# Long enough for a task and its stake, short enough to be read before the reader asks why (Action Mapping).
OPENING_WORDS = 60
_YEAR_OPENING = re.compile(r"^(?:in|since|by)\s+(?:the\s+)?(?:1[5-9]|20)\d\d", re.IGNORECASE)


def opens_with_relevance(lesson: Lesson, context: Context) -> Iterator[Fault]:
    """The first part says why the lesson matters."""
    if lesson.parts and lesson.parts[0].kind is not PartKind.RELEVANCE:
        kind = lesson.parts[0].kind.value.replace("_", " ")
        yield Fault(f'Lesson "{lesson.title}" opens with its {kind}, before saying why it matters.')


def opening_starts_with_the_task(part: Part, context: Context) -> Iterator[Fault]:
    """The first sentence is neither a definition nor a piece of history."""
    found = prose.sentences_of(part.markdown)
    if part.kind is not PartKind.RELEVANCE or not found:
        return
    first = " ".join(prose.words(found[0]))
    if any(first.startswith(start) for start in context.words.list("history_starts")) or _YEAR_OPENING.match(
        found[0]
    ):
        yield Fault(f'The opening starts with history: "{prose.start_of(found[0])}".')
        return
    subject = first.split()[:6]
    for start in context.words.list("definition_starts"):
        place = f" {' '.join(subject)} ".find(f" {start} ")
        if place >= 0 and not _addresses_learner(first, context) and _is_name_like(found[0], start):
            yield Fault(f'The opening starts with a definition: "{prose.start_of(found[0])}".')
            return


def _is_name_like(sentence: str, marker: str) -> bool:
    """Whether what is defined is a bare term of at most four words, as in "A lockout device is a …"."""
    before = sentence.casefold().partition(f" {marker} ")[0].split()
    return 1 <= len(before) <= 4 and before[0] not in (
        "this",
        "that",
        "it",
        "there",
        "here",
        "these",
        "what",
        "your",
    )


def opening_is_short(part: Part, context: Context) -> Iterator[Fault]:
    """The opening stays within sixty words."""
    count = len(prose.words(part.markdown))
    if part.kind is PartKind.RELEVANCE and count > OPENING_WORDS:
        yield Fault(
            f"The opening runs to {count} words; what is at stake should be clear in {OPENING_WORDS}."
        )


def opening_speaks_to_the_learner(part: Part, context: Context) -> Iterator[Fault]:
    """The opening says "you"."""
    if (
        part.kind is PartKind.RELEVANCE
        and part.markdown.strip()
        and not _addresses_learner(part.markdown, context)
    ):
        yield Fault('The opening does not speak to the learner: no "you" or "your" in it.')


def _addresses_learner(text: str, context: Context) -> bool:
    return any(word in context.words.set("second_person") for word in prose.words(text))


def text_speaks_of_the_work(element: Element, context: Context) -> Iterator[Fault]:
    """The text is about the work, not about "this document" or "this module"."""
    for where, text in context.texts_of(element):
        for sentence in prose.sentences(prose.unquoted(text)):
            found = prose.words(sentence)
            lead = context.words.phrase_in("course_leads", found)
            if lead is None and found and found[0] in context.words.openings("course_subjects"):
                said = " ".join(found)
                lead = next(
                    (
                        subject
                        for subject in context.words.list("course_subjects")
                        if said.startswith(subject + " ")
                        and said[len(subject) :].split()[:1][0:1]
                        and said[len(subject) :].split()[0] in context.words.set("course_verbs")
                    ),
                    None,
                )
            if lead:
                yield Fault(f'{where} speaks of the text instead of the work ("{lead}").')
                return


def scenario_opens_in_the_situation(scenario: Scenario, context: Context) -> Iterator[Fault]:
    """The first situation puts the learner into it."""
    first = next((node for node in scenario.nodes if node.id == scenario.start), None)
    if first and first.situation.strip() and not _addresses_learner(first.situation, context):
        yield Fault('The first situation does not put the learner into it: no "you" or "your".')


CHECKS = (
    Check("lesson_opens_with_relevance", "lesson", opens_with_relevance),
    Check("opening_starts_with_the_task", "part", opening_starts_with_the_task, ("definition_starts",)),
    Check("opening_is_short", "part", opening_is_short),
    Check("opening_speaks_to_the_learner", "part", opening_speaks_to_the_learner, ("second_person",)),
    Check("text_speaks_of_the_work", "text", text_speaks_of_the_work, ("course_subjects",)),
    Check("scenario_opens_in_the_situation", "scenario", scenario_opens_in_the_situation, ("second_person",)),
)
