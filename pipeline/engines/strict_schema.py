"""A reply's class → the strict JSON schema that endpoints take: the portable subset of llm-facts §3.

Every property required, no additional ones, no defaults, titles, lengths or limits. What a class asks for
beyond that is checked when the reply comes back.
"""

from __future__ import annotations

import functools
from typing import Any

from pipeline.domain import Noun

# Keywords that strict endpoints refuse or ignore.
_DROPPED = frozenset(
    {
        "title",
        "default",
        "examples",
        "format",
        "pattern",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
    }
)


@functools.cache
def strict_schema(reply: type[Noun]) -> dict[str, Any]:
    """The schema of the reply; not to be changed by the caller.

    Raises TypeError for what strict schemas cannot say: dicts with free keys, tuples of fixed length.
    """
    schema = _strict(reply.model_json_schema(mode="validation"), where=reply.__name__)
    assert isinstance(schema, dict)
    return schema


def _strict(node: Any, *, where: str) -> Any:
    if isinstance(node, list):
        return [_strict(one, where=where) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        # Strict endpoints take no keyword beside a reference, not even a description.
        return {"$ref": node["$ref"]}
    if "prefixItems" in node:
        raise TypeError(f"{where}: a tuple of fixed length has no strict schema; use a noun")
    kept = {key: value for key, value in node.items() if key not in _DROPPED}
    is_object = node.get("type") == "object"
    if is_object and "properties" not in node:
        raise TypeError(f"{where}: a dict with free keys has no strict schema; use a noun")
    strict: dict[str, Any] = {}
    for key, value in kept.items():
        if key in ("properties", "$defs"):
            strict[key] = {name: _strict(one, where=f"{where}.{name}") for name, one in value.items()}
        elif key == "description" and is_object:
            continue  # a class's docstring speaks to programmers
        elif key == "description":
            strict[key] = " ".join(value.split())
        elif key in ("enum", "const", "required", "type"):
            strict[key] = value
        else:
            strict[key] = _strict(value, where=where)
    if is_object:
        strict["required"] = list(node["properties"])
        strict["additionalProperties"] = False
    return strict
