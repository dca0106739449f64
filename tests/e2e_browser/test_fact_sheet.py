"""An SME answers on a telephone without JavaScript, on the very server of the review screen and on one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pipeline.domain import FactStatus
from pipeline.store import Store
from pipeline.ui.fact_sheet.routes import fact_sheet_routes
from tests.builders import a_document, a_module
from tests.databases import a_ready_workspace
from tests.e2e_browser.axe import violations
from tests.e2e_browser.conftest import save_in
from tests.e2e_browser.served import ROOT, a_free_port, served
from tests.review.asking import AskingDesk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@contextmanager
def alone(workspace: Path, port: int) -> Iterator[str]:
    """The pages of SMEs and nothing else, as the command serves them."""
    child = subprocess.Popen(
        [
            sys.executable, "-m", "pipeline.cli", "review", "--fact-sheets-only", "--workspace", str(workspace), "--port",
            str(port),
        ],
        cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert child.stdout is not None
        address = child.stdout.readline().strip()
        assert address == f"http://127.0.0.1:{port}"
        yield address
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=30)
        child.stdout.close()  # type: ignore[union-attr]


@pytest.fixture
def telephone(browser: BrowserContext) -> Iterator[Page]:
    assert browser.browser is not None
    context = browser.browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("serving", [served, alone], ids=["with the screens", "alone"])
def test_an_sme_answers_in_two_visits(tmp_path: Path, telephone: Page, serving: object) -> None:
    workspace = a_ready_workspace(tmp_path / "workspace")
    with Store.open(workspace) as store, serving(workspace.root, a_free_port()) as address:  # type: ignore[operator]
        document = a_document()
        save_in(store, a_module(document), (document,))
        desk = AskingDesk(store)
        desk.now = store.database.clock()
        request, token = desk.ask("q-1", "p-1", "r-1")
        page = telephone
        page.goto(f"{address}/sme/{token}")
        expect(page.get_by_role("heading", name="Are these statements correct?")).to_be_visible()
        width = page.locator("main").bounding_box()
        assert width is not None
        assert width["width"] <= 360
        page.get_by_role("group", name="Is it correct?").nth(0).get_by_label("Correct", exact=True).check()
        page.get_by_label("What should it say instead?").nth(1).fill("Press the green button")
        page.get_by_role("group", name="Is it correct?").nth(1).get_by_label("Wrong or out of date").check()
        page.get_by_role("button", name="Save answers").click()
        expect(page.get_by_role("status")).to_have_text("Saved. Thank you.")
        assert desk.status("q-1") is FactStatus.CONFIRMED
        assert desk.status("p-1") is FactStatus.WRONG
        page.goto(f"{address}/sme/{token}")
        expect(page.get_by_text("2 of 3 answered")).to_be_visible()
        expect(page.get_by_label("What should it say instead?").nth(1)).to_have_value("Press the green button")
        page.get_by_role("button", name="I am done").click()
        expect(page.get_by_text("You said that you are done")).to_be_visible()
        desk.facts.revoke(request.id, by="Lee")
        page.reload()
        expect(page.get_by_role("heading", name="This link was taken back")).to_be_visible()


def test_the_page_breaks_no_rule_of_accessibility(browser: BrowserContext, tmp_path: Path) -> None:
    assert browser.browser is not None
    with Store.open(a_ready_workspace(tmp_path / "workspace")) as store:
        document = a_document()
        save_in(store, a_module(document), (document,))
        desk = AskingDesk(store)
        _, token = desk.ask("q-1", "p-1", note="Thank you")
        pages = TestClient(Starlette(routes=[*fact_sheet_routes(lambda: desk.sheets)]))
        answered = pages.post(f"/sme/{token}", data={"s1": "wrong", "s1-correction": "It is valve C"}).text
        desk.facts.revoke(desk.facts.requests()[0].request.id, by="Lee")
        closed = pages.get(f"/sme/{token}").text
    context = browser.browser.new_context(bypass_csp=True)
    page = context.new_page()
    for html in (answered, closed, pages.get("/sme/x").text):
        page.set_content(html)
        assert violations(page) == []
    context.close()
