from __future__ import annotations

from html.parser import HTMLParser

import pytest

from pipeline.ui.markdown_safe import rendered
from tests.ui.payloads import PAYLOADS

_HARMLESS = {
    *("div", "p", "strong", "em", "s", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "br"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_loads_runs_links_or_poses_as_a_heading(payload: str) -> None:
    tags = _Tags()
    tags.feed(rendered(f"Before.\n\n{payload}\n\nAfter {payload}"))
    assert tags.found <= _HARMLESS
    assert tags.attributes <= {"class", "style", "start"}


def test_a_payload_is_still_there_to_be_read() -> None:
    assert "&lt;script&gt;window.pwned = 1&lt;/script&gt;" in rendered(PAYLOADS[0])


def test_a_heading_is_bold_text() -> None:
    assert rendered("## Why it matters") == (
        '<div class="s2m-prose"><p class="s2m-heading"><strong>Why it matters</strong></p>\n</div>'
    )


def test_a_link_shows_its_text_and_where_it_would_lead() -> None:
    assert "the manual (https://example.org/a?b=1&amp;c=2)" in rendered("[the manual](https://example.org/a?b=1&c=2)")


def test_an_image_becomes_its_description() -> None:
    assert "[image: Valve V-12]" in rendered("![Valve V-12](http://evil.example/v.png)")


def test_a_checklist_has_boxes() -> None:
    drawn = rendered("- [ ] Close the valve\n- [x] Press STOP")
    assert "☐ Close the valve" in drawn
    assert "☑ Press STOP" in drawn


def test_lists_tables_and_emphasis_are_drawn() -> None:
    drawn = rendered("1. **Press** STOP\n2. Wait\n\n| Limit | Unit |\n|---|---|\n| 160 | °C |")
    assert "<ol>" in drawn
    assert "<strong>Press</strong>" in drawn
    assert "<td>160</td>" in drawn


def test_money_and_directives_stay_as_written() -> None:
    assert "costs $5 to $6 :red[x] :rocket:" in rendered("costs $5 to $6 :red[x] :rocket:")
