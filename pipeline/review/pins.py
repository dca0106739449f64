"""Where the words that a comment is pinned to stand in a text, however the text has changed since. Pure.

In: an element's content, the words as a reader saw them, without Markdown's signs. Out: the field and the words around
them; None where they are gone. White space, the shape of quotation marks and dashes, and the marks of lists and tables
make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.review.element_texts import texts_of
from pipeline.roundtrip.sameness import same_form
from pipeline.roundtrip.shown import shown_markdown

LONGEST_QUOTE_CHARS = 2_000
_AROUND_CHARS = 60
# Between two words a line may end, and the mark of a list or a table's cell may stand, which a reader does not select.
_BETWEEN = r"\s+(?:[•☐☑|]\s*|\d{1,9}[.)]\s+)*"
_MARKS = frozenset("•☐☑|")


@dataclass(frozen=True)
class Pin:
    """Words in their place."""

    field: str
    """As the editor names it."""
    before: str
    """Some of what stands before them."""
    words: str
    after: str


def pin_of(content: Mapping[str, Any], quote: str, *, field: str | None = None) -> Pin | None:
    """Where the words stand: in the named field where they are there, else in the first that has them."""
    wanted = [re.escape(word) for word in same_form(quote).split() if word not in _MARKS]
    if not wanted:
        return None
    pattern = re.compile(_BETWEEN.join(wanted))
    texts = sorted(texts_of(content), key=lambda one: one[0] != field)
    return next((pin for name, text in texts if (pin := _in_text(name, text, pattern)) is not None), None)


def _in_text(name: str, text: str, pattern: re.Pattern[str]) -> Pin | None:
    shown = "\n".join("".join(char.shown for char in line.chars) for line in shown_markdown(text))
    alike = same_form(shown)
    found = pattern.search(alike)
    if found is None:
        return None
    # The text itself is shown where its letters are as many as those that were compared.
    whole = shown if len(shown) == len(alike) else alike
    start, end = found.span()
    return Pin(
        field=name,
        before=_from_word(whole[max(0, start - _AROUND_CHARS) : start], is_cut=start > _AROUND_CHARS),
        words=whole[start:end],
        after=_to_word(whole[end : end + _AROUND_CHARS], is_cut=end + _AROUND_CHARS < len(whole)),
    )


def _from_word(text: str, *, is_cut: bool) -> str:
    return "…" + text.partition(" ")[2] if is_cut else text


def _to_word(text: str, *, is_cut: bool) -> str:
    return text.rpartition(" ")[0] + "…" if is_cut else text
