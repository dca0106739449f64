"""What a learner comes back for: search, glossary, scripts, job aids on paper; and what the reader's own settings change."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from pipeline.domain import Module, PartKind, Resource, ResourceKind, Status
from tests.builders import a_lesson, a_part
from tests.e2e_browser.axe import violations
from tests.export.conftest import a_rich_module
from tests.export.learner import Learner
from tests.export.one_page import with_a_film, written

pytestmark = pytest.mark.browser

# What a sheet on a wall says of itself.
FOOT = ["From the course: Lock out the carton sealer", "Draft, not released (revision 1)", "Sources: Lock out the carton sealer"]


def test_search_finds_lessons_terms_and_job_aids_and_says_how_many(learner: Learner, page_file: Path) -> None:
    learner.opens_file(page_file)
    learner.presses("Search")
    field = learner.course.get_by_role("searchbox", name="Search lessons, glossary and job aids")
    expect(field).to_be_focused()
    hits = learner.main.locator(".hits > li")
    learner.page.keyboard.type("dS-7 PADLOCK")
    expect(hits).to_have_count(2)
    expect(learner.course.get_by_role("status")).to_have_text("Results: 2")
    expect(hits.first.locator("mark")).to_have_text(["DS-7", "padlock"])
    assert violations(learner.page) == []
    # What is asked stays: one may look at one hit and come back to the others.
    learner.page.keyboard.press("ArrowDown")
    learner.page.keyboard.press("ArrowDown")
    learner.page.keyboard.press("Enter")
    expect(learner.heading).to_have_text("Checklist: lock out the sealer")
    learner.page.go_back()
    expect(hits).to_have_count(2)
    field.fill("lockout")
    expect(hits.first).to_contain_text("Glossary")
    learner.page.keyboard.press("Enter")
    expect(hits.first.get_by_role("link")).to_be_focused()
    learner.page.keyboard.press("Enter")
    expect(learner.main.locator("[id='x-r-2.term-1']")).to_be_focused()
    learner.page.go_back()
    for nothing in ("left of the panel", "<b>", "zzz"):
        field.fill(nothing)
        expect(learner.main).to_contain_text(f"Nothing found for “{nothing}”")


def test_search_knows_letters_whatever_their_marks_and_gives_no_folded_answer_away(
    learner: Learner, tmp_path: Path
) -> None:
    parts = tuple(
        a_part(id=f"p-{n}", markdown=text, status=Status.APPROVED)
        for n, text in enumerate(("أغلِقْ الصمّامَ عند ١٦٠ درجة", "Öffnen Sie das Ventil in der Straße", "Éteignez l’appareil"), start=1)
    )
    talk = Resource(
        id="r-9", kind=ResourceKind.DISCUSSION, title="Talk", status=Status.APPROVED,
        markdown="1. The tester shows voltage. What now?\n\n   *Listen for:* Close the cabinet.",
    )
    module = a_rich_module(lessons=(a_lesson(parts=parts),), resources=(talk,))
    learner.opens_file(written(module, tmp_path / "course.html"), "#search")
    hits = learner.main.locator(".hits .snippet")
    for words, shown in (
        ("اغلق صمام", "أغلِقْ الصمّامَ"), ("الصمام 160", "الصمّامَ"), ("offnen STRASSE", "Straße"), ("eteignez", "Éteignez"),
    ):
        learner.course.get_by_role("searchbox").fill(words)
        expect(hits).to_have_count(1)
        expect(hits.first).to_contain_text(shown)
    for words, count in (("voltage now", 1), ("close the cabinet", 0)):
        learner.course.get_by_role("searchbox").fill(words)
        expect(hits).to_have_count(count)


def test_a_film_still_to_be_made_can_be_read_and_stops_for_its_questions(
    learner: Learner, tmp_path: Path, rich_module: Module
) -> None:
    learner.opens_file(written(with_a_film(rich_module), tmp_path / "course.html"), "#r-3")
    expect(learner.main).to_contain_text("Video to come")
    expect(learner.main.get_by_role("heading", name="Scene 1: Stop first")).to_be_visible()
    expect(learner.main.locator(".screen")).to_contain_text("DS-7")
    expect(learner.main.locator(".pause")).to_contain_text("What comes next?")
    expect(learner.main).not_to_contain_text("‖")
    answer = learner.main.get_by_text("You turn DS-7.")
    expect(answer).to_be_hidden()
    learner.presses("Compare with the answer")
    expect(answer).to_be_visible()
    assert violations(learner.page) == []
    learner.presses("Isolate the sealer")
    learner.presses("Terms in this lesson")
    expect(learner.main.locator(".terms")).to_contain_text("keeping a machine from starting")


def test_a_job_aid_is_alone_on_paper(learner: Learner, tmp_path: Path, rich_module: Module) -> None:
    lesson = a_lesson(
        title="A lesson",
        parts=(
            a_part(id="p-1", markdown="Long words.", status=Status.APPROVED),
            a_part(id="p-2", kind=PartKind.JOB_AID, markdown="- [ ] Press STOP", status=Status.APPROVED),
        ),
    )
    path = written(rich_module.model_copy(update={"lessons": (lesson,)}), tmp_path / "course.html")
    learner.page.add_init_script("window.print = () => { window.printed = document.body.innerText; }")
    learner.page.emulate_media(media="print")

    def on_paper() -> list[str]:
        text = learner.page.evaluate("document.body.innerText")
        return [line for line in text.splitlines() if line.strip()]

    learner.opens_file(path, "#r-1")
    assert on_paper() == [
        "Job aid", "Checklist: lock out the sealer", "☐ Press STOP", "☐ DS-7 to OFF, padlock on", "☐ Close V-12", *FOOT,
    ]
    learner.page.emulate_media(media="screen")
    learner.presses("A lesson")
    learner.presses("Print")
    learner.page.emulate_media(media="print")
    assert on_paper() == ["A lesson", "Job aid", "☐ Press STOP", *FOOT]
    learner.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert "Long words." in on_paper()


def test_nothing_moves_for_who_wants_it_so_and_marks_stay_where_colours_are_the_reader_s(
    learner: Learner, page_file: Path, rich_module: Module
) -> None:
    learner.page.emulate_media(reduced_motion="reduce", forced_colors="active")
    learner.opens_file(page_file, "#k-single")
    box = learner.course.locator("[id='x-k-single']")
    assert box.locator("label.option").first.evaluate("one => getComputedStyle(one).transitionDuration") in ("0s", "")
    learner.answers(rich_module.items[0], right=False, box=box)
    box.get_by_role("button", name="Check answer").click()
    wrong = box.locator(".option.wrong")
    expect(wrong).to_contain_text("Wrong answer")
    assert wrong.evaluate("one => getComputedStyle(one).borderTopWidth") == "2px"
    expect(wrong.locator("svg")).to_be_visible()
