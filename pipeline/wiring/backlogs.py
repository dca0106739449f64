"""How backlogs are converted by these settings: what a batch is told, what it would take, who works on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial

from pipeline.config import SETTINGS_FILE, Settings
from pipeline.domain import Batch, BatchSpec, Forecast, Order, Rates, Via
from pipeline.engines import ENGINES, create_engine
from pipeline.engines.base import Engine, Limiter
from pipeline.engines.files import FilesEngine
from pipeline.engines.openai_batch import OpenAiBatchApi
from pipeline.engines.openai_compatible import OpenAiEngine
from pipeline.errors import UsageError
from pipeline.library.prompts import load_prompts
from pipeline.run.forecast import forecast_named
from pipeline.run.kit import EngineKit, OpenKit
from pipeline.run.limiting import Limits
from pipeline.run.ordering import OrderKit
from pipeline.run.reading import read_received
from pipeline.run.telemetry import telemetry_to
from pipeline.run.which_runner import runner_for
from pipeline.run.worker import WorkerProcess
from pipeline.store import Store
from pipeline.store.limits import figures, pool_id
from pipeline.store.writer import Writer
from pipeline.wiring.opening import open_store, price_of, reads, rubrics


def batch_spec(settings: Settings, *, order: Order, via: Via) -> BatchSpec:
    """How a batch made with these settings is converted; raises ConfigError and UsageError where it could not be."""
    if settings.engine == FilesEngine.name:
        raise UsageError(
            f"--engine {settings.engine}", why="a backlog's workers cannot wait for replies by file",
            mend="give the files to sme2module convert or draft, as many as you like",
        )
    spec = _spec(settings, order=order, via=via)
    _check_via(spec)
    _engine_for(spec, settings, limiter=None)
    return spec


def _spec(settings: Settings, *, order: Order, via: Via) -> BatchSpec:
    needs_model = ENGINES.get(settings.engine).needs_model
    return BatchSpec(
        engine=settings.engine,
        model=settings.model if needs_model else None,
        base_url=settings.base_url if needs_model else None,
        order=order,
        chunk_tokens=settings.chunk_tokens,
        timeout_s=settings.timeout_s,
        parse_timeout_s=settings.parse_timeout_s,
        parse_memory_mb=settings.parse_memory_mb,
        via=via,
        revises=not settings.no_revise,
        price=price_of(settings),
    )


def forecast_sources(
    settings: Settings, names: Sequence[str], *, order: Order, report: Callable[[str, int, int], None]
) -> Forecast:
    """What converting these files, or sources of the workspace, would take; needs no workspace and changes nothing."""
    spec = _spec(settings, order=order, via=Via.SYNC)
    has_store = (settings.workspace / SETTINGS_FILE).is_file() or settings.is_on_server
    with open_store(settings) if has_store else nullcontext() as store:
        return forecast_named(names, spec, store=store, read=reads(settings), rates=rates_of(settings), report=report)


def rates_of(settings: Settings) -> Rates:
    """The limits on calls, as set up."""
    return Rates(
        in_flight=settings.concurrency,
        requests_per_minute=settings.requests_per_minute,
        tokens_per_minute=settings.tokens_per_minute,
    )


def _check_via(spec: BatchSpec) -> None:
    """Raises UsageError where the engine can't be asked so."""
    if spec.via is Via.BATCH_API and spec.engine != OpenAiEngine.name:
        raise UsageError(
            f"--via {spec.via.value}", why=f"the {spec.engine} engine has no Batch API",
            mend=f"use it with --engine {OpenAiEngine.name}",
        )


def worker_process(settings: Settings, store: Store) -> WorkerProcess:
    """A worker on the backlogs of the store; each batch brings its own settings, only the key is ours."""
    prompts = load_prompts()

    async def make_kit(batch: Batch, limits: Limits, writer: Writer) -> OpenKit:
        spec = batch.spec
        _check_via(spec)
        if not ENGINES.get(spec.engine).needs_model:
            return EngineKit(batch, _engine_for(spec, settings, limiter=None), prompts=prompts, in_flight=None)
        pool = pool_id(spec.base_url, spec.model)
        shared = await writer.do(partial(figures, pool=pool), rank=3)
        # Whoever made the batch has set the limits for all workers.
        in_flight = shared.rates.in_flight if shared is not None else settings.concurrency
        limiter = limits.for_batch(
            batch.id,
            pool=pool,
            price=spec.price,
            # What a batch orders from the Batch API passes no limiter; what it asks at once costs the full price.
            via=Via.SYNC,
        )
        engine = _engine_for(spec, settings, limiter=limiter)
        if spec.via is Via.BATCH_API:
            assert isinstance(engine, OpenAiEngine)
            api = OpenAiBatchApi(
                base_url=engine.base_url,
                api_key=settings.api_key.get_secret_value() if settings.api_key else None,
                model=engine.model,
            )
            return OrderKit(batch, engine, api, prompts=prompts, writer=writer, in_flight=in_flight)
        return EngineKit(batch, engine, prompts=prompts, in_flight=in_flight)

    return WorkerProcess(
        store,
        make_kit=make_kit,
        read=partial(read_received, figures=store.pictures.folder),
        rubrics=rubrics(settings),
        telemetry=lambda worker: telemetry_to(settings.otlp_endpoint, worker=worker),
        make_runner=runner_for(settings, store),
    )


def _engine_for(spec: BatchSpec, settings: Settings, *, limiter: Limiter | None) -> Engine:
    return create_engine(
        spec.engine,
        model=spec.model,
        api_key=settings.api_key.get_secret_value() if settings.api_key else None,
        base_url=spec.base_url,
        timeout_s=spec.timeout_s,
        remember_in=settings.workspace / "endpoints.json" if settings.workspace.is_dir() else None,
        price=spec.price,
        limiter=limiter,
    )
