"""The editor in a real browser: what is typed comes back after a reload, in a second window, after a lost connection."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.domain import Part
from tests.e2e_browser.conftest import Small
from tests.e2e_browser.served import Desk
from tests.waiting import until

pytestmark = pytest.mark.browser

FIELD = "Procedure, text"
KEPT = "Kept, not saved yet."


def opened(page: Page, small: Small) -> Desk:
    """The editor of a part."""
    desk = Desk(page)
    desk.open(f"{small.review}&element=p-1")
    desk.key("e")
    expect(page.get_by_label(FIELD)).to_be_focused()
    return desk


def text_of(small: Small) -> str:
    element = small.store.modules.element_state(small.module, "p-1").element
    assert isinstance(element, Part)
    return element.markdown


def typed(small: Small) -> dict[str, str]:
    kept = small.store.typed.load(small.module, "p-1", "Ann")
    return {} if kept is None else kept.fields


def test_what_is_typed_is_kept_at_a_pause_and_saved_with_a_key(small: Small, page: Page) -> None:
    desk = opened(page, small)
    before = text_of(small)
    page.get_by_label(FIELD).fill("aaa uuu xxx")
    expect(page.get_by_text(KEPT)).to_be_visible()
    assert typed(small) == {"markdown": "aaa uuu xxx"}
    assert text_of(small) == before
    page.keyboard.press("Control+Enter")
    desk.says("Saved:")
    desk.settled()
    assert text_of(small) == "aaa uuu xxx"
    assert typed(small) == {}
    assert small.approved() == [], "letters typed into a field decide nothing"
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('s2m-typed'))") == []


def test_save_and_approve_has_a_key_of_its_own(small: Small, page: Page) -> None:
    desk = opened(page, small)
    page.get_by_label(FIELD).fill("Press STOP. Turn DS-7 to OFF.")
    page.keyboard.press("Control+Alt+Enter")
    desk.says("Saved and approved:")
    desk.settled()
    assert small.approved() == ["p-1"]
    assert desk.element != "p-1"


def test_a_reload_brings_back_the_same_place_with_the_same_words(small: Small, page: Page) -> None:
    desk = opened(page, small)
    page.get_by_label(FIELD).fill("Half a thought")
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.get_by_label(FIELD).press_sequentially(" and the last word")
    page.reload()  # before the pause after which the server hears of it
    desk.settled()
    assert desk.element == "p-1"
    expect(page.get_by_label(FIELD)).to_have_value("Half a thought and the last word")
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.keyboard.press("Control+Enter")
    desk.says("Saved:")
    desk.settled()
    assert text_of(small) == "Half a thought and the last word"


def test_escape_closes_and_keeps_and_edit_brings_it_back(small: Small, page: Page) -> None:
    desk = opened(page, small)
    page.get_by_label(FIELD).fill("Half a thought")
    page.keyboard.press("Escape")
    desk.says("What you typed is kept")
    desk.settled()
    expect(page.get_by_label(FIELD)).to_have_count(0)
    desk.key("e")
    expect(page.get_by_label(FIELD)).to_have_value("Half a thought")


def test_discarding_forgets_the_browsers_copy_too(small: Small, page: Page) -> None:
    desk = opened(page, small)
    before = text_of(small)
    page.get_by_label(FIELD).fill("Nonsense")
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    desk.says("discarded")
    desk.settled()
    page.reload()
    desk.settled()
    desk.key("e")
    expect(page.get_by_label(FIELD)).to_have_value(before)
    assert typed(small) == {}


def test_in_a_second_window_the_later_words_win_and_the_first_is_told(small: Small, page: Page) -> None:
    opened(page, small)
    page.get_by_label(FIELD).fill("From the first window")
    expect(page.get_by_text(KEPT)).to_be_visible()
    second = page.context.new_page()
    second_desk = Desk(second)
    second_desk.open(f"{small.review}&element=p-1&edit=1")
    expect(second.get_by_label(FIELD)).to_have_value("From the first window")
    second.get_by_label(FIELD).fill("From the second window")
    expect(page.get_by_text("changed later in another window of yours")).to_be_visible()
    expect(second.get_by_text(KEPT)).to_be_visible()
    page.get_by_role("button", name="Show that text").click()
    expect(page.get_by_label(FIELD)).to_have_value("From the second window")
    assert typed(small) == {"markdown": "From the second window"}


def test_words_typed_while_the_connection_is_gone_arrive_when_it_is_back(small: Small, page: Page) -> None:
    desk = opened(page, small)
    page.context.set_offline(True)
    page.get_by_label(FIELD).fill("Typed in a tunnel")
    page.context.set_offline(False)
    page.reload()
    desk.settled()
    expect(page.get_by_label(FIELD)).to_have_value("Typed in a tunnel")
    expect(page.get_by_text(KEPT)).to_be_visible()
    # The browser's copy is shown at once, and on its way.
    until(lambda: typed(small) == {"markdown": "Typed in a tunnel"}, what="the text in the store")
