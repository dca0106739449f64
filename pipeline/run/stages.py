"""A document's whole way to a checked module, readable from top to bottom.

Each stage takes the work so far and returns it with one more thing in it; none touches the database.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import ParamSpec, Protocol, TypeVar

from pipeline import language
from pipeline.analyse import Assessment, assess, unanswered
from pipeline.analyse import triage as triage_objectives
from pipeline.check import check_module
from pipeline.check.source_conflicts import overlaps_of
from pipeline.domain import Chunk, Document, EngineRecord, Gap, Module, Order, Plan, Rubric
from pipeline.draft import Drafted, Outlined, Report, draft_elements, outline_elements
from pipeline.draft.fitting import fitted, kept_within
from pipeline.draft.merge import Merged, merged, told_of_all
from pipeline.draft.outlines import in_formats
from pipeline.draft.plan import in_plan_order, outlined_by
from pipeline.draft.resources import kinds_wanted
from pipeline.engines.ask import Asker
from pipeline.errors import EngineError, ParkedError, ReplyError
from pipeline.ground import ground_module, grounding_findings
from pipeline.ids import short_id
from pipeline.injections import without_orders
from pipeline.run.judging import judged
from pipeline.run.revising import Revision, rewritten, screened_alone, settled
from pipeline.split import split_blocks

# Raised whenever a stage would make something else of the same inputs; part of every artifact's key.
STAGES_VERSION = 3
# What is put back may do good or harm elsewhere, so the rest is checked again; more rounds than this have no end.
_ROUNDS = 3

P = ParamSpec("P")
T = TypeVar("T")


class Offload(Protocol):
    """Does work that takes more than a moment, wherever it does not hold up the calls in flight."""

    async def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the work returns."""
        ...


