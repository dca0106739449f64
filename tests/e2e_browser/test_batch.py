"""A batch's page in a real browser, while its rows change underneath."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.domain import BatchState
from pipeline.store import Store
from tests.e2e_browser.served import Desk
from tests.ui.backlogs import underway

pytestmark = pytest.mark.browser


def test_a_batch_is_watched_paused_resumed_and_cancelled_while_it_goes_on(
    shared: tuple[Store, str], tmp_path: Path, page: Page
) -> None:
    store, address = shared
    made = underway(store, 60, budget_usd=0.5)
    made.join()
    claims = list(made.claim(8))
    desk = Desk(page)
    done = page.locator(".s2m-tile", has_text="documents done").locator("strong")

    def goes_on(number: int) -> None:
        """A document ends, and the page shows it by itself."""
        made.done([claims.pop()])
        expect(done).to_have_text(f"{number} of 60")

    frames: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(len(data))))
    desk.open(f"{address}/?batch={made.batch}")
    expect(page).to_have_url(f"{address}/batch?batch={made.batch}")
    expect(done).to_have_text("0 of 60")
    goes_on(1)

    page.get_by_role("button", name="Pause").click()
    desk.says("Paused: no further document is taken up")
    assert store.batches.get(made.batch).state is BatchState.PAUSED

    # What is being typed stays while the page draws itself again.
    field = page.get_by_label("New budget in US dollars")
    field.press_sequentially("2.5")
    goes_on(2)
    goes_on(3)
    expect(field).to_have_value("2.5")
    expect(field).to_be_focused()
    page.get_by_role("button", name="Resume").click()
    desk.says("Resumed with a budget of $2.50.")
    assert store.batches.get(made.batch).budget_usd == 2.5

    # So does an open table, and an open question; leaving it changes nothing.
    page.get_by_text("Throughput as a table").click()
    table = page.get_by_role("columnheader", name="From (UTC)")
    expect(table).to_be_visible()
    page.get_by_role("button", name="Cancel the batch").click()
    question = page.get_by_role("heading", name="Cancel this batch?")
    expect(question).to_be_visible()
    goes_on(4)
    goes_on(5)
    expect(page.get_by_text("55 documents would not be converted.")).to_be_visible()
    expect(question).to_be_visible()
    expect(table).to_be_visible()
    page.screenshot(path=tmp_path / "cancel.png")
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    assert store.batches.get(made.batch).state is BatchState.RUNNING

    page.get_by_role("button", name="Cancel the batch").click()
    page.get_by_role("button", name="Cancel it for good").click()
    desk.says("Cancelled: 55 documents not converted.")
    assert store.batches.get(made.batch).state is BatchState.CANCELLED
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)

    # Nothing more can happen, so nothing more is asked.
    desk.settled()
    before = len(frames)
    page.wait_for_timeout(3_000)
    assert len(frames) == before



def test_a_document_that_is_done_leads_to_its_module(shared: tuple[Store, str], page: Page) -> None:
    store, address = shared
    made = underway(store, 2)
    made.join()
    (claimed,) = made.claim(1)
    made.done([claimed])
    Desk(page).open(f"{address}/batches")
    page.locator(f".st-key-batch-{made.batch}").get_by_role("link", name="Open").click()
    expect(page.get_by_role("heading", name="claims handling")).to_be_visible()
    page.get_by_role("link", name="Module", exact=True).click()
    expect(page).to_have_url(f"{address}/module?module=m-{claimed.conversion}")
