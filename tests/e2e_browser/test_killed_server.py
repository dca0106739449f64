"""kill -9 of the server while somebody types and while it saves: what was saved stays, what was typed comes back."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.domain import Part
from pipeline.store import Store
from pipeline.store.workspace import Workspace
from tests.builders import a_document, a_module
from tests.e2e_browser.conftest import save
from tests.e2e_browser.served import Desk, a_free_port, start

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FIELD = "Procedure (Markdown)"


@contextmanager
def running(workspace: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    child = start(workspace, port)
    try:
        yield child
    finally:
        killed(child)


def killed(child: subprocess.Popen[str]) -> None:
    if child.poll() is None:
        os.kill(child.pid, signal.SIGKILL)
    child.wait(timeout=20)
    assert child.stdout is not None
    child.stdout.close()


def markdown(workspace: Path) -> tuple[str, int]:
    """The part's text and revision as the database has them."""
    with Store.open(Workspace(workspace)) as store:
        state = store.modules.element_state("m-1", "p-1")
    assert isinstance(state.element, Part)
    return state.element.markdown, state.revision


def editing(page: Page, port: int) -> Desk:
    desk = Desk(page)
    desk.open(f"http://127.0.0.1:{port}/review?module=m-1&element=p-1")
    desk.key("e")
    expect(page.get_by_label(FIELD)).to_be_focused()
    return desk


def test_words_typed_when_the_server_dies_come_back_and_can_be_saved(tmp_path: Path, page: Page) -> None:
    workspace, port = save(tmp_path / "workspace", a_module(), (a_document(),)), a_free_port()
    before = markdown(workspace)
    with running(workspace, port) as child:
        desk = editing(page, port)
        page.get_by_label(FIELD).fill("These words the server has.")
        expect(page.get_by_text("Kept, not saved yet.")).to_be_visible()
        page.get_by_label(FIELD).press_sequentially(" These it never got.")
        killed(child)
        page.get_by_label(FIELD).press_sequentially(" These were typed when it was dead.")
    assert markdown(workspace) == before
    with running(workspace, port):
        page.goto(f"http://127.0.0.1:{port}/review?module=m-1&element=p-1")
        desk.settled()
        expect(page.get_by_text("You typed text here that is not saved")).to_be_visible()
        page.get_by_role("button", name="Go on editing").click()
        words = "These words the server has. These it never got. These were typed when it was dead."
        expect(page.get_by_label(FIELD)).to_have_value(words)
        expect(page.get_by_text("Text that you had typed and not saved is back.")).to_be_visible()
        page.keyboard.press("Control+Enter")
        desk.says("Saved:")
        desk.settled()
        assert markdown(workspace) == (words, before[1] + 1)


def test_a_server_that_dies_while_it_saves_has_saved_all_or_nothing(tmp_path: Path, page: Page) -> None:
    workspace, port = save(tmp_path / "workspace", a_module(), (a_document(),)), a_free_port()
    before = markdown(workspace)
    with running(workspace, port) as child:
        desk = editing(page, port)
        page.get_by_label(FIELD).fill("Saved or not, never half.")
        expect(page.get_by_text("Kept, not saved yet.")).to_be_visible()
        # Another writer holds the database, so that the save is under way when the server dies.
        holder = sqlite3.connect(next(workspace.glob("*.db")))
        holder.execute("BEGIN IMMEDIATE")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Saving …")).to_be_visible()
        killed(child)
        holder.rollback()
        holder.close()
    text, revision = markdown(workspace)
    assert (text, revision) == before, "nothing of what was not committed is there"
    with running(workspace, port):
        page.goto(f"http://127.0.0.1:{port}/review?module=m-1&element=p-1&edit=1")
        desk.settled()
        expect(page.get_by_label(FIELD)).to_have_value("Saved or not, never half.")
        page.keyboard.press("Control+Enter")
        desk.says("Saved:")
        desk.settled()
    assert markdown(workspace) == ("Saved or not, never half.", before[1] + 1)


def test_what_was_committed_before_the_server_died_is_there_and_nothing_is_offered_twice(
    tmp_path: Path, page: Page
) -> None:
    workspace, port = save(tmp_path / "workspace", a_module(), (a_document(),)), a_free_port()
    with running(workspace, port) as child:
        desk = editing(page, port)
        page.get_by_label(FIELD).fill("Committed.")
        page.keyboard.press("Control+Enter")
        desk.says("Saved:")
        desk.settled()
        desk.approve(by_key=True)
        killed(child)
    with running(workspace, port):
        desk.open(f"http://127.0.0.1:{port}/review?module=m-1&element=p-1")
        expect(page.locator(".s2m-kicker")).to_contain_text("Approved")
        expect(page.get_by_text("Committed.", exact=True)).to_be_visible()
        expect(page.get_by_text("not saved")).to_have_count(0)
