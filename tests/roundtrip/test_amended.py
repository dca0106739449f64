"""Changes in a Word cell are put into the text they belong to, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.roundtrip.amended import amended
from pipeline.roundtrip.sameness import compared
from pipeline.roundtrip.shown import shown_markdown, shown_plain, xml_text

MARKDOWN = """\
### Words **you** need

- Return code: the *eight*-character `code`.
- [ ] Drop bag: grey.
  - with a [zip tie](https://example.org)

1. Close \\*both\\* valves.
2. Two **bold words** here

| What | Value |
| --- | --- |
| time | 17:30 |

> Wrapped
> paragraph text,
over three lines.

```
STOP && wait
```
"""
_ODD = st.text(alphabet="ab1 *_`#-|>.\n[]\\()x!~éا“…\u00a0\u0301\u200f\t\r\u2028\x07", max_size=60)


def shown(text: str) -> str:
    """What the cell says."""
    return "\n".join(line.text for line in shown_markdown(text))


def changed(old: str, new: str, text: str = MARKDOWN) -> str:
    """The text after those words were changed in its cell."""
    cell = shown(text)
    assert old in cell
    return amended(text, cell.replace(old, new), is_markdown=True).text


def test_a_reader_sees_words_and_signs_not_marks() -> None:
    assert shown(MARKDOWN).split("\n") == [
        "Words you need",
        "• Return code: the eight-character code.",
        "☐ Drop bag: grey.",
        "• with a [zip tie](https://example.org)",
        "1. Close *both* valves.",
        "2. Two bold words here",
        "What | Value",
        "time | 17:30",
        "Wrapped",
        "paragraph text, over three lines.",
        "STOP && wait",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("eight", "nine", MARKDOWN.replace("*eight*", "*nine*")),
        ("bold words", "bold new words", MARKDOWN.replace("**bold words**", "**bold new words**")),
        ("17:30", "18:00", MARKDOWN.replace("17:30", "18:00")),
        ("*both*", "*all*", MARKDOWN.replace("both", "all")),
        ("three", "two", MARKDOWN.replace("three", "two")),
        ("STOP &&", "STOP, then", MARKDOWN.replace("STOP &&", "STOP, then")),
        ("\n2. Two bold words here", "", MARKDOWN.replace("2. Two **bold words** here\n", "")),
        ("• Return", "• New: 3 * 4\n• Return", MARKDOWN.replace("- Return", "- New: 3 * 4\n- Return")),
        ("time | 17:30", "time | 17:30\nplace | dock 2",
         MARKDOWN.replace("| time | 17:30 |", "| time | 17:30 |\n| place | dock 2 |")),
        ("you need", "_you_ need", MARKDOWN.replace("**you**", "**\\_you\\_**")),
    ],
)
def test_only_what_was_changed_changes(old: str, new: str, expected: str) -> None:
    assert changed(old, new) == expected


def test_a_change_across_a_mark_keeps_the_words_and_says_what_was_lost() -> None:
    made = amended("Press **STOP now** and wait.", "Press STOP and nowhere and wait.", is_markdown=True)
    assert shown(made.text) == "Press STOP and nowhere and wait."
    across = amended("a **b c** d", "a b", is_markdown=True)
    assert (shown(across.text), across.lost_emphasis) == ("a b", False)


def test_words_whose_marks_are_left_empty_lose_them() -> None:
    assert amended("Turn **slowly** left.", "Turn left.", is_markdown=True).text == "Turn left."


@settings(deadline=None, max_examples=200)
@given(_ODD)
def test_what_nobody_changed_stays_letter_by_letter(text: str) -> None:
    assert amended(text, shown(text), is_markdown=True).text == text
    plain = "\n".join(line.text for line in shown_plain(text))
    assert amended(text, plain, is_markdown=False).text == text


@settings(deadline=None, max_examples=200)
@given(_ODD, _ODD)
def test_whatever_came_back_is_what_the_new_text_says(text: str, came_back: str) -> None:
    came_back = xml_text(came_back)
    assert compared(shown(amended(text, came_back, is_markdown=True).text)) == compared(came_back)
    assert compared(xml_text(amended(text, came_back, is_markdown=False).text)) == compared(came_back)
