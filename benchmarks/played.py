"""Every web package and question format of every sample, played in Chromium by somebody who presses only what can be seen.

SCORM runs on scorm-again with a strict run time before it, cmi5 on an LMS that refuses what the profile forbids. Three
ways: all right on a wide screen, all wrong on one of 320 px, half way and back. A table says what came of each. What is no
web package is `played_questions`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from lxml import etree
from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks import played_questions
from pipeline.config import Settings
from pipeline.domain import ItemUse, Module, QuizItem
from pipeline.wiring import build_services
from tests.e2e_browser.axe import violations
from tests.export.cmi5_lms import Cmi5Lms
from tests.export.learner import Learner, lms_with, served
from tests.export.one_page import written
from tests.needs import require

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
FORMATS = ("html", "scorm12", "scorm2004", "scorm2004-3", "cmi5")
WAYS = ("right", "wrong", "half")


@dataclass
class Play:
    """What came of one way through one package."""

    questions: int = 0
    shown: int = 0
    """Options whose reason was shown."""
    reasons: int = 0
    """Options that have one."""
    axe: int = 0
    outside: int = 0
    """Requests off the package."""
    status: str = ""
    trouble: list[str] = field(default_factory=list)
    """Breaches of the standard, complaints of the browser, a place that was lost."""


def run() -> None:
    """Prints a line a play, and how many had trouble."""
    expect.set_options(timeout=30_000)
    troubled = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(require("chromium")), args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
        )
        print(f"{'sample':26}{'format':13}{'way':7}{'questions':>10}{'reasons':>12}{'axe':>5}{'outside':>9}  status")
        for module in _drafted(Path(folder)):
            for name in FORMATS:
                for way in WAYS:
                    play = _played(browser, module, Path(folder) / f"{module.id}-{name}-{way}", name=name, way=way)
                    troubled += bool(play.trouble or play.axe or play.outside or play.shown < play.reasons)
                    print(
                        f"{Path(module.sources[0].path).name:26}{name:13}{way:7}{play.questions:>10}"
                        f"{f'{play.shown} of {play.reasons}':>12}{play.axe:>5}{play.outside:>9}  {play.status}", flush=True
                    )
                    for line in play.trouble:
                        print(f"    {line[:300]}")
            sample = Path(module.sources[0].path).name
            troubled += played_questions.report(browser, module, Path(folder), sample=sample)
        browser.close()
    print(f"plays with trouble: {troubled}")


def _drafted(folder: Path) -> Iterator[Module]:
    """The samples' modules as the embedded engine drafts them."""
    workspace = folder / "workspace"
    names = [str(path) for path in sorted(SAMPLES.iterdir()) if path.suffix in (".docx", ".pdf", ".md")]
    sources = [name for name in names if not name.endswith("README.md")]
    done = subprocess.run(
        [
            sys.executable, "-m", "pipeline.cli", "convert", *sources, "-o", str(folder / "packages"),
            "--workspace", str(workspace), "--quiet",
        ],
        check=False, capture_output=True, text=True,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"the samples were not converted: {done.stderr}")
    with build_services(Settings(workspace=workspace)) as services:
        yield from [services.store.modules.load(one.id) for one in services.store.modules.list()]


@contextmanager
def _session(browser: Browser, module: Module, folder: Path, *, name: str, width: int) -> Iterator[_Session]:
    learner = Learner(browser, width=width)
    learner.page.set_default_timeout(30_000)
    if name == "html":
        folder.mkdir()
        yield _OneFile(learner, written(module, folder / "course.html", drafts=True))
    elif name == "cmi5":
        lms_with(module, folder, standard=name, include_drafts=True)
        (folder / "back.html").write_text("<!DOCTYPE html><title>Back</title>", encoding="utf-8")
        unit = etree.parse(folder / "package" / "cmi5.xml").getroot().find("{*}au")
        assert unit is not None
        with Cmi5Lms(folder, str(unit.get("id")), mastery=float(str(unit.get("masteryScore")))).open() as lms:
            yield _Cmi5(learner, lms)
    else:
        with served(lms_with(module, folder, standard=name, include_drafts=True)) as origin:
            yield _Scorm(learner, origin, page="index.html" if name == "scorm12" else "index2004.html")
    learner.context.close()


class _Session(ABC):
    """How a package is opened and left, and what is known of it then."""

    def __init__(self, learner: Learner) -> None:
        self.learner = learner

    @abstractmethod
    def opens(self) -> None:
        """Opens the package as a learner does."""

    @abstractmethod
    def leaves(self) -> tuple[str, list[str]]:
        """What was recorded, in words, and what was wrong."""


class _OneFile(_Session):
    def __init__(self, learner: Learner, path: Path) -> None:
        super().__init__(learner)
        self._path = path

    def opens(self) -> None:
        self.learner.opens_file(self._path)

    def leaves(self) -> tuple[str, list[str]]:
        said = self.learner.main.locator(".verdict").first.inner_text() if self._is_over() else "left"
        self.learner.page.goto("about:blank")
        return said, []

    def _is_over(self) -> bool:
        return self.learner.heading.inner_text() == "Your result"


