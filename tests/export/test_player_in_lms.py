"""The SCORM 1.2 package, played in Chromium on scorm-again, with a run time before it that forgives nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pipeline.domain import ItemType, ItemUse, Module, ModuleSettings, QuizItem, Status
from tests.export.conftest import a_rich_module, every_item_type, rich_document
from tests.export.learner import Learner, lms_with, served

pytestmark = pytest.mark.browser


# Three hundred questions, answered inside the page: presses one by one take minutes.
_ANSWER_IN_HASTE = """async (heading, plans) => {
  const view = heading.ownerDocument.defaultView;
  const main = heading.closest("main");
  for (const plan of plans) {
    if (plan.press) for (const label of main.querySelectorAll("label.option")) {
      if (plan.press.includes(label.textContent)) label.click();
    }
    if (plan.keep) main.querySelector("ol.order + button").click();
    for (const select of main.querySelectorAll("select")) {
      const wanted = plan.select[select.labels[0].textContent];
      select.value = Array.from(select.options).find((option) => option.textContent === wanted).value;
      select.dispatchEvent(new view.Event("change"));
    }
    for (const box of main.querySelectorAll("input[type=text]")) {
      box.value = plan.write.slice(0, box.maxLength);
      box.dispatchEvent(new view.Event("input"));
    }
    const before = main.querySelector("h1").textContent;
    main.querySelector("a.next").click();
    while (main.querySelector("h1").textContent === before) await new Promise((done) => view.setTimeout(done, 1));
  }
}"""


def _hasty_answer(item: QuizItem) -> dict[str, object]:
    """What to press, choose or write: right for what is chosen, long and wrong for what is written."""
    if item.type is ItemType.MATCH and isinstance(item.answer, tuple):
        targets = {pair[0]: pair[1] for pair in item.answer}
        return {"select": {option.text: targets[option.id] for option in item.options}}
    if item.type is ItemType.NUMERIC:
        return {"write": "40"}
    if item.type in (ItemType.SHORT, ItemType.CLOZE):
        return {"write": "طويل " * 30}
    if item.type is ItemType.ORDER:
        return {"keep": True}
    return {"press": [option.text for option in item.options if option.correct]}


@pytest.fixture
def learner(browser: Browser) -> Iterator[Learner]:
    """A learner whose browser must have nothing to complain of, and who is never sent elsewhere."""
    one = Learner(browser)
    yield one
    assert one.complaints == []
    assert [url for url in one.requests if not url.startswith(("http://127.0.0.1:", "data:,"))] == []
    one.context.close()


@pytest.fixture(scope="module")
def lms(tmp_path_factory: pytest.TempPathFactory, rich_module: Module) -> Iterator[str]:
    """One server for all: what an LMS knows of a learner is in the learner's own browser."""
    with served(lms_with(rich_module, tmp_path_factory.mktemp("lms"))) as origin:
        yield origin


def test_all_right_is_a_pass_with_100(learner: Learner, lms: str, rich_module: Module) -> None:
    learner.opens_lms(lms, "?mastery=80")
    told = learner.recorded()
    assert told["data"]["cmi.core.lesson_status"] == "incomplete"
    assert told["calls"].count("LMSInitialize") == 1
    assert "LMSCommit" in told["calls"]
    learner.goes_through_to_the_test(rich_module)
    learner.takes_the_test(rich_module, right=True)
    expect(learner.main).to_contain_text("Passed")
    kept = learner.leaves(lms)
    data, again = kept["data"], kept["again"]["cmi"]
    assert kept["breaches"] == []
    assert (data["cmi.core.lesson_status"], data["cmi.core.score.raw"]) == ("passed", "100")
    assert (again["core"]["lesson_status"], again["core"]["score"]) == ("passed", {"raw": "100", "min": "0", "max": "100"})
    assert kept["lastExit"] == ""
    assert kept["calls"].count("LMSFinish") == 1
    assert data["cmi.core.session_time"].startswith("0000:00:")
    test_items = [item for item in rich_module.items if item.use is ItemUse.TEST]
    assert [entry["id"] for entry in kept["interactions"]] == [item.id for item in test_items]
    assert len(again["interactions"]) == len(test_items)
    assert {entry["result"] for entry in kept["interactions"]} == {"correct"}
    assert [entry["type"] for entry in kept["interactions"]] == [
        "choice", "choice", "true-false", "sequencing", "matching", "fill-in", "numeric", "fill-in",
    ]  # fmt: skip
    assert [entry["student_response"] for entry in kept["interactions"]][:5] == [
        "b", "a,b", "f", "b,a,c", "a.a,b.b,c.b",
    ]  # fmt: skip


