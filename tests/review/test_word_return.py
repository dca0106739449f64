"""A Word file that comes back: each thing an expert may have done ends as a proposal, a comment, an answer, or in the
list of what could not be mapped; nothing is dropped and nothing is applied by itself."""

from __future__ import annotations

from pathlib import Path

from pipeline.domain.word import ReturnStatus
from pipeline.store import Store
from tests.builders import a_document, a_module, a_part
from tests.review.word_desk import WordDesk, comments, desk, entry, file, the_proposal
from tests.roundtrip.returned import Returned, gone, ins, run, w, xml

__all__ = ["desk", "file"]

STEM = "A reading is above zero. What do you do first?"


# --- nothing and the same again


def test_a_file_that_nobody_changed_brings_nothing(desk: WordDesk, file: Returned) -> None:
    report = desk.back(file).report
    assert report.counts == {"unchanged": 47}
    assert (report.entries, report.proposals, report.comments, report.verdicts) == ((), (), (), ())
    assert desk.proposals() == ()


def test_the_same_file_again_changes_nothing_and_says_so(desk: WordDesk, file: Returned) -> None:
    path = file.types("4.1", "What now?").save(desk.folder / "back.docx")
    first = desk.files.take_in(path, by="Lea")
    entries = len(desk.store.audit.of(desk.module.id))
    again = desk.files.take_in(path, by="Max")
    assert (first.is_again, again.is_again) == (False, True)
    assert again.report == first.report
    assert len(desk.store.audit.of(desk.module.id)) == entries


def test_smart_quotes_dashes_and_no_break_spaces_are_no_change(store: Store, tmp_path: Path) -> None:
    part = a_part(markdown="Say \"stop\" - it's 5 bar ... or 10-20 bar.\n\n- **Turn** DS-7 off")
    module = a_module()
    lesson = module.lessons[0]
    desk = WordDesk(store, tmp_path, module.model_copy(update={"lessons": (lesson.model_copy(update={"parts": (
        part,)}),)}))
    file = Returned.of(desk.send().content)
    file.types("2.1", "Say “stop” – it’s 5\u00a0bar … or 10–20\u202fbar.\n•  Turn\u200e DS\u20117 off")
    assert desk.back(file).report.counts["unchanged"] == sum(1 for _ in file.body.iter(w("tr")))


# --- tracked changes


def test_tracked_words_in_split_runs_become_a_proposal_by_their_author(desk: WordDesk, file: Returned) -> None:
    file.says(
        "4.1", run("A read") + run("ing is ") + gone(run("above ", deleted=True) + run("zero", deleted=True))
        + ins(run("not ") + run("0 bar")) + run(". What do you do first?"),
    )
    report = desk.back(file).report
    found = entry(report, "4.1")
    assert (found.status, found.who) == (ReturnStatus.TRACKED, ("Ada",))
    assert found.at is not None
    proposal = the_proposal(desk)
    assert proposal.content["stem"] == "A reading is not 0 bar. What do you do first?"
    assert (proposal.by.name, proposal.based_on, proposal.package) == ("Ada", 1, report.package)
    assert desk.store.modules.element_state("m-1", "q-1").revision == 1


def test_tracked_deletion_of_a_paragraph_mark_joins_two_steps(desk: WordDesk, file: Returned) -> None:
    first, second, third = file.cell("3.1").findall(w("p"))
    mark = xml('<w:pPr><w:rPr><w:del w:id="9" w:author="Ada" w:date="2026-11-22T10:00:00Z"/></w:rPr></w:pPr>')
    second.replace(second.find(w("pPr")), mark)
    for child in list(third):
        if child.tag == w("r"):
            child.find(w("t")).text = " and close ball valve V-12."
    desk.back(file)
    assert the_proposal(desk).content["markdown"] == (
        "1. Press the red STOP button.\n2. Turn disconnect DS-7 to OFF. and close ball valve V-12."
    )
    assert first is not None


def test_a_tracked_move_between_elements_changes_both(desk: WordDesk, file: Returned) -> None:
    moved_from = '<w:moveFrom w:id="5" w:author="Ada" w:date="2026-11-22T10:00:00Z">'
    file.says("2.1", run("You are about to service the sealer.") + moved_from
              + run(" An unexpected start-up could injure you.") + "</w:moveFrom>")
    file.says("4.13", run("A reading above zero means energy is left.")
              + moved_from.replace("moveFrom", "moveTo") + run(" An unexpected start-up could injure you.")
              + "</w:moveTo>")
    desk.back(file)
    by_element = {one.element: one.content for one in desk.proposals()}
    assert by_element["p-0"]["markdown"] == "You are about to service the sealer."
    assert by_element["q-1"]["general_feedback"].endswith("left. An unexpected start-up could injure you.")