async def here(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Does the work at once, for a process that has one document to convert."""
    return work(*args, **kwargs)


@dataclass(frozen=True)
class Tools:
    """What the stages work with."""

    asker: Asker
    rubrics: tuple[Rubric, ...]
    chunk_tokens: int
    concurrency: int
    report: Report
    offload: Offload = here
    revises: bool = True
    """Whether what the checks find is mended in one pass."""
    judges: bool = False
    """Whether a language model is asked about the claims that rules leave open."""
    turn: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    """Waits until what can be done later may be done."""


@dataclass(frozen=True)
class Work:
    """A conversion under way."""

    documents: tuple[Document, ...]
    """As they are drafted from; several make one module."""
    order: Order
    plan: Plan | None = None
    """What to draft, where a designer has settled it."""
    target: str | None = None
    """Id of the module it goes into, where that is there already: the outline whose objectives were approved."""
    merged: Merged | None = None
    """How several documents became one source."""
    whole: tuple[Document, ...] = ()
    """The documents before what speaks to a language model was taken out."""
    chunks: tuple[Chunk, ...] = ()
    assessment: Assessment | None = None
    outlined: Outlined | None = None
    drafted: Drafted | None = None
    module: Module | None = None
    gaps: tuple[Gap, ...] = ()
    stopped: EngineError | None = None
    """The failure of a service that ended the drafting."""
    revision: Revision | None = None
    """What was written again and is still to be judged."""
    timings: dict[str, float] = field(default_factory=dict)
    """Stage → seconds it took, waiting included."""

    @property
    def language(self) -> str:
        """The language to draft in: ordered, else the first source's, else English."""
        told = self.order.language or self.documents[0].source.language
        if told:
            return told
        text = " ".join(block.text for block in self.documents[0].blocks if block.is_teachable)
        return language.guess(text) or "en"


async def merge(work: Work, tools: Tools) -> Work:
    """Several documents without what an earlier one of them says."""
    if len(work.documents) == 1:
        return work
    overlaps = await tools.offload(overlaps_of, work.documents, work.language)
    joined = merged(work.documents, overlaps)
    return replace(work, documents=joined.documents, merged=joined)


async def screen(work: Work, tools: Tools) -> Work:
    """The documents without what speaks to a language model; the check tells the reviewer of it."""
    return replace(work, documents=without_orders(work.documents), whole=work.documents)


async def split(work: Work, tools: Tools) -> Work:
    """Blocks → chunks."""
    tools.report("split", 0, 1)
    chunks = [
        chunk for document in work.documents for chunk in split_blocks(document, budget_tokens=tools.chunk_tokens)
    ]
    return replace(work, chunks=tuple(chunks))


async def analyse(work: Work, tools: Tools) -> Work:
    """Title, brief and suitability."""
    if work.plan is not None:
        plan = work.plan
        brief = plan.brief.settled(minutes=plan.minutes)
        return replace(work, assessment=Assessment(plan.title, brief, plan.suitability_of_objectives, plan.usage))
    tools.report("brief", 0, 1)
    try:
        assessment = await assess(work.documents, work.order, tools.asker, language=work.language)
    except ParkedError:
        raise
    except EngineError as error:
        gap = Gap(target=module_id(work, tools), stage="brief", code=error.code, message=error.why)
        stopped = None if isinstance(error, ReplyError) else error
        return replace(work, assessment=unanswered(work.documents, work.order), gaps=(gap,), stopped=stopped)
    brief = assessment.brief.model_copy(update={"minutes": work.order.minutes})
    return replace(work, assessment=replace(assessment, brief=brief))


async def outline(work: Work, tools: Tools) -> Work:
    """Objectives and the lessons they call for; nothing where the service already failed at the brief."""
    if work.stopped is not None or work.assessment is None:
        return work
    if work.plan is not None:
        is_ours = tools.asker.engine.reads_inputs
        outlined = await tools.offload(outlined_by, work.plan, work.documents, work.chunks, reads_inputs=is_ours)
        return replace(work, outlined=outlined, gaps=(*work.gaps, *work.plan.gaps))
    outlined = await outline_elements(
        work.documents,
        work.chunks,
        brief=work.assessment.brief,
        language=work.language,
        asker=tools.asker,
        concurrency=tools.concurrency,
        report=tools.report,
    )
    outlined = kept_within(outlined, work.assessment.brief)
    return replace(work, outlined=outlined, gaps=(*work.gaps, *outlined.gaps), stopped=outlined.stopped)


async def triage(work: Work, tools: Tools) -> Work:
    """Which format fits each objective, and with them the module; a plan has it settled."""
    assessment, outlined = work.assessment, work.outlined
    if work.stopped is not None or work.plan is not None or assessment is None or outlined is None:
        return work
    topics = [topic.as_inputs() for one in outlined.outlines for topic in one.topics]
    if outlined.stopped is not None or outlined.parked is not None or not topics or assessment.is_unanswered:
        # Of an outline with a hole the question would be another one, and without a brief there is nobody to judge for.
        return work
    tools.report("triage", 0, 1)
    try:
        triaged = await triage_objectives(
            work.documents, topics, assessment.suitability, assessment.brief, tools.asker, language=work.language
        )
    except ParkedError as error:
        # Lessons and items do not depend on it: they are asked about meanwhile.
        return replace(work, outlined=replace(outlined, parked=error))
    except EngineError as error:
        gap = Gap(target=module_id(work, tools), stage="triage", code=error.code, message=error.why)
        stopped = None if isinstance(error, ReplyError) else error
        outlined = replace(outlined, stopped=stopped)
        return replace(work, outlined=outlined, gaps=(*work.gaps, gap), stopped=stopped)
    assessment = replace(assessment, suitability=triaged.suitability, usage=assessment.usage + triaged.usage)
    return replace(work, assessment=assessment, outlined=in_formats(outlined, triaged.suitability))


async def draft(work: Work, tools: Tools) -> Work:
    """Everything that the outline promises; where the service failed at it, the gaps say what is missing."""
    if work.assessment is None or work.outlined is None:
        return work
    drafted = await draft_elements(
        work.documents,
        work.outlined,
        brief=work.assessment.brief,
        language=work.language,
        asker=tools.asker,
        concurrency=tools.concurrency,
        report=tools.report,
        kinds=kinds_wanted(work.order, work.assessment.suitability.verdict),
        ordered=work.order.resources,
        # A story takes longer than a module of a few minutes leaves.
        with_scenarios=work.order.minutes is None,
    )
    if work.plan is None:
        drafted = fitted(drafted, work.outlined, work.assessment.brief, work.documents)
    drafted = in_plan_order(drafted, work.outlined.order)
    return replace(work, drafted=drafted, gaps=(*work.gaps, *drafted.gaps), stopped=drafted.stopped)


async def assemble(work: Work, tools: Tools) -> Work:
    """The module as one object."""
    if work.assessment is None:
        return work
    drafted = work.drafted
    # A module's bytes must not depend on the folder its source lay in, so only the file's name goes into it.
    sources = tuple(
        document.source.model_copy(update={"path": document.source.path.replace("\\", "/").rsplit("/", 1)[-1]})
        for document in work.documents
    )
    module = Module(
        id=module_id(work, tools),
        title=work.assessment.title,
        language=work.language,
        brief=work.assessment.brief,
        sources=sources,
        suitability=work.assessment.suitability,
        engine=EngineRecord(
            name=tools.asker.engine.name,
            model=tools.asker.engine.model,
            prompts=tools.asker.prompt_versions(),
            rubrics={rubric.id: str(rubric.version) for rubric in tools.rubrics},
        ),
        objectives=drafted.objectives if drafted else (),
        lessons=drafted.lessons if drafted else (),
        items=drafted.items if drafted else (),
        scenarios=drafted.scenarios if drafted else (),
        resources=drafted.resources if drafted else (),
        omissions=drafted.omissions if drafted else (),
        gaps=work.gaps,
        usage=sum((one.usage for one in (work.outlined, drafted) if one is not None), work.assessment.usage),
    )
    if work.merged is not None:
        return replace(work, module=told_of_all(module, work.merged), documents=work.merged.received)
    return replace(work, module=module, documents=work.whole or work.documents)


async def check(work: Work, tools: Tools) -> Work:
    """Findings of the rubrics on the text a reviewer will see."""
    if work.module is None:
        return work
    tools.report("check", 0, 1)
    async with tools.turn():
        findings = await tools.offload(check_module, work.module, work.documents, tools.rubrics)
    return replace(work, module=work.module.model_copy(update={"findings": findings}))


async def ground(work: Work, tools: Tools) -> Work:
    """Findings on claims that the sources do not bear out, beside those of the rubrics."""
    if work.module is None:
        return work
    async with tools.turn():
        grounded = await tools.offload(ground_module, work.module, work.documents)
    added = grounding_findings(grounded, tools.rubrics, told=work.module.findings)
    return replace(work, module=work.module.model_copy(update={"findings": (*work.module.findings, *added)}))


async def revise(work: Work, tools: Tools) -> Work:
    """Another version of what has errors or warnings; the checks that follow show whether it is better."""
    if work.module is None or work.stopped is not None or not tools.revises:
        return work
    # What people approved in an outline is not written again behind their backs.
    settled_ids = frozenset(one.id for one in work.module.objectives) if work.target is not None else frozenset()
    made = await rewritten(
        work.module, work.documents, asker=tools.asker, concurrency=tools.concurrency, report=tools.report,
        apart_from=settled_ids,
    )
    if made.revision is None:
        return replace(work, module=made.module)
    gaps, stopped = made.module.gaps, made.revision.stopped
    return replace(work, module=made.module, revision=made.revision, gaps=gaps, stopped=stopped)


async def settle(work: Work, tools: Tools) -> Work:
    """The rewrites that are better and everything else as it was, with findings on the text as it is now."""
    revision = work.revision
    if work.module is None or revision is None:
        return work
    # Most of what is no better shows on the rewrite alone, which costs far less than to look at the whole module.
    screened = await tools.offload(screened_alone, work.module, revision, work.documents, tools.rubrics)
    outcome = settled(screened, revision, work.documents)
    for _ in range(_ROUNDS):
        if not outcome.kept:
            break
        work = await _checked(replace(work, module=outcome.module), tools)
        assert work.module is not None
        outcome = settled(work.module, revision, work.documents)
        if outcome.is_whole:
            return replace(work, module=outcome.recorded(revision), revision=None)
    work = replace(work, module=revision.before, revision=None)
    return work if revision.stopped is None else await _checked(work, tools)


async def judge(work: Work, tools: Tools) -> Work:
    """What a language model says of the claims that rules leave open, where that is wanted."""
    if work.module is None or work.stopped is not None or not tools.judges or tools.asker.engine.reads_inputs:
        return work
    async with tools.turn():
        grounded = await tools.offload(ground_module, work.module, work.documents)
    about = (work.module, grounded, work.documents, tools.rubrics)
    made = await judged(*about, asker=tools.asker, concurrency=tools.concurrency)
    return replace(work, module=made.module, gaps=made.module.gaps, stopped=made.stopped)


async def _checked(work: Work, tools: Tools) -> Work:
    for checking in CHECKING:
        work = await checking(work, tools)
    return work


Stage = Callable[[Work, Tools], Awaitable[Work]]
CHECKING: tuple[Stage, ...] = (check, ground)
"""What finds fault with a module; again with what was written again."""
STAGES: tuple[Stage, ...] = (
    merge, screen, split, analyse, outline, triage, draft, assemble, *CHECKING, revise, settle, judge,
)


async def run_stages(
    documents: Sequence[Document],
    order: Order,
    tools: Tools,
    *,
    plan: Plan | None = None,
    target: str | None = None,
    until: str | None = None,
) -> Work:
    """The work after the last stage, or before the one named `until`.

    Of EngineErrors raises ParkedError only: the others end in `Work.stopped` and the module's gaps.
    """
    work = Work(documents=tuple(documents), order=order, plan=plan, target=target)
    for stage in STAGES:
        if stage.__name__ == until:
            break
        work = await _timed(stage, work, tools)
    return work


def assembled(
    documents: Sequence[Document], order: Order, module: Module, *, target: str | None = None
) -> Work:
    """The work as it stood when the module was assembled, taken up again."""
    return Work(documents=tuple(documents), order=order, module=module, target=target)


async def finished(work: Work, tools: Tools) -> Work:
    """The work after everything that follows the assembly."""
    for stage in STAGES[STAGES.index(assemble) + 1 :]:
        work = await _timed(stage, work, tools)
    return work


async def _timed(stage: Stage, work: Work, tools: Tools) -> Work:
    began = time.monotonic()
    work = await stage(work, tools)
    taken = work.timings.get(stage.__name__, 0.0) + time.monotonic() - began
    return replace(work, timings={**work.timings, stage.__name__: round(taken, 4)})


def module_id(work: Work, tools: Tools) -> str:
    """The same sources, order, engine and language make the same module, so that a second run finds the first."""
    if work.target is not None:
        return work.target
    return short_id(
        "m",
        [document.source.sha256 for document in work.documents],
        work.order.identity(),
        tools.asker.engine.name,
        tools.asker.engine.model,
        work.language,
        *([work.plan.identity()] if work.plan is not None else []),
    )
