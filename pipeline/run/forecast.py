"""What a backlog would take before anything is paid: documents, pages, tokens, calls, cost, time.

Calls and tokens follow from what this workspace's own conversions with the same engine and model came to; where there
are none, from our figures. Large backlogs are judged by a sample spread evenly over their files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline import tokens
from pipeline.domain import Batch, BatchSpec, BatchState, Document, Failure, Forecast, Rates, Usage
from pipeline.draft.filled import filled
from pipeline.errors import SourceError
from pipeline.run.backlog import Found, check_folder, read_folder
from pipeline.run.claimed import Reads
from pipeline.split import split_blocks
from pipeline.store import Store
from pipeline.store.batch_figures import Pace

# The engine that makes no calls.
EMBEDDED = "embedded"
# Documents read at most: a sample of this size tells the mean of 100,000 to some per cent.
SAMPLE = 200
# Of the openai engine over nine real documents (`make bench ARGS=tokens`): the brief once, then objectives, formats,
# lessons, items and a story; tokens sent and received for each token of source text. Measured with replies as the
# embedded engine drafts them, and without mending, which depends on how good the model's drafts are.
CALLS_A_CHUNK = 5.2
SENT = 8.2
RECEIVED = 10.4


@dataclass(frozen=True)
class _Measured:
    """What reading some documents came to."""

    documents: int = 0
    bytes: int = 0
    tokens: int = 0
    chunks: int = 0
    pages: int = 0
    has_pages: bool = False
    failures: tuple[Failure, ...] = ()


def forecast(
    store: Store,
    folder: Path,
    spec: BatchSpec,
    *,
    rates: Rates,
    read: Reads,
    clock: Callable[[], datetime],
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Forecast:
    """What converting the folder would take. Reads files and changes nothing; raises UsageError.

    `report` gets the documents read and those to be read.
    """
    check_folder(folder)
    seen: set[str] = set()
    fresh: list[Found] = []
    failures: list[Failure] = []
    duplicates = 0
    for found in read_folder(folder):
        entry = found.entry
        if entry.sha256 is None:
            failures.append(Failure(path=entry.path, code=entry.code or "corrupt", message=entry.message or ""))
        elif entry.sha256 in seen:
            duplicates += 1
        else:
            seen.add(entry.sha256)
            # Only what is read below is kept in memory.
            fresh.append(Found(entry, b""))
    chosen = _sample(fresh)
    batch = Batch(id="forecast", name="", state=BatchState.QUEUED, spec=spec, created=clock())
    measured = asyncio.run(_measure(chosen, batch, read, report))
    failures += measured.failures
    return _expected(
        measured,
        documents=len(fresh),
        size_bytes=sum(one.entry.bytes for one in fresh),
        duplicates=duplicates,
        failures=failures,
        spec=spec,
        rates=rates,
        pace=store.figures.pace(spec),
    )


def forecast_named(
    names: Sequence[str],
    spec: BatchSpec,
    *,
    store: Store | None,
    read: Callable[[Path, str], Document],
    rates: Rates,
    report: Callable[[str, int, int], None],
) -> Forecast:
    """What converting these files, or sources of the store, one after the other would take."""
    measured, seen, duplicates = _Measured(), set[str](), 0
    for number, name in enumerate(names, 1):
        report("documents", number, len(names))
        kept = store.sources.find(name) if store is not None and not Path(name).exists() else None
        try:
            document = store.sources.document(kept) if store and kept else read(Path(name), name)
        except SourceError as error:
            measured = _plus(measured, failures=(Failure(path=name, code=error.code, message=error.line),))
            continue
        duplicates += document.source.sha256 in seen
        if document.source.sha256 not in seen:
            seen.add(document.source.sha256)
            measured = _plus(measured, document=document, chunk_tokens=spec.chunk_tokens)
    return _expected(
        measured,
        documents=len(seen) + len(measured.failures),
        size_bytes=measured.bytes,
        duplicates=duplicates,
        failures=list(measured.failures),
        spec=spec,
        rates=rates,
        pace=store.figures.pace(spec) if store is not None else None,
    )


async def _measure(
    chosen: Sequence[Found], batch: Batch, read: Reads, report: Callable[[int, int], None]
) -> _Measured:
    total = _Measured()
    for number, found in enumerate(chosen, 1):
        report(number, len(chosen))
        path = found.entry.path
        try:
            content = Path(found.entry.origin or path).read_bytes()
            document = await read(path, content, batch)
        except (SourceError, OSError) as error:
            code = error.code if isinstance(error, SourceError) else "missing"
            told = error.line if isinstance(error, SourceError) else f"{path}: {error.strerror}"
            total = _plus(total, failures=(Failure(path=path, code=code, message=told),))
            continue
        total = _plus(total, document=document, chunk_tokens=batch.spec.chunk_tokens)
    return total


def _plus(
    total: _Measured, *, document: Document | None = None, chunk_tokens: int = 0, failures: tuple[Failure, ...] = ()
) -> _Measured:
    if document is None:
        return _Measured(**{**vars(total), "failures": (*total.failures, *failures)})
    return _Measured(
        documents=total.documents + 1,
        bytes=total.bytes + document.source.bytes,
        # Counted as every conversion counts them.
        tokens=total.tokens + tokens.count("\n".join(one.text for one in document.blocks if one.is_teachable)),
        chunks=total.chunks + len(filled(split_blocks(document, budget_tokens=chunk_tokens))),
        pages=total.pages + (document.source.pages or 0),
        has_pages=total.has_pages or document.source.pages is not None,
        failures=total.failures,
    )


def _expected(
    measured: _Measured,
    *,
    documents: int,
    size_bytes: int,
    duplicates: int,
    failures: list[Failure],
    spec: BatchSpec,
    rates: Rates,
    pace: Pace | None,
) -> Forecast:
    read = measured.documents + len(measured.failures)
    # The rest is taken to be like the sample, byte for byte.
    scale = size_bytes / measured.bytes if measured.bytes and read < documents else 1.0
    source_tokens = round(measured.tokens * scale)
    makes_calls = spec.engine != EMBEDDED
    readable = round(measured.documents * documents / read) if read else 0
    if not makes_calls:
        calls, sent, received = 0, 0, 0
    elif pace is not None:
        calls = round(source_tokens * pace.calls / pace.source_tokens)
        sent = round(source_tokens * pace.input_tokens / pace.source_tokens)
        received = round(source_tokens * pace.output_tokens / pace.source_tokens)
    else:
        calls = readable + round(measured.chunks * scale * CALLS_A_CHUNK)
        sent, received = round(source_tokens * SENT), round(source_tokens * RECEIVED)
    usage = Usage(calls=calls, input_tokens=sent, output_tokens=received)
    usd = 0.0 if not makes_calls else None if spec.price is None else round(spec.price.of(usage, via=spec.via), 4)
    return Forecast(
        documents=documents,
        duplicates=duplicates,
        unreadable=tuple(failures),
        pages=round(measured.pages * scale) if measured.has_pages else None,
        source_tokens=source_tokens,
        sampled=read,
        calls=calls,
        input_tokens=sent,
        output_tokens=received,
        usd=usd,
        seconds=_seconds(source_tokens, usage, rates, pace),
        basis="measured" if pace is not None else "assumed",
    )


def _seconds(source_tokens: int, usage: Usage, rates: Rates, pace: Pace | None) -> float | None:
    if pace is None or not pace.seconds:
        return None
    bounds = [source_tokens * pace.seconds / pace.source_tokens]
    if rates.requests_per_minute:
        bounds.append(usage.calls / rates.requests_per_minute * 60)
    if rates.tokens_per_minute:
        bounds.append((usage.input_tokens + usage.output_tokens) / rates.tokens_per_minute * 60)
    return round(max(bounds), 1)


def _sample(found: Sequence[Found]) -> list[Found]:
    if len(found) <= SAMPLE:
        return list(found)
    return [found[number * len(found) // SAMPLE] for number in range(SAMPLE)]
