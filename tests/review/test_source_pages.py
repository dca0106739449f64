from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import Document, Evidence
from pipeline.errors import SourceError, StoreError
from pipeline.ingest import read_document
from pipeline.ingest.contained import ParseLimits
from pipeline.review import source_pages
from pipeline.review.source_pages import SourcePages
from pipeline.store import Store
from tests.builders import a_document, an_evidence
from tests.databases import a_ready_workspace
from tests.ingest.specimens import a_pdf, write_lines

LINES = [
    "Press the red STOP button and wait for the belts to stop before",
    "you open the guard of the sealer, every single time you do it.",
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(a_ready_workspace(tmp_path / "workspace")) as made:
        yield made


def a_source(store: Store, folder: Path) -> Document:
    """A kept source of two pages."""

    def draw(canvas: Any) -> None:
        write_lines(canvas, [f"{canvas.getPageNumber()}: {LINES[0]}", LINES[1]], top=100)

    path = a_pdf(folder / "source.pdf", draw, pages=2)
    document = read_document(path)
    store.sources.add(document, path.read_bytes())
    return document


def quoting(document: Document, words: str) -> Evidence:
    block = next(one for one in document.blocks if words in one.text)
    start = block.text.index(words)
    return Evidence(
        source=document.source.id, block=block.id, quote=words, start=start, end=start + len(words)
    )


def test_a_quotes_page_comes_with_its_lines_boxed(store: Store, tmp_path: Path) -> None:
    pages = SourcePages(store, limits=ParseLimits())
    proof = quoting(a_source(store, tmp_path), "belts to stop before you open the guard")
    page = pages.page(proof)
    assert page is not None
    assert (page.number, page.is_exact, len(page.boxes)) == (1, True, 2)
    drawn = pages.picture(page.source, page.number, page.seal)
    assert drawn is not None
    assert drawn.startswith(b"\xff\xd8")
    first, second = page.boxes
    assert 0.1 < first[1] < first[3] <= second[1] + 0.01 < second[3] < 0.2
    assert page.boxes[0][0] > page.boxes[1][0]


def test_every_quote_of_the_block_is_boxed_and_one_that_is_not_there_hides_none(store: Store, tmp_path: Path) -> None:
    pages = SourcePages(store, limits=ParseLimits())
    document = a_source(store, tmp_path)
    first, second = quoting(document, "red STOP button"), quoting(document, "the guard of the sealer")
    lost = second.changed(quote="something else", start=0, end=len("something else"))
    alone = [pages.page(one) for one in (first, second)]
    both = pages.page(first, also=(second, lost, first))
    assert both is not None
    assert both.is_exact
    assert both.boxes == tuple(box for one in alone if one for box in one.boxes)


def test_words_that_cannot_be_located_have_their_passage_boxed(store: Store, tmp_path: Path) -> None:
    document = a_source(store, tmp_path)
    proof = quoting(document, "red STOP button").changed(quote="something else", end=0 + len("something else"), start=0)
    page = SourcePages(store, limits=ParseLimits()).page(proof)
    assert page is not None
    assert not page.is_exact
    assert len(page.boxes) == 1


def test_a_page_is_drawn_once(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = a_source(store, tmp_path)
    drawn: list[tuple[int, ...]] = []
    true_draw = source_pages.draw_contained

    def draw(content: bytes, pages: tuple[int, ...], *, limits: ParseLimits) -> Any:
        drawn.append(pages)
        return true_draw(content, pages, limits=limits)

    monkeypatch.setattr(source_pages, "draw_contained", draw)
    pages = SourcePages(store, limits=ParseLimits())
    proof = quoting(document, "red STOP button")
    pages.draw_ahead(lambda: [proof, proof])
    pages.close()
    assert pages.is_ready(proof)
    threads = [threading.Thread(target=pages.page, args=(proof,)) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert drawn == [(1,)]


def test_a_page_that_cannot_be_drawn_is_tried_once_and_said(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def fail(_content: bytes, pages: tuple[int, ...], *, limits: ParseLimits) -> Any:
        tried.append(limits.memory_mb)
        raise SourceError(f"page {pages[0]}", why="the reader crashed (SIGSEGV)", mend="x")

    monkeypatch.setattr(source_pages, "draw_contained", fail)
    pages = SourcePages(store, limits=ParseLimits(memory_mb=512))
    proof = quoting(a_source(store, tmp_path), "red STOP button")
    for _ in range(2):
        with pytest.raises(SourceError, match="SIGSEGV"):
            pages.page(proof)
    assert tried == [512]


def test_a_fault_while_drawing_ahead_stops_nothing(store: Store, tmp_path: Path) -> None:
    pages = SourcePages(store, limits=ParseLimits())
    proof = quoting(a_source(store, tmp_path), "red STOP button")
    pages.draw_ahead(lambda: [proof.changed(source="s-gone")])

    def refuse() -> list[Evidence]:
        raise StoreError("x", why="y", mend="z")

    pages.draw_ahead(refuse)
    pages.draw_ahead(lambda: [proof])
    pages.close()
    assert pages.page(proof) is not None


def test_sources_without_pages_have_no_picture(store: Store) -> None:
    document = a_document()
    store.sources.add(document, "\n".join(block.text for block in document.blocks).encode())
    pages = SourcePages(store, limits=ParseLimits())
    proof = an_evidence(document, "red STOP button")
    assert not pages.has_page(proof)
    assert pages.page(proof) is None


def test_memory_for_pages_is_bounded(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = a_source(store, tmp_path)
    monkeypatch.setattr(source_pages, "_MOST_BYTES", 1)
    pages = SourcePages(store, limits=ParseLimits())
    first, second = quoting(document, "1: Press"), quoting(document, "2: Press")
    pages.page(first)
    pages.page(second)
    assert not pages.is_ready(first)
    assert pages.is_ready(second)


def test_a_picture_is_given_to_whoever_has_its_own_pages_seal(store: Store, tmp_path: Path) -> None:
    pages = SourcePages(store, limits=ParseLimits())
    page = pages.page(quoting(a_source(store, tmp_path), "belts to stop before you open the guard"))
    assert page is not None
    assert pages.picture(page.source, 2, page.seal) is None, "another page"
    assert pages.picture("s-of-nobody", page.number, page.seal) is None, "another source"
    assert pages.picture(page.source, page.number, "ü" * 64) is None, "no seal at all"
    elsewhere = SourcePages(store, limits=ParseLimits())
    assert elsewhere.picture(page.source, page.number, page.seal), "a second server over the same database takes it"