def test_two_authors_in_one_file_get_a_proposal_each(desk: WordDesk, file: Returned) -> None:
    file.says("4.1", run(STEM) + ins(run(" Choose one."), "Ada"))
    file.says("4.13", run("A reading above zero means ") + gone(run("energy", deleted=True), "Ben")
              + ins(run("pressure"), "Ben") + run(" is left."))
    desk.back(file)
    by_name = {one.by.name: one.content for one in desk.proposals()}
    assert set(by_name) == {"Ada", "Ben"}
    assert by_name["Ada"]["stem"] == f"{STEM} Choose one."
    assert by_name["Ada"]["general_feedback"] == "A reading above zero means energy is left."
    assert by_name["Ben"]["general_feedback"] == "A reading above zero means pressure is left."
    assert by_name["Ben"]["stem"] == STEM


def test_a_change_inside_another_authors_change_is_offered_in_both_names(desk: WordDesk, file: Returned) -> None:
    inner = gone(run(" or two", deleted=True), "Ben")
    file.says("4.1", run(STEM) + ins(run(" Choose one") + inner + run("."), "Ada"))
    desk.back(file)
    proposal = the_proposal(desk)
    assert proposal.by.name == "Ada, Ben"
    assert proposal.content["stem"] == f"{STEM} Choose one."


def test_a_tracked_change_that_cancels_out_and_new_formatting_are_no_change(desk: WordDesk, file: Returned) -> None:
    file.says("4.1", ins(gone(run("Oops ", deleted=True))) + run(STEM))
    format_ = '<w:rPrChange w:id="3" w:author="Ada" w:date="2026-11-22T10:00:00Z"><w:rPr/></w:rPrChange>'
    file.says("4.13", f"<w:r><w:rPr><w:b/>{format_}</w:rPr><w:t>A reading above zero means energy is left.</w:t></w:r>")
    assert desk.back(file).report.counts == {"unchanged": 47}


# --- untracked changes, markdown


def test_an_untracked_edit_is_found_by_comparing_with_what_was_sent(desk: WordDesk, file: Returned) -> None:
    report = desk.back(file.types("4.1", "What do you do first?")).report
    assert entry(report, "4.1").status is ReturnStatus.UNTRACKED
    assert the_proposal(desk).by.name == "Ada"  # whom it was sent to


def test_words_without_a_name_are_put_down_to_whom_the_importer_names(desk: WordDesk, file: Returned) -> None:
    desk.back(file.types("4.1", "What do you do first?"), sender="Ben")
    assert the_proposal(desk).by.name == "Ben"


def test_a_change_in_markdown_leaves_the_marks_around_it(store: Store, tmp_path: Path) -> None:
    document = a_document()
    text = "### Before you start\n\n1. Press the **red STOP button**.\n2. Turn `DS-7` to *OFF*.\n\n| A | B |\n|---|---|\n| 1 | 2 |"
    module = a_module(document)
    lesson = module.lessons[0].model_copy(update={"parts": (a_part(document, markdown=text),)})
    desk = WordDesk(store, tmp_path, module.model_copy(update={"lessons": (lesson,)}))
    file = Returned.of(desk.send().content)
    file.types("2.1", "Before you start\n1. Press the big red STOP button.\n2. Turn DS-8 to OFF.\nA | B\n1 | 3")
    desk.back(file)
    assert the_proposal(desk).content["markdown"] == (
        "### Before you start\n\n1. Press the big **red STOP button**.\n2. Turn `DS-8` to *OFF*.\n\n"
        "| A | B |\n|---|---|\n| 1 | 3 |"
    )


def test_a_new_step_and_a_step_that_word_numbers_itself_are_taken_over(desk: WordDesk, file: Returned) -> None:
    file.cell("3.1").append(xml("<w:p><w:r><w:t>4. Try the start button.</w:t></w:r></w:p>"))
    file.cell("7.2").append(xml(
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>' + run("Sign the log.")
        + "</w:p>"
    ))
    desk.back(file)
    by_element = {one.element: one.content["markdown"] for one in desk.proposals()}
    assert by_element["p-1"].endswith("3. Close ball valve V-12.\n4. Try the start button.")
    assert by_element["r-1"].endswith("- [ ] Turn disconnect DS-7 to OFF.\n- Sign the log.")


# --- rows: deleted, gone, copied, new, moved, without id


def test_a_tracked_row_deletion_takes_an_option_out(desk: WordDesk, file: Returned) -> None:
    for place in ("4.10", "4.11", "4.12"):
        file.on_record(place, "del")
    report = desk.back(file).report
    assert [one["id"] for one in the_proposal(desk).content["options"]] == ["opt-1", "opt-2", "opt-3"]
    assert {one.status for one in report.entries} == {ReturnStatus.DELETED}


