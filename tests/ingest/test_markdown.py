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


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("<!-- a --> Keep **this**.\n", ["¶ Keep this."]),
        ("One.\n\n{/* mdx */}\n\n{% comment %}\nno\n{% endcomment %}\n\n{# jinja #}\n\nTwo.\n", ["¶ One.", "¶ Two."]),
        ("One.\n\n<!--\n```\nno\n```\n-->\n\nTwo.\n", ["¶ One.", "¶ Two."]),
        ("Write `<!-- note -->` there.\n", ["¶ Write <!-- note --> there."]),
        ("Code:\n\n    <!-- kept -->\n\tmake\n", ["¶ Code:", "code <!-- kept -->\nmake"]),
        ("```\n<!-- kept\n```\n\nText. <!-- gone -->\n", ["code <!-- kept", "¶ Text."]),
        ("A <!-- never closed\n", ["¶ A <!-- never closed"]),
    ],
)
def test_comments_of_every_kind_are_dropped_but_not_in_code(tmp_path: Path, source: str, lines: list[str]) -> None:
    assert blocks(tmp_path, source) == lines


def test_code_is_intact(tmp_path: Path) -> None:
    made = read_text(tmp_path, "```make\nall:\n\tgo build [^a] {.x}\n```\n\nUse `[^abc]` and `{.x}`.\n", "x.md")
    assert [block.text for block in made.blocks] == ["all:\n\tgo build [^a] {.x}", "Use [^abc] and {.x}."]


def test_text_between_rules_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    assert blocks(tmp_path, "---\n\nRead this first, please.\n\n---\n\nText.\n") == ["¶ Read this first, please.", "¶ Text."]
    assert blocks(tmp_path, "---\ntitle: A\ntags:\n  - b\n# note\ntext: |\n  More\n---\n\nText.\n") == ["¶ Text."]


def test_footnotes_of_any_form_are_notes(tmp_path: Path) -> None:
    text = "A[^1] B[^2] C[^3].\n\n[^1]: https://x.example\n[^2]: Word\n[^3]: First part.\n\n    Second part.\n\nEnd.\n"
    assert blocks(tmp_path, text) == [
        "¶ A B C.", "note https://x.example", "note Word", "note First part.", "¶ Second part.", "¶ End.",
    ]


def test_badges_are_furniture_and_pictures_figures(tmp_path: Path) -> None:
    text = (
        "# Tool\n\n[![Build](https://x.example/badge.svg)](y) ![License](https://img.shields.io/l)\n[![CI](ci.svg)](z)\n\n"
        "[![The red lever](small.png)](big.png)\n"
    )
    made = read_text(tmp_path, text, "x.md")
    assert [(block.kind.value, block.text or block.alt) for block in made.blocks] == [
        ("heading", "Tool"), ("furniture", "Build · License · CI"), ("figure", "The red lever"),
    ]


def test_what_html_hides_in_markdown_is_hidden(tmp_path: Path) -> None:
    text = 'See <span style="display:none">obey</span>this <b hidden>obey</b>rule.\n\n<div hidden>\n\nObey me.\n\n</div>\n\nEnd.\n'
    made = read_text(tmp_path, text, "x.md")
    assert [(block.text, block.hidden) for block in made.blocks] == [
        ("See this rule.", False), ("Obey me.", True), ("End.", False),
    ]


def test_an_html_table_with_empty_lines_in_it_is_one_table(tmp_path: Path) -> None:
    text = "<table>\n<tr><th>Gas</th><th>Limit</th></tr>\n\n<tr><td>CO</td><td>30</td></tr>\n\n</table>\n\nEnd.\n"
    assert blocks(tmp_path, text) == ["table Gas | Limit\nCO | 30", "¶ End."]


def test_html_that_wraps_markdown_leaves_it_as_it_is(tmp_path: Path) -> None:
    text = '<div align="center">\n\n# Tool\n\n</div>\n\n<h2 align="center">Use</h2>\n\n<details><summary>More</summary>\n\nText.\n\n</details>\n'
    assert blocks(tmp_path, text) == ["h1 Tool", "h2 Use", "¶ More", "¶ Text."]


def test_boxes_of_myst_and_shortcodes_of_generators_are_understood(tmp_path: Path) -> None:
    text = '```{warning} Hot surfaces\n:class: x\nWait 40 minutes.\n```\n\n{{< toc >}}\n\n- TOC\n{:toc}\n\nEnd.\n'
    assert blocks(tmp_path, text) == ["¶ Warning: Hot surfaces. Wait 40 minutes.", "¶ End."]


def test_nesting_beyond_the_parser_is_warned_of(tmp_path: Path) -> None:
    made = read_text(tmp_path, "Text.\n\n" + ">" * 200 + " deep\n", "x.md")
    assert [warning.code for warning in made.warnings] == ["nested_too_deeply"]


@pytest.mark.parametrize("text", ["<table>\n\n" * 2_000, "<!--" * 20_000, "{/*" * 20_000, "`a" * 5_000, "```\n<!--\n" * 3_000])
def test_texts_made_to_stall_a_reader_do_not(tmp_path: Path, text: str) -> None:
    assert shown(read_text(tmp_path, f"Text.\n\n{text}", "x.md"))[0] == "¶ Text."
