"""Everything an entrance can ask for, over one open store; each is loaded and made when it is asked for."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pipeline.config import Settings
from pipeline.domain import BatchSpec, Document, Element, Finding, Forecast, Module, Rates
from pipeline.review.permissions import everybody_leads
from pipeline.review.service import ReviewService
from pipeline.store import Store
from pipeline.wiring.once import Once
from pipeline.wiring.opening import create_workspace, now, open_store, rubrics

if TYPE_CHECKING:
    from pipeline.ingest.contained import ParseLimits
    from pipeline.review.board import Board
    from pipeline.review.fact_sheets import FactSheets
    from pipeline.review.facts import Facts
    from pipeline.review.membership import Membership
    from pipeline.review.ordering import Ordering
    from pipeline.review.outline_gate import OutlineGate
    from pipeline.review.previewing import Previewing
    from pipeline.review.release import Exporting
    from pipeline.review.releasing import Releasing
    from pipeline.review.source_pages import SourcePages
    from pipeline.review.verifying import Verifying
    from pipeline.review.word_return import WordFiles
    from pipeline.run.batch import Backlogs
    from pipeline.run.hire import Hiring
    from pipeline.run.oneoff import Conversions
    from pipeline.run.under_way import UnderWay


class Services:
    """Everything an entrance can ask for, over one open store."""

    def __init__(
        self, settings: Settings, store: Store, *, signs_in: bool = False, is_command: bool = False
    ) -> None:
        """`signs_in`: roles are those of the members' table; else whoever sits at the machine leads. `is_command`: it
        is a command that acts, and no screen at which people say who they are.
        """
        self.settings = settings
        self._is_command = is_command
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
        self.acting = self.review.acting

    @Once
    def gate(self) -> OutlineGate:
        """Objectives before lessons."""
        from pipeline.review.outline_gate import OutlineGate

        return OutlineGate(self.acting)

    @Once
    def under_way(self) -> UnderWay:
        """What this process is drafting."""
        from pipeline.run.under_way import UnderWay

        return UnderWay()

    @Once
    def board(self) -> Board:
        """What a lead looks at."""
        from pipeline.review.board import Board

        return Board(self.acting, hours_per_finished_hour=self.settings.hours_per_finished_hour)

    @Once
    def facts(self) -> Facts:
        """What experts are asked, and say."""
        from pipeline.review.facts import Facts

        return Facts(self.acting, link_days=self.settings.fact_link_days)

    @Once
    def sheets(self) -> FactSheets:
        """The page that an expert answers on."""
        from pipeline.review.fact_sheets import FactSheets

        return FactSheets(self.acting)

    @Once
    def membership(self) -> Membership:
        """Who is in the team, and as what."""
        from pipeline.review.membership import Membership

        return Membership(self.acting)

    @Once
    def limits(self) -> ParseLimits:
        """Of the process that reads a document."""
        from pipeline.ingest.contained import ParseLimits

        return ParseLimits(seconds=self.settings.parse_timeout_s, memory_mb=self.settings.parse_memory_mb)

    @Once
    def word(self) -> WordFiles:
        """Word files that go out and come back."""
        from pipeline.review.word_file import reads_returned
        from pipeline.review.word_return import WordFiles

        return WordFiles(self.acting, read=reads_returned(self.limits))

    @Once
    def exporting(self) -> Exporting:
        """Packages."""
        from pipeline.review.release import Exporting

        return Exporting(self.acting, rubrics=self.rubrics)

    @Once
    def previewing(self) -> Previewing:
        """The learner's view of what is not released yet."""
        from pipeline.review.previewing import Previewing

        return Previewing(self.acting, rubrics=self.rubrics)

    @Once
    def verifying(self) -> Verifying:
        """Whether a package is what was released."""
        from pipeline.review.verifying import Verifying

        return Verifying(self.store, self.exporting)

    @Once
    def releasing(self) -> Releasing:
        """Sign-off."""
        from pipeline.review.releasing import Releasing

        return Releasing(self.acting, rubrics=self.rubrics, facts_required=self.settings.facts_required)

    @Once
    def pages(self) -> SourcePages:
        """Pages of sources as pictures."""
        from pipeline.review.source_pages import SourcePages

        return SourcePages(self.store, limits=self.limits)

    @Once
    def backlogs(self) -> Backlogs:
        """Batches."""
        from pipeline.run.batch import Backlogs
        from pipeline.run.which_runner import announces

        return Backlogs(self.store, announce=announces(self.settings, self.store))

    @Once
    def hiring(self) -> Hiring:
        """Workers that a screen starts."""
        from pipeline.run.hire import Hiring

        return Hiring(self.settings.workspace)

    @Once
    def conversion(self) -> Conversions:
        """One document to one module."""
        from pipeline.run.oneoff import Conversions
        from pipeline.wiring.asking import opens_asker
        from pipeline.wiring.opening import reads

        settings = self.settings
        return Conversions(
            self.store,
            open_asker=lambda: opens_asker(settings, self.store.calls),
            rubrics=self.rubrics,
            chunk_tokens=settings.chunk_tokens,
            concurrency=settings.concurrency,
            revises=not settings.no_revise,
            judges=settings.judge_claims,
            clock=now,
            read=reads(settings, figures=self.store.pictures.folder),
        )

    @Once
    def ordering(self) -> Ordering:
        """What is ordered from a screen."""
        from pipeline.review.ordering import Ordering

        return Ordering(self.acting, drafting=self.conversion, backlogs=self.backlogs, hiring=self.hiring)

    def forecast(self, folder: Path, spec: BatchSpec, *, report: Callable[[int, int], None]) -> Forecast:
        """What converting the folder would take."""
        from pipeline.run.forecast import forecast
        from pipeline.run.reading import read_received

        return forecast(
            self.store, folder, spec, rates=self.rates(), read=read_received, clock=now, report=report
        )

    def rates(self) -> Rates:
        """The limits on calls, as set up."""
        from pipeline.wiring.backlogs import rates_of

        return rates_of(self.settings)

    @property
    def drafting(self) -> Conversions:
        """What the review screen drafts uploaded documents with."""
        return self.conversion

    @property
    def reviewer(self) -> str:
        """The name that decisions are recorded under: as set, a member's address as the member is known by; of a
        command in a team that was not told it, "command line" with the name of the account.
        """
        wanted = self.settings.reviewer
        if wanted is not None:
            member = self.store.members.get(wanted)
            return wanted if member is None else member.email
        account = _account_name()
        return f"command line ({account})" if self._is_command and self.store.members.all() else account

    def module(self, wanted: str) -> Module:
        """The module of that id, or whose id begins so; raises UsageError."""
        return self.store.modules.load(self.store.modules.resolve(wanted))

    def documents(self, module: Module) -> tuple[Document, ...]:
        """The documents the module was made from."""
        return tuple(self.store.sources.document(source.id) for source in module.sources)

    def check(self, module: Module, element_id: str | None) -> tuple[Finding, ...]:
        """Findings on the whole module, or on one element."""
        from pipeline.run.rechecking import rechecked

        return rechecked(module, element_id, self.documents(module), self.rubrics)

    def regenerate(self, module: Module, element_id: str, instruction: str | None, variant: int) -> Element:
        """Another version of the element from the configured engine; raises EngineError."""
        from pipeline.draft import rewrite_element
        from pipeline.wiring.asking import opens_asker

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
        if "pages" in vars(self):
            self.pages.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def build_services(
    settings: Settings, *, create: bool = False, signs_in: bool = False, at_screen: bool = False
) -> Services:
    """The services over the workspace's store; with `create` a missing workspace is made first.

    `at_screen`: people say at a screen who they are; else it is a command that acts.
    """
    if create:
        create_workspace(settings)
    return Services(settings, open_store(settings), signs_in=signs_in, is_command=not at_screen)


def _account_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "reviewer"
