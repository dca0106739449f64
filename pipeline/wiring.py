"""Builds the services from `Settings`: the only place that picks a concrete store and engine."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.config import PRICES_FILE, SETTINGS_FILE, Settings
from pipeline.domain import (
    Batch,
    BatchSpec,
    Document,
    Element,
    Finding,
    Forecast,
    Module,
    Order,
    Price,
    Rates,
    Rubric,
    Via,
)
from pipeline.draft import rewrite_element
from pipeline.engines import ENGINES, create_engine
from pipeline.engines.ask import Asker
from pipeline.engines.base import CallStore, Engine, Limiter
from pipeline.engines.files import FilesEngine
from pipeline.engines.openai_batch import OpenAiBatchApi
from pipeline.engines.openai_compatible import OpenAiEngine
from pipeline.engines.prices import load_prices
from pipeline.errors import ParkedError, RubricError, UsageError
from pipeline.export import EXPORTERS, Exporter
from pipeline.ingest.contained import ParseLimits, read_contained
from pipeline.library.overlays import with_overlays
from pipeline.library.prompts import load_prompts
from pipeline.library.rubrics import load_rubrics
from pipeline.registry import Registry
from pipeline.review.board import Board
from pipeline.review.fact_sheets import FactSheets
from pipeline.review.facts import Facts
from pipeline.review.membership import Membership
from pipeline.review.ordering import Ordering
from pipeline.review.outline_gate import OutlineGate
from pipeline.review.permissions import everybody_leads
from pipeline.review.release import Exporting
from pipeline.review.releasing import Releasing
from pipeline.review.service import ReviewService
from pipeline.review.source_pages import SourcePages
from pipeline.review.word_file import reads_returned
from pipeline.review.word_return import WordFiles
from pipeline.run.batch import Backlogs
from pipeline.run.forecast import forecast, forecast_named
from pipeline.run.hire import Hiring
from pipeline.run.kit import EngineKit, OpenKit
from pipeline.run.limiting import Limits
from pipeline.run.lint import ReadBank, reads_banks
from pipeline.run.oneoff import Conversions, Read
from pipeline.run.ordering import OrderKit
from pipeline.run.reading import read_received
from pipeline.run.rechecking import rechecked
from pipeline.run.telemetry import telemetry_to
from pipeline.run.under_way import UnderWay
from pipeline.run.which_runner import announces, runner_for
from pipeline.run.worker import WorkerProcess
from pipeline.store import Store
from pipeline.store.limits import figures, pool_id
from pipeline.store.workspace import Workspace
from pipeline.store.writer import Writer


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def exporters() -> Registry[Exporter]:
    """The package formats."""
    return EXPORTERS


def rubrics(settings: Settings) -> tuple[Rubric, ...]:
    """The design principles that modules are held to, with what the organisation adds, weighs otherwise and waives.

    Raises RubricError.
    """
    if settings.rubric_overlays is not None and not settings.overlays.is_dir():
        raise RubricError(
            f"setting rubric_overlays: {settings.overlays}", why="it is no folder", mend="make it, or name another"
        )
    return with_overlays(load_rubrics(), settings.overlays)


def create_workspace(settings: Settings) -> None:
    """Makes the workspace's folder, settings file and database where they are missing."""
    _opened(Workspace.create(settings.workspace), settings).close()


def open_store(settings: Settings) -> Store:
    """The workspace's store; raises UsageError where there is no workspace.

    A team's PostgreSQL needs none here: whoever reaches it may work on what is in it.
    """
    if not (settings.workspace / SETTINGS_FILE).is_file() and not settings.is_on_server:
        raise UsageError(
            str(settings.workspace),
            why="there is no workspace here or in a folder above",
            mend="make one with sme2module init, or name one with --workspace DIR",
        )
    return _opened(Workspace(settings.workspace), settings)


def _opened(workspace: Workspace, settings: Settings) -> Store:
    return Store.open(workspace, settings.database_url, sources=settings.sources)


def price_of(settings: Settings) -> Price | None:
    """What the configured model costs by the workspace's price table; None where nobody knows, or where the engine has
    no model. Raises ConfigError.
    """
    if settings.model is None or not ENGINES.get(settings.engine).needs_model:
        return None
    return load_prices(settings.workspace / PRICES_FILE).get(settings.model)


def reads(settings: Settings, *, figures: Path | None = None) -> Read:
    """What reads a file, under the name to show for it: each in a process of its own, within the settings' limits.

    Pictures go into the folder `figures`, where one is given.
    """
    limits = ParseLimits(seconds=settings.parse_timeout_s, memory_mb=settings.parse_memory_mb)
    return lambda path, shown_path: read_contained(path, shown_path=shown_path, limits=limits, figures=figures)


def bank_reader(settings: Settings) -> ReadBank:
    """What reads a file of items or objectives made elsewhere, within the settings' limits."""
    return reads_banks(ParseLimits(seconds=settings.parse_timeout_s, memory_mb=settings.parse_memory_mb))


