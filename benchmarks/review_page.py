"""What a person at a browser waits for: times are taken inside the page, from the press to what it changed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, Page

from benchmarks.review_module import Subject

# The guard lets nobody approve what has not been on the screen for 0.6 s.
_LOOK_MS = 800
_LIMIT_MS = 60_000

# Watches the page from its first byte. `ready`: everything drawn and the script at rest, and so for 300 ms.
# `asked`, `text`, `picture`: when the last decision was asked for, and when the next element's text and the picture
# of its evidence stood there; `bare`: it has none that could be shown.
_WATCH = """
window.bench = {ready: null, since: null, asked: null, from: null, next: null, text: null, picture: null, bare: false};
const bench = window.bench, TEXTS = %(texts)s;
window.shown = () => document.querySelector(".s2m-kicker[data-element]")?.dataset.element ?? null;
window.idle = () =>
  document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
  && !document.querySelector("[data-testid=stSkeleton]");
const drawn = () => %(drawn)s;
setInterval(() => {
  if (bench.ready !== null) return;
  if (!(idle() && drawn())) { bench.since = null; return; }
  bench.since ??= performance.now();
  if (performance.now() - bench.since > 300) bench.ready = bench.since;
}, 10);
const ask = () => { Object.assign(bench, {
  asked: performance.now(), from: shown(), next: null, text: null, picture: null, bare: false}); };
const letters = (text) => text.replace(/[^\\p{L}]/gu, "");
const pictured = (id) => {
  const images = [...document.querySelectorAll(`.s2m-page[data-element="${id}"] img`)];
  return images.length > 0 && images.every((one) => one.complete && one.naturalWidth > 0);
};
const look = () => {
  if (bench.asked === null || bench.picture !== null) return;
  const now = shown();
  if (now === null || now === bench.from) return;
  if (bench.text === null) {
    const main = document.querySelector("[data-testid=stMain]");
    if (!main || !letters(main.textContent).includes(TEXTS[now] ?? "?")) return;
    bench.next = now;
    bench.text = performance.now();
  }
  if (pictured(bench.next)) bench.picture = performance.now();
  bench.bare = document.querySelector(`.s2m-nopage[data-element="${bench.next}"]`) !== null;
};
document.addEventListener("keydown", (event) => { if (event.key === "a") ask(); }, true);
document.addEventListener("click", (event) => {
  if (event.target.closest("button")?.textContent.trim().startsWith("Approve")) ask();
}, true);
document.addEventListener("load", look, true);
document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true, attributes: true});
});
"""
_OURS_DRAWN = """shown() !== null && [...document.querySelectorAll("button")].some(
  (one) => one.textContent.trim().startsWith("Approve"))"""
_NAIVE_DRAWN = """[...document.querySelectorAll("[data-testid=stButton] button")].length >= %d"""

# The naive page: from the click to the line that says the element is approved, and all at rest again.
_NAIVE_APPROVAL = """async (number) => {
  const button = [...document.querySelectorAll("[data-testid=stButton] button")].at(number);
  const count = () => [...document.querySelectorAll("[data-testid=stMarkdown]")].filter(
    (one) => one.textContent.endsWith("is approved")).length;
  const before = count(), began = performance.now();
  button.click();
  while (count() <= before) {
    await new Promise((go) => setTimeout(go, 5));
    if (performance.now() - began > 60000) throw new Error("it was not approved");
  }
  return performance.now() - began;
}"""


@dataclass
class Waits:
    """Milliseconds that decisions took, in the order in which they were made."""

    text: list[float] = field(default_factory=list)
    picture: list[float] = field(default_factory=list)
    without_picture: int = 0
    refused: int = 0
    """Presses after which the same element stood there still: the next one is taken by hand."""


@dataclass
class Reviewer:
    """Somebody at a browser of their own with an empty cache."""

    context: BrowserContext
    page: Page
    ready_ms: float
    """From navigation until all was drawn and at rest."""

    @classmethod
    async def sits_down(cls, browser: Browser, address: str, subject: Subject, element: str, name: str) -> Reviewer:
        """Opens the element's review."""
        context, page = await _opened(browser, _OURS_DRAWN, subject)
        await page.goto(f"{address}/review?module={subject.module}&element={element}")
        reviewer = cls(context, page, await _ready(page))
        named = page.get_by_role("textbox", name="Your name")
        if await named.count():
            await named.fill(name)
            await named.press("Enter")
            await page.mouse.click(700, 5)  # out of the field, where letters are letters
            await reviewer.rests()
        return reviewer

    async def rests(self) -> None:
        """Waits until the script is at rest."""
        await self.page.wait_for_function("idle()", timeout=_LIMIT_MS)

    async def decides(self, times: int, *, way: Literal["key", "mouse"], pictures: bool, think_ms: int = 0) -> Waits:
        """Approves so many elements one after the other, each looked at for as long as the guard asks."""
        waits = Waits()
        for _ in range(times):
            await self.page.wait_for_timeout(max(_LOOK_MS, think_ms))
            found = await self._approve(way, pictures=pictures)
            if found["text"] is None:
                waits.refused += 1
                await self.page.keyboard.press("j")
                await self.rests()
                continue
            waits.text.append(found["text"] - found["asked"])
            if found["picture"] is None:
                waits.without_picture += 1
            else:
                waits.picture.append(found["picture"] - found["asked"])
            await self.rests()
        return waits

    async def _approve(self, way: Literal["key", "mouse"], *, pictures: bool) -> dict[str, Any]:
        await self.rests()
        button = self.page.get_by_role("button", name="Approve").first
        await button.wait_for(timeout=_LIMIT_MS)
        if way == "key":
            await self.page.keyboard.press("a")
        else:
            await button.click()
        await self._until("text", 10_000)
        if pictures:
            await self._until("picture", 5_000)
        found: dict[str, Any] = await self.page.evaluate("window.bench")
        return found

    async def _until(self, what: str, limit_ms: int) -> None:
        # Looked at rarely: what is measured is taken by the page itself.
        for _ in range(limit_ms // 100):
            if await self.page.evaluate(f"window.bench.{what} !== null || window.bench.bare"):
                return
            await self.page.wait_for_timeout(100)


async def opens_naive(browser: Browser, address: str, subject: Subject) -> tuple[Page, float]:
    """The naive page and the milliseconds until it is drawn and at rest."""
    _, page = await _opened(browser, _NAIVE_DRAWN % len(subject.texts), subject)
    await page.goto(f"{address}/?module={subject.module}")
    return page, await _ready(page)


async def naive_approvals(page: Page, times: int, *, skip: int = 0) -> list[float]:
    """Milliseconds from each click to the words that it is approved, all but the last `skip` elements, backwards."""
    waits = []
    for number in range(skip, skip + times):
        # Those at the end: what our page has approved stands at the front.
        waits.append(float(await page.evaluate(_NAIVE_APPROVAL, -1 - number)))
        await page.wait_for_function("idle()", timeout=_LIMIT_MS)
    return waits


async def _opened(browser: Browser, drawn: str, subject: Subject) -> tuple[BrowserContext, Page]:
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(_LIMIT_MS)
    await page.add_init_script(_WATCH % {"texts": json.dumps(subject.texts), "drawn": drawn})
    return context, page


async def _ready(page: Page) -> float:
    await page.wait_for_function("window.bench?.ready !== null", timeout=_LIMIT_MS, polling=100)
    return float(await page.evaluate("window.bench.ready"))
