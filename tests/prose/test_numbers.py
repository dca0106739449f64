"""Numbers are compared by value and unit, however they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.prose.numbers import codes_of, quantities_of


def read(text: str, language: str = "en") -> list[tuple[float, str]]:
    return [
        (float(min(one.values)), one.unit)
        for one in quantities_of(text, language)
        if one.unit or not one.is_word
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wait 40 minutes.", [(40, "min")]),
        ("Wait forty minutes.", [(40, "min")]),
        ("a 40-minute wait", [(40, "min")]),
        ("above 160 °C", [(160, "°C")]),
        ("above 160°C", [(160, "°C")]),
        ("20% off, or 20 percent", [(20, "%"), (20, "%")]),
        ("it costs €11.40 or 5 dollars", [(11.4, "€"), (5, "$")]),
        ("within twenty-four hours", [(24, "h")]),
        ("two hundred volts", [(200, "V")]),
        ("1. Press it.\n2. Wait 3 s.", [(3, "s")]),
        ("Step 4 of the list, question 7", []),
        ("all 3 steps and 2 rules", []),
        ("valve V-12 and ISO9001", []),
        ("version 2.50 kg", [(2.5, "kg")]),
    ],
)
def test_numbers_are_read_with_their_units(text: str, found: list[tuple[float, str]]) -> None:
    assert read(text) == found


@pytest.mark.parametrize("text", ["1,000", "1000", "1 000", "1.000", "1\u202f000", "1'000"])
def test_a_thousand_is_a_thousand_however_it_is_written(text: str) -> None:
    (quantity,) = quantities_of(f"up to {text} calls", "en")
    assert Decimal(1000) in quantity.values


def test_digits_of_other_scripts_are_digits() -> None:
    (quantity,) = quantities_of("٤٨", "ar")
    assert quantity.values == {Decimal(48)}


def test_codes_are_the_same_with_and_without_hyphen() -> None:
    assert codes_of("DS-7 and V12").keys() == codes_of("ds7 and v-12").keys() == {"ds7", "v12"}


def test_a_number_with_its_unit_is_no_code() -> None:
    assert codes_of("5mm, 10kV and 3GB") == {}


def test_the_mark_of_a_blank_is_no_number() -> None:
    assert quantities_of("Steam milk to {{1}} for 20 s.", "en") == quantities_of("Steam milk to … for 20 s.", "en")
