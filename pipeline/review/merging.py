"""Three-way merge of an element's content: what two people changed in different places is put together. Pure.

In: the content both began with, theirs, mine. Out: the merged content, or none, and every field in which theirs and
mine differ. Changes that overlap or touch are a conflict: "5 bar" made "10 bar" by one and "5 psi" by the other must
not become "10 psi".
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

from pipeline.review.values_in_words import names_of, order_in_words, value_in_words

_T = TypeVar("_T", bound=Hashable)

# Chinese, Japanese, Korean and Thai are written without spaces: there every character counts as a word.
_WORDS = re.compile(
    "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003134f]\\s*"
    r"|[^\W_]+(?:['’_.,:/-][^\W_]+)*\s*|[^\w\s]\s*|_\s*|\s+"
)


class _Missing:
    """No such field, or entry, on that side."""


class _Overlap:
    """Both sides changed the same place."""


_MISSING: Final = _Missing()
_OVERLAP: Final = _Overlap()


@dataclass(frozen=True)
class FieldMerge:
    """A field in which two versions differ."""

    field: str
    """As the editor names it: `stem`, `markdown`, `options.a.feedback`."""
    base: str
    """As people read it, like the other three: an option with its feedback, a list of entries by their texts."""
    theirs: str
    mine: str
    merged: str | None
    """None: both changed the same place."""


@dataclass(frozen=True)
class Merge:
    """What came of a merge."""

    content: dict[str, Any] | None
    """None where a field overlaps."""
    fields: tuple[FieldMerge, ...]


class _Three(NamedTuple):
    """A value in the three versions."""

    base: Any
    theirs: Any
    mine: Any


class _Found(NamedTuple):
    """What a merge came by, and what it does with an overlap."""

    fields: list[FieldMerge]
    mine_counts: bool
    names: dict[str, str]
    """Ids of entries → what to call them."""


class _Hunk(NamedTuple):
    """A change: `new` stands in the place of base[start:end]."""

    start: int
    end: int
    new: tuple[Any, ...]


def merged_content(
    base: dict[str, Any], theirs: dict[str, Any], mine: dict[str, Any], *, mine_counts: bool = False
) -> Merge:
    """The merge of three versions of an element's content, field by field, text word by word.

    With `mine_counts` my text of a field stands where both changed the same place in it.
    """
    found = _Found([], mine_counts=mine_counts, names=names_of(mine, theirs, base))
    made = _value("", _Three(base, theirs, mine), found)
    is_clean = all(one.merged is not None for one in found.fields)
    return Merge(made if is_clean else None, tuple(found.fields))


def differing_fields(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, ...]:
    """Names of the fields in which two versions differ."""
    return tuple(one.field for one in merged_content(old, old, new).fields)


def merged_text(base: str, theirs: str, mine: str) -> str | None:
    """The text with the changes of both; None where they overlap or touch."""
    words = merged_sequence(_words(base), _words(theirs), _words(mine))
    return None if words is None else "".join(words)


def merged_sequence(base: Sequence[_T], theirs: Sequence[_T], mine: Sequence[_T]) -> list[_T] | None:
    """The sequence with the changes of both; None where they overlap or touch. The same change twice counts once."""
    made: list[_T] = []
    here = 0
    ours, others = _changes(base, mine), _changes(base, theirs)
    while ours or others:
        if ours and others and _meet(ours[0], others[0]):
            if ours[0] != others[0]:
                return None
            others.pop(0)
        first = ours if not others or (ours and ours[0].start < others[0].start) else others
        hunk = first.pop(0)
        made += [*base[here : hunk.start], *hunk.new]
        here = hunk.end
    return [*made, *base[here:]]


def _meet(one: _Hunk, other: _Hunk) -> bool:
    return one.start <= other.end and other.start <= one.end


def _words(text: str) -> list[str]:
    return _WORDS.findall(text)


def _changes(base: Sequence[_T], new: Sequence[_T]) -> list[_Hunk]:
    # Long texts are mostly alike: the common ends need no search.
    start = 0
    while start < min(len(base), len(new)) and base[start] == new[start]:
        start += 1
    tail = 0
    while tail < min(len(base), len(new)) - start and base[-1 - tail] == new[-1 - tail]:
        tail += 1
    old, made = base[start : len(base) - tail], new[start : len(new) - tail]
    codes = difflib.SequenceMatcher(None, old, made, autojunk=False).get_opcodes()
    return [
        _Hunk(start + first, start + last, tuple(made[begin:end]))
        for tag, first, last, begin, end in codes
        if tag != "equal"
    ]


def _value(path: str, three: _Three, found: _Found) -> Any:
    if three.theirs == three.mine:
        return three.theirs
    if all(isinstance(one, dict) for one in three):
        return _joined(dict.fromkeys(name for one in three for name in one), path, three, found)
    if all(_has_ids(one) for one in three):
        return _entries(path, three, found)
    made = _leaf(three)
    if made is _OVERLAP and found.mine_counts:
        made = three.mine
    found.fields.append(_field(path, three, found, made))
    return made


def _leaf(three: _Three) -> Any:
    if three.theirs == three.base:
        return three.mine
    if three.mine == three.base:
        return three.theirs
    if all(isinstance(one, str) for one in three):
        text = merged_text(*three)
        return _OVERLAP if text is None else text
    if all(isinstance(one, list) for one in three):
        entries = merged_sequence(*([_canonical(entry) for entry in one] for one in three))
        return _OVERLAP if entries is None else [json.loads(entry) for entry in entries]
    return _OVERLAP


def _entries(path: str, three: _Three, found: _Found) -> list[Any]:
    """Entries with ids (options, nodes, choices): each is merged by itself, and their order."""
    by_id = _Three(*({entry["id"]: entry for entry in one} for one in three))
    order = merged_sequence(*(list(one) for one in by_id))
    if order is None or len(set(order)) != len(order):
        if not found.mine_counts:
            found.fields.append(_field(path, three, found, _OVERLAP))
            return list(three.theirs)
        # What only they put in comes last; what they took away stays where I kept it.
        order = [*by_id.mine, *(name for name in by_id.theirs if name not in by_id.mine and name not in by_id.base)]
    # One that a side took away while the other changed it is in no merged order, and is a conflict all the same.
    made = _joined((*order, *(name for one in by_id for name in one)), path, by_id, found)
    if list(by_id.theirs) != list(by_id.mine):
        base, theirs, mine, merged = (order_in_words(list(one), found.names) for one in (*by_id, order))
        found.fields.append(FieldMerge(path, base, theirs, mine, merged))
    return [made[name] for name in order if name in made]


def _joined(names: Iterable[str], path: str, three: _Three, found: _Found) -> dict[str, Any]:
    made = {}
    for name in dict.fromkeys(names):
        inner = f"{path}.{name}" if path else name
        value = _value(inner, _Three(*(one.get(name, _MISSING) for one in three)), found)
        if value is not _MISSING:
            made[name] = value
    return made


def _field(path: str, three: _Three, found: _Found, made: Any) -> FieldMerge:
    def shown(value: Any) -> str:
        return "" if value is _MISSING else value_in_words(value, found.names)

    merged = None if made is _OVERLAP else shown(made)
    return FieldMerge(path, shown(three.base), shown(three.theirs), shown(three.mine), merged)


def _has_ids(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "id" in one for one in value)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
