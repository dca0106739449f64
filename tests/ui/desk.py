"""A review desk for tests: the real review service over a real store in a temporary workspace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from streamlit.testing.v1 import AppTest

from pipeline.config import Settings
from pipeline.domain import Author, AuthorKind, Document, Element, Finding, Module, Role, Rubric, Severity
from pipeline.errors import ReplyError
from pipeline.ids import finding_id
from pipeline.ingest.contained import ParseLimits
from pipeline.review.board import Board
from pipeline.review.facts import Facts
from pipeline.review.ordering import Drafting, Ordering
from pipeline.review.outline_gate import OutlineGate
from pipeline.review.previewing import Previewing
from pipeline.review.release import Exporting
from pipeline.review.releasing import Releasing
from pipeline.review.service import ReviewService
from pipeline.review.source_pages import SourcePages
from pipeline.review.word_file import read_returned
from pipeline.review.word_return import WordFiles
from pipeline.run.batch import Backlogs
from pipeline.run.hire import Hiring
from pipeline.run.under_way import UnderWay
from pipeline.store import Store
from tests.builders import a_document, a_module
from tests.databases import a_ready_workspace
from tests.ui.pressable import pressable, words_of_groups

DRAFTED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def a_finding(target: str, criterion: str = "every_option_is_explained", **fields: Any) -> Finding:
    base: dict[str, Any] = {
        "rubric": "feedback", "criterion": criterion, "severity": Severity.ERROR, "target": target,
        "message": "Option A has no reason in its feedback", "suggestion": "Say why A is tempting",
        "principle": "Feedback as instruction",
    }
    made = {**base, **fields}
    return Finding(id=finding_id(made["criterion"], made["target"], made["message"]), **made)


@dataclass
class Desk:
    """What the screens are given, with a check and an engine that the test decides."""

    settings: Settings
    store: Store
    rubrics: tuple[Rubric, ...] = ()
    found: list[Finding] = field(default_factory=list)
    """What every check finds from now on."""
    redraft: Callable[[Element, str | None], Element] | None = None
    """What the engine answers; None is an engine that fails."""
    reviewer: str = "Ann"

    def __post_init__(self) -> None:
        self._minutes = 0
        self.roles: dict[str, Role] = {}
        """Who is no lead."""
        self.review = self.reviewing()
        acting = self.review.acting
        self.facts = Facts(acting)
        self.word = WordFiles(acting, read=lambda path, recover: read_returned(path, recover=recover))
        self.exporting = Exporting(acting)
        self.previewing = Previewing(acting)
        self.releasing = Releasing(acting)
        self.gate = OutlineGate(acting)
        self.under_way = UnderWay()
        self.board = Board(acting, hours_per_finished_hour=40)
        self.pages = SourcePages(self.store, limits=ParseLimits())
        self.backlogs = Backlogs(self.store)
        self.hiring = Hiring(self.settings.workspace)
        self.drafting: Drafting | None = None
        """What drafts uploaded documents; None is for tests in which nothing is uploaded."""

    @property
    def ordering(self) -> Ordering:
        """What is ordered from a screen, of whatever this desk has now."""
        return Ordering(
            self.review.acting, drafting=cast(Drafting, self.drafting), backlogs=self.backlogs, hiring=self.hiring
        )

    def reviewing(self, *, two_person: bool = False) -> ReviewService:
        """A review service over the store."""
        return ReviewService(
            self.store, check=lambda _module, _element: tuple(self.found), regenerate=self._regenerate,
            clock=self._clock, role_of=lambda who: self.roles.get(who, Role.LEAD), two_person=two_person,
        )

    def _clock(self) -> datetime:
        self._minutes += 1
        return DRAFTED + timedelta(minutes=self._minutes)

    def _regenerate(self, module: Module, element_id: str, instruction: str | None, _variant: int) -> Element:
        if self.redraft is None:
            raise ReplyError(f"drafting {element_id} again", why="the reply was cut off", mend="ask for less")
        return self.redraft(module.element(element_id), instruction)

    def save(self, module: Module | None = None, documents: Sequence[Document] = ()) -> Module:
        """Saves a drafted module with its sources."""
        module = module or a_module(findings=tuple(self.found))
        for document in documents or (a_document(),):
            content = "\n".join(block.text for block in document.blocks).encode()
            self.store.sources.add(document, content)
        return self.save_alone(module)

    def save_alone(self, module: Module) -> Module:
        """Saves a drafted module whose sources are there."""
        author = Author(kind=AuthorKind.RUN, name="embedded")
        assert self.store.modules.save_draft(module, author=author, at=DRAFTED)
        return module

    def open(self, screen: str, **address: str) -> AppTest:
        """The screen, drawn once."""
        app = AppTest.from_function(_page, args=(self, screen), default_timeout=30)
        for name, value in address.items():
            app.query_params[name] = value
        app.session_state["look_first_s"] = 0.0
        return app.run()

    def status(self, element: str, module: str = "m-1") -> str:
        """Where the element stands."""
        return self.review.element(module, element).element.status.value


def a_desk(folder: Path) -> Desk:
    """An empty workspace's desk."""
    return Desk(settings=Settings(workspace=folder), store=Store.open(a_ready_workspace(folder)))


def _page(services, screen):  # type: ignore[no-untyped-def]
    # Its source is run on its own, without the names of this file.
    from pipeline.ui.pages import show

    show(lambda: services, first=screen)


def seen(app: AppTest) -> str:
    """Everything drawn as text and markup on the screen."""
    assert not app.exception, app.exception
    return "\n".join([*(html.body for html in app.html if not html.body.startswith("<style")), *words_of_groups(app)])


def press(app: AppTest, label: str) -> AppTest:
    """Clicks the button of that label."""
    pressed: AppTest = button(app, label).click().run()
    return pressed


def button(app: AppTest, label: str) -> Any:
    """The button of that label; fails where there is none, or more than one."""
    found = [one for one in buttons(app) if one.label == label]
    assert len(found) == 1, f"{len(found)} buttons {label!r} among {labels(app)}"
    return found[0]


def labels(app: AppTest) -> list[str]:
    """The labels of all buttons."""
    return [one.label for one in buttons(app)]


def buttons(app: AppTest) -> list[Any]:
    """All buttons: Streamlit's, and ours."""
    return [*app.button, *pressable(app)]
