"""The facilitator's deck, opened again."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn

from pipeline.domain import (
    Figure,
    ItemUse,
    Module,
    Resource,
    ResourceKind,
    Session,
    Status,
    Suitability,
    Verdict,
)
from pipeline.export import EXPORTERS, select
from pipeline.export.markdown_lines import Line, LineKind
from pipeline.export.pptx_pages import BODY_HEIGHT_PT, Page, _height, pages_of, rows_that_fit, shortened
from tests.builders import a_module, a_part, a_quiz_item, an_option, an_order_item
from tests.export.conftest import NASTY, a_rich_module, rich_document
from tests.pictures import a_png

FIGURE = Figure(source="s", block="b", file="figures/x.png", alt="A gauge at zero", caption="The gauge at rest")
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(module: Module, *, pictures: dict[str, bytes] | None = None, **options: Any) -> Any:
        package = select(module, **{"include_drafts": True, "documents": (rich_document(),), **options})
        path = tmp_path / "deck.pptx"
        EXPORTERS.get("pptx").write(dataclasses.replace(package, pictures=pictures or {}), path)
        return Presentation(str(path))

    return write


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The deck of the live module, approved, with its picture."""
    package = select(_a_live_module(), include_drafts=True, documents=(rich_document(),))
    path = tmp_path_factory.mktemp("deck") / "deck.pptx"
    EXPORTERS.get("pptx").write(dataclasses.replace(package, pictures={FIGURE.file: a_png(2000, 300)}), path)
    return Presentation(str(path))


def _a_live_module(**fields: Any) -> Module:
    """The rich module for a blended course: a session, a discussion, a picture."""
    module = a_rich_module(**fields)
    lessons = list(module.lessons)
    parts = (lessons[0].parts[0].model_copy(update={"figures": (FIGURE,)}), *lessons[0].parts[1:])
    lessons[0] = lessons[0].model_copy(update={"parts": parts})
    talk = Resource(
        id="r-d", kind=ResourceKind.DISCUSSION, title="Energy that stayed", markdown="1. When did you meet it?",
        status=Status.APPROVED,
    )
    session = Session(title="At the machine", objective_ids=("o-1",), activity="Each locks out the sealer.", minutes=30)
    return module.model_copy(
        update={
            "lessons": tuple(lessons), "resources": (*module.resources, talk),
            "suitability": Suitability(verdict=Verdict.BLENDED, sessions=(session,)),
        }
    )


def _title(slide: Any) -> str:
    return str(slide.shapes.title.text_frame.text)


def _text(slide: Any) -> str:
    """Every word on the slide, tables too."""
    return "\n".join(node.text or "" for node in slide._element.iter(qn("a:t")))


def _notes(slide: Any) -> str:
    return str(slide.notes_slide.notes_text_frame.text)


def _by_title(deck: Any) -> dict[str, Any]:
    return {_title(slide): slide for slide in deck.slides}


def test_the_deck_runs_from_agenda_to_sources(deck: Any) -> None:
    titles = [_title(slide) for slide in deck.slides]
    assert titles[:4] == [
        "Lock out the carton sealer", "Agenda", "What you will be able to do",
        "1. Isolate the sealer before you reach in (1 of 2)",
    ]
    order = ["2. When the gauge does not fall", "Session 1: At the machine", "Discussion: Energy that stayed", "Wrap-up"]
    assert [titles.index(title) for title in order] == sorted(titles.index(title) for title in order)
    assert titles[-3:] == ["Wrap-up", "Questions for the days after: After 7 days", "Sources"]
    assert len(set(titles)) == len(titles)
    agenda = _text(deck.slides[1])
    for told in ("Isolate the sealer before you reach in – about 9 min", "At the machine – about 30 min"):
        assert told in agenda
    minutes = [int(found) for found in re.findall(r"– about (\d+) min", agenda)]
    assert f"In all: about {sum(minutes)} min" in agenda
    assert "Each locks out the sealer." in _text(_by_title(deck)["Session 1: At the machine"])


