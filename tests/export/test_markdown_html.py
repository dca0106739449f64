"""Markdown becomes a closed set of elements; nothing a source said becomes markup."""

from __future__ import annotations

import pytest

from pipeline.export.markdown_html import render, split_answer, to_html
from tests.export.conftest import NASTY


@pytest.mark.parametrize("text", NASTY)
def test_markup_in_a_source_is_shown_as_text(text: str) -> None:
    html = to_html(f"Before {text}\n\n{text}\n\n- {text}\n\n| a |\n| --- |\n| {text} |")
    assert "<script" not in html
    assert "<img" not in html
    assert "<!--" not in html


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[the sheet](https://a.example/s)", "the sheet (https://a.example/s)"),
        ("<https://a.example/s>", "https://a.example/s"),
        ("[here](javascript:alert(1))", "[here](javascript:alert(1))"),
        ("[here](page.html)", "here"),
        ("![a gauge](https://a.example/g.png)", "a gauge"),
        ("[![a gauge](g.png)](https://a.example/)", "a gauge (https://a.example/)"),
    ],
)
def test_links_and_pictures_become_words(markdown: str, expected: str) -> None:
    assert to_html(markdown) == f'<p dir="auto">{expected}</p>'


def test_headings_start_below_the_page_s_own() -> None:
    html = to_html("# One\n\n## Two", heading_level=3)
    assert '<h3 dir="auto">One</h3>' in html
    assert '<h4 dir="auto">Two</h4>' in html


def test_a_table_has_header_cells_and_a_frame_to_scroll_in() -> None:
    html = to_html("| Device | Energy |\n| :--- | ---: |\n| DS-7 | power |")
    assert html.startswith('<div class="table-frame" role="group" tabindex="0"><table>')
    assert '<th dir="auto" scope="col">Device</th>' in html
    assert "style=" not in html


def test_a_checklist_gets_boxes() -> None:
    html = to_html("- [ ] Press STOP\n- [x] Done")
    assert '<li class="task">☐ Press STOP</li>' in html
    assert '<li class="task">☑ Done</li>' in html


@pytest.mark.parametrize("marker", ["Check yourself:", "**Check yourself:**", "check yourself –"])
def test_a_practice_part_is_parted_before_its_answer(marker: str) -> None:
    practice = split_answer(f"Point at the valve.\n\nThink.\n\n{marker} V-12.\n\nMore.", ("Check yourself",))
    assert render(practice.prompt) == '<p dir="auto">Point at the valve.</p>\n<p dir="auto">Think.</p>'
    assert "V-12." in render(practice.answer)
    assert "More." in render(practice.answer)


@pytest.mark.parametrize("markdown", ["Point at the valve.", "Check yourself: only this.", "- Check yourself: no"])
def test_a_practice_part_without_an_answer_stays_whole(markdown: str) -> None:
    practice = split_answer(markdown, ("Check yourself",))
    assert practice.answer == []
    assert practice.prompt
