"""What a PDF holds besides running text: figures, form fields, comments, attachments."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdf
from pypdf.annotations import FreeText, Text

from pipeline.domain import BlockKind, Document
from pipeline.ingest import read_document
from pipeline.ingest.pdf_native import NativePdf
from tests.ingest.raw_pdf import raw_pdf, said
from tests.ingest.specimens import a_pdf, shown, write_lines

LINE = "Press the red button on the panel of the operator."


def figures(made: Document) -> list[Any]:
    return [block for block in made.blocks if block.kind is BlockKind.FIGURE]


def _photo(*, ending: str = "PNG") -> Any:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    file = io.BytesIO()
    Image.radial_gradient("L").resize((80, 60)).convert("RGB").save(file, ending)
    file.seek(0)
    return ImageReader(file)


def test_a_figure_is_taken_out_and_stands_before_its_caption(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        write_lines(canvas, [LINE])
        canvas.drawImage(_photo(), 72, 500, 240, 180)
        write_lines(canvas, ["Figure 1: The panel of the operator"], top=360, size=9)
        write_lines(canvas, [LINE], top=400)

    made = read_document(a_pdf(tmp_path / "a.pdf", draw), figures=tmp_path)
    assert [block.kind.value for block in made.blocks] == ["paragraph", "figure", "caption", "paragraph"]
    (figure,) = figures(made)
    assert figure.anchor.bbox == (72, 162, 312, 342)
    assert (tmp_path / Path(figure.file).name).read_bytes().startswith(b"\x89PNG")


def test_a_photograph_keeps_its_own_file(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        write_lines(canvas, [LINE])
        canvas.drawImage(_photo(ending="JPEG"), 72, 500, 240, 180)

    made = read_document(a_pdf(tmp_path / "a.pdf", draw), figures=tmp_path)
    (figure,) = figures(made)
    assert figure.file.endswith((".jpg", ".png"))
    assert (tmp_path / Path(figure.file).name).exists()


def test_strips_of_one_picture_are_one_figure(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        write_lines(canvas, [LINE])
        for strip in range(3):
            canvas.drawImage(_photo(), 72, 600 - 60 * strip, 240, 60)

    (figure,) = figures(read_document(a_pdf(tmp_path / "a.pdf", draw)))
    assert figure.anchor.bbox == (72, 182, 312, 362)


def test_logos_ornaments_and_backgrounds_are_no_figures(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        number = canvas.getPageNumber()
        canvas.drawImage(_photo(), 400, 760, 120, 60)
        if number == 2:
            canvas.drawImage(_photo(), 72, 400, 20, 20)
        if number == 3:
            canvas.drawImage(_photo(), 0, 0, 595, 842)
        write_lines(canvas, [f"{LINE} This is what page {number} says.", "It says some more as well."] * 6)

    assert figures(read_document(a_pdf(tmp_path / "a.pdf", draw, pages=4))) == []


def test_filled_fields_are_text_beside_their_labels(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        write_lines(canvas, ["Name of the machine:"], top=112)
        canvas.acroForm.textfield(name="machine", value="Press 4", x=200, y=725, width=150, height=18, borderWidth=0)
        write_lines(canvas, ["Locked out"], top=162)
        canvas.acroForm.checkbox(name="locked", checked=True, x=200, y=675, size=14)

    text = " ".join(block.text for block in read_document(a_pdf(tmp_path / "a.pdf", draw)).blocks)
    assert "Name of the machine: Press 4" in text
    assert "Locked out ☒" in text


def test_comments_are_kept_apart_and_typed_notes_are_text(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "a.pdf", lambda canvas: write_lines(canvas, [LINE]))
    writer = pypdf.PdfWriter(clone_from=str(path))
    note = Text(rect=(300, 700, 320, 720), text="Is this still so?", title_bar="Ann")
    writer.add_annotation(0, note)
    writer.add_annotation(0, FreeText(rect=(72, 600, 300, 620), text="Since May: the green one"))
    writer.write(str(path))
    made = read_document(path)
    (comment,) = [block for block in made.blocks if block.kind is BlockKind.COMMENT]
    assert (comment.text, comment.anchor.page) == ("Is this still so?", 1)
    assert "¶ Since May: the green one" in shown(made)


def test_attached_files_are_read_too(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "a.pdf", lambda canvas: write_lines(canvas, [LINE]))
    writer = pypdf.PdfWriter(clone_from=str(path))
    writer.add_attachment("steps.txt", b"Turn the key of the main switch to the left.")
    writer.write(str(path))
    made = read_document(path)
    (inner,) = [block for block in made.blocks if block.anchor.inside]
    assert (inner.anchor.inside, inner.text) == ("steps.txt", "Turn the key of the main switch to the left.")


def test_a_page_can_be_had_as_a_picture(tmp_path: Path) -> None:
    path = raw_pdf(tmp_path / "a.pdf", [said("Press", size=80)], page="/Rotate 90")
    with NativePdf(path) as pdf:
        picture = pdf.picture(1, dpi=72)
    assert picture.size == (842, 595)
    assert picture.getextrema()[0] < 100
