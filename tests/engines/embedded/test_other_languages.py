"""What a document says in another language: never read as English, never lost without a word."""

from __future__ import annotations

import pytest

from pipeline.domain import Document
from pipeline.draft.omissions import omissions_of, unread
from pipeline.engines.embedded.foreign_titles import is_foreign_title
from pipeline.engines.other_languages import in_other_languages
from tests.builders import a_source
from tests.engines.embedded.drafting import ask_items, ask_lesson, ask_objectives, blocks_of

MIXED = blocks_of(
    "# Cleaning the bottling line\n## Mischen der Reinigungslösung\n"
    "1. Fill the tank with 5 litres of cold water.\n2. Add the concentrate slowly.\n3. Stir for 2 minutes.\n"
    "4. Close the lid of the tank.\n"
    "The strength follows the formula C = m / V × 100 %.\n"
    "Die Lösung darf nicht in den Abfluss gegossen werden.\n"
    "لا تخلط المبيض مع مواد التنظيف الأخرى أبدا\n"
    "## Storage\nKeep the concentrate below 25 °C. Open cans must be used up within 6 months.\n"
)
GERMAN = next(block for block in MIXED if "Abfluss" in block.text)
ARABIC = next(block for block in MIXED if "المبيض" in block.text)


def test_a_rule_in_another_language_is_listed_as_not_read() -> None:
    notes = {one.block: one.note for one in ask_objectives(MIXED).parked}
    assert notes[GERMAN.id] == "In another language (German), not read."
    assert notes[ARABIC.id] == "In another language (Arabic), not read."


def test_what_was_not_read_is_a_gap_a_language() -> None:
    document = Document(source=a_source(), blocks=MIXED)
    parked = {one.block: one for one in ask_objectives(MIXED).parked}
    ledger = omissions_of([document], used=set(), parked=parked, lesson_of_block={})
    gaps = unread([document], ledger, "en")
    assert [gap.code for gap in gaps] == ["other_language", "other_language"]
    assert "Die Lösung darf nicht" in gaps[0].message
    assert unread([document], [one for one in ledger if one.block not in (GERMAN.id, ARABIC.id)], "en") == ()


def test_an_english_text_from_a_german_template_is_read() -> None:
    english = [block.model_copy(update={"language": "de-DE"}) for block in MIXED]
    assert set(in_other_languages(english, "en")) == {GERMAN.id, ARABIC.id}


def test_neighbours_too_short_to_tell_are_told_together() -> None:
    blocks = blocks_of(
        "# Care\n- Nie mit der Bleiche mischen.\n- Das Ventil nicht öffnen.\n- Die Hand ist mit Wasser zu waschen.\n"
        "## Tools\n- Brush.\n- Bucket.\n"
    )
    assert list(in_other_languages(blocks, "en").values()) == ["de"] * 3


def test_a_title_in_another_language_is_quoted_as_it_stands() -> None:
    draft = ask_objectives(MIXED).objectives[0]
    said = [draft.text, *(part.markdown for part in ask_lesson(MIXED, draft).parts)]
    said += [item.stem for item in ask_items(MIXED, draft).items]
    assert "of “Mischen der Reinigungslösung”" in draft.text
    assert not any("mischen der reinigungslösung" in text for text in said)


def test_a_formula_has_no_blank() -> None:
    for draft in ask_objectives(MIXED).objectives:
        texts = [item.stem for item in ask_items(MIXED, draft, test=6, practice=4).items]
        texts += [part.markdown for part in ask_lesson(MIXED, draft).parts if part.kind == "practice"]
        assert not any("C = m" in text for text in texts)


@pytest.mark.parametrize("title", ["Mischen der Reinigungslösung", "Nettoyage des cuves", "تعليمات السلامة", "清洁程序"])
def test_titles_of_other_languages_are_told_by_small_words_or_script(title: str) -> None:
    assert is_foreign_title(title, "en")


@pytest.mark.parametrize("title", ["Mixing the solution", "Die cutting", "Los Angeles office", "Wartung", "Load vans"])
def test_english_titles_and_lone_words_are_left_alone(title: str) -> None:
    assert not is_foreign_title(title, "en")
