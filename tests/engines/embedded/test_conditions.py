"""What stands behind a clause says when it holds only where it says so of all of it."""

from __future__ import annotations

import pytest

from pipeline.engines.embedded.clauses import clause_of


@pytest.mark.parametrize(
    "sentence",
    [
        "Read the temperature twice a day and reset the thermometer after each reading",
        "Label each batch straight after packing",
        "Tell the customer when the money will arrive",
    ],
)
def test_what_does_not_say_when_the_whole_holds_is_no_condition(sentence: str) -> None:
    clause = clause_of(sentence)
    assert clause is not None
    assert clause.condition is None


def test_a_case_behind_several_things_to_do_holds_for_all_of_them() -> None:
    clause = clause_of("Close the guard and call the shift lead if a reading is above zero")
    assert clause is not None
    assert clause.condition == "if a reading is above zero"


def test_several_orders_behind_a_case_are_no_part_of_the_case() -> None:
    clause = clause_of(
        "If a customer becomes aggressive, step back, call a second colleague and let the customer leave"
    )
    assert clause is not None
    assert clause.condition == "If a customer becomes aggressive"
    assert clause.text.startswith("step back")


def test_a_word_that_only_counts_off_is_not_part_of_the_order() -> None:
    clause = clause_of("And last, tell the customer the price")
    assert clause is not None
    assert clause.text == "tell the customer the price"
