"""Texts that try to become more than text, in a real browser: on every screen, in every field that draws them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from pipeline.store import Store
from tests.e2e_browser.hostile import EVERYTHING, MARK, Hostile, hostile, is_harmless
from tests.e2e_browser.served import Desk
from tests.ui.payloads import PAYLOADS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def there(unshared: tuple[Store, str]) -> tuple[Hostile, str]:
    """What is hostile, and the server's address."""
    store, address = unshared
    return hostile(store), address


@pytest.fixture
def desk(page: Page) -> Iterator[Desk]:
    """A browser that fails the test where a dialog comes up; the page fails it where anything outside is asked for."""
    dialogs: list[str] = []
    sockets: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    yield Desk(page)
    assert dialogs == []
    assert [one for one in sockets if not one.startswith("ws://127.0.0.1:")] == []


@pytest.mark.parametrize(
    "path", ["", "/module?module={module}", "/board", "/batches", "/batch?batch={batch}"]
)
def test_a_screen_draws_hostile_text_as_text(desk: Desk, there: tuple[Hostile, str], path: str) -> None:
    made, address = there
    desk.open(address + path.format(module=made.module, batch=made.batch))
    is_harmless(desk.page)


def test_the_review_of_each_kind_draws_hostile_text_as_text(desk: Desk, there: tuple[Hostile, str]) -> None:
    made, address = there
    desk.open(f"{address}/review?module={made.module}&element=o-1")
    for _ in desk.walks(["o-1", "p-1", "q-1", "sc-1", "r-1"]):
        is_harmless(desk.page)
        tabs = desk.page.locator(".st-key-buttons-beside button").all()
        assert len(tabs) > 3
        for tab in tabs:
            tab.click()
            desk.settled()
            is_harmless(desk.page)


def test_what_a_key_opens_draws_hostile_text_as_text(desk: Desk, there: tuple[Hostile, str]) -> None:
    made, address = there
    desk.open(f"{address}/review?module={made.module}&element=q-1")
    for _ in desk.opens("qxgmdfle"):
        is_harmless(desk.page)


def test_a_word_file_that_came_back_and_approving_many_draw_hostile_text_as_text(
    desk: Desk, there: tuple[Hostile, str]
) -> None:
    made, address = there
    desk.open(f"{address}/word?module={made.module}")
    desk.page.locator("input[type=file]").set_input_files(
        {"name": "<img src=x onerror=alert(1)>.docx", "mimeType": "application/octet-stream", "buffer": made.word_file}
    )
    desk.page.get_by_role("button", name="Take it in").click()
    begin = desk.page.get_by_role("button", name="one by one")
    begin.wait_for()
    is_harmless(desk.page)
    begin.click()
    desk.page.get_by_role("heading", name="Proposal 1 of").wait_for()
    is_harmless(desk.page)
    desk.open(f"{address}/review?module={made.module}&element=q-1")
    desk.page.get_by_role("button", name="Approve many").click()
    desk.page.get_by_text("not offered").click()
    is_harmless(desk.page)


def test_a_fact_sheet_draws_hostile_text_as_text_and_lets_nothing_in(desk: Desk, there: tuple[Hostile, str]) -> None:
    made, address = there
    answer = desk.page.goto(address + made.fact_sheet)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    is_harmless(desk.page)
    assert desk.page.locator("script, iframe, img, a[href^='http'], a[href^='javascript']").count() == 0
    desk.page.get_by_role("radio").first.check()
    desk.page.get_by_role("textbox").first.fill(EVERYTHING)
    desk.page.get_by_role("button").first.click()
    is_harmless(desk.page)


@pytest.mark.parametrize(
    "payload", [one for one in PAYLOADS if one.startswith(("<svg", "<iframe", "<style", "<div", "</div"))]
)
def test_a_page_that_drew_it_as_markup_would_fail(page: Page, payload: str) -> None:
    shown = MARK.replace("<", "&lt;")
    page.set_content(f"<div data-testid=stApp class=stApp><div class=s2m>{payload}<p>{shown}</p></div></div>")
    with pytest.raises(AssertionError):
        is_harmless(page)
