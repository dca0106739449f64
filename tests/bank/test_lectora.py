"""Lectora's question file: what `lectora-csv` writes is read again, and foreign rows say what is wrong with them."""

from __future__ import annotations

from pathlib import Path

from pipeline.bank import read_bank
from pipeline.domain import ItemType
from pipeline.export import EXPORTERS, select
from tests.export.conftest import a_rich_module


def test_our_own_file_is_read_with_its_keys_and_the_feedback_of_every_choice(tmp_path: Path) -> None:
    module, path = a_rich_module(), tmp_path / "questions.csv"
    EXPORTERS.get("lectora-csv").write(select(module, include_drafts=False), path)
    bank = read_bank(path)
    assert (bank.format, [one.problem for one in bank.items if one.problem]) == ("lectora-csv", [])
    read = {one.id: one for one in bank.items}
    for item in module.items:
        if item.type is ItemType.CLOZE:
            assert item.id.replace("-", "_") not in read  # two blanks: left out, with a warning
            continue
        found = read[item.id.replace("-", "_")]
        assert (found.type, found.problem) == (item.type, None)
        if item.type in (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE):
            assert [(one.text, one.correct) for one in found.options] == [(one.text, one.correct) for one in item.options]
        if item.type is ItemType.SINGLE:
            for mine, theirs in zip(item.options, found.options, strict=True):
                assert mine.feedback in theirs.feedback
        if item.type is ItemType.SHORT:
            assert found.answer == item.answer


def test_rows_of_other_hands_say_what_is_wrong_with_them(tmp_path: Path) -> None:
    path = tmp_path / "lectora.csv"
    path.write_bytes(
        "q1,MC,\"Which, of\r\nthese?\",PT:1,,Yes,No,CC:2,A. one,,B. two,\r\n"
        "\r\n"
        "q2,MC,No key?,PT:1,,,,,a,,b,\r\n"
        "q3,FI,Close ____ first.,PT:1,,,,,V-12,,V12,\r\n"
        "q4,NE,How many?,PT:1,,,,,four,\r\n"
        "q5,ES,Tell us.,PT:1,,,,,\r\n"
        "q6,XX,?,PT:1,,,,,a,\r\n"
        "q7,MT,أيّها؟,PT:1,,,,,صمام,هواء\r\n".encode()
    )
    first, no_key, blank, number, essay, unknown, match = read_bank(path).items
    assert (first.stem, first.place) == ("Which, of\nthese?", "line 1")
    assert [(one.correct, one.feedback) for one in first.options] == [(False, "No"), (True, "Yes")]
    assert no_key.problem == "column 8 names no right choice, such as CC:1"
    assert (blank.type, blank.stem, blank.answer) == (ItemType.CLOZE, "Close {{1}} first.", (("V-12", "V12"),))
    assert number.problem == "column 9: 'four' is no number"
    assert (essay.type, essay.problem) == (None, None)
    assert "none of Lectora's kinds" in (unknown.problem or "")
    assert match.answer == (("صمام", "هواء"),)
