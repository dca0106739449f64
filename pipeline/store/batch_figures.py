"""What a backlog has come to: counts, calls, cost, failures, pace. Reads only, and never a row a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Float, Integer, Row, cast, func, select

from pipeline.domain import (
    Batch,
    BatchSpec,
    BatchState,
    BatchStatus,
    CallCounts,
    Conversion,
    ConversionState,
    DocumentCounts,
    Failure,
    Throughput,
    Usage,
)
from pipeline.store.batch_schema import BATCHES, CONVERSIONS, RESERVATIONS
from pipeline.store.database import Database
from pipeline.store.workers import alive

# The pace of the last minutes says more about the next ones than that of last night.
_PACE_S = 600
_CHART_BARS = 60
_SHORTEST_BAR_S = 5


@dataclass(frozen=True)
class Pace:
    """What conversions of one engine and model came to so far."""

    source_tokens: int
    calls: int
    """Those answered from the store too."""
    input_tokens: int
    output_tokens: int
    seconds: float | None
    """For so many source tokens at the pace of the last batch that ended; None where none has."""


class BatchFigures:
    """The figures of a workspace's batches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def status(self, batch_id: str) -> BatchStatus:
        """One batch as it stands."""
        with self._database.read() as connection:
            now = self._database.now(connection)
            row = connection.execute(select(BATCHES).where(BATCHES.c.id == batch_id)).one()
            return _status(connection, now, batch_from(row), row)

    def all(self) -> tuple[BatchStatus, ...]:
        """Every batch as it stands, newest first; failures are counted only, and not named."""
        with self._database.read() as connection:
            now = self._database.now(connection)
            rows = connection.execute(select(BATCHES).order_by(BATCHES.c.created.desc(), BATCHES.c.id)).all()
            return tuple(_status(connection, now, batch_from(row), row, names_failures=False) for row in rows)

    def conversions(
        self, batch_id: str, *, states: Sequence[ConversionState] = (), first: int = 0, most: int = 100
    ) -> tuple[Conversion, ...]:
        """A page of the batch's documents, in the order they were put in."""
        query = select(CONVERSIONS).where(CONVERSIONS.c.batch == batch_id).order_by(CONVERSIONS.c.number)
        if states:
            query = query.where(CONVERSIONS.c.state.in_([state.value for state in states]))
        with self._database.read() as connection:
            return tuple(conversion_from(row) for row in connection.execute(query.offset(first).limit(most)))

    def pace(self, spec: BatchSpec) -> Pace | None:
        """What this workspace's conversions with the spec's engine and model came to; None where there are none."""
        with self._database.read() as connection:
            alike = [
                row
                for row in connection.execute(select(BATCHES).order_by(BATCHES.c.created.desc()))
                if (row.spec["engine"], row.spec.get("model")) == (spec.engine, spec.model)
            ]
            columns = CONVERSIONS.c
            sums = connection.execute(
                select(
                    func.sum(columns.source_tokens).label("source"), func.sum(columns.calls_made).label("made"),
                    func.sum(columns.calls_from_store).label("stored"), func.sum(columns.input_tokens).label("input"),
                    func.sum(columns.output_tokens).label("output"),
                ).where(
                    columns.batch.in_([row.id for row in alike]), columns.state == ConversionState.DONE.value,
                    columns.source_tokens.is_not(None),
                )
            ).one()
            if not sums.source:
                return None
            # One that was cancelled says nothing of the pace.
            ended = (row for row in alike if row.state == BatchState.DONE.value and row.started and row.finished)
            last = next(ended, None)
            seconds = None
            if last is not None:
                own = connection.execute(
                    select(func.sum(columns.source_tokens)).where(
                        columns.batch == last.id, columns.state == ConversionState.DONE.value
                    )
                ).scalar()
                if own:
                    seconds = (last.finished - last.started).total_seconds() * float(sums.source) / float(own)
        # Tokens are known of the calls that were made; those from the store came to the same.
        share = (sums.made + sums.stored) / sums.made if sums.made else 1.0
        return Pace(
            source_tokens=int(sums.source), calls=int(sums.made + sums.stored),
            input_tokens=round(float(sums.input) * share), output_tokens=round(float(sums.output) * share),
            seconds=seconds,
        )

    def throughput(self, batch_id: str) -> tuple[Throughput, ...]:
        """Documents that ended per stretch of time, from the first to the last, at most 60 stretches."""
        ended = CONVERSIONS.c.batch == batch_id, CONVERSIONS.c.started.is_not(None), CONVERSIONS.c.finished.is_not(None)
        with self._database.read() as connection:
            first, last = connection.execute(
                select(func.min(CONVERSIONS.c.finished), func.max(CONVERSIONS.c.finished)).where(*ended)
            ).one()
            if first is None:
                return ()
            # One less, since the first and the last stretch need not be whole.
            step = max(_SHORTEST_BAR_S, -(-int((last - first).total_seconds() + 1) // (_CHART_BARS - 1)))
            begin = datetime.fromtimestamp(first.timestamp() // step * step, tz=UTC)
            bar = cast(_seconds(connection, CONVERSIONS.c.finished) / step, Integer)
            if not self._database.is_sqlite:
                bar = cast(func.floor(_seconds(connection, CONVERSIONS.c.finished) / step), Integer)
            rows = connection.execute(
                select(bar, CONVERSIONS.c.state, func.count()).where(*ended).group_by(bar, CONVERSIONS.c.state)
            ).all()
        counts: dict[int, dict[str, int]] = {}
        for number, state, count in rows:
            counts.setdefault(int(number), {})[state] = count
        start = int(begin.timestamp()) // step
        return tuple(
            Throughput(
                at=begin + timedelta(seconds=step * offset),
                done=counts.get(start + offset, {}).get(ConversionState.DONE.value, 0),
                failed=counts.get(start + offset, {}).get(ConversionState.FAILED.value, 0),
            )
            for offset in range(max(counts) - start + 1)
        )


def batch_from(row: Row[Any]) -> Batch:
    """The batch in a row. A spec of a later version is read as far as this one knows it."""
    spec = {name: value for name, value in row.spec.items() if name in BatchSpec.model_fields}
    return Batch(
        id=row.id, name=row.name, state=BatchState(row.state), reason=row.reason, priority=row.priority,
        weight=row.weight, budget_usd=row.budget_usd, spec=BatchSpec.model_validate(spec), created=row.created,
        started=row.started, finished=row.finished,
    )


def conversion_from(row: Row[Any]) -> Conversion:
    """The conversion in a row."""
    return Conversion(
        id=row.id, batch=row.batch, path=row.path, sha256=row.sha256, bytes=row.bytes,
        state=ConversionState(row.state), attempts=row.attempts, crashes=row.crashes, stage=row.stage,
        module=row.module, code=row.code, message=row.message, pages=row.pages, source_tokens=row.source_tokens,
        calls=CallCounts(
            made=row.calls_made, from_cache=row.calls_from_store, retried=row.calls_retried, failed=row.calls_failed
        ),
        usage=Usage(
            calls=row.calls_made, input_tokens=row.input_tokens, cached_input_tokens=row.cached_tokens,
            output_tokens=row.output_tokens, usd=row.usd,
        ),
        timings=row.timings or {}, started=row.started, finished=row.finished,
    )


def _status(
    connection: Connection, now: datetime, batch: Batch, row: Row[Any], *, names_failures: bool = True
) -> BatchStatus:
    columns = CONVERSIONS.c
    sums = connection.execute(
        select(
            columns.state, func.count().label("documents"), func.sum(columns.calls_made).label("made"),
            func.sum(columns.calls_from_store).label("stored"), func.sum(columns.calls_retried).label("retried"),
            func.sum(columns.calls_failed).label("failed"), func.sum(columns.input_tokens).label("input"),
            func.sum(columns.cached_tokens).label("cached"), func.sum(columns.output_tokens).label("output"),
            func.sum(columns.usd).label("usd"), func.count(columns.usd).label("priced"),
        )
        .where(columns.batch == batch.id)
        .group_by(columns.state)
    ).all()
    documents = {one.state: one.documents for one in sums}
    counts = DocumentCounts(total=sum(documents.values()), **documents)
    is_priced = all(one.priced == one.documents for one in sums)
    usd = float(sum(one.usd or 0.0 for one in sums)) if is_priced else None
    calls = CallCounts(
        made=_total(sums, "made"), from_cache=_total(sums, "stored"), retried=_total(sums, "retried"),
        failed=_total(sums, "failed"),
    )
    reserved = connection.execute(
        select(func.sum(RESERVATIONS.c.usd)).where(RESERVATIONS.c.batch == batch.id)
    ).scalar()
    state = _shown(batch, counts)
    return BatchStatus(
        batch=batch.id, name=batch.name, state=state, reason=batch.reason, documents=counts, calls=calls,
        usage=Usage(
            calls=calls.made, input_tokens=_total(sums, "input"), cached_input_tokens=_total(sums, "cached"),
            output_tokens=_total(sums, "output"), usd=usd,
        ),
        failures=_failures(connection, batch.id) if names_failures else (),
        started=batch.started, finished=batch.finished,
        eta_seconds=_eta(connection, now, batch, counts) if state is BatchState.RUNNING else None,
        engine=batch.spec.engine, model=batch.spec.model, via=batch.spec.via, priority=batch.priority,
        budget_usd=batch.budget_usd,
        # What documents have cost leaves out what was paid for when they were somebody else's by then.
        spent_usd=usd if batch.spec.price is None else _without_dust(row.spent_usd),
        in_doubt_usd=_without_dust(row.in_doubt_usd + (reserved or 0.0)),
        workers=len(alive(connection, now)),
    )


def _without_dust(usd: float) -> float:
    """Set aside and settled again and again, sums keep a dust of rounding."""
    return round(usd, 9)


def _shown(batch: Batch, counts: DocumentCounts) -> BatchState:
    is_open = counts.queued + counts.running + counts.waiting > 0
    if batch.state is BatchState.RUNNING and not is_open and counts.total:
        return BatchState.DONE
    if batch.state is BatchState.RUNNING and batch.started is None:
        return BatchState.QUEUED
    return batch.state


def _total(rows: Sequence[Row[Any]], name: str) -> int:
    return int(sum(getattr(row, name) or 0 for row in rows))


def _failures(connection: Connection, batch_id: str) -> tuple[Failure, ...]:
    rows = connection.execute(
        select(CONVERSIONS.c.path, CONVERSIONS.c.code, CONVERSIONS.c.message)
        .where(CONVERSIONS.c.batch == batch_id, CONVERSIONS.c.state == ConversionState.FAILED.value)
        .order_by(CONVERSIONS.c.number)
    )
    return tuple(Failure(path=row.path, code=row.code or "error", message=row.message or "") for row in rows)


def _eta(connection: Connection, now: datetime, batch: Batch, counts: DocumentCounts) -> float | None:
    if batch.started is None:
        return None
    since = max(batch.started, now - timedelta(seconds=_PACE_S))
    ended = connection.execute(
        select(func.count()).where(
            CONVERSIONS.c.batch == batch.id,
            CONVERSIONS.c.state.in_([ConversionState.DONE.value, ConversionState.FAILED.value]),
            CONVERSIONS.c.started.is_not(None),
            CONVERSIONS.c.finished >= since,
        )
    ).scalar_one()
    seconds = (now - since).total_seconds()
    if ended == 0 or seconds <= 0:
        return None
    return round((counts.queued + counts.running + counts.waiting) * seconds / ended, 1)


def _seconds(connection: Connection, column: Any) -> Any:
    if connection.dialect.name == "sqlite":
        return cast(func.strftime("%s", column), Integer)
    return cast(func.extract("epoch", column), Float)
