"""Decks for Anki: every question with its key, reasons and source, and the same notes again in a later export."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import ItemType, ItemUse, Module, NumericAnswer, Status
from pipeline.errors import ExportError
from pipeline.export import EXPORTERS, select
from tests.builders import a_module, a_quiz_item
from tests.export.conftest import NASTY, a_rich_module, rich_document


@dataclass(frozen=True)
class Note:
    """A note as Anki keeps it."""

    guid: str
    deck: str
    modified: int
    tags: tuple[str, ...]
    question: str
    options: str
    answer: str
    reasons: str
    source: str
    item: str


@dataclass(frozen=True)
class Collection:
    """What is in an .apkg file."""

    decks: dict[str, int]
    models: dict[str, dict[str, Any]]
    notes: dict[str, Note]
    """By the item's id."""
    cards: int


def collection(module: Module, folder: Path, *, drafts: bool = False, documents: Any = ()) -> Collection:
    """The module as Anki reads it."""
    path = folder / "deck.apkg"
    package = select(module, include_drafts=drafts, documents=documents)
    EXPORTERS.get("anki").write(package, path)
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read("media")) == {}
        (folder / "collection.anki2").write_bytes(archive.read("collection.anki2"))
    database = sqlite3.connect(folder / "collection.anki2")
    try:
        decks, models = (json.loads(one) for one in database.execute("SELECT decks, models FROM col").fetchone())
        names = {int(key): deck["name"] for key, deck in decks.items()}
        rows = database.execute(
            "SELECT guid, did, notes.mod, tags, flds FROM notes JOIN cards ON nid = notes.id ORDER BY notes.id"
        ).fetchall()
        [[cards]] = database.execute("SELECT count(*) FROM cards").fetchall()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        database.close()
    notes = [Note(guid, names[deck], mod, tuple(tags.split()), *flds.split("\x1f")) for guid, deck, mod, tags, flds in rows]
    return Collection(
        {deck["name"]: int(key) for key, deck in decks.items() if deck["name"] != "Default"}, models,
        {words(note.item): note for note in notes}, cards,
    )


