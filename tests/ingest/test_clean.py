from __future__ import annotations

import pytest

from pipeline.domain import BlockKind
from pipeline.ingest.base import Piece
from pipeline.ingest.clean import code_lines, joined, marked, one_line, vocabulary, with_typed_lists


def test_a_line_is_single_spaced_without_invisible_characters() -> None:
    assert one_line(" a\u00a0 b\t\nc\u200bd\u00ad ef\ufb01x ") == "a b cd effix"


def test_code_keeps_its_indentation() -> None:
    assert code_lines("\n\nif x:  \n    go()\n\n") == "if x:\n    go()"


@pytest.mark.parametrize(
    ("text", "marker", "rest"),
    [
        ("1. Press STOP", "1.", "Press STOP"),
        ("12) Press", "12)", "Press"),
        ("(a) Press", "(a)", "Press"),
        ("iv. Press", "iv.", "Press"),
        ("• Press", "•", "Press"),
        ("– Press", "•", "Press"),
        ("\uf0b7 Press", "•", "Press"),
        ("1.2.3 The pump starts", "1.2.3", "The pump starts"),
    ],
)
def test_a_typed_marker_is_parted_from_the_words(text: str, marker: str, rest: str) -> None:
    assert marked(text) == (marker, rest)


@pytest.mark.parametrize("text", ["1.5 bar is the limit", "Press 1. STOP", "2026 was dry", "-5 °C", "e.g. this", "•"])
def test_words_that_only_look_like_markers_are_left(text: str) -> None:
    assert marked(text) is None


def test_a_word_broken_over_two_lines_is_made_whole_where_the_document_knows_it() -> None:
    words = vocabulary(["The procedure and the follow-up are known."])
    assert joined(["the proce-", "dure"], words, breaks_words=False) == "the procedure"
    assert joined(["a follow-", "up call"], words, breaks_words=True) == "a follow-up call"
    assert joined(["the isola-", "tion"], words, breaks_words=True) == "the isolation"
    assert joined(["the isola-", "tion"], words, breaks_words=False) == "the isola-tion"
    assert joined(["soft\u00ad", "ware"], (), breaks_words=False) == "software"
    assert joined(["valve V-", "12 leaks"], (), breaks_words=True) == "valve V-12 leaks"


def test_two_known_words_keep_their_hyphen() -> None:
    words = vocabulary(["a false alarm", "a positive result"])
    assert joined(["a false-", "positive"], words, breaks_words=True) == "a false-positive"


def test_chinese_lines_are_joined_without_a_space() -> None:
    assert joined(["切断电", "源开关"], (), breaks_words=True) == "切断电源开关"


def test_numbers_make_a_list_only_with_a_neighbour() -> None:
    def kinds(*texts: str) -> list[str]:
        return [piece.kind.value for piece in with_typed_lists([Piece(BlockKind.PARAGRAPH, text) for text in texts])]

    assert kinds("1. One", "2. Two", "Text") == ["list_item", "list_item", "paragraph"]
    assert kinds("a) One", "b) Two") == ["list_item", "list_item"]
    assert kinds("4. Alone", "Text") == ["paragraph", "paragraph"]
    assert kinds("• Bullet") == ["list_item"]


def test_a_list_typed_with_line_breaks_is_one() -> None:
    def made(text: str) -> list[tuple[str, str]]:
        return [(one.kind.value, one.text) for one in with_typed_lists([Piece(BlockKind.PARAGRAPH, text)])]

    assert made("Do this:\n1) Open\n2) Close") == [("paragraph", "Do this:"), ("list_item", "Open"), ("list_item", "Close")]
    assert made("- never promise\na date\n- never blame") == [
        ("list_item", "never promise\na date"), ("list_item", "never blame")
    ]
    assert made("Main street\n- end") == [("paragraph", "Main street\n- end")]


def test_a_typed_letter_stays_in_the_text_and_a_typed_number_does_not() -> None:
    typed = ("a) One", "b) Two", "1. Three", "2. Four")
    made = with_typed_lists([Piece(BlockKind.PARAGRAPH, text) for text in typed])
    assert [(piece.marker, piece.text) for piece in made] == [
        (None, "a) One"), (None, "b) Two"), ("1.", "Three"), ("2.", "Four")
    ]
