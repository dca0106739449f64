from __future__ import annotations

import array
import base64

import pytest

from pipeline.ingest.page_pictures import DrawnPage
from pipeline.review.quote_places import Box, PageLetters


def a_page(*lines: str, at: tuple[float, ...] = ()) -> PageLetters:
    """A page with a letter every hundredth of its width and a line every tenth of its height; `at` moves lines right."""
    letters, places = [], array.array("f")
    for row, line in enumerate(lines):
        left = at[row] if at else 0.0
        for column, letter in enumerate(line):
            x0, y0 = left + column / 100, row / 10
            letters.append(letter)
            places.extend((x0, y0, x0 + 0.01, y0 + 0.05))
        letters.append("\n")
        places.extend((0.0, 0.0, 0.0, 0.0))
    return PageLetters(
        DrawnPage(
            number=1, width=595, height=842, picture="", letters="".join(letters),
            places=base64.b64encode(places.tobytes()).decode(),
        )
    )


def rounded(boxes: tuple[Box, ...]) -> list[tuple[float, ...]]:
    return [tuple(round(one, 3) for one in box) for box in boxes]


def test_a_quote_on_one_line_is_one_box() -> None:
    assert rounded(a_page("Close the guard now").places_of("the guard")) == [(0.06, 0.0, 0.15, 0.05)]


def test_a_quote_over_a_line_end_is_a_box_a_line() -> None:
    boxes = rounded(a_page("Close the", "guard now").places_of("the guard"))
    assert boxes == [(0.06, 0.0, 0.09, 0.05), (0.0, 0.1, 0.05, 0.15)]


@pytest.mark.parametrize("hyphen", ["-", "\u00ad", "\ufffe", "\x02"])
def test_a_word_that_the_line_end_divides_is_found_whole(hyphen: str) -> None:
    assert len(a_page(f"Press the emer{hyphen}", "gency stop").places_of("the emergency stop")) == 2


def test_ligatures_and_capitals_make_no_difference() -> None:
    assert a_page("The \ufb01nal o\ufb03ce").places_of("the final OFFICE")


def test_words_that_are_not_there_have_no_box() -> None:
    assert a_page("Close the guard").places_of("Open the guard") == ()
    assert a_page("Close the guard").places_of(" - ") == ()


def test_of_two_places_the_one_in_the_quotes_block_counts() -> None:
    page = a_page("Stop the belt", "Stop the belt")
    assert rounded(page.places_of("Stop the belt", near=(0.0, 0.09, 1.0, 0.2)))[0][1] == 0.1
    assert rounded(page.places_of("Stop the belt"))[0][1] == 0.0


def test_a_tables_cells_are_found_in_whatever_order_they_stand() -> None:
    page = a_page("Sensor A-17 fails", "Replace the fuse first")
    assert len(page.places_of("Replace the fuse first | Sensor A-17 fails")) == 2
    assert page.places_of("Replace the fuse first | Sensor B-99 fails") == ()


def test_two_columns_make_two_boxes() -> None:
    page = a_page("left side", "right side", at=(0.0, 0.6))
    assert len(page.places_of("left side right side")) == 2


def test_a_minus_sign_is_no_reason_to_miss_a_number() -> None:
    assert a_page("below 5 % or 0.5 bar").places_of("5 % or 0.5 bar")
    assert a_page("below 5 % or 0.5 bar").places_of("5 % or 05 bar") == ()


def test_arabic_letters_are_found() -> None:
    assert a_page("أغلق الحارس الآن").places_of("الحارس")
