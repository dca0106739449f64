"""A text without headings is named by what it talks of most."""

from __future__ import annotations

import pytest

from pipeline.engines.embedded.key_phrase import key_phrase
from tests.builders import a_block


@pytest.mark.parametrize(
    ("texts", "phrase"),
    [
        (("Hi there and welcome.", "We update the design kit. Ask about the design kit."), "the design kit"),
        (("Test with real users.", "Talk to a real user every month."), "real users"),
        (("Close the valve.", "The handle of the valve is red.", "Tag the valve."), "the valve"),
        (("That is the way. It is the way we do it.", "The way is long. Ask for the time, the time, the time."), ""),
        (("Hi there and welcome to the call.",), ""),
        ((), ""),
    ],
)
def test_the_phrase_that_comes_back_names_the_text(texts: tuple[str, ...], phrase: str) -> None:
    assert key_phrase(a_block(text) for text in texts) == phrase
