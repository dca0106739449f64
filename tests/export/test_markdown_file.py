"""The module as Markdown: everything is in it, and nothing in a text becomes markup of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from pipeline.domain import Module
from pipeline.export import EXPORTERS, select
from pipeline.export.markdown_file import below, plain
from tests.export.conftest import NASTY


def written(module: Module, path: Path) -> str:
    EXPORTERS.get("markdown").write(select(module, include_drafts=False), path)
    return path.read_text(encoding="utf-8")


def test_every_text_a_learner_meets_is_in_it(rich_module: Module, tmp_path: Path) -> None:
    html = MarkdownIt("commonmark").enable("table").render(written(rich_module, tmp_path / "m.md"))
    for item in rich_module.items:
        for text in (item.general_feedback, item.hint or "", *(one.feedback for one in item.options)):
            assert text.replace("'", "'") in html.replace("&quot;", '"')
    for scenario in rich_module.scenarios:
        for node in scenario.nodes:
            assert node.situation in html
    assert "<h1>Lock out the carton sealer</h1>" in html


@pytest.mark.parametrize("text", [*NASTY, "- no list", "1. no list", "# no heading", "* * *", "a_b_c *d* `e`", "$x$ ~~y~~"])
def test_plain_text_stays_plain(text: str) -> None:
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(plain(text))
    shown = html.removeprefix("<p>").removesuffix("</p>\n")
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(char, entity)
    assert shown == " ".join(text.split())


def test_headings_of_a_part_stand_below_its_own_and_code_is_left_alone() -> None:
    text = below("# One\n## Two\n```\n# no heading <b>\n```\n<b>bold</b> `<i>` ![a gauge](http://evil/x.png)", 3)
    assert text.splitlines() == [
        "#### One", "##### Two", "```", "# no heading <b>", "```", "&lt;b>bold&lt;/b> `<i>` a gauge",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        (r"Type \<!\[CDATA\[ and \]\]> here", "Type &lt;![CDATA[ and ]]&gt; here"),
        ("Type <![CDATA[ raw ]]> here", "Type &lt;![CDATA[ raw ]]&gt; here"),
        (r"one \\<b> two", "one \\&lt;b&gt; two"),
        (r"\`<b>\` no code", "`&lt;b&gt;` no code"),
        ("``a ` <b>`` code", "<code>a ` &lt;b&gt;</code> code"),
        ("Wait! [1] and ![no picture]", "Wait! [1] and ![no picture]"),
        ("![a [red] gauge](http://evil/x.png)", "a [red] gauge"),
        ("![gauge] ![x][gauge]\n\n[gauge]: http://evil/x.png", "gauge x"),
    ],
)
def test_signs_of_markup_in_a_step_are_read_as_they_are_and_escaped_once(markdown: str, shown: str) -> None:
    assert MarkdownIt("commonmark").render(below(markdown, 3)) == f"<p>{shown}</p>\n"


def test_a_fence_that_is_never_closed_ends_with_its_part() -> None:
    assert below("```\ncode", 3).endswith("\n```")
