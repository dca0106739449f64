"""Two people in two browsers at one element: nobody's words are lost, and each is told of the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pipeline.domain import Part
from tests.e2e_browser.conftest import Small
from tests.e2e_browser.served import Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FIELD = "Procedure, text"


@pytest.fixture
def second(browser: BrowserContext) -> Iterator[Page]:
    """A page in a browser of its own, with another storage."""
    assert browser.browser is not None
    context = browser.browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def sits_down(page: Page, small: Small, name: str) -> Desk:
    """The person at the element, under their own name."""
    desk = Desk(page)
    desk.open(f"{small.review}&element=p-1")
    box = page.get_by_role("textbox", name="Your name")
    if box.input_value() != name:
        box.fill(name)
        box.press("Enter")
        page.wait_for_function("name => localStorage.getItem('s2m-name') === name", arg=name)
        box.blur()  # or the next letters would be part of the name
        desk.settled()
    return desk


def text_of(small: Small) -> str:
    element = small.store.modules.element_state(small.module, "p-1").element
    assert isinstance(element, Part)
    return element.markdown


def edits(desk: Desk, text: str) -> None:
    desk.key("e")
    desk.page.get_by_label(FIELD).fill(text)
    expect(desk.page.get_by_text("Kept, not saved yet.")).to_be_visible()


def test_the_second_is_told_of_the_first_and_the_queue_passes_over(small: Small, page: Page, second: Page) -> None:
    ann = sits_down(page, small, "Ann")
    bo = sits_down(second, small, "Bo")
    expect(second.get_by_text("Ann is looking at this")).to_be_visible()
    ann.open(f"{small.review}&element=p-0")
    bo.open(f"{small.review}&element=o-1")
    expect(second.get_by_role("textbox", name="Your name")).to_have_value("Bo")
    bo.settled()
    bo.approve(by_key=True)
    assert bo.element != "p-0", "Ann is at it"


def test_changes_that_fit_together_become_one_text(small: Small, page: Page, second: Page) -> None:
    before = text_of(small)
    first_word, *rest = before.split(" ")
    ann, bo = sits_down(page, small, "Ann"), sits_down(second, small, "Bo")
    edits(ann, f"{before} Ann added this.")
    edits(bo, " ".join(["Bo’s", first_word, *rest]))
    page.keyboard.press("Control+Enter")
    ann.says("Saved:")
    second.keyboard.press("Control+Enter")
    expect(second.get_by_text("Ann saved revision 2 while you wrote")).to_be_visible()
    assert text_of(small) == f"{before} Ann added this."
    second.get_by_role("button", name="Use merged").click()
    bo.says("both changes are in the text")
    bo.settled()
    assert text_of(small) == " ".join(["Bo’s", first_word, *rest]) + " Ann added this."


def test_changes_of_the_same_words_stand_side_by_side_and_nothing_is_lost(
    small: Small, page: Page, second: Page
) -> None:
    ann, bo = sits_down(page, small, "Ann"), sits_down(second, small, "Bo")
    edits(ann, "Ann wrote all of this anew.")
    edits(bo, "Bo had quite another idea.")
    page.keyboard.press("Control+Enter")
    ann.says("Saved:")
    second.keyboard.press("Control+Enter")
    expect(second.get_by_text("You both changed the same words")).to_be_visible()
    for words in ("Ann wrote all of this anew.", "Bo had quite another idea."):
        expect(second.locator(".s2m-texts")).to_contain_text(words)
    assert text_of(small) == "Ann wrote all of this anew."
    second.reload()  # in the middle of it
    expect(second.get_by_role("textbox", name="Your name")).to_have_value("Bo")
    bo.settled()
    second.get_by_role("button", name="Go on editing").or_(second.get_by_label(FIELD)).first.click()
    expect(second.get_by_label(FIELD)).to_have_value("Bo had quite another idea.")
    second.get_by_label(FIELD).press("Control+Enter")
    second.get_by_role("button", name="Use mine").click()
    bo.says("your text stands")
    bo.settled()
    assert text_of(small) == "Bo had quite another idea."
    texts = [str(one.content["markdown"]) for one in small.store.modules.revisions(small.module, "p-1")]
    assert "Ann wrote all of this anew." in texts


def test_an_approval_of_what_somebody_has_changed_since_is_refused(small: Small, page: Page, second: Page) -> None:
    ann, bo = sits_down(page, small, "Ann"), sits_down(second, small, "Bo")
    edits(ann, "Ann changed it.")
    page.keyboard.press("Control+Enter")
    ann.says("Saved:")
    bo.looked()
    second.keyboard.press("a")
    expect(second.locator(".s2m-notice.s2m-problem")).to_contain_text("revision 2")
    assert small.approved() == []
