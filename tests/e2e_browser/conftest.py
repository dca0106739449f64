"""A real Chromium, a page that counts what it asks the outside world for, and drafted workspaces."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from pipeline.domain import Author, AuthorKind, Document, Module
from pipeline.store import Store
from pipeline.store.workspace import Workspace
from tests.builders import a_document, a_module
from tests.e2e_browser.served import ROOT, a_free_port, served
from tests.needs import require
from tests.ui.desk import DRAFTED

# Other tests may keep both cores busy.
expect.set_options(timeout=30_000)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(require("chromium")), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def asked_outside() -> list[str]:
    """Addresses outside this machine that the page asked for."""
    return []


@pytest.fixture
def page(browser: Browser, asked_outside: list[str]) -> Iterator[Page]:
    """A page of its own; the test fails where it asks anything outside this machine."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(30_000)
    opened = context.new_page()

    def note(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:", "ws://127.0.0.1:")):
            asked_outside.append(request.url)

    context.on("request", note)
    yield opened
    context.close()
    assert not asked_outside


def save(folder: Path, module: Module, documents: tuple[Document, ...]) -> Path:
    """A workspace with the module in it."""
    with Store.open(Workspace.create(folder)) as store:
        for document in documents:
            store.sources.add(document, "\n".join(block.text for block in document.blocks).encode())
        author = Author(kind=AuthorKind.RUN, name="embedded")
        assert store.modules.save_draft(module, author=author, at=DRAFTED)
    return folder


@pytest.fixture
def small_workspace(tmp_path: Path) -> Path:
    """A workspace with a module of six elements and no findings."""
    return save(tmp_path / "workspace", a_module(), (a_document(),))


@pytest.fixture
def small(small_workspace: Path) -> Iterator[str]:
    """The address of a server over the small workspace."""
    with served(small_workspace, a_free_port()) as address:
        yield address


@pytest.fixture
def converted_workspace(tmp_path: Path) -> Path:
    """A workspace with a sample converted by the embedded engine."""
    folder = tmp_path / "workspace"
    sample = ROOT / "samples" / "return-a-parcel.md"
    # In a process of its own: Playwright's event loop runs in this one.
    done = subprocess.run(
        [
            sys.executable, "-m", "pipeline.cli", "convert", str(sample), "-o", str(tmp_path / "packages"),
            "--workspace", str(folder),
        ],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=120,
    )
    assert done.returncode in (0, 1), done.stderr
    return folder
