"""The plain name of a field of an element, as people read it: "options.opt-4.text" is "Option 4, text". Pure.

In: a field as the editor, a merge or a text of the element names it; the element's content, to count in. Out: its name,
without ids, dots or names of markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_WORDS = {
    "markdown": "text", "misconception": "the mistake behind it", "job_behaviour": "serves on the job",
    "bloom": "Bloom level", "consequence": "what happens", "next": "leads to", "correct": "whether it is correct",
    "situation": "text", "alt": "alternative text", "key": "correct option", "value": "correct number",
    "accepted": "accepted answers",
    "target": "belongs to", "removed": "taken out", "kept": "whether it is shown", "start": "where the story starts",
    "use": "practice or test", "day": "days after the course", "objective_id": "objective",
    "objective_ids": "objectives", "lesson_id": "lesson", "kind": "kind", "evidence": "quotes from the source",
    "format": "self-paced or live",
}
_ENTRIES = {
    "options": "option", "nodes": "situation", "choices": "choice", "figures": "figure", "answer": "answer",
    "blank": "blank", "evidence": "quote",
}
"""Field that holds a list → what one of its entries is called."""
_CHOSEN = frozenset({"single", "multiple", "true_false"})
_ADDED = "added"
# These count from 1 where the editor names them; a content counts from 0.
_FROM_ONE = frozenset({"figures", "blank"})


def field_name(field: str, *contents: Mapping[str, Any]) -> str:
    """The field's name; an entry is counted in the first of the contents that has it."""
    said = ", ".join(_said(field.split("."), contents))
    return said[:1].upper() + said[1:]


def _said(path: Sequence[str], contents: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    holders: list[Any] = list(contents)
    is_item = next((one["type"] for one in contents if isinstance(one.get("type"), str)), None)
    at = 0
    if len(path) > 1 and _place(path[0], [one.get("nodes") for one in contents]) is not None:
        path = ("nodes", *path)  # the editor names a situation's fields by the situation alone
        if len(path) > 3 and path[2].isdigit():
            path = (*path[:2], "choices", str(int(path[2]) - 1), *path[3:])
    while at < len(path):
        name = path[at]
        entry = _ENTRIES.get(name)
        lists = [one[name] for one in holders if isinstance(one, Mapping) and name in one]
        if entry is not None and at + 1 < len(path):
            if name == "options" and is_item is not None and is_item not in _CHOSEN:
                entry = "entry"
            yield _numbered(entry, path[at + 1], lists, counts_from_one=name in _FROM_ONE)
            holders = [found for one in lists if (found := _entry(path[at + 1], one)) is not None]
            at += 2
        else:
            yield _WORDS.get(name, name.replace("_", " ").replace("-", " "))
            holders, at = lists, at + 1


def _numbered(entry: str, key: str, lists: Sequence[Any], *, counts_from_one: bool) -> str:
    if key == _ADDED:
        return f"new {entry}"
    place = _place(key, lists)
    if place is not None:
        return f"{entry} {place + 1}"
    if key.isdigit():
        return f"{entry} {int(key) + (0 if counts_from_one else 1)}"
    return f"{entry} that is gone"


def _place(key: str, lists: Sequence[Any]) -> int | None:
    """Where the entry of that id stands, from 0, in the first list that has it."""
    for entries in lists:
        for place, one in enumerate(entries if isinstance(entries, list | tuple) else ()):
            if isinstance(one, Mapping) and one.get("id") == key:
                return place
    return None


def _entry(key: str, entries: Any) -> Any:
    place = _place(key, [entries])
    if place is None:
        place = int(key) if key.isdigit() else None
    is_there = place is not None and isinstance(entries, list | tuple) and place < len(entries)
    return entries[place] if is_there and place is not None else None
