"""What a table says of an item besides its options and keys: its id, hint and tags, and answers that need columns of
their own.

In: an item as `keys` read it, and its row. Out: the item with `id`, `hint`, `tags`; with `target_a`, … what each entry
is matched with; with `accepted_a`, … what each blank takes, a text a line; with `value`, `tolerance`, `unit` a number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipeline.bank.cells import number_in, text_in
from pipeline.bank.markup import html_text
from pipeline.domain import BankItem, ItemType, NumericAnswer

_LETTERS = "abcdefghij"
_COLUMN = re.compile(r"(?P<kind>target|accepted)_?(?:(?P<letter>[a-j])|(?P<number>\d{1,2}))")
_TAG_ENDS = re.compile(r"[;,\n]")


def with_answer_columns(item: BankItem, values: Mapping[str, Any]) -> BankItem:
    """The item with what those columns say; a number that is none is its `problem`."""
    told = item.changed(
        id=text_in(values.get("id")) or item.id,
        hint=html_text(text_in(values.get("hint"))) or item.hint,
        tags=_tags(values.get("tags")) or item.tags,
    )
    if item.problem:
        return told
    if item.type is ItemType.ORDER or (item.type is ItemType.MATCH and _by_place(values, "target")):
        # Every entry is right where it belongs.
        told = told.changed(options=tuple(option.changed(correct=True) for option in told.options))
    if item.type is ItemType.MATCH and (targets := _by_place(values, "target")):
        lacking = [at for at in range(len(told.options)) if at not in targets]
        if lacking:
            return told.changed(problem=f"column `target_{_name(lacking[0])}` is missing or empty")
        return told.changed(answer=tuple((one.text, targets[at]) for at, one in enumerate(told.options)))
    if item.type in (ItemType.CLOZE, ItemType.SHORT) and (accepted := _by_place(values, "accepted")):
        blanks = tuple(tuple(accepted.get(at, "").split("\n")) for at in range(max(accepted) + 1))
        if item.type is ItemType.SHORT:
            return told.changed(answer=tuple(text for texts in blanks for text in texts if text))
        return told.changed(answer=blanks)
    return _with_number(told, values) if item.type is ItemType.NUMERIC else told


def _with_number(item: BankItem, values: Mapping[str, Any]) -> BankItem:
    given = {name: text_in(values.get(name)) for name in ("value", "tolerance")}
    numbers = {name: number_in(text) for name, text in given.items() if text}
    for name, number in numbers.items():
        if number is None or (name == "tolerance" and number < 0):
            return item.changed(problem=f"column `{name}` holds no number: {given[name][:40]!r}")
    known = item.answer if isinstance(item.answer, NumericAnswer) else None
    value = numbers.get("value", known.value if known else None)
    if value is None:
        return item
    tolerance = numbers.get("tolerance") or (known.tolerance if known else 0)
    unit = text_in(values.get("unit")) or (known.unit if known else None)
    return item.changed(answer=NumericAnswer(value=value, tolerance=tolerance, unit=unit))


def _by_place(values: Mapping[str, Any], kind: str) -> dict[int, str]:
    found = {}
    for name, value in values.items():
        column = _COLUMN.fullmatch(name)
        text = html_text(text_in(value))
        if column and column["kind"] == kind and text:
            at = _LETTERS.index(column["letter"]) if column["letter"] else int(column["number"]) - 1
            if at >= 0:
                found[at] = text
    return found


def _name(at: int) -> str:
    return _LETTERS[at] if at < len(_LETTERS) else str(at + 1)


def _tags(value: Any) -> tuple[str, ...]:
    given = value if isinstance(value, list) else _TAG_ENDS.split(text_in(value))
    return tuple(text for one in given if (text := text_in(one)))
