"""A module as a text that a person reads from top to bottom, for golden files: what a learner meets, and no ids."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.domain import Lesson, Module, QuizItem, Scenario, Severity


def reading_copy(module: Module) -> str:
    """The module in Markdown; what is found wrong with it at the end."""
    return "\n".join(_lines(module)).rstrip() + "\n"


def _lines(module: Module) -> Iterator[str]:
    brief = module.brief
    yield f"# {module.title}"
    yield f"\nFor: {brief.audience}. Goal: {brief.performance_goal}."
    yield f"Format: {module.suitability.verdict.value if module.suitability.verdict else 'unknown'}"
    yield from (f"- because: {reason.text}" for reason in module.suitability.reasons)
    for objective in module.objectives:
        yield f"\n## {objective.text}\n\n({objective.bloom.value}; at work: {objective.job_behaviour or '?'})"
        for lesson in module.lessons:
            if objective.id in lesson.objective_ids:
                yield from _lesson(lesson)
        for item in module.items:
            if item.objective_id == objective.id:
                yield from _item(item)
    for scenario in module.scenarios:
        yield from _scenario(scenario)
    for resource in module.resources:
        yield f"\n## {resource.kind.value}: {resource.title}\n\n{resource.markdown}"
    yield "\n## Left out\n"
    yield from (f"- {one.reason.value}: {one.note or ''}" for one in module.omissions)
    yield "\n## Findings\n"
    yield from sorted(
        f"- {one.severity.value} {one.criterion}: {one.message}"
        for one in module.findings
        if one.severity is not Severity.ADVICE
    )


def _lesson(lesson: Lesson) -> Iterator[str]:
    yield f"\n### {lesson.title} ({lesson.minutes:g} min)"
    for part in lesson.parts:
        yield f"\n**{part.kind.value}**\n\n{part.markdown}"


def _item(item: QuizItem) -> Iterator[str]:
    later = f", day {item.day}" if item.day else ""
    yield f"\n#### {item.use.value}{later}, {item.type.value}, {item.bloom.value}\n\n{item.stem}\n"
    for option in item.options:
        yield f"- [{'x' if option.correct else ' '}] {option.text}"
        yield f"  - {option.feedback}"
        if option.misconception:
            yield f"  - misconception: {option.misconception}"
    if item.answer is not None:
        yield f"\nAnswer: {item.answer}"
    yield f"\nRule: {item.general_feedback}"
    if item.hint:
        yield f"Hint: {item.hint}"


def _scenario(scenario: Scenario) -> Iterator[str]:
    yield f"\n## Scenario: {scenario.title}"
    for node in scenario.nodes:
        yield f"\n**{node.id}** {node.situation}\n"
        for choice in node.choices:
            yield f"- {choice.text} ({choice.quality}) → {choice.next or 'end'}"
            yield f"  - {choice.consequence}"
            yield f"  - {choice.feedback}"