class _Scorm(_Session):
    def __init__(self, learner: Learner, origin: str, *, page: str) -> None:
        super().__init__(learner)
        self._origin, self._page = origin, page

    def opens(self) -> None:
        self.learner.opens_lms(self._origin, page=self._page)

    def leaves(self) -> tuple[str, list[str]]:
        kept = self.learner.leaves(self._origin)
        cmi = kept["again"]["cmi"]
        core = cmi.get("core", cmi)
        statuses = [core.get(one) for one in ("lesson_status", "completion_status", "success_status")]
        score = core["score"].get("raw")
        length = len(kept["data"].get("cmi.suspend_data", ""))
        return f"{'/'.join(filter(None, statuses))} {score or '-'} (state {length})", [str(one) for one in kept["breaches"]]


class _Cmi5(_Session):
    def __init__(self, learner: Learner, lms: Cmi5Lms) -> None:
        super().__init__(learner)
        self._lms = lms

    def opens(self) -> None:
        self.learner.page.goto(self._lms.launch())
        self.learner.course = self.learner.page
        expect(self.learner.heading).to_be_visible()

    def leaves(self) -> tuple[str, list[str]]:
        self.learner.page.goto(f"{self._lms.origin}/back.html")
        if not self._lms.ended.wait(20):
            return "", ["the session never ended"]
        said = [verb for verb in dict.fromkeys(self._lms.said()) if verb in ("completed", "passed", "failed")]
        scores = [one["result"]["score"]["raw"] for one in self._lms.statements if "score" in one.get("result", {})]
        return f"{'/'.join(said) or 'incomplete'} {max(scores, default='-')}", list(self._lms.breaches)


def _played(browser: Browser, module: Module, folder: Path, *, name: str, way: str) -> Play:
    play = Play()
    with _session(browser, module, folder, name=name, width=320 if way == "wrong" else 1100) as session:
        learner = session.learner
        session.opens()
        test = [item for item in module.items if item.use is ItemUse.TEST]
        play.axe += _axe(learner)
        if way == "half":
            play.status = _half(session, test, play)
        else:
            _practises(learner, module, play, is_right=way == "right")
            learner.main.get_by_role("button", name="Start the test").click()
            _answers(learner, test, is_right=way == "right", submits=True)
        play.questions += len(test)
        cards = [(item, learner.main.locator(f"[id='x-{item.id}']").inner_text()) for item in test]
        for item, text in cards:
            _count(play, item, text)
        play.axe += _axe(learner)
        said, wrong = session.leaves()
        play.status = f"{play.status}{said}"
        play.trouble += wrong
        play.trouble += [line for line in learner.complaints if "404" not in line]
        play.outside = len([url for url in learner.requests if not url.startswith(("http://127.0.0.1:", "file:", "data:", "about:"))])
    return play


def _practises(learner: Learner, module: Module, play: Play, *, is_right: bool) -> None:
    """From the start through every lesson and story to the test, with all practice on the way."""
    by_id = {item.id: item for item in module.items}
    learner.presses("Begin")
    while learner.heading.inner_text() != "Test":
        for card in learner.main.locator("section.card.practice").all():
            item = by_id[str(card.get_attribute("data-section"))]
            learner.answers(item, right=is_right, box=card)
            card.get_by_role("button", name="Check answer").click()
            if not is_right:
                card.get_by_role("button", name="Show the answer").click()
            _count(play, item, card.inner_text())
            play.questions += 1
        if learner.main.locator("section.card.practice").count():
            play.axe += _axe(learner)
        before = learner.heading.inner_text()
        learner.main.locator("a.next").click()
        expect(learner.heading).not_to_have_text(before)


def _half(session: _Session, test: Sequence[QuizItem], play: Play) -> str:
    """Half of the test, away and back, and the other half; what was recorded in between."""
    learner = session.learner
    learner.presses("Test")
    learner.main.get_by_role("button", name="Start the test").click()
    half = len(test) // 2
    _answers(learner, test[:half], is_right=True, submits=False, of=len(test))
    said, wrong = session.leaves()
    play.trouble += wrong
    session.opens()
    try:
        # What was kept comes from a server with cmi5: until then the page shows its title.
        expect(learner.heading).to_have_text(f"Question {half + 1} of {len(test)}", timeout=8_000)
    except AssertionError:
        play.trouble.append(f"came back at {learner.heading.inner_text()!r}")
    play.axe += _axe(learner)
    _answers(learner, test[half:], is_right=True, submits=True, first=half + 1, of=len(test))
    return f"{said} → "


def _answers(
    learner: Learner, items: Sequence[QuizItem], *, is_right: bool, submits: bool, first: int = 1, of: int | None = None
) -> None:
    total = of or len(items)
    for number, item in enumerate(items, start=first):
        expect(learner.heading).to_have_text(f"Question {number} of {total}")
        learner.answers(item, right=is_right)
        learner.main.locator("a.next").click()
    if submits:
        learner.main.get_by_role("button", name="Submit the test").click()
        expect(learner.heading).to_have_text("Your result")


def _count(play: Play, item: QuizItem, text: str) -> None:
    """Which reasons of the item stand in the text."""
    reasons = [option.feedback for option in item.options if option.feedback.strip()]
    plain = " ".join(text.split())
    play.reasons += len(reasons)
    play.shown += sum(" ".join(one.split()) in plain for one in reasons)


def _axe(learner: Learner) -> int:
    frames = learner.page.frames
    found = violations(cast(Page, frames[-1] if len(frames) > 1 else learner.page))
    for line in found:
        print(f"    axe: {json.dumps(line)[:200]}")
    return len(found)
