"""A value of an element's content as people read it, whole options, nodes and quotes among them.

In: any value of a content, as JSON holds it; names of entries by their ids. Out: its text, a line feed between lines;
no ids, no brackets, no names of fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_NAMES = {
    "misconception": "The mistake behind it", "next": "Leads to", "correct": "", "evidence": "Source",
    "job_behaviour": "On the job", "general_feedback": "General feedback", "objective_ids": "Objectives",
    "objective_id": "Objective", "lesson_id": "Lesson",
}
# What an entry is known by stands first, without a name.
_FIRST = ("text", "situation", "title", "stem", "quote", "caption", "alt", "markdown", "term", "name")
# Where a quote stands is for machines: block, span, hash.
_UNSAID = frozenset({"id", "kind", "block", "source", "start", "end"})
_NAME_CHARS = 48


def names_of(*contents: Mapping[str, Any]) -> dict[str, str]:
    """Ids of the entries in those contents → what each begins with; of two contents, the first counts."""
    names: dict[str, str] = {}
    for content in contents:
        for value in content.values():
            for one in value if isinstance(value, list | tuple) else ():
                if isinstance(one, Mapping) and isinstance(one.get("id"), str):
                    names.setdefault(one["id"], _cut(_first(one) or one["id"]))
    return names


def value_in_words(value: Any, names: Mapping[str, str] | None = None) -> str:
    """The value as text; "" for None. `names`: what to call entries that the value names by id."""
    return "\n".join(_lines(value, names or {}))


def order_in_words(ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Entries in their order, a line each: "1. Close the valve"."""
    return "\n".join(f"{place}. {names.get(one, one)}" for place, one in enumerate(ids, 1))


def _lines(value: Any, names: Mapping[str, str]) -> Iterator[str]:
    if value is None:
        return
    if isinstance(value, bool):
        yield "Yes" if value else "No"
    elif isinstance(value, int | float):
        yield f"{value:.12g}"
    elif isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _entry(value, names)
    elif value and all(isinstance(one, str) and one in names for one in value):
        yield from order_in_words(value, names).split("\n")
    else:
        for one in value:
            yield from _one_of_many(one, names)


def _one_of_many(one: Any, names: Mapping[str, str]) -> Iterator[str]:
    if isinstance(one, list | tuple) and all(isinstance(piece, str) for piece in one):
        # A pair of a match, or the answers that a blank accepts.
        is_pair = len(one) == 2 and one[0] in names  # entry and what it belongs to
        yield f"{names[one[0]]} → {one[1]}" if is_pair else " / ".join(one)
    else:
        yield from _lines(one, names)


def _entry(entry: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    key = next((name for name in _FIRST if entry.get(name)), None)
    if key == "quote":
        yield f"“{entry[key]}”"
    elif key is not None:
        yield str(entry[key])
    for name, value in entry.items():
        if name == key or name in _UNSAID or value in (None, "", [], ()):
            continue
        if name == "correct":
            yield "The correct answer" if value else "A wrong answer"
            continue
        label = _NAMES.get(name, name.replace("_", " ").capitalize())
        if isinstance(value, str):
            yield f"{label}: {names.get(value, value)}"
            continue
        lines = list(_lines(value, names))
        if len(lines) == 1:
            yield f"{label}: {lines[0]}"
        elif lines:
            yield f"{label}:"
            yield from lines


def _first(entry: Mapping[str, Any]) -> str:
    return next((str(entry[name]) for name in _FIRST if entry.get(name)), "")


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _NAME_CHARS else line[: _NAME_CHARS - 1].rstrip() + "…"
