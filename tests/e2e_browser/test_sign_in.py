"""A team signs in with a real provider: who comes in, where they land, and what their role lets them do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from pipeline.domain import Member, Role, Status
from pipeline.errors import NotAllowedError
from pipeline.review.service import ReviewService
from pipeline.store import Store
from pipeline.store.audit import Act
from tests.builders import a_document, a_module
from tests.databases import a_ready_workspace
from tests.e2e_browser.axe import violations
from tests.e2e_browser.conftest import save_in
from tests.e2e_browser.provider import provider, set_up_sign_in
from tests.e2e_browser.served import Desk, a_free_port, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def a_user(name: str, *, is_verified: bool = True) -> dict[str, object]:
    return {"sub": name, "email": f"{name.title()}@Example.org", "email_verified": is_verified}


@dataclass
class Team:
    """A workspace whose team signs in, served."""

    store: Store
    address: str
    context: BrowserContext

    def role(self, name: str, role: Role, **fields: object) -> None:
        base = {"email": f"{name}@example.org", "name": name.title(), "role": role, "added_by": "Lee", "at": AT}
        self.store.members.put(Member.model_validate({**base, **fields}), act=Act(by="Lee"), at=AT)

    def visit(self, path: str, name: str) -> Page:
        """A browser of the person's own, that goes to the path and signs in."""
        assert self.context.browser is not None
        page = self.context.browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.set_default_timeout(60_000)
        page.route(re.compile(r"^https://"), _nothing_from_outside)
        page.goto(f"{self.address}{path}")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name=name, exact=True).click()
        return page

    @property
    def approved(self) -> list[str]:
        return [one.id for one in self.store.modules.load("m-1").elements() if one.status is Status.APPROVED]


def _nothing_from_outside(route: Route) -> None:
    # The provider's own page asks for a style sheet.
    route.abort()


@pytest.fixture(scope="module")
def team(browser: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    workspace = a_ready_workspace(tmp_path_factory.mktemp("team"))
    people = [a_user(name) for name in ("ann", "vic", "uma", "una")] + [a_user("uri", is_verified=False)]
    port = a_free_port()
    with provider(a_free_port(), *people) as address, Store.open(workspace) as store:
        set_up_sign_in(workspace.root, screen_port=port, provider_address=address)
        document = a_document()
        save_in(store, a_module(document), (document,))
        with served(workspace.root, port) as screen:
            made = Team(store, screen, browser)
            made.role("ann", Role.DESIGNER)
            made.role("una", Role.DESIGNER)
            made.role("vic", Role.VIEWER)
            made.role("uri", Role.LEAD)
            yield made


def test_a_link_survives_the_sign_in_and_decisions_are_the_members(team: Team) -> None:
    page = team.visit("/c/m-1/p-1", "ann")
    desk = Desk(page)
    desk.shows("p-1")
    expect(page.get_by_text("Ann, designer")).to_be_visible()
    desk.approve(by_key=False)
    assert team.approved == ["p-1"]
    entry = team.store.audit.of("m-1", "p-1")[-1]
    assert (entry.by, entry.role, entry.action) == ("ann@example.org", Role.DESIGNER, "approve")
    # The way is gone once: the bare address is the list again.
    page.goto(team.address)
    expect(page.get_by_role("heading", name="Modules")).to_be_visible()


def test_the_page_to_sign_in_on_has_no_violation_and_tells_nothing_of_the_address(team: Team, page: Page) -> None:
    page.goto(f"{team.address}/module?module=<script>window.pwned=1</script>")
    expect(page.get_by_role("heading", name="Sign in to review")).to_be_visible()
    assert violations(page) == []
    assert "pwned" not in page.inner_text("body")
    assert page.evaluate("window.pwned") is None


def test_a_viewer_has_nothing_to_decide_with_and_the_service_refuses(team: Team) -> None:
    page = team.visit("/c/m-1/q-1", "vic")
    Desk(page).shows("q-1")
    expect(page.get_by_text("Vic, viewer")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Approve"))).to_have_count(0)
    service = ReviewService(
        team.store, check=lambda _module, _element: (), regenerate=lambda module, element, _wish, _n: module.element(element),
        clock=lambda: AT, role_of=team.store.members.role_of,
    )
    view = service.element("m-1", "q-1")
    with pytest.raises(NotAllowedError):
        service.approve("m-1", "q-1", revision=view.revision, content_hash=view.content_hash, by="vic@example.org")
    assert "q-1" not in team.approved


def test_a_role_that_is_taken_away_counts_at_the_next_press(team: Team) -> None:
    page = team.visit("/c/m-1/q-2", "una")
    desk = Desk(page)
    desk.shows("q-2")
    approve = page.get_by_role("button", name=re.compile("^Approve")).first
    expect(approve).to_be_enabled()
    drawn = page.evaluate("performance.now()")
    page.wait_for_function("drawn => performance.now() - drawn > 700", arg=drawn)
    team.role("una", Role.DESIGNER, is_active=False)
    approve.click()
    expect(page.get_by_text("is not a member of this workspace").first).to_be_visible()
    assert "q-2" not in team.approved
    page.reload()
    expect(page.get_by_role("heading", name="You are not a member of this workspace")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "says"),
    [("uma", "You are not a member of this workspace"), ("uri", "Your e-mail address is not verified")],
)
def test_who_is_not_known_for_sure_comes_no_further(team: Team, name: str, says: str) -> None:
    page = team.visit("/", name)
    expect(page.get_by_role("heading", name=says)).to_be_visible()
    expect(page.get_by_text("Lock out the carton sealer")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").click()  # the provider's own question
    expect(page.get_by_role("heading", name="Sign in to review")).to_be_visible()
