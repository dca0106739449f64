"""Each source has a language; a block has one of its own where its text surely is in another."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.specimens import read_text

ENGLISH = "The valve must be closed before you open the guard of the machine, and it is locked with your own padlock."
FRENCH = "La vanne doit être fermée avant que le capot de la machine ne soit ouvert, et elle est verrouillée par une clé."
GERMAN = "Das Ventil muss geschlossen werden, bevor die Haube der Maschine geöffnet wird, und sie ist zu verriegeln."


def test_a_quotation_in_another_language_is_marked(tmp_path: Path) -> None:
    made = read_text(tmp_path, f"# Valve\n\n{ENGLISH}\n\n> {FRENCH}\n\n{ENGLISH} Always.\n\n- DN 50, PN 16\n", "a.md")
    assert made.source.language == "en"
    assert [block.language for block in made.blocks] == [None, None, "fr", None, None]


def test_both_halves_of_a_bilingual_manual_are_told_apart(tmp_path: Path) -> None:
    half = "\n\n".join(f"{number}. {ENGLISH}" for number in range(6))
    other = "\n\n".join(f"{number}. {GERMAN}" for number in range(4))
    made = read_text(tmp_path, f"{half}\n\n{other}\n\nРаздел: {'Клапан должен быть закрыт перед открытием. ' * 2}\n")
    assert made.source.language == "en"
    assert [block.language for block in made.blocks] == [None] * 6 + ["de"] * 4 + ["ru"]


def test_code_and_names_have_no_language_of_their_own(tmp_path: Path) -> None:
    made = read_text(
        tmp_path, f"# A\n\n{ENGLISH}\n\n```\n{GERMAN}\n```\n\nSiemens AG, Müller & Söhne GmbH, Köln am Rhein\n", "a.md"
    )
    assert [block.language for block in made.blocks] == [None] * 4


def test_a_language_stated_by_a_template_gives_way_to_the_texts_own(tmp_path: Path) -> None:
    front = "---\nlang: en-US\n---\n\n"
    assert read_text(tmp_path, f"{front}{GERMAN}\n\n{GERMAN} Immer.\n", "a.md").source.language == "de"
    assert read_text(tmp_path, f"{front}{ENGLISH}\n", "b.md").source.language == "en-US"
    assert read_text(tmp_path, f"{front}DN 50\n", "c.md").source.language == "en-US"
