"""Of a letter only its message is taught."""

from __future__ import annotations

from pipeline.engines.embedded.correspondence import addressees, message_of, subject_lines
from tests.engines.embedded.drafting import ask_brief, ask_objectives, blocks_of

MEMO = blocks_of(
    "# MEMO\nTo: All branch managers\nFrom: Dana Whitfield\nDate: 14 May 2025\n"
    "Subject: Handling of counterfeit banknotes\nDear colleagues,\n"
    "Do not hand a suspect note back to the customer. Put the note in a separate envelope.\n"
    "Write the time and the till number on the envelope. Never block the door.\nBest regards,\n"
)


def test_head_lines_greetings_and_closings_are_left_out() -> None:
    texts = [block.text for block in message_of(MEMO)]
    assert texts[0] == "MEMO"
    assert not any(text.startswith(("To:", "From:", "Date:", "Subject:", "Dear", "Best")) for text in texts)
    assert any("suspect note" in text for text in texts)


def test_what_a_reply_quotes_is_left_out() -> None:
    blocks = blocks_of("Label each batch.\nOn Mon, 7 Apr 2025 at 17:40, Sam Reid <sam@example.org> wrote:\n")
    assert [block.text for block in message_of(blocks)] == ["Label each batch."]


def test_a_single_line_with_a_colon_is_no_letter_head() -> None:
    blocks = blocks_of("# Rooms\nTo: see the plan beside the door\nLock the room at night.\n")
    assert len(message_of(blocks)) == len(blocks)


def test_a_memo_is_named_for_its_subject_and_meant_for_those_it_is_addressed_to() -> None:
    assert subject_lines(MEMO) == {None: "Handling of counterfeit banknotes"}
    assert addressees(MEMO) == "All branch managers"
    brief = ask_brief(MEMO)
    assert brief.title == "Handling of counterfeit banknotes"
    assert brief.audience == "branch managers"
    assert not any("MEMO" in one.lesson_title or "MEMO" in one.text for one in ask_objectives(MEMO).objectives)


def test_an_address_is_no_audience() -> None:
    blocks = blocks_of("To: leads@example.org\nSubject: Labels\nPrint new labels first.\n")
    assert addressees(blocks) is None
