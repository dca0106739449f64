"""Interface strings: every language whole, and English where there is none."""

from __future__ import annotations

import re

import pytest

from pipeline.language import is_tag
from pipeline.library.strings import FALLBACK, Strings, languages, strings_for


def places(text: str) -> set[str]:
    """The named places of a text."""
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", languages())
def test_every_language_has_the_same_keys_with_the_same_places(language: str) -> None:
    english, strings = strings_for(FALLBACK), strings_for(language)
    assert is_tag(language)
    assert set(strings) == set(english)
    for key, text in strings.items():
        assert text.strip(), key
        assert places(text) == places(english[key]), key
        assert not re.search(r"\{(?!\w+\})", text), key


def test_a_regional_tag_gets_its_base_language() -> None:
    assert strings_for("de-AT").language == "de"
    assert strings_for("de-AT")["next"] == "Weiter"


def test_an_unknown_language_gets_english_as_a_whole() -> None:
    assert dict(strings_for("tlh")) == dict(strings_for("en"))
    assert strings_for("tlh").language == "en"


def test_places_are_filled_and_a_missing_value_is_an_error() -> None:
    strings = Strings("en", {"page_of": "Page {number} of {total}"})
    assert strings.say("page_of", number=2, total=5) == "Page 2 of 5"
    with pytest.raises(KeyError):
        strings.say("page_of", number=2)
    with pytest.raises(KeyError):
        strings["no_such_key"]


def test_arabic_runs_from_right_to_left() -> None:
    assert strings_for("ar").direction == "rtl"
    assert strings_for("de").direction == "ltr"
