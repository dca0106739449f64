"""The round trip through a real LibreOffice: saved in its formats, and edited on record as a person would."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain.word import ReturnStatus
from pipeline.store import Store
from tests.builders import a_document
from tests.databases import AT, a_ready_workspace, content_of
from tests.review.word_desk import WordDesk, entry
from tests.roundtrip.libreoffice import edited, saved_as
from tests.roundtrip.returned import Returned, gone, ins, run

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(tmp_path: Path) -> WordDesk:
    """A desk over SQLite with the builders' module on it."""
    store = Store.open(a_ready_workspace(tmp_path / "workspace"), clock=lambda: AT)
    document = a_document()
    store.sources.add(document, content_of(document))
    return WordDesk(store, tmp_path)


@pytest.mark.parametrize("ending", ["docx", "odt", "doc", "rtf"])
def test_a_file_that_libreoffice_saved_unchanged_brings_nothing(desk: WordDesk, tmp_path: Path, ending: str) -> None:
    path = tmp_path / "sent.docx"
    path.write_bytes(desk.send().content)
    report = desk.files.take_in(saved_as(path, ending, tmp_path), by="Lea").report
    assert report.counts == {"unchanged": 47}
    assert report.entries == ()


def test_edits_on_record_and_comments_made_in_libreoffice_come_back(desk: WordDesk, tmp_path: Path) -> None:
    path = tmp_path / "sent.docx"
    path.write_bytes(desk.send().content)
    steps = """
  doc.RecordChanges = True
  Insert(doc, "2.1", " Lock it out first.")
  Delete(doc, "4.1", " above")
  Comment(doc, "4.13", "Is that so?")
  DropRow(doc, "4.12")
"""
    report = desk.files.take_in(edited(path, tmp_path, steps), by="Lea").report
    assert entry(report, "2.1").status is ReturnStatus.TRACKED
    assert entry(report, "4.1").after == "A reading is zero. What do you do first?"
    assert entry(report, "4.12").status in (ReturnStatus.DELETED, ReturnStatus.MISSING)
    by_element = {one.element: one.content for one in desk.proposals()}
    assert by_element["p-0"]["markdown"].endswith("could injure you. Lock it out first.")
    assert by_element["q-1"]["stem"] == "A reading is zero. What do you do first?"
    (comment,) = desk.store.comments.of("m-1", "q-1")
    assert (comment.text, comment.field, comment.by) == ("Is that so?", "general_feedback", "Ada")


def test_plain_edits_in_libreoffice_are_found_although_nothing_was_recorded(desk: WordDesk, tmp_path: Path) -> None:
    path = tmp_path / "sent.docx"
    path.write_bytes(desk.send().content)
    steps = '  doc.RecordChanges = False\n  Insert(doc, "4.1", " Say why.")\n  DropRow(doc, "4.13")'
    report = desk.files.take_in(edited(path, tmp_path, steps), by="Lea").report
    assert entry(report, "4.1").status is ReturnStatus.UNTRACKED
    assert entry(report, "4.13").status is ReturnStatus.MISSING
    assert desk.proposals()[0].content["stem"].endswith("first? Say why.")


def test_word_style_changes_survive_being_saved_by_libreoffice(desk: WordDesk, tmp_path: Path) -> None:
    file = Returned.of(desk.send().content)
    file.says("4.1", run("A reading is ") + gone(run("above zero", deleted=True)) + ins(run("not nought"), "Ben")
              + run(". What do you do first?"))
    first = file.comment("4.13", "Since when?")
    file.comment("4.13", "Since May.", by="Ben", answers=first)
    path = saved_as(file.save(tmp_path / "sent.docx"), "docx", tmp_path)
    report = desk.files.take_in(path, by="Lea").report
    assert set(entry(report, "4.1").who) == {"Ada", "Ben"}
    # Who takes words out and who puts others in their place make one change.
    assert {one.by.name: one.content["stem"] for one in desk.proposals()} == {
        "Ada, Ben": "A reading is not nought. What do you do first?"
    }
    assert {one.text for one in desk.store.comments.of("m-1", "q-1")} == {"Since when?", "Since May."}
