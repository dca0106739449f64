"""Where keys stand in a drafted quiz: balanced among items with as many options."""

from __future__ import annotations

from collections import Counter
from math import ceil

from pipeline.draft.items import arranged
from tests.builders import a_quiz_item


def test_keys_are_balanced_among_items_with_as_many_options() -> None:
    items = [
        a_quiz_item(options=3 if number % 3 else 4, id=f"q-{number}", stem=f"Which valve feeds line {number}?")
        for number in range(30)
    ]
    found = arranged(items)
    for width in (3, 4):
        of_width = [item for item in found if len(item.options) == width]
        keys = Counter(next(place for place, one in enumerate(item.options) if one.correct) for item in of_width)
        assert max(keys.values()) <= ceil(len(of_width) / width)
