"""A module that stops at its objectives, and the lessons drafted from the objectives that people approved.

In: documents and an order. Out: a module with objectives only, and the plan that belongs to it. What is drafted from
the plan once people have settled it goes into the same module (`Conversions.draft_settled`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.check import CHECKS, check_module
from pipeline.domain import (
    Author,
    AuthorKind,
    BlockKind,
    Document,
    Finding,
    Module,
    Omission,
    OmissionReason,
    Order,
    Plan,
    Rubric,
    Usage,
)
from pipeline.draft import Drafted
from pipeline.draft.objectives import Outline
from pipeline.ground import ground_module, grounding_findings
from pipeline.ids import short_id
from pipeline.run.planning import outlined_plan
from pipeline.run.stages import Tools, Work, assemble
from pipeline.store import Store
from pipeline.store.drafts import insert_draft


@dataclass(frozen=True)
class OutlineMade:
    """An outline, not yet saved."""

    module: Module
    plan: Plan


async def make_outline(documents: Sequence[Document], order: Order, *, tools: Tools) -> OutlineMade:
    """The objectives of the documents as a module of their own, checked. Raises EngineError where a service failed (an
    outline with holes would be approved as the whole), and NothingToTeachError.
    """
    work, plan = await outlined_plan(documents, order, tools=tools)
    target = outline_id(documents, order, tools, language=work.language)
    objectives = tuple(topic.objective for one in _outlines(work) for topic in one.topics)
    drafted = Drafted(
        objectives=objectives, lessons=(), items=(), scenarios=(), resources=(), omissions=_left_out(work),
        gaps=(), usage=Usage(usd=0.0), stopped=None,
    )
    assembled = await assemble(replace(work, drafted=drafted, target=target), tools)
    module = assembled.module
    assert module is not None
    findings = outline_findings(module, assembled.documents, tools.rubrics)
    return OutlineMade(module.model_copy(update={"findings": findings}), plan)


def outline_id(documents: Sequence[Document], order: Order, tools: Tools, *, language: str) -> str:
    """The id of the outline of these documents: another than that of a module drafted whole, which is not to be mixed
    with one whose objectives somebody decided on.
    """
    engine = tools.asker.engine
    shas = [document.source.sha256 for document in documents]
    return short_id("m", "outline", shas, order.identity(), engine.name, engine.model, language)


def outline_findings(
    module: Module, documents: Sequence[Document], rubrics: Sequence[Rubric]
) -> tuple[Finding, ...]:
    """What is found on the objectives themselves; that they have no lessons and items yet is no fault of theirs."""
    ids = {one.id for one in module.objectives}
    found = [
        one
        for one in check_module(module, documents, rubrics)
        if one.target in ids and (one.criterion not in CHECKS or CHECKS[one.criterion].kind in ("objective", "text"))
    ]
    grounded = grounding_findings(ground_module(module, documents), rubrics, told=tuple(found))
    return (*found, *(one for one in grounded if one.target in ids))


def save_outline(made: OutlineMade, *, tools: Tools, store: Store, at: datetime) -> bool:
    """Saves the outline with its plan; False where it is there already, as people have left it."""
    engine = tools.asker.engine
    author = Author(kind=AuthorKind.RUN, name=f"{engine.name}:{engine.model}" if engine.model else engine.name)
    with store.database.write() as transaction:
        if not insert_draft(transaction, made.module, author=author, at=at):
            return False
        return store.plans.keep_within(transaction, made.module.id, made.plan, by=author.name, at=at)


def _left_out(work: Work) -> tuple[Omission, ...]:
    """The blocks that no lesson of the plan will teach, under the ids they have in the work's documents."""
    taught = {block.id for outline in _outlines(work) for topic in outline.topics for block in topic.blocks}
    parked = {one.block: one for outline in _outlines(work) for one in outline.parked}
    found = []
    for document in work.documents:
        for block in document.blocks:
            if block.id in taught:
                continue
            reason, note = OmissionReason.PARKED, None
            if block.kind is BlockKind.FURNITURE:
                reason = OmissionReason.FURNITURE
            elif not block.is_teachable or block.kind is BlockKind.HEADING:
                reason = OmissionReason.NOT_INSTRUCTIONAL
            elif block.id in parked:
                reason, note = OmissionReason(parked[block.id].reason), parked[block.id].note
            found.append(Omission(source=document.source.id, block=block.id, reason=reason, note=note))
    return tuple(found)


def _outlines(work: Work) -> tuple[Outline, ...]:
    return work.outlined.outlines if work.outlined is not None else ()
