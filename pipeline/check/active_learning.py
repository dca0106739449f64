"""Active learning: every lesson asks the learner to do something, and decisions have consequences."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import prose
from pipeline.check import active_learning_scripts
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.check.feedback import is_only_a_verdict
from pipeline.domain import BloomLevel, ItemType, ItemUse, Lesson, PartKind, QuizItem, Scenario, Status

# A run this long is the lesson's own sentence, not shared vocabulary.
COPIED_WORDS = 12
# A choice gives itself away where it is this much longer than the next longest: the measure for keys of items.
LONGER_BY = 1.33
LONGER_CHARS = 12
_EXAMPLES = (PartKind.EXAMPLE, PartKind.NON_EXAMPLE)


def every_lesson_has_practice(lesson: Lesson, context: Context) -> Iterator[Fault]:
    """The lesson has a practice part or a practice item that nobody rejected."""
    in_parts = any(
        part.kind in (PartKind.PRACTICE, PartKind.REFLECTION) and part.status is not Status.REJECTED
        for part in lesson.parts
    )
    if not in_parts and not any(item.use is ItemUse.PRACTICE for item in context.items_of(lesson)):
        yield Fault(f'Lesson "{lesson.title}" asks the learner to do nothing.')


def example_comes_before_practice(lesson: Lesson, context: Context) -> Iterator[Fault]:
    """Where the objective is to apply or more, the source's example stands before practice."""
    goals = [context.objectives[one] for one in lesson.objective_ids if one in context.objectives]
    if not any(goal.bloom.rank >= BloomLevel.APPLY.rank for goal in goals):
        return
    kinds = [part.kind for part in lesson.parts]
    examples = [place for place, kind in enumerate(kinds) if kind in _EXAMPLES]
    practices = [place for place, kind in enumerate(kinds) if kind is PartKind.PRACTICE]
    if examples and practices and min(examples) > min(practices):
        yield Fault(
            f'Lesson "{lesson.title}" asks for practice before it has shown an example.',
            target=lesson.parts[min(practices)].id,
        )
    elif not examples and (quoted := _example_in_source(lesson, context)):
        yield Fault(f'The source gives an example ("{quoted}"), and lesson "{lesson.title}" shows none.')


def _example_in_source(lesson: Lesson, context: Context) -> str | None:
    for part in lesson.parts:
        for proof in part.evidence:
            block = context.blocks.get((proof.source, proof.block))
            if block is None:
                continue
            folded = block.text.casefold()
            for mark in context.words.list("example_marks"):
                if f" {mark}" in f" {folded}":
                    place = folded.find(mark)
                    return " ".join(block.text[place:].split()[:8]) + " …"
    return None


def practice_is_not_a_copy(item: QuizItem, context: Context) -> Iterator[Fault]:
    """The stem is a case of its own: it does not repeat a long run of the lesson's words."""
    lesson = context.lessons.get(item.lesson_id)
    stem = prose.words(prose.unquoted(item.stem))
    # A cloze item is a sentence with a gap; `fill_in_the_blank` says so already.
    if item.type is ItemType.CLOZE or lesson is None or len(stem) < COPIED_WORDS:
        return
    runs = {stem[place : place + COPIED_WORDS] for place in range(len(stem) - COPIED_WORDS + 1)}
    for part in lesson.parts:
        text = prose.words(part.markdown)
        for place in range(len(text) - COPIED_WORDS + 1):
            if text[place : place + COPIED_WORDS] in runs:
                run = " ".join(text[place : place + 6])
                yield Fault(f'The stem repeats the lesson word for word ("{run} …").')
                return


def scenario_has_no_dead_end(scenario: Scenario, context: Context) -> Iterator[Fault]:
    """Every choice leads somewhere, every situation can be reached, and the story can end."""
    nodes = [node.id for node in scenario.nodes]
    if scenario.start not in nodes:
        yield Fault(f"The story starts at {scenario.start!r}, which is not one of its situations.")
        return
    for choice in scenario.lost_choices:
        yield Fault(f'The choice "{choice.text}" leads to {choice.next!r}, which is not in the story.')
    for lost in (node_id for node_id in nodes if node_id not in scenario.reached):
        yield Fault(f"Nothing leads to the situation {lost!r}.")
    for stuck in scenario.endless:
        yield Fault(f"From the situation {stuck!r} the story never ends.")


def choices_have_consequences(scenario: Scenario, context: Context) -> Iterator[Fault]:
    """Every choice shows what happens in the story before anybody judges it."""
    for node in scenario.nodes:
        for choice in node.choices:
            if not choice.consequence.strip():
                yield Fault(f'Nothing happens after the choice "{choice.text}".')
            elif verdict := _verdict_in(choice.consequence, context):
                yield Fault(f'The choice "{choice.text}" is judged ("{verdict}") before it is played out.')


def _verdict_in(consequence: str, context: Context) -> str | None:
    """The first sentence that only judges: what follows from a choice is shown before anybody says how good it was."""
    judged = (one for one in prose.sentences(consequence) if is_only_a_verdict(one, context.words))
    return next(judged, None)


def choices_look_alike(scenario: Scenario, context: Context) -> Iterator[Fault]:
    """No best choice stands out among the others of its situation by being much longer."""
    for node in scenario.nodes:
        best = [len(choice.text) for choice in node.choices if choice.quality == "best"]
        others = [len(choice.text) for choice in node.choices if choice.quality != "best"]
        if len(best) == 1 and others and best[0] > LONGER_BY * max(others) and best[0] - max(others) > LONGER_CHARS:
            yield Fault(f"The best choice of situation {node.id!r} is by far the longest.")


def story_lets_a_mistake_be_mended(scenario: Scenario, context: Context) -> Iterator[Fault]:
    """At least one choice that is not the best leads to a situation in which the learner can still do the best."""
    if any(node.choices for node in scenario.nodes) and not scenario.has_recoverable_error:
        yield Fault("After no choice that is not the best can the learner still do the best; no mistake can be mended.")


CHECKS = (
    Check("every_lesson_has_practice", "lesson", every_lesson_has_practice),
    Check("example_comes_before_practice", "lesson", example_comes_before_practice),
    Check("practice_is_not_a_copy", "item", practice_is_not_a_copy),
    Check("scenario_has_no_dead_end", "scenario", scenario_has_no_dead_end),
    Check("choices_have_consequences", "scenario", choices_have_consequences),
    Check("choices_look_alike", "scenario", choices_look_alike),
    Check("story_lets_a_mistake_be_mended", "scenario", story_lets_a_mistake_be_mended),
    *active_learning_scripts.CHECKS,
)
