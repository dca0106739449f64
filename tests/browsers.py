"""One Chromium for the session, lent to a test file at a time.

To start Playwright's driver and a browser takes over a second, two dozen files need them, and a browser that has read the
scripts of the screens once has them ready.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.needs import require

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


class Chromium:
    """A browser that stays open between the files that borrow it."""

    def __init__(self) -> None:
        from playwright.sync_api import sync_playwright

        executable = require("chromium")
        self._playwright = sync_playwright().start()
        # Playwright's loop counts as running in this thread from now on.
        self._loop = asyncio.get_running_loop()
        self._executable = str(executable)
        self._browser = self._launch()
        asyncio._set_running_loop(None)

    def _launch(self) -> Browser:
        return self._playwright.chromium.launch(executable_path=self._executable, args=list(FLAGS))

    @contextmanager
    def lent(self) -> Iterator[Browser]:
        """The browser; only while it is lent can no other event loop run in this thread."""
        asyncio._set_running_loop(self._loop)
        try:
            if not self._browser.is_connected():
                self._browser = self._launch()
            yield self._browser
        finally:
            asyncio._set_running_loop(None)

    def close(self) -> None:
        asyncio._set_running_loop(self._loop)
        self._browser.close()
        self._playwright.stop()
        asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The session's browser."""
    made = Chromium()
    yield made
    made.close()
