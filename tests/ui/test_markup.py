from __future__ import annotations

import pytest

from pipeline.ui.markup import Html, el, joined, screen_link, text
from tests.ui.payloads import PAYLOADS


def test_text_inside_an_element_is_escaped() -> None:
    assert el("p", "a < b & 'c'") == "<p>a &lt; b &amp; &#x27;c&#x27;</p>"


def test_markup_inside_an_element_stays_markup() -> None:
    assert el("p", "x ", el("mark", "<y>"), None) == "<p>x <mark>&lt;y&gt;</mark></p>"


def test_an_attribute_cannot_be_left_by_its_value() -> None:
    drawn = el("span", class_='x" onmouseover="alert(1)')
    assert drawn == '<span class="x&quot; onmouseover=&quot;alert(1)"></span>'


@pytest.mark.parametrize("name", ["script", "img", "iframe", "style", "a", "form", "svg"])
def test_what_loads_runs_or_links_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not drawn on a screen"):
        el(name)


@pytest.mark.parametrize("attribute", ["onclick", "src", "href"])
def test_an_attribute_that_loads_or_runs_is_refused(attribute: str) -> None:
    with pytest.raises(ValueError, match="not drawn on a screen"):
        el("p", "x", **{attribute: "y"})


def test_a_link_leads_to_a_screen_of_ours_and_nowhere_else() -> None:
    drawn = screen_link("<b>", "module", module='m-1&x="//evil.example/')
    assert drawn == '<a href="module?module=m-1%26x%3D%22%2F%2Fevil.example%2F">&lt;b&gt;</a>'
    with pytest.raises(ValueError, match="no screen of ours"):
        screen_link("x", "//evil.example/")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_brings_a_tag_of_its_own(payload: str) -> None:
    drawn = joined(payload, text(payload))
    assert isinstance(drawn, Html)
    assert "<" not in drawn
