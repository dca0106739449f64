"""Tables of items: the contract's columns in CSV, Excel and JSON Lines, and rows that can't be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from pipeline.bank import read_bank
from pipeline.domain import Bank, BankItem, ItemType
from pipeline.errors import SourceError
from tests.bank.conftest import ReadText

HEAD = "stem,option_a,option_b,option_c,correct\n"


def keys(item: BankItem) -> list[str]:
    return [option.text for option in item.options if option.correct]


def one(read_text: ReadText, **row: Any) -> BankItem:
    bank = read_text(json.dumps({"stem": "Which?", **row}), "bank.jsonl")
    assert len(bank.items) == 1
    return bank.items[0]


@pytest.mark.parametrize("correct", ["b", "B", "(b)", "B.", "Option B", "1", 1, 1.0, "grey", "The Grey", ["B"], [1], "[1]"])
def test_the_key_is_an_index_a_letter_or_a_text(read_text: ReadText, correct: object) -> None:
    text = "grey" if correct == "grey" else "the grey"
    assert keys(one(read_text, options=["red", text, "blue"], correct=correct)) == [text]


def test_a_number_is_an_index_even_where_an_option_reads_the_same_and_the_note_says_so(read_text: ReadText) -> None:
    item = one(read_text, options=["1", "2", "3"], correct="1")
    assert keys(item) == ["2"]
    assert item.note
    assert "index" in item.note
    assert keys(one(read_text, options=["10", "20", "30"], correct="30")) == ["30"]


@pytest.mark.parametrize("correct", ["A,C", "a; c", "0|2", [0, 2], ["A", "C"], [True, False, True], "red and blue"])
def test_several_keys_make_a_multiple_choice_item(read_text: ReadText, correct: object) -> None:
    item = one(read_text, options=["red", "grey", "blue"], correct=correct)
    assert (item.type, keys(item)) == (ItemType.MULTIPLE, ["red", "blue"])


@pytest.mark.parametrize("correct", ["D", 3, -1, "purple", "A,purple", 1.5])
def test_a_key_that_names_no_option_is_told_with_its_column_and_the_item_is_kept(
    read_text: ReadText, correct: object
) -> None:
    item = one(read_text, options=["red", "grey", "blue"], correct=correct)
    assert item.problem
    assert "column `correct`" in item.problem
    assert [option.text for option in item.options] == ["red", "grey", "blue"]


@pytest.mark.parametrize(
    "options",
    [["red", "grey"], '["red", "grey"]', "['red', 'grey']", "red|grey", "red; grey", "A) red\nB) grey",
     {"a": "red", "b": "grey"}, [{"text": "red"}, {"text": "grey"}]],
)  # fmt: skip
def test_options_come_as_a_list_in_any_usual_form(read_text: ReadText, options: object) -> None:
    assert [option.text for option in one(read_text, options=options, correct=0).options] == ["red", "grey"]


def test_options_may_bring_their_key_and_feedback(read_text: ReadText) -> None:
    options = [{"text": "red", "correct": True, "feedback": "Yes."}, {"text": "grey", "feedback": "No."}]
    item = one(read_text, options=options)
    assert keys(item) == ["red"]
    assert [option.feedback for option in item.options] == ["Yes.", "No."]


def test_columns_of_options_and_feedback_go_together_and_a_gap_stays_a_gap(read_text: ReadText) -> None:
    item = one(read_text, option_a="red", option_c="blue", feedback_c="Because.", correct="C")
    assert [(option.text, option.feedback) for option in item.options] == [("red", ""), ("", ""), ("blue", "Because.")]
    assert keys(item) == ["blue"]


def test_an_item_without_options_is_answered_by_a_number_a_text_or_true_or_false(read_text: ReadText) -> None:
    assert one(read_text, correct="40").type is ItemType.NUMERIC
    assert one(read_text, correct="the lead").answer == ("the lead",)
    truth = one(read_text, correct="FALSE")
    assert (truth.type, keys(truth)) == (ItemType.TRUE_FALSE, ["False"])
    assert "`options`" in (one(read_text).problem or "")


def test_a_type_nobody_knows_is_noted(read_text: ReadText) -> None:
    item = one(read_text, type="hotspot", options=["a"], correct=0)
    assert (item.type, item.problem) == (None, None)
    assert "hotspot" in (item.note or "")


def test_a_declared_type_is_kept(read_text: ReadText) -> None:
    assert one(read_text, type="True/False", options=["True", "False"], correct="A").type is ItemType.TRUE_FALSE
    assert one(read_text, type="fill in the blank", correct="red").answer == (("red",),)


def test_windows_line_ends_marks_semicolons_and_empty_rows(read_text: ReadText) -> None:
    rows = "stem;option_a;option_b;correct\r\n\r\nWhich?;red;grey;A\r\n;;;\r\nWho; me;you;b\r\n"
    bank = read_text(b"\xef\xbb\xbf" + rows.encode(), "bank.csv")
    assert [(item.row, item.place, keys(item)) for item in bank.items] == [(1, "line 3", ["red"]), (2, "line 5", ["you"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encodings_that_spreadsheets_write(read_text: ReadText, encoding: str) -> None:
    bank = read_text((HEAD + "Größe?,groß,klein,“mittel”,A\n").encode(encoding), "bank.csv")
    assert [option.text for option in bank.items[0].options] == ["groß", "klein", "“mittel”"]
    assert any("Windows-1252" in warning for warning in bank.warnings) is (encoding == "cp1252")


def test_excels_own_line_on_what_parts_the_columns(read_text: ReadText) -> None:
    bank = read_text("sep=;\nstem;option_a;option_b;correct\nWhich, or what?;red;grey;A\n", "bank.csv")
    assert (bank.items[0].stem, bank.items[0].place) == ("Which, or what?", "line 3")


def test_a_value_over_several_lines_is_one_value(read_text: ReadText) -> None:
    bank = read_text(HEAD + '"Which\n\nof these?",a,b,c,A\nWho?,a,b,c,B\n', "bank.csv")
    assert [(item.stem, item.place) for item in bank.items] == [("Which\nof these?", "line 2"), ("Who?", "line 5")]


def test_a_quotation_mark_that_is_never_closed_costs_its_row_alone(read_text: ReadText) -> None:
    bank = read_text(HEAD + 'One?,a,b,c,A\n"Two?,a,b,c,A\nThree?,"a",b,c,A\nA 5" pipe?,a,b,c,A\n', "bank.csv")
    assert [(item.row, bool(item.problem)) for item in bank.items] == [(1, False), (2, True), (3, False), (4, False)]
    assert bank.items[1].place == "line 3"
    assert bank.items[3].stem == 'A 5" pipe?'


def test_a_row_without_a_stem_is_told_and_the_others_are_read(read_text: ReadText) -> None:
    bank = read_text(HEAD + "One?,a,b,c,A\n,a,b,c,A\nThree?,a,b,c,A\n", "bank.csv")
    assert [item.problem for item in bank.items] == [None, "column `stem` is missing or empty", None]
    assert bank.problems == ("row 2 (line 3): column `stem` is missing or empty",)


def test_a_table_without_a_column_stem_says_which_columns_it_has(read_text: ReadText) -> None:
    with pytest.raises(SourceError, match=r"line 1.*`stem`.*title, a, b") as error:
        read_text("title,a,b\nx,y,z\n", "bank.csv")
    assert error.value.code == "no_stem"


def test_a_file_without_keys_warns_that_less_is_found(read_text: ReadText) -> None:
    bank = read_text("stem,option_a,option_b\nWhich?,a,b\n", "bank.csv")
    assert any("which option is correct" in warning for warning in bank.warnings)


def test_html_in_a_cell_becomes_text(read_text: ReadText) -> None:
    item = one(read_text, stem="<p>Is 2 &lt; 3&nbsp;?</p><img src='x'>", options=["<b>yes</b>", "no"], correct=0)
    assert (item.stem, item.options[0].text) == ("Is 2 < 3 ?\n[image]", "yes")


def test_a_line_that_is_no_json_costs_itself_alone(read_text: ReadText) -> None:
    good = json.dumps({"stem": "Which?", "options": ["a", "b"], "correct": 0})
    bank = read_text(f"{good}\n{{oops\n\n[1]\n{good}\n", "bank.jsonl")
    assert [(item.row, item.place, bool(item.problem)) for item in bank.items] == [
        (1, "line 1", False), (2, "line 2", True), (3, "line 4", True), (4, "line 5", False),
    ]  # fmt: skip


def test_a_json_list_of_items_is_taken_too(read_text: ReadText) -> None:
    assert len(read_text(json.dumps([{"stem": "Who?", "correct": "me"}] * 2), "bank.json").items) == 2


@pytest.mark.parametrize("content", ["{oops", '{"title": "x"}', '[{"stem"'])
def test_json_that_holds_no_item_is_refused(read_text: ReadText, content: str) -> None:
    with pytest.raises(SourceError):
        read_text(content, "bank.jsonl")


def workbook(path: Path, *sheets: tuple[str, list[list[object]]]) -> Bank:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return read_bank(path)


def test_a_workbook_is_read_from_the_sheet_that_has_stems(tmp_path: Path) -> None:
    items: list[list[object]] = [
        [None], ["Stem", "Option A", "Option B", "Correct", "Feedback A"], ["Which?", "red", 7, 1, "No."], [None, None],
        ["Who?", "me", "you", "A"],
    ]  # fmt: skip
    bank = workbook(tmp_path / "bank.xlsx", ("Notes", [["How to fill in"]]), ("Items", items))
    assert [(item.row, item.place, keys(item)) for item in bank.items] == [
        (1, "sheet Items, row 3", ["7"]), (2, "sheet Items, row 5", ["me"]),
    ]  # fmt: skip
    assert bank.items[0].options[0].feedback == "No."


def test_a_workbook_without_stems_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="stem"):
        workbook(tmp_path / "bank.xlsx", ("Sheet", [["a", "b"], [1, 2]]))


def test_a_damaged_workbook_is_refused(tmp_path: Path, read_zip: ReadText) -> None:
    with pytest.raises(SourceError, match="damaged"):
        read_zip({"xl/workbook.xml": "<oops", "[Content_Types].xml": "<Types/>"})
