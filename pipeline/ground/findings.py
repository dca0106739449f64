"""Findings for the claims of a module that its sources do not bear out: each holds its element back from approval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline import prose
from pipeline.domain import (
    Claim,
    Criterion,
    Decider,
    Finding,
    Grounding,
    Module,
    Problem,
    ProblemKind,
    Rubric,
    Severity,
)
from pipeline.ground.claims import claims_of
from pipeline.ids import finding_id

CRITERION = "claims_follow_from_the_source"
# What other criteria have told already of the same text: who mends the one mends the other.
_TOLD_ELSEWHERE = {
    ProblemKind.NUMBER: ("numbers_are_in_the_source", "codes_are_in_the_source"),
    ProblemKind.NEGATION: ("strength_is_kept",),
    ProblemKind.CONTRADICTION: ("strength_is_kept", "steps_keep_the_source_order"),
}
_JUDGED = "as an engine reads it"


def grounding_findings(
    grounded: Iterable[tuple[Claim, Grounding]], rubrics: Sequence[Rubric], *, told: Sequence[Finding] = ()
) -> tuple[Finding, ...]:
    """A finding for each problem of each claim that is not supported.

    None where no rubric has a criterion that grounding decides, and none for what an error among `told` says already.
    """
    found: dict[str, Finding] = {}
    for rubric, criterion in _decided(rubrics):
        for claim, grounding in grounded:
            for problem in grounding.problems:
                if not _is_told(claim, problem, told):
                    finding = _finding(rubric, criterion, claim, problem=problem, grounding=grounding)
                    found[finding.id] = finding
    return tuple(found.values())


def judged_findings(judged: Iterable[tuple[Claim, Grounding]], rubrics: Sequence[Rubric]) -> tuple[Finding, ...]:
    """The same for what an engine said; recognised by `still_judged` when the module is looked at without one."""
    return tuple(
        finding.model_copy(
            update={
                "id": finding_id(finding.criterion, finding.target, f"{finding.message} ({_JUDGED})"),
                "message": f"{finding.message} ({_JUDGED})",
            }
        )
        for finding in grounding_findings(judged, rubrics)
    )


def still_judged(module: Module) -> tuple[Finding, ...]:
    """What an engine said of claims that stand in the module as they stood then; asking it again would cost again."""
    former = [finding for finding in module.findings if finding.message.endswith(f"({_JUDGED})")]
    if not former:
        return ()
    said: dict[str, set[str]] = {}
    for stated in claims_of(module):
        said.setdefault(stated.claim.target or "", set()).add(_quoted(stated.claim))
    return tuple(
        finding
        for finding in former
        if any(finding.message.startswith(quoted) for quoted in said.get(finding.target, ()))
    )


def _decided(rubrics: Sequence[Rubric]) -> list[tuple[Rubric, Criterion]]:
    return [
        (rubric, criterion)
        for rubric in rubrics
        for criterion in rubric.criteria
        if criterion.id == CRITERION and criterion.decided_by is Decider.GROUNDING
    ]


def _is_told(claim: Claim, problem: Problem, told: Sequence[Finding]) -> bool:
    """Whether an error of the same element already names what the problem names."""
    criteria = _TOLD_ELSEWHERE.get(problem.kind, ())
    named = set(prose.words(problem.text.split('"')[1])) if problem.text.startswith('"') else set()
    messages = [
        finding.message
        for finding in told
        if finding.target == claim.target and finding.criterion in criteria and finding.severity is Severity.ERROR
    ]
    opening = prose.start_of(claim.text)
    return any(opening in message or (named and named <= set(prose.words(message))) for message in messages)


def _quoted(claim: Claim) -> str:
    return f'"{claim.text}": '


def _finding(rubric: Rubric, criterion: Criterion, claim: Claim, *, problem: Problem, grounding: Grounding) -> Finding:
    target = claim.target or ""
    message = f"{_quoted(claim)}{problem.text}."
    nearest = f' Nearest in the source: "{grounding.evidence[0].quote}"' if grounding.evidence else ""
    return Finding(
        id=finding_id(criterion.id, target, message),
        rubric=rubric.id,
        criterion=criterion.id,
        severity=criterion.severity,
        target=target,
        message=message,
        suggestion=f"{criterion.suggestion}{nearest}",
        principle=rubric.principle,
    )
