from __future__ import annotations

from pipeline.domain import Evidence
from pipeline.review.views import EvidenceContext
from pipeline.ui.passages import drawn, marked, passages

TEXT = "If any reading is above zero, close the guard and call the shift lead."


def a_context(quote: str, *, text: str = TEXT, is_found: bool = True) -> EvidenceContext:
    start = max(0, text.find(quote))
    return EvidenceContext(
        evidence=Evidence(source="s-1", block="b-1", quote=quote, start=start, end=start + len(quote)),
        source_title="Lock out <the> sealer",
        place="page 3",
        block_kind="paragraph",
        before=text[:start] if is_found else "",
        quote=quote,
        after=text[start + len(quote) :] if is_found else "",
        previous_block="Block before & its end",
        next_block="Block after",
        is_found=is_found,
    )


def test_the_quote_is_marked_where_it_stands() -> None:
    (passage,) = passages([a_context("close the guard")], [])
    assert "above zero, <mark>close the guard</mark> and call" in drawn(passage)


def test_place_title_and_neighbours_are_shown_escaped() -> None:
    (passage,) = passages([a_context("close the guard")], [])
    shown = drawn(passage)
    assert "Lock out &lt;the&gt; sealer" in shown
    assert "page 3" in shown
    assert "Block before &amp; its end" in shown
    assert "Block after" in shown


def test_two_quotes_of_one_block_are_marked_in_one_passage() -> None:
    (passage,) = passages([a_context("If any reading"), a_context("shift lead")], [])
    shown = drawn(passage)
    assert "<mark>If any reading</mark>" in shown
    assert "<mark>shift lead</mark>" in shown


def test_a_quote_that_is_not_there_is_said_to_be_missing() -> None:
    (passage,) = passages([a_context("open the guard", is_found=False)], [])
    shown = drawn(passage)
    assert "NOT FOUND" in shown
    assert "open the guard" in shown
    assert "<mark>" not in shown


def test_a_passage_says_which_options_it_backs() -> None:
    one, two = a_context("close the guard"), a_context("shift lead")
    (passage,) = passages([one, two], [("Option 2", one.evidence), ("Option 3", two.evidence)])
    assert "Backs option 2, option 3" in drawn(passage)


def test_quotes_that_overlap_lose_no_character() -> None:
    assert marked("abcdef", [(1, 4), (2, 5), (2, 3)]) == "a<mark>bcd</mark><mark>e</mark>f"


def test_a_quote_with_markup_is_text() -> None:
    assert marked("<b>x</b>", [(0, 3)]) == "<mark>&lt;b&gt;</mark>x&lt;/b&gt;"
