from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pypdf
import pytest

from pipeline.domain import BlockKind, Document
from pipeline.errors import EncryptedError, NoTextError, UnreadableError
from pipeline.ingest import read_document
from tests.ingest.raw_pdf import raw_pdf, said
from tests.ingest.specimens import a_pdf, shown, write_lines

PROSE = [
    "Before anyone opens the guard, the machine has to be stopped and locked, and the",
    "hydraulic accumulator has to be relieved of its pressure, which takes about forty",
    "seconds with the drain valve fully open.",
]
WHOLE = " ".join(PROSE)


def read(path: Path) -> Document:
    return read_document(path)


def text_of(made: Document) -> list[str]:
    return [line for line in shown(made) if not line.startswith("furniture")]


def three_pages(folder: Path) -> Path:
    def draw(canvas: Any) -> None:
        write_lines(canvas, [f"Text {canvas.getPageNumber()} is here."])

    return a_pdf(folder / "three.pdf", draw, pages=3)


def test_lines_become_whole_paragraphs(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        top = write_lines(canvas, PROSE)
        write_lines(canvas, PROSE, top=top + 8)

    made = read(a_pdf(tmp_path / "a.pdf", draw))
    assert shown(made) == [f"¶ {WHOLE}", f"¶ {WHOLE}"]
    assert made.source.pages == 1
    box = made.blocks[0].anchor.bbox
    assert made.blocks[0].anchor.page == 1
    assert box is not None
    assert (box[0], 88 < box[1] < 100, 120 < box[3] < 135) == (72.0, True, True)


def test_an_indented_first_line_begins_a_paragraph(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        top = 100.0
        for _ in range(3):
            top = write_lines(canvas, PROSE[:1], top=top, left=88)
            top = write_lines(canvas, PROSE[1:], top=top)

    assert shown(read(a_pdf(tmp_path / "a.pdf", draw))) == [f"¶ {WHOLE}"] * 3


def test_words_broken_over_lines_are_made_whole(tmp_path: Path) -> None:
    lines = ["Before anyone opens the guard the machine has to be stopped, locked and isola-", "ted from all energy, "
             "also from the follow-up press that shares its compressed air, and the follow-", "up press is tagged."]
    made = read(a_pdf(tmp_path / "a.pdf", lambda canvas: write_lines(canvas, lines)))
    assert "isolated from all energy" in made.blocks[0].text
    assert "the follow-up press is tagged" in made.blocks[0].text


def test_headings_are_told_by_size_weight_and_number(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        top = write_lines(canvas, ["Lock out the press"], size=20, leading=30, font="Helvetica-Bold")
        for head, size in (("1. Purpose", 14), ("1.1 Scope", 11), ("2. Energy", 14)):
            top = write_lines(canvas, [head], top=top + 8, size=size, leading=20, font="Helvetica-Bold")
            top = write_lines(canvas, PROSE, top=top)

    assert shown(read(a_pdf(tmp_path / "a.pdf", draw))) == [
        "h1 Lock out the press", "h2 1. Purpose", f"¶ {WHOLE}", "h3 1.1 Scope", f"¶ {WHOLE}", "h2 2. Energy",
        f"¶ {WHOLE}",
    ]


def test_an_outline_names_headings_that_look_like_text(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        top = 100.0
        for number, head in enumerate(("Purpose", "Scope", "Energy")):
            canvas.bookmarkPage(head)
            canvas.addOutlineEntry(head, head, level=min(number, 1))
            top = write_lines(canvas, [head], top=top + 8, leading=24)
            top = write_lines(canvas, PROSE, top=top)

    assert [line for line in shown(read(a_pdf(tmp_path / "a.pdf", draw))) if line.startswith("h")] == [
        "h1 Purpose", "h2 Scope", "h2 Energy",
    ]


def test_lists_hang_and_nest(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        top = write_lines(canvas, ["Do this, in this order:"])
        for marker, left, lines in (
            ("1.", 72, ["Press the red STOP button on the panel of the operator and wait until the", "belts stand."]),
            ("2.", 72, ["Choose the lock:"]), ("•", 100, ["red for fitters"]), ("•", 100, ["blue for cleaners"]),
            ("3.", 72, ["Attach it."]),
        ):
            write_lines(canvas, [marker], top=top, left=left)
            top = write_lines(canvas, lines, top=top, left=left + 18)

    assert shown(read(a_pdf(tmp_path / "a.pdf", draw))) == [
        "¶ Do this, in this order:",
        "1. Press the red STOP button on the panel of the operator and wait until the belts stand.",
        "2. Choose the lock:", "  • red for fitters", "  • blue for cleaners", "3. Attach it.",
    ]


def test_running_heads_and_page_numbers_are_furniture(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        number = canvas.getPageNumber()
        write_lines(canvas, [f"Safety manual, chapter {number}"], top=40, size=8)
        write_lines(canvas, [f"This is page {number} and it says something of its own.", "It ends here."], top=120)
        write_lines(canvas, [f"- {number} -"], top=810, left=290, size=8)

    made = read(a_pdf(tmp_path / "a.pdf", draw, pages=4))
    assert len(text_of(made)) == 4
    assert sum(block.kind is BlockKind.FURNITURE for block in made.blocks) == 8
    assert [block.anchor.page for block in made.blocks if block.kind is BlockKind.PARAGRAPH] == [1, 2, 3, 4]


def test_a_paragraph_cut_by_a_page_break_is_one(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        if canvas.getPageNumber() == 1:
            write_lines(canvas, PROSE[:2], top=740)
        else:
            write_lines(canvas, PROSE[2:], top=80)
        write_lines(canvas, [str(canvas.getPageNumber())], top=815, left=300, size=9)

    made = read(a_pdf(tmp_path / "a.pdf", draw, pages=2))
    (block,) = [block for block in made.blocks if block.kind is BlockKind.PARAGRAPH]
    assert block.text == WHOLE
    assert (block.anchor.page, block.anchor.pages) == (1, (1, 2))


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    def column(name: str) -> list[str]:
        return [f"{name} line {number} has words enough to fill" for number in range(12)]

    def draw(canvas: Any) -> None:
        write_lines(canvas, ["A title over both of the columns of the page"], size=18, top=70)
        write_lines(canvas, column("Left"), top=110, left=60, size=10)
        write_lines(canvas, column("Right"), top=110, left=320, size=10)

    text = " ".join(block.text for block in read(a_pdf(tmp_path / "a.pdf", draw)).blocks)
    assert text.index("Left line 11") < text.index("Right line 0")
    assert text.index("A title") < text.index("Left line 0")


def test_a_few_lines_in_two_columns_are_no_table(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        top = write_lines(canvas, PROSE) + 10
        for left, letter in ((72, "a"), (330, "b")):
            lines = [f"{letter}nd line {number} of the text fills its column" for number in range(5)]
            write_lines(canvas, lines, top=top, left=left)

    made = read(a_pdf(tmp_path / "a.pdf", draw))
    assert BlockKind.TABLE not in {block.kind for block in made.blocks}
    text = " ".join(block.text for block in made.blocks)
    assert text.index("and line 4") < text.index("bnd line 0")


def test_a_ruled_table_keeps_its_cells(tmp_path: Path) -> None:
    rows = (("Source", "Level", "Where"), ("Air", "6 bar", "valve V-2"), ("Power", "400 V", "switch Q1"))

    def draw(canvas: Any) -> None:
        write_lines(canvas, ["Make each source safe:"], top=90)
        canvas.grid([72, 172, 272, 402], [842 - y for y in (110, 130, 150, 170)])
        for y, cells in enumerate(rows):
            for x, text in enumerate(cells):
                write_lines(canvas, [text], top=124 + 20 * y, left=76 + 100 * x)
        write_lines(canvas, PROSE, top=200)

    made = read(a_pdf(tmp_path / "a.pdf", draw))
    assert [block.kind.value for block in made.blocks] == ["paragraph", "table", "paragraph"]
    assert made.blocks[1].rows == rows
    assert made.blocks[1].text == "Source | Level | Where\nAir | 6 bar | valve V-2\nPower | 400 V | switch Q1"


def test_cells_that_no_line_parts_are_one(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        for y in (110, 130, 150):
            canvas.line(72, 842 - y, 272, 842 - y)
        for x in (72, 272):
            canvas.line(x, 842 - 110, x, 842 - 150)
        canvas.line(172, 842 - 130, 172, 842 - 150)
        write_lines(canvas, ["Limits"], top=124, left=76)
        write_lines(canvas, ["CO"], top=144, left=76)
        write_lines(canvas, ["30 ppm"], top=144, left=176)

    assert read(a_pdf(tmp_path / "a.pdf", draw)).blocks[0].rows == (("Limits", "Limits"), ("CO", "30 ppm"))


def test_columns_that_only_gaps_part_are_a_table(tmp_path: Path) -> None:
    rows = (
        ("Class", "Weight", "Label"), ("Small", "2 kg", "white"), ("Medium", "10 kg", "yellow"),
        ("Large", "31 kg", "blue"),
    )

    def draw(canvas: Any) -> None:
        for y, cells in enumerate(rows):
            for x, text in enumerate(cells):
                write_lines(canvas, [text], top=124 + 16 * y, left=76 + 120 * x)
        write_lines(canvas, PROSE, top=220)

    made = read(a_pdf(tmp_path / "a.pdf", draw))
    assert made.blocks[0].rows == rows
    assert made.blocks[1].text == WHOLE


def test_a_table_of_contents_is_furniture(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        top = write_lines(canvas, ["Contents"], size=16, leading=26, font="Helvetica-Bold")
        for number, head in enumerate(("Purpose of it", "Scope of it", "Energy in it"), 2):
            write_lines(canvas, [head], top=top)
            top = write_lines(canvas, [str(number)], top=top, left=480)
        write_lines(canvas, PROSE, top=top + 30)

    assert text_of(read(a_pdf(tmp_path / "a.pdf", draw))) == [f"¶ {WHOLE}"]


def test_footnotes_are_notes_and_their_marks_no_text(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        top = write_lines(canvas, PROSE)
        canvas.setFont("Helvetica", 7)
        canvas.drawString(72 + canvas.stringWidth(PROSE[2], "Helvetica", 11), 842 - top + 14 + 4, "1")
        write_lines(canvas, PROSE, top=top + 8)
        canvas.setFont("Helvetica", 5.5)
        canvas.drawString(72, 842 - 760 + 3, "1")
        write_lines(canvas, ["Measured in 2025 on all presses."], top=760, left=77, size=8)

    made = read(a_pdf(tmp_path / "a.pdf", draw))
    assert shown(made) == [f"¶ {WHOLE}", f"¶ {WHOLE}", "note Measured in 2025 on all presses."]
    assert made.blocks[-1].marker == "1"


def test_page_labels_are_kept(tmp_path: Path) -> None:
    path = three_pages(tmp_path)
    writer = pypdf.PdfWriter(clone_from=str(path))
    writer.set_page_label(0, 1, style="/r")
    writer.set_page_label(2, 2, style="/D")
    writer.write(str(path))
    assert [block.anchor.page_label for block in read(path).blocks] == ["i", "ii", "1"]


def test_a_landscape_page_is_read_as_it_is_shown(tmp_path: Path) -> None:
    def sideways(canvas: Any) -> None:
        canvas.rotate(90)
        canvas.translate(0, -842)
        write_lines(canvas, PROSE)

    path = a_pdf(tmp_path / "a.pdf", sideways)
    assert shown(read(path)) == [f"¶ {WHOLE}"]
    upright = a_pdf(tmp_path / "b.pdf", lambda canvas: write_lines(canvas, PROSE))
    writer = pypdf.PdfWriter(clone_from=str(upright))
    writer.pages[0].rotate(180)
    writer.write(str(upright))
    assert "Before" in " ".join(shown(read(upright)))


def test_pages_without_text_are_reported(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        if canvas.getPageNumber() == 2:
            write_lines(canvas, PROSE)
        else:
            canvas.drawInlineImage(_picture(), 50, 50, 400, 600)

    made = read(a_pdf(tmp_path / "a.pdf", draw, pages=4))
    (warning,) = made.warnings
    assert warning.code == "scanned_pages"
    assert "1, 3-4" in warning.message
    assert made.source.pages == 4


def _picture() -> Any:
    from PIL import Image

    return Image.new("L", (20, 30), 128)


def test_a_scan_without_any_text_is_an_error(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "scan.pdf", lambda canvas: canvas.drawInlineImage(_picture(), 0, 0, 500, 800), pages=2)
    with pytest.raises(NoTextError, match="no text"):
        read(path)


def test_one_damaged_page_does_not_lose_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.ingest import pdf_pages

    whole = pdf_pages.page_content

    def failing(pdf: Any, number: int, fonts: Any, **options: Any) -> Any:
        if number == 2:
            raise ValueError("bad stream")
        return whole(pdf, number, fonts, **options)

    monkeypatch.setattr(pdf_pages, "page_content", failing)
    made = read(three_pages(tmp_path))
    assert [block.anchor.page for block in made.blocks] == [1, 3]
    assert [(warning.code, "2" in warning.message) for warning in made.warnings] == [("unreadable_page", True)]


def test_a_page_that_is_no_page_is_reported(tmp_path: Path) -> None:
    path = raw_pdf(tmp_path / "a.pdf", [said("The first."), said("The second.")])
    path.write_bytes(path.read_bytes().replace(b"/Kids [100 0 R 102 0 R]", b"/Kids [100 0 R 999 0 R]"))
    made = read(path)
    assert [block.text for block in made.blocks] == ["The first."]
    assert [warning.code for warning in made.warnings] == ["unreadable_page"]


def test_a_page_tree_that_holds_itself_is_read_once_or_refused(tmp_path: Path) -> None:
    path = raw_pdf(tmp_path / "a.pdf", [said("The first."), said("The second.")])
    path.write_bytes(path.read_bytes().replace(b"/Kids [100 0 R 102 0 R]", b"/Kids [100 0 R 002 0 R]"))
    assert [block.text for block in read(path).blocks] == ["The first."]


def test_a_file_whose_table_of_objects_is_wrong_is_read(tmp_path: Path) -> None:
    path = raw_pdf(tmp_path / "a.pdf", [said("Press the red button.")])
    path.write_bytes(path.read_bytes().replace(b"startxref\n", b"startxref\n9"))
    assert [block.text for block in read(path).blocks] == ["Press the red button."]


def test_a_file_that_was_cut_off_is_an_error(tmp_path: Path) -> None:
    path = three_pages(tmp_path)
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(UnreadableError, match="damaged or cut off"):
        read(path)


def test_a_password_is_asked_for_and_an_owner_s_lock_is_none(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "a.pdf", lambda canvas: write_lines(canvas, PROSE))
    for user, name in (("secret", "locked.pdf"), ("", "owned.pdf")):
        writer = pypdf.PdfWriter(clone_from=str(path))
        writer.encrypt(user, "owner", algorithm="AES-256")
        writer.write(str(tmp_path / name))
    with pytest.raises(EncryptedError, match="password"):
        read(tmp_path / "locked.pdf")
    assert shown(read(tmp_path / "owned.pdf")) == [f"¶ {WHOLE}"]


def test_form_objects_are_read_in_their_place(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        canvas.beginForm("stamp")
        write_lines(canvas, ["Approved for use in all halls."])
        canvas.endForm()
        canvas.translate(0, -50)
        canvas.doForm("stamp")

    made = read(a_pdf(tmp_path / "a.pdf", draw))
    assert shown(made) == ["¶ Approved for use in all halls."]
    assert made.blocks[0].anchor.bbox is not None
    assert 135 < made.blocks[0].anchor.bbox[1] < 150


def test_twenty_pages_take_less_than_three_seconds(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        top = 80.0
        for _ in range(12):
            page = "abcdefghijklmnopqrst"[canvas.getPageNumber() - 1] * 3
            top = write_lines(canvas, [line.replace(" the ", f" {page} ", 1) for line in PROSE], top=top) + 10

    path = a_pdf(tmp_path / "long.pdf", draw, pages=20)
    started = time.process_time()
    made = read(path)
    assert time.process_time() - started < 3
    assert len(made.blocks) == 240
