"""The workbook, opened again by openpyxl and by our own reader of question tables."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pipeline.bank import read_bank
from pipeline.bank.markup import tidy
from pipeline.domain import (
    BankItem,
    Figure,
    ItemType,
    ItemUse,
    Lesson,
    Module,
    NumericAnswer,
    QuizItem,
    Resource,
    ResourceKind,
    Status,
)
from pipeline.export import EXPORTERS, select
from pipeline.export.xlsx_book import fits, pieces_of
from tests.builders import a_module, a_quiz_item, an_evidence, an_option
from tests.export.conftest import NASTY, a_rich_module, every_item_type, rich_document

TEXTS = (
    *NASTY, "=1+2", "+49 30 1", "-5 °C", "@SUM(A1)", "#N/A", "~ = # { } :", "Tom & \"Jerry\" 'cat'", "ß" * 500,
    "<b>bold</b> &lt;", "x < 3 > y", "two\nlines", "B", "a | b; c, d", "🦺", "17", "3/4", "TRUE",
)


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(module: Module, name: str = "xlsx", **options: Any) -> Path:
        path = tmp_path / f"{name}.xlsx"
        EXPORTERS.get(name).write(select(module, **{"include_drafts": True, **options}), path)
        return path

    return write


def _rows(path: Path, sheet: str) -> list[list[str]]:
    return [["" if cell is None else cell for cell in row] for row in load_workbook(path)[sheet].values]


def _shown(item: QuizItem) -> dict[str, Any]:
    """What a reader of the table must find of an item."""
    options = list(item.options)
    if item.type is ItemType.ORDER:
        options.sort(key=lambda one: list(item.answer or ()).index(one.id))
    answer: Any = item.answer
    if item.type is ItemType.ORDER:
        answer = None
    elif item.type is ItemType.MATCH:
        targets = dict(item.answer)  # type: ignore[arg-type]
        answer = tuple((tidy(one.text), tidy(targets[one.id])) for one in item.options)
    elif item.type is ItemType.CLOZE:
        answer = tuple(tuple(" ".join(text.split()) for text in texts) for texts in item.answer)  # type: ignore
    elif item.type is ItemType.SHORT:
        answer = tuple(dict.fromkeys(" ".join(str(text).split()) for text in item.answer))  # type: ignore
    return {
        "id": item.id, "type": item.type, "stem": tidy(item.stem), "answer": answer,
        "options": [(tidy(one.text), one.correct, tidy(one.feedback)) for one in options],
        "general": tidy(item.general_feedback), "hint": tidy(item.hint or "") or None,
    }


def _found(item: BankItem) -> dict[str, Any]:
    return {
        "id": item.id, "type": item.type, "stem": item.stem, "answer": item.answer,
        "options": [(one.text, one.correct, one.feedback) for one in item.options],
        "general": item.general_feedback, "hint": item.hint,
    }


def test_every_kind_of_question_is_read_back_with_keys_feedback_hint_and_tags(written: Any) -> None:
    items = list(every_item_type(rich_document(), prefix="k", use=ItemUse.FOLLOW_UP))
    items += [item.model_copy(update={"hint": "Look", "general_feedback": "Because"}) for item in every_item_type(
        rich_document(), prefix="t", use=ItemUse.TEST)]
    bank = read_bank(written(a_module(items=tuple(items))))
    assert bank.problems == ()
    assert [_found(item) for item in bank.items] == [_shown(item) for item in items]
    assert "use:follow_up" in bank.items[0].tags
    assert "bloom:apply" in bank.items[0].tags


def test_any_text_comes_back_as_it_was(written: Any) -> None:
    items = []
    for at, text in enumerate(TEXTS):
        others = [one for one in TEXTS if one != text][at % 5 : at % 5 + 2]
        options = tuple(
            an_option(n, correct=n == 2, text=said, feedback=f"{said} {text}")
            for n, said in enumerate([*others, text, "A"], start=1)
        )
        items.append(a_quiz_item(options, id=f"q-{at}", stem=text, general_feedback=text, hint=text))
        items.append(
            QuizItem(
                id=f"s-{at}", type=ItemType.SHORT, objective_id="o-1", lesson_id="l-1", bloom=items[0].bloom, stem=text,
                answer=(text, "other"),
            )
        )
    bank = read_bank(written(a_module(items=tuple(items))))
    assert bank.problems == ()
    assert [_found(item) for item in bank.items] == [_shown(item) for item in items]


def test_more_than_ten_options_are_read_back(written: Any) -> None:
    options = tuple(
        an_option(1, correct=n in (2, 13), id=f"x{n}", text=f"Valve {n}", feedback=f"Says {n}") for n in range(1, 15)
    )
    item = a_quiz_item(options, type=ItemType.MULTIPLE)
    bank = read_bank(written(a_module(items=(item,))))
    assert [_found(one) for one in bank.items] == [_shown(item)]


def test_no_cell_is_a_formula_or_an_error(written: Any) -> None:
    formulas = ("=cmd|' /C calc'!A0", "+1", "-1", "@x", "#REF!")
    module = a_rich_module(title=formulas[0])
    items = tuple(
        item.model_copy(update={"stem": formulas[at % 5], "general_feedback": formulas[at % 5]})
        for at, item in enumerate(module.items)
    )
    path = written(module.model_copy(update={"items": items}))
    for sheet in load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "inlineStr")
                assert not isinstance(cell.value, int | float)
                # Excel computes such a text as soon as somebody edits its cell, unless it is marked as text.
                assert cell.quotePrefix == str(cell.value or "").startswith(("=", "+", "-", "@"))


def test_a_screen_has_its_row_with_text_interaction_quote_and_place(written: Any, rich_module: Module) -> None:
    figure = Figure(source="s", block="b", file="figures/x.png", alt="A gauge at zero", caption="The gauge")
    lessons = list(rich_module.lessons)
    parts = (lessons[0].parts[0].model_copy(update={"figures": (figure,)}), *lessons[0].parts[1:])
    lessons[0] = lessons[0].model_copy(update={"parts": parts})
    script = Resource(id="r-9", kind=ResourceKind.VIDEO_SCRIPT, title="Film", markdown="Narrator: **Stop** first.")
    module = rich_module.model_copy(
        update={"lessons": tuple(lessons), "resources": (*rich_module.resources, script)}
    )
    rows = _rows(written(module, documents=(rich_document(),)), "Storyboard")
    assert rows[0][0] == "Unreviewed draft – not approved for use"
    head, rows = rows[1], rows[2:]
    by_id = {row[2]: dict(zip(head, row, strict=True)) for row in rows}
    assert {part.id for lesson in module.lessons for part in lesson.parts} <= set(by_id)
    assert {item.id for item in module.items} <= set(by_id)
    assert by_id["p-1"]["Pictures"] == "figures/x.png\nThe gauge\nA gauge at zero"
    assert by_id["p-2"]["On-screen text"].startswith("1. Press the red STOP button and wait for the belts to stop.\n2. ")
    assert by_id["p-2"]["Source"] == "“Turn disconnect DS-7 to OFF”"
    assert by_id["p-2"]["Where it stands"] == "Lock out the carton sealer, page 3, section Shutdown › Isolation"
    assert "V-12 [compressed air] – V-12 is the air valve." in by_id["k-match"]["Interaction"]
    assert "Right answer: 40 ± 0.5 min" in by_id["k-numeric"]["Interaction"]
    assert by_id["r-9"]["Narration"] == "Narrator: Stop first."
    assert by_id["p-3"]["Notes"] == "Warning: Two ideas in one part."
    assert by_id["r-9"]["Notes"] == "Draft, not approved"


def test_stories_glossary_and_sources_have_sheets_of_their_own(written: Any, rich_module: Module) -> None:
    path = written(rich_module)
    assert load_workbook(path).sheetnames == [
        "Storyboard", "Questions", "Scenarios", "Glossary", "Sources", "Storyline", "iSpring",
    ]
    assert _rows(path, "Scenarios")[1][2:6] == [
        "1", rich_module.scenarios[0].nodes[0].situation, "Stop them and call 4410", "A good choice",
    ]
    assert _rows(path, "Glossary")[1][1:3] == ["Lockout", "keeping a machine from starting with a lock of your own."]
    assert _rows(path, "Sources")[1][4] == rich_module.sources[0].sha256


def test_header_rows_stay_in_view_and_texts_wrap(written: Any, rich_module: Module) -> None:
    for sheet in load_workbook(written(rich_module)):
        assert sheet.freeze_panes in ("A2", "A3")
        assert all(cell.alignment.wrap_text for row in sheet.iter_rows() for cell in row if cell.value)


def test_sheets_of_a_right_to_left_language_run_from_the_right(written: Any) -> None:
    book = load_workbook(written(a_rich_module(language="ar")))
    assert book.properties.language == "ar"
    directions = {sheet.title: bool(sheet.sheet_view.rightToLeft) for sheet in book}
    assert directions["مخطط الدورة"]
    # Columns that readers know by their English names.
    assert not directions["Storyline"]


def test_an_empty_lesson_has_a_row(written: Any) -> None:
    empty = Lesson(id="l-0", title="Nothing yet", objective_ids=("o-1",), minutes=1, parts=())
    package = select(a_module(), include_drafts=True)
    package = type(package)(
        module=package.module.model_copy(update={"lessons": (empty,)}), is_preview=True, notice="Draft"
    )
    path = written(a_module())
    EXPORTERS.get("xlsx").write(package, path)
    assert "Nothing yet" in [row[1] for row in _rows(path, "Storyboard")]


def test_a_text_longer_or_higher_than_a_cell_goes_on_in_the_next_row(written: Any) -> None:
    long = " ".join(["🦺 word"] * 6000)
    assert [fits(piece) for piece in pieces_of(long)] == [True, True]
    assert " ".join(pieces_of(long)) == long
    assert all(fits(piece) for piece in pieces_of("line\n" * 1000))
    module = a_module(resources=(Resource(id="r-1", kind=ResourceKind.JOB_AID, title="Long", markdown=long),))
    rows = _rows(written(module), "Storyboard")
    first = next(at for at, row in enumerate(rows) if row[2] == "r-1")
    assert " ".join(row[4] for row in rows[first:]) == long
    assert {row[2] for row in rows[first + 1 :]} == {""}


def test_a_question_too_long_for_a_cell_is_cut_and_named_before(written: Any) -> None:
    long = "word " * 7000
    module = a_module(items=(a_quiz_item(stem=long),))
    losses = EXPORTERS.get("xlsx").losses(select(module, include_drafts=True))
    assert [(loss.element, "cut off" in loss.what) for loss in losses] == [("q-1", True)]
    bank = read_bank(written(module))
    assert len(bank.items) == 1
    assert long.startswith(bank.items[0].stem)


def test_the_workbook_says_no_time_but_a_fixed_one(written: Any, rich_module: Module) -> None:
    with zipfile.ZipFile(written(rich_module)) as archive:
        assert archive.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2


@pytest.mark.parametrize(
    ("name", "note_at"), [("xlsx-storyline", ("Storyline", 0)), ("xlsx-ispring", ("Read me", 1))]
)
def test_the_sheet_for_a_tool_comes_first_and_says_that_nobody_tried_it(
    written: Any, rich_module: Module, name: str, note_at: tuple[str, int]
) -> None:
    sheet, row = note_at
    path = written(rich_module, name)
    assert load_workbook(path).worksheets[0].title.casefold() == name.removeprefix("xlsx-").casefold()
    assert "Unverified" in _rows(path, sheet)[row][0]
    losses = EXPORTERS.get(name).losses(select(rich_module, include_drafts=True))
    assert any(loss.what.startswith("unverified") for loss in losses)
    left_out = {loss.element for loss in losses if loss.is_left_out}
    questions = [row for row in _rows(path, load_workbook(path).sheetnames[0]) if row[0] in "MC MR TF TI MG SEQ NUMG"]
    assert len(questions) == len(rich_module.items) - len(left_out)


def test_storylines_rows_mark_right_answers_and_hold_feedback_behind_a_bar(written: Any) -> None:
    options = (an_option(1, text="a | b", feedback="No | never"), an_option(2, correct=True, text="c", feedback="Yes"))
    module = a_module(items=(a_quiz_item(options, stem="Which\none?"),))
    row = _rows(written(module, "xlsx-storyline"), "Storyline")[2]
    assert row[:5] == ["MC", "1", "Which one?", "a ¦ b | No ¦ never", "*c | Yes"]
    losses = EXPORTERS.get("xlsx-storyline").losses(select(module, include_drafts=True))
    assert any("drawn as ¦: 1 questions" in loss.what for loss in losses)


def test_isprings_rows_hold_answers_by_kind(written: Any) -> None:
    module = a_module(items=every_item_type(rich_document(), prefix="k", use=ItemUse.TEST))
    rows = {row[0]: row for row in _rows(written(module, "xlsx-ispring"), "iSpring")[1:]}
    assert rows["MC"][5:9] == [
        "Open the guard and look", "*Close the guard and call the shift lead", "Wait ten minutes", "",
    ]
    assert rows["MC"][9].startswith("Right: any reading above zero stops the job.")
    assert rows["MG"][5] == "DS-7|electricity"
    assert rows["SEQ"][5:8] == ["Press STOP", "Turn DS-7 to OFF", "Close V-12"]
    assert rows["NUMG"][5] == "=40"


def test_a_draft_says_so_in_print_and_in_its_row(written: Any) -> None:
    path = written(a_rich_module(status=Status.STALE))
    assert "not approved" in load_workbook(path)["Questions"].oddHeader.right.text
    assert {row[-1] for row in _rows(path, "Questions")[1:]} == {"Source has changed, not approved"}


def test_numbers_that_are_none_are_problems_of_their_row(written: Any, tmp_path: Path) -> None:
    item = QuizItem(
        id="n", type=ItemType.NUMERIC, objective_id="o-1", lesson_id="l-1", bloom=a_quiz_item().bloom, stem="How many?",
        answer=NumericAnswer(value=-0.5, tolerance=0.25, unit="bar"),
    )
    path = written(a_module(items=(item,)))
    assert read_bank(path).items[0].answer == item.answer
    book = load_workbook(path)
    head = [cell.value for cell in book["Questions"][1]]
    book["Questions"].cell(2, head.index("tolerance") + 1).value = "little"
    book.save(path)
    assert "column `tolerance` holds no number: 'little'" in read_bank(path).problems[0]


def test_spoken_words_have_a_column_where_there_is_a_script_and_none_elsewhere(written: Any) -> None:
    script = Resource(
        id="r-v", kind=ResourceKind.VIDEO_SCRIPT, title="Film",
        markdown="### Stop\n\n> STOP\n\nYou press STOP.\n\n‖ What comes next?\n\nDS-7 comes next.\n\n### Lock\n\nYou lock it.",
    )
    assert "Narration" not in _rows(written(a_module(resources=())), "Storyboard")[1]
    _, header, *rows = _rows(written(a_module(resources=(script,))), "Storyboard")
    spoken, shown = header.index("Narration"), header.index("On-screen text")
    first, second = [row for row in rows if row[header.index("ID")] == "r-v"]
    assert first[shown] == "Stop\nSTOP"
    assert first[spoken] == "You press STOP.\nWhat comes next?\nDS-7 comes next."
    assert first[header.index("Interaction")] == "Pause and answer: What comes next?"
    assert second[spoken] == "You lock it."


def test_a_term_carries_its_own_quote_alone(written: Any) -> None:
    document = rich_document()
    texts = [block.text for block in document.blocks if len(block.text) > 20][:3]
    proofs = tuple(an_evidence(document, text) for text in texts)
    terms = [" ".join(text.split()[:3]) for text in texts]
    markdown = "\n".join(f"- **{term}**: what is meant" for term in terms)
    glossary = Resource(id="r-g", kind=ResourceKind.GLOSSARY, title="Glossary", markdown=markdown, evidence=proofs)
    _, *rows = _rows(written(a_module(resources=(glossary,))), "Glossary")
    assert [row[3] for row in rows] == [f"“{text}”" for text in texts]


def test_what_to_listen_for_is_not_on_the_screen(written: Any) -> None:
    talk = Resource(
        id="r-d", kind=ResourceKind.DISCUSSION, title="Talk", markdown="1. Who met it?\n\n   *Listen for:* The light."
    )
    _, header, *rows = _rows(written(a_module(resources=(talk,))), "Storyboard")
    row = next(row for row in rows if row[header.index("ID")] == "r-d")
    assert row[header.index("On-screen text")] == "1. Who met it?"
    assert row[header.index("Interaction")] == "1. Listen for: The light."
