"""Scanned pages: always reported, read by Tesseract where it is installed, and known to be less sure."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pipeline.errors import NoTextError
from pipeline.ingest import programs, read_document, recognise
from pipeline.ingest.contained import read_contained
from tests.ingest.specimens import a_pdf, write_lines
from tests.needs import require

TEXT = ("Isolate the energy source before", "you open the guard of the machine.", "Hang up your own tag and padlock.")


@pytest.fixture
def tesseract() -> Path:
    """Tesseract, which these tests cannot do without."""
    return require("tesseract")


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Tesseract."""
    monkeypatch.setattr(programs, "found", lambda *names: None)
    recognise._installed.cache_clear()
    monkeypatch.setattr(recognise, "_installed", frozenset)


def a_scan(path: Path, *, turn: int = 0, lines: tuple[str, ...] = TEXT, before: str | None = None) -> Path:
    """A PDF whose last page is a picture of the lines, turned so many degrees; before it a page of text."""
    from PIL import Image, ImageDraw, ImageFont
    from reportlab.lib.utils import ImageReader

    picture = Image.new("L", (1240, 1754), 255)
    font = ImageFont.load_default(size=44)
    for number, line in enumerate(lines):
        ImageDraw.Draw(picture).text((150, 300 + 70 * number), line, font=font, fill=0)
    buffer = io.BytesIO()
    picture.rotate(turn, expand=True, fillcolor=255).save(buffer, "PNG")
    size = (842, 595) if turn in (90, 270) else (595, 842)

    def draw(canvas: object) -> None:
        if before and canvas.getPageNumber() == 1:  # type: ignore[attr-defined]
            write_lines(canvas, [before])
            return
        canvas.setPageSize(size)  # type: ignore[attr-defined]
        canvas.drawImage(ImageReader(io.BytesIO(buffer.getvalue())), 0, 0, *size)  # type: ignore[attr-defined]

    return a_pdf(path, draw, pages=2 if before else 1)


@pytest.mark.usefixtures("tesseract")
def test_a_scanned_page_is_read_and_says_how_surely(tmp_path: Path) -> None:
    made = read_document(a_scan(tmp_path / "scan.pdf"))
    assert " ".join(block.text for block in made.blocks) == " ".join(TEXT)
    (block,) = made.blocks
    assert block.confidence is not None
    assert 0.8 < block.confidence <= 1
    assert block.anchor.page == 1
    assert block.anchor.bbox == pytest.approx((72, 147, 411, 236), abs=12)
    (warning,) = made.warnings
    assert (warning.code, warning.anchor.page if warning.anchor else None) == ("scanned_pages", 1)


@pytest.mark.usefixtures("tesseract")
def test_only_what_was_recognised_has_a_confidence(tmp_path: Path) -> None:
    made = read_document(a_scan(tmp_path / "both.pdf", before="This page was typed by a person."))
    assert [(block.anchor.page, block.confidence is None) for block in made.blocks] == [(1, True), (2, False)]
    assert "2" in made.warnings[0].message


@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize("turn", [90, 270])
def test_a_page_that_lay_sideways_on_the_scanner_is_read_upright(tmp_path: Path, turn: int) -> None:
    made = read_document(a_scan(tmp_path / "turned.pdf", turn=turn))
    assert " ".join(block.text for block in made.blocks) == " ".join(TEXT)
    box = made.blocks[0].anchor.bbox
    assert box is not None
    assert box[3] - box[1] > box[2] - box[0], "on the page as displayed the lines stand upright"


@pytest.mark.usefixtures("tesseract")
def test_a_scan_of_nothing_holds_no_text(tmp_path: Path) -> None:
    with pytest.raises(NoTextError, match="no text was recognised"):
        read_document(a_scan(tmp_path / "white.pdf", lines=()))


@pytest.mark.usefixtures("tesseract")
def test_scans_are_read_in_the_process_of_their_own_too(tmp_path: Path) -> None:
    path = a_scan(tmp_path / "scan.pdf")
    assert read_contained(path) == read_document(path)


@pytest.mark.usefixtures("no_tesseract")
def test_without_tesseract_a_scan_is_refused_with_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(NoTextError, match="all 1 pages are pictures") as caught:
        read_document(a_scan(tmp_path / "scan.pdf"))
    assert "install Tesseract" in caught.value.mend


@pytest.mark.usefixtures("no_tesseract")
def test_without_tesseract_scanned_pages_among_others_are_named(tmp_path: Path) -> None:
    made = read_document(a_scan(tmp_path / "both.pdf", before="This page was typed by a person."))
    assert [block.anchor.page for block in made.blocks] == [1]
    assert [(warning.code, "install Tesseract" in warning.message) for warning in made.warnings] == [
        ("scanned_pages", True)
    ]


@pytest.mark.usefixtures("tesseract")
def test_a_page_tesseract_fails_on_is_named_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> bytes:
        raise TimeoutError

    recognise.can_recognise()
    monkeypatch.setattr(programs, "run", fails)
    made = read_document(a_scan(tmp_path / "both.pdf", before="This page was typed by a person."))
    assert [block.anchor.page for block in made.blocks] == [1]
    assert "nothing was recognised on: 2" in made.warnings[0].message


def test_languages_are_those_installed_of_those_that_may_stand_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognise, "_installed", lambda: frozenset({"eng", "deu", "fra", "ita", "osd"}))
    assert recognise._wanted(["de-AT"]) == "deu"
    assert recognise._wanted(["xx"]) == "eng+deu+fra"
