"""The source beside an element of a PDF: the page as a picture, the evidence boxed, several pieces one after the other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.domain import Document, Evidence, Module
from pipeline.errors import SourceError
from pipeline.ingest import read_document
from pipeline.review import source_pages
from tests.builders import a_module, an_objective
from tests.ingest.specimens import a_pdf, write_lines
from tests.ui.desk import Desk, button, labels, press, seen

WORDS = ["Press the red STOP button.", "Turn disconnect DS-7 to OFF."]


def a_source(folder: Path) -> tuple[Document, bytes]:
    """A PDF of two pages, a sentence each."""

    def draw(canvas: Any) -> None:
        write_lines(canvas, [WORDS[canvas.getPageNumber() - 1]], top=100)

    path = a_pdf(folder / "source.pdf", draw, pages=2)
    return read_document(path), path.read_bytes()


def from_pdf(desk: Desk, folder: Path, *quotes: str) -> Module:
    """A module whose objective quotes the PDF."""
    document, content = a_source(folder)
    evidence = []
    for quote in quotes:
        block = next(one for one in document.blocks if quote in one.text or quote.startswith("Lost"))
        start = max(0, block.text.find(quote))
        evidence.append(
            Evidence(source=document.source.id, block=block.id, quote=quote, start=start, end=start + len(quote))
        )
    module = a_module()
    module = module.changed(
        sources=(document.source,), objectives=(an_objective().changed(evidence=tuple(evidence)),), items=(),
        resources=(), lessons=(),
    )
    desk.store.sources.add(document, content)
    return desk.save_alone(module)


def review(desk: Desk) -> AppTest:
    return desk.open("review", module="m-1", element="o-1")


def test_the_page_stands_beside_with_the_quote_boxed(desk: Desk, tmp_path: Path) -> None:
    from_pdf(desk, tmp_path, "red STOP button")
    shown = seen(review(desk))
    assert re.search(r'<img src="page/s-[0-9a-z]+/1/[0-9a-f]{64}" alt="Page 1 of ', shown)
    assert shown.count('class="s2m-box"') == 1
    assert "Page 1, the quote boxed." in shown
    assert 'class="s2m-page" data-element="o-1"' in shown
    assert "<mark>red STOP button</mark>" in shown, "the words stand above it"


def test_several_pieces_of_evidence_come_one_after_the_other(desk: Desk, tmp_path: Path) -> None:
    from_pdf(desk, tmp_path, "red STOP button", "disconnect DS-7")
    app = review(desk)
    assert "Evidence 1 of 2" in seen(app)
    assert button(app, "Next evidence").letter == "V"
    press(app, "Next evidence")
    assert "Evidence 2 of 2" in seen(app)
    assert "Page 2, the quote boxed." in seen(app)
    press(app, "1")
    assert "Page 1, the quote boxed." in seen(app)


def test_a_quote_that_is_not_there_is_said_and_no_page_pretends(desk: Desk, tmp_path: Path) -> None:
    from_pdf(desk, tmp_path, "Lost words")
    shown = seen(review(desk))
    assert "NOT FOUND" in shown
    assert "<img" not in shown


def test_a_page_that_cannot_be_drawn_leaves_the_passage_and_says_why(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_content: bytes, _pages: tuple[int, ...], **_: object) -> Any:
        raise SourceError("page 1", why="the reader crashed (SIGSEGV)", mend="x")

    monkeypatch.setattr(source_pages, "draw_contained", fail)
    from_pdf(desk, tmp_path, "red STOP button")
    shown = seen(review(desk))
    assert "cannot be shown as a picture: the reader crashed (SIGSEGV)" in shown
    assert "<mark>red STOP button</mark>" in shown


def test_the_page_can_be_enlarged(desk: Desk, tmp_path: Path) -> None:
    from_pdf(desk, tmp_path, "red STOP button")
    app = press(review(desk), "Zoom")
    assert "s2m-page-zoomed" in seen(app)
    assert "s2m-page-zoomed" not in seen(press(app, "Zoom"))


def test_other_formats_show_their_passages_alone(desk: Desk) -> None:
    desk.save()
    app = review(desk)
    assert "Next evidence" not in labels(app)
    assert 's2m-nopage' in seen(app)