def words(markup: str) -> str:
    """What a field looks like on a card."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """The rich module as a collection."""
    return collection(a_rich_module(), tmp_path_factory.mktemp("anki"), documents=(rich_document(),))


def test_every_question_is_a_card_in_the_deck_of_its_use_and_day(rich: Collection) -> None:
    assert rich.cards == len(rich.notes) == 17
    title = "Lock out the carton sealer"
    assert sorted(rich.decks) == [
        f"{title}::Follow-up::07 – After 7 days", f"{title}::Graded test, with its answers", f"{title}::Practice",
    ]
    assert rich.notes["f-1"].deck == f"{title}::Follow-up::07 – After 7 days"
    assert rich.notes["k-single"].deck == f"{title}::Practice"
    [model] = rich.models.values()
    assert [field["name"] for field in model["flds"]] == ["Question", "Options", "Answer", "Reasons", "Source", "Id"]


def test_a_card_asks_with_its_options_and_answers_with_the_reason_of_each(rich: Collection) -> None:
    note = rich.notes["k-single"]
    assert words(note.question) == "The gauge reads 0.4 bar after you closed V-12. What do you do first?"
    assert re.findall(r"<li[^>]*>(.*?)</li>", note.options) == [
        "Open the guard and look", "Close the guard and call the shift lead", "Wait ten minutes",
    ]
    assert words(note.answer) == "Right answer B. Close the guard and call the shift lead"
    for reason in ("0.4 bar can still move the ram", "any reading above zero stops the job", "waiting bleeds nothing"):
        assert reason in note.reasons
    assert "energy is left in the machine" in note.reasons
    assert "Think of what the gauge tells you." in note.options
    assert words(note.source) == (
        "Source Lock out the carton sealer, page 3, section Shutdown › Isolation: Turn disconnect DS-7 to OFF"
    )


@pytest.mark.parametrize(
    ("item", "asked", "answer"),
    [
        ("k-multiple", "Disconnect DS-7 Ball valve V-12 The STOP button", "A. Disconnect DS-7 B. Ball valve V-12"),
        ("k-true_false", "True False", "B. False"),
        ("k-order", "Turn DS-7 to OFF Press STOP Close V-12", "Press STOP Turn DS-7 to OFF Close V-12"),
        ("k-match", "DS-7 V-12 V-14 compressed air electricity", "DS-7 → electricity V-12 → compressed air V-14 →"),
        ("k-cloze", "", "DS-7 V-12"),
        ("k-numeric", "", "40 ± 0.5 min"),
        ("k-short", "", "4410"),
    ],
)
def test_each_kind_of_question_has_its_answer(rich: Collection, item: str, asked: str, answer: str) -> None:
    assert asked in words(rich.notes[item].options)
    assert answer in words(rich.notes[item].answer)


def test_blanks_are_shown_by_their_numbers(rich: Collection) -> None:
    assert words(rich.notes["k-cloze"].question) == "Turn ____ (1) to OFF, then close ____ (2)."


def test_tags_say_objective_lesson_and_day(rich: Collection) -> None:
    assert {"objective::o-1", "lesson::l-1", "day::7", "use::follow_up", "bloom::apply"} <= set(rich.notes["f-1"].tags)


def test_a_later_revision_has_the_same_notes_and_decks_and_is_newer(rich: Collection, tmp_path: Path) -> None:
    module = a_rich_module(revision=2, title="Another title")
    changed = module.items[0].model_copy(update={"stem": "Worded anew?"})
    later = collection(module.model_copy(update={"items": (changed, *module.items[1:])}), tmp_path)
    assert {key: note.guid for key, note in later.notes.items()} == {key: note.guid for key, note in rich.notes.items()}
    assert len({note.guid for note in later.notes.values()}) == len(later.notes)
    assert set(later.decks.values()) == set(rich.decks.values())
    assert later.models.keys() == rich.models.keys()
    assert later.notes["k-single"].modified > rich.notes["k-single"].modified
    other = collection(a_rich_module(id="m-2"), tmp_path)
    assert not {note.guid for note in other.notes.values()} & {note.guid for note in rich.notes.values()}
    assert not set(other.decks.values()) & set(rich.decks.values())


@pytest.mark.parametrize("text", [*NASTY, "[sound:a.mp3] [latex]x[/latex] [$]y[/$] {{c1::z}} a::b"])
def test_what_looks_like_markup_or_a_command_is_shown(tmp_path: Path, text: str) -> None:
    item = a_quiz_item(stem=text, general_feedback=text, hint=text, objective_id=text, status=Status.APPROVED)
    made = collection(a_module(title=text, items=(item,)), tmp_path)
    [note] = made.notes.values()
    shown = " ".join(text.split())
    assert words(note.question) == shown
    assert shown in words(note.reasons)
    assert not re.search(r"<(?:script|img)|\[(?:sound|latex|\$)", note.question + note.options + note.reasons)
    assert len(note.deck.split("::")) == 2
    assert len([tag for tag in note.tags if tag.startswith("objective::")]) == 1


def test_a_card_is_written_from_right_to_left_in_arabic(tmp_path: Path) -> None:
    made = collection(a_rich_module(language="ar"), tmp_path)
    [model] = made.models.values()
    assert all(field["rtl"] for field in model["flds"])
    assert 'dir="rtl"' in model["tmpls"][0]["qfmt"]
    assert 'lang="ar"' in made.notes["k-single"].question
    assert "Right answer" not in made.notes["k-single"].answer


def test_a_preview_says_so_on_every_card(tmp_path: Path) -> None:
    made = collection(a_rich_module(status=Status.DRAFT), tmp_path, drafts=True)
    assert all("Unreviewed draft" in note.question for note in made.notes.values())


def test_nothing_on_a_card_is_fetched_from_elsewhere(rich: Collection) -> None:
    [model] = rich.models.values()
    everything = model["css"] + str(model["tmpls"]) + "".join(str(note) for note in rich.notes.values())
    assert not re.search(r"https?:|url\(|<script|@import", everything)


def test_an_answer_without_tolerance_or_unit_is_the_number_alone(tmp_path: Path) -> None:
    item = a_quiz_item((), type=ItemType.NUMERIC, answer=NumericAnswer(value=1500, tolerance=0), status=Status.APPROVED)
    [note] = collection(a_module(items=(item,)), tmp_path).notes.values()
    assert words(note.answer) == "Right answer 1500"


def test_what_anki_does_otherwise_is_told_before() -> None:
    told = " ".join(loss.what for loss in EXPORTERS.get("anki").losses(select(a_rich_module(), include_drafts=False)))
    assert "learners judge their answers themselves" in told
    assert "Anki plans by itself when a card comes back" in told


def test_no_file_is_left_where_the_deck_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    with pytest.raises(ExportError, match="it has no question"):
        collection(a_rich_module(items=()), tmp_path)
    collection(a_rich_module(), tmp_path)
    assert not list((tmp_path / "scratch").iterdir())


def test_that_it_gives_the_graded_test_away_is_told_first(rich_module: Module) -> None:
    losses = [loss.what for loss in EXPORTERS.get("anki").losses(select(rich_module, include_drafts=False))]
    told = next(what for what in losses if "graded test" in what)
    assert "the deck “Graded test, with its answers”: 8" in told
    practice = tuple(item for item in rich_module.items if item.use is ItemUse.PRACTICE)
    module = rich_module.model_copy(update={"items": practice})
    assert not any("graded" in loss.what for loss in EXPORTERS.get("anki").losses(select(module, include_drafts=False)))
