"""The Word storyboard, opened again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from pipeline.domain import Module, ObjectiveVerdict, Session, Status, Suitability, Verdict
from pipeline.export import EXPORTERS, select
from tests.builders import a_module, a_quiz_item
from tests.export.conftest import NASTY, a_rich_module, rich_document


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(module: Module, **options: Any) -> Any:
        path = tmp_path / "storyboard.docx"
        EXPORTERS.get("docx").write(select(module, **{"include_drafts": False, **options}), path)
        return Document(str(path))

    return write


def _text(document: Any) -> str:
    """Every word of the body, table cells too."""
    return "\n".join(node.text or "" for node in document.element.body.iter(qn("w:t")))


def _headings(document: Any, level: int) -> list[str]:
    return [one.text for one in document.paragraphs if one.style.name == f"Heading {level}"]


def test_the_parts_of_the_storyboard_are_real_headings(written: Any, rich_module: Module) -> None:
    document = written(rich_module)
    assert _headings(document, 1) == [
        "Brief", "Suitability", "Objectives", "Lessons", "Scenarios", "Resources", "Findings", "Gaps", "Sources",
    ]  # fmt: skip
    assert _headings(document, 2)[0] == "1. Isolate the sealer before you reach in"
    assert "Step by step (p-2)" in _headings(document, 3)


def test_every_element_is_there_with_its_id_and_its_quotes(written: Any, rich_module: Module) -> None:
    document = written(rich_module)
    text = _text(document)
    # Ids never break at their hyphen, which is a sign of its own in the file.
    shown = "\n".join([*(one.text for one in document.paragraphs), text])
    for element in rich_module.elements():
        assert element.id in shown
        for proof in element.all_evidence:
            assert f"“{proof.quote}”" in text


def test_every_option_has_its_row_with_key_and_feedback(written: Any, rich_module: Module) -> None:
    rows = [
        tuple(cell.text for cell in row.cells)
        for table in written(rich_module).tables
        if table.rows[0].cells[-1].text == "Feedback" and table.rows[0].cells[0].text == "Option"
        for row in table.rows[1:]
    ]
    assert len(rows) == sum(len(item.options) for item in rich_module.items)
    assert ("Close the guard and call the shift lead", "Yes", "Right: any reading above zero stops the job.") in rows
    assert ("Press STOP", "Number 1", "First: stop the belts in a controlled way.") in rows
    assert ("DS-7", "electricity", "DS-7 is the electrical disconnect.") in rows
    assert ("DS-7", "Blank 1: DS-7 / DS 7", "DS-7 is the disconnect.") in rows


def test_header_rows_repeat_on_every_page(written: Any, rich_module: Module) -> None:
    for table in written(rich_module).tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_numbered_steps_start_at_one_in_every_part(written: Any, rich_module: Module) -> None:
    document = written(a_rich_module())
    numbered = [one for one in document.paragraphs if one.style.name == "List Number"]
    assert [one.text for one in numbered][:3] == [
        "Press the red STOP button and wait for the belts to stop.",
        "Turn disconnect DS-7 to OFF and apply your padlock.",
        "Close ball valve V-12.",
    ]
    assert len({one._p.pPr.numPr.numId.val for one in numbered[:3]}) == 1
    numbering = document.part.numbering_part.element
    number = next(num for num in numbering.num_lst if num.numId == numbered[0]._p.pPr.numPr.numId.val)
    assert number.find(qn("w:lvlOverride")).find(qn("w:startOverride")).get(qn("w:val")) == "1"


def test_a_quote_says_where_it_stands(written: Any, rich_module: Module) -> None:
    text = _text(written(rich_module, documents=(rich_document(),)))
    assert "Lock out the carton sealer, page 3, section Shutdown › Isolation" in text
    assert f"block {rich_module.objectives[0].evidence[0].block}" in _text(written(rich_module))


def test_live_sessions_are_listed_with_what_happens_in_them(written: Any) -> None:
    module = a_module()
    objective = module.objectives[0]
    session = Session(title="At the machine", objective_ids=(objective.id,), activity="Each closes the valve")
    verdict = ObjectiveVerdict(objective_id=objective.id, format="live")
    suitability = Suitability(verdict=Verdict.BLENDED, objectives=(verdict,), sessions=(session,))
    document = written(module.changed(suitability=suitability), include_drafts=True)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert ["1", "At the machine", "Each closes the valve", objective.behaviour, "Unknown"] == cells[
        cells.index("At the machine") - 1 : cells.index("At the machine") + 4
    ]
    assert f"live: {objective.behaviour}" in _text(document)


def test_findings_and_gaps_are_told(written: Any, rich_module: Module) -> None:
    text = _text(written(rich_module))
    assert "Two ideas in one part." in text
    assert "No practice item could be drafted. (off_schema)" in text


def test_a_preview_says_so_in_the_header_of_every_page_and_at_every_element(written: Any) -> None:
    document = written(a_rich_module(status=Status.STALE), include_drafts=True)
    for section in document.sections:
        assert "Unreviewed draft – not approved for use" in [one.text for one in section.header.paragraphs]
        assert not section.different_first_page_header_footer
    assert document.settings.odd_and_even_pages_header_footer is False
    marked = [text for text in _headings(document, 3) if "[Source has changed, not approved]" in text]
    assert len(marked) == 7 + 17
    assert all("not approved" in row.cells[-1].text for row in document.tables[1].rows[1:])


def test_approved_content_carries_no_notice(written: Any, rich_module: Module) -> None:
    document = written(rich_module)
    header = "".join(one.text for one in document.sections[0].header.paragraphs)
    assert "Lock out the carton sealer" in header
    assert "not approved" not in header + _text(document)


def test_language_and_direction_are_set(written: Any) -> None:
    document = written(a_rich_module(language="ar"))
    assert document.core_properties.language == "ar"
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert next(defaults.iter(qn("w:lang"))).get(qn("w:val")) == "ar"
    assert next(defaults.iter(qn("w:bidi"))) is not None
    assert _headings(document, 1)[0] == "التكليف"


@pytest.mark.parametrize("text", [*NASTY, "a\x00b\x0bc"])
def test_any_text_is_written_as_text(written: Any, text: str) -> None:
    module = a_module(title=text, items=(a_quiz_item(stem=text, general_feedback=text),))
    document = written(module, include_drafts=True)
    shown = text.replace("\x00", "\ufffd").replace("\x0b", "\ufffd")
    assert _text(document).count(shown) >= 3
    assert document.core_properties.title == shown


def test_questions_without_a_lesson_have_their_own_place(written: Any) -> None:
    module = a_module(lessons=(), objectives=(), resources=(), items=(a_quiz_item(status=Status.APPROVED),))
    assert "Questions without a lesson" in _headings(written(module), 1)
