"""The head of a document is no statement about its subject."""

from __future__ import annotations

import pytest

from pipeline.domain import Block
from pipeline.engines.embedded.front_matter import front_matter, is_control
from pipeline.engines.embedded.sections import sections_of
from tests.engines.embedded.drafting import blocks_of

TEXT = "This procedure protects everyone who cleans the press from an unexpected start."


def told(text: str) -> list[str]:
    """The text of all sections, headings aside."""
    return [block.text for section in sections_of(blocks_of(text)) for block in section.blocks]


def test_a_title_and_a_subtitle_told_as_paragraphs_open_no_section() -> None:
    assert told(f"Lock out the press\n\nFor all three lines\n\n## Purpose\n\n{TEXT}\n") == [TEXT]


def test_lines_of_document_control_are_left_out_under_the_title_too() -> None:
    text = f"# Monthly service\n\nDocument MP-118, revision 4, 12 March 2026\n\nOwner: Maintenance\n\n## Purpose\n\n{TEXT}\n"
    assert told(text) == [TEXT]


def test_what_stands_under_a_heading_is_text_however_short() -> None:
    assert told(f"# Emergency numbers\n\nFire brigade 112\n\n## More\n\n{TEXT}\n") == ["Fire brigade 112", TEXT]


def test_a_sentence_is_no_title_and_lines_alone_are_no_head() -> None:
    assert told("Wear gloves when you open the press.\n\n## Steps\n\nPress stop.\n")[0].startswith("Wear gloves")
    assert len(told("Wear gloves\n\nShut the valve\n\nCall the lead\n")) == 3


@pytest.mark.parametrize(
    "line",
    [
        "Version 2.1 | Owner: Finance | Valid from 1 January 2026",
        "Document no. MP-118, revision 4, 12 March 2026",
        "Revision 7",
        "Approved by: A. Meier – Date: 03.02.2026",
        "Status: released · Page 1",
    ],
)
def test_a_line_of_labels_dates_and_numbers_controls_the_document(line: str) -> None:
    assert is_control(blocks_of(line)[0])


@pytest.mark.parametrize(
    "line",
    [
        "Issue 5 badges to the visitors",
        "The policy is valid from 1 January 2026.",
        "Date each entry and sign it",
        "Applies to stretch wrapper SW-4 in the dispatch hall. Owner: EHS department.",
        "Page the doctor on call, then wait",
    ],
)
def test_what_tells_or_asks_something_is_no_document_control(line: str) -> None:
    assert not is_control(blocks_of(line)[0])


def test_no_blocks_have_no_head() -> None:
    none: list[Block] = []
    assert front_matter(none) == frozenset()
