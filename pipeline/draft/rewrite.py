"""Another version of one element, for a designer who asked for it; same id, same place, new content."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain import Block, Document, Element, Module, Objective, Part, QuizItem, Resource
from pipeline.draft.items import arranged, judged_item
from pipeline.draft.lessons import part_of, piece_problems, resource_of
from pipeline.draft.objectives import objective_of
from pipeline.engines.ask import Asker
from pipeline.engines.quotes import QuoteFinder, untraced
from pipeline.engines.shown import Shown
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
    shown = Shown(blocks)
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
    made: list[Element] = []

    def usable(judged: Element, problems: Sequence[str]) -> Sequence[str]:
        made[:] = [judged]
        return problems

    if isinstance(element, Objective):

        def objective_holds(reply: ObjectiveDraft) -> Sequence[str]:
            new = objective_of(reply, objective_id=element.id, shown=shown, finder=finder)
            return usable(new, [] if new.evidence else [untraced(reply.quotes, where="the reply")])

        await asker.ask(REWRITE_OBJECTIVE, inputs, accept=objective_holds, variant=variant)
        return _kept(element, made[0])
    if isinstance(element, Part):

        def part_holds(reply: PartDraft) -> Sequence[str]:
            new = part_of(reply, part_id=element.id, shown=shown, finder=finder)
            return usable(new, piece_problems(reply, new, where="the reply"))

        await asker.ask(REWRITE_PART, inputs, accept=part_holds, variant=variant)
        return _kept(element, made[0].model_copy(update={"kind": element.kind, "figures": element.figures}))
    if isinstance(element, QuizItem):

        def item_holds(reply: ItemDraft) -> Sequence[str]:
            judged = judged_item(
                reply,
                where="the item",
                item_id=element.id,
                objective_id=element.objective_id,
                lesson_id=element.lesson_id,
                shown=shown,
                finder=finder,
            )
            return usable(judged.piece or element, judged.problems)

        await asker.ask(REWRITE_ITEM, inputs, accept=item_holds, variant=variant)
        new = made[0].model_copy(update={"use": element.use, "day": element.day})
        assert isinstance(new, QuizItem)
        return _kept(element, arranged([new])[0])
    if isinstance(element, Resource):

        def resource_holds(reply: JobAidDraft) -> Sequence[str]:
            new = resource_of(reply, resource_id=element.id, shown=shown, finder=finder)
            return usable(new, piece_problems(reply, new, where="the reply"))

        await asker.ask(REWRITE_RESOURCE, inputs, accept=resource_holds, variant=variant)
        return _kept(element, made[0].model_copy(update={"kind": element.kind}))
    raise ReplyError(
        f"regenerating {element_id}", why=f"a {element.kind_name} cannot be regenerated", mend="edit it", code="empty"
    )


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
