"""Runs every criterion that code decides over a module and turns faults into findings.

In: module, the documents it was drafted from (as many as are at hand), rubrics. Out: findings in element
order, then rubric order. What an engine or a person decides yields nothing here: never a default score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pipeline.check import (
    accessibility,
    active_learning,
    designed_for_return,
    feedback,
    grain_size,
    item_writing,
    lifecycle,
    ordered_minutes,
    performance_anchoring,
    process,
    relevance,
    source_conflicts,
    source_fidelity,
    source_instructions,
    suitability,
)
from pipeline.check.already_checked import AlreadyChecked
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.check.house_rules import house_checks
from pipeline.domain import Criterion, Decider, Document, Element, Finding, Lesson, Module, Rubric, Severity
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
        source_conflicts,
        source_instructions,
        accessibility,
        ordered_minutes,
        lifecycle,
        process,
    )
    for check in principle.CHECKS
}
"""Criterion id → the function that decides it."""


def check_module(
    module: Module,
    documents: Sequence[Document],
    rubrics: Sequence[Rubric],
    *,
    already: AlreadyChecked | None = None,
) -> tuple[Finding, ...]:
    """Every criterion the module does not meet, by element in the module's order, then by rubric.

    A finding about a lesson is on its first part, one about the whole on the module's id. What a missing
    document or word list leaves undecided yields no finding. Raises RubricError for a criterion that claims
    to be decided by code and has no function. With `already` what was found before on elements that are as they were
    is taken over where nothing else of the module can have changed it, and kept for the next time; the findings are
    the same.
    """
    return _check(module, documents, rubrics, only=None, already=already)


def check_element(
    module: Module, element_id: str, documents: Sequence[Document], rubrics: Sequence[Rubric]
) -> tuple[Finding, ...]:
    """What `check_module` would find on that element; raises KeyError where there is none of that id."""
    module.element(element_id)
    return _check(module, documents, rubrics, only=frozenset({element_id}))


def check_elements(
    module: Module, element_ids: frozenset[str], documents: Sequence[Document], rubrics: Sequence[Rubric]
) -> tuple[Finding, ...]:
    """What `check_module` would find on those elements."""
    return _check(module, documents, rubrics, only=element_ids)


def _check(
    module: Module,
    documents: Sequence[Document],
    rubrics: Sequence[Rubric],
    *,
    only: frozenset[str] | None,
    already: AlreadyChecked | None = None,
) -> tuple[Finding, ...]:
    context = Context(module, documents)
    known = (already or AlreadyChecked()).begin(module, documents, rubrics)
    places = {target_id: place for place, target_id in enumerate(_order(module))}
    checks = _checks_by_kind(rubrics, context)
    found: list[tuple[int, int, Finding]] = []
    # Target by target rather than criterion by criterion: what is worked out of a text is then still at hand.
    for kinds, target_id, target in _targets(module):
        if only is not None and target_id not in only and not {"module", "lesson"} & set(kinds):
            continue
        own = known.of(target) if isinstance(target, Element) else {}
        every = (entry for kind in kinds for entry in checks.get(kind, ()))
        for number, (rank, rubric, criterion, check) in enumerate(every):
            findings = own.get(number)
            if findings is None:
                context.looked_around = False
                findings = tuple(
                    finding_of(rubric, criterion, fault, fault.target or target_id)
                    for fault in check.find(target, context)
                )
                if not context.looked_around:
                    own[number] = findings
            for finding in findings:
                if only is None or finding.target in only:
                    found.append((places.get(finding.target, len(places)), rank, finding))
    known.end()
    found.sort(key=lambda entry: entry[:2])
    return tuple({finding.id: finding for _, _, finding in found}.values())


def _checks_by_kind(
    rubrics: Iterable[Rubric], context: Context
) -> dict[str, list[tuple[int, Rubric, Criterion, Check]]]:
    """Kind of target → the criteria to decide for it, with their rank among all; those lacking word lists left out."""
    checks: dict[str, list[tuple[int, Rubric, Criterion, Check]]] = {}
    for rank, (rubric, criterion) in enumerate(_decided_by_code(rubrics)):
        found = house_checks(criterion) or tuple(filter(None, (CHECKS.get(criterion.id),)))
        if not found:
            raise RubricError(
                f"criterion {criterion.id} of rubric {rubric.id}",
                why="it says decided_by code, and no code decides it",
                mend=f"let an engine or a person decide it, or write its function in check/{rubric.id}",
            )
        for check in found:
            if all(name in context.words for name in check.needs):
                checks.setdefault(check.kind, []).append((rank, rubric, criterion, check))
    return checks


def _decided_by_code(rubrics: Iterable[Rubric]) -> Iterator[tuple[Rubric, Criterion]]:
    for rubric in rubrics:
        for criterion in rubric.criteria:
            if criterion.decided_by is Decider.CODE:
                yield rubric, criterion


def _targets(module: Module) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """(kinds of check that look at it, where its findings show, the target): lessons, elements, the module."""
    yield ("module",), module.id, module
    for lesson in module.lessons:
        yield ("lesson",), _place_of(lesson), lesson
    for element in module.elements():
        yield (element.kind_name, "text"), element.id, element


def _place_of(lesson: Lesson) -> str:
    """Where findings about a lesson show: its first part, which is what a reviewer opens."""
    return lesson.parts[0].id if lesson.parts else lesson.id


def _order(module: Module) -> list[str]:
    return [
        *(element.id for element in module.elements()),
        *(lesson.id for lesson in module.lessons),
        module.id,
    ]


def finding_of(rubric: Rubric, criterion: Criterion, fault: Fault, target: str) -> Finding:
    """The fault as a finding on that target."""
    return Finding(
        id=finding_id(criterion.id, target, fault.message),
        rubric=rubric.id,
        criterion=criterion.id,
        severity=_milder(fault.severity, criterion.severity),
        target=target,
        message=fault.message,
        suggestion=fault.suggestion or criterion.suggestion,
        principle=rubric.principle,
    )


def _milder(own: Severity | None, demanded: Severity) -> Severity:
    """A fault's own severity, unless an organisation made its criterion milder still."""
    ranks = tuple(Severity)
    return demanded if own is None or ranks.index(own) < ranks.index(demanded) else own
