"""What people read where a field is named: no ids, no dots, no markup."""

from __future__ import annotations

import pytest

from pipeline.review.field_names import field_name

ITEM = {"type": "single", "options": [{"id": "opt-7"}, {"id": "opt-4"}], "stem": "Which?"}
ENTRIES = {**ITEM, "type": "order"}
STORY = {"nodes": [{"id": "n-1"}, {"id": "n-9", "choices": [{"text": "a"}, {"text": "b"}]}]}


@pytest.mark.parametrize(
    ("field", "content", "name"),
    [
        ("markdown", {}, "Text"),
        ("general_feedback", ITEM, "General feedback"),
        ("options.opt-4.text", ITEM, "Option 2, text"),
        ("options.opt-4.misconception", ENTRIES, "Entry 2, the mistake behind it"),
        ("options.added.feedback", ITEM, "New option, feedback"),
        ("options.opt-1.text", ITEM, "Option that is gone, text"),
        ("options.0.text", ITEM, "Option 1, text"),
        ("options", ITEM, "Options"),
        ("answer.0", ENTRIES, "Answer 1"),
        ("blank.1", ENTRIES, "Blank 1"),
        ("figures.2.alt", {}, "Figure 2, alternative text"),
        ("nodes.n-9.choices.1.consequence", STORY, "Situation 2, choice 2, what happens"),
        ("n-9.2.consequence", STORY, "Situation 2, choice 2, what happens"),
        ("n-9.situation", STORY, "Situation 2, text"),
    ],
)
def test_a_field_has_a_plain_name(field: str, content: dict[str, object], name: str) -> None:
    assert field_name(field, content) == name


def test_an_entry_is_counted_where_it_still_stands() -> None:
    assert field_name("options.opt-4.text", {"options": []}, ITEM) == "Option 2, text"
