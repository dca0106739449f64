"""Suitability: the verdict on the format has reasons from the source, and the module follows it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.domain import Module, Verdict


def verdict_has_reasons(module: Module, context: Context) -> Iterator[Fault]:
    """The verdict says why."""
    verdict = module.suitability.verdict
    if verdict is None:
        yield Fault("Nobody has said which format fits: self-paced, blended, live, or a job aid alone.")
    elif not [reason for reason in module.suitability.reasons if reason.text.strip()]:
        yield Fault(f"Nothing says why the format {verdict.value} fits.")


def reasons_are_quoted(module: Module, context: Context) -> Iterator[Fault]:
    """Each reason quotes the source, at the place it names."""
    for number, reason in enumerate(module.suitability.reasons, 1):
        if not reason.evidence:
            yield Fault(f'Reason {number} for the format quotes nothing ("{reason.text}").')
        for proof in reason.evidence:
            if proof.source in context.documents:
                block = context.blocks.get((proof.source, proof.block))
                if block is None or not proof.holds_in(block):
                    yield Fault(f"Reason {number} for the format quotes words that are not in the source.")


def module_follows_its_verdict(module: Module, context: Context) -> Iterator[Fault]:
    """What was drafted is what the verdict calls for, unless somebody overruled it."""
    verdict = module.suitability.verdict
    if module.suitability.overruled is not None:
        return
    live = [one for one in module.objectives if one.format == "live"]
    if verdict is Verdict.JOB_AID and module.lessons:
        lessons = "a lesson" if len(module.lessons) == 1 else f"{len(module.lessons)} lessons"
        yield Fault(f"The verdict is that a job aid is enough, and the module has {lessons}.")
    elif verdict is Verdict.LIVE and len(live) < len(module.objectives):
        yield Fault("The verdict is live training, and the module teaches objectives without a session.")
    elif verdict is Verdict.BLENDED and module.objectives and not (live or module.suitability.sessions):
        yield Fault("The verdict is blended, and no objective is marked as live and no session is planned.")
    elif verdict is Verdict.ASYNC and live:
        yield Fault(f"The verdict is self-paced, and {len(live)} objectives are marked as live.")
    if verdict in (Verdict.BLENDED, Verdict.LIVE):
        practised = {name for session in module.suitability.sessions for name in session.objective_ids}
        for objective in live:
            if objective.id not in practised:
                yield Fault(f'No live session practises "{objective.behaviour}", which is marked as live.')


def overruling_gives_a_reason(module: Module, context: Context) -> Iterator[Fault]:
    """Whoever overrules the verdict says who they are and why."""
    overruled = module.suitability.overruled
    if overruled is not None and not (overruled.reason.strip() and overruled.by.strip()):
        yield Fault("The verdict was overruled without a name and a reason.")


def brief_is_confirmed(module: Module, context: Context) -> Iterator[Fault]:
    """Somebody confirmed what the engine proposed for the brief."""
    if module.brief.proposed:
        names = ", ".join(name.replace("_", " ") for name in module.brief.proposed)
        yield Fault(f"The brief was proposed, and nobody has confirmed: {names}.")


CHECKS = (
    Check("verdict_has_reasons", "module", verdict_has_reasons),
    Check("reasons_are_quoted", "module", reasons_are_quoted),
    Check("module_follows_its_verdict", "module", module_follows_its_verdict),
    Check("overruling_gives_a_reason", "module", overruling_gives_a_reason),
    Check("brief_is_confirmed", "module", brief_is_confirmed),
)
