from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain import Block
from tests.ingest.specimens import read_text, shown


def blocks(tmp_path: Path, text: str) -> list[str]:
    return shown(read_text(tmp_path, text, "source.md"))


def one(tmp_path: Path, text: str) -> Block:
    (block,) = read_text(tmp_path, text, "source.md").blocks
    return block


def test_front_matter_gives_the_title_and_nothing_else(tmp_path: Path) -> None:
    made = read_text(tmp_path, '---\ntitle: "Hot work"\nlang: de\ndraft: true\n---\n\nText here.\n', "x.md")
    assert shown(made) == ["¶ Text here."]
    assert (made.source.title, made.source.language) == ("Hot work", "de")
    assert made.blocks[0].anchor.lines == (7, 7)


def test_a_rule_between_paragraphs_is_no_front_matter(tmp_path: Path) -> None:
    assert blocks(tmp_path, "One.\n\n---\n\nTwo.\n") == ["¶ One.", "¶ Two."]


def test_comments_are_dropped(tmp_path: Path) -> None:
    text = "A <!-- not\nthis --> b.\n\n<!--\nnor\n\nthis\n-->\n\nC.\n"
    assert blocks(tmp_path, text) == ["¶ A b.", "¶ C."]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("See [the **guide**](https://x.example/y) now.", "See the guide now."),
        ("Set `mode` to *safe*.", "Set mode to safe."),
        ('Ask [HR](/hr){:target="_blank"} first.', "Ask HR first."),
        ("Line one\nline two  \nline three", "Line one line two line three"),
        ("5 &lt; 6 &amp; 2<sup>nd</sup>", "5 < 6 & 2nd"),
        (r"Keep \*this\* as is", "Keep *this* as is"),
        ("Tap ![Save](s.png) once.", "Tap Save once."),
        ("First[^1] rule.", "First rule."),
        ("See [guide][g].\n\n[g]: https://x.example", "See guide."),
    ],
)
def test_inline_markup_becomes_plain_words(tmp_path: Path, source: str, text: str) -> None:
    assert one(tmp_path, source).text == text


def test_lists_nest_and_carry_their_markers(tmp_path: Path) -> None:
    text = "3. Open\n4. Choose:\n    - red\n    - blue\n\n      More on blue.\n5) Close\n\n- [ ] Sign\n"
    assert blocks(tmp_path, text) == [
        "3. Open", "4. Choose:", "  • red", "  • blue", "¶ More on blue.", "5) Close", "• Sign",
    ]


def test_a_table_is_one_block_with_rows(tmp_path: Path) -> None:
    block = one(tmp_path, "| Limit | Value |\n|---|--:|\n| Heat | **160 °C** |\n| a \\| b | |\n")
    assert block.rows == (("Limit", "Value"), ("Heat", "160 °C"), ("a | b", ""))
    assert block.text == "Limit | Value\nHeat | 160 °C\na | b | "
    assert block.anchor.lines == (1, 4)


def test_headings_have_levels_and_no_attributes(tmp_path: Path) -> None:
    assert blocks(tmp_path, "Title\n=====\n\n### Part {#part}\n\n# Top #\n") == ["h1 Title", "h3 Part", "h1 Top"]


def test_code_and_quotes_are_kinds_of_their_own(tmp_path: Path) -> None:
    text = "```sh\nrm -r x\n  # <!-- kept -->\n```\n\n> Count first.\n> Sign second.\n"
    made = read_text(tmp_path, text, "x.md")
    assert [(block.kind.value, block.text) for block in made.blocks] == [
        ("code", "rm -r x\n  # <!-- kept -->"), ("quote", "Count first. Sign second."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '!!! warning "Hot surfaces"\n    Wait 40 minutes.\n\n    Then open it.\n\nAfter.\n',
        '!!!warning "Hot surfaces"\n    Wait 40 minutes.\n\n    Then open it.\n\nAfter.\n',
        "??? warning \"Hot surfaces\"\n\n    Wait 40 minutes.\n\n    Then open it.\n\nAfter.\n",
        ":::warning Hot surfaces\nWait 40 minutes.\n\nThen open it.\n:::\n\nAfter.\n",
    ],
)
def test_an_admonition_stays_a_warning_in_words(tmp_path: Path, text: str) -> None:
    assert blocks(tmp_path, text) == ["¶ Warning: Hot surfaces. Wait 40 minutes.", "¶ Then open it.", "¶ After."]


def test_an_admonition_without_a_title_and_one_with_a_list(tmp_path: Path) -> None:
    assert blocks(tmp_path, "!!! note\n    Wait.\n") == ["¶ Note: Wait."]
    assert blocks(tmp_path, "> [!CAUTION]\n> Wait.\n") == ["¶ Caution: Wait."]
    assert blocks(tmp_path, "Text.\n\n!!! tip\n    - one\n    - two\n") == ["¶ Text.", "¶ Tip:", "• one", "• two"]


def test_footnotes_are_notes(tmp_path: Path) -> None:
    assert blocks(tmp_path, "A rule[^a].\n\n[^a]: Since 2024 only.\n") == ["¶ A rule.", "note Since 2024 only."]


def test_pictures_with_a_description_are_figures(tmp_path: Path) -> None:
    (block,) = read_text(tmp_path, "![The red lever](l.png)\n\n![](x.png)\n\n[![Build](b.svg)](y)\n", "x.md").blocks[:1]
    assert (block.kind.value, block.alt, block.text) == ("figure", "The red lever", "")


def test_html_inside_is_read_as_html(tmp_path: Path) -> None:
    text = "<div>\n<p>Close <b>it</b>.</p>\n<script>x()</script></div>\n\n<table><tr><td>a</td><td>b</td></tr>" \
           "<tr><td>c</td><td>d</td></tr></table>\n"
    assert blocks(tmp_path, text) == ["¶ Close it.", "table a | b\nc | d"]


def test_template_tags_are_no_text(tmp_path: Path) -> None:
    assert blocks(tmp_path, "[TOC]\n\n{% include x.html %}\n\nText.\n{: .lead}\n") == ["¶ Text."]
