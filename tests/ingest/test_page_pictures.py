from __future__ import annotations

import array
import base64
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.errors import EncryptedError, UnreadableError
from pipeline.ingest.contained import ParseLimits
from pipeline.ingest.page_pictures import DrawnPage, PageOrder, draw_contained, draw_pages
from tests.ingest.raw_pdf import raw_pdf, said
from tests.ingest.specimens import a_pdf, write_lines


def two_pages(folder: Path) -> Path:
    def draw(canvas: Any) -> None:
        write_lines(canvas, [f"Page {canvas.getPageNumber()}", "Close the guard"], top=100)

    return a_pdf(folder / "source.pdf", draw, pages=2)


def drawn(pdf: Path, *pages: int) -> tuple[DrawnPage, ...]:
    order = pdf.with_name("order.json")
    order.write_text(PageOrder(pdf=str(pdf), pages=pages).model_dump_json(), encoding="utf-8")
    return draw_pages(order).pages


def box(page: DrawnPage, letter: str) -> tuple[float, ...]:
    """Where the first such letter stands, rounded."""
    places = array.array("f")
    places.frombytes(base64.b64decode(page.places))
    at = 4 * page.letters.index(letter)
    return tuple(round(one, 2) for one in places[at : at + 4])


def test_a_page_is_a_picture_of_its_size_with_its_letters(tmp_path: Path) -> None:
    (page,) = drawn(two_pages(tmp_path), 2)
    picture = Image.open(io.BytesIO(base64.b64decode(page.picture)))
    assert (page.number, page.width, page.height) == (2, 595, 842)
    assert picture.format == "JPEG"
    assert picture.size == (833, 1179)
    assert page.letters.split() == ["Page", "2", "Close", "the", "guard"]
    assert len(base64.b64decode(page.places)) == 16 * len(page.letters)


def test_a_letters_place_is_a_share_of_the_page_from_its_top_left(tmp_path: Path) -> None:
    (page,) = drawn(two_pages(tmp_path), 1)
    x0, y0, x1, y1 = box(page, "P")
    assert x0 == round(72 / 595, 2)
    assert (y0, y1) == (round(92 / 842, 2), round(100 / 842, 2))
    assert x1 > x0


@pytest.mark.parametrize(("turn", "place"), [(90, (0.88, 0.12)), (180, (0.86, 0.88)), (270, (0.11, 0.86))])
def test_a_turned_page_has_its_letters_where_they_are_seen(
    tmp_path: Path, turn: int, place: tuple[float, float]
) -> None:
    (page,) = drawn(raw_pdf(tmp_path / "turned.pdf", [said("Place")], page=f"/Rotate {turn}"), 1)
    assert (page.width, page.height) == ((842, 595) if turn in (90, 270) else (595, 842))
    x0, y0, x1, y1 = box(page, "P")
    assert abs((x0 + x1) / 2 - place[0]) < 0.03
    assert abs((y0 + y1) / 2 - place[1]) < 0.03


def test_pages_that_the_file_does_not_have_are_left_out(tmp_path: Path) -> None:
    assert [page.number for page in drawn(two_pages(tmp_path), 0, 1, 3, 2)] == [1, 2]


def test_an_empty_page_is_drawn_without_letters(tmp_path: Path) -> None:
    (page,) = drawn(a_pdf(tmp_path / "empty.pdf", lambda canvas: None), 1)
    assert page.letters == page.places == ""
    assert page.picture


def test_pages_are_drawn_in_a_process_of_their_own(tmp_path: Path) -> None:
    content = two_pages(tmp_path).read_bytes()
    made = draw_contained(content, (1, 2), limits=ParseLimits())
    assert [page.number for page in made.pages] == [1, 2]


def test_what_is_no_pdf_or_locked_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="damaged or cut off"):
        draw_contained(b"%PDF-1.7 and no more", (1,), limits=ParseLimits())
    from reportlab.lib.pdfencrypt import StandardEncryption

    locked = a_pdf(tmp_path / "locked.pdf", lambda canvas: None, encrypt=StandardEncryption("secret"))
    with pytest.raises(EncryptedError):
        draw_contained(locked.read_bytes(), (1,), limits=ParseLimits())
