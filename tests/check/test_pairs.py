"""Options that overlap, stems that answer other items, and sentences that only look cut off."""

from __future__ import annotations

import pytest

from pipeline.check import check_module
from pipeline.library.rubrics import load_rubrics
from tests.builders import a_document
from tests.rubrics.specimen import changed_by

RUBRICS = load_rubrics()


def found(example: str, kind: str = "item") -> set[str]:
    module, documents = changed_by(example, kind)
    return {one.criterion for one in check_module(module, documents or (a_document(),), RUBRICS)}


@pytest.mark.parametrize(
    "options",
    [("Within 10 days", "Within 30 days", "Within 60 days"), ("At least 2 m", "At least 4 m", "At least 6 m"),
     ("10 to 20 kg", "20 to 30 kg", "30 to 40 kg"), ("5 to 10 kg", "7 to 12 m", "8 to 9 years")],
)  # fmt: skip
def test_limits_and_ranges_that_meet_do_not_overlap(options: tuple[str, ...]) -> None:
    text = "How much is it?\n" + "\n".join(f"{'*' if not n else '-'} {one}" for n, one in enumerate(options))
    assert "options_do_not_overlap" not in found(text)


def test_a_time_of_day_at_the_end_is_no_number_of_a_list() -> None:
    assert "sentences_are_whole" not in found("You read the gauge at 8:00 and again at 17:00.", "part")
    assert "sentences_are_whole" in found("You read the gauges, including the next: 1.", "part")


def test_a_vague_phrase_in_the_third_person_is_found() -> None:
    assert "objective_names_an_observable_action" in found("becomes familiar with the form", "objective")
