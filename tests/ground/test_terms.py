"""Words as grounding reads them."""

from __future__ import annotations

import pytest

from pipeline.ground.figures import figures_of
from pipeline.ground.terms import read, stem


@pytest.mark.parametrize(
    ("one", "other"),
    [("isolates", "isolate"), ("valve", "valves"), ("planning", "planned"), ("organise", "organize"), ("supplies", "supply")],
)
def test_forms_of_an_english_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one, "en") == stem(other, "en")


def test_in_other_languages_the_first_letters_stand_for_a_word() -> None:
    assert stem("warszawie", "pl")[:5] == stem("warszawa", "pl")[:5]
    assert stem("ventil", "de") == stem("ventile", "de")


def test_only_what_its_place_does_not_ask_a_capital_for_is_a_name() -> None:
    names = [word.shown for word in read("Ask Ada in Rome. NASA said so: The lead knows.", "en").words if word.is_name]
    assert names == ["Ada", "Rome", "NASA"]


def test_text_without_blanks_is_read_by_pairs_of_characters() -> None:
    assert {word.stem for word in read("返金は14日", "ja").words} >= {"返金", "金は"}


def test_numbers_mean_the_same_however_large_ones_are_written() -> None:
    assert figures_of("$2.5 million", "en").values & figures_of("2,500,000 dollars", "en").values
    assert figures_of("both of the two friends", "en").stated == ()
    assert [one.shown for one in figures_of("two weeks", "en").stated] == ["two weeks"]
    assert figures_of("most of an hour", "en").stated == ()


def test_a_time_is_one_value_however_the_day_is_counted() -> None:
    assert figures_of("at 5:45 p.m.", "en").codes == {"17:45": "5:45 p.m."}
    assert figures_of("um 17:45 Uhr", "de").codes.keys() == {"17:45"}
    assert figures_of("at 12:05 am", "en").codes.keys() == {"0:05"}
