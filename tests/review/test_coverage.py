"""Source coverage page by page: nothing that a source says is lost from the picture."""

from __future__ import annotations

import pytest

from pipeline.domain import Anchor, Document, Omission, OmissionReason, Status
from pipeline.review.coverage import strips_of
from tests.builders import a_document, a_module


def placed(document: Document, anchors: list[Anchor]) -> Document:
    """The document with its blocks at those places."""
    blocks = tuple(
        block.model_copy(update={"anchor": anchor}) for block, anchor in zip(document.blocks, anchors, strict=True)
    )
    return document.model_copy(update={"blocks": blocks})


def names(document: Document) -> list[str]:
    """The names of the cells."""
    (strip,) = strips_of(a_module(document), {document.source.id: document})
    return [cell.name for cell in strip.cells]


def test_every_passage_is_taught_parked_left_out_or_unread() -> None:
    document = a_document()
    used = a_module(document).used_blocks()
    unused = [block for block in document.blocks[1:] if (document.source.id, block.id) not in used]
    omissions = tuple(
        Omission(source=document.source.id, block=block.id, reason=reason)
        for block, reason in zip(unused, (OmissionReason.DUPLICATE, OmissionReason.PARKED), strict=True)
    )
    (strip,) = strips_of(a_module(document, omissions=omissions), {document.source.id: document})
    total = strip.total
    assert (total.taught, total.parked, total.left_out, total.unread) == (4, 1, 1, 0)
    assert total.passages == sum(block.kind.value != "heading" for block in document.blocks)


def test_what_only_a_rejected_element_taught_is_unread() -> None:
    document = a_document()
    module = a_module(document)
    gone = module.model_copy(
        update={
            "objectives": tuple(one.changed(status=Status.REJECTED) for one in module.objectives),
            "lessons": (), "items": (), "resources": (),
        }
    )
    (strip,) = strips_of(gone, {document.source.id: document})
    assert (strip.total.taught, strip.total.unread) == (0, 6)


@pytest.mark.parametrize(
    ("anchors", "cells"),
    [
        ([Anchor(page=1)] * 3 + [Anchor(page=2, page_label="ii")] * 4, ["Page 1", "Page ii"]),
        ([Anchor(slide=1)] * 3 + [Anchor(slide=2)] * 4, ["Slide 1", "Slide 2"]),
        ([Anchor(sheet="Prices")] * 7, ["Sheet Prices"]),
        ([Anchor(start=0.0)] * 3 + [Anchor(start=312.0)] * 4, ["0–5 min", "5–10 min"]),
        ([Anchor()] * 1 + [Anchor(section=("Shutdown", "Steps"))] * 6, ["Beginning", "Shutdown › Steps"]),
        ([Anchor(inside="a.docx", page=1)] * 3 + [Anchor(inside="b.docx", page=1)] * 4,
         ["a.docx, Page 1", "b.docx, Page 1"]),
    ],
    ids=["pages", "slides", "sheets", "recording", "sections", "archive"],
)
def test_a_cell_is_what_the_format_has_for_a_page(anchors: list[Anchor], cells: list[str]) -> None:
    assert names(placed(a_document(), anchors)) == cells


def test_sections_below_the_title_are_told_apart() -> None:
    sections = [("Manual",), *(("Manual", name) for name in "AABCDE")]
    cells = names(placed(a_document(), [Anchor(section=one) for one in sections]))
    assert cells == ["Manual", "Manual › A", "Manual › B", "Manual › C", "Manual › D", "Manual › E"]


def test_a_page_with_nothing_to_teach_keeps_its_place() -> None:
    document = placed(a_document(), [Anchor(page=1)] + [Anchor(page=2)] * 6)
    (strip,) = strips_of(a_module(document), {document.source.id: document})
    assert strip.cells[0].passages == 0
    assert strip.cells[0].words == "Page 1: nothing to teach"
