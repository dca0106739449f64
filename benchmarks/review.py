"""Review of a module of 500 elements in a real Chromium on this machine, beside a naive page with all of them on it."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from benchmarks import review_sme
from benchmarks.review_module import Subject, subject
from benchmarks.review_page import Reviewer, Waits, naive_approvals, opens_naive
from benchmarks.review_server import Server, naive, ours
from benchmarks.review_wire import Wire
from tests.needs import chromium_path

OPENINGS, DECISIONS, REVIEWERS, DECISIONS_EACH, THINK_MS = 5, 60, 10, 12, 1000
# Ten naive pages would hold six gigabytes in the browsers.
NAIVE_OPENINGS, NAIVE_APPROVALS, NAIVE_REVIEWERS = 2, 6, 2
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@dataclass(frozen=True)
class Line:
    """One figure beside its mark."""

    what: str
    ours: str
    mark: str
    naive: str = ""


def run() -> None:
    """Prints a table: what, ours, mark, naive page."""
    chromium = chromium_path()
    if chromium is None:
        raise SystemExit("error: no Chromium: run `python -m tests.needs`")
    with tempfile.TemporaryDirectory() as folder:
        reviewed = subject(Path(folder))
        before = os.getloadavg()[0]
        lines = asyncio.run(_in_a_browser(chromium, reviewed))
    print_table(lines)
    print(f"{os.cpu_count()} processors for server and browsers; load when it began {before:.1f}")


async def _in_a_browser(chromium: Path, reviewed: Subject) -> list[Line]:
    async with async_playwright() as playwright:

        async def with_browser(measure: Callable[[Browser], Awaitable[list[Line]]]) -> list[Line]:
            browser = await playwright.chromium.launch(executable_path=str(chromium), args=_FLAGS)
            try:
                return await measure(browser)
            finally:
                await browser.close()

        with naive(reviewed.workspace) as server:
            beside = await with_browser(lambda browser: _naive(browser, server, reviewed))
        with ours(reviewed.workspace) as server:
            alone = await with_browser(lambda browser: _alone(browser, server, reviewed))
        sheet, files = review_sme.sent(reviewed), review_sme.word_files_ms(reviewed)
        with ours(reviewed.workspace) as server:
            looks = review_sme.over_http(server.address, sheet)
        with ours(reviewed.workspace) as server:
            together = await with_browser(lambda browser: _together(browser, server, reviewed))
        with ours(reviewed.workspace) as server:
            wired = _without_browsers(server, reviewed)
    sheets = [
        Line("fact sheet, in process", centiles(sheet.in_process_ms), "50 ms"),
        Line("fact sheet, over HTTP", centiles(looks), "50 ms"),
        Line(f"Word export of {review_sme.WORD_ELEMENTS} elements", spread(files), "1000 ms"),
    ]
    naive_figures = {line.what: line.ours for line in beside}
    return [
        Line(line.what, line.ours, line.mark, naive_figures.get(line.what, line.naive)) for line in (*alone, *together, wired, *sheets)
    ]


_INTERACTIVE = "interactive (navigation to all drawn and idle)"
_CPU = "server's processor time a decision"
_TOGETHER = f"approve to next text, {REVIEWERS} reviewers at once, {THINK_MS / 1000:.0f} s think"
_MEMORY = "server memory a session"
_BY_KEY, _BY_MOUSE = "approve to next text, key A", "approve to next text, mouse"


async def _naive(browser: Browser, server: Server, reviewed: Subject) -> list[Line]:
    ready, approvals, used = [], [], 0.0
    for number in range(NAIVE_OPENINGS):
        page, ms = await opens_naive(browser, server.address, reviewed)
        ready.append(ms)
        if number == NAIVE_OPENINGS - 1:
            before = server.cpu_ms()
            approvals = await naive_approvals(page, NAIVE_APPROVALS)
            used = (server.cpu_ms() - before) / NAIVE_APPROVALS
        await page.context.close()
    held_before = server.memory_mb()
    pages = [(await opens_naive(browser, server.address, reviewed))[0] for _ in range(NAIVE_REVIEWERS)]
    each = NAIVE_APPROVALS // NAIVE_REVIEWERS
    # One after the other of those that come before what has been approved already.
    together = await asyncio.gather(
        *(naive_approvals(page, each, skip=NAIVE_APPROVALS + number * each) for number, page in enumerate(pages))
    )
    held = (server.memory_mb() - held_before) / NAIVE_REVIEWERS
    return [
        Line(_INTERACTIVE, spread(ready), ""),
        Line(_BY_MOUSE, centiles(approvals), ""),
        Line(_CPU, f"{used:.0f} ms", ""),
        Line(_TOGETHER, f"{centiles([ms for waits in together for ms in waits])}, {NAIVE_REVIEWERS} at once", ""),
        Line(_MEMORY, f"{held:.1f} MB", ""),
    ]


async def _alone(browser: Browser, server: Server, reviewed: Subject) -> list[Line]:
    """One reviewer: openings with an empty cache, then decisions by key and by mouse."""
    ids, ready = reviewed.ids, []
    for number in range(OPENINGS):
        reviewer = await Reviewer.sits_down(browser, server.address, reviewed, ids[number * 20], "Ann")
        ready.append(reviewer.ready_ms)
        await reviewer.context.close()
    reviewer = await Reviewer.sits_down(browser, server.address, reviewed, ids[0], "Ann")
    before = server.cpu_ms()
    by_key = await reviewer.decides(DECISIONS, way="key", pictures=True)
    by_mouse = await reviewer.decides(DECISIONS, way="mouse", pictures=True)
    used = (server.cpu_ms() - before) / (2 * DECISIONS)
    await reviewer.context.close()
    pictures = by_key.picture + by_mouse.picture
    return [
        Line(_INTERACTIVE, spread(ready), "2500 ms"),
        Line(_BY_KEY, _told(by_key), "p95 250 ms"),
        Line(_BY_MOUSE, _told(by_mouse), "p95 250 ms"),
        Line(
            "approve to its evidence picture",
            centiles(pictures) + _without(by_key.without_picture + by_mouse.without_picture),
            "p95 500 ms",
        ),
        Line(_CPU, f"{used:.0f} ms", ""),
    ]


async def _together(browser: Browser, server: Server, reviewed: Subject) -> list[Line]:
    """Ten reviewers at once, each in another part of the module under a name of their own."""
    # Behind what one reviewer has decided, and before what was approved on the naive page.
    ids = reviewed.ids[len(reviewed.ids) // 3 : -2 * NAIVE_APPROVALS]
    apart = len(ids) // (REVIEWERS + 1)
    warm = await Reviewer.sits_down(browser, server.address, reviewed, ids[REVIEWERS * apart], "Warm")
    await warm.decides(3, way="key", pictures=False)
    before = server.memory_mb()
    reviewers = [
        await Reviewer.sits_down(browser, server.address, reviewed, ids[number * apart], f"Reviewer {number + 1}")
        for number in range(REVIEWERS)
    ]
    found = await asyncio.gather(
        *(one.decides(DECISIONS_EACH, way="key", pictures=False, think_ms=THINK_MS) for one in reviewers)
    )
    held = (server.memory_mb() - before) / REVIEWERS
    all_of_them = Waits(
        text=[ms for waits in found for ms in waits.text], refused=sum(waits.refused for waits in found)
    )
    for one in (warm, *reviewers):
        await one.context.close()
    return [
        Line(_TOGETHER, _told(all_of_them), "p95 700 ms"),
        Line(_MEMORY, f"{held:.1f} MB", "5 MB"),
    ]


def _without_browsers(server: Server, reviewed: Subject) -> Line:
    """What of that is the server's: the same ten, each without a browser that would want these processors, too.

    From the press until all that it changed has come, the picture with it.
    """
    # Before what the ten at browsers decided, behind what one did.
    ids = reviewed.ids[len(reviewed.ids) // 3 :]
    apart = len(ids) // (REVIEWERS + 1)

    def decides(wire: Wire) -> list[float]:
        waits = []
        for _ in range(DECISIONS_EACH):
            time.sleep(THINK_MS / 1000)
            began, before = time.perf_counter(), wire.shown
            wire.press("Approve")
            if wire.shown != before:
                waits.append((time.perf_counter() - began) * 1000)
        return waits

    with ExitStack() as open_ones, ThreadPoolExecutor(REVIEWERS) as people:
        wires = []
        for number in range(REVIEWERS):
            at = ids[number * apart + apart // 2]
            wire = open_ones.enter_context(Wire.at(server.address, "review", module=reviewed.module, element=at))
            wire.type("Your name", f"Reviewer {number + 1}")
            wires.append(wire)
        wires[0].press("Approve")  # a server's first decision loads what decisions need, here as with browsers
        waits = [ms for one in people.map(decides, wires) for ms in one]
    return Line(f"the same {REVIEWERS} without browsers: approve to all of the next element", centiles(waits), "p95 700 ms")


def _told(waits: Waits) -> str:
    return centiles(waits.text) + (f", {waits.refused} refused" if waits.refused else "")


def _without(number: int) -> str:
    return f", {number} without a picture" if number else ""


def spread(values: Sequence[float]) -> str:
    """Median and maximum, in milliseconds."""
    return f"{statistics.median(values):.0f} ms (max {max(values):.0f}, n={len(values)})" if values else "none"


def centiles(values: Sequence[float]) -> str:
    """The 50th and the 95th centile, in milliseconds."""
    if not values:
        return "none"
    ordered = sorted(values)
    # The smallest value that 95 of 100 do not exceed.
    ninety_fifth = ordered[-(-95 * len(ordered) // 100) - 1]
    return f"p50 {statistics.median(ordered):.0f}, p95 {ninety_fifth:.0f} ms (n={len(ordered)})"


def print_table(lines: Sequence[Line]) -> None:
    """One line a figure, in columns."""
    rows = [("", "ours", "mark", "naive page"), *((one.what, one.ours, one.mark, one.naive) for one in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
