"""The unit of a number asked for, which packages of ours say behind a stem that does not name it.

In: the stem as a file holds it, or the item. Out: the stem as it was written, the item's answer with its unit.
"""

from __future__ import annotations

import re

from pipeline.domain import UNIT_CLASS, UNIT_TAG, BankItem, NumericAnswer

_UNIT = re.compile(rf"""\s*<span class=["']{UNIT_CLASS}["']>[^<]*</span>""")


def without_unit(markup: str) -> str:
    """The HTML without the unit; that of anybody else as it is."""
    return _UNIT.sub("", markup) if UNIT_CLASS in markup else markup


def with_tagged_unit(item: BankItem) -> BankItem:
    """The item with the unit that a tag of it says, where its answer has none."""
    unit = next((tag.removeprefix(UNIT_TAG) for tag in item.tags if tag.startswith(UNIT_TAG)), "")
    if not unit or not isinstance(item.answer, NumericAnswer) or item.answer.unit:
        return item
    return item.changed(answer=item.answer.changed(unit=unit))
