"""One claimed document of a backlog, from its bytes to its end: done, failed, parked or put back.

Whatever goes wrong with one document ends here and is recorded; only what stops every document alike (the database)
goes on to the worker.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from pipeline import tokens
from pipeline.domain import Batch, BatchState, Document, Rubric
from pipeline.engines.ask import Asker
from pipeline.errors import BudgetError, EngineError, ParkedError, Sme2ModuleError, StoreError
from pipeline.ids import source_id
from pipeline.run.conversion import Made, make_module, named, save
from pipeline.run.events import Events
from pipeline.run.gate import Gate, StoppedError
from pipeline.run.stages import Offload, Tools
from pipeline.run.tally import Tally
from pipeline.store import Store
from pipeline.store.batches import pause
from pipeline.store.database import Transaction
from pipeline.store.queue import Claim, endanger, fail, finish, park, release, states_of
from pipeline.store.writer import Writer

_log = logging.getLogger(__name__)

Reads = Callable[[str, bytes, Batch], Awaitable[Document]]
"""Path as shown, content and batch → the document; raises SourceError."""


class Kit(Protocol):
    """What the documents of one batch are converted with."""

    batch: Batch
    gate: Gate

    def asker(self, tally: Tally) -> Asker:
        """Asks the batch's engine, for the document that is tallied."""
        ...

    def ordered(self, tally: Tally) -> tuple[str, ...]:
        """Keys of the calls that were ordered for the document and are not answered yet (Batch API)."""
        ...


@dataclass(frozen=True)
class Bench:
    """What every document of a worker is converted with."""

    store: Store
    writer: Writer
    rubrics: tuple[Rubric, ...]
    read: Reads
    offload: Offload
    turn: Callable[[], AbstractAsyncContextManager[None]]
    events: Events
    concurrency: int
    """Questions of one document under way at once; the limits over all workers stand above it."""


async def convert_claimed(claimed: Claim, kit: Kit, bench: Bench) -> None:
    """Converts the document and records how it ended; raises StoreError where nothing can be recorded."""
    tally = Tally(claimed, writer=bench.writer, calls=bench.store.calls)
    began = time.monotonic()
    try:
        with bench.events.document(claimed):
            document = await _document(claimed, kit, bench, tally)
            made = await _drafted(document, kit, bench, tally)
            await _finish(claimed, made, kit, bench, tally)
    except asyncio.CancelledError:
        await _put_back(claimed, bench, tally)
        raise
    except StoreError:
        raise
    except (StoppedError, BudgetError, ParkedError) as error:
        await _interrupted(error, claimed, kit, bench, tally)
    except Sme2ModuleError as error:
        await _failed(error, claimed, kit, bench, tally)
    except Exception as error:  # noqa: BLE001  the border of one source: a bug is recorded with its name
        _log.error("%s: unexpected %s", claimed.path, type(error).__name__, exc_info=_log.isEnabledFor(logging.DEBUG))
        said = " ".join(str(error).split())[:300]
        await _end(
            claimed, bench, tally, code="unexpected", may_pass=False, message=f"{type(error).__name__}: {said}"
        )
    finally:
        bench.events.seconds("document", time.monotonic() - began)
        bench.events.spent(tally)


async def _document(claimed: Claim, kit: Kit, bench: Bench, tally: Tally) -> Document:
    """The document as read, once for all who bring the same content."""
    store = bench.store
    await tally.note(stage="ingest")
    with bench.events.stage("ingest", claimed):
        kept = await bench.offload(store.sources.reading, source_id(claimed.sha256))
        is_new = kept is None
        if kept is None:
            content = await bench.offload(store.sources.bytes_of, claimed.sha256, claimed.origin)
            read = await bench.read(claimed.path, content, kit.batch)
            await bench.offload(store.sources.add, read, content)
            kept = await bench.offload(store.sources.document, read.source.id)
    counted = await bench.offload(tokens.count, "\n".join(block.text for block in kept.blocks if block.is_teachable))
    # What an earlier attempt had read is no progress of this one: a document that ends the process while it is drafted
    # would never be set apart.
    await tally.note(progress=int(is_new), stage="draft", pages=kept.source.pages, source_tokens=counted)
    return named(kept, claimed.path)


