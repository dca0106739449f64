"""Every screen, open panel and element kind under axe-core: no violation in our own content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.config import Settings
from pipeline.domain import CommentKind, Severity
from pipeline.store import Store
from pipeline.wiring import Services, build_services
from tests.builders import a_document, a_module, a_scenario
from tests.e2e_browser.axe import STREAMLIT_FAILS_AT, is_excused, violations
from tests.e2e_browser.conftest import save_in
from tests.e2e_browser.served import Desk
from tests.roundtrip.returned import Returned, run
from tests.ui.backlogs import underway
from tests.ui.desk import a_finding

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Place:
    """A workspace with one of everything."""

    workspace: Path
    address: str
    batch: str


@pytest.fixture(scope="module")
def place(unshared: tuple[Store, str]) -> Place:
    store, address = unshared
    document = a_document()
    module = a_module(document, scenarios=(a_scenario(document),)).changed(
        findings=(
            a_finding("q-1"),
            a_finding("p-1", message="The part is long", severity=Severity.WARNING),
            a_finding("m-1", message="Nobody looks after it", severity=Severity.ADVICE),
        )
    )
    save_in(store, module, (document,))
    made = underway(store, 12, budget_usd=0.5)
    made.join()
    made.done(made.claim(4))
    made.failed(made.claim(1))
    with build_services(Settings(workspace=store.workspace.root)) as services:
        _discuss(services)
    return Place(store.workspace.root, address, made.batch)


def _discuss(services: Services) -> None:
    """A part with another revision, a comment, and two proposals for one field."""
    review = services.review
    part = review.element("m-1", "p-1")
    review.edit("m-1", part.element.changed(markdown="1. Press STOP.\n2. Wait."), based_on=part.revision, by="Bo")
    part = review.element("m-1", "p-1")
    review.comments.say(
        "m-1", element_id="p-1", kind=CommentKind.FACT, text="Is it red?", by="Bo", revision=part.revision
    )
    for by, text in (("Sam", "1. Press the red STOP button."), ("Sue", "1. Press STOP twice.")):
        review.proposals.suggest("m-1", part.element.changed(markdown=text), based_on=part.revision, by=by)


@pytest.mark.parametrize(
    "path", ["", "/module?module=m-1", "/board", "/word?module=m-1", "/batches", "/batch?batch={batch}", "/review"]
)
def test_a_screen_has_no_violation(place: Place, page: Page, path: str) -> None:
    desk = Desk(page)
    desk.open(place.address + path.format(batch=place.batch))
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/module?module=m-none", "/review?module=m-none", "/review?module=m-1&element=none"])
def test_an_address_that_leads_nowhere_has_no_violation(place: Place, page: Page, path: str) -> None:
    page.goto(place.address + path)
    page.locator("[role=alert]", has_text="o").first.wait_for()
    assert violations(page) == []


def test_the_review_of_each_kind_has_no_violation(place: Place, page: Page) -> None:
    desk = Desk(page)
    desk.open(f"{place.address}/review?module=m-1&element=o-1")
    for element in desk.walks(["o-1", "p-1", "q-1", "q-2", "sc-1", "r-1"]):
        assert violations(page) == [], element


def test_what_a_key_opens_has_no_violation(place: Place, page: Page) -> None:
    desk = Desk(page)
    desk.open(f"{place.address}/review?module=m-1&element=p-1")
    for letter in desk.opens("qxgmdfltzhe"):
        # An open form stays in sight at the foot of the window; at the end of the page it covers nothing.
        page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, main.scrollHeight)")
        assert violations(page) == [], letter


def test_what_stands_beside_an_element_has_no_violation(place: Place, page: Page) -> None:
    desk = Desk(page)
    desk.open(f"{place.address}/review?module=m-1&element=q-1")
    tabs = page.locator(".st-key-buttons-beside button").all()
    assert len(tabs) > 3
    for tab in tabs:
        tab.click()
        desk.settled()
        assert violations(page) == [], tab.inner_text()


def test_a_word_file_that_came_back_and_approving_many_have_no_violation(place: Place, page: Page) -> None:
    with build_services(Settings(workspace=place.workspace)) as services:
        file = Returned.of(services.word.export("m-1", by="Ann", to="Ada").content)
        file.types("4.1", "A reading is above nought. What now?").says("4.0", run("x OK"), run("☐ WRONG"), cell=2)
        file.types("1.1", "isolates it at once").wipes_id("1.1").strips_bookmarks()
        services.word.take_in_upload("back.docx", file.content(), by="Ann")
    desk = Desk(page)
    desk.open(f"{place.address}/word?module=m-1")
    expect(page.get_by_role("heading", name="Ticks")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="one by one").click()
    expect(page.get_by_role("heading", name="Proposal 1 of")).to_be_visible()
    desk.settled()
    assert violations(page) == []
    desk.open(f"{place.address}/review?module=m-1&element=q-2")
    page.get_by_role("button", name="Approve many").click()
    expect(page.get_by_role("heading", name="Approve what you have looked at")).to_be_visible()
    desk.settled()
    assert violations(page) == []


def test_a_fact_sheet_has_no_violation_at_any_width(place: Place, page: Page) -> None:
    with build_services(Settings(workspace=place.workspace)) as services:
        request = services.facts.ask("m-1", to="Sam", elements=("p-1", "q-1"), by="Ann")
        path = services.facts.link(request)
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(place.address + path)
            assert page.get_by_role("radio").count() >= 3
            assert violations(page) == []
        services.facts.revoke(request.id, by="Ann")
        for closed in (path, "/sme/none"):
            page.goto(place.address + closed)
            assert violations(page) == []


def test_two_versions_of_a_text_side_by_side_have_no_violation(place: Place, page: Page) -> None:
    desk = Desk(page)
    desk.open(f"{place.address}/review?module=m-1&element=p-0")
    desk.key("e")
    field = page.get_by_label(re.compile(", text$"))
    field.fill("What Ann has typed.")
    expect(page.get_by_text("Kept, not saved yet.")).to_be_visible()
    with build_services(Settings(workspace=place.workspace)) as services:
        view = services.review.element("m-1", "p-0")
        changed = view.element.changed(markdown="What Bo has saved.")
        services.review.edit("m-1", changed, based_on=view.revision, by="Bo")
    field.press("Control+Enter")
    expect(page.locator(".s2m-texts")).to_be_visible()
    desk.settled()
    assert violations(page) == []


def test_a_violation_in_our_own_markup_is_found(place: Place, page: Page) -> None:
    desk = Desk(page)
    desk.open(f"{place.address}/review?module=m-1&element=q-1")
    page.evaluate(
        """() => { document.querySelector(".s2m").innerHTML += "<button class='s2m-bad'></button>"
                   + "<p style='color:#bbb;background:#fff'>You cannot read this</p>"; }"""
    )
    assert {line.partition(":")[0] for line in violations(page)} == {"button-name", "color-contrast"}


def test_nothing_of_ours_is_excused() -> None:
    for excuse in STREAMLIT_FAILS_AT:
        assert excuse.reason
        assert is_excused(excuse.rule, ["stMain", excuse.within], is_ours=False)
        assert not is_excused(excuse.rule, ["stMain", excuse.within], is_ours=True)
        assert not is_excused(excuse.rule, ["stMain"], is_ours=False)
