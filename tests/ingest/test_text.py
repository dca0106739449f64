from __future__ import annotations

from pathlib import Path

from tests.ingest.specimens import read_text, shown


def blocks(tmp_path: Path, text: str | bytes) -> list[str]:
    return shown(read_text(tmp_path, text))


LONG = "The machine has to be stopped and locked before anyone reaches into it, whatever the reason may be."


def test_wrapped_lines_become_paragraphs(tmp_path: Path) -> None:
    text = (
        "The machine has to be stopped and locked before anyone\nreaches into it, whatever the reason may be.\n\n"
        "A second paragraph stands after an empty line, and it goes\non here.\n"
    )
    assert blocks(tmp_path, text) == [
        f"¶ {LONG}", "¶ A second paragraph stands after an empty line, and it goes on here.",
    ]


def test_long_lines_are_paragraphs_without_empty_lines_between(tmp_path: Path) -> None:
    made = blocks(tmp_path, f"{LONG} {LONG}\n{LONG} {LONG} Really.\n")
    assert made == [f"¶ {LONG} {LONG}", f"¶ {LONG} {LONG} Really."]


def test_headings_are_told_by_underlines_capitals_and_numbers(tmp_path: Path) -> None:
    text = f"""Hot work permit

PURPOSE
{LONG}

Scope
-----
{LONG}

2.1 Who signs

{LONG}

3. Records

{LONG}
"""
    assert [line for line in blocks(tmp_path, text) if line.startswith("h")] == [
        "h1 Hot work permit", "h2 PURPOSE", "h2 Scope", "h3 2.1 Who signs", "h2 3. Records",
    ]


def test_a_numbered_list_is_no_row_of_headings(tmp_path: Path) -> None:
    text = f"{LONG}\n\n1. Press STOP\n2. Close the valve\n   and wait\n3. Tag it\n\n- red\n  - dark red\n- blue\n"
    assert blocks(tmp_path, text)[1:] == [
        "1. Press STOP", "2. Close the valve and wait", "3. Tag it", "• red", "  • dark red", "• blue",
    ]


def test_loose_numbered_items_are_a_list_too(tmp_path: Path) -> None:
    assert blocks(tmp_path, f"{LONG}\n\n1. Press STOP\n\n2. Close it\n")[1:] == ["1. Press STOP", "2. Close it"]


def test_run_in_heads_become_headings_where_the_text_is_written_so(tmp_path: Path) -> None:
    heads = ("Purpose", "Energy sources", "Before you begin")
    text = "Lockout of press P-3\n\n" + "\n\n".join(f"{head}. {LONG} {LONG}" for head in heads) + "\n"
    assert blocks(tmp_path, text) == [
        "h1 Lockout of press P-3",
        *(line for head in heads for line in (f"h2 {head}", f"¶ {LONG} {LONG}")),
    ]


def test_one_short_first_sentence_is_only_a_sentence(tmp_path: Path) -> None:
    text = f"Stop first. {LONG} {LONG}\n\n{LONG} {LONG}\n\n{LONG} {LONG}\n"
    assert all(line.startswith("¶") for line in blocks(tmp_path, text))


def test_tabs_make_tables_and_signs_make_quotes(tmp_path: Path) -> None:
    made = read_text(tmp_path, f"{LONG}\n\nGas\tLimit\nCO\t30 ppm\n\n> Count first.\n> Then sign.\n")
    assert made.blocks[1].rows == (("Gas", "Limit"), ("CO", "30 ppm"))
    assert shown(made)[2] == "quote Count first. Then sign."


def test_page_numbers_are_furniture(tmp_path: Path) -> None:
    assert blocks(tmp_path, f"{LONG}\n\nPage 2 of 9\n\n{LONG}\n")[1] == "furniture Page 2 of 9"


def test_old_encodings_are_read_and_reported(tmp_path: Path) -> None:
    made = read_text(tmp_path, "Prüfen Sie die Größe des Ventils, und schließen Sie es.\r\n".encode("cp1252"))
    assert shown(made) == ["¶ Prüfen Sie die Größe des Ventils, und schließen Sie es."]
    assert [warning.code for warning in made.warnings] == ["encoding_guessed"]
    assert not read_text(tmp_path, "Grüße".encode("utf-16")).warnings


def test_lines_are_counted_from_one(tmp_path: Path) -> None:
    made = read_text(tmp_path, f"\n\n{LONG}\nand on.\n\nLast words stand here.\n")
    assert [block.anchor.lines for block in made.blocks] == [(3, 4), (6, 6)]
