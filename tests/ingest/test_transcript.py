"""Caption files: cues joined to sentences, with the times and the speakers they had."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain import Document
from pipeline.errors import NoTextError
from tests.ingest.specimens import read_text, shown


def vtt(folder: Path, body: str) -> Document:
    return read_text(folder, f"WEBVTT\n\n{body}", "call.vtt")


def spoken(document: Document) -> list[tuple[float | None, float | None, str | None, str]]:
    return [(block.anchor.start, block.anchor.end, block.anchor.speaker, block.text) for block in document.blocks]


def cues(words: str, *, step_s: float = 3.0, at_once: int = 6) -> str:
    """The words as cues of that many words each, one after the other."""
    parts = words.split()
    made = []
    for index in range(0, len(parts), at_once):
        start = index / at_once * step_s
        made.append(f"{stamp(start)} --> {stamp(start + step_s - 0.1)}\n{' '.join(parts[index : index + at_once])}\n")
    return "\n".join(made)


def stamp(second: float) -> str:
    return f"{int(second) // 3600:02}:{int(second) // 60 % 60:02}:{second % 60:06.3f}"


def test_a_sentence_cut_by_cues_is_one_again_with_first_start_and_last_end(tmp_path: Path) -> None:
    made = vtt(
        tmp_path,
        "00:00:01.000 --> 00:00:03.500\n<v Ann>Close the valve before\nyou\n\n"
        "00:00:03.600 --> 00:00:06.000\n<v Ann>open the guard.\n",
    )
    assert spoken(made) == [(1.0, 6.0, "Ann", "Close the valve before you open the guard.")]


def test_a_block_is_one_speakers_turn(tmp_path: Path) -> None:
    made = vtt(
        tmp_path,
        "00:01.000 --> 00:03.000\n<v.loud Jos&eacute; Díaz>Stop.</v>\n\n"
        "00:03.000 --> 00:05.000\n<v Ann>Why?</v> <v Bob>It leaks.\n",
    )
    assert [(one[2], one[3]) for one in spoken(made)] == [("José Díaz", "Stop."), ("Ann", "Why?"), ("Bob", "It leaks.")]


def test_long_turns_become_paragraphs_of_whole_sentences(tmp_path: Path) -> None:
    words = " ".join(f"Sentence number {number} says that the valve is closed." for number in range(200))
    made = vtt(tmp_path, cues(words))
    assert " ".join(block.text for block in made.blocks) == words
    for block in made.blocks:
        assert block.text.endswith("closed.")
        assert 200 < len(block.text) <= 1500
        assert (block.anchor.end or 0) - (block.anchor.start or 0) <= 120
    ends = [block.anchor.end or 0 for block in made.blocks]
    assert ends == sorted(ends)


def test_captions_without_full_stops_are_cut_at_pauses(tmp_path: Path) -> None:
    first = cues("so today we look at the press and how it is locked " * 8)
    words = "and now the second thing is that we test it once more " * 8
    second = "".join(
        f"{stamp(200 + 3 * index)} --> {stamp(202.9 + 3 * index)}\n{line}\n\n"
        for index, line in enumerate([words[at : at + 54].strip() for at in range(0, len(words) - 1, 54)])
    )
    made = vtt(tmp_path, f"{first}\n{second}")
    assert [block.text[:6] for block in made.blocks] == ["so tod", "and no"]
    assert made.blocks[1].anchor.start == 200


def test_comments_styles_numbers_settings_and_tags_never_leak(tmp_path: Path) -> None:
    made = read_text(
        tmp_path,
        "WEBVTT - Lockout\nKind: captions\nLanguage: de-AT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:fred\n\n"
        "NOTE Written by Ann\nand Bob\n\nintro\n00:01.000 --> 00:04.000 align:start position:0%\n"
        "<c.yellow.bg>Das</c> <i>Ventil</i> <00:02.000><b>A&amp;B</b> ist\n\n"
        "NOTE middle\n\n2\n00:04.000 --> 00:06.000\n<lang en>{\\an8}zu</lang>, 2 &lt; 3 <ruby>漢<rt>かん</rt></ruby>.\n",
        "call.vtt",
    )
    assert [block.text for block in made.blocks] == ["Das Ventil A&B ist zu, 2 < 3 漢."]
    assert (made.source.title, made.source.language) == ("Lockout", "de-AT")


def test_chapters_in_comments_and_in_long_cues_are_headings(tmp_path: Path) -> None:
    made = vtt(
        tmp_path,
        "NOTE Chapter 1: Locking\n\n00:01.000 --> 00:04.000\nWe lock it.\n\n"
        "00:05.000 --> 01:00.000\nTesting\n\n00:05.000 --> 00:08.000\nWe test it.\n\n00:08.000 --> 00:09.000\nTwice.\n\n"
        "00:09.000 --> 00:11.000\nBy hand.\n",
    )
    assert shown(made) == ["h1 Locking", "¶ We lock it.", "h1 Testing", "¶ We test it. Twice. By hand."]


def test_rolling_captions_say_each_line_once(tmp_path: Path) -> None:
    made = vtt(
        tmp_path,
        "00:00.160 --> 00:02.389 align:start\n \nso<00:00:00.320><c> today</c><00:00:00.480><c> we</c>\n\n"
        "00:02.389 --> 00:02.399\nso today we\n \n\n"
        "00:02.399 --> 00:04.500\nso today we\nclose<00:02.500><c> the</c><00:02.900><c> valve</c>\n\n"
        "00:04.500 --> 00:04.510\nclose the valve\n \n\n"
        "00:04.510 --> 00:06.000\nclose the valve\nand<00:04.900><c> wait</c>\n",
    )
    assert spoken(made) == [(0.16, 6.0, None, "so today we close the valve and wait")]


def test_words_said_twice_stay_twice(tmp_path: Path) -> None:
    made = vtt(
        tmp_path,
        "00:01.000 --> 00:02.000\nNo.\n\n00:02.000 --> 00:03.000\nNo.\n\n00:03.000 --> 00:05.000\nNever open it.\n\n"
        "00:05.000 --> 00:07.000\nClose it at once.\n",
    )
    assert made.blocks[0].text == "No. No. Never open it. Close it at once."


def test_labels_name_speakers_where_they_are_used_all_through(tmp_path: Path) -> None:
    made = vtt(
        tmp_path,
        "1\n00:01.000 --> 00:02.000\nJane Doe: Welcome to the\n\n2\n00:02.000 --> 00:04.000\nJane Doe: call. Note: wear gloves.\n\n"
        "3\n00:04.000 --> 00:06.000\nBob: Thanks.\n",
    )
    assert [(one[2], one[3]) for one in spoken(made)] == [
        ("Jane Doe", "Welcome to the call. Note: wear gloves."), ("Bob", "Thanks."),
    ]


def test_a_colon_alone_names_no_speaker(tmp_path: Path) -> None:
    made = vtt(tmp_path, cues("The rule is simple: Warning: never open it. Keep this in mind: it is hot. " * 4))
    assert {block.anchor.speaker for block in made.blocks} == {None}
    assert made.blocks[0].text.startswith("The rule is simple: Warning: never")


def test_signs_and_dashes_open_a_turn(tmp_path: Path) -> None:
    made = vtt(
        tmp_path,
        "00:01.000 --> 00:03.000\n>> ANN: Is it off? >> It is.\n\n00:03.000 --> 00:05.000\n- Sure?\n- Quite sure.\n",
    )
    assert [(one[2], one[3]) for one in spoken(made)] == [
        ("ANN", "Is it off?"), (None, "It is."), (None, "Sure?"), (None, "Quite sure."),
    ]


def test_teams_names_above_their_words_are_speakers(tmp_path: Path) -> None:
    made = vtt(
        tmp_path,
        "0:0:0.0 --> 0:0:4.0\nJane Doe\nHello and\nwelcome.\n\n0:0:4.0 --> 0:0:5.0\nBob Smith\nThanks.\n\n"
        "0:0:5.5 --> 0:0:7.0\nJane Doe\nLet us start.\n",
    )
    assert [one[2] for one in spoken(made)] == ["Jane Doe", "Bob Smith", "Jane Doe"]


def test_subrip_is_read_with_its_markup_and_a_number_in_the_text(tmp_path: Path) -> None:
    content = (
        "1\r\n00:00:01,000 --> 00:00:04,000\r\n<font color=\"red\">Press</font> {\\an8}STOP and count to\r\n10\r\n\r\n"
        "2\r\n00:00:04,100 --> 00:00:06,000\r\nbefore you go on.\r\n"
    )
    made = read_text(tmp_path, content, "call.srt")
    assert spoken(made) == [(1.0, 6.0, None, "Press STOP and count to 10 before you go on.")]
    assert made.source.media_type == "application/x-subrip"
    assert not made.warnings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_captions_in_any_encoding_and_with_any_line_ends(tmp_path: Path, encoding: str, line_end: str) -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\nÖffnen Sie die Haube – sofort.\n".replace("\n", line_end)
    assert read_text(tmp_path, text.encode(encoding), "x.vtt").blocks[0].text == "Öffnen Sie die Haube – sofort."


def test_times_that_are_out_of_order_or_broken_lose_no_words(tmp_path: Path) -> None:
    made = vtt(
        tmp_path,
        "00:10.000 --> 00:12.000\nThird.\n\n-00:00:01.000 --> 00:02.000\nFirst.\n\n1:2 --> 0:0:9,5\nSecond.\n"
        "00:08.000 --> 00:07.000\nAnd so.\n\n00:99:xx --> 00:14.000\nLast.\n",
    )
    assert made.blocks[0].anchor.start == 0.0
    text = " ".join(block.text for block in made.blocks)
    assert sorted(text.replace(".", "").split()) == sorted("First And so Second Third Last".split())
    assert [warning.code for warning in made.warnings] == ["bad_times"]


def test_cues_without_empty_lines_and_with_too_many_are_told_apart(tmp_path: Path) -> None:
    made = read_text(
        tmp_path,
        "1\n00:00:01,000 --> 00:00:02,000\nOne\n\n\nand a half.\n2\n00:00:02,000 --> 00:00:03,000\nTwo.\n\n3\n\n"
        "00:00:03,000 --> 00:00:04,000\nThree.\n",
        "x.srt",
    )
    assert [block.text for block in made.blocks] == ["One and a half. Two. Three."]


def test_captions_without_cues_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(NoTextError):
        vtt(tmp_path, "NOTE nothing is said\n")
    with pytest.raises(NoTextError):
        vtt(tmp_path, "00:01.000 --> 00:02.000\n\n00:02.000 --> 00:03.000\n<b></b>\n")


def test_captions_are_known_by_their_content(tmp_path: Path) -> None:
    made = read_text(tmp_path, "1\n00:00:01,000 --> 00:00:02,000\nHello.\n", "notes.txt")
    assert made.source.media_type == "application/x-subrip"
    assert [warning.code for warning in made.warnings] == ["mislabelled"]


def test_a_word_broken_over_two_cues_is_whole(tmp_path: Path) -> None:
    made = vtt(
        tmp_path,
        "00:01.000 --> 00:02.000\nThe lockout device and the lock-\n\n00:02.000 --> 00:03.000\nout tag stay. 圧力を\n\n"
        "00:03.000 --> 00:04.000\n測ります。\n",
    )
    assert made.blocks[0].text == "The lockout device and the lockout tag stay. 圧力を測ります。"
