"""The questions about a whole module: their prompts, their shapes, and what they are told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.domain import ResourceKind
from pipeline.engines.slots import can_fill, messages_for
from pipeline.engines.strict_schema import strict_schema
from pipeline.engines.tasks import Quote
from pipeline.engines.telling import RESOURCES, SCENARIOS, ResourcesInputs, ScenariosInputs
from pipeline.library.prompts import load_prompts
from tests.builders import a_document, a_module

DOCUMENT = a_document()
BASE: dict[str, Any] = {
    "language": "de",
    "source_title": None,
    "blocks": DOCUMENT.blocks,
    "document": DOCUMENT.blocks,
    "brief": a_module(DOCUMENT).brief,
    "topics": (),
}
STORY = ScenariosInputs(**BASE, tested=(Quote(block=DOCUMENT.blocks[2].id, text="Press"),))
KINDS = ResourcesInputs(**BASE, kinds=(ResourceKind.VIDEO_SCRIPT, ResourceKind.DISCUSSION))


def said(task: Any, inputs: Any) -> str:
    return messages_for(load_prompts().get(task.name), inputs)[1].content


@pytest.mark.parametrize(("task", "inputs"), [(SCENARIOS, STORY), (RESOURCES, KINDS)])
def test_each_has_a_prompt_of_its_reply_whose_slots_are_filled(task: Any, inputs: Any) -> None:
    prompt = load_prompts().get(task.name)
    assert prompt.reply == task.reply.__name__
    assert all(can_fill(slot, task.inputs) for slot in prompt.inputs)
    assert "{{" not in said(task, inputs)


def test_a_story_is_told_which_blocks_the_test_asks_about() -> None:
    assert said(SCENARIOS, STORY).rstrip().endswith("blocks: 2")
    assert said(SCENARIOS, STORY.changed(tested=())).rstrip().endswith("blocks: none")


def test_resources_are_told_their_kinds() -> None:
    assert "one of each: video_script, discussion\n" in said(RESOURCES, KINDS)


@pytest.mark.parametrize("task", [SCENARIOS, RESOURCES])
def test_the_schema_is_strict_and_at_most_five_levels_deep(task: Any) -> None:
    schema = strict_schema(task.reply)
    assert "default" not in json.dumps(schema)

    def depth(node: dict[str, Any]) -> int:
        if "$ref" in node:
            return depth(schema["$defs"][node["$ref"].rsplit("/", 1)[-1]])
        if "items" in node:
            return depth(node["items"])
        inner = [*node.get("properties", {}).values(), *node.get("anyOf", [])]
        return (node.get("type") == "object") + max((depth(one) for one in inner), default=0)

    assert depth(schema) <= 5