def test_parts_stand_together_and_a_task_alone_with_its_answer_in_the_notes(deck: Any) -> None:
    slides = _by_title(deck)
    first = slides["1. Isolate the sealer before you reach in (1 of 2)"]
    for told in ("Why it matters", "Step by step", "Close ball valve V-12.", "electricity", "Example"):
        assert told in "".join(_text(one) for title, one in slides.items() if title.startswith("1. Isolate"))
    assert "Step by step:" in _notes(first)
    task = next(one for one in slides.values() if "Point at each isolation point." in _text(one))
    assert "DS-7 is left of the panel" not in _text(task)
    assert _title(task) == "1. Isolate the sealer before you reach in – Try it"
    assert "Try it" not in _text(task).replace(_title(task), "")
    words = next(one for one in task.placeholders if one.placeholder_format.idx == 1).text_frame
    assert (words.vertical_anchor.name, words.paragraphs[0].runs[0].font.size.pt) == ("MIDDLE", 32)
    assert "Check yourself: DS-7 is left of the panel." in _notes(task)


def test_a_blended_deck_holds_what_is_done_live_and_lists_the_rest_as_learned_before(written: Any) -> None:
    module = _a_live_module()
    first, second = module.lessons
    other = module.objectives[0].model_copy(update={"id": "o-2", "behaviour": "reads the gauge"})
    session = Session(title="At the machine", objective_ids=("o-1",), activity="Each locks out the sealer.")
    module = module.changed(
        objectives=(*module.objectives, other),
        lessons=(first, second.model_copy(update={"objective_ids": ("o-2",)})),
        suitability=Suitability(verdict=Verdict.BLENDED, sessions=(session,)),
    )
    deck = written(module)
    slides = _by_title(deck)
    assert "When the gauge does not fall – about 2 min" in _text(slides["Before the session: learned alone"])
    assert not any("Any reading above zero means" in _text(slide) + _notes(slide) for slide in deck.slides)
    assert "At the machine – at least 4 min" in _text(slides["Agenda"])
    assert "In all: at least" in _text(slides["Agenda"])
    assert "reads the gauge" not in _text(slides["What you will be able to do"])


def test_discussions_ask_one_question_a_slide_and_tell_the_facilitator_what_to_listen_for(written: Any) -> None:
    talk = Resource(
        id="r-d", kind=ResourceKind.DISCUSSION, title="Talk", status=Status.APPROVED,
        markdown="1. Who met it?\n\n   *Listen for:* The red light.\n\n2. What then?\n\n   *Listen for:* Call 4410.",
    )
    slides = _by_title(written(a_rich_module(resources=(talk,))))
    for number, asked, answer in ((1, "Who met it?", "The red light."), (2, "What then?", "Call 4410.")):
        slide = slides[f"Discussion: Talk ({number} of 2)"]
        assert asked in _text(slide)
        assert answer not in _text(slide)
        assert f"Listen for:\n{answer}" in _notes(slide)


def test_follow_ups_stand_by_day_with_what_people_choose_from(written: Any) -> None:
    items = tuple(
        a_quiz_item(id=f"q-{at}", stem=f"Asked after {day}?", use=ItemUse.FOLLOW_UP, day=day)
        for at, day in enumerate((30, 2, 7, 2))
    )
    deck = written(a_module(items=items))
    titles = [_title(slide) for slide in deck.slides if _title(slide).startswith("Questions for")]
    assert titles == [f"Questions for the days after: After {day} days" for day in (2, 7, 30)]
    two = _by_title(deck)[titles[0]]
    assert _text(two).count("Asked after 2?") == 2
    assert f"A. {items[0].options[0].text}" in _text(two)


def test_titles_and_texts_stand_in_the_layouts_own_placeholders(deck: Any) -> None:
    for slide in deck.slides:
        kinds = [one.placeholder_format.type for one in slide.placeholders]
        assert kinds[0] in TITLES
        assert {PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER} <= set(kinds)
        assert slide.slide_layout.name in ("Title Slide", "Title and Content", "Section Header", "Title Only")
        boxes = [shape for shape in slide.shapes if shape.has_text_frame and not shape.is_placeholder]
        assert [box.text_frame.text for box in boxes] in ([], ["The gauge at rest"])
        ids = [shape.shape_id for shape in slide.shapes]
        assert len(set(ids)) == len(ids)


def test_polls_show_no_answer_and_the_notes_give_it_with_the_reasons(deck: Any) -> None:
    slides = _by_title(deck)
    slide = slides["Practice 1 of 8: Isolate the sealer before you reach in"]
    assert "B. Close the guard and call the shift lead" in _text(slide)
    assert "Right" not in _text(slide)
    for told in (
        "Right answer:\nClose the guard and call the shift lead", "Wait ten minutes: Wrong: waiting bleeds nothing",
        "Hint: Think of what the gauge tells you.", "Lock out the carton sealer, page 3, section Shutdown › Isolation – “Turn disconnect DS-7 to OFF”",
    ):
        assert told in _notes(slide)
    match = _text(slides["Practice 5 of 8: Isolate the sealer before you reach in"])
    assert "→ compressed air" in match


