"""Builds the services from `Settings`: the only place that picks a concrete store and engine."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from pipeline.check import check_element, check_module
from pipeline.config import SETTINGS_FILE, Settings
from pipeline.domain import Document, Element, Finding, Module, Rubric
from pipeline.draft import rewrite_element
from pipeline.engines import create_engine
from pipeline.engines.ask import Asker
from pipeline.engines.base import CallStore
from pipeline.errors import UsageError
from pipeline.export import EXPORTERS, Exporter
from pipeline.library.prompts import load_prompts
from pipeline.library.rubrics import load_rubrics
from pipeline.registry import Registry
from pipeline.review.release import Exporting
from pipeline.review.service import ReviewService
from pipeline.run.oneoff import Conversions
from pipeline.store import Store
from pipeline.store.workspace import Workspace


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def exporters() -> Registry[Exporter]:
    """The package formats."""
    return EXPORTERS


def rubrics() -> tuple[Rubric, ...]:
    """The design principles that modules are held to."""
    return load_rubrics()


def create_workspace(settings: Settings) -> None:
    """Makes the workspace's folder, settings file and database where they are missing."""
    Store.open(Workspace.create(settings.workspace), settings.database_url).close()


def open_store(settings: Settings) -> Store:
    """The workspace's store; raises UsageError where there is no workspace."""
    if not (settings.workspace / SETTINGS_FILE).is_file():
        raise UsageError(
            str(settings.workspace),
            why="there is no workspace here or in a folder above",
            mend="make one with sme2module init, or name one with --workspace DIR",
        )
    return Store.open(Workspace(settings.workspace), settings.database_url)


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
        )
        try:
            yield Asker(engine, prompts=load_prompts(), calls=None if engine.reads_inputs else calls)
        finally:
            await engine.aclose()

    return opened()


class Services:
    """Everything an entrance can ask for, over one open store."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.store = store
        self.rubrics = rubrics()
        self.review = ReviewService(store, check=self.check, regenerate=self.regenerate, clock=now)
        self.exporting = Exporting(store)
        self.conversion = Conversions(
            store,
            open_asker=lambda: opens_asker(settings, store.calls),
            rubrics=self.rubrics,
            chunk_tokens=settings.chunk_tokens,
            concurrency=settings.concurrency,
            clock=now,
        )

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
        documents = self.documents(module)
        if element_id is None:
            return check_module(module, documents, self.rubrics)
        return check_element(module, element_id, documents, self.rubrics)

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
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def build_services(settings: Settings, *, create: bool = False) -> Services:
    """The services over the workspace's store; with `create` a missing workspace is made first."""
    if create:
        create_workspace(settings)
    return Services(settings, open_store(settings))


def _account_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "reviewer"
