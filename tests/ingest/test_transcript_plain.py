"""Transcripts that come as text: as Teams, Zoom, YouTube and transcription services write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain import Anchor, BlockKind
from pipeline.ingest import Piece, read_document
from pipeline.ingest.transcript_plain import transcript, with_turns
from tests.ingest.specimens import a_docx, read_text

FORMS = {
    "teams": "Jane Doe   0:05\nClose the valve.\nThen wait.\n\nBob Smith   0:12\nFor how long?\n\nJane Doe   0:15\nOne minute.\n",
    "teams_ranges": (
        "0:0:5.0 --> 0:0:12.0\nJane Doe\nClose the valve. Then wait.\n\n0:0:12.0 --> 0:0:15.0\nBob Smith\nFor how long?\n\n"
        "0:0:15.0 --> 0:0:18.0\nJane Doe\nOne minute.\n"
    ),
    "brackets": "[00:00:05] Jane Doe: Close the valve.\nThen wait.\n[00:00:12] Bob Smith: For how long?\n[00:00:15] Jane Doe: One minute.\n",
    "zoom": "[Jane Doe] 00:00:05\nClose the valve. Then wait.\n\n[Bob Smith] 00:00:12\nFor how long?\n\n[Jane Doe] 00:00:15\nOne minute.\n",
    "zoom_chat": (
        "00:00:05 From Jane Doe to Everyone:\n\tClose the valve. Then wait.\n00:00:12 From Bob Smith : For how long?\n"
        "00:00:15 From Jane Doe to Everyone:\n\tOne minute.\n"
    ),
    "name_first": "Jane Doe (00:05):\nClose the valve. Then wait.\n\nBob Smith (00:12):\nFor how long?\n\nJane Doe (00:15):\nOne minute.\n",
    "time_above": "00:00:05 Jane Doe\nClose the valve. Then wait.\n\n00:00:12 Bob Smith\nFor how long?\n\n00:00:15 Jane Doe\nOne minute.\n",
}


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_usual_form_gives_turns_with_times_and_speakers(tmp_path: Path, form: str) -> None:
    made = read_text(tmp_path, FORMS[form])
    assert [(block.anchor.start, block.anchor.speaker, block.text) for block in made.blocks] == [
        (5.0, "Jane Doe", "Close the valve. Then wait."), (12.0, "Bob Smith", "For how long?"), (15.0, "Jane Doe", "One minute."),
    ]
    assert [block.anchor.end for block in made.blocks][:2] == [12.0, 15.0]


def test_a_turn_of_minutes_is_cut_and_its_times_shared_out(tmp_path: Path) -> None:
    words = " ".join(f"Sentence {number} says that the valve stays closed." for number in range(60))
    made = read_text(tmp_path, f"[00:01:00] Ann: {words}\n[00:05:00] Bob: Thanks.\n[00:06:00] Ann: Bye.\n")
    ann = [block for block in made.blocks if block.anchor.speaker == "Ann"][:-1]
    assert " ".join(block.text for block in ann) == words
    assert (ann[0].anchor.start, ann[-1].anchor.end) == (60.0, 300.0)
    assert all((block.anchor.end or 0) - (block.anchor.start or 0) <= 120 and len(block.text) <= 1500 for block in ann)
    starts = [block.anchor.start for block in ann]
    assert len(set(starts)) == len(starts)


def test_times_alone_on_their_lines_are_a_pasted_transcript(tmp_path: Path) -> None:
    made = read_text(tmp_path, "0:00\nso today we\n0:03\nlook at the valve\n0:07\nand close it\n")
    assert [block.text for block in made.blocks] == ["so today we look at the valve and close it"]


def test_what_stands_before_the_first_time_is_text_like_any_other(tmp_path: Path) -> None:
    made = read_text(tmp_path, f"Interview on lockout\n\nIt was held in May, at the plant in Graz.\n\n{FORMS['brackets']}")
    assert [block.anchor.start for block in made.blocks] == [None, None, 5.0, 12.0, 15.0]
    assert made.blocks[2].anchor.lines == (5, 6)
    assert made.source.title == "Interview on lockout"


@pytest.mark.parametrize(
    "text",
    [
        "Agenda\n\n09:00 Welcome\n09:30 Opening: the director speaks\n10:15 Coffee break\n12:00 Lunch\n",
        "09:00\nWelcome\n09:30\nCoffee\n10:15\nTalks\n",
        "[10:03:12] INFO started the pump\n[10:03:13] ERROR valve stuck\n[10:04:13] INFO stopped\n",
        "John 3:16 For God so loved the world.\nMark 4:12 That seeing they may see.\nJohn 5:10 The man was cured.\n",
        "Mix it 1:10 with water.\nNever mix it 1:20.\nCall at 12:30.\n",
    ],
)
def test_timetables_logs_verses_and_ratios_are_no_transcripts(text: str) -> None:
    assert transcript(text) is None


def test_a_document_with_turns_keeps_its_own_anchors() -> None:
    pieces = [
        Piece(BlockKind.HEADING, "Call", level=1, anchor=Anchor(paragraph=1)),
        Piece(BlockKind.PARAGRAPH, "Jane Doe   0:05\nClose the valve.", anchor=Anchor(paragraph=2)),
        Piece(BlockKind.TABLE, "", rows=(("a", "b"),), anchor=Anchor(paragraph=3)),
        Piece(BlockKind.PARAGRAPH, "Bob Smith   0:12\nFor how long?", anchor=Anchor(paragraph=4)),
        Piece(BlockKind.PARAGRAPH, "Jane Doe   0:15\nOne minute.", anchor=Anchor(paragraph=5)),
    ]
    made = with_turns(pieces)
    assert made is not None
    assert [(piece.kind.value, piece.text, piece.anchor.paragraph, piece.anchor.start) for piece in made] == [
        ("heading", "Call", 1, None), ("paragraph", "Close the valve.", 2, 5.0), ("table", "", 3, None),
        ("paragraph", "For how long?", 4, 12.0), ("paragraph", "One minute.", 5, 15.0),
    ]
    assert made[1].anchor.speaker == "Jane Doe"
    assert with_turns(pieces[:1]) is None


def test_a_call_that_teams_saved_as_a_word_file_has_its_speakers_and_times(tmp_path: Path) -> None:
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{who}   {at}</w:t><w:br/><w:t>{said}</w:t></w:r></w:p>'
        for who, at, said in (
            ("Ana Soto", "0:05", "You close the valve first."),
            ("Ben Ode", "0:12", "And what comes then?"),
            ("Ana Soto", "0:20", "Then you hang up the tag."),
        )
    )
    spoken = [block for block in read_document(a_docx(tmp_path / "call.docx", body)).blocks if block.anchor.speaker]
    assert [(block.anchor.speaker, block.anchor.start, block.text) for block in spoken] == [
        ("Ana Soto", 5, "You close the valve first."), ("Ben Ode", 12, "And what comes then?"),
        ("Ana Soto", 20, "Then you hang up the tag."),
    ]
