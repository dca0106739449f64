"""What is accepted in a blank: every way in which people surely mean the value, and none that may mean another."""

from __future__ import annotations

import pytest

from pipeline.engines.embedded.items_values import amount
from pipeline.engines.embedded.phrasebook import phrasebook
from pipeline.engines.embedded.reading import read_blocks
from pipeline.engines.embedded.typed_forms import typed_forms
from pipeline.engines.embedded.wording import Wording
from tests.engines.embedded.drafting import blocks_of


def _forms(sentence: str, language: str = "en") -> tuple[str, ...]:
    sections = read_blocks(blocks_of(f"# Care\n{sentence}\n"), "en").sections
    limit = next(limit for section in sections for limit in section.limits)
    return typed_forms(limit, amount(limit, Wording(phrasebook("en"))), language)


@pytest.mark.parametrize(
    ("sentence", "typed"),
    [
        ("Check the filter every 6 months.", ["6 months", "6month", "6 month", "six months", "6", "six", "6 mo"]),
        ("Fill the tank with 5 litres of water.", ["5 litres", "5 litre", "5 l", "5l", "five litres", "5 liters"]),
        ("Fill the tank to 100 %.", ["100 %", "100%", "100 percent", "100 per cent", "100"]),
        ("Answer the request within three working days.", ["three working days", "3 working days", "3"]),
        ("Set the rate to 1,000 V.", ["1,000 v", "1000 v", "1000v", "1000 volts", "1000"]),
        ("The driver comes at 17:30.", ["17:30", "17.30", "5:30 pm"]),
        ("A return costs €11.40.", ["€11.40", "11.40 €", "11.40", "11.4", "eur 11.40", "11,40"]),
        ("Keep the store between 2 °C and 8 °C.", ["2 °c and 8 °c", "2 to 8 °c", "2-8 °c", "2–8"]),
        ("Check the hose twice a month.", ["twice a month", "2 times a month", "two times per month"]),
    ],
)
def test_people_may_write_the_value_as_they_are_used_to(sentence: str, typed: list[str]) -> None:
    accepted = [form.casefold() for form in _forms(sentence)]
    assert [one for one in typed if one not in accepted] == []


def test_the_source_s_own_words_come_first_and_no_form_comes_twice() -> None:
    forms = _forms("Check the filter every 6 months.")
    assert forms[0] == "6 months"
    assert len({one.casefold() for one in forms}) == len(forms) <= 20


@pytest.mark.parametrize(
    ("sentence", "refused"),
    [
        ("Load 5 tonnes of salt at most.", "5 tons"),  # a ton is another weight in many places
        ("Check the filter every 6 months.", "6 m"),
        ("Wait for half an hour.", "half"),
        ("The driver comes at 5:30.", "5:30 pm"),  # nobody said which half of the day
        ("Order parts for €2 million at most.", "2"),
        ("Set the pump to 10 litres per hour.", "10 litres"),
    ],
)
def test_what_may_mean_another_value_is_not_accepted(sentence: str, refused: str) -> None:
    assert refused not in [form.casefold() for form in _forms(sentence)]


def test_number_words_are_those_of_the_learner_s_language() -> None:
    forms = _forms("Check the filter every 6 months.", "de-AT")
    assert "sechs" in forms
    assert "six" not in forms
