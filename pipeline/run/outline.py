"""A module as an outline a person reads in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.domain import Document, Module
from pipeline.run.summary import Summary


def outline_lines(module: Module, documents: Sequence[Document]) -> Iterator[str]:
    """The summary, then objectives with their lessons and items, gaps and findings."""
    yield from Summary.of(module, documents).lines
    verdict = module.suitability.verdict.value if module.suitability.verdict else "unknown"
    yield f"suitability  {verdict}"
    yield f"audience     {module.brief.audience or 'unknown'}"
    yield f"goal         {module.brief.performance_goal or 'unknown'}"
    for objective in module.objectives:
        yield ""
        yield f"{objective.id}  [{objective.status.value}]  {objective.text}"
        for lesson in module.lessons:
            if objective.id in lesson.objective_ids:
                yield f"  {lesson.id}  {lesson.title} ({lesson.minutes:g} min)"
                for part in lesson.parts:
                    yield f"    {part.id}  [{part.status.value}]  {part.label}"
        for item in module.items:
            if item.objective_id == objective.id:
                yield f"    {item.id}  [{item.status.value}]  {item.use.value} {item.type.value}: {item.label}"
    if module.resources:
        yield ""
        for resource in module.resources:
            yield f"{resource.id}  [{resource.status.value}]  {resource.kind.value}: {resource.title}"
    if module.gaps:
        yield ""
        for gap in module.gaps:
            yield f"gap  {gap.target}  {gap.stage}: {gap.code}: {gap.message}"
