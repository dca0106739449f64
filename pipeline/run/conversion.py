"""One document's whole way to a module, safe to run again: what `convert`, `draft` and every worker of a backlog do.

A conversion that was finished is found again by its recipe (the hash of everything its result depends on) and costs
nothing; one that was not finds the replies it already paid for in the call store, and what an engine of ours drafted
in the artifact store.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline import __version__
from pipeline.domain import Author, AuthorKind, Document, Module, Objective, Order, Plan
from pipeline.domain.kept import KeptWith
from pipeline.errors import EngineError, NothingToTeachError, ReplyError
from pipeline.ids import fingerprint
from pipeline.run.stages import STAGES_VERSION, Tools, Work, assembled, finished, run_stages
from pipeline.store import Store
from pipeline.store.database import Transaction

# The same for every document of a worker.
_RUBRICS: KeptWith[str] = KeptWith()


@dataclass(frozen=True)
class Received:
    """A document as read, with the bytes it was read from."""

    document: Document
    content: bytes


@dataclass(frozen=True)
class Converted:
    """What a conversion left in the workspace."""

    module: Module
    documents: tuple[Document, ...]
    stopped: EngineError | None
    """The failure of a service that ended the drafting; the module then has gaps."""
    from_store: bool
    """Whether an earlier run had done it all."""


@dataclass(frozen=True)
class Made:
    """What the stages made of a document, not yet saved."""

    recipe: str
    module_id: str
    module: Module | None
    """None where an earlier run saved it."""
    stopped: EngineError | None = None
    timings: dict[str, float] | None = None
    """Stage → seconds."""


async def convert_sources(
    received: Sequence[Received],
    order: Order,
    *,
    tools: Tools,
    store: Store,
    clock: Callable[[], datetime],
    plan: Plan | None = None,
    target: str | None = None,
) -> Converted:
    """The sources' module, of all of them one, saved also where a service failed halfway. Raises EngineError or
    NothingToTeachError where not one element could be drafted.
    """
    documents = tuple(kept_reading(one, store) for one in received)
    made = await make_module(documents, order, tools=tools, store=store, plan=plan, target=target)
    if made.module is not None:
        with store.database.write() as transaction:
            # The plan of an outline was kept when people had settled it.
            save(transaction, made, store=store, tools=tools, at=clock(), plan=plan if target is None else None)
    return Converted(
        store.modules.load(made.module_id), documents, stopped=made.stopped, from_store=made.module is None
    )


async def make_module(
    documents: tuple[Document, ...],
    order: Order,
    *,
    tools: Tools,
    store: Store,
    plan: Plan | None = None,
    target: str | None = None,
) -> Made:
    """The checked module, or the id of the one an earlier run saved; `target` is the id of the outline it goes into.

    Raises as `convert_sources` does.
    """
    recipe = _recipe(documents, order, tools, plan)
    if target is not None:
        recipe = fingerprint([recipe, target])
    done = await tools.offload(store.artifacts.get, recipe)
    if isinstance(done, dict):
        return Made(recipe, str(done["module"]), None)
    work = await _work(recipe, documents, order, tools=tools, store=store, plan=plan, target=target)
    module = work.module
    if module is None:
        raise AssertionError("the stages ended without a module")
    if not any(module.elements()):
        if work.stopped is not None:
            raise work.stopped
        _refuse_empty(module, is_local=tools.asker.engine.reads_inputs)
    if plan is not None and tools.asker.engine.reads_inputs:
        _refuse_bare(module)
    return Made(recipe, module.id, module, work.stopped, dict(work.timings))


def save(
    transaction: Transaction, made: Made, *, store: Store, tools: Tools, at: datetime, plan: Plan | None = None
) -> None:
    """Writes the module, the plan it was drafted from and the record that its recipe is done, within the caller's
    transaction.
    """
    if made.module is None:
        return
    engine = tools.asker.engine
    name = f"{engine.name}:{engine.model}" if engine.model else engine.name
    author = Author(kind=AuthorKind.RUN, name=name)
    store.modules.save_draft_within(transaction, made.module, author=author, at=at)
    if plan is not None:
        store.plans.keep_within(transaction, made.module.id, plan, by=author.name, at=at)
    if not made.module.gaps:
        store.artifacts.put_within(transaction, made.recipe, "conversion", {"module": made.module.id})
    store.artifacts.drop_within(transaction, _draft_key(made.recipe))


async def _work(
    recipe: str,
    documents: tuple[Document, ...],
    order: Order,
    *,
    tools: Tools,
    store: Store,
    plan: Plan | None,
    target: str | None,
) -> Work:
    """The work after all stages. What an engine of ours drafted takes CPU and no call, so it is kept until the end."""
    if not tools.asker.engine.reads_inputs:
        return await run_stages(documents, order, tools, plan=plan, target=target)
    key = _draft_key(recipe)
    kept = await tools.offload(store.artifacts.get, key)
    if isinstance(kept, dict):
        return await finished(assembled(documents, order, Module.model_validate(kept), target=target), tools)
    work = await run_stages(documents, order, tools, plan=plan, target=target, until="check")
    # Not where a gate was closed half-way: the rest would never be drafted.
    if work.stopped is None and work.module is not None and any(work.module.elements()):
        await tools.offload(store.artifacts.put, key, "draft", work.module.dump())
    return await finished(work, tools)


def kept_reading(received: Received, store: Store) -> Document:
    """The document as the store keeps it, under the name it came in by this time.

    A source is its bytes. Where the same bytes were read before, that first reading stands, since the modules made
    from it quote its blocks: the name may have led to another reading (.txt and .md), and so may a newer reader.
    """
    if store.sources.add(received.document, received.content):
        return received.document
    return named(store.sources.document(received.document.source.id), received.document.source.path)


def named(document: Document, path: str) -> Document:
    """The document under the name it came in by this time."""
    return document.model_copy(update={"source": document.source.model_copy(update={"path": path})})


def _refuse_bare(module: Module) -> None:
    """Raises where the objectives of a plan are all that a local engine could make a module of: their language is not
    one that it drafts in.
    """
    untold = [gap for gap in module.gaps if gap.code == "empty"]
    if untold and all(isinstance(element, Objective) for element in module.elements()):
        raise NothingToTeachError(
            ", ".join(source.path for source in module.sources),
            why=f"nothing could be drafted for the plan's objectives: {untold[0].message} (the plan is in "
            f"{module.language})",
            mend='use --engine openai with a language model, or set "language" in the plan to one that is drafted in',
            code="language",
        )


def _refuse_empty(module: Module, *, is_local: bool) -> None:
    """Raises what there is to say of a module without elements; a local engine's gaps are the source's, not its."""
    names = ", ".join(source.path for source in module.sources)
    gap = module.gaps[0] if module.gaps else None
    if is_local and gap is not None and (gap.stage, gap.code) == ("brief", "empty"):
        raise NothingToTeachError(
            names,
            why=f"{gap.message}, and this is in {module.language}",
            mend="use --engine openai with a language model, or --language where the source's was not recognised",
            code="language",
        )
    if gap is not None and not (is_local and all(one.stage == "brief" for one in module.gaps)):
        raise ReplyError(
            f"drafting {names}",
            why=f"none of the engine's replies could be used (first: {gap.stage}: {gap.message})",
            mend="try another model or engine; what was answered is kept and not asked again",
            code=gap.code,
        )
    raise NothingToTeachError(
        names,
        why="nothing in it can be performed on the job: no procedure, rule, limit, definition or duty was found",
        mend="try --engine openai with a language model, or see what was read with sme2module ingest --json",
    )


def _draft_key(recipe: str) -> str:
    return fingerprint(["draft", recipe])


def _recipe(documents: Sequence[Document], order: Order, tools: Tools, plan: Plan | None) -> str:
    engine = tools.asker.engine
    return fingerprint(
        [
            "conversion",
            __version__,
            STAGES_VERSION,
            [
                [document.source.sha256, document.source.path.replace("\\", "/").rsplit("/", 1)[-1]]
                for document in documents
            ],
            [[block.id for block in document.blocks] for document in documents],
            order.identity(),
            *([plan.identity()] if plan is not None else []),
            engine.name,
            engine.model,
            tools.chunk_tokens,
            tools.revises,
            tools.judges,
            tools.asker.prompt_versions(),
            # What an organisation demands may change in a file whose version nobody counted up.
            _RUBRICS.get(tools.rubrics, make=lambda: fingerprint([rubric.dump() for rubric in tools.rubrics])),
        ]
    )
