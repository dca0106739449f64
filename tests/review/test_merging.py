"""Two people's changes of one text put together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.review.merging import differing_fields, merged_content, merged_sequence, merged_text

BASE = "Close the valve before you open the guard. Tag the lock with your name."


@pytest.mark.parametrize(
    ("theirs", "mine", "merged"),
    [
        (BASE.replace("valve", "supply"), BASE.replace("name", "badge"),
         "Close the supply before you open the guard. Tag the lock with your badge."),
        (BASE, BASE.replace("Tag", "Mark"), BASE.replace("Tag", "Mark")),
        (BASE.replace("Tag", "Mark"), BASE, BASE.replace("Tag", "Mark")),
        (BASE.replace("Tag", "Mark"), BASE.replace("Tag", "Mark"), BASE.replace("Tag", "Mark")),
        ("First: " + BASE, BASE + " Then test it.", f"First: {BASE} Then test it."),
        (BASE.replace("valve", "supply"), BASE.replace("valve", "tap"), None),
        (BASE.replace("the valve", "the main valve"), BASE.replace("the valve", "each valve"), None),
        (BASE + " Sign it.", BASE + " Test it.", None),
        ("", BASE.replace("Tag", "Mark"), None),
    ],
)
def test_changes_in_different_places_are_put_together_and_others_are_not(
    theirs: str, mine: str, merged: str | None
) -> None:
    assert merged_text(BASE, theirs, mine) == merged


def test_changes_that_touch_are_a_conflict() -> None:
    assert merged_text("Set it to 5 bar.", "Set it to 10 bar.", "Set it to 5 psi.") is None


def test_texts_without_spaces_are_merged_by_the_character() -> None:
    assert merged_text("打开阀门之前关闭电源", "打开阀门以前关闭电源", "打开阀门之前关闭气源") == "打开阀门以前关闭气源"


def test_arabic_and_windows_line_ends_are_kept() -> None:
    base = "أغلق الصمام قبل فتح الغطاء\r\nثم ضع القفل"
    merged = merged_text(base, base.replace("الصمام", "المحبس"), base.replace("القفل", "البطاقة"))
    assert merged == "أغلق المحبس قبل فتح الغطاء\r\nثم ضع البطاقة"


WORDS = st.lists(st.integers(0, 10**6), min_size=3, max_size=40, unique=True)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), base=WORDS)
def test_edits_with_an_unchanged_word_between_them_merge_to_both(data: st.DataObject, base: list[int]) -> None:
    """Any edits (replaced, put in, taken out) that lie apart: the merge is the text with all of them."""
    edits = data.draw(st.lists(st.tuples(st.integers(0, len(base)), st.integers(0, 3), st.integers(0, 3)), max_size=6))
    new = iter(range(10**7, 10**8))
    last = -1
    theirs, mine, both = (list[int]() for _ in range(3))
    here = 0
    for number, (start, length, count) in enumerate(sorted(edits)):
        end = min(start + length, len(base))
        if start <= last or (start == end and count == 0):
            continue
        words = [next(new) for _ in range(count)]
        kept = base[here:start]
        changed = (theirs, mine)[number % 2]
        for one in (theirs, mine, both):
            one.extend(kept + (words if one is changed or one is both else base[start:end]))
        here = last = end
    for one in (theirs, mine, both):
        one.extend(base[here:])
    assert merged_sequence(base, theirs, mine) == both
    assert merged_sequence(base, mine, theirs) == both


KNOWN = ["valve", "guard.", "the", "5", "bar", "—", "\r\n", "a\u064b", "阀", "_"]


def texts_of(*typed: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from([*KNOWN, *typed]), max_size=12).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(base=texts_of(), theirs=texts_of("theirs", "أحمد"), mine=texts_of("mine", "打开"))
def test_nothing_that_either_typed_is_lost_without_a_conflict(base: str, theirs: str, mine: str) -> None:
    merged = merged_text(base, theirs, mine)
    if merged is None:
        return
    for typed, by in (("theirs", theirs), ("أحمد", theirs), ("mine", mine), ("打开", mine)):
        assert merged.count(typed) == by.count(typed)


@settings(max_examples=200, deadline=None)
@given(text=st.text())
def test_a_text_that_one_side_left_alone_is_the_others_letter_by_letter(text: str) -> None:
    assert merged_text(text, text, text) == text
    assert merged_text(text, text, "") == ""
    assert merged_text("", text, "") == text


OPTIONS = [{"id": "a", "text": "Close it", "feedback": "Right."}, {"id": "b", "text": "Open it", "feedback": "No."}]


def test_options_are_merged_each_by_itself_whatever_their_order() -> None:
    base = {"stem": "What first?", "options": OPTIONS, "hint": None}
    theirs = {**base, "options": [OPTIONS[1], {**OPTIONS[0], "feedback": "Right: it is live."}]}
    mine = {**base, "options": [{**OPTIONS[0], "text": "Close the valve"}, OPTIONS[1]], "hint": "Think of the order."}
    merge = merged_content(base, theirs, mine)
    assert merge.content == {
        "stem": "What first?", "hint": "Think of the order.",
        "options": [OPTIONS[1], {"id": "a", "text": "Close the valve", "feedback": "Right: it is live."}],
    }
    assert {one.field for one in merge.fields} == {"options.a.text", "options.a.feedback", "options", "hint"}


def test_an_option_taken_away_by_one_and_changed_by_the_other_is_a_conflict() -> None:
    base = {"options": OPTIONS}
    theirs = {"options": [OPTIONS[0]]}
    mine = {"options": [OPTIONS[0], {**OPTIONS[1], "text": "Open it wide"}]}
    merge = merged_content(base, theirs, mine)
    assert merge.content is None
    (field,) = (one for one in merge.fields if one.merged is None)
    assert field.field == "options.b"
    assert (field.theirs, "Open it wide" in field.mine) == ("", True)


def test_quotes_are_kept_whole() -> None:
    quotes = [{"quote": "one two", "start": 0}, {"quote": "three four", "start": 9}]
    base = {"evidence": quotes}
    merge = merged_content(base, {"evidence": quotes[:1]}, {"evidence": [*quotes, {"quote": "five", "start": 20}]})
    assert merge.content is None
    apart = {"evidence": [{"quote": "zero", "start": 1}, *quotes]}
    merge = merged_content(base, apart, {"evidence": [*quotes, {"quote": "five", "start": 20}]})
    assert merge.content is not None
    assert [one["quote"] for one in merge.content["evidence"]] == ["zero", "one two", "three four", "five"]


def test_the_fields_of_a_change_are_named() -> None:
    old = {"stem": "What?", "options": OPTIONS}
    assert differing_fields(old, {"stem": "What?", "options": [OPTIONS[0], {**OPTIONS[1], "text": "x"}]}) == (
        "options.b.text",
    )


def test_what_is_taken_out_whole_is_shown_as_people_read_it() -> None:
    wrong = {
        "id": "opt-2", "text": "Open it", "correct": False, "feedback": "It is live.", "misconception": "It is off",
        "evidence": [{"source": "s-1", "block": "b-2", "quote": "Close it first.", "start": 0, "end": 15}],
    }
    base = {"options": [{**wrong, "id": "opt-1", "text": "Close it", "correct": True}, wrong], "answer": None}
    fields = {one.field: one for one in merged_content(base, base, {**base, "options": base["options"][:1]}).fields}
    assert fields["options.opt-2"].base.split("\n") == [
        "Open it", "A wrong answer", "Feedback: It is live.", "The mistake behind it: It is off",
        "Source: “Close it first.”",
    ]
    assert (fields["options.opt-2"].mine, fields["options.opt-2"].merged) == ("", "")
    assert (fields["options"].base, fields["options"].mine) == ("1. Close it\n2. Open it", "1. Close it")


def test_answers_and_stories_are_shown_without_ids_and_brackets() -> None:
    base = {
        "options": OPTIONS, "answer": ["a", "b"],
        "nodes": [{"id": "n-1", "situation": "It hisses.", "choices": [{"text": "Stop", "next": "n-2"}]},
                  {"id": "n-2", "situation": "It is quiet.", "choices": []}],
    }
    mine = {**base, "answer": ["b", "a"], "nodes": [{**base["nodes"][0], "choices": []}, base["nodes"][1]]}  # type: ignore[dict-item]
    fields = {one.field: one for one in merged_content(base, base, mine).fields}
    assert fields["answer"].mine == "1. Open it\n2. Close it"
    assert fields["nodes.n-1.choices"].base == "Stop\nLeads to: It is quiet."
    pairs = merged_content({"answer": [["a", "left"]], "options": OPTIONS}, {"answer": [["a", "left"]]},
                           {"answer": [["a", "right"]], "options": OPTIONS})
    assert "Close it → right" in [one.mine for one in pairs.fields]
    number = merged_content({"answer": {"value": 5.0, "unit": "bar"}}, {"answer": None}, {"answer": None})
    assert [one.base for one in number.fields] == []
