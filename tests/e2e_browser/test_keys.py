"""What the keyboard does, and what it must not do."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e_browser.axe import violations
from tests.e2e_browser.conftest import Small
from tests.e2e_browser.served import Desk
from tests.waiting import until

pytestmark = pytest.mark.browser


# Notes when each element is drawn and when each key goes down, in the browser's own time.
WATCH = """() => {
  window.drawn = {}; window.presses = [];
  const note = () => document.querySelectorAll(".s2m-kicker").forEach(
    (one) => { window.drawn[one.dataset.element] ??= performance.now(); });
  note();
  new MutationObserver(note).observe(document.body, {childList: true, subtree: true, attributes: true});
  document.addEventListener("keydown", () => window.presses.push(performance.now()), true);
}"""


@pytest.mark.parametrize("gap_ms", [0, 20, 50, 100])
def test_a_burst_of_approve_keys_approves_only_what_was_on_the_screen(
    small: Small, page: Page, gap_ms: int
) -> None:
    desk = Desk(page)
    desk.open(small.review)
    desk.approve(by_key=True)  # so long, at least, has the first been looked at; the second comes up now
    page.evaluate(WATCH)
    page.keyboard.type("aaaaaa", delay=gap_ms)
    desk.settled()
    expect(page.locator(".s2m-notice[role=status]")).not_to_be_empty()
    drawn, presses, now = page.evaluate("[window.drawn, window.presses, performance.now()]")
    assert len(presses) == 6
    decided = small.approved()
    assert decided[0] == "o-1"
    assert set(decided[1:]) <= {element for element, at in drawn.items() if at < presses[-1]}
    # A pause of 600 ms goes before every approval: a burst leaves room for one, and one more per 600 ms
    # that a busy machine took to work through it.
    assert len(decided) <= 2 + (now - presses[0]) // 600


def test_letters_typed_into_a_comment_decide_nothing(small: Small, page: Page) -> None:
    desk = Desk(page)
    desk.open(f"{small.review}&element=p-1")
    desk.key("m")
    field = page.get_by_role("textbox", name="Comment")
    field.press_sequentially("aaa xxx uuu qqq")
    page.get_by_role("button", name="Comment", exact=True).last.click()
    desk.says("Comment kept")
    desk.settled()
    expect(page.locator(".s2m-thread")).to_contain_text("aaa xxx uuu qqq")
    assert small.approved() == []


@pytest.mark.parametrize("key", ["m", "q", "g"])
def test_what_is_typed_right_after_a_key_that_opens_a_field_presses_no_button(small: Small, page: Page, key: str) -> None:
    desk = Desk(page)
    desk.open(f"{small.review}&element=p-1")
    desk.looked()
    before = small.store.audit.of(small.module, "p-1")
    page.keyboard.type(f"{key} needs an exact day", delay=60)
    field = page.get_by_role("textbox", name=re.compile("^(Comment|In your words|What should be different)"))
    expect(field).to_be_focused()
    desk.settled()
    assert desk.element == "p-1"
    assert small.approved() == []
    assert small.store.audit.of(small.module, "p-1") == before
    page.keyboard.press("Escape")
    expect(field).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_have_count(1 if key == "m" else 0)


def test_a_comment_is_still_there_after_a_look_at_the_source(small: Small, page: Page) -> None:
    desk = Desk(page)
    desk.open(f"{small.review}&element=p-1")
    desk.key("m")
    page.get_by_role("textbox", name="Comment").fill("Which day?")
    page.get_by_role("button", name="Source", exact=True).click()
    desk.settled()
    page.get_by_role("button", name="Comments", exact=True).click()
    expect(page.get_by_role("textbox", name="Comment")).to_have_value("Which day?")


def _kept(small: Small) -> dict[str, str]:
    """What the server keeps of the forms of p-1."""
    kept = small.store.typed.load(small.module, "p-1#forms", "Ann")
    return {} if kept is None else kept.fields


def test_what_is_being_written_into_a_form_is_back_after_a_reload_and_gone_once_it_is_sent_or_cancelled(
    small: Small, page: Page
) -> None:
    desk = Desk(page)
    desk.open(f"{small.review}&element=p-1")
    desk.key("m")
    comment = page.get_by_role("textbox", name="Comment")
    comment.press_sequentially("Which day")
    page.reload()  # before the pause after which the server hears of it
    desk.settled()
    desk.says("What you had written here and not sent is back")
    expect(comment).to_have_value("Which day")
    comment.press_sequentially("?")
    page.get_by_role("button", name="Comment", exact=True).last.click()
    desk.says("Comment kept")
    desk.settled()
    page.reload()
    desk.settled()
    desk.key("x")
    reason = page.get_by_role("textbox", name="In your words")
    expect(reason).to_be_focused()
    reason.press_sequentially("Nobody does it so")
    until(lambda: _kept(small).get("reject text") == "Nobody does it so", what="what the server keeps")
    reason.press_sequentially(" any more")
    page.reload()
    desk.settled()
    expect(reason).to_have_value("Nobody does it so any more")
    page.get_by_role("button", name="Cancel").click()
    desk.settled()
    page.reload()
    desk.settled()
    expect(reason).to_have_count(0)
    desk.key("x")
    expect(reason).to_have_value("")


def test_keys_can_be_switched_off(small: Small, page: Page) -> None:
    desk = Desk(page)
    desk.open(small.review)
    page.get_by_text("Keyboard keys").click()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    desk.settled()
    page.keyboard.type("ajx")
    desk.settled()
    assert desk.element == "o-1"
    assert small.approved() == []
    page.reload()
    desk.settled()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    page.get_by_text("Keyboard keys").click()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    desk.settled()
    page.reload()
    desk.settled()
    desk.key("j")
    desk.shows("p-0")


def test_a_key_of_ones_own_works_and_is_remembered_by_the_browser(small: Small, page: Page) -> None:
    desk = Desk(page)
    desk.open(small.review)
    desk.key("h")
    expect(page.get_by_role("button", name="Change the key")).to_be_visible()
    desk.chooses("Give another letter to", "Next element")
    # The choice for the verb before is drawn away.
    expect(page.get_by_label("Letter", exact=True)).to_have_count(1)
    desk.chooses("Letter", "W")
    page.get_by_role("button", name="Change the key").click()
    desk.says("W does now: next element")
    page.wait_for_function("Object.entries(localStorage).some(([key, kept]) => key.includes('own-keys') && kept.includes('W'))")
    page.reload()
    desk.settled()
    expect(page.get_by_role("button", name=re.compile("^Next")).first).to_contain_text(re.compile("W$", re.IGNORECASE))
    desk.key("w")
    desk.shows("p-0")
    # The file's other tests use the same browser, which remembers.
    page.evaluate("localStorage.clear()")


def test_words_that_are_selected_stand_in_the_comment(small: Small, page: Page) -> None:
    desk = Desk(page)
    desk.open(f"{small.review}&element=p-1")
    page.evaluate(
        """() => {
          const walk = document.createTreeWalker(document.querySelector(".s2m ol, .s2m li").parentElement, NodeFilter.SHOW_TEXT);
          let node = walk.nextNode();
          while (node && !node.textContent.includes("DS-7")) node = walk.nextNode();
          const range = document.createRange();
          const at = node.textContent.indexOf("DS-7");
          range.setStart(node, at); range.setEnd(node, at + 4);
          getSelection().removeAllRanges(); getSelection().addRange(range);
        }"""
    )
    desk.key("m")
    expect(page.get_by_role("textbox", name="The words it is about (optional)")).to_have_value("DS-7")
    page.get_by_role("textbox", name="Comment").fill("Which one?")
    page.get_by_role("button", name="Comment", exact=True).last.click()
    desk.says("Comment kept")
    expect(page.locator(".s2m-thread mark")).to_have_text("DS-7")
    # On the card they are marked, with a number that says whose comment it is and is no part of what is selected.
    marked, number = page.locator("mark.s2m-pinned"), page.get_by_role("note", name=re.compile("^Comment 1, wording,"))
    expect(marked).to_have_text("DS-7")
    expect(marked).to_have_attribute("title", re.compile("Which one[?]$"))
    number.focus()
    assert "Which one?" in number.evaluate("one => getComputedStyle(one, '::after').content")
    told = marked.locator("xpath=..").evaluate("one => (getSelection().selectAllChildren(one), getSelection().toString())")
    assert "DS-7" in told
    assert "Which one?" not in told
    assert "1" not in told
    assert violations(page) == []


def test_the_focus_goes_to_the_next_elements_heading(small: Small, page: Page) -> None:
    desk = Desk(page)
    desk.open(small.review)
    desk.approve(by_key=True)
    desk.shows("p-0")
    expect(page.locator("h1.s2m-element")).to_be_focused()
    expect(page.locator(".s2m-unseen[role=status]")).to_contain_text(re.compile("Approved:.* Now lesson part 2 of 6"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")


def test_panels_beside_open_by_key(small: Small, page: Page) -> None:
    desk = Desk(page)
    desk.open(small.review)
    desk.key("l")
    expect(page.get_by_text("Nobody has decided anything here yet.")).to_be_visible()
    desk.key("l")
    expect(page.locator(".s2m-passage").first).to_be_visible()
    desk.key("m")
    expect(page.get_by_role("heading", name="New comment")).to_be_visible()


def test_every_verb_has_its_key(small: Small, page: Page) -> None:
    desk = Desk(page)
    desk.open(small.review)
    desk.key("j")
    desk.shows("p-0")
    desk.key("k")
    desk.shows("o-1")
    desk.key("s")
    desk.shows("p-0")
    desk.key("h")
    expect(page.locator(".s2m-keys")).to_be_visible()
    desk.key("h")
    expect(page.locator(".s2m-keys")).to_have_count(0)
    for key, heading in (("q", "Request changes: what is wrong?"), ("x", "Reject: what is wrong?"),
                         ("g", "Draft it again")):
        desk.key(key)
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("heading", name=heading)).to_have_count(0)
        desk.settled()
