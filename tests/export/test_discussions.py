"""Discussions in two: what participants are asked, and what a facilitator listens for."""

from __future__ import annotations

import re

import pytest

from pipeline.domain import Resource, ResourceKind
from pipeline.export.discussions import discussion_of
from pipeline.export.markdown_html import render
from pipeline.library.strings import strings_for

LOOSE = "1. The tester shows *some* voltage. What now?\n\n   *Listen for:* Close the cabinet.\n\n2. And then?\n\n   *Listen for:* Call 3115.\n"


def _talk(markdown: str, kind: ResourceKind = ResourceKind.DISCUSSION) -> Resource:
    return Resource(id="r", kind=kind, title="Talk", markdown=markdown)


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize(
    "markdown",
    [
        LOOSE,
        LOOSE.replace("?\n\n", "?\n"),
        LOOSE.replace("?\n\n   *", "?\n   - *"),
        LOOSE.replace("*Listen for:*", "**Listen for**:"),
        LOOSE.replace("*Listen for:*", "Listen for:"),
        LOOSE.replace("*Listen for:*", "*Achten Sie auf:*"),
        LOOSE.replace("   *", "*"),
        LOOSE.replace("\n", "\r\n"),
        "### 1\n\nThe tester shows *some* voltage. What now?\n\n*Listen for:*\n\n- Close the cabinet.\n\n### 2\n\nAnd then?\n\nListen for: Call 3115.",
    ],
)
def test_answers_are_told_from_the_prompts_in_every_shape_they_are_written_in(markdown: str) -> None:
    found = discussion_of(_talk(markdown), strings_for("en"))
    assert found is not None
    asked = _words(render(found.prompts))
    assert "What now?" in asked
    assert "And then?" in asked
    assert not re.search("Listen|Achten|cabinet|3115", asked)
    assert [(one.number, _words(render(one.tokens))) for one in found.expected] == [
        (1, "Close the cabinet."), (2, "Call 3115."),
    ]
    folded = render(found.unfolding)
    assert folded.count("<details><summary>What others listen for</summary>") == 2
    assert folded.count("<details>") == folded.count("</details>")


def test_the_language_s_own_word_announces_an_answer_too() -> None:
    found = discussion_of(_talk("1. ماذا تفعل؟\n\n   انتبه إلى: أغلق الصمام."), strings_for("ar"))
    assert found is not None
    assert _words(render(found.prompts)) == "ماذا تفعل؟"


@pytest.mark.parametrize(
    "markdown", ["1. When did you meet it?", "1. **Case:** the gauge.\n\n   **Question:** What now?", "*Note:* Who did it?\n\nWhat now?"]
)
def test_what_holds_no_answer_stays_whole(markdown: str) -> None:
    found = discussion_of(_talk(markdown), strings_for("en"))
    assert found is not None
    assert found.expected == ()
    assert "".join(found.unfolding[at].type for at in range(len(found.unfolding))) == "".join(one.type for one in found.prompts)


def test_other_resources_are_no_discussions() -> None:
    assert discussion_of(_talk(LOOSE, ResourceKind.JOB_AID), strings_for("en")) is None