def opens_asker(settings: Settings, calls: CallStore | None) -> AbstractAsyncContextManager[Asker]:
    """The configured engine, ready to be asked, closed at the end; raises ConfigError and UsageError."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Asker]:
        engine = create_engine(
            settings.engine,
            model=settings.model,
            api_key=settings.api_key.get_secret_value() if settings.api_key else None,
            base_url=settings.base_url,
            timeout_s=settings.timeout_s,
            remember_in=settings.workspace / "endpoints.json" if settings.workspace.is_dir() else None,
            price=price_of(settings),
            mailbox=settings.mailbox,
        )
        # A mailbox is the record of its replies: one that is mended there counts, whatever was read before.
        keeps_own = engine.reads_inputs or isinstance(engine, FilesEngine)
        try:
            yield Asker(engine, prompts=load_prompts(), calls=None if keeps_own else calls)
        except ParkedError as error:
            raise (engine.waiting() if isinstance(engine, FilesEngine) else error) from error
        finally:
            await engine.aclose()

    return opened()


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
        return forecast_named(names, spec, store=store, read=reads(settings), rates=_rates(settings), report=report)


def _rates(settings: Settings) -> Rates:
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


class Services:
    """Everything an entrance can ask for, over one open store."""

    def __init__(self, settings: Settings, store: Store, *, signs_in: bool = False) -> None:
        """`signs_in`: roles are those of the members' table; else whoever sits at the machine leads."""
        self.settings = settings
        self.store = store
        self.rubrics = rubrics(settings)
        self.review = ReviewService(
            store,
            check=self.check,
            regenerate=self.regenerate,
            clock=now,
            role_of=store.members.role_of if signs_in else everybody_leads,
            two_person=settings.two_person,
        )
        self.acting = acting = self.review.acting
        self.gate = OutlineGate(acting)
        self.under_way = UnderWay()
        self.board = Board(acting, hours_per_finished_hour=settings.hours_per_finished_hour)
        self.facts = Facts(acting, link_days=settings.fact_link_days)
        self.sheets = FactSheets(acting)
        self.membership = Membership(acting)
        limits = ParseLimits(seconds=settings.parse_timeout_s, memory_mb=settings.parse_memory_mb)
        self.word = WordFiles(acting, read=reads_returned(limits))
        self.exporting = Exporting(acting, rubrics=self.rubrics)
        self.releasing = Releasing(acting, rubrics=self.rubrics, facts_required=settings.facts_required)
        self.pages = SourcePages(store, limits=limits)
        self.backlogs = Backlogs(store, announce=announces(settings, store))
        self.hiring = Hiring(settings.workspace)
        self.conversion = Conversions(
            store,
            open_asker=lambda: opens_asker(settings, store.calls),
            rubrics=self.rubrics,
            chunk_tokens=settings.chunk_tokens,
            concurrency=settings.concurrency,
            revises=not settings.no_revise,
            judges=settings.judge_claims,
            clock=now,
            read=reads(settings, figures=store.pictures.folder),
        )
        self.ordering = Ordering(acting, drafting=self.conversion, backlogs=self.backlogs, hiring=self.hiring)

    def forecast(self, folder: Path, spec: BatchSpec, *, report: Callable[[int, int], None]) -> Forecast:
        """What converting the folder would take."""
        return forecast(
            self.store, folder, spec, rates=self.rates(), read=read_received, clock=now, report=report
        )

    def rates(self) -> Rates:
        """The limits on calls, as set up."""
        return _rates(self.settings)

    @property
    def drafting(self) -> Conversions:
        """What the review screen drafts uploaded documents with."""
        return self.conversion

    @property
    def reviewer(self) -> str:
        """The name that decisions are recorded under."""
        return self.settings.reviewer or _account_name()

    def module(self, wanted: str) -> Module:
        """The module of that id, or whose id begins so; raises UsageError."""
        return self.store.modules.load(self.store.modules.resolve(wanted))

    def documents(self, module: Module) -> tuple[Document, ...]:
        """The documents the module was made from."""
        return tuple(self.store.sources.document(source.id) for source in module.sources)

    def check(self, module: Module, element_id: str | None) -> tuple[Finding, ...]:
        """Findings on the whole module, or on one element."""
        return rechecked(module, element_id, self.documents(module), self.rubrics)

    def regenerate(self, module: Module, element_id: str, instruction: str | None, variant: int) -> Element:
        """Another version of the element from the configured engine; raises EngineError."""

        async def ask() -> Element:
            async with opens_asker(self.settings, self.store.calls) as asker:
                return await rewrite_element(
                    module,
                    element_id,
                    documents=self.documents(module),
                    instruction=instruction or "",
                    variant=variant,
                    asker=asker,
                )

        return asyncio.run(ask())

    def close(self) -> None:
        """Gives the database back."""
        self.pages.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def build_services(settings: Settings, *, create: bool = False, signs_in: bool = False) -> Services:
    """The services over the workspace's store; with `create` a missing workspace is made first."""
    if create:
        create_workspace(settings)
    return Services(settings, open_store(settings), signs_in=signs_in)


def _account_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "reviewer"
