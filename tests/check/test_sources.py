"""Sources as checks read them: read once for the same documents, and each in its own language."""

from __future__ import annotations

import gc

from pipeline.check import sources
from pipeline.check.sources import Sources, as_read
from pipeline.domain import Document
from tests.builders import a_document


def test_the_same_documents_are_read_once_for_a_language() -> None:
    document = a_document()
    first = as_read([document], "en")
    assert as_read([document], "en") is first
    assert as_read([document], "de") is not first
    assert as_read([document.model_copy()], "en") is not first


def test_a_reading_goes_with_its_documents() -> None:
    kept = len(sources._KEPT)
    document = a_document()
    as_read([document], "en").blocks_by_opening  # noqa: B018  works it out, and holds on to blocks
    assert len(sources._KEPT) == kept + 1
    del document
    gc.collect()
    assert len(sources._KEPT) == kept


def test_without_documents_there_are_no_blocks_and_words_still_have_stems() -> None:
    read = as_read([], "en")
    assert (read.blocks, read.places, read.blocks_by_opening) == ({}, {}, {})
    assert read.content_words("You must close the valves") == Sources([], "en").content_words("Close valves")


def test_every_block_is_found_by_its_key_place_and_opening() -> None:
    document: Document = a_document()
    read = as_read([document], "en")
    for number, block in enumerate(document.blocks):
        assert read.blocks[document.source.id, block.id] is block
        assert read.places[document.source.id, block.id] == number
    assert all(place < len(document.blocks) for found in read.blocks_by_opening.values() for _, place in found)


def test_what_a_sentence_is_about_is_the_same_however_strongly_it_binds() -> None:
    read = as_read([], "en")
    assert read.matter_of("You must close the valve.") == read.matter_of("You may close the valve.")
