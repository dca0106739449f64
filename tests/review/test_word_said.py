"""What else comes back with a Word file: comments, ticks, newer versions, files of two experts and of other people."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import Evidence, FactStatus, QuizItem
from pipeline.errors import NotAllowedError, ReviewError, UsageError
from pipeline.review.acting import Acting
from pipeline.review.word_export import outgoing
from pipeline.review.word_return import WordFiles
from pipeline.store import Store
from tests.builders import a_module
from tests.databases import ADA, AT
from tests.review.word_desk import WordDesk, comments, desk, entry, file, the_proposal
from tests.roundtrip.returned import Returned, run, w

__all__ = ["desk", "file"]

STEM = "A reading is above zero. What do you do first?"


# --- comments


def test_comments_replies_and_resolved_threads_come_over_with_their_words(desk: WordDesk, file: Returned) -> None:
    question = file.comment("4.1", "Is that so on line 3, too?")
    file.comment("4.1", "Yes, since May.", by="Ben", answers=question)
    file.comment("4.13", "Not only energy.", done=True)
    file.comment("3.0", "Whose job is this?")
    file.comment_outside("Who wrote this?")
    report = desk.back(file).report
    said = {one.text: one for one in comments(desk)}
    assert len(report.comments) == 5
    first = said["Is that so on line 3, too?"]
    assert (first.element, first.field, first.quote, first.kind.value) == ("q-1", "stem", STEM, "question")
    assert (said["Yes, since May."].thread, said["Yes, since May."].by) == (first.id, "Ben")
    assert said["Not only energy."].resolved_at is not None
    assert (said["Not only energy."].kind.value, first.resolved_at) == ("fact", None)
    assert (said["Whose job is this?"].element, said["Whose job is this?"].field) == ("p-1", None)
    assert said["Who wrote this?"].element is None
    assert desk.store.audit.walk().broken is None


def test_a_newer_version_brings_only_new_comments_and_closes_threads(desk: WordDesk, file: Returned) -> None:
    first = file.comment("4.1", "Is that so?")
    desk.back(file)
    file.extended[first] = file.extended[first].replace('done="0"', 'done="1"')
    file.comment("4.1", "It is.", by="Ben", answers=first)
    report = desk.back(file).report
    assert (len(report.comments), report.known_comments) == (1, 1)
    assert len(comments(desk)) == 2
    assert {one.text: one.resolved_by for one in comments(desk)} == {"Is that so?": "Ada", "It is.": None}
    assert desk.store.audit.walk().broken is None


# --- newer versions, two experts, later edits


def test_a_newer_version_takes_the_place_of_its_own_open_proposals(desk: WordDesk, file: Returned) -> None:
    desk.back(file.types("4.1", "What now?").types("7.1", "Checklist"))
    report = desk.back(file.types("4.1", "What next?")).report
    assert [one.content.get("stem") for one in desk.proposals() if one.element == "q-1"] == ["What next?"]
    assert len(desk.proposals()) == 2
    assert report.superseded == tuple(one.id for one in desk.proposals("superseded"))


def test_two_experts_files_stand_side_by_side(desk: WordDesk, file: Returned) -> None:
    desk.back(file.types("4.1", "What now?"), sender="Ada")
    desk.back(file.types("4.1", "What first?"), sender="Ben")
    assert {(one.by.name, one.content["stem"]) for one in desk.proposals()} == {
        ("Ada", "What now?"), ("Ben", "What first?")
    }


def test_a_later_edit_does_not_change_what_the_file_is_compared_with(desk: WordDesk, file: Returned) -> None:
    store = desk.store
    item = store.modules.element_state("m-1", "q-1").element
    assert isinstance(item, QuizItem)
    store.modules.save_revision("m-1", item.changed(stem="Later words?"), based_on=1, author=ADA, at=AT)
    desk.back(file.types("4.13", "Energy is left."))
    proposal = the_proposal(desk)
    assert (proposal.based_on, proposal.content["stem"]) == (1, STEM)


def test_what_the_module_says_already_is_not_offered_again(desk: WordDesk, file: Returned) -> None:
    item = desk.store.modules.element_state("m-1", "q-1").element
    desk.store.modules.save_revision("m-1", item.changed(stem="What now?"), based_on=1, author=ADA, at=AT)
    report = desk.back(file.types("4.1", "What now?")).report
    assert desk.proposals() == ()
    assert entry(report, "4.1").why == "the module says so already"


# --- the box column


def test_a_tick_answers_whether_the_facts_are_right(desk: WordDesk, file: Returned) -> None:
    assert desk.store.modules.load("m-1").element("q-1").fact_status is FactStatus.ASKED
    file.says("4.0", run("x OK"), run("☐ WRONG"), run("☐ not my area"), cell=2)
    file.types("3.0", "☐ OK\n☒ WRONG\n☐ not my area\nsee SOP 12", cell=2)
    file.types("7.0", "n/a", cell=2)
    file.types("6.0", "WRONG", cell=2)
    report = desk.back(file).report
    module = desk.store.modules.load("m-1")
    assert module.element("q-1").fact_status is FactStatus.CONFIRMED
    assert module.element("p-1").fact_status is FactStatus.WRONG
    assert module.element("r-1").fact_status is FactStatus.UNSURE
    assert module.element("sc-1").fact_status is FactStatus.WRONG
    assert all(one.is_recorded for one in report.verdicts)
    assert {one.by for one in report.verdicts} == {"Ada"}
    assert "see SOP 12" in [one.text for one in comments(desk, "p-1")]
    assert desk.store.audit.walk().broken is None


def test_ok_beside_a_changed_text_or_some_rows_only_is_no_answer_and_is_told(desk: WordDesk, file: Returned) -> None:
    file.types("4.0", "☒ OK\n☐ WRONG\n☐ not my area", cell=2).types("4.1", "What now?")
    file.types("5.1", "ok", cell=2)
    file.types("3.0", "☒ OK\n☒ WRONG\n☐ not my area", cell=2)
    report = desk.back(file).report
    told = {one.element: one for one in report.verdicts}
    assert not told["q-1"].is_recorded
    assert "changed as well" in (told["q-1"].why or "")
    assert "1 of its 7 rows" in (told["q-2"].why or "")
    assert told["p-1"].why == "several boxes are ticked"
    assert desk.store.modules.load("m-1").element("q-2").fact_status is FactStatus.ASKED


def test_a_remark_in_a_box_of_a_row_becomes_a_comment_on_its_field(desk: WordDesk, file: Returned) -> None:
    desk.back(file.types("4.3", "only since 2024", cell=2))
    (comment,) = comments(desk, "q-1")
    assert (comment.field, comment.text, comment.by) == ("options.opt-1.feedback", "only since 2024", "Ada")


# --- who, where from, how long


def test_a_file_of_another_workspace_and_a_file_of_somebody_else_are_refused(desk: WordDesk, file: Returned) -> None:
    for text in file.body.iter(w("t")):
        text.text = (text.text or "").replace("t3stc100", "zzzzzzzz")
    for mark in file.body.iter(w("bookmarkStart")):
        mark.set(w("name"), "other")
    file.members["docProps/core.xml"] = file.members["docProps/core.xml"].replace(b"t3stc100", b"zzzzzzzz")
    with pytest.raises(ReviewError, match="another workspace"):
        desk.back(file)
    bare = Returned.of(desk.send().content)
    for row in list(bare.body.iter(w("tbl"))):
        bare.body.remove(row)
    bare.members["docProps/core.xml"] = b'<x xmlns="y"/>'
    with pytest.raises(ReviewError, match="none of the ids"):
        desk.back(bare)


def test_without_its_identifier_a_file_is_known_by_its_rows(desk: WordDesk, file: Returned) -> None:
    file.members["docProps/core.xml"] = b'<x xmlns="y"/>'
    assert desk.back(file).report.counts == {"unchanged": 47}


def test_who_may_not_ask_may_not_send_or_take_in(store: Store, tmp_path: Path) -> None:
    desk = WordDesk(store, tmp_path)
    files = WordFiles(Acting(store, lambda: AT, role_of=lambda _who: None), read=lambda path, recover: 1 / 0)  # type: ignore[arg-type, return-value]
    with pytest.raises(NotAllowedError):
        files.export("m-1", by="Eve")
    with pytest.raises(NotAllowedError):
        files.take_in(desk.folder / "x.docx", by="Eve")
    assert desk.store.word.of("m-1") == ()


def test_chosen_elements_and_a_due_date_go_into_the_file(desk: WordDesk) -> None:
    sent = desk.send(elements=["q-2", "p-0"], due=AT + timedelta(days=7))
    assert sent.package.elements == ("p-0", "q-2")
    assert "2026-11-28" in sent.package.frame[3]
    assert sent.name.endswith("-review-t3stc100.docx")
    (request,) = desk.store.facts.requests("m-1")
    assert (request.to, request.channel.value, len(request.statements)) == ("Ada", "word", 2)
    with pytest.raises(UsageError, match="passed"):
        desk.send(due=AT - timedelta(days=1))
    with pytest.raises(UsageError, match="no such element"):
        desk.send(elements=["q-9"])


def test_what_goes_out_and_comes_back_is_on_the_audit_trail(desk: WordDesk, file: Returned) -> None:
    desk.back(file.types("4.1", "What now?"))
    actions = [one.action for one in desk.store.audit.of("m-1")]
    assert actions[0] == "word_export"
    assert actions[-2:] == ["propose", "word_import"]
    assert desk.store.audit.walk().broken is None


def test_an_arabic_module_goes_out_from_right_to_left_and_comes_back(store: Store, tmp_path: Path) -> None:
    module: Any = a_module(language="ar", title="أقفل الماكينة")
    item = module.items[0].model_copy(update={"stem": "القراءة فوق الصفر. ماذا تفعل أولًا؟"})
    desk = WordDesk(store, tmp_path, module.model_copy(update={"items": (item,)}))
    file = Returned.of(desk.send().content)
    assert file.body.find(f".//{w('bidiVisual')}") is not None
    file.types("4.1", "\u200fالقراءة فوق 2 بار. ماذا تفعل أولًا؟")
    file.types("3.0", "☒ صحيح\n☐ خطأ\n☐ ليس من اختصاصي", cell=2)
    report = desk.back(file).report
    assert the_proposal(desk).content["stem"].endswith("القراءة فوق 2 بار. ماذا تفعل أولًا؟")
    assert [one.verdict.value for one in report.verdicts] == ["correct"]


# --- one remark, one thread


def spoken(desk: WordDesk, element: str) -> list[tuple[str, str | None, bool]]:
    """Text, field and whether it begins a thread, of each comment on the element."""
    return [(one.text, one.field, one.is_first) for one in comments(desk, element)]


def test_a_remark_beside_wrong_is_one_thread_however_often_it_comes_in(desk: WordDesk, file: Returned) -> None:
    boxes = "☐ OK\n☒ WRONG\n☐ not my area"
    file.types("4.0", f"{boxes}\nsee SOP 12", cell=2).types("5.0", boxes, cell=2).types("5.2", "only line 3", cell=2)
    report = desk.back(file).report
    assert spoken(desk, "q-1") == [("see SOP 12", None, True)]
    assert spoken(desk, "q-2") == [("only line 3", "options.opt-1.text", True)]
    assert {one.element: one.correction for one in report.verdicts} == {"q-1": "see SOP 12", "q-2": "only line 3"}
    desk.back(file.types("3.1", "Saved once more."))
    assert len(spoken(desk, "q-1") + spoken(desk, "q-2")) == 2
    # Taken back: the thread is closed, and the words that still stand there begin no other.
    desk.back(file.types("4.0", "☒ OK\n☐ WRONG\n☐ not my area\nsee SOP 12", cell=2))
    (first,) = [one for one in comments(desk, "q-1") if one.is_first]
    assert (first.text, first.resolved_by) == ("see SOP 12", "Ada")
    assert desk.store.audit.walk().broken is None


def test_a_remark_that_is_called_wrong_only_later_stays_one_thread(desk: WordDesk, file: Returned) -> None:
    desk.back(file.types("4.3", "only since 2024", cell=2))
    desk.back(file.types("4.0", "☐ OK\n☒ WRONG\n☐ not my area", cell=2))
    assert spoken(desk, "q-1") == [("only since 2024", "options.opt-1.feedback", True)]
    assert desk.store.modules.load("m-1").element("q-1").fact_status is FactStatus.WRONG


def test_two_remarks_on_one_element_are_two_threads_and_a_table_taken_out_is_one(
    desk: WordDesk, file: Returned
) -> None:
    file.types("4.0", "☐ OK\n☒ WRONG\n☐ not my area\nsee SOP 12", cell=2).types("4.3", "since 2024", cell=2)
    for place in ("7.0", "7.1", "7.2", "7.3"):
        file.on_record(place, "del")
    desk.back(file)
    assert sorted(one[0] for one in spoken(desk, "q-1")) == ["see SOP 12", "since 2024"]
    assert len(spoken(desk, "r-1")) == 1


def test_every_quote_goes_out_but_none_that_another_one_holds(desk: WordDesk) -> None:
    module = desk.module
    document = desk.store.sources.document(module.sources[0].id)
    block = next(one for one in document.blocks if len(one.text) > 30)
    spans = [(0, 12), (0, 8), (12, 20), *((20 + n, 22 + n) for n in range(6))]
    proofs = tuple(
        Evidence(source=document.source.id, block=block.id, quote=block.text[start:end], start=start, end=end)
        for start, end in spans
    )
    element = next(one for one in module.elements() if one.kind_name == "part").model_copy(update={"evidence": proofs})
    (out,) = outgoing([(element, 1)], module, {document.source.id: document})
    assert [one.text for one in out.quotes] == list(dict.fromkeys(one.quote for one in (proofs[0], *proofs[2:])))
