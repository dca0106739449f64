"""Everything an entrance can ask for, over one open store."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.config import Settings
from pipeline.domain import BatchSpec, Document, Element, Finding, Forecast, Module, Rates
from pipeline.draft import rewrite_element
from pipeline.ingest.contained import ParseLimits
from pipeline.review.board import Board
from pipeline.review.fact_sheets import FactSheets
from pipeline.review.facts import Facts
from pipeline.review.membership import Membership
from pipeline.review.ordering import Ordering
from pipeline.review.outline_gate import OutlineGate
from pipeline.review.permissions import everybody_leads
from pipeline.review.previewing import Previewing
from pipeline.review.release import Exporting
from pipeline.review.releasing import Releasing
from pipeline.review.service import ReviewService
from pipeline.review.source_pages import SourcePages
from pipeline.review.verifying import Verifying
from pipeline.review.word_file import reads_returned
from pipeline.review.word_return import WordFiles
from pipeline.run.batch import Backlogs
from pipeline.run.forecast import forecast
from pipeline.run.hire import Hiring
from pipeline.run.oneoff import Conversions
from pipeline.run.reading import read_received
from pipeline.run.rechecking import rechecked
from pipeline.run.under_way import UnderWay
from pipeline.run.which_runner import announces
from pipeline.store import Store
from pipeline.wiring.asking import opens_asker
from pipeline.wiring.backlogs import rates_of
from pipeline.wiring.opening import create_workspace, now, open_store, reads, rubrics


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
        self.previewing = Previewing(acting, rubrics=self.rubrics)
        self.verifying = Verifying(store, self.exporting)
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
        return rates_of(self.settings)

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
