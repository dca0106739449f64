"""GIFT: every kind of question, its escapes, and questions that are broken."""

from __future__ import annotations

import pytest

from pipeline.domain import BankItem, ItemType, NumericAnswer
from pipeline.errors import SourceError
from tests.bank.conftest import ReadText


def one(read_text: ReadText, text: str) -> BankItem:
    bank = read_text(text, "bank.txt")
    assert (bank.format, len(bank.items)) == ("gift", 1)
    return bank.items[0]


def test_a_choice_with_title_feedback_and_general_feedback(read_text: ReadText) -> None:
    item = one(read_text, "::Q1:: Which valve? {\n=V-12 #Right.\n~V-13 #No, because.\n~V-14\n####Valves.\n}")
    assert (item.type, item.stem, item.place) == (ItemType.SINGLE, "Which valve?", 'line 1, "Q1"')
    assert [(one.text, one.correct, one.feedback) for one in item.options] == [
        ("V-12", True, "Right."), ("V-13", False, "No, because."), ("V-14", False, ""),
    ]  # fmt: skip
    assert item.general_feedback == "Valves."


def test_escaped_signs_are_text(read_text: ReadText) -> None:
    item = one(read_text, r"What is \{x \= 1\} \: \# \~? {=a \= b \\ c ~\{\} -> no}")
    assert item.stem == "What is {x = 1} : # ~?"
    assert [option.text for option in item.options] == ["a = b \\ c", "{} -> no"]


def test_partial_credit_next_to_a_right_answer_is_no_key(read_text: ReadText) -> None:
    item = one(read_text, "Which? {=a ~%50%b ~%-10%c}")
    assert [option.correct for option in item.options] == [True, False, False]


def test_shares_without_a_right_answer_make_a_multiple_choice(read_text: ReadText) -> None:
    item = one(read_text, "Which? {~%50%a ~%50%b ~%-100%c}")
    assert (item.type, [option.correct for option in item.options]) == (ItemType.MULTIPLE, [True, True, False])


@pytest.mark.parametrize(("body", "is_true"), [("T", True), ("FALSE", False), ("true#wrong#right", True), ("F#no", False)])
def test_true_or_false(read_text: ReadText, body: str, is_true: bool) -> None:
    item = one(read_text, f"The sky is blue. {{{body}}}")
    assert item.type is ItemType.TRUE_FALSE
    assert [option.correct for option in item.options] == [is_true, not is_true]


def test_feedback_of_a_true_false_question_is_for_the_wrong_answer_first(read_text: ReadText) -> None:
    item = one(read_text, "The sky is blue. {T#wrong#right}")
    assert [option.feedback for option in item.options] == ["right", "wrong"]


@pytest.mark.parametrize(
    ("body", "value", "tolerance"),
    [("#3.14:0.01", 3.14, 0.01), ("#1..5", 3, 2), ("#=7:1 =%50%8:2", 7, 1), ("#40", 40, 0), ("#2,5", 2.5, 0)],
)
def test_numbers(read_text: ReadText, body: str, value: float, tolerance: float) -> None:
    assert one(read_text, f"How much? {{{body}}}").answer == NumericAnswer(value=value, tolerance=tolerance)


def test_matching_short_answers_and_essays(read_text: ReadText) -> None:
    bank = read_text("Match. {=a -> 1 =b -> 2}\n\nName it. {=x =%50%y}\n\nDiscuss. {}", "bank.txt")
    assert [item.type for item in bank.items] == [ItemType.MATCH, ItemType.SHORT, None]
    assert [item.answer for item in bank.items] == [(("a", "1"), ("b", "2")), ("x",), None]
    assert "essay" in (bank.items[2].note or "")


def test_answers_inside_a_sentence_are_a_gap_in_it_and_at_its_end_are_none(read_text: ReadText) -> None:
    assert one(read_text, "Two and {=two ~three} make four.").stem == "Two and _____ make four."
    assert one(read_text, "[html]<p>Is it red {=yes ~no}?</p>").stem == "Is it red ?"


def test_categories_and_descriptions_are_counted_and_comments_left_out(read_text: ReadText) -> None:
    bank = read_text("// one\n$CATEGORY: top\n\nRead this.\n\n// two\nWhich? {=a ~b}\n", "bank.txt")
    assert (len(bank.items), bank.skipped) == (1, {"category": 1, "description": 1})


def test_empty_lines_inside_the_braces_and_windows_line_ends(read_text: ReadText) -> None:
    item = one(read_text, "Which? {\r\n=a\r\n\r\n~b\r\n\r\n~c\r\n}\r\n")
    assert [option.text for option in item.options] == ["a", "b", "c"]


def test_a_brace_that_is_never_closed_costs_its_question_alone(read_text: ReadText) -> None:
    bank = read_text("One? {=a ~b}\n\nTwo? {=a ~b\n\n::t:: Three? {=a ~b}\n\nFour? {=a ~b\n\nFive? {#x}\n", "bank.txt")
    assert [bool(item.problem) for item in bank.items] == [False, True, False, True, True]
    assert [item.row for item in bank.items] == [1, 2, 3, 4, 5]
    assert "'x' is no number" in (bank.items[4].problem or "")


def test_html_and_images_become_text(read_text: ReadText) -> None:
    item = one(read_text, r'[html]<p>Is 2 &lt; 3<img src\="x.png">?</p> {=<b>yes</b> ~no}')
    assert (item.stem, item.options[0].text) == ("Is 2 < 3 [image] ?", "yes")


def test_only_titles_and_categories_are_no_bank(read_text: ReadText) -> None:
    with pytest.raises(SourceError, match="no question"):
        read_text("$CATEGORY: top\n\n", "bank.txt")


def test_feedback_to_answers_that_are_typed_is_that_of_the_answer(read_text: ReadText) -> None:
    number = one(read_text, "When? {#\n=1822:0 # Exactly.\n=%50%1822:2 # Near.\n=%0%1900:0#Too late.\n~# No.}")
    assert number.answer == NumericAnswer(value=1822, tolerance=0)
    assert [(told.text, told.correct, told.feedback) for told in number.options] == [
        ("1822", True, "Exactly."), ("1822", False, "Near."), ("1900", False, "Too late."),
    ]  # fmt: skip
    short = one(read_text, "Who? {=Ana#Yes. =%50%Anna#Nearly. =%0%Bob#No. =Ann}")
    assert short.answer == ("Ana", "Ann")
    assert [(told.text, told.correct) for told in short.options] == [("Ana", True), ("Anna", False), ("Bob", False)]


def test_a_short_answer_is_compared_sign_by_sign_and_never_as_html(read_text: ReadText) -> None:
    item = one(read_text, r"[html]<p>Which tag?</p> {=<b> =R&D =%100%%50 =f\\*ck}")
    assert item.answer == ("<b>", "R&D", "%50", "f*ck")
