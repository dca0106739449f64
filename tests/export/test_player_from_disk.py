"""The one-file page, opened from disk in Chromium."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pipeline.domain import Element, ItemUse, Module, Status
from pipeline.library.strings import strings_for
from tests.builders import a_lesson, a_module, a_part, a_quiz_item, a_resource, an_objective
from tests.e2e_browser.axe import violations
from tests.export.conftest import NASTY, a_rich_module, an_option
from tests.export.learner import Learner
from tests.export.one_page import with_a_film, written

pytestmark = pytest.mark.browser


def test_it_plays_to_the_end_and_axe_finds_nothing_on_the_way(
    learner: Learner, page_file: Path, rich_module: Module
) -> None:
    learner.opens_file(page_file)
    expect(learner.heading).to_have_text("Lock out the carton sealer")
    expect(learner.main).to_contain_text("To pass: 80%")
    assert violations(learner.page) == []
    learner.goes_through_to_the_test(rich_module)
    learner.takes_the_test(rich_module, right=True)
    expect(learner.main).to_contain_text("Passed")
    expect(learner.course.locator(".progress")).to_contain_text("2 of 4 done")
    assert violations(learner.page) == []


def test_every_piece_has_an_address(learner: Learner, page_file: Path) -> None:
    for address, heading, focused in (
        ("#l-2", "When the gauge does not fall", "h1"),
        ("#p-4", "Isolate the sealer before you reach in", "#x-p-4 h2"),
        ("#k-match", "Isolate the sealer before you reach in", "#x-k-match h2"),
        ("#r-1", "Checklist: lock out the sealer", "h1"),
        ("#r-2.term-1", "Glossary", "[id='x-r-2.term-1']"),
        ("#s-1", "The gauge that does not fall", "h1"),
        ("#f-1", "Come back later", "#x-f-1 h2"),
        ("#search", "Search", "#search-words"),
        ("#t-single", "Test", "h1"),
        ("#question-3", "Test", "h1"),
        ("#results", "Test", "h1"),
        ("#nowhere%", "Lock out the carton sealer", "h1"),
    ):
        learner.opens_file(page_file, address)
        expect(learner.heading, address).to_have_text(heading)
        expect(learner.main.locator(focused).first, address).to_be_focused()


def test_a_question_of_the_test_is_found_at_its_address_while_the_test_runs_and_with_its_reasons_after(
    learner: Learner, page_file: Path
) -> None:
    learner.opens_file(page_file, "#test")
    learner.presses("Start the test")
    learner.opens_file(page_file, "#t-order")
    expect(learner.heading).to_have_text("Question 4 of 8")
    learner.opens_file(page_file, "#check-answers")
    learner.presses("Submit the test")
    learner.opens_file(page_file, "#t-order")
    expect(learner.heading).to_have_text("Your result")
    expect(learner.main.locator("#x-t-order")).to_be_focused()


def test_the_place_and_the_answers_are_there_after_closing(
    learner: Learner, page_file: Path, rich_module: Module
) -> None:
    learner.opens_file(page_file)
    learner.presses("Begin")
    learner.presses("Next:")
    expect(learner.heading).to_have_text("When the gauge does not fall")
    learner.page.goto("about:blank")
    learner.opens_file(page_file)
    expect(learner.heading).to_have_text("When the gauge does not fall")
    expect(learner.main).to_contain_text("Welcome back")
    expect(learner.main.locator("#greeting")).to_contain_text("Still open: 4")
    learner.presses("Bookmark this page")
    expect(learner.course.get_by_role("status")).to_have_text("Bookmark set.")
    learner.presses("Checklist: lock out the sealer")
    learner.presses("Back to where you were: When the gauge does not fall")
    expect(learner.heading).to_have_text("When the gauge does not fall")
    learner.page.go_back()
    expect(learner.heading).to_have_text("Checklist: lock out the sealer")
    learner.page.reload()
    marks = learner.course.locator("nav.outline ol").last.get_by_role("link")
    expect(marks).to_have_text(re.compile("^When the gauge does not fall"))
    marks.click()
    learner.course.get_by_role("button", name="Remove bookmark").press("Enter")
    expect(learner.course.get_by_role("button", name="Bookmark this page")).to_be_focused()
    expect(learner.course.get_by_role("heading", name="Bookmarks")).to_have_count(0)


def test_a_browser_that_forgets_still_plays_and_says_so(learner: Learner, page_file: Path) -> None:
    learner.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    learner.opens_file(page_file)
    expect(learner.course.locator("#session-note")).to_contain_text("does not let the page remember")
    learner.hands_in_nothing(8)
    expect(learner.main).to_contain_text("Not passed yet")


def test_a_story_shows_what_happens_and_why(learner: Learner, page_file: Path) -> None:
    learner.opens_file(page_file, "#s-1")
    learner.presses("Let them look")
    expect(learner.main).to_contain_text("The ram drops a hand's breadth.")
    expect(learner.main).to_contain_text("0.4 bar was enough to move it.")
    expect(learner.main).to_contain_text("A poor choice")
    learner.presses("Play the story again")
    learner.presses("Stop them and call 4410")
    learner.presses("Go on")
    expect(learner.main).to_contain_text("The line is bled")
    learner.page.reload()
    expect(learner.main).to_contain_text("The line is bled")


def test_the_keyboard_alone_is_enough(learner: Learner, tmp_path: Path) -> None:
    items = tuple(a_quiz_item(id=f"q-{n}", options=3, status=Status.APPROVED) for n in (1, 2))
    module = a_rich_module(items=items, scenarios=(), resources=(), lessons=(a_rich_module().lessons[1],))
    learner.opens_file(written(module, tmp_path / "course.html"))
    keyboard = learner.page.keyboard

    def tab_to(name: str) -> None:
        met = []
        for _ in range(40):
            keyboard.press("Tab")
            label = learner.page.evaluate("document.activeElement.closest('label, a, button, main')?.textContent || ''")
            met.append(label[:30])
            if label.startswith(name):
                outline = learner.page.evaluate("""() => {
                    const shown = [document.activeElement, document.activeElement.closest('label')].filter(Boolean);
                    return shown.some((one) => parseFloat(getComputedStyle(one).outlineWidth) >= 2
                      && getComputedStyle(one).outlineStyle !== 'none');
                }""")
                assert outline, f"the focus on {name} cannot be seen"
                return
        raise AssertionError(f"{name} cannot be reached, only {met}")

    keyboard.press("Tab")
    assert learner.page.evaluate("document.activeElement.id") == "skip"
    keyboard.press("Enter")
    expect(learner.heading).to_be_focused()
    for name in ("Begin", "Next: Test"):
        tab_to(name)
        keyboard.press("Enter")
        expect(learner.heading).to_be_focused()
    tab_to("Start the test")
    keyboard.press("Enter")
    for name in ("Next question", "Check your answers"):
        expect(learner.heading).to_be_focused()
        tab_to(items[0].options[0].text)
        keyboard.press("ArrowDown")
        tab_to(name)
        keyboard.press("Enter")
    tab_to("Submit the test")
    keyboard.press("Enter")
    expect(learner.heading).to_have_text("Your result")
    expect(learner.main).to_contain_text("100%")


def test_the_notice_of_a_preview_is_on_every_screen_and_every_element_is_marked(
    learner: Learner, tmp_path: Path
) -> None:
    module = a_rich_module(status=Status.DRAFT)
    learner.opens_file(written(module, tmp_path / "course.html", drafts=True))
    notice = learner.course.get_by_text("Unreviewed draft – not approved for use")

    def marks(count: int) -> None:
        expect(notice).to_be_visible()
        expect(learner.main.locator(".mark")).to_have_count(count)

    marks(1)
    learner.presses("Begin")
    marks(5 + 8)
    learner.presses("Next:")
    marks(2)
    learner.presses("Next:")
    marks(1)
    learner.presses("Next: Test")
    marks(0)
    learner.presses("Start the test")
    marks(1)
    for _ in range(8):
        learner.presses("Check your answers" if _ == 7 else "Next question")
    marks(0)
    learner.presses("Submit the test")
    marks(8)
    learner.presses("Glossary")
    marks(1)
    learner.page.emulate_media(media="print")
    expect(notice).to_be_visible()
    assert notice.evaluate("one => getComputedStyle(one).position") == "fixed"


def test_approved_content_carries_neither_notice_nor_marks(learner: Learner, page_file: Path) -> None:
    learner.opens_file(page_file, "#l-1")
    assert "not approved" not in learner.course.locator("body").inner_text()


def _with_text_everywhere(text: str) -> Module:
    options = (an_option("a", f"{text} a", f"{text} fa"), an_option("b", f"{text} b", f"{text} fb", correct=False))
    quiz = a_quiz_item(
        options=2, use=ItemUse.PRACTICE, stem=text, general_feedback=text, hint=text, status=Status.APPROVED
    ).model_copy(update={"options": options})
    module = a_rich_module()
    approved: dict[str, Element] = {
        "objective": an_objective(text=text, status=Status.APPROVED),
        "resource": a_resource(title=text, markdown=text, status=Status.APPROVED),
    }
    part = a_part(markdown=f"{text}\n\n- {text}\n\n| {text} |\n| --- |\n| {text} |", status=Status.APPROVED)
    return a_module(
        title=text,
        brief=module.brief.model_copy(
            update={"audience": text, "performance_goal": text, "prerequisites": (text,), "tone": text}
        ),
        settings=module.settings.model_copy(update={"owner": text, "help_contact": text}),
        sources=(module.sources[0].model_copy(update={"title": text}),),
        objectives=(approved["objective"],),
        lessons=(a_lesson(title=text, parts=(part,)),),
        items=(quiz,),
        resources=(approved["resource"],),
    )


def test_text_of_any_kind_is_shown_as_text(learner: Learner, tmp_path: Path) -> None:
    text = " ".join(NASTY)
    learner.opens_file(written(_with_text_everywhere(text), tmp_path / "course.html"))
    shown = " ".join(text.split())
    expect(learner.heading).to_have_text(text)
    learner.presses("About this course")
    learner.page.wait_for_timeout(0)
    assert learner.main.inner_text().count(text) >= 7
    learner.presses("Begin")
    expect(learner.heading).to_have_text(text)
    box = learner.course.locator("[id='x-q-1']")
    box.get_by_role("radio").first.check()
    box.get_by_role("button", name="Check answer").click()
    expect(box).to_contain_text(f"{text} fa")
    expect(box).to_contain_text(shown)
    learner.course.locator("nav.outline ol").last.get_by_role("link").last.click()
    expect(learner.main.locator("article")).to_be_visible()
    assert learner.page.evaluate("window.hacked") is None
    assert learner.main.locator("img, script").count() == 0
    assert learner.page.title() == f"{text} – {text}"


def test_nothing_is_wider_than_a_small_phone(browser: Browser, tmp_path: Path) -> None:
    learner = Learner(browser, width=320)
    module = with_a_film(a_rich_module(language="ar", status=Status.DRAFT))
    path = written(module, tmp_path / "course.html", drafts=True)
    say = strings_for("ar")
    days = [item.day for item in module.items if item.day is not None]
    for address in ("", "#l-1", "#l-2", "#s-1", "#test", "#r-1", "#r-2", "#r-3", "#follow-up", "#search"):
        learner.opens_file(path, address)
        if address == "#follow-up":  # the browser knows the same plural forms as we do
            for day in days:
                expect(learner.main).to_contain_text(say.say("after_days", n=day))
        assert learner.page.evaluate("document.documentElement.scrollWidth") <= 320, address
        if address in ("", "#l-1", "#r-3"):
            assert violations(learner.page) == []
    learner.opens_file(path, "#test")
    learner.main.get_by_role("button").first.click()
    for _ in range(9):
        assert learner.page.evaluate("document.documentElement.scrollWidth") <= 320
        learner.main.locator(".next, .steps .primary").first.click()
    assert learner.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(learner.page) == []
    assert learner.complaints == []
    learner.context.close()


def test_the_menu_of_a_small_screen_opens_and_closes(browser: Browser, page_file: Path) -> None:
    learner = Learner(browser, width=375)
    learner.opens_file(page_file)
    outline = learner.course.get_by_role("navigation", name="Contents")
    expect(outline).to_be_hidden()
    learner.presses("Menu")
    expect(outline).to_be_visible()
    learner.page.keyboard.press("Escape")
    expect(outline).to_be_hidden()
    expect(learner.course.get_by_role("button", name="Menu")).to_be_focused()
    learner.presses("Menu")
    learner.presses("Test")
    expect(learner.heading).to_have_text("Test")
    expect(outline).to_be_hidden()
    learner.context.close()


def test_follow_ups_are_numbered_as_they_stand(browser: Browser, tmp_path: Path) -> None:
    module = a_rich_module(status=Status.DRAFT)
    late = next(item for item in module.items if item.use.value == "follow_up")
    soon = late.model_copy(update={"id": "f-2", "day": 2, "stem": "What do you press next?"})
    path = written(module.model_copy(update={"items": (*module.items, soon)}), tmp_path / "course.html", drafts=True)
    learner = Learner(browser)
    learner.opens_file(path, "#follow-up")
    expect(learner.main.locator("section.practice h2")).to_have_text([re.compile("1 of 2"), re.compile("2 of 2")])
    learner.context.close()
