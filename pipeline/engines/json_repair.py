"""Finds the JSON object in a reply that has more than that around or slightly wrong in it; no guesses.

Mended: reasoning before the answer, Markdown fences, prose around the object, commas before a closing
bracket, raw line breaks inside strings. Not mended: whatever would need a guess, such as an object that was
never closed.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

_REASONING = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Spelt out in both cases: with IGNORECASE it would be tried at every character, not at back-slashes only.
_ESCAPED_NO_TEXT = re.compile(r"\\(?:[bfBF]|[uU](?:00[01]|[dD][89a-fA-F]|[fF]{3}[efEF]))")
_STRING_OR_BRACE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]', re.DOTALL)


class NotJsonError(ValueError):
    """There is no usable JSON object in the text; says why."""


def json_object(text: str) -> dict[str, Any]:
    """The object of the reply, the longest where it holds several; raises NotJsonError."""
    text = _REASONING.sub("", text.lstrip("\ufeff")).strip()
    if not text:
        raise NotJsonError("the reply is empty")
    problem = "there is no JSON object in the reply"
    best: tuple[int, dict[str, Any]] | None = None
    start = text.find("{")
    while start >= 0:
        well_formed = _well_formed(text, start)
        end = well_formed.end if well_formed else _end_of_object(text, start)
        if end is None:
            # Never a piece from inside an object that was cut off: it would pass for the whole.
            problem = "the JSON object is never closed"
            break
        try:
            value = well_formed.value if well_formed else _decoded(text[start:end])
        except ValueError as error:
            problem = f"the JSON cannot be read: {error}"
        else:
            if best is None or end - start > best[0]:
                best = (end - start, value)
        start = text.find("{", end)
    if best is None:
        raise NotJsonError(problem)
    # Most replies hold nothing that could stand for such a character, and going through all strings takes long.
    if _could_hold_no_text(text) and _holds_no_text(best[1]):
        raise NotJsonError("it holds half a character or a control character")
    return best[1]


class _WellFormed(NamedTuple):
    """An object that needs no mending, and where it ends."""

    value: dict[str, Any]
    end: int


def _well_formed(text: str, start: int) -> _WellFormed | None:
    try:
        return _WellFormed(*_DECODER.raw_decode(text, start))
    except ValueError:
        return None


def _could_hold_no_text(text: str) -> bool:
    """Whether the JSON has such a character, or an escape that may stand for one."""
    return bool(_ESCAPED_NO_TEXT.search(text) or _NO_TEXT.search(text))


def _holds_no_text(value: object) -> bool:
    """Whether some string holds what neither UTF-8 (lone surrogates) nor XML and PostgreSQL (NUL) can keep."""
    if isinstance(value, dict):
        return any(_holds_no_text(one) for pair in value.items() for one in pair)
    if isinstance(value, list):
        return any(_holds_no_text(one) for one in value)
    return isinstance(value, str) and bool(_NO_TEXT.search(value))


def _end_of_object(text: str, start: int) -> int | None:
    depth = 0
    for token in _STRING_OR_BRACE.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(token.group(), 0)
        if depth == 0:
            return token.end()
    return None


def _decoded(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, strict=False, parse_constant=_no_constant)
    except json.JSONDecodeError:
        mended = _STRING_OR_COMMA.sub(lambda one: "" if one.group() == "," else one.group(), text)
        value = json.loads(mended, strict=False, parse_constant=_no_constant)
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(strict=False, parse_constant=_no_constant)