def test_all_wrong_is_a_fail_with_every_reason_that_a_pass_mends_and_a_worse_attempt_does_not_undo(
    learner: Learner, lms: str, rich_module: Module
) -> None:
    learner.opens_lms(lms, "?mastery=80")
    learner.presses("Test")
    learner.takes_the_test(rich_module, right=False)
    told = learner.recorded()
    assert (told["data"]["cmi.core.lesson_status"], told["data"]["cmi.core.score.raw"]) == ("failed", "0")
    assert told["again"]["cmi"]["core"]["lesson_status"] == "failed"
    assert {entry["result"] for entry in told["interactions"]} == {"wrong"}
    expect(learner.main).to_contain_text("Not passed yet")
    for item in rich_module.items:
        if item.use is ItemUse.TEST:
            shown = learner.course.locator(f"[id='x-{item.id}']").inner_text()
            assert [option.feedback for option in item.options if option.feedback not in shown] == []
    learner.takes_the_test(rich_module, right=True, button="Take the test again")
    learner.presses("Take the test again")
    for number in range(1, 9):
        learner.presses("Check your answers" if number == 8 else "Next question")
    learner.presses("Submit the test")
    expect(learner.main).to_contain_text("Your best score so far, which counts: 100%")
    kept = learner.leaves(lms)
    assert kept["breaches"] == []
    assert (kept["data"]["cmi.core.lesson_status"], kept["data"]["cmi.core.score.raw"]) == ("passed", "100")
    assert kept["again"]["cmi"]["core"]["lesson_status"] == "passed"
    assert len(kept["interactions"]) == 24


def test_who_leaves_half_way_comes_back_to_the_same_place_and_answers(
    learner: Learner, lms: str, rich_module: Module
) -> None:
    items = [item for item in rich_module.items if item.use is ItemUse.TEST]
    learner.opens_lms(lms)
    learner.presses("Begin")
    practice = rich_module.items[0]
    box = learner.course.locator(f"[id='x-{practice.id}']")
    learner.answers(practice, right=False, box=box)
    box.get_by_role("button", name="Check answer").click()
    expect(box).to_contain_text(practice.options[0].feedback)
    learner.presses("Test")
    learner.presses("Start the test")
    for item in items[:5]:
        learner.answers(item, right=True)
        learner.presses("Next question")
    learner.answers(items[5], right=True)
    kept = learner.leaves(lms)
    assert kept["breaches"] == []
    assert kept["lastExit"] == "suspend"
    assert 0 < len(kept["data"]["cmi.suspend_data"]) <= 4096
    assert kept["data"]["cmi.core.lesson_location"] == "question-6"
    assert kept["data"]["cmi.core.lesson_status"] == "incomplete"

    learner.opens_lms(lms)
    expect(learner.heading).to_have_text("Question 6 of 8")
    expect(learner.main).to_contain_text("Welcome back")
    expect(learner.course.get_by_label("Blank 2")).to_have_value(" v-12 ")
    learner.presses("Previous question")
    chosen = learner.course.get_by_label("V-12", exact=True)
    assert chosen.evaluate("one => one.selectedOptions[0].textContent") == "compressed air"
    learner.presses("Previous question")
    shown = learner.course.locator("ol.order > li > .words").all_inner_texts()
    assert shown == ["Press STOP", "Turn DS-7 to OFF", "Close V-12"]
    learner.presses("Previous question")
    expect(learner.course.get_by_role("radio", name="False")).to_be_checked()
    learner.presses("Isolate the sealer before you reach in")
    expect(learner.course.locator(f"[id='x-{practice.id}']")).to_contain_text("Not correct")
    learner.presses("Test")
    learner.presses("Continue the test")
    for item in items[6:]:
        learner.answers(item, right=True)
        learner.presses("Check your answers" if item is items[-1] else "Next question")
    learner.presses("Submit the test")
    assert learner.leaves(lms)["data"]["cmi.core.score.raw"] == "100"