def test_an_emptied_cell_that_may_not_be_empty_becomes_a_comment(desk: WordDesk, file: Returned) -> None:
    report = desk.back(file.types("4.3", "")).report
    found = entry(report, "4.3")
    assert found.status is ReturnStatus.DELETED
    assert found.why is not None
    assert desk.proposals() == ()
    (comment,) = comments(desk, "q-1")
    assert comment.id in found.comments
    assert comment.field == "options.opt-1.feedback"
    assert "Valve A feeds another line" in comment.text


def test_the_correct_option_cannot_be_taken_out_and_is_told(desk: WordDesk, file: Returned) -> None:
    for place in ("4.5", "4.6"):
        file.on_record(place, "del")
    report = desk.back(file).report
    assert desk.proposals() == ()
    assert "0 correct options" in (entry(report, "4.5").why or "")


def test_a_whole_table_taken_out_on_record_is_one_wish_not_many_changes(desk: WordDesk, file: Returned) -> None:
    for place in ("7.0", "7.1", "7.2", "7.3"):
        file.on_record(place, "del")
    report = desk.back(file).report
    assert desk.proposals() == ()
    assert all(one.why for one in report.entries)
    assert {one.element for one in comments(desk)} == {"r-1"}


def test_a_row_that_is_gone_without_record_is_listed_as_missing(desk: WordDesk, file: Returned) -> None:
    report = desk.back(file.drops("4.13")).report
    found = entry(report, "4.13")
    assert (found.status, report.counts["missing"]) == (ReturnStatus.MISSING, 1)
    assert found.why is not None
    assert found.before == "A reading above zero means energy is left."
    assert desk.proposals() == ()


def test_a_text_alike_elsewhere_does_not_rescue_a_row_that_is_gone(desk: WordDesk, file: Returned) -> None:
    report = desk.back(file.drops("4.2")).report  # "Turn valve A to its closed position" stands in 5.2 as well
    assert entry(report, "4.2").status is ReturnStatus.MISSING
    assert report.counts["unchanged"] == 46


def test_a_copied_row_is_asked_about_and_the_original_stays(desk: WordDesk, file: Returned) -> None:
    copy = file.copies("4.2")
    next(copy.findall(w("tc"))[1].iter(w("t"))).text = "Turn valve E to its closed position"
    report = desk.back(file).report
    (found,) = [one for one in report.entries if one.status is ReturnStatus.DUPLICATE]
    assert found.after == "Turn valve E to its closed position"
    assert report.counts == {"duplicate": 1, "unchanged": 47}
    assert desk.proposals() == ()
    proposal = desk.files.settling.confirm(report.id, found.number, by="Lea")
    assert proposal.content["options"][0]["text"] == "Turn valve E to its closed position"
    assert desk.files.settling.confirmed(report) == {found.number: proposal.id}


def test_a_new_row_is_listed_beside_its_element(desk: WordDesk, file: Returned) -> None:
    row = file.copies("4.12")
    for text, cell in zip(("Option E", "Call the shift lead", ""), row.findall(w("tc")), strict=True):
        for old in cell.findall(w("p")):
            cell.remove(old)
        cell.append(xml(f"<w:p>{run(text)}</w:p>"))
    report = desk.back(file).report
    (found,) = report.unmapped
    assert (found.status, found.element, found.after) == (ReturnStatus.NEW, "q-1", "Call the shift lead")


def test_rows_and_tables_in_another_order_are_known_by_their_ids(desk: WordDesk, file: Returned) -> None:
    tables = file.body.findall(w("tbl"))
    tables[0].addprevious(tables[-1])
    row = file.row("4.13")
    file.row("4.1").addprevious(row)
    file.types("4.13", "Energy is left.")
    report = desk.back(file).report
    assert report.counts["moved"] == 5
    assert entry(report, "4.13").is_moved
    assert the_proposal(desk).content["general_feedback"] == "Energy is left."


def test_a_row_cut_and_pasted_on_record_counts_where_it_is_now(desk: WordDesk, file: Returned) -> None:
    file.copies("4.13")
    first = file.row("4.13")
    second = first.getnext()
    for row, mark in ((first, "del"), (second, "ins")):
        row.insert(0, xml(f'<w:trPr><w:{mark} w:id="7" w:author="Ada" w:date="2026-11-22T10:00:00Z"/></w:trPr>'))
    report = desk.back(file).report
    assert report.counts["unchanged"] == 47
    assert desk.proposals() == ()


def test_a_wiped_id_is_known_by_the_bookmark(desk: WordDesk, file: Returned) -> None:
    report = desk.back(file.types("4.1", "What now?").wipes_id("4.1")).report
    found = entry(report, "4.1")
    assert found.lost_its_id
    assert the_proposal(desk).content["stem"] == "What now?"


