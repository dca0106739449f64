"""The benchmark that plays question packages: it counts what is there, and what is wrong is trouble."""

from __future__ import annotations

from pathlib import Path

from benchmarks.played_back import is_same_key, read_back, taken_by_a_site
from benchmarks.played_questions import QuestionPlay, judge
from pipeline.bank import read_bank
from pipeline.domain import ItemType, ItemUse
from pipeline.export import EXPORTERS, select
from tests.export.conftest import a_rich_module, every_item_type, rich_document
from tests.export.qti_learner import Played

MODULE = a_rich_module(items=every_item_type(rich_document(), prefix="k", use=ItemUse.PRACTICE))


def test_a_wrong_score_and_a_feedback_that_is_not_shown_are_trouble() -> None:
    item = MODULE.items[0]
    play = QuestionPlay()
    judge(play, item, Played(0, 1, [item.general_feedback]), is_right=True)
    assert (play.due, play.shown, len(play.trouble)) == (2, 1, 2)


def test_what_is_read_back_is_held_against_the_module(tmp_path: Path) -> None:
    moodle, gift, aiken = (read_back(MODULE, tmp_path, name=name) for name in ("moodlexml", "gift", "aiken"))
    assert (moodle.questions, moodle.keys, moodle.left_out, moodle.feedbacks) == (8, 8, 0, moodle.feedbacks_due)
    assert (gift.questions, gift.left_out, aiken.questions, aiken.left_out) == (6, 2, 2, 6)
    assert not any(one.is_less_than_said for one in (moodle, gift, aiken))
    path = tmp_path / "again.xml"
    EXPORTERS.get("moodlexml").write(select(MODULE, include_drafts=True), path)
    other = {one.id: one for one in read_bank(path).items}
    twisted = next(one for one in MODULE.items if one.type is ItemType.ORDER)
    assert not is_same_key(twisted.model_copy(update={"answer": twisted.answer[::-1]}), other[twisted.id])  # type: ignore[index]


def test_a_site_with_h5p_is_shown_every_question_and_reason(tmp_path: Path) -> None:
    site = taken_by_a_site(MODULE, tmp_path, name="h5p-questions")
    assert (site.questions, site.feedbacks, site.trouble) == (8, site.feedbacks_due, [])
