"""The outline gate: objectives are decided on before lessons are drafted from them.

In: a module that holds its objectives and its plan. Out: where it stands, and once every objective is decided, the plan
as people settled it: approved objectives as they were edited, in the module's order, rejected ones not at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain import (
    BRIEF_FIELDS,
    Channel,
    LeftOutBlock,
    Module,
    Objective,
    Plan,
    PlannedBrief,
    PlannedItems,
    PlannedLesson,
    PlannedObjective,
    Status,
    Usage,
)
from pipeline.errors import ReviewError, UsageError
from pipeline.review.acting import Acting
from pipeline.review.permissions import Verb

_SLOTS = {"text", "audience", "behaviour", "condition", "degree", "bloom", "job_behaviour", "format"}


@dataclass(frozen=True)
class OutlineStanding:
    """How far the approval of an outline is."""

    approved: int
    rejected: int
    open: int
    """Nobody has decided, or changes were requested."""

    @property
    def is_settled(self) -> bool:
        """Whether lessons may be drafted."""
        return self.open == 0 and self.approved > 0


class OutlineGate:
    """The gate over one store."""

    def __init__(self, acting: Acting) -> None:
        self._acting, self._store = acting, acting.store

    def may_draft(self, by: str) -> bool:
        """Whether the person may have lessons drafted, for buttons."""
        return self._acting.may(by, Verb.ORDER)

    def standing(self, module: Module) -> OutlineStanding | None:
        """Where the module's outline stands; None where its lessons are drafted, or it has no plan."""
        if not module.is_outline or self._store.plans.latest(module.id) is None:
            return None
        return _standing(module)

    def can_go_on(self, module: Module) -> bool:
        """Whether lessons are missing that a service did not deliver, and can be drafted now."""
        is_broken_off = bool(module.gaps) and not module.is_outline
        return is_broken_off and _standing(module).is_settled and self._store.plans.latest(module.id) is not None

    def settle(self, module_id: str, *, by: str, channel: Channel = Channel.APP) -> Plan:
        """The plan to draft from, kept with the module as its plan from now on.

        Raises NotAllowedError, UsageError for a module that is no outline, and ReviewError (code "outline_open") while
        an objective is undecided or none is approved.
        """
        act = self._acting.act(by, Verb.ORDER, f"drafting the lessons of {module_id}", channel=channel)
        module = self._store.modules.load(module_id)
        plan = self._store.plans.latest(module_id)
        # A draft that a service broke off is taken up again.
        if plan is None or not (module.is_outline or module.gaps):
            raise UsageError(
                f"module {module_id}",
                why="its lessons are drafted already" if plan else "it was not drafted from an outline",
                mend="review it, or draft another from the source",
            )
        standing = _standing(module)
        if not standing.is_settled:
            why = "every objective is rejected"
            if standing.open:
                why = f"{standing.open} of {len(module.objectives)} objectives are not decided"
            raise ReviewError(
                f"drafting the lessons of {module_id}", why=why, mend="approve or reject them in review first",
                code="outline_open",
            )
        settled = settled_plan(plan, module)
        at = self._acting.clock()
        self._store.plans.keep(module_id, settled, by=act.by, at=at)
        self._store.audit.record(
            act, "settle_outline", at=at, module=module_id,
            detail={"objectives": [one.id for one in settled.objectives], "rejected": standing.rejected},
        )
        return settled


def _standing(module: Module) -> OutlineStanding:
    statuses = [one.status for one in module.objectives]
    approved, rejected = statuses.count(Status.APPROVED), statuses.count(Status.REJECTED)
    return OutlineStanding(approved, rejected, len(statuses) - approved - rejected)


def settled_plan(plan: Plan, module: Module) -> Plan:
    """The plan with the module's approved objectives in its order, and its brief and verdict as they stand.

    What a rejected objective's lesson would have taught is left out, with the reason. What planning cost is in the
    module already, so the plan costs nothing any more.
    """
    planned = {one.id: one for one in plan.objectives}
    kept = [one for one in module.objectives if one.status is Status.APPROVED]
    rejected = {one.id for one in module.objectives if one.status is Status.REJECTED}
    objectives = tuple(_planned(one, planned.get(one.id)) for one in kept)
    taught = {(block.source, block.id) for one in objectives for block in one.lesson.blocks}
    dropped = tuple(
        LeftOutBlock(**block.model_dump(), reason="parked", why="the objective it serves was rejected")
        for one in plan.objectives
        if one.id in rejected
        for block in one.lesson.blocks
        if (block.source, block.id) not in taught
    )
    known = {(one.source, one.id) for one in plan.left_out}
    brief = module.brief
    return plan.model_copy(
        update={
            "title": module.title,
            "brief": PlannedBrief(
                **{name: getattr(brief, name) for name in BRIEF_FIELDS},
                proposed={name: getattr(brief, name) for name in brief.proposed},
            ),
            "suitability": module.suitability,
            "objectives": objectives,
            "left_out": (*plan.left_out, *(one for one in dropped if (one.source, one.id) not in known)),
            "usage": Usage(usd=0.0),
        }
    )


def _planned(objective: Objective, before: PlannedObjective | None) -> PlannedObjective:
    """The objective as it was approved, with the lesson that was planned for it."""
    told = objective.model_dump(include=_SLOTS)
    if before is not None:
        return before.model_copy(update={**told, "bloom": objective.bloom, "flags": ()})
    # One that came in later rests on the words it quotes.
    blocks = tuple(dict.fromkeys(proof.block for proof in objective.evidence))
    if not blocks:
        raise ReviewError(
            f"objective {objective.id}", why="it quotes nothing of the source, so there is nothing to teach it from",
            mend="give it evidence, or reject it",
        )
    return PlannedObjective(
        id=objective.id,
        **told,
        lesson=PlannedLesson.model_validate({"title": objective.behaviour[:80] or "Lesson", "blocks": list(blocks)}),
        items=PlannedItems(practice=1, test=1),
        evidence=objective.evidence,
    )