def test_steps_to_order_are_never_shown_in_the_right_order(written: Any) -> None:
    item = an_order_item(use=ItemUse.PRACTICE, options=tuple(an_option(n, correct=True) for n in (1, 2, 3)))
    item = item.model_copy(update={"answer": tuple(option.id for option in item.options)})
    slide = _by_title(written(a_module(items=(item,))))["Practice: Lock out the sealer"]
    shown = [line.partition(". ")[2] for line in _text(slide).split("\n") if line[:3] in ("A. ", "B. ", "C. ")]
    assert sorted(shown) == sorted(option.text for option in item.options)
    assert shown != [option.text for option in item.options]


def test_test_questions_stay_out_and_that_is_told(written: Any) -> None:
    module = a_rich_module()
    module = module.model_copy(update={"items": tuple(
        item.model_copy(update={"stem": f"SECRET {item.stem}"}) if item.use is ItemUse.TEST else item
        for item in module.items
    )})
    deck = written(module)
    assert not any("SECRET" in _text(slide) + _notes(slide) for slide in deck.slides)
    losses = [loss.what for loss in EXPORTERS.get("pptx").losses(select(module, include_drafts=True))]
    assert losses[0].startswith("the content was judged fit for self-paced training")
    assert losses[1].endswith("before: 8")
    assert "job aids and glossaries are only named at its end, to be handed out: 2" in losses
    assert not EXPORTERS.get("pptx").losses(select(module, include_drafts=True))[0].is_left_out


def test_stories_are_played_with_what_follows_in_the_notes(deck: Any) -> None:
    slide = _by_title(deck)["Scenario: The gauge that does not fall (1 of 2)"]
    assert "A. Stop them and call 4410" in _text(slide)
    assert "They step back" not in _text(slide)
    assert "A. Stop them and call 4410 – A good choice\n    They step back; the shift lead comes." in _notes(slide)
    assert "B. Let them look → End" in _text(slide)
    link = next(run for run in slide._element.iter(qn("a:r")) if run.find(qn("a:rPr")).find(qn("a:hlinkClick")) is not None)
    target = slide.part.related_part(link.find(qn("a:rPr")).find(qn("a:hlinkClick")).get(qn("r:id"))).slide
    assert _title(target) == "Scenario: The gauge that does not fall (2 of 2)"
    assert link.findtext(qn("a:t")) == f"→ slide {[one.slide_id for one in deck.slides].index(target.slide_id) + 1}"


def test_tables_are_tables_with_a_header(deck: Any) -> None:
    table = next(shape for slide in deck.slides for shape in slide.shapes if shape.has_table)
    assert [[cell.text for cell in row.cells] for row in table.table.rows] == [
        ["Device", "Energy"], ["DS-7", "electricity"], ["V-12", "compressed air"],
    ]
    assert table.table.first_row


def test_a_figure_has_its_words_and_stays_on_the_slide(deck: Any) -> None:
    slide = _by_title(deck)["1. Isolate the sealer before you reach in – Why it matters – Figure"]
    picture = next(shape for shape in slide.shapes if shape.shape_type == 13)
    assert picture._element.nvPicPr.cNvPr.get("descr") == "A gauge at zero"
    assert picture.width / picture.height == pytest.approx(2000 / 300, rel=0.01)
    assert picture.left + picture.width <= deck.slide_width
    assert picture.top + picture.height <= deck.slide_height
    assert "The gauge at rest" in _text(slide)


def test_a_picture_that_powerpoint_does_not_take_is_told_in_words(written: Any) -> None:
    part = a_part(figures=(FIGURE,))
    lesson = a_module().lessons[0].model_copy(update={"parts": (part,)})
    deck = written(a_module(lessons=(lesson,), items=()), pictures={"figures/x.png": b"<svg/>"})
    slide = next(slide for slide in deck.slides if _title(slide).endswith("– Figure"))
    assert "Figure: A gauge at zero" in _text(slide)


def test_language_and_direction_are_on_every_paragraph(written: Any) -> None:
    deck = written(_a_live_module(language="ar"))
    assert deck.core_properties.language == "ar"
    for slide in deck.slides:
        for paragraph in slide._element.iter(qn("a:p")):
            runs = paragraph.findall(qn("a:r"))
            assert all(run.find(qn("a:rPr")).get("lang") == "ar" for run in runs)
            assert not runs or paragraph.find(qn("a:pPr")).get("rtl") == "1"


