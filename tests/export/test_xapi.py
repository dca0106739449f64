"""Statement templates: questions with their right answers, ids that outlive a revision."""

from __future__ import annotations

from typing import Any

from pipeline.domain import ItemType, Module
from pipeline.export import select
from pipeline.export.xapi import templates
from tests.export.conftest import a_rich_module


def made(module: Module) -> dict[str, Any]:
    return templates(select(module, include_drafts=False))


def questions(file: dict[str, Any]) -> dict[str, Any]:
    return {one["definition"]["description"]["en"]: one for one in file["activities"] if "interactionType" in one["definition"]}


def test_every_kind_of_question_says_what_is_right(rich_module: Module) -> None:
    found = questions(made(rich_module))
    right = {
        item.type: found[" ".join(item.stem.split())]["definition"]["correctResponsesPattern"]
        for item in rich_module.items if item.id.startswith("t-")
    }  # fmt: skip
    assert right == {
        ItemType.SINGLE: ["b"], ItemType.MULTIPLE: ["a[,]b"], ItemType.TRUE_FALSE: ["false"],
        ItemType.ORDER: ["b[,]a[,]c"], ItemType.MATCH: ["a[.]t1[,]b[.]t2[,]c[.]t2"], ItemType.CLOZE: ["DS-7[,]V-12"],
        ItemType.NUMERIC: ["39.5[:]40.5"], ItemType.SHORT: ["4410", "ext. 4410"],
    }  # fmt: skip


def test_ids_are_the_same_in_every_revision_and_the_revision_is_told() -> None:
    first, second = (made(a_rich_module(revision=number)) for number in (1, 2))
    assert [one["id"] for one in first["activities"]] == [one["id"] for one in second["activities"]]
    assert {one["context"]["revision"] for one in second["statements"]} == {"2"}


def test_a_session_begins_and_ends_and_a_test_is_passed_or_failed(rich_module: Module) -> None:
    verbs = [one["verb"]["id"].rsplit("/", 1)[-1] for one in made(rich_module)["statements"]]
    assert (verbs[0], verbs[-1]) == ("initialized", "terminated")
    assert {"passed", "failed", "completed", "answered", "experienced"} <= set(verbs)


def test_names_are_there_for_reports(rich_module: Module) -> None:
    for one in made(rich_module)["statements"]:
        assert one["verb"]["display"]["en"]
        assert all(one["object"]["definition"][field] for field in ("name", "type"))
