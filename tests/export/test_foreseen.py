"""Feedback to single typed answers: which answers were foreseen, what is asked first, and what stays out by name."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pipeline.domain import BloomLevel, ItemType, NumericAnswer, Option, QuizItem
from pipeline.export import EXPORTERS, select
from pipeline.export.foreseen import foreseen_of, numbers_told, texts_told
from tests.builders import a_module


def an_item(kind: ItemType, answer: NumericAnswer | tuple[str, ...], *texts: str) -> QuizItem:
    options = tuple(
        Option(id=f"o-{at}", text=text.removeprefix("="), correct=text.startswith("="), feedback=f"Said to {at}.")
        for at, text in enumerate(texts)
    )
    return QuizItem(
        id="q-1", type=kind, objective_id="o-1", lesson_id="l-1", bloom=BloomLevel.APPLY, stem="How much?",
        options=options, answer=answer,
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [("40 min", "40"), ("40MIN", "40"), ("=1,500", "1500"), ("2,5", "2.5"), ("٤٠", "40"), ("−3", "-3"), ("1e3", "1000")],
)
def test_a_number_is_read_as_learners_write_it(text: str, number: str) -> None:
    item = an_item(ItemType.NUMERIC, NumericAnswer(value=1500, tolerance=1, unit="min"), text)
    assert [one.text for one in foreseen_of(item)] == [number]


def test_what_can_be_fifteen_hundred_or_one_and_a_half_is_what_its_key_says() -> None:
    wrong = an_item(ItemType.NUMERIC, NumericAnswer(value=1500, tolerance=0), "1,500")
    assert [(one.text, one.is_right) for one in foreseen_of(wrong)] == [("1.5", False)]


def test_single_numbers_are_asked_for_before_the_key_that_would_take_them_too() -> None:
    item = an_item(ItemType.NUMERIC, NumericAnswer(value=40, tolerance=2), "10", "=40", "=41")
    assert [(one.text, one.tolerance, one.is_right, one.feedback) for one in numbers_told(item)] == [
        ("41", "0", True, "Said to 2."), ("40", "2", True, "Said to 1."), ("10", "0", False, "Said to 0."),
    ]  # fmt: skip


def test_a_text_is_right_by_the_key_whatever_its_case_and_stands_as_the_key_has_it() -> None:
    item = an_item(ItemType.SHORT, ("V-12", "valve"), "=v-12.", "V-13")
    assert [(one.text, one.is_right, one.feedback) for one in texts_told(item)] == [
        ("V-12", True, "Said to 0."), ("valve", True, ""), ("V-13", False, "Said to 1."),
    ]  # fmt: skip


def test_what_is_said_to_an_answer_that_nobody_can_type_is_named_as_lost_and_nothing_else_is() -> None:
    item = an_item(ItemType.NUMERIC, NumericAnswer(value=40, tolerance=0), "=40", "about forty", "40.0")
    package = select(a_module(items=(item,)), include_drafts=True)
    for name in ("moodlexml", "gift", "qti21", "qti30", "commoncartridge"):
        named = [one.what for one in EXPORTERS.get(name).losses(package) if one.element == "q-1"]
        assert len(named) == 1, name
        assert "“about forty”, “40.0”" in named[0]
    clean = select(a_module(items=(an_item(ItemType.SHORT, ("a",), "=a", "b"),)), include_drafts=True)
    for name in ("moodlexml", "gift", "qti21", "qti30"):
        assert not [one.what for one in EXPORTERS.get(name).losses(clean) if one.element == "q-1"], name


@pytest.mark.parametrize("name", ["commoncartridge", "commoncartridge13"])
def test_a_wrong_typed_answer_is_nowhere_in_a_cartridge_since_canvas_would_take_it_for_right(
    name: str, tmp_path: Path
) -> None:
    package = select(a_module(items=(an_item(ItemType.SHORT, ("valve",), "=valve", "WRONG-ONE"),)), include_drafts=True)
    (loss,) = [one.what for one in EXPORTERS.get(name).losses(package) if one.element == "q-1"]
    assert "“WRONG-ONE”" in loss
    EXPORTERS.get(name).write(package, tmp_path / "cartridge")
    with zipfile.ZipFile(tmp_path / "cartridge") as archive:
        quizzes = b"".join(archive.read(one) for one in archive.namelist() if one.startswith("quizzes/"))
    assert b"WRONG-ONE" not in quizzes
    assert b"Said to 0." in quizzes


def test_a_typed_answer_with_an_arrow_stays_out_of_gift_by_name() -> None:
    item = an_item(ItemType.SHORT, ("a -> b", "a to b"), "=a -> b")
    (loss,) = [
        one for one in EXPORTERS.get("gift").losses(select(a_module(items=(item,)), include_drafts=True))
        if one.element == "q-1"
    ]
    assert "“a -> b” is not in it" in loss.what
    assert not loss.is_left_out
