"""Rows of a returned Word file that nobody could map: a person says where they belong, and they leave the list."""

from __future__ import annotations

import pytest

from pipeline.domain import CommentKind
from pipeline.domain.word import ReturnStatus, SettledAs
from pipeline.errors import NotAllowedError, ReviewError, UsageError
from pipeline.review.acting import Acting
from pipeline.review.word_settling import Settling
from tests.databases import AT
from tests.review.word_desk import WordDesk, comments, desk, entry, file, the_proposal
from tests.roundtrip.returned import Returned, run, w, xml

__all__ = ["desk", "file"]


def words_outside(file: Returned, text: str) -> Returned:
    """Puts a paragraph between the tables."""
    file.body.insert(4, xml(f"<w:p>{run(text)}</w:p>"))
    return file


def test_an_option_gone_without_record_is_taken_out_with_its_feedback_once_somebody_says_so(
    desk: WordDesk, file: Returned
) -> None:
    for place in ("4.10", "4.11", "4.12", "4.13"):
        file.drops(place)
    report = desk.back(file).report
    assert len(report.unmapped) == 4
    settled = desk.files.settling.taken_out(report.id, entry(report, "4.10").number, by="Lea")
    assert settled.settled is not None
    assert (settled.settled.how, settled.settled.by) == (SettledAs.OFFERED, "Lea")
    proposal = the_proposal(desk)
    assert [one["id"] for one in proposal.content["options"]] == ["opt-1", "opt-2", "opt-3"]
    assert (proposal.by.name, proposal.id) == ("Ada", settled.settled.proposal)
    (left,) = desk.store.word.returned(report.id).unmapped
    assert left.place == "4.13"
    # What may be empty is offered empty; and what is kept makes nothing.
    desk.files.settling.keep(report.id, left.number, by="Lea")
    assert desk.store.word.returned(report.id).unmapped == ()
    assert len(desk.proposals()) == 1
    assert desk.store.audit.of("m-1")[-1].action == "word_settle"
    assert desk.store.audit.walk().broken is None
    # A newer version of the file asks nobody a second time.
    assert desk.back(file.types("3.1", "Saved once more.")).report.unmapped == ()


def test_what_an_element_cannot_do_without_becomes_a_comment_when_it_was_meant(desk: WordDesk, file: Returned) -> None:
    for place in ("4.1", "4.5", "7.0", "7.1", "7.2", "7.3"):
        file.drops(place)
    report = desk.back(file).report
    for place in ("4.1", "4.5", "7.0"):  # the stem, the right answer, a whole table
        desk.files.settling.taken_out(report.id, entry(report, place).number, by="Lea")
    assert desk.proposals() == ()
    assert {(one.element, one.field, one.kind) for one in comments(desk)} == {
        ("q-1", "stem", CommentKind.SCOPE), ("q-1", "options.opt-2.text", CommentKind.SCOPE),
        ("r-1", None, CommentKind.SCOPE),
    }
    assert desk.store.audit.walk().broken is None


def test_words_outside_of_the_rows_are_put_where_a_person_says(desk: WordDesk, file: Returned) -> None:
    report = desk.back(words_outside(file, "What do you do at a reading of 1 bar?")).report
    (found,) = report.unmapped
    settling = desk.files.settling
    assert "stem" in [one.field for one in settling.fields(report, "q-1")]
    made = settling.place(report.id, found.number, element="q-1", field="stem", by="Lea")
    assert made.settled is not None
    assert the_proposal(desk).content["stem"] == "What do you do at a reading of 1 bar?"
    assert settling.confirmed(report) == {found.number: made.settled.proposal}
    settling.place(report.id, found.number, element="q-1", field="stem", by="Max")  # the same again is settled
    with pytest.raises(ReviewError, match="Lea has settled it already"):
        settling.keep(report.id, found.number, by="Max")
    other = desk.back(words_outside(file, "Tag the lock, too?")).report
    found = next(one for one in other.unmapped if one.after == "Tag the lock, too?")
    settling.place(other.id, found.number, element="p-1", by="Lea")
    (comment,) = comments(desk, "p-1")
    assert (comment.text, comment.kind, comment.by) == ("Tag the lock, too?", CommentKind.QUESTION, "Ada")
    assert desk.store.word.returned(other.id).unmapped == ()


def test_what_cannot_be_settled_so_is_said_and_stays_on_the_list(desk: WordDesk, file: Returned) -> None:
    file.drops("4.1").types("5.1", "What now?")
    report = desk.back(words_outside(file, "Shut")).report
    settling = desk.files.settling
    (new,) = [one for one in report.unmapped if one.status is ReturnStatus.NEW]
    gone, mapped = entry(report, "4.1").number, entry(report, "5.1").number
    for refused in (
        lambda: settling.place(report.id, new.number, element="q-9", by="Lea"),
        lambda: settling.place(report.id, gone, element="q-1", by="Lea"),
        lambda: settling.taken_out(report.id, new.number, by="Lea"),
        lambda: settling.keep(report.id, mapped, by="Lea"),
        lambda: settling.keep(report.id, 99, by="Lea"),
        lambda: settling.confirm(report.id, new.number, by="Lea"),
    ):
        with pytest.raises(UsageError):
            refused()
    with pytest.raises(ReviewError, match="no field"):
        settling.place(report.id, new.number, element="q-1", field="nowhere", by="Lea")
    with pytest.raises(NotAllowedError):
        Settling(Acting(desk.store, lambda: AT, role_of=lambda _who: None)).keep(report.id, new.number, by="Eve")
    assert len(desk.store.word.returned(report.id).unmapped) == 2
    assert w("p")
