"""Another version of one element, for a designer who asked for it; same id, same place, new content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pipeline.domain import (
    Block,
    Document,
    Element,
    ItemType,
    ItemUse,
    Module,
    Objective,
    Part,
    QuizItem,
    Resource,
    ResourceKind,
    Scenario,
    Usage,
)
from pipeline.draft.desk import Judged
from pipeline.draft.items import arranged, is_sorted_by_number, judged_item, renumbered
from pipeline.draft.lessons import part_of, piece_problems, resource_of
from pipeline.draft.objectives import objective_of
from pipeline.draft.scenarios import judged_scenario
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
    Quote,
    RewriteInputs,
)
from pipeline.engines.telling import REWRITE_SCENARIO, ScenarioDraft
from pipeline.errors import ReplyError
from pipeline.injections import without_orders

_Draft = ObjectiveDraft | PartDraft | ItemDraft | JobAidDraft | ScenarioDraft


async def rewrite_element(
    module: Module, element_id: str, *, documents: Sequence[Document], instruction: str, variant: int, asker: Asker
) -> Element:
    """The element's new version; raises EngineError, with code "empty" where the engine has no other version."""
    documents = without_orders(documents)
    element = module.element(element_id)
    objective = objective_served(module, element)
    finder = QuoteFinder(documents)
    made = await rewritten(
        module,
        element,
        blocks=blocks_to_rewrite(module, element, objective, finder, asker=asker),
        document=tuple(block for one in documents for block in one.blocks if block.is_teachable),
        finder=finder,
        instruction=instruction.strip(),
        variant=variant,
        asker=asker,
    )
    return made.element


@dataclass(frozen=True)
class Rewrite:
    """A new version, and what it cost."""

    element: Element
    usage: Usage


async def rewritten(
    module: Module,
    element: Element,
    *,
    blocks: tuple[Block, ...],
    document: tuple[Block, ...],
    finder: QuoteFinder,
    instruction: str,
    variant: int,
    asker: Asker,
    reasons: Sequence[str] | None = None,
) -> Rewrite:
    """The element's new version from those blocks; raises as `rewrite_element` does.

    `reasons` say what is wrong with it; without them its open findings do.
    """
    if not can_be_rewritten(element):
        kind = element.kind.value.replace("_", " ") if isinstance(element, Resource) else element.kind_name
        raise ReplyError(
            f"regenerating {element.id}", why=f"a {kind} cannot be regenerated", mend="edit it", code="empty"
        )
    shown = Shown(blocks)
    inputs = RewriteInputs(
        language=module.language,
        source_title=module.title,
        blocks=blocks,
        document=document,
        brief=module.brief,
        kind=element.kind_name,
        element=element.content(),
        objective=objective_served(module, element),
        instruction=instruction,
        findings=tuple(
            [finding.message for finding in module.open_findings(element.id)] if reasons is None else reasons
        ),
        taken=tuple(one.stem for one in module.items if one.id != element.id) if isinstance(element, QuizItem) else (),
        tested=_tested(module) if isinstance(element, Scenario) else (),
    )
    made: list[Element] = []
    homes = _homes(module)

    def usable(reply: _Draft) -> Sequence[str]:
        judged = again(element, reply, shown=shown, finder=finder, where="the reply", homes=homes)
        made[:] = [] if judged.piece is None else [judged.piece]
        return judged.problems

    if isinstance(element, Objective):
        usage = (await asker.ask(REWRITE_OBJECTIVE, inputs, accept=usable, variant=variant)).usage
    elif isinstance(element, Part):
        usage = (await asker.ask(REWRITE_PART, inputs, accept=usable, variant=variant)).usage
    elif isinstance(element, QuizItem):
        usage = (await asker.ask(REWRITE_ITEM, inputs, accept=usable, variant=variant)).usage
    elif isinstance(element, Scenario):
        usage = (await asker.ask(REWRITE_SCENARIO, inputs, accept=usable, variant=variant)).usage
    else:
        usage = (await asker.ask(REWRITE_RESOURCE, inputs, accept=usable, variant=variant)).usage
    if made[0].content() == element.content():
        raise ReplyError(
            f"regenerating {element.id}", why="the engine has no other version of it", mend="edit it", code="empty"
        )
    return Rewrite(made[0], usage)


def can_be_rewritten(element: Element) -> bool:
    """Whether engines write elements of its kind again: all, but of the resources only job aids."""
    if isinstance(element, Resource):
        return element.kind is ResourceKind.JOB_AID
    return isinstance(element, Objective | Part | QuizItem | Scenario)


