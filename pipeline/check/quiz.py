"""The gates that a quiz is held to as a whole, for any choice of items: also for what is about to be exported."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.check.runner import check_module
from pipeline.domain import Finding, Module, Rubric

QUIZ_GATES = frozenset({
    "key_position_is_balanced", "keys_do_not_run_on", "key_is_not_mostly_the_longest", "quiz_resists_guessing",
    "no_stem_answers_another",
})
"""Criteria that depend on which items stand together."""


def with_quiz_gates(module: Module, rubrics: Sequence[Rubric]) -> Module:
    """The module with findings of the gates on the items it has, in place of those on the items it had.

    Everything else that was found is kept as it is; a criterion the rubrics do not have is not asked.
    """
    gates = [
        rubric.model_copy(update={"criteria": tuple(one for one in rubric.criteria if one.id in QUIZ_GATES)})
        for rubric in rubrics
    ]
    kept = tuple(one for one in module.findings if one.criterion not in QUIZ_GATES)
    return module.model_copy(update={"findings": (*kept, *check_module(module, (), gates))})


def quiz_findings(module: Module) -> tuple[Finding, ...]:
    """The findings of the gates among the module's."""
    return tuple(one for one in module.findings if one.criterion in QUIZ_GATES)
