"""The round trip through a real LibreOffice: saved in its formats, and edited on record as a person would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pipeline.domain.word import ReturnStatus
from pipeline.store import Store
from tests.builders import a_document
from tests.databases import AT, a_ready_workspace, content_of
from tests.review.word_desk import WordDesk, entry
from tests.roundtrip.libreoffice import Edit, edited
from tests.roundtrip.returned import Returned, gone, ins, run

pytestmark = pytest.mark.slow


ENDINGS = ("docx", "odt", "doc", "rtf")
ON_RECORD = """
  doc.RecordChanges = True
  Insert(doc, "2.1", " Lock it out first.")
  Delete(doc, "4.1", " above")
  Comment(doc, "4.13", "Is that so?")
  DropRow(doc, "4.12")
"""
PLAIN = """
  doc.RecordChanges = False
  Insert(doc, "4.1", " Say why.")
  DropRow(doc, "4.13")
"""


def _desk(folder: Path) -> WordDesk:
    """A desk over SQLite with the builders' module on it; each of them sends the same file."""
    store = Store.open(a_ready_workspace(folder / "workspace"), clock=lambda: AT)
    document = a_document()
    store.sources.add(document, content_of(document))
    return WordDesk(store, folder)


def _with_changes_of_word(content: bytes) -> Returned:
    """Changes on record by two people, and a comment with its answer, as Word writes them."""
    file = Returned.of(content)
    file.says("4.1", run("A reading is ") + gone(run("above zero", deleted=True)) + ins(run("not nought"), "Ben")
              + run(". What do you do first?"))
    first = file.comment("4.13", "Since when?")
    file.comment("4.13", "Since May.", by="Ben", answers=first)
    return file


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """What LibreOffice made of the file that was sent: by ending, and "on record", "plain" and "of Word"."""
    folder = tmp_path_factory.mktemp("office")
    desk = _desk(folder)
    content = desk.send().content
    desk.store.close()
    sent, changed = folder / "sent.docx", folder / "changed.docx"
    sent.write_bytes(content)
    _with_changes_of_word(content).save(changed)
    edits = {
        **{ending: Edit(sent, ending) for ending in ENDINGS},
        "on record": Edit(sent, steps=ON_RECORD), "plain": Edit(sent, steps=PLAIN), "of Word": Edit(changed),
    }
    return dict(zip(edits, edited(folder, tuple(edits.values())), strict=True))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[WordDesk]:
    """A desk that has sent the file."""
    made = _desk(tmp_path)
    made.send()
    yield made
    made.store.close()


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_that_libreoffice_saved_unchanged_brings_nothing(
    desk: WordDesk, returned: Mapping[str, Path], ending: str
) -> None:
    report = desk.files.take_in(returned[ending], by="Lea").report
    assert report.counts == {"unchanged": 47}
    assert report.entries == ()


def test_edits_on_record_and_comments_made_in_libreoffice_come_back(
    desk: WordDesk, returned: Mapping[str, Path]
) -> None:
    report = desk.files.take_in(returned["on record"], by="Lea").report
    assert entry(report, "2.1").status is ReturnStatus.TRACKED
    assert entry(report, "4.1").after == "A reading is zero. What do you do first?"
    assert entry(report, "4.12").status in (ReturnStatus.DELETED, ReturnStatus.MISSING)
    by_element = {one.element: one.content for one in desk.proposals()}
    assert by_element["p-0"]["markdown"].endswith("could injure you. Lock it out first.")
    assert by_element["q-1"]["stem"] == "A reading is zero. What do you do first?"
    (comment,) = desk.store.comments.of("m-1", "q-1")
    assert (comment.text, comment.field, comment.by) == ("Is that so?", "general_feedback", "Ada")


def test_plain_edits_in_libreoffice_are_found_although_nothing_was_recorded(
    desk: WordDesk, returned: Mapping[str, Path]
) -> None:
    report = desk.files.take_in(returned["plain"], by="Lea").report
    assert entry(report, "4.1").status is ReturnStatus.UNTRACKED
    assert entry(report, "4.13").status is ReturnStatus.MISSING
    assert desk.proposals()[0].content["stem"].endswith("first? Say why.")


def test_word_style_changes_survive_being_saved_by_libreoffice(
    desk: WordDesk, returned: Mapping[str, Path]
) -> None:
    report = desk.files.take_in(returned["of Word"], by="Lea").report
    assert set(entry(report, "4.1").who) == {"Ada", "Ben"}
    # Who takes words out and who puts others in their place make one change.
    assert {one.by.name: one.content["stem"] for one in desk.proposals()} == {
        "Ada, Ben": "A reading is not nought. What do you do first?"
    }
    assert {one.text for one in desk.store.comments.of("m-1", "q-1")} == {"Since when?", "Since May."}
