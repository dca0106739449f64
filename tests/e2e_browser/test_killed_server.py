"""kill -9 of the server while somebody types and while it saves: what was saved stays, what was typed comes back."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from pipeline.domain import Part
from pipeline.store import Store
from tests.builders import a_document, a_module
from tests.databases import a_ready_workspace
from tests.e2e_browser.conftest import save_in
from tests.e2e_browser.served import Desk, a_free_port, start

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FIELD = "Procedure, text"


@dataclass
class Server:
    """A server over a workspace that dies and comes back, at the same address."""

    store: Store
    port: int
    child: subprocess.Popen[str] | None = None

    def runs(self) -> None:
        """Starts it, where it doesn't run."""
        if self.child is None:
            self.child = start(self.store.workspace.root, self.port)

    def dies(self) -> None:
        """Kills it, where it runs."""
        child, self.child = self.child, None
        if child is None:
            return
        os.kill(child.pid, signal.SIGKILL)
        child.wait(timeout=20)
        assert child.stdout is not None
        child.stdout.close()

    def draft(self) -> str:
        """Another module."""
        module = a_module(id=f"m-{len(self.store.modules.list())}")
        save_in(self.store, module, (a_document(),))
        return module.id

    def markdown(self, module: str) -> tuple[str, int]:
        """The part's text and revision as the database has them."""
        state = self.store.modules.element_state(module, "p-1")
        assert isinstance(state.element, Part)
        return state.element.markdown, state.revision

    def review(self, module: str) -> str:
        """The address of the part's review."""
        return f"http://127.0.0.1:{self.port}/review?module={module}&element=p-1"

    def editing(self, page: Page, module: str) -> Desk:
        """The part in the editor."""
        desk = Desk(page)
        desk.open(self.review(module))
        desk.key("e")
        expect(page.get_by_label(FIELD)).to_be_focused()
        return desk


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The one that came back last serves the next test, too: to start it takes seconds."""
    with Store.open(a_ready_workspace(tmp_path_factory.mktemp("killed"))) as store:
        made = Server(store, a_free_port())
        yield made
        made.dies()


@pytest.fixture
def module(server: Server) -> str:
    """A module of the test's own, on a running server."""
    server.runs()
    return server.draft()


def test_words_typed_when_the_server_dies_come_back_and_can_be_saved(server: Server, module: str, page: Page) -> None:
    before = server.markdown(module)
    desk = server.editing(page, module)
    page.get_by_label(FIELD).fill("These words the server has.")
    expect(page.get_by_text("Kept, not saved yet.")).to_be_visible()
    page.get_by_label(FIELD).press_sequentially(" These it never got.")
    server.dies()
    page.get_by_label(FIELD).press_sequentially(" These were typed when it was dead.")
    assert server.markdown(module) == before
    server.runs()
    page.goto(server.review(module))
    desk.settled()
    expect(page.get_by_text("You typed text here that is not saved")).to_be_visible()
    page.get_by_role("button", name="Go on editing").click()
    words = "These words the server has. These it never got. These were typed when it was dead."
    expect(page.get_by_label(FIELD)).to_have_value(words)
    expect(page.get_by_text("Text that you had typed and not saved is back.")).to_be_visible()
    page.keyboard.press("Control+Enter")
    desk.says("Saved:")
    desk.settled()
    assert server.markdown(module) == (words, before[1] + 1)


def test_a_server_that_dies_while_it_saves_has_saved_all_or_nothing(server: Server, module: str, page: Page) -> None:
    before = server.markdown(module)
    desk = server.editing(page, module)
    page.get_by_label(FIELD).fill("Saved or not, never half.")
    expect(page.get_by_text("Kept, not saved yet.")).to_be_visible()
    # Another writer holds the database, so that the save is under way when the server dies.
    holder = sqlite3.connect(server.store.workspace.database_file)
    holder.execute("BEGIN IMMEDIATE")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Saving …")).to_be_visible()
    server.dies()
    holder.rollback()
    holder.close()
    assert server.markdown(module) == before, "nothing of what was not committed is there"
    server.runs()
    page.goto(f"{server.review(module)}&edit=1")
    desk.settled()
    expect(page.get_by_label(FIELD)).to_have_value("Saved or not, never half.")
    page.keyboard.press("Control+Enter")
    desk.says("Saved:")
    desk.settled()
    assert server.markdown(module) == ("Saved or not, never half.", before[1] + 1)


def test_what_was_committed_before_the_server_died_is_there_and_nothing_is_offered_twice(
    server: Server, module: str, page: Page
) -> None:
    desk = server.editing(page, module)
    page.get_by_label(FIELD).fill("Committed.")
    page.keyboard.press("Control+Enter")
    desk.says("Saved:")
    desk.settled()
    desk.approve(by_key=True)
    server.dies()
    server.runs()
    desk.open(server.review(module))
    expect(page.locator(".s2m-kicker")).to_contain_text("Approved")
    expect(page.get_by_text("Committed.", exact=True)).to_be_visible()
    expect(page.get_by_text("not saved")).to_have_count(0)
