"""What counts as done in the player, what comes next, the way back, and what a narrow screen does to a text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pipeline.domain import ItemUse, Module, PartKind, Status
from tests.builders import a_lesson, a_part
from tests.e2e_browser.axe import violations
from tests.export.conftest import a_rich_module
from tests.export.learner import Learner
from tests.export.one_page import written

pytestmark = pytest.mark.browser

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def test_done_is_what_was_done_and_not_what_was_opened(learner: Learner, page_file: Path, rich_module: Module) -> None:
    first, second = (lesson.title for lesson in rich_module.lessons)
    outline = learner.course.locator("nav.outline")
    done = outline.locator("a.done")
    progress = learner.course.locator(".progress")

    learner.opens_file(page_file)
    expect(outline.locator("a:has(.dot)")).to_have_text(
        [re.compile(name) for name in (first, second, rich_module.scenarios[0].title, "Test", "Come back later")]
    )
    for address in ("#l-1", "#l-2", "#s-1"):
        learner.opens_file(page_file, address)
    learner.hands_in_nothing(8)
    expect(done).to_have_count(0)
    expect(progress).to_contain_text("0 of 4 done")
    expect(outline.get_by_role("link", name="Test")).to_have_text(re.compile("Not passed yet: 0%"))
    expect(outline.get_by_role("link", name=first)).to_have_text(re.compile("Practice left: 8"))

    steps = learner.main.locator(".next-steps")
    for told in ("Look again at", second, "Still to do in this course", first, "After 7 days", "Checklist: lock out"):
        expect(steps).to_contain_text(told)
    assert violations(learner.page) == []
    learner.opens_file(page_file, "#start")
    expect(learner.main.locator(".reached")).to_have_text(re.compile("Not passed yet.*Score: 0%"))
    expect(learner.main.locator(".big")).to_have_text(f"Continue: {first}")

    learner.presses("Continue")
    for item in rich_module.items:
        if item.use is ItemUse.PRACTICE:
            box = learner.course.locator(f"[id='x-{item.id}']")
            learner.answers(item, right=False, box=box)
            box.get_by_role("button", name="Check answer").click()
    expect(done).to_have_text([re.compile(first)])
    learner.presses("Next:")
    learner.presses("Next:")
    expect(done).to_have_count(2)
    learner.presses("Let them look")
    expect(done).to_have_count(3)
    learner.presses("Next:")
    learner.takes_the_test(rich_module, right=True, button="Take the test again")
    expect(progress).to_contain_text("4 of 4 done")
    learner.page.reload()
    expect(progress).to_contain_text("4 of 4 done")
    expect(outline.get_by_role("link", name="Test")).to_have_text(re.compile("Passed: 100%"))
    learner.opens_file(page_file, "#start")
    expect(learner.main.locator(".reached")).to_have_text(re.compile("Passed.*Score: 100%"))
    expect(learner.main.get_by_role("link", name="Continue")).to_have_count(0)


def _as_it_was_kept_before(state: str) -> str:
    """The state without what was added to its end later; one item of nine tried, nothing else done."""
    head, body = state[:9], state[13:]
    bits = "".join(f"{ALPHABET.index(char):06b}" for char in body)
    added = "1" + "01" + "00" * 8 + "00" + "0"
    at = next(at for at in range(len(bits) - len(added) - 5, len(bits)) if bits[at:].startswith(added))
    older = bits[:at].ljust(len(bits), "0")
    body = "".join(ALPHABET[int(older[n : n + 6], 2)] for n in range(0, len(older), 6))
    mixed = 2166136261
    for char in body:
        mixed = (mixed ^ ord(char)) * 16777619 % 2**32
    check = f"{mixed % 2**24:024b}"
    return head + "".join(ALPHABET[int(check[n : n + 6], 2)] for n in range(0, 24, 6)) + body


def test_what_an_earlier_player_kept_is_read_as_what_it_meant(
    learner: Learner, page_file: Path, rich_module: Module
) -> None:
    item = rich_module.items[0]
    learner.opens_file(page_file, "#l-2")
    learner.opens_file(page_file, "#l-1")
    box = learner.course.locator(f"[id='x-{item.id}']")
    learner.answers(item, right=False, box=box)
    box.get_by_role("button", name="Check answer").click()
    key = learner.page.evaluate("Object.keys(localStorage)[0]")
    state = learner.page.evaluate("key => localStorage.getItem(key)", key)
    learner.page.goto("about:blank")
    learner.page.add_init_script(
        f"if (location.protocol === 'file:') localStorage.setItem({key!r}, {_as_it_was_kept_before(state)!r})"
    )
    learner.opens_file(page_file)
    expect(learner.main).to_contain_text("Welcome back")
    expect(learner.course.locator("nav.outline a.done")).to_have_text([re.compile(rich_module.lessons[1].title)])
    expect(learner.course.locator("nav.outline")).to_contain_text("Practice left: 7")
    expect(box).to_contain_text(item.options[0].feedback)


def test_there_is_a_way_back_into_a_running_test_from_any_page(learner: Learner, page_file: Path) -> None:
    learner.opens_file(page_file, "#test")
    learner.presses("Start the test")
    learner.presses("Next question")
    expect(learner.main.get_by_role("button", name="Hint")).to_have_count(0)
    for page in ("When the gauge does not fall", "Glossary", "Isolate the sealer"):
        learner.presses(page)
        back = learner.main.locator(".where a")
        if page == "Glossary":
            expect(back).to_have_text("Back to where you were: When the gauge does not fall")
        else:
            expect(back).to_have_text("Back to where you were: Test – Question 2 of 8")
    back.click()
    expect(learner.heading).to_have_text("Question 2 of 8")
    expect(learner.main.locator(".where")).to_have_count(0)


def test_a_narrow_screen_says_that_a_table_goes_on_and_tears_no_value(browser: Browser, tmp_path: Path) -> None:
    table = (
        "| Source | Level | Isolating point | Made safe when |\n| --- | --- | --- | --- |\n"
        "| Compressed air | 6 bar | ball valve V-12 behind the turntable | gauge shows nothing at all |\n"
    )
    parts = (
        a_part(id="p-1", markdown=f"Wait until the wire is below 180 °C.\n\n{table}", status=Status.APPROVED),
        a_part(id="p-2", kind=PartKind.JOB_AID, markdown="| A | B |\n| --- | --- |\n| 1 | 2 |", status=Status.APPROVED),
    )
    learner = Learner(browser, width=360)
    module = a_rich_module(lessons=(a_lesson(parts=parts),))
    listed = "A colleague tells you: 1. “Press STOP.” 2. “Close V-12.” 3. “Open the guard.” Which step is missing?"
    module = module.model_copy(
        update={
            "items": tuple(item.model_copy(update={"stem": listed}) for item in module.items if item.id == "k-single")
        }
    )
    learner.opens_file(written(module, tmp_path / "course.html"), "#p-1")
    wide = learner.main.get_by_role("region", name="Table: Source, Level, Isolating point, Made safe when")
    expect(wide).to_have_attribute("tabindex", "0")
    expect(learner.main.locator("#x-p-1").get_by_text("This table goes on: scroll it sideways.")).to_be_visible()
    expect(learner.main.locator("#x-p-2").get_by_text("This table goes on")).to_be_hidden()
    expect(learner.main.get_by_role("group", name="Table: A, B")).not_to_have_attribute("tabindex", "0")
    kept = learner.main.locator("#x-p-1 .kept")
    expect(kept).to_have_text(["180 °C", "6 bar", "V-12"])
    assert kept.evaluate_all("all => all.every((one) => one.getClientRects().length === 1)")
    assert violations(learner.page) == []
    stem = learner.main.locator(".stem .line")
    expect(stem).to_have_text(
        [
            "A colleague tells you: ",
            "1. “Press STOP.” ",
            "2. “Close V-12.” ",
            "3. “Open the guard.” ",
            "Which step is missing? ",
        ]
    )
    assert learner.complaints == []
    learner.context.close()
