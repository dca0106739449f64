"""axe-core on a page: what breaks WCAG 2.2 AA or good practice in our own content.

In: a page at rest. Out: a line a violation. What Streamlit itself fails at is listed here, by rule and Streamlit's
name of the element with the reason, and nowhere else; nothing within our own markup is ever excused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from tests.needs import require

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class Excuse:
    """Something that Streamlit draws, that we cannot change, and that a rule is against."""

    rule: str
    within: str
    """`data-testid` of Streamlit's element that holds or is the node."""
    reason: str


STREAMLIT_FAILS_AT = (
    Excuse(
        "presentation-role-conflict", "stFileUploaderDropzone",
        "Streamlit 1.67 names the area to drop a file on (aria-label) and gives it role=presentation; the button in it is "
        "named and reached with Tab",
    ),
)

# A colour on its way to another is no colour of ours: Streamlit fades what it is about to draw again.
_STILL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { transition: none !important; animation: none !important; }
    [data-stale] { opacity: 1 !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
_RUN = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.flatMap((one) => one.nodes.map((node) => {
    const within = [];
    let isOurs = false;
    for (let at = document.querySelector(node.target.flat()[0]); at; at = at.parentElement) {
      if (at.dataset?.testid) within.push(at.dataset.testid);
      isOurs ||= at.classList.contains("s2m") || [...at.classList].some((name) => name.startsWith("s2m-"));
    }
    return {
      rule: one.id, selector: node.target.flat().join(" >> "), html: node.html.slice(0, 200), within, isOurs,
      why: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
    };
  }));
}"""


def violations(page: Page) -> list[str]:
    """A line for each violation that is not excused: rule, selector, why, the beginning of its markup."""
    if not page.evaluate("typeof window.axe === 'object'"):
        # Evaluated, not loaded as a script: a page whose policy forbids scripts is tested, too.
        page.evaluate(require("axe").read_text(encoding="utf-8"))
        page.evaluate(_STILL)
    found: list[dict[str, Any]] = page.evaluate(_RUN, RULES)
    if found:
        # A page that draws itself anew is pale and moves while it does; what is so for good is so twice.
        page.wait_for_timeout(700)
        again = {(one["rule"], one["selector"]) for one in page.evaluate(_RUN, RULES)}
        found = [one for one in found if (one["rule"], one["selector"]) in again]
    return [
        f"{one['rule']}: {one['selector']}: {one['why']}: {one['html']}"
        for one in found
        if not is_excused(one["rule"], one["within"], is_ours=one["isOurs"])
    ]


def is_excused(rule: str, within: list[str], *, is_ours: bool) -> bool:
    """Whether it is one of Streamlit's own failures; what we draw is never excused."""
    return not is_ours and any(one.rule == rule and one.within in within for one in STREAMLIT_FAILS_AT)