def again(
    element: Element,
    draft: _Draft,
    *,
    shown: Shown,
    finder: QuoteFinder,
    where: str,
    homes: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> Judged[Element]:
    """The draft in the element's place: its id, kind and use, and what people decided about it; or why it would not
    do there.

    `homes` are the module's objectives with their blocks: which of them a scenario serves depends on what it tells.
    """
    if isinstance(element, Scenario) and isinstance(draft, ScenarioDraft):
        judged = _judged_story(element, draft, shown=shown, finder=finder, where=where, homes=homes)
    else:
        judged = _judged(element, draft, shown=shown, finder=finder, where=where)
    if judged.piece is None or judged.problems:
        return Judged(element.id, None, judged.problems)
    kept = {"fact_status": element.fact_status, "waivers": element.waivers}
    return Judged(element.id, judged.piece.model_copy(update=kept))


def _judged_story(
    story: Scenario,
    draft: ScenarioDraft,
    *,
    shown: Shown,
    finder: QuoteFinder,
    where: str,
    homes: Mapping[str, frozenset[str]],
) -> Judged[Element]:
    own = homes or dict.fromkeys(story.objective_ids, frozenset[str]())
    judged = judged_scenario(draft, where=where, homes=own, shown=shown, finder=finder, scenario_id=story.id)
    return Judged(story.id, judged.piece, judged.problems)


def _judged(element: Element, draft: _Draft, *, shown: Shown, finder: QuoteFinder, where: str) -> Judged[Element]:
    if isinstance(element, Objective) and isinstance(draft, ObjectiveDraft):
        objective = objective_of(draft, objective_id=element.id, shown=shown, finder=finder)
        untold = [] if objective.evidence else [untraced(draft.quotes, where=where)]
        return Judged(element.id, objective.model_copy(update={"format": element.format}), tuple(untold))
    if isinstance(element, Part) and isinstance(draft, PartDraft):
        part = part_of(draft, part_id=element.id, shown=shown, finder=finder)
        update = {"kind": element.kind, "figures": element.figures}
        return Judged(element.id, part.model_copy(update=update), tuple(piece_problems(draft, part, where=where)))
    if isinstance(element, QuizItem) and isinstance(draft, ItemDraft):
        item = judged_item(
            draft,
            where=where,
            item_id=element.id,
            objective_id=element.objective_id,
            lesson_id=element.lesson_id,
            shown=shown,
            finder=finder,
        )
        if item.piece is None:
            return Judged(element.id, None, item.problems)
        placed = item.piece.model_copy(update={"use": element.use, "day": element.day})
        return Judged(element.id, _with_key_in_place(placed, element))
    if isinstance(element, Resource) and isinstance(draft, JobAidDraft):
        resource = resource_of(draft, resource_id=element.id, shown=shown, finder=finder)
        problems = tuple(piece_problems(draft, resource, where=where))
        return Judged(element.id, resource, problems)
    return Judged(element.id, None, (f"{where} is not a new {element.kind_name}",))


def _with_key_in_place(item: QuizItem, old: QuizItem) -> QuizItem:
    """The item with its key where the old one's stood, so that the positions over the quiz stay as balanced as they
    were; amounts stay sorted.
    """
    keys = [place for place, option in enumerate(old.options) if option.correct]
    is_alike = item.type is old.type is ItemType.SINGLE and len(item.options) > keys[0]
    if not is_alike or is_sorted_by_number(item.options):
        return arranged([item])[0]
    key = item.correct_options[0]
    options = [option for option in item.options if option.id != key.id]
    options.insert(keys[0], key)
    return renumbered(item, options)


def objective_served(module: Module, element: Element) -> Objective | None:
    """The objective that the element serves, itself where it is one; None where it serves none."""
    if isinstance(element, Objective):
        return element
    wanted: tuple[str, ...] = ()
    if isinstance(element, QuizItem):
        wanted = (element.objective_id,)
    elif isinstance(element, Scenario):
        wanted = element.objective_ids
    elif (lesson := module.lesson_of(element.id)) is not None:
        wanted = lesson.objective_ids
    return next((one for one in module.objectives if one.id in wanted), None)


def blocks_near(
    module: Module, element: Element, objective: Objective | None, finder: QuoteFinder
) -> tuple[Block, ...]:
    """The blocks that the element's lesson draws on, in reading order."""
    wanted = {proof.block for proof in element.all_evidence}
    if objective is not None:
        wanted |= {proof.block for proof in objective.evidence}
        for lesson in module.lessons:
            if objective.id in lesson.objective_ids:
                wanted |= {proof.block for part in lesson.parts for proof in part.evidence}
    return tuple(block for block in finder.blocks_in_order(wanted) if block.is_teachable)


def blocks_to_rewrite(
    module: Module, element: Element, objective: Objective | None, finder: QuoteFinder, *, asker: Asker
) -> tuple[Block, ...]:
    """The blocks that a new version may rest on, in reading order: of a story, by an engine that reads inputs, all
    that the module teaches, since another story is one of other cases.
    """
    if isinstance(element, Scenario):
        homes = _homes(module)
        served = homes if asker.engine.reads_inputs else element.objective_ids
        near = (homes.get(one, frozenset()) for one in served)
        wanted = {proof.block for proof in element.all_evidence}.union(*near)
        return tuple(block for block in finder.blocks_in_order(wanted) if block.is_teachable)
    return blocks_near(module, element, objective, finder)


def _homes(module: Module) -> dict[str, frozenset[str]]:
    """Id of each objective, in order → the blocks that it and its lessons rest on."""
    return {
        objective.id: frozenset(proof.block for proof in objective.evidence).union(
            proof.block
            for lesson in module.lessons
            if objective.id in lesson.objective_ids
            for part in lesson.parts
            for proof in part.evidence
        )
        for objective in module.objectives
    }


def _tested(module: Module) -> tuple[Quote, ...]:
    """What the test's items rest on."""
    return tuple(
        Quote(block=proof.block, text=proof.quote)
        for item in module.items
        if item.use is ItemUse.TEST
        for proof in item.evidence
    )
