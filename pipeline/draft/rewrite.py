"""Another version of one element, for a designer who asked for it; same id, same place, new content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.domain import Block, Document, Element, Module, Objective, Part, QuizItem, Resource
from pipeline.draft.items import arranged, item_of, item_problems
from pipeline.draft.lessons import part_of, piece_problems, resource_of
from pipeline.draft.objectives import objective_of
from pipeline.engines.ask import Asker
from pipeline.engines.quotes import QuoteFinder
from pipeline.engines.tasks import (
    REWRITE_ITEM,
    REWRITE_OBJECTIVE,
    REWRITE_PART,
    REWRITE_RESOURCE,
    ItemDraft,
    JobAidDraft,
    ObjectiveDraft,
    PartDraft,
    RewriteInputs,
)
from pipeline.errors import ReplyError


async def rewrite_element(
    module: Module, element_id: str, *, documents: Sequence[Document], instruction: str, variant: int, asker: Asker
) -> Element:
    """The element's new version; raises EngineError, with code "empty" where the engine has no other version."""
    element = module.element(element_id)
    finder = QuoteFinder(documents)
    objective = _objective_of(module, element)
    blocks = _blocks_of(module, element, objective, finder)
    near = tuple(block.id for block in blocks)
    inputs = RewriteInputs(
        language=module.language,
        source_title=module.title,
        blocks=blocks,
        document=tuple(block for one in documents for block in one.blocks if block.is_teachable),
        brief=module.brief,
        kind=element.kind_name,
        element=element.content(),
        objective=objective,
        instruction=instruction.strip(),
        findings=tuple(finding.message for finding in module.open_findings(element_id)),
    )
    everywhere = tuple(block.id for block in inputs.document)

    def quotes_hold(reply: Any) -> list[str]:
        return finder.problems(reply.quotes, near=everywhere, where="the reply")

    if isinstance(element, Objective):
        drafted = (await asker.ask(REWRITE_OBJECTIVE, inputs, accept=quotes_hold, variant=variant)).reply
        return _kept(element, _new_objective(drafted, element, near, finder))
    if isinstance(element, Part):

        def part_holds(reply: PartDraft) -> list[str]:
            return piece_problems(reply, where="the reply", near=everywhere, finder=finder)

        part = (await asker.ask(REWRITE_PART, inputs, accept=part_holds, variant=variant)).reply
        made = part_of(part, part_id=element.id, near=near, finder=finder)
        return _kept(element, made.model_copy(update={"kind": element.kind}))
    if isinstance(element, QuizItem):

        def item_holds(reply: ItemDraft) -> list[str]:
            return item_problems(reply, where="the item", near=everywhere, finder=finder)

        item = (await asker.ask(REWRITE_ITEM, inputs, accept=item_holds, variant=variant)).reply
        new = item_of(
            item,
            item_id=element.id,
            objective_id=element.objective_id,
            lesson_id=element.lesson_id,
            near=everywhere,
            finder=finder,
        )
        return _kept(element, arranged([new.model_copy(update={"use": element.use, "day": element.day})])[0])
    if isinstance(element, Resource):

        def resource_holds(reply: JobAidDraft) -> list[str]:
            return piece_problems(reply, where="the reply", near=everywhere, finder=finder)

        aid = (await asker.ask(REWRITE_RESOURCE, inputs, accept=resource_holds, variant=variant)).reply
        made_aid = resource_of(aid, resource_id=element.id, near=near, finder=finder)
        return _kept(element, made_aid.model_copy(update={"kind": element.kind}))
    raise ReplyError(
        f"regenerating {element_id}", why=f"a {element.kind_name} cannot be regenerated", mend="edit it", code="empty"
    )


def _new_objective(draft: ObjectiveDraft, element: Objective, near: tuple[str, ...], finder: QuoteFinder) -> Objective:
    return objective_of(draft, objective_id=element.id, near=near, finder=finder)


def _kept(old: Element, new: Element) -> Element:
    """The new content with what people decided about the element; raises ReplyError where nothing changed."""
    if new.content() == old.content():
        raise ReplyError(
            f"regenerating {old.id}", why="the engine has no other version of it", mend="edit it", code="empty"
        )
    return new.model_copy(update={"fact_status": old.fact_status, "waivers": old.waivers})


def _objective_of(module: Module, element: Element) -> Objective | None:
    if isinstance(element, Objective):
        return element
    wanted: tuple[str, ...] = ()
    if isinstance(element, QuizItem):
        wanted = (element.objective_id,)
    elif (lesson := module.lesson_of(element.id)) is not None:
        wanted = lesson.objective_ids
    return next((one for one in module.objectives if one.id in wanted), None)


def _blocks_of(module: Module, element: Element, objective: Objective | None, finder: QuoteFinder) -> tuple[Block, ...]:
    """The blocks that the element's lesson draws on, in reading order."""
    wanted = {proof.block for proof in element.evidence}
    if objective is not None:
        wanted |= {proof.block for proof in objective.evidence}
        for lesson in module.lessons:
            if objective.id in lesson.objective_ids:
                wanted |= {proof.block for part in lesson.parts for proof in part.evidence}
    return finder.blocks_in_order(wanted)
