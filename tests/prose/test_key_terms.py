"""Key terms: what a text is about, told by how it talks of it."""

from __future__ import annotations

import pytest

from pipeline.prose.key_terms import folded, key_terms, rarity

BRANDING = [
    "Branding is a way of telling one product from another. Brand equity is the worth that a name adds to a product.",
    "A firm measures brand equity every year. When brand equity falls, people pay less for the same product.",
    "Some firms follow a multi-brand strategy. The multi-brand strategy costs more, and many people notice it late.",
    "This is known as cannibalization, because one product takes the buyers of another.",
    "The customer lifetime value (CLV) says what a buyer is worth over the years.",
]


def named(passages: list[str], *, headings: list[str] | None = None, language: str = "en", limit: int = 8) -> list[str]:
    return [one.text for one in key_terms(passages, headings=headings or [], language=language, limit=limit)]


def test_terms_that_the_text_comes_back_to_or_introduces_are_found() -> None:
    found = named(BRANDING)
    assert {"brand equity", "multi-brand strategy", "cannibalization", "customer lifetime value"} <= set(found)


def test_a_term_never_begins_or_ends_with_a_function_word() -> None:
    for term in named(BRANDING, limit=40):
        assert not {term.split()[0], term.split()[-1]} & {"a", "the", "of", "this", "when", "every", "some"}


def test_a_heading_raises_its_term() -> None:
    plain = ["We tried pad printing once.", "Laser engraving came later, and laser engraving stayed."]
    assert named(plain, limit=1) == ["laser engraving"]
    assert named(plain, headings=["Pad printing"], limit=1) == ["pad printing"]


def test_part_of_a_better_term_is_not_listed_beside_it() -> None:
    assert "equity" not in named(BRANDING, limit=20)


def test_the_list_is_no_longer_than_asked_and_falls_in_score() -> None:
    found = key_terms(BRANDING, language="en", limit=3)
    assert len(found) == 3
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_language_without_a_list_finds_function_words_by_their_frequency() -> None:
    told = [
        "Die Ladungssicherung ist die Pflicht der Fahrerin.",
        "Die Ladungssicherung und der Zurrgurt gehören zusammen.",
        "Der Zurrgurt ist vor der Fahrt zu prüfen.",
        "Ohne Zurrgurt ist die Ladungssicherung nicht vollständig.",
    ]
    found = named(told, language="de", limit=4)
    assert {"Ladungssicherung", "Zurrgurt"} <= set(found)
    assert not {"die", "der", "ist"} & {one.casefold() for one in found}


@pytest.mark.parametrize("passages", [[], [""], ["…"], ["1 2 3."]])
def test_a_text_without_words_has_no_terms(passages: list[str]) -> None:
    assert key_terms(passages, language="en", limit=5) == []


def test_a_word_of_a_trade_is_rarer_than_an_everyday_word() -> None:
    assert rarity("thing") < rarity("liability") < rarity("cannibalization")


def test_singular_and_plural_are_one_term() -> None:
    assert folded("Merge Fields") == folded("merge field")
    assert folded("boxes") == folded("box")
