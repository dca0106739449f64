"""From an element under review to what its learner sees, and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e_browser.conftest import Small
from tests.e2e_browser.served import Desk

pytestmark = pytest.mark.browser

# What a page that is locked in must not get at.
_REACHES = """async () => {
  const reached = [];
  const tries = {
    storage: () => window.localStorage.length, session: () => window.sessionStorage.length, cookies: () => document.cookie.length,
    network: () => fetch("/_stcore/health"),
  };
  for (const [name, one] of Object.entries(tries)) {
    try { await one(); reached.push(name); } catch (problem) { /* as it should */ }
  }
  return [window.origin, ...reached];
}"""


def test_from_the_element_to_the_learner_s_view_and_back(small: Small, page: Page) -> None:
    desk = Desk(page)
    desk.open(f"{small.review}&element=q-1")
    with desk.page.expect_popup() as opened:
        desk.page.get_by_role("link", name="As the learner sees it").click()
    view = opened.value
    stem = small.store.modules.load(small.module).items[0].stem
    expect(view.locator("main h1")).to_have_text("Question 1 of 2")
    expect(view.locator("main")).to_contain_text(stem)
    expect(view.locator("main .mark")).to_have_text("Draft, not approved")
    expect(view.locator("#session-note")).to_contain_text("Nothing is recorded")
    expect(view.locator("#trouble")).to_have_count(0)
    complaints: list[str] = []
    view.on("console", lambda message: complaints.append(message.text))
    assert view.evaluate(_REACHES) == ["null"]
    assert [one for one in complaints if "/_stcore/health" not in one and "Failed to fetch" not in one] == []
    # Going on in the course, the way back goes along.
    view.get_by_role("navigation", name="Contents").get_by_role("link").nth(1).click()
    expect(view.locator("#to-review")).to_have_attribute("href", f"../review?module={small.module}&element=p-0")
    # An objective stands on the start page, which it shares with others.
    objective = small.store.modules.load(small.module).objectives[0].id
    view.evaluate("at => { location.hash = at; }", f"#{objective}")
    expect(view.locator("#to-review")).to_have_attribute("href", f"../review?module={small.module}&element={objective}")
    view.go_back()
    expect(view.locator("#to-review")).to_have_attribute("href", f"../review?module={small.module}&element=p-0")
    before = len(small.store.audit.of(small.module))
    view.get_by_role("link", name="Back to the review").click()
    Desk(view).shows("p-0")
    assert len(small.store.audit.of(small.module)) == before
