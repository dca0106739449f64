"""Schemas that strict endpoints take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ConfigDict, Field

from pipeline.domain import Noun
from pipeline.engines.strict_schema import strict_schema
from pipeline.engines.tasks import TASKS, ItemsReply

_ALLOWED = {
    "$defs",
    "$ref",
    "additionalProperties",
    "anyOf",
    "const",
    "description",
    "enum",
    "items",
    "properties",
    "required",
    "type",
}


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside a schema."""
    if isinstance(schema, list):
        for one in schema:
            yield from nodes(one)
    elif isinstance(schema, dict):
        yield schema
        for key, value in schema.items():
            if key in ("properties", "$defs"):
                for one in value.values():
                    yield from nodes(one)
            elif key in ("items", "anyOf"):
                yield from nodes(value)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_every_reply_keeps_to_the_portable_subset(task: Any) -> None:
    schema = strict_schema(task.reply)
    assert schema["type"] == "object"
    for node in nodes(schema):
        assert set(node) <= _ALLOWED
        if "$ref" in node:
            assert set(node) == {"$ref"}, "no keyword beside a reference"
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])


def test_no_schema_is_nested_deeper_than_endpoints_allow() -> None:
    schema = strict_schema(ItemsReply)

    def depth(node: dict[str, Any]) -> int:
        if "$ref" in node:
            return depth(schema["$defs"][node["$ref"].rsplit("/", 1)[-1]])
        inner = [*node.get("properties", {}).values(), *node.get("anyOf", [])]
        if "items" in node:
            return depth(node["items"])
        return (node.get("type") == "object") + max((depth(one) for one in inner), default=0)

    assert depth(schema) <= 5


def test_what_the_class_says_beyond_the_subset_is_left_out() -> None:
    class Sized(Noun):
        """For programmers."""

        model_config = ConfigDict(extra="ignore")

        count: int = Field(default=3, ge=1, le=5, title="How many", description="How many\n  there are.")

    assert strict_schema(Sized) == {
        "type": "object",
        "properties": {"count": {"type": "integer", "description": "How many there are."}},
        "required": ["count"],
        "additionalProperties": False,
    }


def test_shapes_that_no_strict_schema_can_say_are_refused() -> None:
    class Free(Noun):
        values: dict[str, str]

    class Pair(Noun):
        values: tuple[str, int]

    for shape in (Free, Pair):
        with pytest.raises(TypeError, match=r"\.values"):
            strict_schema(shape)
