"""A learner in a real browser, who presses only what can be seen, and a small web server with an LMS on it.

The LMS is scorm-again with a strict run time before it: every call of the course goes to both.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from pipeline.domain import ItemType, ItemUse, Module, NumericAnswer, QuizItem
from pipeline.export import EXPORTERS, select
from tests.needs import require

LMS = Path(__file__).parent / "lms"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on a free local port."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def lms_with(module: Module, folder: Path, *, include_drafts: bool = False, standard: str = "scorm12") -> Path:
    """A folder with the LMS and the module's package unzipped in it."""
    shutil.copytree(LMS, folder, dirs_exist_ok=True)
    if standard.startswith("scorm") and not (folder / "scorm-again").exists():
        (folder / "scorm-again").symlink_to(require("scorm-again") / "dist")
    zip_path = folder / "package.zip"
    EXPORTERS.get(standard).write(select(module, include_drafts=include_drafts), zip_path)
    shutil.rmtree(folder / "package", ignore_errors=True)
    with zipfile.ZipFile(zip_path) as archive:
        archive.extractall(folder / "package")
    return folder


class Learner:
    """Somebody who takes a course; `close` tells whether the page behaved."""

    def __init__(self, browser: Browser, *, width: int = 1100) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(8000)
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.course: Page | FrameLocator = self.page

    # --- coming and going

    def opens_file(self, path: Path, address: str = "") -> None:
        self.page.goto(f"{path.as_uri()}{address}")
        self.course = self.page

    def opens_lms(self, origin: str, query: str = "", *, page: str = "index.html") -> None:
        self.page.goto(f"{origin}/{page}{query}")
        self.course = self.page.frame_locator("iframe").frame_locator("iframe")
        expect(self.heading).to_be_visible()

    def leaves(self, origin: str) -> dict[str, Any]:
        """Closes the course, and says what the LMS has kept."""
        self.page.goto(f"{origin}/gone.html")
        kept: dict[str, Any] = self.page.evaluate("JSON.parse(localStorage.getItem('lms'))")
        return kept

    def recorded(self) -> dict[str, Any]:
        """What the LMS has been told so far."""
        told: dict[str, Any] = self.page.evaluate("window.lms")
        return told

    # --- looking

    @property
    def heading(self) -> Locator:
        return self.course.locator("main h1")

    @property
    def main(self) -> Locator:
        return self.course.locator("main")

    # --- doing

    def presses(self, name: str) -> None:
        """Presses a visible button or link whose label starts with the words."""
        found = self.course.get_by_role("button", name=name).or_(self.course.get_by_role("link", name=name))
        found.locator("visible=true").first.click()
        # A link changes the address first, and the page when that is told: whoever closes it at once stays where they were.
        self.course.locator("body").evaluate("() => new Promise((go) => requestAnimationFrame(() => setTimeout(go)))")

    def goes_through_to_the_test(self, module: Module) -> None:
        self.presses("Begin")
        for _ in range(len(module.lessons) + len(module.scenarios) - 1):
            self.presses("Next:")
        self.presses("Next: Test")
        expect(self.heading).to_have_text("Test")

    def answers(self, item: QuizItem, *, right: bool, box: Locator | None = None) -> None:
        """Answers an item where it is shown."""
        _ANSWERS[item.type](box or self.main, item, right)

    def hands_in_nothing(self, count: int) -> None:
        """Goes through the test of so many questions without an answer."""
        self.presses("Test")
        self.presses("Start the test")
        for number in range(1, count + 1):
            self.presses("Check your answers" if number == count else "Next question")
        expect(self.main).to_contain_text(f"Questions without an answer: {count}.")
        self.presses("Submit the test")

    def takes_the_test(self, module: Module, *, right: bool, button: str = "Start the test") -> None:
        self.presses(button)
        items = [item for item in module.items if item.use is ItemUse.TEST]
        for number, item in enumerate(items, start=1):
            expect(self.heading).to_have_text(f"Question {number} of {len(items)}")
            self.answers(item, right=right)
            self.presses("Check your answers" if number == len(items) else "Next question")
        self.presses("Submit the test")
        expect(self.heading).to_have_text("Your result")


def _choose(box: Locator, item: QuizItem, right: bool) -> None:
    many = item.type is ItemType.MULTIPLE
    wanted = [option for option in item.options if option.correct is right]
    for option in wanted if many else wanted[:1]:
        box.get_by_role("checkbox" if many else "radio", name=option.text, exact=True).check()


def _arrange(box: Locator, item: QuizItem, right: bool) -> None:
    if not right:
        box.get_by_role("button", name="The order is right as it stands").click()
        return
    texts = {option.id: option.text for option in item.options}
    assert isinstance(item.answer, tuple)
    wanted = [texts[str(entry)] for entry in item.answer]
    for target, text in enumerate(wanted):
        shown = box.locator("ol.order > li > .words").all_inner_texts()
        for _ in range(shown.index(text) - target):
            box.get_by_role("button", name=f"Move up: {text}", exact=True).click()


def _match(box: Locator, item: QuizItem, right: bool) -> None:
    assert isinstance(item.answer, tuple)
    targets = {str(pair[0]): str(pair[1]) for pair in item.answer}
    others = sorted(set(targets.values()))
    for option in item.options:
        target = targets[option.id]
        label = target if right else next(other for other in others if other != target)
        box.get_by_label(option.text, exact=True).select_option(label=label)


def _fill_blanks(box: Locator, item: QuizItem, right: bool) -> None:
    assert isinstance(item.answer, tuple)
    for number, accepted in enumerate(item.answer, start=1):
        first = accepted if isinstance(accepted, str) else accepted[0]
        box.get_by_label(f"Blank {number}", exact=True).fill(f" {first.lower()} " if right else "something else")


def _write(box: Locator, item: QuizItem, right: bool) -> None:
    if isinstance(item.answer, NumericAnswer):
        text = f"{item.answer.value:g}" if right else "7"
        box.get_by_label("Your answer, as a number").fill(text)
        return
    assert isinstance(item.answer, tuple)
    box.get_by_label("Your answer", exact=True).fill(str(item.answer[0]) if right else "nobody")


_ANSWERS = {
    ItemType.SINGLE: _choose,
    ItemType.TRUE_FALSE: _choose,
    ItemType.MULTIPLE: _choose,
    ItemType.ORDER: _arrange,
    ItemType.MATCH: _match,
    ItemType.CLOZE: _fill_blanks,
    ItemType.NUMERIC: _write,
    ItemType.SHORT: _write,
}
