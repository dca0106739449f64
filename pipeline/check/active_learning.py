"""Active learning: every lesson asks the learner to do something, and decisions have consequences."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.check import prose
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.check.feedback import is_only_a_verdict
from pipeline.domain import BloomLevel, ItemType, ItemUse, Lesson, Node, PartKind, QuizItem, Scenario, Status

# A run this long is the lesson's own sentence, not shared vocabulary.
COPIED_WORDS = 12
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
    nodes = {node.id: node for node in scenario.nodes}
    if scenario.start not in nodes:
        yield Fault(f"The story starts at {scenario.start!r}, which is not one of its situations.")
        return
    reached, queue = {scenario.start}, [scenario.start]
    while queue:
        for choice in nodes[queue.pop()].choices:
            if choice.next is None:
                continue
            if choice.next not in nodes:
                yield Fault(
                    f'The choice "{choice.text}" leads to {choice.next!r}, which is not in the story.'
                )
            elif choice.next not in reached:
                reached.add(choice.next)
                queue.append(choice.next)
    for lost in (node_id for node_id in nodes if node_id not in reached):
        yield Fault(f"Nothing leads to the situation {lost!r}.")
    for stuck in sorted(reached - _ends(nodes)):
        yield Fault(f"From the situation {stuck!r} the story never ends.")


def _ends(nodes: dict[str, Node]) -> set[str]:
    """Ids of the situations from which some way leads to an end."""
    ending = {
        node.id
        for node in nodes.values()
        if not node.choices or any(one.next is None for one in node.choices)
    }
    grown = True
    while grown:
        more = {
            node.id
            for node in nodes.values()
            if node.id not in ending and any(one.next in ending for one in node.choices)
        }
        ending |= more
        grown = bool(more)
    return ending


def choices_have_consequences(scenario: Scenario, context: Context) -> Iterator[Fault]:
    """Every choice shows what happens in the story before anybody judges it."""
    for node in scenario.nodes:
        for choice in node.choices:
            if not choice.consequence.strip():
                yield Fault(f'Nothing happens after the choice "{choice.text}".')
            elif is_only_a_verdict(choice.consequence, context.words):
                yield Fault(
                    f'The choice "{choice.text}" is judged ("{choice.consequence}") instead of played out.'
                )


def story_lets_a_mistake_be_mended(scenario: Scenario, context: Context) -> Iterator[Fault]:
    """At least one choice that is not the best leads on, so that its result can be put right."""
    choices = [choice for node in scenario.nodes for choice in node.choices]
    if choices and not any(choice.quality != "best" and choice.next is not None for choice in choices):
        yield Fault("Every choice that is not the best ends the story; no mistake can be mended.")


CHECKS = (
    Check("every_lesson_has_practice", "lesson", every_lesson_has_practice),
    Check("example_comes_before_practice", "lesson", example_comes_before_practice),
    Check("practice_is_not_a_copy", "item", practice_is_not_a_copy),
    Check("scenario_has_no_dead_end", "scenario", scenario_has_no_dead_end),
    Check("choices_have_consequences", "scenario", choices_have_consequences),
    Check("story_lets_a_mistake_be_mended", "scenario", story_lets_a_mistake_be_mended),
)
