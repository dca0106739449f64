"""One document's whole way into the workspace as a module, safe to run again.

A conversion that was finished is found again by its recipe (the hash of everything its result depends on) and costs
nothing; one that was not finds the replies it already paid for in the call store.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline import __version__
from pipeline.domain import Author, AuthorKind, Document, Module, Order
from pipeline.errors import EngineError, NothingToTeachError, ReplyError
from pipeline.ids import fingerprint
from pipeline.run.stages import STAGES_VERSION, Tools, run_stages
from pipeline.store import Store


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


async def convert_sources(
    received: Sequence[Received], order: Order, *, tools: Tools, store: Store, clock: Callable[[], datetime]
) -> Converted:
    """The sources' module, saved. Raises EngineError or NothingToTeachError where not one
    element could be drafted.
    """
    documents = tuple(_kept_reading(one, store) for one in received)
    recipe = _recipe(documents, order, tools)
    done = store.artifacts.get(recipe)
    if isinstance(done, dict):
        return Converted(store.modules.load(str(done["module"])), documents, stopped=None, from_store=True)
    work = await run_stages(documents, order, tools)
    module = work.module
    if module is None:
        raise AssertionError("run_stages ended without a module")
    if not any(module.elements()):
        if work.stopped is not None:
            raise work.stopped
        _refuse_empty(module, is_local=tools.asker.engine.reads_inputs)
    engine = tools.asker.engine
    name = f"{engine.name}:{engine.model}" if engine.model else engine.name
    store.modules.save_draft(module, author=Author(kind=AuthorKind.RUN, name=name), at=clock())
    if not module.gaps:
        store.artifacts.put(recipe, "conversion", {"module": module.id})
    return Converted(store.modules.load(module.id), documents, stopped=work.stopped, from_store=False)


def _kept_reading(received: Received, store: Store) -> Document:
    """The document as the store keeps it, under the name it came in by this time.

    A source is its bytes. Where the same bytes were read before, that first reading stands, since the modules made
    from it quote its blocks: the name may have led to another reading (.txt and .md), and so may a newer reader.
    """
    if store.sources.add(received.document, received.content):
        return received.document
    kept = store.sources.document(received.document.source.id)
    return kept.model_copy(update={"source": kept.source.model_copy(update={"path": received.document.source.path})})


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


def _recipe(documents: Sequence[Document], order: Order, tools: Tools) -> str:
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
            order.dump(),
            engine.name,
            engine.model,
            tools.chunk_tokens,
            tools.asker.prompt_versions(),
            {rubric.id: rubric.version for rubric in tools.rubrics},
        ]
    )
