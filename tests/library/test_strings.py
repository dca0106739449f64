"""Interface strings: every language whole, and English where there is none."""

from __future__ import annotations

import re

import pytest

from pipeline.language import is_tag
from pipeline.library.plurals import CATEGORIES, categories, category
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


@pytest.mark.parametrize("language", languages())
def test_a_noun_beside_a_number_has_every_form_of_its_language(language: str) -> None:
    strings = strings_for(language)
    for key, forms in strings.forms.items():
        # "No minutes" is said as "0 minutes" is, where nothing better is said.
        assert {*categories(language), "zero"} == {*forms, "zero"}, key
        for form, text in forms.items():
            assert places(text) | {"n"} == places(strings[key]) | {"n"}, (key, form)
            assert "{n}" in text or form in ("zero", "one", "two"), (key, form)


def test_the_forms_follow_the_rules_of_unicode() -> None:
    arabic = {number: category("ar", number) for number in (0, 1, 2, 3, 10, 11, 26, 99, 100, 102, 103, 111, 1000)}
    few, many, other = (3, 10, 103), (11, 26, 99, 111), (100, 102, 1000)
    assert arabic == {0: "zero", 1: "one", 2: "two"} | dict.fromkeys(few, "few") | dict.fromkeys(many, "many") | (
        dict.fromkeys(other, "other")
    )
    assert categories("ar-EG") == CATEGORIES
    assert [category("de-AT", number) for number in (0, 1, 2)] == ["other", "one", "other"]
    assert category("tlh", 1) == "other"


def test_a_number_brings_its_form_and_what_is_filled_later_the_general_one() -> None:
    arabic = strings_for("ar")
    assert [arabic.say("minutes", n=number) for number in (1, 2, 5, 45, 100)] == [
        "نحو دقيقة واحدة", "نحو دقيقتين", "نحو 5 دقائق", "نحو 45 دقيقة", "نحو 100 دقيقة",
    ]
    assert arabic.say("minutes", n="@n") == "نحو @n دقيقة"
    assert strings_for("en").say("after_days", n=1) == "After 1 day"
    assert strings_for("de").say("after_days", n=1) == "Nach 1 Tag"
    assert strings_for("ar").say("after_days", n=0) == "بعد الدورة مباشرة"


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