async def _drafted(document: Document, kit: Kit, bench: Bench, tally: Tally) -> tuple[Made, Tools]:
    tools = Tools(
        asker=kit.asker(tally),
        rubrics=bench.rubrics,
        chunk_tokens=kit.batch.spec.chunk_tokens,
        concurrency=bench.concurrency,
        report=bench.events.report(tally.claimed),
        offload=bench.offload,
        turn=partial(_turn, bench, tally),
        revises=kit.batch.spec.revises,
    )
    made = await make_module((document,), kit.batch.spec.order, tools=tools, store=bench.store)
    if made.stopped is not None:
        # A backlog keeps no half module: what was paid for is in the call store, and the next attempt goes on there.
        raise made.stopped
    return made, tools


@asynccontextmanager
async def _turn(bench: Bench, tally: Tally) -> AsyncIterator[None]:
    """The bench's turn; a document that only waits for it is not to blame for a crash."""
    await tally.note(progress=1)
    async with bench.turn():
        await bench.writer.do(partial(endanger, claimed=tally.claimed), rank=1)
        yield


async def _finish(claimed: Claim, drafted: tuple[Made, Tools], kit: Kit, bench: Bench, tally: Tally) -> None:
    made, tools = drafted
    await tally.note()
    is_done = await bench.writer.do(
        partial(_save_and_finish, claimed=claimed, made=made, tools=tools, store=bench.store),
        rank=1,
        key=claimed.batch,
    )
    if is_done:
        bench.events.done(claimed, made, tally)
    else:
        await _lost(claimed, bench)


def _save_and_finish(
    transaction: Transaction, now: datetime, *, claimed: Claim, made: Made, tools: Tools, store: Store
) -> bool:
    return finish(
        transaction,
        now,
        claimed,
        module=made.module_id,
        timings=made.timings or {},
        save=lambda within: save(within, made, store=store, tools=tools, at=now),
    )


async def _interrupted(error: EngineError, claimed: Claim, kit: Kit, bench: Bench, tally: Tally) -> None:
    if isinstance(error, ParkedError):
        await tally.note()
        is_ours = await bench.writer.do(partial(park, claimed=claimed, keys=kit.ordered(tally)), rank=1)
        if is_ours:
            bench.events.parked(claimed)
        else:
            await _lost(claimed, bench)
        return
    if isinstance(error, BudgetError):
        await _pause(error, kit, bench)
    await _put_back(claimed, bench, tally)


async def _failed(error: Sme2ModuleError, claimed: Claim, kit: Kit, bench: Bench, tally: Tally) -> None:
    if isinstance(error, EngineError) and error.pauses_batch:
        # It would fail every document alike, so none is failed.
        await _pause(error, kit, bench)
        await _put_back(claimed, bench, tally)
        return
    await _end(claimed, bench, tally, code=error.code, may_pass=error.may_be_retried, message=error.line)


async def _pause(error: EngineError, kit: Kit, bench: Bench) -> None:
    kit.gate.close(error.line)
    await _pause_for(kit.batch.id, error.line, bench)


async def _pause_for(batch_id: str, reason: str, bench: Bench) -> None:
    if await bench.writer.do(partial(pause, batch_id=batch_id, reason=reason), rank=2, key=batch_id):
        bench.events.paused(batch_id, reason)


async def _end(claimed: Claim, bench: Bench, tally: Tally, *, code: str, may_pass: bool, message: str) -> None:
    await tally.note()
    state = await bench.writer.do(
        partial(fail, claimed=claimed, code=code, message=message, may_pass=may_pass), rank=1, key=claimed.batch
    )
    if state is None:
        await _lost(claimed, bench)
    else:
        bench.events.failed(claimed, code, message, state)


async def _put_back(claimed: Claim, bench: Bench, tally: Tally) -> None:
    await tally.note()
    is_ours = await bench.writer.do(partial(release, claimed=claimed), rank=1)
    if is_ours:
        bench.events.released(claimed)
    else:
        await _lost(claimed, bench)


async def _lost(claimed: Claim, bench: Bench) -> None:
    states = await bench.writer.do(partial(states_of, batches=(claimed.batch,)), rank=2)
    is_cancelled = states[claimed.batch] is BatchState.CANCELLED
    (bench.events.cancelled if is_cancelled else bench.events.lost)(claimed)
