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
    yield from _triage_lines(module)
    if module.engine.revised:
        yield f"revised      {len(module.engine.revised)} of its elements were written again after a first check"
    yield f"audience     {module.brief.audience or 'unknown'}"
    yield f"goal         {module.brief.performance_goal or 'unknown'}"
    for objective in module.objectives:
        yield ""
        live = "  (live)" if objective.format == "live" else ""
        yield f"{objective.id}  [{objective.status.value}]  {objective.text}{live}"
        for lesson in module.lessons:
            if objective.id in lesson.objective_ids:
                yield f"  {lesson.id}  {lesson.title} ({lesson.minutes:g} min)"
                for part in lesson.parts:
                    yield f"    {part.id}  [{part.status.value}]  {part.label}"
        for item in module.items:
            if item.objective_id == objective.id:
                yield f"    {item.id}  [{item.status.value}]  {item.use.value} {item.type.value}: {item.label}"
    if module.scenarios:
        yield ""
        for scenario in module.scenarios:
            yield f"{scenario.id}  [{scenario.status.value}]  scenario: {scenario.title}"
    if module.resources:
        yield ""
        for resource in module.resources:
            yield f"{resource.id}  [{resource.status.value}]  {resource.kind.value}: {resource.title}"
    if module.gaps:
        yield ""
        for gap in module.gaps:
            yield f"gap  {gap.target}  {gap.stage}: {gap.code}: {gap.message}"


def _triage_lines(module: Module) -> Iterator[str]:
    """Why the format fits, who decided otherwise, and the live sessions in order."""
    suitability = module.suitability
    if suitability.overruled is not None:
        yield f"  overruled by {suitability.overruled.by}: {suitability.overruled.reason}"
    for reason in suitability.reasons:
        yield f"  {reason.text}"
        yield from (f"    “{' '.join(proof.quote.split())}”" for proof in reason.evidence)
    for number, session in enumerate(suitability.sessions, 1):
        minutes = "length unknown" if session.minutes is None else f"{session.minutes} min"
        yield f"  session {number}  {session.title} ({minutes}): {session.activity}"
