"""Practice in the player: what is told when, the second try, and answers as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from pipeline.domain import ItemType, ItemUse, Module, QuizItem
from tests.e2e_browser.axe import violations
from tests.export.learner import Learner

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("right", [True, False])
def test_practice_of_every_type_explains_at_once(
    learner: Learner, page_file: Path, rich_module: Module, right: bool
) -> None:
    learner.opens_file(page_file, "#l-1")
    for item in rich_module.items:
        if item.use is not ItemUse.PRACTICE:
            continue
        box = learner.course.locator(f"[id='x-{item.id}']")
        learner.answers(item, right=right, box=box)
        box.get_by_role("button", name="Check answer").click()
        verdict = box.locator(".verdict")
        expect(verdict).to_have_text("Correct" if right else "Not correct")
        expect(verdict).to_be_focused()
        expect(learner.course.get_by_role("status")).to_have_text("Correct" if right else "Not correct")
        if not right:
            _explains_only_what_was_chosen(box, item)
            if item.hint:
                expect(box).to_contain_text(item.hint)
            box.get_by_role("button", name="Show the answer").click()
        shown = box.inner_text()
        assert [option.feedback for option in item.options if option.feedback not in shown] == []
    assert violations(learner.page) == []


def _explains_only_what_was_chosen(box: Locator, item: QuizItem) -> None:
    if item.general_feedback:
        expect(box).not_to_contain_text(item.general_feedback)
    if item.type not in (ItemType.MULTIPLE, ItemType.MATCH):  # there a part of the answer may be right
        expect(box).not_to_contain_text("Right answer")
    if item.type in (ItemType.ORDER, ItemType.CLOZE):
        # The reasons speak of the right places and values.
        right = item.options[0] if item.type is ItemType.CLOZE else None
        assert right is None or right.feedback not in box.inner_text()
    if item.type in (ItemType.SINGLE, ItemType.TRUE_FALSE):
        chosen, *others = sorted(item.options, key=lambda option: option.correct)
        expect(box).to_contain_text(chosen.feedback)
        for other in others:
            expect(box).not_to_contain_text(other.feedback)


def test_practice_can_be_tried_again(learner: Learner, page_file: Path, rich_module: Module) -> None:
    item = rich_module.items[0]
    learner.opens_file(page_file, "#l-1")
    box = learner.course.locator(f"[id='x-{item.id}']")
    box.get_by_role("button", name="Check answer").click()
    expect(box.get_by_text("Choose or enter an answer first.")).to_be_visible()
    learner.answers(item, right=False, box=box)
    box.get_by_role("button", name="Check answer").click()
    box.get_by_role("button", name="Try again").click()
    learner.answers(item, right=False, box=box)
    box.get_by_role("button", name="Check answer").click()
    # Wrong twice: the answer comes unasked, and is still there for who comes back.
    expect(box).to_contain_text(item.options[1].feedback)
    expect(box.get_by_role("button", name="Show the answer")).to_have_count(0)
    learner.page.reload()
    expect(box).to_contain_text(item.general_feedback or "")
    box.get_by_role("button", name="Try again").click()
    learner.answers(item, right=True, box=box)
    box.get_by_role("button", name="Check answer").click()
    expect(box.locator(".verdict")).to_have_text("Correct")


def test_a_reason_stands_with_the_value_it_speaks_of(learner: Learner, page_file: Path, rich_module: Module) -> None:
    items = {item.id: item for item in rich_module.items}
    learner.opens_file(page_file, "#l-1")

    def shown(name: str) -> Locator:
        box = learner.course.locator(f"[id='x-{name}']")
        learner.answers(items[name], right=False, box=box)
        if name == "k-order":
            expect(box.get_by_role("button", name="The order is right")).to_have_attribute("aria-pressed", "true")
        box.get_by_role("button", name="Check answer").click()
        box.get_by_role("button", name="Show the answer").click()
        return box

    expect(shown("k-cloze").locator(".solution").first).to_have_text("Right answer: DS-7DS-7 is the disconnect.")
    box = shown("k-order")
    expect(box).to_contain_text("The right order")
    # "First", "Second" and "Third" stand at 1, 2 and 3, with the learner's own place beside them.
    steps = [text.split("\n")[0] for text in box.locator("li.option").all_inner_texts()]
    assert steps == ["1. Press STOP", "2. Turn DS-7 to OFF", "3. Close V-12"]
    expect(box).to_contain_text("Your place for it:")


def test_the_answer_of_a_practice_part_is_shown_on_demand(learner: Learner, page_file: Path) -> None:
    learner.opens_file(page_file, "#p-5")
    answer = learner.course.get_by_text("DS-7 is left of the panel.")
    expect(answer).to_be_hidden()
    learner.presses("Compare with the answer")
    expect(answer).to_be_visible()


def test_numbers_are_understood_as_people_write_them(learner: Learner, page_file: Path) -> None:
    learner.opens_file(page_file, "#k-numeric")
    box = learner.course.locator("[id='x-k-numeric']")
    for typed, is_right in (
        ("40", True), ("40,0", True), ("40.4 min", True), ("٤٠", True), ("4e1", True), ("41", False), ("forty", False),
    ):
        box.get_by_label("Your answer, as a number").fill(typed)
        box.get_by_role("button", name="Check answer").click()
        expect(box.locator(".verdict"), typed).to_have_text("Correct" if is_right else "Not correct")
        box.get_by_role("button", name="Try again").click()
