"""Runs every criterion that code decides over a module and turns faults into findings.

In: module, the documents it was drafted from (as many as are at hand), rubrics. Out: findings in element
order, then rubric order. What an engine or a person decides yields nothing here: never a default score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pipeline.check import (
    active_learning,
    designed_for_return,
    feedback,
    grain_size,
    item_writing,
    performance_anchoring,
    relevance,
    source_fidelity,
    suitability,
)
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.domain import Criterion, Decider, Document, Finding, Lesson, Module, Rubric
from pipeline.errors import RubricError
from pipeline.ids import finding_id

CHECKS: dict[str, Check] = {
    check.criterion: check
    for principle in (
        performance_anchoring,
        relevance,
        active_learning,
        feedback,
        item_writing,
        grain_size,
        designed_for_return,
        suitability,
        source_fidelity,
    )
    for check in principle.CHECKS
}
"""Criterion id → the function that decides it."""


def check_module(
    module: Module, documents: Sequence[Document], rubrics: Sequence[Rubric]
) -> tuple[Finding, ...]:
    """Every criterion the module does not meet, by element in the module's order, then by rubric.

    A finding about a lesson is on its first part, one about the whole on the module's id. What a missing
    document or word list leaves undecided yields no finding. Raises RubricError for a criterion that claims
    to be decided by code and has no function.
    """
    return _check(module, documents, rubrics, only=None)


def check_element(
    module: Module, element_id: str, documents: Sequence[Document], rubrics: Sequence[Rubric]
) -> tuple[Finding, ...]:
    """What `check_module` would find on that element; raises KeyError where there is none of that id."""
    module.element(element_id)
    return _check(module, documents, rubrics, only=element_id)


def _check(
    module: Module, documents: Sequence[Document], rubrics: Sequence[Rubric], *, only: str | None
) -> tuple[Finding, ...]:
    context = Context(module, documents)
    targets = _targets(module)
    places = {target_id: place for place, target_id in enumerate(_order(module))}
    found: list[tuple[int, int, Finding]] = []
    for rank, (rubric, criterion) in enumerate(_decided_by_code(rubrics)):
        check = CHECKS.get(criterion.id)
        if check is None:
            raise RubricError(
                f"criterion {criterion.id} of rubric {rubric.id}",
                why="it says decided_by code, and no code decides it",
                mend=f"let an engine or a person decide it, or write its function in check/{rubric.id}",
            )
        if any(name not in context.words for name in check.needs):
            continue
        for target_id, target in targets.get(check.kind, ()):
            if only is not None and check.kind not in ("module", "lesson") and target_id != only:
                continue
            for fault in check.find(target, context):
                finding = _finding(rubric, criterion, fault, fault.target or target_id)
                if only is None or finding.target == only:
                    found.append((places.get(finding.target, len(places)), rank, finding))
    found.sort(key=lambda entry: entry[:2])
    return tuple({finding.id: finding for _, _, finding in found}.values())


def _decided_by_code(rubrics: Iterable[Rubric]) -> Iterator[tuple[Rubric, Criterion]]:
    for rubric in rubrics:
        for criterion in rubric.criteria:
            if criterion.decided_by is Decider.CODE:
                yield rubric, criterion


def _targets(module: Module) -> dict[str, list[tuple[str, Any]]]:
    targets: dict[str, list[tuple[str, Any]]] = {"module": [(module.id, module)], "text": []}
    for element in module.elements():
        targets.setdefault(element.kind_name, []).append((element.id, element))
        targets["text"].append((element.id, element))
    targets["lesson"] = [(_place_of(lesson), lesson) for lesson in module.lessons]
    return targets


def _place_of(lesson: Lesson) -> str:
    """Where findings about a lesson show: its first part, which is what a reviewer opens."""
    return lesson.parts[0].id if lesson.parts else lesson.id


def _order(module: Module) -> list[str]:
    return [
        *(element.id for element in module.elements()),
        *(lesson.id for lesson in module.lessons),
        module.id,
    ]


def _finding(rubric: Rubric, criterion: Criterion, fault: Fault, target: str) -> Finding:
    return Finding(
        id=finding_id(criterion.id, target, fault.message),
        rubric=rubric.id,
        criterion=criterion.id,
        severity=fault.severity or criterion.severity,
        target=target,
        message=fault.message,
        suggestion=fault.suggestion or criterion.suggestion,
        principle=rubric.principle,
    )
