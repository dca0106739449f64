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
from pipeline.check import check_module
from pipeline.domain import Chunk, Document, EngineRecord, Gap, Module, Order, Rubric
from pipeline.draft import Drafted, Outlined, Report, draft_elements, outline_elements
from pipeline.engines.ask import Asker
from pipeline.errors import EngineError, ParkedError, ReplyError
from pipeline.ids import short_id
from pipeline.split import split_blocks

# Raised whenever a stage would make something else of the same inputs; part of every artifact's key.
STAGES_VERSION = 1


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
    turn: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    """Waits until what can be done later may be done."""


@dataclass(frozen=True)
class Work:
    """A conversion under way."""

    documents: tuple[Document, ...]
    order: Order
    chunks: tuple[Chunk, ...] = ()
    assessment: Assessment | None = None
    outlined: Outlined | None = None
    drafted: Drafted | None = None
    module: Module | None = None
    gaps: tuple[Gap, ...] = ()
    stopped: EngineError | None = None
    """The failure of a service that ended the drafting."""
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


async def split(work: Work, tools: Tools) -> Work:
    """Blocks → chunks."""
    tools.report("split", 0, 1)
    chunks = [
        chunk for document in work.documents for chunk in split_blocks(document, budget_tokens=tools.chunk_tokens)
    ]
    return replace(work, chunks=tuple(chunks))


async def analyse(work: Work, tools: Tools) -> Work:
    """Title, brief and suitability."""
    tools.report("brief", 0, 1)
    try:
        assessment = await assess(work.documents, work.order, tools.asker, language=work.language)
    except ParkedError:
        raise
    except EngineError as error:
        gap = Gap(target=module_id(work, tools), stage="brief", code=error.code, message=error.why)
        stopped = None if isinstance(error, ReplyError) else error
        return replace(work, assessment=unanswered(work.documents, work.order), gaps=(gap,), stopped=stopped)
    return replace(work, assessment=assessment)


async def outline(work: Work, tools: Tools) -> Work:
    """Objectives and the lessons they call for; nothing where the service already failed at the brief."""
    if work.stopped is not None or work.assessment is None:
        return work
    outlined = await outline_elements(
        work.documents,
        work.chunks,
        brief=work.assessment.brief,
        language=work.language,
        asker=tools.asker,
        concurrency=tools.concurrency,
        report=tools.report,
    )
    return replace(work, outlined=outlined, gaps=(*work.gaps, *outlined.gaps), stopped=outlined.stopped)


async def draft(work: Work, tools: Tools) -> Work:
    """Lessons, items and job aids of the outline; where the service failed at it, the gaps say what is missing."""
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
    )
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
        resources=drafted.resources if drafted else (),
        omissions=drafted.omissions if drafted else (),
        gaps=work.gaps,
        usage=sum((one.usage for one in (work.outlined, drafted) if one is not None), work.assessment.usage),
    )
    return replace(work, module=module)


async def check(work: Work, tools: Tools) -> Work:
    """Findings of the rubrics on the text a reviewer will see."""
    if work.module is None:
        return work
    tools.report("check", 0, 1)
    async with tools.turn():
        findings = await tools.offload(check_module, work.module, work.documents, tools.rubrics)
    return replace(work, module=work.module.model_copy(update={"findings": findings}))


Stage = Callable[[Work, Tools], Awaitable[Work]]
STAGES: tuple[Stage, ...] = (split, analyse, outline, draft, assemble, check)


async def run_stages(documents: Sequence[Document], order: Order, tools: Tools, *, until: str | None = None) -> Work:
    """The work after the last stage, or before the one named `until`.

    Of EngineErrors raises ParkedError only: the others end in `Work.stopped` and the module's gaps.
    """
    work = Work(documents=tuple(documents), order=order)
    for stage in STAGES:
        if stage.__name__ == until:
            break
        work = await _timed(stage, work, tools)
    return work


def assembled(documents: Sequence[Document], order: Order, module: Module) -> Work:
    """The work as it stood when the module was assembled, taken up again."""
    return Work(documents=tuple(documents), order=order, module=module)


async def checked(work: Work, tools: Tools) -> Work:
    """The work after the check."""
    return await _timed(check, work, tools)


async def _timed(stage: Stage, work: Work, tools: Tools) -> Work:
    began = time.monotonic()
    work = await stage(work, tools)
    return replace(work, timings={**work.timings, stage.__name__: round(time.monotonic() - began, 4)})


def module_id(work: Work, tools: Tools) -> str:
    """The same sources, order, engine and language make the same module, so that a second run finds the first."""
    return short_id(
        "m",
        [document.source.sha256 for document in work.documents],
        work.order.dump(),
        tools.asker.engine.name,
        tools.asker.engine.model,
        work.language,
    )
