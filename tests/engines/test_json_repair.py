"""What is read from a reply, and what is not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engines.json_repair import NotJsonError, json_object


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('\ufeff  {"a": 1}\n', {"a": 1}),
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ('Sure! Here it is:\n\n```\n{"a": {"b": [1, 2]}}\n```\nAnything else?', {"a": {"b": [1, 2]}}),
        ('{"a": [1, 2,], "b": {"c": 3,},}', {"a": [1, 2], "b": {"c": 3}}),
        ('{"a": "one,} two,] {three"}', {"a": "one,} two,] {three"}),
        ('{"a": "say \\"stop\\",",}', {"a": 'say "stop",'}),
        ('{"a": "two\nlines"}', {"a": "two\nlines"}),
        ('<think>maybe {"a": 0}?</think>{"a": 1}', {"a": 1}),
        ('Fill {name} in: {"a": "x"}', {"a": "x"}),
        ('First {"a": 1}, then the whole: {"a": 1, "b": 2}', {"a": 1, "b": 2}),
    ],
)
def test_the_object_is_found_and_small_slips_are_mended(text: str, value: dict[str, Any]) -> None:
    assert json_object(text) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("<think>hm</think>", "empty"),
        ("I cannot do that.", "no JSON object"),
        ("[1, 2]", "no JSON object"),
        ('{"items": [{"stem": "one"}, {"stem": "tw', "never closed"),
        ("{'a': 1}", "cannot be read"),
        ('{"a": NaN}', "NaN"),
        ('{"a": undefined}', "cannot be read"),
        ('{"a": "half \\ud83d"}', "half a character"),
        ('{"a": ["\\u0000"]}', "control character"),
    ],
)
def test_what_would_need_a_guess_is_no_json(text: str, why: str) -> None:
    with pytest.raises(NotJsonError, match=why):
        json_object(text)


_texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")))
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)  # how busy the machine is says nothing about the code
@given(st.dictionaries(_texts, _values, max_size=5), st.booleans())
def test_any_object_is_read_as_it_is(value: dict[str, Any], is_ascii: bool) -> None:
    assert json_object(json.dumps(value, ensure_ascii=is_ascii)) == value
    assert json_object(f"Here:\n```json\n{json.dumps(value, indent=2)}\n```") == value
