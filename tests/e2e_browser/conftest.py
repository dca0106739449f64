"""A real Chromium, a page that counts what it asks the outside world for, and drafted workspaces.

What the tests of a file can share they share: to start the app takes it five seconds, and a browser with an empty cache
two to read its scripts.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect, sync_playwright

from pipeline.domain import Author, AuthorKind, Document, Module, Status
from pipeline.store import Store
from tests.builders import a_document, a_module
from tests.databases import a_ready_workspace
from tests.e2e_browser.served import ROOT, a_free_port, served
from tests.needs import require
from tests.ui.desk import DRAFTED

# Other tests may keep both cores busy.
expect.set_options(timeout=30_000)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(require("chromium")), args=FLAGS)
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
        context.set_default_timeout(30_000)
        yield context
        chromium.close()


@pytest.fixture
def asked_outside() -> list[str]:
    """Addresses outside this machine that the page asked for."""
    return []


@pytest.fixture
def page(browser: BrowserContext, asked_outside: list[str]) -> Iterator[Page]:
    """A page of its own; the test fails where it asks anything outside this machine."""

    def note(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:", "ws://127.0.0.1:")):
            asked_outside.append(request.url)

    browser.on("request", note)
    yield browser.new_page()
    for opened in browser.pages:
        opened.close()
    browser.remove_listener("request", note)
    assert not asked_outside


def save(folder: Path, module: Module, documents: tuple[Document, ...]) -> Path:
    """A workspace with the module in it."""
    with Store.open(a_ready_workspace(folder)) as store:
        _save(store, module, documents)
    return folder


def _save(store: Store, module: Module, documents: tuple[Document, ...]) -> None:
    for document in documents:
        store.sources.add(document, "\n".join(block.text for block in document.blocks).encode())
    author = Author(kind=AuthorKind.RUN, name="embedded")
    assert store.modules.save_draft(module, author=author, at=DRAFTED)


@dataclass(frozen=True)
class Small:
    """A module of six elements without findings."""

    module: str
    store: Store
    review: str
    """Address of its review."""

    def approved(self) -> list[str]:
        """The elements that are approved."""
        return [one.id for one in self.store.modules.load(self.module).elements() if one.status is Status.APPROVED]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, str]]:
    """An empty workspace's store, and the address of a server over it."""
    workspace = a_ready_workspace(tmp_path_factory.mktemp("shared"))
    with Store.open(workspace) as store, served(workspace.root, a_free_port()) as address:
        yield store, address


@pytest.fixture
def small(shared: tuple[Store, str]) -> Small:
    """A module of the test's own, on the server that the file's tests share."""
    store, address = shared
    module = a_module(id=f"m-{len(store.modules.list())}")
    _save(store, module, (a_document(),))
    return Small(module.id, store, f"{address}/review?module={module.id}")


@pytest.fixture
def converted_workspace(tmp_path: Path) -> Path:
    """A workspace with the first sections of a sample converted by the embedded engine: some ten elements."""
    text = (ROOT / "samples" / "return-a-parcel.md").read_text(encoding="utf-8")
    sample = tmp_path / "return-a-parcel.md"
    sample.write_text(text.partition("## Before you start")[0], encoding="utf-8")
    return converted(tmp_path, sample)


def converted(tmp_path: Path, sample: Path) -> Path:
    """A workspace with the sample converted; in a process of its own, since Playwright's event loop runs in this one."""
    folder = tmp_path / "workspace"
    done = subprocess.run(
        [
            sys.executable, "-m", "pipeline.cli", "convert", str(sample), "-o", str(tmp_path / "packages"),
            "--workspace", str(folder),
        ],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=120,
    )
    assert done.returncode in (0, 1), done.stderr
    return folder