def test_a_preview_says_so_on_every_slide_and_at_every_element(written: Any) -> None:
    deck = written(a_rich_module(status=Status.STALE))
    for slide in deck.slides:
        assert "Unreviewed draft – not approved for use" in _text(slide)
    marked = [_title(slide) for slide in deck.slides if "Source has changed, not approved" in _text(slide)]
    assert len([title for title in marked if title.startswith("Practice")]) == 8
    # Of a draft that nobody has touched the foot says all there is to say.
    assert not any("Draft, not approved" in _text(slide) for slide in written(a_rich_module(status=Status.DRAFT)).slides)


def test_approved_content_carries_no_notice(written: Any) -> None:
    approved = written(a_module(objectives=(), lessons=(), resources=(), items=(a_quiz_item(status=Status.APPROVED),)))
    assert not any("not approved" in _text(slide) for slide in approved.slides)


@pytest.mark.parametrize("text", [" ".join(NASTY), "=1+2 ~ # { } : \x0b", "ß" * 500])
def test_any_text_is_written_as_text(written: Any, text: str) -> None:
    shown = text.replace("\x0b", "\ufffd")
    item = a_quiz_item(stem=text, use=ItemUse.PRACTICE, general_feedback=text)
    deck = written(a_module(title=text, items=(item,)))
    poll = next(slide for slide in deck.slides if _title(slide).startswith("Practice: "))
    assert shown.replace(" ", "") in _text(poll).replace("\n", "").replace(" ", "")
    assert shown in _notes(poll)
    assert shown in _notes(deck.slides[0])


def test_long_parts_go_on_in_further_slides_and_lose_no_word(written: Any) -> None:
    words = [f"word{number}" for number in range(900)]
    part = a_part(markdown=" ".join(words))
    lesson = a_module().lessons[0].model_copy(update={"parts": (part,)})
    deck = written(a_module(lessons=(lesson,)))
    slides = [slide for slide in deck.slides if _title(slide).startswith("1. ")]
    assert _title(slides[0])[-8:] == f"(1 of {len(slides)})"
    shown = " ".join(slide.placeholders[1].text_frame.text for slide in slides if len(slides) > 1).split()
    assert [word for word in shown if word.startswith("word")] == words


def test_a_page_is_never_fuller_than_a_slide() -> None:
    lines = [
        Line("Heading", LineKind.HEADING),
        *(Line("mot " * (7 * number % 90), LineKind.BULLET, level=number % 3) for number in range(1, 60)),
        Line("語" * 3000), Line("x" * 5000), Line("\n".join(["a"] * 60)),
    ]
    for may_shrink in (False, True):
        pages = pages_of(lines, may_shrink=may_shrink)
        assert all(_height(page.lines, page.size_pt) <= BODY_HEIGHT_PT for page in pages)
        before = "".join(line.text for line in lines)
        after = "".join(line.text for page in pages for line in page.lines)
        assert "".join(after.split()) == "".join(before.split())


def test_a_heading_or_entry_goes_with_what_it_heads() -> None:
    full = [Line("word " * 60) for _ in range(4)]
    for head in (Line("Next", LineKind.HEADING), Line("Entry", LineKind.BULLET)):
        for count in range(1, 8):
            lines = [*full[:3], *[Line("short")] * count, head, Line("below it", LineKind.BULLET, level=1)]
            for page in pages_of(lines)[:-1]:
                assert page.lines[-1] != head


def test_a_question_takes_smaller_letters_before_a_second_slide() -> None:
    lines = [Line("option " * 24) for _ in range(5)]
    assert len(pages_of(lines)) > 1
    (page,) = pages_of(lines, may_shrink=True)
    assert isinstance(page, Page)
    assert page.size_pt < 20


def test_a_long_table_repeats_its_header() -> None:
    rows = [("Device", "What to do"), *((f"DS-{n}", "Turn it to OFF and apply your padlock. " * 3) for n in range(20))]
    pieces = list(rows_that_fit(rows, 16))
    assert len(pieces) > 1
    assert {piece[0] for piece in pieces} == {rows[0]}
    assert [row for piece in pieces for row in piece[1:]] == rows[1:]


def test_a_title_is_cut_between_words() -> None:
    assert shortened("one two three", 40) == "one two three"
    assert shortened("one two three four", 14) == "one two …"
    assert len(shortened("x" * 500, 100)) <= 101