def test_who_leaves_a_lesson_comes_back_to_the_part_being_read(learner: Learner, lms: str) -> None:
    learner.opens_lms(lms)
    learner.presses("Begin")
    learner.course.locator("[id='x-k-order']").scroll_into_view_if_needed()
    learner.course.locator("[id='x-k-match'] h2").evaluate("one => one.scrollIntoView()")
    learner.page.wait_for_function(
        "() => document.querySelector('iframe').contentWindow.frames[0].document.activeElement !== null"
    )
    learner.course.get_by_role("button", name="Check answer").nth(4).focus()
    learner.leaves(lms)
    learner.opens_lms(lms)
    expect(learner.heading).to_have_text("Isolate the sealer before you reach in")
    assert learner.course.locator("html").evaluate("() => window.scrollY") > 1000
    back = learner.course.locator("#greeting")
    expect(back).to_be_in_viewport()
    expect(back.locator(".left-place")).to_have_text(re.compile("^Isolate the sealer before you reach in – Practice . of 8$"))
    assert re.search(rf"\(.*{datetime.now(UTC).year}.*\)", back.inner_text())
    expect(back).to_contain_text("Still open: 4")
    expect(back.get_by_role("link", name="The gauge that does not fall")).to_be_visible()
    back.get_by_role("link", name="Go to the start page").click()
    learner.presses("Continue: Isolate the sealer before you reach in")
    expect(learner.heading).to_have_text("Isolate the sealer before you reach in")