def test_without_bookmarks_the_visible_ids_do(desk: WordDesk, file: Returned) -> None:
    report = desk.back(file.strips_bookmarks().types("4.1", "What now?")).report
    assert report.counts == {"unchanged": 46, "untracked": 1}


def test_without_any_mark_a_like_text_waits_for_a_person(desk: WordDesk, file: Returned) -> None:
    file.types("4.1", "A reading is over zero. What do you do first of all?").wipes_id("4.1").strips_bookmarks()
    report = desk.back(file).report
    found = entry(report, "4.1")
    assert found.status is ReturnStatus.FUZZY
    assert desk.proposals() == ()
    assert desk.files.settling.confirm(report.id, found.number, by="Lea").content["stem"].startswith("A reading is over zero.")
    assert len(desk.proposals()) == 1
    desk.files.settling.confirm(report.id, found.number, by="Max")
    assert len(desk.proposals()) == 1  # confirmed twice is offered once


def test_marks_that_disagree_wait_for_a_person(desk: WordDesk, file: Returned) -> None:
    for text in file.drops("4.2").row("4.1").iter(w("t")):
        if (text.text or "").startswith("["):
            text.text = text.text.replace("4.1", "4.2")
    report = desk.back(file).report
    assert [one.status for one in report.entries if one.status is not ReturnStatus.MISSING] == [ReturnStatus.UNCLEAR]
    assert desk.proposals() == ()


def test_a_table_pasted_as_plain_text_waits_for_a_person(desk: WordDesk, file: Returned) -> None:
    table = file.body.findall(w("tbl"))[3]
    lines = []
    for row in table.findall(w("tr")):
        cells = ["\n".join("".join(p.itertext()) for p in cell.findall(w("p"))) for cell in row.findall(w("tc"))]
        lines += "\t".join(cells).split("\n")
    for line in lines:
        words = line.replace("above zero. What do you", "above nought. What would you")
        inner = "<w:r><w:tab/></w:r>".join(run(part) for part in words.split("\t"))
        table.addprevious(xml(f"<w:p>{inner}</w:p>"))
    table.getparent().remove(table)
    report = desk.back(file).report
    assert entry(report, "4.1").status is ReturnStatus.FUZZY
    assert entry(report, "4.1").after == "A reading is above nought. What would you do first?"
    assert report.counts["unchanged"] == 46
    assert "missing" not in report.counts
    assert desk.proposals() == ()


def test_words_outside_of_the_tables_are_listed(desk: WordDesk, file: Returned) -> None:
    file.body.insert(4, xml(f"<w:p>{run('Please add a chapter on tagging.')}</w:p>"))
    (found,) = desk.back(file).report.unmapped
    assert (found.status, found.after) == (ReturnStatus.NEW, "Please add a chapter on tagging.")


def test_a_row_of_another_word_file_is_told_as_such(desk: WordDesk, file: Returned) -> None:
    other = Returned.of(desk.send().content)
    file.row("4.2").addnext(other.row("4.2"))
    (found,) = desk.back(file).report.unmapped
    assert "pasted in" in (found.why or "")


def test_a_nested_table_and_a_content_control_around_a_cell_are_read(desk: WordDesk, file: Returned) -> None:
    table = "<w:tbl><w:tr><w:tc><w:p>{}</w:p></w:tc><w:tc><w:p>{}</w:p></w:tc></w:tr></w:tbl>"
    file.cell("3.1").append(xml(table.format(run("V-12"), run("closed"))))
    cell = file.cell("4.1")
    control = xml("<w:sdt><w:sdtContent/></w:sdt>")
    cell.addprevious(control)
    control[0].append(cell)
    desk.back(file)
    assert the_proposal(desk).content["markdown"].endswith("V-12 | closed")


def test_a_changed_source_is_kept_as_a_comment_and_never_as_evidence(desk: WordDesk, file: Returned) -> None:
    report = desk.back(file.types("4.14", "If any reading is above 1 bar, close the guard")).report
    assert desk.proposals() == ()
    assert entry(report, "4.14").why is not None
    assert "above 1 bar" in comments(desk, "q-1")[0].text


def test_what_makes_no_element_is_told_and_the_rest_is_offered(desk: WordDesk, file: Returned) -> None:
    file.types("5.1", "").types("5.2", "Turn valve Z")
    report = desk.back(file).report
    assert "cannot be empty" in (entry(report, "5.1").why or "")
    assert the_proposal(desk).content["options"][0]["text"] == "Turn valve Z"


def test_a_proposal_names_its_fields_as_people_do(
    desk: WordDesk, file: Returned
) -> None:
    file.types("4.11", "Valve D feeds line 2.")
    desk.back(file)
    note = the_proposal(desk).note or ""
    assert note.endswith(": Option 4, feedback")
