"""A learner before a QTI item in Citolab's player: chooses, types, and carries things about with the keyboard.

In: an item's XML and the question it was made from. Out: what the player made of the answer. Nothing is told to the
player's own objects but by what a person presses; its host's button "Check" asks it to score, as every delivery
system's does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from playwright.sync_api import Browser, Locator, Page

from pipeline.domain import ItemType, NumericAnswer, QuizItem
from pipeline.export.qti_item import identifiers
from tests.needs import require

CHOICES = (ItemType.SINGLE, ItemType.TRUE_FALSE, ItemType.MULTIPLE)
_HOST = """<!DOCTYPE html><html lang="en"><title>An item</title><style>main > button { padding: 1em }</style>
<main><h1>An item</h1><div id="item"></div><button>Check</button></main></html>"""
_SHOW = """async xml => {
  const place = document.querySelector("#item");
  place.replaceChildren(QtiComponents.qtiTransformItem().parse(xml).htmlDoc());
  const item = document.querySelector("qti-assessment-item");
  document.querySelector("button").onclick = () => item.processResponse();
  await item.updateComplete;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
_TOLD = """async () => {
  const item = document.querySelector("qti-assessment-item");
  await item.updateComplete;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const all = [...document.querySelectorAll("qti-modal-feedback, qti-feedback-inline")];
  const told = Object.fromEntries(item.variables.map((one) => [one.identifier, one.value]));
  const shown = all.filter((one) => one.showStatus === "on").map((one) => one.textContent.trim());
  return { score: Number(told.SCORE), most: Number(told.MAXSCORE), shown };
}"""
_HOVERED = """() => {
  const within = document.querySelector("qti-order-interaction, qti-match-interaction");
  const found = within.querySelector("[hover]") || within.shadowRoot.querySelector("[hover]");
  return found && found.getAttribute("identifier");
}"""


class Played(NamedTuple):
    """What the player made of an answer."""

    score: float
    most: float
    shown: list[str]
    """The feedback that is seen, a text a piece."""


class QtiPlayer:
    """A page with the player on it."""

    def __init__(self, browser: Browser) -> None:
        self.page: Page = browser.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.set_content(_HOST)
        self.page.add_script_tag(path=str(require("qti-player") / "cdn" / "index.global.js"))

    def shows(self, xml: str) -> None:
        """Puts the item on the page, unanswered."""
        self.page.evaluate(_SHOW, xml)

    def checks(self) -> Played:
        """Presses the host's button."""
        self.page.get_by_role("button", name="Check", exact=True).click()
        return Played(**self.page.evaluate(_TOLD))

    def plays(self, xml: str, item: QuizItem, *, right: bool, option: str | None = None) -> Played:
        """Answers like a learner who sees the item; `option` is chosen where it is named."""
        self.shows(xml)
        if item.type in CHOICES:
            self._chooses(item, right=right, option=option)
        elif item.type is ItemType.ORDER:
            self._orders(item, right=right)
        elif item.type is ItemType.MATCH:
            self._matches(item, right=right)
        else:
            self._types(answers_typed(item, right=right))
        return self.checks()

    def _chooses(self, item: QuizItem, *, right: bool, option: str | None) -> None:
        names = _names(item)
        for one in chosen(item, right=right, option=option):
            self.page.locator(f'qti-simple-choice[identifier="{names[one]}"]').click()

    def types(self, xml: str, *texts: str) -> Played:
        """Types a text into each field."""
        self.shows(xml)
        self._types(texts)
        return self.checks()

    def _types(self, texts: Sequence[str]) -> None:
        fields = self.page.locator("qti-text-entry-interaction input")
        assert fields.count() == len(texts)
        for number, text in enumerate(texts):
            fields.nth(number).press_sequentially(text)

    def _orders(self, item: QuizItem, *, right: bool) -> None:
        assert isinstance(item.answer, tuple)
        order = [_names(item)[str(one)] for one in item.answer]
        for place, name in enumerate(order if right else order[::-1]):
            self._carries(self.page.locator(f'qti-simple-choice[identifier="{name}"]').first, f"droplist{place}")

    def _matches(self, item: QuizItem, *, right: bool) -> None:
        assert isinstance(item.answer, tuple)
        pairs = [(str(one[0]), str(one[1])) for one in item.answer]
        targets = {text: f"T{number}_" for number, text in enumerate(dict.fromkeys(text for _, text in pairs), 1)}
        for at, (name, text) in enumerate(pairs):
            others = [target for target in targets.values() if target != targets[text]]
            target = targets[text] if right or at or not others else others[0]
            entry = self.page.locator(f'qti-simple-associable-choice[identifier="{_names(item)[name]}"]').first
            self._carries(entry, target)

    def _carries(self, what: Locator, target: str) -> None:
        """Takes it up with the space bar, goes to the place with the arrow keys, puts it down."""
        what.focus()
        self.page.keyboard.press("Space")
        first = at = self.page.evaluate(_HOVERED)
        while at != target:
            self.page.keyboard.press("ArrowDown")
            at = self.page.evaluate(_HOVERED)
            assert at != first, f"the arrow keys never come to {target}"
        self.page.keyboard.press("Space")


def chosen(item: QuizItem, *, right: bool, option: str | None = None) -> list[str]:
    """Ids of the options that are chosen: the one that is named, else all or the first that are right, or wrong."""
    wanted = [one.id for one in item.options if (one.id == option if option else one.correct == right)]
    return wanted if item.type is ItemType.MULTIPLE else wanted[:1]


def answers_typed(item: QuizItem, *, right: bool) -> list[str]:
    """A text a field; right ones at the edge of what is accepted, whatever their case."""
    if isinstance(item.answer, NumericAnswer):
        return [f"{item.answer.value + item.answer.tolerance:g}" if right else "37"]
    texts = [entry if isinstance(entry, str) else entry[-1] for entry in item.answer or ()]
    if not right:
        return ["37"] * (1 if item.type is ItemType.SHORT else len(texts))
    return [texts[-1].upper()] if item.type is ItemType.SHORT else [text.lower() for text in texts]


def _names(item: QuizItem) -> dict[str, str]:
    return identifiers([one.id for one in item.options], prefix="C")
