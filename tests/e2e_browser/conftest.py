"""A real Chromium, a page that counts what it asks the outside world for, and drafted workspaces.

What tests can share they share, files too: to start the app takes it five seconds, and a browser with an empty cache two
to read its scripts. On the shared server each test has a module of its own.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from pipeline.domain import Author, AuthorKind, Document, Module, Status
from pipeline.store import Store
from tests.browsers import Chromium
from tests.builders import a_document, a_module
from tests.databases import a_ready_workspace
from tests.e2e_browser.served import ROOT, a_free_port, served
from tests.ui.desk import DRAFTED

# Other tests may keep both cores busy.
expect.set_options(timeout=30_000)


@dataclass
class Window:
    """A reviewer's browser, with one cache for all files; what it keeps for a server is forgotten after each of them."""

    context: BrowserContext | None = None
    origins: set[str] = field(default_factory=set)

    def of(self, browser: Browser) -> BrowserContext:
        """The window in that browser."""
        if self.context is None or self.context.browser is not browser:
            self.context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
            self.context.set_default_timeout(30_000)
        return self.context

    def forget(self) -> None:
        """Names, keys, typed words and cookies: all but the scripts it has read."""
        assert self.context is not None
        page = self.context.new_page()
        told = self.context.new_cdp_session(page)
        for origin in self.origins:
            wanted = {"origin": origin, "storageTypes": "cookies,local_storage,indexeddb"}
            told.send("Storage.clearDataForOrigin", wanted)
        page.close()
        self.origins.clear()


@pytest.fixture(scope="session")
def window() -> Window:
    return Window()


@pytest.fixture(scope="module")
def browser(chromium: Chromium, window: Window) -> Iterator[BrowserContext]:
    with chromium.lent() as lent:
        yield window.of(lent)
        window.forget()


@pytest.fixture
def asked_outside() -> list[str]:
    """Addresses outside this machine that the page asked for."""
    return []


@pytest.fixture
def page(browser: BrowserContext, window: Window, asked_outside: list[str]) -> Iterator[Page]:
    """A page of its own; the test fails where it asks anything outside this machine."""

    def note(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:", "ws://127.0.0.1:")):
            asked_outside.append(request.url)

    browser.on("request", note)
    yield browser.new_page()
    for opened in browser.pages:
        window.origins.add("{0.scheme}://{0.netloc}".format(urlsplit(opened.url)))
        opened.close()
    browser.remove_listener("request", note)
    assert not asked_outside


def save_in(store: Store, module: Module, documents: tuple[Document, ...]) -> None:
    """Saves the drafted module and the documents it is from."""
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


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, str]]:
    """The store of a workspace in which other tests work, too, and the address of a server over it."""
    with _served_store(tmp_path_factory.mktemp("shared")) as made:
        yield made


@pytest.fixture(scope="module")
def unshared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, str]]:
    """An empty workspace's store, and the address of a server over it, for one file: it looks at every screen."""
    with _served_store(tmp_path_factory.mktemp("unshared")) as made:
        yield made


@contextmanager
def _served_store(folder: Path) -> Iterator[tuple[Store, str]]:
    workspace = a_ready_workspace(folder / "workspace")
    with Store.open(workspace) as store, served(workspace.root, a_free_port()) as address:
        yield store, address


@pytest.fixture
def small(shared: tuple[Store, str]) -> Small:
    """A module of the test's own, on the shared server."""
    store, address = shared
    module = a_module(id=f"m-{len(store.modules.list())}")
    save_in(store, module, (a_document(),))
    return Small(module.id, store, f"{address}/review?module={module.id}")


def convert(samples: Sequence[Path], store: Store, packages: Path) -> tuple[Module, ...]:
    """The modules that the embedded engine makes of the samples, in their order, in the store; converted in a process of
    its own, since Playwright's event loop runs in this one."""
    before = {one.id for one in store.modules.list()}
    done = subprocess.run(
        [
            sys.executable, "-m", "pipeline.cli", "convert", *map(str, samples), "-o", str(packages),
            "--workspace", str(store.workspace.root),
        ],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=120,
    )
    assert done.returncode in (0, 1), done.stderr
    made = [store.modules.load(one.id) for one in store.modules.list() if one.id not in before]
    return tuple(
        next(module for module in made if Path(module.sources[0].path).name == sample.name) for sample in samples
    )
