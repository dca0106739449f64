"""The review screen as people meet it: the real server in its own process, and a real Chromium."""

from __future__ import annotations

import itertools
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

ROOT = Path(__file__).resolve().parents[2]


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(workspace: Path, port: int) -> subprocess.Popen[str]:
    """Runs app.py over the workspace as `sme2module review` does, and waits until it serves."""
    command = [
        sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.address=127.0.0.1",
        f"--server.port={port}", "--server.headless=true", "--browser.gatherUsageStats=false",
    ]
    # Away from the checkout: the theme must come from the file beside app.py, as it does once installed.
    environment = {**os.environ, "SME2MODULE_WORKSPACE": str(workspace), "SME2MODULE_REVIEWER": "Ann"}
    environment["PYTHONPATH"] = str(ROOT)
    log = workspace / "server.log"
    with log.open("ab") as errors:
        child = subprocess.Popen(
            command, cwd=workspace, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    assert child.stdout is not None
    for line in child.stdout:
        if "URL:" in line:
            return child
    child.wait(timeout=20)
    child.stdout.close()
    raise AssertionError(f"the server did not start: {log.read_text()}")


@contextmanager
def served(workspace: Path, port: int) -> Iterator[str]:
    """The app over the workspace, as long as the block runs; yields its address."""
    child = start(workspace, port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.wait(timeout=20)
        if child.stdout is not None:
            child.stdout.close()


# Whether the page is drawn and its script at rest, for some frames on end: a press that has only just been made is on its way.
_AT_REST = """(question) => {
  const heading = document.querySelector(".s2m h1")?.getBoundingClientRect();
  const atRest = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
    && heading?.width > 0 && heading.height > 0 && !document.querySelector("[data-testid=stSkeleton]");
  const before = window.s2mAtRest?.question === question ? window.s2mAtRest.frames : 0;
  window.s2mAtRest = {question, frames: atRest ? before + 1 : 0};
  return window.s2mAtRest.frames > 3;
}"""


class Desk:
    """The review screen in a browser."""

    _questions = itertools.count()

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def notice(self) -> str:
        return self.page.locator(".s2m-notice[role=status]").inner_text()

    def settled(self) -> None:
        """Waits until the page is drawn and the script at rest."""
        # One question, answered in the page at each frame: asked from here, each is asked at ever longer intervals.
        self.page.wait_for_function(_AT_REST, arg=next(self._questions))

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.settled()

    def button(self, label: str) -> None:
        """Clicks the button of that label."""
        self.page.get_by_role("button", name=re.compile(rf"^{re.escape(label)}( |$|\n)")).first.click()
        self.settled()

    def key(self, letter: str) -> None:
        """Presses the key once its button is there: a button that is not drawn yet has no key."""
        expect(self._keyed(letter)).to_be_enabled()
        self.page.keyboard.press(letter)
        self.settled()

    def chooses(self, label: str, option: str) -> None:
        """Chooses the option from the list of that label, which closes by itself while the rest is being drawn."""
        found = self.page.get_by_role("option", name=option, exact=True)
        for _ in range(6):
            self.settled()
            self.page.get_by_label(label, exact=True).click()
            with suppress(PlaywrightTimeout):
                found.click(timeout=3_000)
                break
        self.settled()
        expect(found).to_have_count(0)

    def opens(self, letters: str) -> Iterator[str]:
        """Presses each key in turn and yields it with what it opened on the screen; forms are closed again."""
        for letter in letters:
            self.key(letter)
            yield letter
            if self.page.evaluate("document.activeElement.matches('textarea, input')"):
                self.page.keyboard.press("Escape")  # out of the field, so that letters are keys again
            cancel = self.page.get_by_role("button", name="Cancel", exact=True)
            if cancel.count():
                cancel.first.click()
                self.settled()

    def walks(self, elements: Sequence[str]) -> Iterator[str]:
        """Goes from the first, which is on the screen, to each next one that is named, and yields it."""
        yield elements[0]
        for element in elements[1:]:
            while self.page.locator(f".s2m-kicker[data-element='{element}']").count() == 0:
                here = self.page.locator(".s2m-kicker[data-element]").get_attribute("data-element")
                self.key("j")
                expect(self.page.locator(f".s2m-kicker[data-element='{here}']")).to_have_count(0)
                self.settled()
            yield element

    def _keyed(self, letter: str) -> Locator:
        return self.page.get_by_role("button", name=re.compile(f"Shortcut {letter.upper()}$"))

    def says(self, words: str | re.Pattern[str]) -> None:
        """Waits for the notice."""
        expect(self.page.locator(".s2m-notice[role=status]")).to_contain_text(words)

    def shows(self, element: str) -> None:
        """Waits until the element is on the screen; its address may change before the screen does."""
        expect(self.page.locator(f".s2m-kicker[data-element='{element}']")).to_be_visible()
        self.settled()

    @property
    def element(self) -> str:
        """The element that the address names."""
        found = re.search(r"[?&]element=([^&]+)", self.page.url)
        assert found, self.page.url
        return found[1]

    @property
    def is_complete(self) -> bool:
        return self.page.locator(".s2m h1", has_text="Review complete").count() > 0

    def approve(self, *, by_key: bool) -> None:
        """Approves the element on the screen once it has been there long enough, and waits for the next."""
        page, here = self.page, self.element
        expect(self._keyed("a")).to_be_enabled()
        self.looked()
        if by_key:
            page.keyboard.press("a")
        else:
            self._keyed("a").click()
        expect(page.locator(f".s2m-kicker[data-element='{here}']")).to_have_count(0)
        self.says("Approved:")
        self.settled()

    def looked(self) -> None:
        """Waits until what is on the screen has been there for as long as the look-first guard asks."""
        drawn = self.page.evaluate("performance.now()")
        self.page.wait_for_function("drawn => performance.now() - drawn > 700", arg=drawn)

    def waive_errors(self) -> int:
        """Waives what holds approval back, each with a reason; how many."""
        page, waived = self.page, 0
        while page.locator(".s2m-foot", has_text="held back by").count():
            finding = page.locator(".s2m-finding.s2m-error").first
            expect(finding).to_be_visible()
            before = page.locator(".s2m-finding.s2m-error").count()
            page.get_by_role("button", name="Waive with a reason").first.click()
            field = page.get_by_label("Why may it stay as it is?")
            field.fill("The SME wants it so")
            page.get_by_role("button", name="Waive", exact=True).click()
            self.says("Finding waived")
            self.settled()
            assert page.locator(".s2m-finding.s2m-error").count() < before
            waived += 1
        return waived