def test_a_course_of_300_items_with_long_answers_fits_and_resumes(
    learner: Learner, tmp_path: Path, rich_module: Module
) -> None:
    document = rich_document()
    items = [
        item.model_copy(update={"id": f"{item.id}-{n}", "status": Status.APPROVED})
        for n in range(38)
        for item in every_item_type(document, prefix="x", use=ItemUse.TEST)
    ][:300]
    # As many questions of practice again, which nobody opens: their place in what is kept is taken all the same.
    practice = [
        item.model_copy(update={"id": f"p{item.id}", "use": ItemUse.PRACTICE, "lesson_id": "l-none"}) for item in items
    ]
    module = rich_module.model_copy(update={"items": (*items, *practice)})
    with served(lms_with(module, tmp_path / "lms")) as origin:
        learner.opens_lms(origin)
        learner.presses("Test")
        learner.presses("Start the test")
        learner.heading.evaluate(_ANSWER_IN_HASTE, [_hasty_answer(item) for item in items[:-1]])
        kept = learner.leaves(origin)
        assert kept["breaches"] == []
        assert 1000 < len(kept["data"]["cmi.suspend_data"]) <= 4096
        learner.opens_lms(origin)
        expect(learner.heading).to_have_text("Question 300 of 300")
        learner.presses("Check your answers")
        expect(learner.main).to_contain_text("Questions without an answer: 1.")
        learner.presses("Submit the test")
        right = sum(item.type not in (ItemType.ORDER, ItemType.SHORT, ItemType.CLOZE) for item in items[:-1])
        expect(learner.main).to_contain_text(f"{right} of 300 answers right")
        kept = learner.leaves(origin)
        assert kept["breaches"] == []
        assert kept["data"]["cmi.core.score.raw"] == str(100 * right // 300)
        assert len(kept["interactions"]) == 300


def test_nothing_is_written_in_review_mode(learner: Learner, lms: str) -> None:
    learner.opens_lms(lms, "?mode=review")
    learner.hands_in_nothing(8)
    expect(learner.course.locator("#session-note")).to_contain_text("Review mode")
    kept = learner.leaves(lms)
    assert [call for call in kept["calls"] if call.startswith(("LMSSetValue", "LMSCommit"))] == []
    assert kept["calls"].count("LMSFinish") == 1
    assert kept["breaches"] == []


def test_without_attempts_left_the_test_is_closed_and_the_place_not_kept(learner: Learner, tmp_path: Path) -> None:
    module = a_rich_module(settings=ModuleSettings(attempts=1, pass_mark=0.5, shuffle=True))
    with served(lms_with(module, tmp_path / "lms")) as origin:
        learner.opens_lms(origin, "?mastery=50")
        learner.hands_in_nothing(8)
        expect(learner.main).to_contain_text("You have used all attempts.")
        expect(learner.course.get_by_role("button", name="Take the test again")).to_have_count(0)
        kept = learner.leaves(origin)
        assert kept["data"]["cmi.core.lesson_status"] == "failed"
        assert kept["lastExit"] == ""
        assert kept["breaches"] == []


def test_a_course_without_a_test_is_completed_by_its_own_button(learner: Learner, tmp_path: Path) -> None:
    module = a_rich_module(items=(), scenarios=())
    with served(lms_with(module, tmp_path / "lms")) as origin:
        learner.opens_lms(origin)
        learner.presses("Finish")
        expect(learner.main).to_contain_text("This is still open")
        expect(learner.course.get_by_role("button", name="Finish the course")).to_have_count(0)
        learner.presses(module.lessons[0].title)
        learner.presses("Next:")
        learner.presses("Next: Finish")
        learner.presses("Finish the course")
        expect(learner.main).to_contain_text("You have finished the course")
        kept = learner.leaves(origin)
        assert kept["data"]["cmi.core.lesson_status"] == "completed"
        assert "cmi.core.score.raw" not in kept["data"]
        assert (kept["breaches"], kept["lastExit"]) == ([], "")


def test_a_changed_course_does_not_take_old_answers_for_its_own(
    learner: Learner, tmp_path: Path, rich_module: Module
) -> None:
    folder = lms_with(rich_module, tmp_path / "lms")
    with served(folder) as origin:
        learner.opens_lms(origin)
        learner.presses("Test")
        learner.presses("Start the test")
        learner.answers(rich_module.items[8], right=True)
        learner.leaves(origin)
        lms_with(rich_module.model_copy(update={"items": rich_module.items[1:]}), folder)
        learner.opens_lms(origin)
        expect(learner.main).to_contain_text("This course has changed since your last visit")
        learner.presses("Test")
        learner.presses("Start the test")
        assert learner.course.locator("input:checked").count() == 0
        assert learner.leaves(origin)["breaches"] == []


def test_a_save_that_fails_is_said_and_kept_being_said(learner: Learner, lms: str) -> None:
    learner.opens_lms(lms, "?commit=fails")
    expect(learner.course.locator("#trouble")).to_contain_text("could not be saved")
    learner.presses("Begin")
    expect(learner.course.locator("#trouble")).to_be_visible()


def test_without_an_lms_the_package_plays_and_says_that_nothing_is_recorded(learner: Learner, lms: str) -> None:
    learner.page.goto(f"{lms}/package/index.html")
    expect(learner.course.locator("#session-note")).to_contain_text("Not connected to a learning system")
    learner.hands_in_nothing(8)
    expect(learner.main).to_contain_text("Not passed yet")


def test_who_launches_can_name_the_place_until_there_is_one_to_come_back_to(learner: Learner, lms: str) -> None:
    learner.opens_lms(lms, "?launch=at%3Dp-6")
    expect(learner.heading).to_have_text("When the gauge does not fall")
    expect(learner.course.locator("#x-p-6 h2")).to_be_focused()
    learner.presses("The gauge that does not fall")
    expect(learner.heading).to_have_text("The gauge that does not fall")
    assert learner.leaves(lms)["breaches"] == []
    learner.opens_lms(lms, "?launch=at%3Dp-6")
    expect(learner.heading).to_have_text("The gauge that does not fall")
    learner.page.goto(f"{lms}/package/index.html?at=r-1")
    expect(learner.page.locator("main h1")).to_have_text("Checklist: lock out the sealer")
