"""Glossaries and scripts cut into the pieces a player shows."""

from __future__ import annotations

import pytest

from pipeline.export.resources import script_of, terms_of


def test_every_entry_of_a_glossary_is_a_term_with_its_meaning() -> None:
    found = terms_of("## Words\n\n- **Lockout**: a *lock* of your own.\n- **DS\\_7:** the disconnect\n\n**الصمام**: يغلق الهواء.")
    assert [one["term"] for one in found] == ["Lockout", "DS_7", "الصمام"]
    assert found[0]["html"] == '<p dir="auto">a <em>lock</em> of your own.</p>'
    assert "<b>" not in terms_of("- **A**: <b>x</b>")[0]["html"]


@pytest.mark.parametrize("markdown", ["", "Some words.", "Read this first.\n\n- **A**: b", "- **A**", "| **A** | b |\n| --- | --- |"])
def test_what_has_another_shape_is_no_glossary(markdown: str) -> None:
    assert terms_of(markdown) == []


def test_a_script_is_its_scenes_with_what_is_shown_said_and_asked() -> None:
    script = script_of(
        "Welcome.\r\n\r\n### Stop first\n\n> DS-7\n> V-12\n\nStop the belts.\n\n‖ What comes next?\n\nYou turn DS-7.\n\nThen the air.\n\n‖ Why?"
    )
    assert script is not None
    assert [scene["title"] for scene in script["scenes"]] == [None, "Stop first"]
    lines = script["scenes"][1]["lines"]
    assert [line["kind"] for line in lines] == ["screen", "spoken", "pause", "spoken", "pause"]
    assert "‖" not in str(script)
    assert "What comes next?" in lines[2]["html"]
    assert "You turn DS-7." in lines[2]["answer"]
    assert lines[4]["answer"] is None
    assert script["minutes"] == 1


def test_minutes_are_those_of_a_speaker_who_is_understood() -> None:
    script = script_of(f"### One\n\n{'word ' * 301}\n\n‖ What?")
    assert script is not None
    assert script["minutes"] == 3


def test_plain_words_are_no_script() -> None:
    assert script_of("Just words.\n\nAnd more.") is None
