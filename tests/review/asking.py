"""A desk from which SMEs are asked, with a clock that tests set."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.domain import Element, FactRequest, FactStatus, FactVerdict, Module, Role
from pipeline.review.acting import Acting
from pipeline.review.fact_sheets import FactSheet, FactSheets, Given, Saved
from pipeline.review.facts import Facts
from pipeline.review.permissions import RoleOf, everybody_leads
from pipeline.store import Store
from tests.builders import a_document, a_module
from tests.databases import ADA, AT, RUN

ROLES = {"Lee": Role.LEAD, "Dee": Role.DESIGNER, "Sam": Role.SME, "Vi": Role.VIEWER}


@dataclass
class AskingDesk:
    """The services about facts over a module of the builders'."""

    store: Store
    role_of: RoleOf = everybody_leads
    now: datetime = AT
    facts: Facts = field(init=False)
    sheets: FactSheets = field(init=False)

    def __post_init__(self) -> None:
        self.store.database.clock = lambda: self.now
        acting = Acting(self.store, lambda: self.now, role_of=self.role_of)
        numbers = itertools.count(1)
        self.facts = Facts(acting, new_id=lambda: f"r-{next(numbers)}")
        self.sheets = FactSheets(acting)

    def draft(self, module: Module | None = None) -> AskingDesk:
        """With a module in the store."""
        self.store.modules.save_draft(module or a_module(a_document()), author=RUN, at=AT)
        return self

    def ask(self, *elements: str, **fields: object) -> tuple[FactRequest, str]:
        """A request to Sam, and its token."""
        told: dict[str, object] = {"to": "Sam Rivera", "email": "sam@example.org", "by": "Lee", **fields}
        named: Sequence[str] | None = elements or None
        request = self.facts.ask("m-1", elements=named, **told)  # type: ignore[arg-type]
        return request, self.facts.link(request).removeprefix("/sme/")

    def save(self, token: str, *, is_done: bool = False, **given: object) -> Saved:
        """Sends the page with `s1="wrong"` or `s1=("wrong", "It is C")`."""
        told = {
            key: Given(FactVerdict(value), "") if isinstance(value, str) else Given(FactVerdict(value[0]), value[1])  # type: ignore[index]
            for key, value in given.items()
        }
        saved = self.sheets.save(token, told, is_done=is_done)
        assert saved is not None
        return saved

    def sheet(self, token: str) -> FactSheet:
        """The page as it stands."""
        found = self.sheets.open(token)
        assert found is not None
        return found

    def status(self, element: str = "q-1") -> FactStatus:
        """Where the element stands with its SMEs."""
        return self.store.modules.element_state("m-1", element).element.fact_status

    def edit(self, element: Element) -> int:
        """Saves the element's new text; the number of the revision."""
        latest = self.store.modules.element_state("m-1", element.id).revision
        return self.store.modules.save_revision("m-1", element, based_on=latest, author=ADA, at=AT).number

    def wait(self, **time: float) -> None:
        """Lets time pass."""
        self.now += timedelta(**time)
