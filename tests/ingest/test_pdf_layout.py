"""How lines of pages become blocks: columns, page breaks, tables, what stands in the margins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdf

from pipeline.domain import BlockKind, Document
from pipeline.ingest import read_document
from tests.ingest.raw_pdf import raw_pdf, said
from tests.ingest.specimens import a_pdf, shown, write_lines

PROSE = [
    "Before anyone opens the guard, the machine has to be stopped and locked, and the",
    "hydraulic accumulator has to be relieved of its pressure, which takes about forty",
    "seconds with the drain valve fully open.",
]
NAMES = ("Anna", "Bert", "Cleo", "Dora", "Emil", "Fred", "Gina", "Hugo", "Ivan", "Jana", "Karl", "Lena")


def read(path: Path) -> Document:
    return read_document(path)


def tables(made: Document) -> list[Any]:
    return [block for block in made.blocks if block.kind is BlockKind.TABLE]


def test_a_sentence_that_runs_over_a_page_break_is_whole_and_the_next_keeps_its_page(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        if canvas.getPageNumber() == 1:
            write_lines(canvas, PROSE[:2], top=740)
        else:
            write_lines(canvas, [f"{PROSE[2]} Then the lamp goes out, and the", "door may be opened."], top=80)

    first, second = read(a_pdf(tmp_path / "a.pdf", draw, pages=2)).blocks
    assert (first.text, first.anchor.page, first.anchor.pages) == (" ".join(PROSE), 1, (1, 2))
    assert (second.text, second.anchor.page) == ("Then the lamp goes out, and the door may be opened.", 2)


def test_a_table_that_goes_on_over_the_page_has_its_head_on_each(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        page = canvas.getPageNumber()
        rows = [("Source", "Level")] if page == 1 else []
        rows += [(name, f"{page}{at} bar") for at, name in enumerate(NAMES[6 * page - 6 : 6 * page])]
        canvas.grid([72, 172, 302], [842 - 100 - 20 * at for at in range(len(rows) + 1)])
        for at, cells in enumerate(rows):
            font = "Helvetica-Bold" if cells[0] == "Source" else "Helvetica"
            for x, text in enumerate(cells):
                write_lines(canvas, [text], top=114 + 20 * at, left=76 + 100 * x, font=font)

    first, second = tables(read(a_pdf(tmp_path / "a.pdf", draw, pages=2)))
    assert first.rows[0] == second.rows[0] == ("Source", "Level")
    assert (len(first.rows), len(second.rows)) == (7, 7)
    assert (first.anchor.page, second.anchor.page) == (1, 2)


def test_a_table_of_like_rows_over_many_pages_is_no_running_head(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        page = canvas.getPageNumber()
        rows = [("Code", "What to do"), *((f"E{page}{at:02}", f"Reset drive {page}{at:02}") for at in range(30))]
        canvas.grid([72, 172, 402], [842 - 60 - 20 * at for at in range(len(rows) + 1)])
        for at, cells in enumerate(rows):
            for x, text in enumerate(cells):
                write_lines(canvas, [text], top=74 + 20 * at, left=76 + 100 * x)

    found = tables(read(a_pdf(tmp_path / "a.pdf", draw, pages=4)))
    assert [len(table.rows or ()) for table in found] == [31, 31, 31, 31]


def test_a_letterhead_that_is_a_table_on_every_page_is_furniture(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        page = canvas.getPageNumber()
        canvas.grid([72, 172, 402], [842 - 40 - 20 * at for at in range(3)])
        for at, cells in enumerate((("ACME", "Lockout"), ("SOP-7", f"Page {page} of 4"))):
            for x, text in enumerate(cells):
                write_lines(canvas, [text], top=54 + 20 * at, left=76 + 100 * x)
        write_lines(canvas, [f"{NAMES[page]} says something of his own here."], top=160)

    made = read(a_pdf(tmp_path / "a.pdf", draw, pages=4))
    assert [block.kind.value for block in made.blocks] == ["furniture", "paragraph"] * 4


def test_pages_that_are_copies_of_one_another_have_no_running_heads(tmp_path: Path) -> None:
    lines = ("Hand washing", "Wash before each patient.", "Rinse for 20 seconds.", "Dry with a clean towel.", "Tell the desk.")
    page = " ".join(said(line, top=60 + 165 * number) for number, line in enumerate(lines))
    made = read(raw_pdf(tmp_path / "copies.pdf", [page] * 3))
    assert [block.text for block in made.blocks if block.kind is not BlockKind.FURNITURE] == [*lines] * 3


def test_names_with_long_explanations_beside_them_are_a_table(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        top = 100.0
        for name in ("Draft", "Reviewed", "Closed"):
            write_lines(canvas, [name], top=top)
            top = write_lines(canvas, PROSE, top=top, left=150) + 6

    (table,) = tables(read(a_pdf(tmp_path / "a.pdf", draw)))
    assert table.rows == tuple((name, " ".join(PROSE)) for name in ("Draft", "Reviewed", "Closed"))


def test_columns_whose_lines_stand_at_their_own_heights_are_told_apart(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        write_lines(canvas, [f"Left line {at} is here" for at in range(5)], top=100, size=9, leading=11)
        write_lines(canvas, [f"Right line {at} is here" for at in range(4)], top=105, left=330, leading=16)

    text = " ".join(block.text for block in read(a_pdf(tmp_path / "a.pdf", draw)).blocks)
    assert text.index("Left line 4") < text.index("Right line 0")


def test_bands_of_a_page_may_have_columns_of_their_own(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        for left, name in ((60, "One"), (240, "Two"), (420, "Three")):
            lines = [f"{name} has words enough {at}" if at % 2 else f"and so it goes on for {at}" for at in range(8)]
            write_lines(canvas, lines, top=100, left=left, size=10)
        for left, name in ((60, "Four"), (320, "Five")):
            lines = [f"{name} goes over a wider column of the page {at}" if at % 2 else f"and it goes on for so long {at}"
                     for at in range(8)]
            write_lines(canvas, lines, top=300, left=left, size=10)

    text = " ".join(block.text for block in read(a_pdf(tmp_path / "a.pdf", draw)).blocks)
    order = [text.index(f"{name} {rest} 7") for name, rest in (
        ("One", "has words enough"), ("Two", "has words enough"), ("Three", "has words enough"),
        ("Four", "goes over a wider column of the page"), ("Five", "goes over a wider column of the page"),
    )]
    assert order == sorted(order)


def test_running_heads_that_change_with_the_chapter_are_known_by_the_page_number(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        number = canvas.getPageNumber()
        write_lines(canvas, [f"{number + 6}   {NAMES[number]} and what he did there"], top=40)
        write_lines(canvas, [f"{NAMES[number]} says something of his own here."], top=120)

    made = read(a_pdf(tmp_path / "a.pdf", draw, pages=6))
    assert sum(block.kind is BlockKind.FURNITURE for block in made.blocks) == 6
    assert not any("what he did" in block.text for block in made.blocks if block.kind is not BlockKind.FURNITURE)


def test_rows_of_a_table_at_the_foot_of_a_page_are_no_page_numbers(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        for at, name in enumerate(NAMES):
            write_lines(canvas, ["01", name, "001"][:1], top=640 + 14 * at)
            write_lines(canvas, [name], top=640 + 14 * at, left=150)
            write_lines(canvas, [f"0{at}7"], top=640 + 14 * at, left=300)

    (table,) = tables(read(a_pdf(tmp_path / "a.pdf", draw)))
    assert len(table.rows) == len(NAMES)


def test_a_raised_ending_stays_in_its_line(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        write_lines(canvas, ["It is due on the 10"])
        x = 72 + canvas.stringWidth("It is due on the 10", "Helvetica", 11)
        write_lines(canvas, ["th"], top=95, left=x, size=7)
        write_lines(canvas, [" of each month."], left=x + 7)

    assert shown(read(a_pdf(tmp_path / "a.pdf", draw))) == ["¶ It is due on the 10th of each month."]


def test_accents_set_over_their_letters_are_part_of_them(tmp_path: Path) -> None:
    path = raw_pdf(tmp_path / "a.pdf", [said("Grobe S") + said("ackinger", left=112.5) + said("\xa8", left=113.5)])
    assert shown(read(path)) == ["¶ Grobe Säckinger"]


def test_drawings_are_no_tables(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        write_lines(canvas, ["The plan of the hall"], top=90)
        for at in range(12):
            canvas.rect(80 + 30 * at, 842 - 400 + 17 * at, 25, 25)
            canvas.line(80, 842 - 130 - 20 * at, 480, 842 - 130 - 20 * at)
            canvas.line(80 + 33 * at, 842 - 130, 80 + 33 * at, 842 - 350)
        write_lines(canvas, ["Exit"], top=200, left=120)
        write_lines(canvas, ["Press"], top=300, left=350)

    assert tables(read(a_pdf(tmp_path / "a.pdf", draw))) == []


def test_boxes_are_given_on_the_page_as_it_is_displayed(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "a.pdf", lambda canvas: write_lines(canvas, ["Press"], top=100, left=72))
    boxes = {}
    for turn in (0, 90, 180, 270):
        writer = pypdf.PdfWriter(clone_from=str(path))
        writer.pages[0].rotate(turn)
        writer.write(str(tmp_path / "b.pdf"))
        box = read(tmp_path / "b.pdf").blocks[0].anchor.bbox
        assert box is not None
        boxes[turn] = (round((box[0] + box[2]) / 20), round((box[1] + box[3]) / 20))
    assert boxes == {0: (9, 10), 90: (75, 9), 180: (51, 75), 270: (10, 51)}


def test_text_along_the_margin_is_kept_apart(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        write_lines(canvas, PROSE)
        canvas.saveState()
        canvas.translate(20, 200)
        canvas.rotate(90)
        canvas.drawString(0, 0, "Form 27, third edition")
        canvas.restoreState()

    assert shown(read(a_pdf(tmp_path / "a.pdf", draw))) == [
        f"¶ {' '.join(PROSE)}", "furniture Form 27, third edition",
    ]


def test_an_outline_of_many_entries_says_what_is_no_heading(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        top = 80.0
        for name in NAMES:
            canvas.bookmarkPage(name)
            canvas.addOutlineEntry(f"{name} at work", name, level=0)
            top = write_lines(canvas, [f"{name} at work"], top=top + 4, size=14, leading=18)
            top = write_lines(canvas, ["Mind the belt"], top=top, font="Helvetica-Bold")
            top = write_lines(canvas, [f"{name} says something of his own here."], top=top)

    made = read(a_pdf(tmp_path / "a.pdf", draw))
    assert [block.text for block in made.blocks if block.kind is BlockKind.HEADING] == [
        f"{name} at work" for name in NAMES
    ]


def test_a_footnote_whose_number_is_the_page_s_is_no_page_number(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        number = canvas.getPageNumber()
        write_lines(canvas, [f"{NAMES[number]} says: {line}" for line in PROSE], top=400)
        if number == 1:
            write_lines(canvas, ["1 Measured on all presses of the hall."], top=780, size=8)
        write_lines(canvas, [str(number)], top=815, left=300, size=8)

    made = read(a_pdf(tmp_path / "a.pdf", draw, pages=4))
    assert [block.text for block in made.blocks if block.kind is BlockKind.NOTE] == [
        "Measured on all presses of the hall.",
    ]


def test_a_title_in_two_faces_is_one_heading(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        write_lines(canvas, ["LockParser:"], size=16, top=80)
        write_lines(canvas, ["A Guide to Safe Presses"], size=16, top=80, left=165, font="Helvetica-Bold")
        write_lines(canvas, ["And All That Belongs to Them"], size=16, top=100, font="Helvetica-Bold")
        write_lines(canvas, PROSE, top=150)

    assert shown(read(a_pdf(tmp_path / "a.pdf", draw)))[0] == (
        "h1 LockParser: A Guide to Safe Presses And All That Belongs to Them"
    )


def test_points_between_words_are_no_bullets(tmp_path: Path) -> None:
    lines = ["Keywords: lock-out · guards · hydraulic presses · drain valves · energy · tags", "· locks · keys · lamps"]
    made = read(a_pdf(tmp_path / "a.pdf", lambda canvas: write_lines(canvas, lines)))
    assert shown(made) == [f"¶ {' '.join(lines)}"]
