"""Lectora's question file, read by the csv module."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.domain import ItemType, ItemUse, Module, Status
from pipeline.errors import ExportError
from pipeline.export import EXPORTERS, Loss, select
from tests.builders import a_module, a_quiz_item, an_option
from tests.export.conftest import NASTY, every_item_type, rich_document

NAME, TYPE, QUESTION, QUESTION_OPTIONS, FEEDBACK_OPTIONS, RIGHT, WRONG, CHOICE_OPTIONS, FIRST_CHOICE = range(9)


def _written(module: Module, path: Path) -> list[list[str]]:
    EXPORTERS.get("lectora-csv").write(select(module, include_drafts=True), path)
    text = path.read_bytes().decode("utf-8-sig")
    assert text.endswith("\r\n")
    return list(csv.reader(text.splitlines(keepends=True), strict=True))


def _losses(module: Module) -> tuple[Loss, ...]:
    return EXPORTERS.get("lectora-csv").losses(select(module, include_drafts=True))


@pytest.fixture
def rows(tmp_path: Path) -> dict[str, list[str]]:
    """The rows of one item of each type, by Lectora's type."""
    items = every_item_type(rich_document(), prefix="k", use=ItemUse.TEST)
    module = a_module(items=tuple(item.model_copy(update={"status": Status.APPROVED}) for item in items))
    return {row[TYPE]: row for row in _written(module, tmp_path / "q.csv")}


def test_every_kind_of_question_has_its_type_and_name(rows: dict[str, list[str]]) -> None:
    assert set(rows) == {"MC", "MR", "TF", "RS", "MT", "NE", "FI"}
    assert rows["MC"][NAME] == "k_single"
    assert {row[QUESTION_OPTIONS] for row in rows.values()} == {"PT:1"}


def test_each_answer_of_a_single_choice_has_its_feedback(rows: dict[str, list[str]]) -> None:
    row = rows["MC"]
    assert row[FEEDBACK_OPTIONS:CHOICE_OPTIONS] == ["B P", "", ""]
    assert row[CHOICE_OPTIONS] == "CC:2"
    assert row[FIRST_CHOICE::2] == [
        "Open the guard and look", "Close the guard and call the shift lead", "Wait ten minutes",
    ]
    assert row[FIRST_CHOICE + 1].startswith("Wrong: 0.4 bar can still move the ram.\nA reading above zero")


def test_where_answers_have_no_feedback_of_their_own_it_stands_with_the_question(rows: dict[str, list[str]]) -> None:
    assert rows["TF"][RIGHT:CHOICE_OPTIONS] == [
        "Right: they stay above 160 °C for 40 minutes.", "They stay above 160 °C for 40 minutes.",
    ]
    assert rows["MR"][CHOICE_OPTIONS] == "CC:1 CC:2"
    assert "The STOP button: STOP halts the belts, and leaves the supply on." in rows["MR"][WRONG]


def test_steps_pairs_numbers_and_texts_are_choices(rows: dict[str, list[str]]) -> None:
    assert rows["RS"][FIRST_CHOICE::2] == ["Press STOP", "Turn DS-7 to OFF", "Close V-12"]
    assert rows["MT"][FIRST_CHOICE : FIRST_CHOICE + 4] == ["DS-7", "electricity", "V-12", "compressed air"]
    assert rows["NE"][FIRST_CHOICE:] == ["40", ""]
    assert rows["FI"][FIRST_CHOICE::2] == ["4410", "ext. 4410"]


def test_any_text_comes_back_as_it_was(tmp_path: Path) -> None:
    texts = (*NASTY, '"', "a,b;c\td", "two\nlines", "=1+2", "ß" * 500)
    items = tuple(
        a_quiz_item((an_option(1, text=text, feedback=text), an_option(2, correct=True)), id=f"q-{at}", stem=text)
        for at, text in enumerate(texts)
    )
    found = _written(a_module(items=items), tmp_path / "q.csv")
    assert [(row[QUESTION], row[FIRST_CHOICE]) for row in found] == [(text, text) for text in texts]


def test_only_text_beyond_ascii_brings_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    _written(a_module(items=(a_quiz_item(),)), path)
    assert path.read_bytes().startswith(b"DRAFT_q_1,MC,")
    _written(a_module(items=(a_quiz_item(stem="°C?"),)), path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfDRAFT_q_1,MC,")


def test_what_it_cannot_carry_is_named_before(tmp_path: Path) -> None:
    items = every_item_type(rich_document(), prefix="k", use=ItemUse.PRACTICE)
    losses = _losses(a_module(items=items))
    assert [loss.element for loss in losses if loss.is_left_out] == ["k-cloze"]
    told = " ".join(loss.what for loss in losses)
    for word in ("hints: 1", "how far the number may be off", "stands together"):
        assert word in told
    assert "begin like formulas" not in told
    formula = _losses(a_module(items=(a_quiz_item(stem="=1+2"),)))
    assert any("begin like formulas" in loss.what for loss in formula)
    only_cloze = a_module(items=tuple(item for item in items if item.type is ItemType.CLOZE))
    with pytest.raises(ExportError, match="none of its 1 questions"):
        _written(only_cloze, tmp_path / "q.csv")


def test_two_questions_never_share_a_name(tmp_path: Path) -> None:
    items = (a_quiz_item(id="q-1"), a_quiz_item(id="q_1"), a_quiz_item(id="q.1"))
    found = _written(a_module(items=items), tmp_path / "q.csv")
    assert len({row[NAME] for row in found}) == 3
