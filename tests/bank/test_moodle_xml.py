"""Moodle XML: kinds of questions, HTML in them, credit in parts, and what is no question."""

from __future__ import annotations

import pytest

from pipeline.domain import BankItem, ItemType, NumericAnswer
from pipeline.errors import SourceError
from tests.bank.conftest import ReadText


def question(kind: str, body: str = "", text: str = "Which?") -> str:
    return (
        f'<question type="{kind}"><name><text>Q</text></name>'
        f'<questiontext format="html"><text>{text}</text></questiontext>{body}</question>'
    )


def answer(text: str, fraction: object = 0, feedback: str = "", more: str = "") -> str:
    said = f"<feedback><text>{feedback}</text></feedback>" if feedback else ""
    return f'<answer fraction="{fraction}"><text>{text}</text>{said}{more}</answer>'


def one(read_text: ReadText, *questions: str) -> BankItem:
    bank = read_text(f'<?xml version="1.0"?>\n<quiz>{"".join(questions)}</quiz>', "bank.xml")
    assert bank.format == "moodle_xml"
    return bank.items[0]


def test_a_stem_in_cdata_or_escaped_becomes_text_with_images_marked(read_text: ReadText) -> None:
    html = '<p>Is 2 &lt; 3&nbsp;&amp; red?</p><ul><li>a</li><li>b</li></ul><img src="@@PLUGINFILE@@/a.png" alt="x">'
    expected = "Is 2 < 3 & red?\na\nb\n[image]"
    assert one(read_text, question("essay", text=f"<![CDATA[{html}]]>")).stem == expected
    escaped = html.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert one(read_text, question("essay", text=escaped)).stem == expected


def test_the_key_of_a_single_choice_is_what_earns_most(read_text: ReadText) -> None:
    body = answer("a", 50, "Near.") + answer("b", 100, "Right.") + answer("c", "-33.33333")
    item = one(read_text, question("multichoice", f"<single>true</single>{body}"))
    assert item.type is ItemType.SINGLE
    assert [(option.text, option.correct, option.feedback) for option in item.options] == [
        ("a", False, "Near."), ("b", True, "Right."), ("c", False, ""),
    ]  # fmt: skip


def test_several_answers_each_earn_their_part(read_text: ReadText) -> None:
    body = answer("a", 50) + answer("b", 50) + answer("c", -100)
    item = one(read_text, question("multichoice", f"<single>false</single>{body}"))
    assert (item.type, [option.correct for option in item.options]) == (ItemType.MULTIPLE, [True, True, False])


def test_true_or_false(read_text: ReadText) -> None:
    item = one(read_text, question("truefalse", answer("true", 0) + answer("false", 100)))
    assert (item.type, [(one.text, one.correct) for one in item.options]) == (
        ItemType.TRUE_FALSE, [("True", False), ("False", True)],
    )  # fmt: skip


def test_numbers_and_short_answers(read_text: ReadText) -> None:
    tolerance = "<tolerance>0.5</tolerance>"
    item = one(read_text, question("numerical", answer("*", 0) + answer("3,5", 100, more=tolerance)))
    assert item.answer == NumericAnswer(value=3.5, tolerance=0.5)
    item = one(read_text, question("shortanswer", answer("V-12", 100) + answer("V12", 80) + answer("*", 0)))
    assert item.answer == ("V-12", "V12")


def test_matching_leaves_out_what_is_only_a_distractor(read_text: ReadText) -> None:
    body = "".join(
        f"<subquestion><text>{entry}</text><answer><text>{target}</text></answer></subquestion>"
        for entry, target in (("a", "1"), ("b", "2"), ("", "3"))
    )
    item = one(read_text, question("matching", body))
    assert (item.type, item.answer) == (ItemType.MATCH, (("a", "1"), ("b", "2")))


def test_embedded_answers_become_blanks(read_text: ReadText) -> None:
    text = r"Wait {1:NUMERICAL:=40:1#ok} minutes at the {2:MULTICHOICE:blue~=red~%100%crimson~%50%pi\}nk} door."
    item = one(read_text, question("cloze", text=text))
    assert (item.type, item.stem) == (ItemType.CLOZE, "Wait {{1}} minutes at the {{2}} door.")
    assert item.answer == (("40",), ("red", "crimson"))


@pytest.mark.parametrize(("kind", "box"), [("ddwtos", "dragbox"), ("gapselect", "selectoption")])
def test_gaps_are_filled_with_the_words_they_number(read_text: ReadText, kind: str, box: str) -> None:
    words = "".join(f"<{box}><text>{word}</text></{box}>" for word in ("red", "door"))
    item = one(read_text, question(kind, words, text="The [[2]] is [[1]]."))
    assert (item.stem, item.answer) == ("The {{1}} is {{2}}.", (("door",), ("red",)))


def test_ordering(read_text: ReadText) -> None:
    item = one(read_text, question("ordering", answer("first", 1) + answer("second", 2)))
    assert (item.type, [option.text for option in item.options]) == (ItemType.ORDER, ["first", "second"])


def test_categories_and_descriptions_are_counted_and_unknown_kinds_noted(read_text: ReadText) -> None:
    questions = question("category") + question("description") + question("stack") + question("essay")
    bank = read_text(f"<quiz>{questions}</quiz>", "bank.xml")
    assert bank.skipped == {"category": 1, "description": 1}
    assert [(item.row, item.type) for item in bank.items] == [(1, None), (2, None)]
    assert ["stack" in (bank.items[0].note or ""), "essay" in (bank.items[1].note or "")] == [True, True]


def test_a_question_that_cannot_be_read_is_told_and_the_others_are_kept(read_text: ReadText) -> None:
    bad = question("numerical", answer("abc", 100)) + question("multichoice", answer("a", "lots"))
    bank = read_text(f"<quiz>{bad}{question('truefalse', answer('true', 100))}</quiz>", "bank.xml")
    assert [bool(item.problem) for item in bank.items] == [True, True, False]
    assert "'abc' is no number" in bank.problems[0]
    assert bank.problems[0].startswith('row 1 (line 1, "Q")')


def test_xml_that_is_not_well_formed_says_where(read_text: ReadText) -> None:
    with pytest.raises(SourceError, match="line 2"):
        read_text("<quiz>\n<question></quiz>", "bank.xml")


def test_a_quiz_without_questions_is_refused(read_text: ReadText) -> None:
    with pytest.raises(SourceError, match="no question"):
        read_text("<quiz></quiz>", "bank.xml")


def test_feedback_to_answers_that_are_typed_is_that_of_the_answer(read_text: ReadText) -> None:
    wide = "<tolerance>0.5</tolerance>"
    number = one(read_text, question(
        "numerical", answer("3.2", 100, "Just so.") + answer("3", 100, more=wide) + answer("9", 0, "Far off.") + answer("*", 0, "No.")
    ))  # fmt: skip
    assert number.answer == NumericAnswer(value=3, tolerance=0.5)
    assert [(told.text, told.correct) for told in number.options] == [("3.2", True), ("9", False)]
    short = one(read_text, question("shortanswer", answer("V-12", 100, "Yes.") + answer("V-13", 0, "No.") + answer("*", 0, "?")))
    assert (short.answer, [told.feedback for told in short.options]) == (("V-12",), ["Yes.", "No."])
