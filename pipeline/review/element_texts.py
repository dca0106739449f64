"""The words of an element, whatever its kind.

In: an element's content as a revision keeps it. Out: its texts in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Everything a learner reads; ids, levels, kinds and evidence are not words of ours.
_TEXTS = frozenset(
    {
        "text", "audience", "behaviour", "condition", "degree", "job_behaviour", "markdown", "title", "stem",
        "feedback", "misconception", "general_feedback", "hint", "situation", "consequence", "answer",
    }
)
_NO_TEXTS = frozenset({"evidence", "figures"})


def texts_of(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, text) of each text, fields named as the editor names them: `stem`, `options.a.feedback`."""
    yield from _texts(content, "")


def words_of(content: Mapping[str, Any]) -> list[str]:
    """All its words, one text after the other."""
    return [word for _, text in texts_of(content) for word in text.split()]


def _texts(content: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for name, value in content.items():
        if name in _NO_TEXTS:
            continue
        yield from _of(value, f"{place}{name}", is_text=name in _TEXTS)


def _of(value: Any, place: str, *, is_text: bool) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if is_text and value:
            yield place, value
    elif isinstance(value, Mapping):
        yield from _texts(value, f"{place}.")
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            key = one["id"] if isinstance(one, Mapping) and "id" in one else number
            yield from _of(one, f"{place}.{key}", is_text=is_text)
