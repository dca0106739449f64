from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import Document
from pipeline.ingest import read_document
from tests.ingest.raw_pdf import HEBREW, raw_pdf, said
from tests.ingest.specimens import a_pdf, shown, write_lines

TEXT = said("Press the red button.")


def hidden(made: Document) -> list[str]:
    return [block.text for block in made.blocks if block.hidden]


@pytest.mark.parametrize(
    "drawing",
    [
        "1 g " + said("Secret words", top=300) + "0 g ",
        said("Secret words", top=300, more="3 Tr"),
        said("Secret words", top=300, left=700),
        "0.5 g " + said("Secret words", top=-100) + "0 g ",
    ],
    ids=["white on white", "invisible", "beside the page", "above the page"],
)
def test_what_nobody_sees_is_marked_as_hidden(tmp_path: Path, drawing: str) -> None:
    made = read_document(raw_pdf(tmp_path / "a.pdf", [TEXT + "0 Tr " + drawing]))
    assert hidden(made) == ["Secret words"]
    assert [block.text for block in made.blocks if not block.hidden] == ["Press the red button."]


def test_white_words_on_a_dark_ground_are_text(tmp_path: Path) -> None:
    path = raw_pdf(tmp_path / "a.pdf", ["0 0 0.4 rg 60 520 300 40 re f 1 g " + said("Read me", top=300)])
    assert hidden(read_document(path)) == []


def test_the_words_that_text_recognition_laid_over_a_scan_are_its_text(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        canvas.drawInlineImage(_picture(), 0, 0, 595, 842)
        text = canvas.beginText(72, 700)
        text.setFont("Helvetica", 11)
        text.setTextRenderMode(3)
        text.textLine("Before anyone opens the guard, the machine has to be stopped.")
        canvas.drawText(text)

    made = read_document(a_pdf(tmp_path / "a.pdf", draw))
    assert shown(made) == ["¶ Before anyone opens the guard, the machine has to be stopped."]
    assert not made.blocks[0].hidden
    assert made.warnings == ()


def test_a_line_may_run_off_the_page(tmp_path: Path) -> None:
    long = "Press the red button on the panel of the operator and wait until all of the belts stand still and the lamp is dark"
    made = read_document(raw_pdf(tmp_path / "a.pdf", [said(long)]))
    assert shown(made) == [f"¶ {long}"]
    assert hidden(made) == []


def test_places_beyond_any_page_cost_no_time(tmp_path: Path) -> None:
    far = "BT /F 11 Tf 1 0 0 1 72 500 Tm (Far) Tj 1 0 0 1 999999999 500 Tm (away) Tj ET 0 0 m 999999999 0 l S\n"
    made = read_document(raw_pdf(tmp_path / "a.pdf", [TEXT + far + said("Huge", size=99999999, top=200)]))
    assert [block.text for block in made.blocks if not block.hidden] == ["Press the red button.", "Far"]


def test_text_on_a_layer_that_is_off_is_hidden(tmp_path: Path) -> None:
    made = read_document(
        raw_pdf(
            tmp_path / "a.pdf", [TEXT + "/OC /Layer BDC\n" + said("Notes of the printer", top=300) + "EMC\n"],
            catalog="/OCProperties << /OCGs [60 0 R] /D << /OFF [60 0 R] >> >>",
            objects={60: "<< /Type /OCG /Name (Printer) >>"},
        )
    )
    assert hidden(made) == ["Notes of the printer"]


def test_a_page_with_a_stamp_on_its_picture_is_still_a_scan(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        if canvas.getPageNumber() == 2:
            canvas.drawInlineImage(_picture(), 0, 0, 595, 842)
            write_lines(canvas, ["Scanned 2024-05-01, page 2"], top=20, size=8)
        else:
            write_lines(canvas, ["Press the red button on the panel of the operator."])

    (warning,) = read_document(a_pdf(tmp_path / "a.pdf", draw, pages=2)).warnings
    assert (warning.code, "scanned: 2;" in warning.message) == ("scanned_pages", True)


def test_letters_that_a_font_does_not_name_are_reported(tmp_path: Path) -> None:
    nameless = "BT /U 11 Tf 1 0 0 1 72 500 Tm <" + "00310032003300340035003600370038" + "> Tj ET\n"
    made = read_document(raw_pdf(tmp_path / "a.pdf", [TEXT + nameless]))
    assert [warning.code for warning in made.warnings] == ["unreadable_text"]


def test_hebrew_is_read_from_right_to_left(tmp_path: Path) -> None:
    # Drawn as it looks: the first letter of the line stands rightmost.
    first, second = HEBREW[:5], HEBREW[5:9]
    line = "edcba", "ihgf"
    made = read_document(
        raw_pdf(tmp_path / "a.pdf", [said(f"{line[1]} {line[0]}", font="H", left=400) + said("kj", top=114, left=440, font="H")])
    )
    assert made.blocks[0].text.startswith(f"{first} {second}")


def _picture() -> Any:
    from PIL import Image

    return Image.new("L", (20, 30), 128)
