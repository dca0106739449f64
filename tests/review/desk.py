"""A reviewer's desk for tests: a service over a real store, with a check and an engine that tests steer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.domain import Element, Finding, Module, ModuleSettings, QuizItem, ReviewDecision, Severity
from pipeline.ids import finding_id
from pipeline.review.permissions import RoleOf, everybody_leads
from pipeline.review.service import ReviewService
from pipeline.review.views import ElementView
from pipeline.store import Store
from tests.builders import a_module
from tests.databases import AT, RUN


def a_check(module: Module, element_id: str | None) -> tuple[Finding, ...]:
    """An error on every text that says BAD, a warning on DULL, advice on a module without an owner, and an error
    on every item whose stem another item has, too."""
    texts = {element.id: str(element.content()) for element in module.elements()}
    stems = [item.stem for item in module.items]
    found = [_finding("says_nothing_bad", Severity.ERROR, one) for one, text in texts.items() if "BAD" in text]
    found += [_finding("is_not_dull", Severity.WARNING, one) for one, text in texts.items() if "DULL" in text]
    found += [
        _finding("no_two_stems_alike", Severity.ERROR, item.id)
        for item in module.items
        if stems.count(item.stem) > 1
    ]
    if module.settings == ModuleSettings():
        found.append(_finding("has_an_owner", Severity.ADVICE, module.id))
    return tuple(one for one in found if element_id in (None, one.target))


def _finding(criterion: str, severity: Severity, target: str) -> Finding:
    return Finding(
        id=finding_id(criterion, target, criterion), rubric="tests", criterion=criterion, severity=severity,
        target=target, message=criterion, principle="tests",
    )


def ticking() -> Callable[[], datetime]:
    """A clock that goes on by a second with every look."""

    def moments() -> Iterator[datetime]:
        moment = AT
        while True:
            yield moment
            moment += timedelta(seconds=1)

    return moments().__next__


@dataclass
class Desk:
    """The service, and short ways to use it."""

    store: Store
    service: ReviewService = field(init=False)
    redrafted: Callable[[Element, str | None, int], Element] = lambda element, _wish, _variant: element
    """What the engine makes of an element."""
    role_of: RoleOf = everybody_leads
    two_person: bool = False

    def __post_init__(self) -> None:
        self.service = ReviewService(
            self.store,
            check=a_check,
            regenerate=lambda module, element_id, wish, variant: self.redrafted(
                module.element(element_id), wish, variant
            ),
            clock=ticking(),
            role_of=self.role_of,
            two_person=self.two_person,
        )

    def draft(self, module: Module | None = None) -> Desk:
        """With a module in the store, checked."""
        module = module or a_module()
        module = module.model_copy(update={"findings": a_check(module, None)})
        self.store.modules.save_draft(module, author=RUN, at=AT)
        return self

    def see(self, element_id: str = "q-1") -> ElementView:
        """The element's view."""
        return self.service.element("m-1", element_id)

    def status(self, element_id: str = "q-1") -> str:
        """Where the element stands."""
        return self.see(element_id).element.status.value

    def approve(self, element_id: str = "q-1", by: str = "Ada") -> ReviewDecision:
        """Approves what is there."""
        view = self.see(element_id)
        return self.service.approve(
            "m-1", element_id, revision=view.revision, content_hash=view.content_hash, by=by
        )

    def reject(self, element_id: str = "q-1", by: str = "Ada", reason: str = "too easy") -> ReviewDecision:
        """Rejects what is there."""
        revision = self.see(element_id).revision
        return self.service.reject("m-1", element_id, revision=revision, reason=reason, by=by)

    def rewrite(self, stem: str, element_id: str = "q-1", by: str = "Ada") -> int:
        """Gives an item another stem; the number of the revision."""
        view = self.see(element_id)
        assert isinstance(view.element, QuizItem)
        element = view.element.model_copy(update={"stem": stem})
        return self.service.edit("m-1", element, based_on=view.revision, by=by).number

    def stem(self, element_id: str = "q-1") -> str:
        """The item's stem."""
        element = self.see(element_id).element
        assert isinstance(element, QuizItem)
        return element.stem
