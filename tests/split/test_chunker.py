from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import tokens
from pipeline.domain import Anchor, Block, BlockKind, Chunk, Document
from pipeline.ids import block_ids
from pipeline.split import split_blocks
from tests.builders import a_source

SENTENCE = "The authorised fitter attaches a padlock to the main switch and keeps the key. "


def a_document(*blocks: tuple[str, str] | tuple[str, str, int]) -> Document:
    ids = block_ids([(block[0], block[1]) for block in blocks])
    path: list[tuple[int, str]] = []
    made = []
    for block_id, (kind, text, *rest) in zip(ids, blocks, strict=True):
        level = rest[0] if rest else 1 if kind == "heading" else None
        if kind == "heading":
            path = [above for above in path if above[0] < (level or 1)]
        section = tuple(name for _, name in path)
        rows = tuple(tuple(row.split(" | ")) for row in text.split("\n")) if kind == "table" else None
        made.append(
            Block(id=block_id, kind=BlockKind(kind), text=text, level=level, rows=rows, anchor=Anchor(section=section))
        )
        if kind == "heading":
            path.append((level or 1, text))
    return Document(source=a_source(), blocks=tuple(made))


def kinds_of(document: Document, chunk: Chunk) -> list[str]:
    return [document.block(block_id).kind.value for block_id in chunk.block_ids]


def check(document: Document, chunks: Sequence[Chunk], budget: int) -> None:
    """What holds of every split."""
    spans: dict[str, list[tuple[int, int]]] = {}
    order: list[str] = []
    for chunk in chunks:
        assert chunk.tokens == tokens.count(chunk.text) <= budget
        assert chunk.source == document.source.id
        at = 0
        for span in chunk.spans:
            piece = document.block(span.block).text[span.start : span.end]
            assert piece
            assert piece == chunk.text[span.in_chunk : span.in_chunk + len(piece)]
            assert chunk.text[at : span.in_chunk] == ("\n\n" if at else "")
            at = span.in_chunk + len(piece)
            spans.setdefault(span.block, []).append((span.start, span.end))
            order.append(span.block)
        assert at == len(chunk.text)
    teachable = [block for block in document.blocks if block.is_teachable]
    assert list(dict.fromkeys(order)) == [block.id for block in teachable]
    for block in teachable:
        at = 0
        for start, end in spans[block.id]:
            assert start >= at
            assert not block.text[at:start].strip()
            at = end
        assert not block.text[at:].strip()
    assert len({chunk.id for chunk in chunks}) == len(chunks)


words = st.text(
    alphabet=st.sampled_from("abcdefg  .,:é中文🙂\n|"), min_size=1, max_size=400
).filter(lambda text: bool(text.strip()))
kinds = st.sampled_from(["heading", "paragraph", "list_item", "table", "code", "furniture", "caption", "comment"])


@settings(max_examples=150, deadline=None)
@given(
    blocks=st.lists(st.tuples(kinds, words, st.integers(1, 4)), min_size=1, max_size=25),
    budget=st.sampled_from([16, 40, 100, 1500]),
)
def test_no_block_is_lost_no_span_wrong_and_no_chunk_too_long(blocks: list[tuple[str, str, int]], budget: int) -> None:
    document = a_document(*blocks)
    chunks = split_blocks(document, budget_tokens=budget)
    check(document, chunks, budget)
    assert chunks == split_blocks(document, budget_tokens=budget)


def test_small_sections_share_a_chunk_and_large_ones_do_not() -> None:
    large = SENTENCE * 12
    document = a_document(
        ("heading", "A"), ("paragraph", SENTENCE), ("heading", "B"), ("paragraph", SENTENCE + "B."), ("heading", "C"),
        ("paragraph", large), ("heading", "D"), ("paragraph", large + "D."),
    )
    chunks = split_blocks(document, budget_tokens=400)
    assert [chunk.text.split("\n")[0] for chunk in chunks] == ["A", "C", "D"]
    check(document, chunks, 400)


def test_a_heading_stays_with_its_first_block() -> None:
    document = a_document(
        ("heading", "A"), ("paragraph", SENTENCE * 5), ("heading", "B", 2), ("heading", "C", 3),
        ("paragraph", SENTENCE * 3), ("heading", "D", 2), ("list_item", SENTENCE * 4),
    )
    for budget in (64, 70, 80, 90, 100, 130, 200):
        chunks = split_blocks(document, budget_tokens=budget)
        check(document, chunks, budget)
        assert all(kinds_of(document, chunk)[-1] != "heading" for chunk in chunks)


def test_a_list_stays_with_its_lead_in_and_a_table_with_its_caption() -> None:
    document = a_document(
        ("paragraph", SENTENCE * 4), ("paragraph", "Do this, in this order:"), ("list_item", "Stop it. " + SENTENCE),
        ("list_item", SENTENCE * 2),
        ("caption", "Table 1"), ("table", "a | b\nc | d"),
    )
    for budget in (64, 75, 90, 110):
        chunks = split_blocks(document, budget_tokens=budget)
        lead_in = next(chunk for chunk in chunks if "in this order:" in chunk.text)
        assert "in this order:\n\nStop it." in lead_in.text
        assert any("Table 1\n\na | b" in chunk.text for chunk in chunks)


def test_a_long_table_is_cut_between_rows_and_keeps_its_head() -> None:
    rows = ["Source | Level"] + [f"Source number {number} | {number} bar" for number in range(40)]
    document = a_document(("heading", "Limits"), ("table", "\n".join(rows)))
    chunks = split_blocks(document, budget_tokens=60)
    check(document, chunks, 60)
    assert len(chunks) > 3
    assert chunks[0].text.startswith("Limits\n\nSource | Level\nSource number 0 | 0 bar")
    assert all(line == "Limits" or line in rows for chunk in chunks for line in chunk.text.split("\n") if line)


def test_a_heading_is_no_orphan_where_its_first_block_just_fits_alone() -> None:
    for kind, text in (("paragraph", SENTENCE * 5), ("list_item", SENTENCE * 5), ("table", "a | b\n" * 20 + "c | d")):
        count = tokens.count(text.strip())
        document = a_document(("paragraph", SENTENCE * 4), ("heading", "Locking out the press for a repair"), (kind, text.strip()))
        for budget in range(count + 1, count + 12):
            chunks = split_blocks(document, budget_tokens=budget)
            check(document, chunks, budget)
            assert all(kinds_of(document, chunk)[-1] != "heading" for chunk in chunks)


def test_a_table_or_a_listing_that_fits_is_never_cut() -> None:
    table = "\n".join(f"Source {number} | {number} bar" for number in range(12))
    listing = "\n".join(f"press.stop({number})" for number in range(14))
    document = a_document(
        ("heading", "A"), ("paragraph", SENTENCE * 3), ("table", table), ("paragraph", SENTENCE * 4), ("code", listing),
    )
    for budget in range(tokens.count(table) + 60, 320, 7):
        texts = [chunk.text for chunk in split_blocks(document, budget_tokens=budget)]
        assert any(table in text for text in texts)
        assert any(listing in text for text in texts)


def test_parts_of_one_block_in_one_chunk_are_as_they_stood() -> None:
    long = (SENTENCE * 9).strip()
    document = a_document(("paragraph", long), ("paragraph", SENTENCE.strip()), ("table", "a | b\n" * 60 + "c | d"))
    chunks = split_blocks(document, budget_tokens=50)
    check(document, chunks, 50)
    whole = "\n\n".join(block.text for block in document.blocks)
    assert all(chunk.text in whole for chunk in chunks)
    assert all(len({span.block for span in chunk.spans}) == len(chunk.spans) for chunk in chunks)


def test_one_long_paragraph_is_cut_between_sentences() -> None:
    document = a_document(("paragraph", (SENTENCE * 30).strip()))
    chunks = split_blocks(document, budget_tokens=100)
    check(document, chunks, 100)
    assert all(chunk.text.endswith("key.") for chunk in chunks)
    assert all(len(chunk.spans) == 1 for chunk in chunks)


def test_repeated_text_keeps_its_own_place() -> None:
    document = a_document(("paragraph", "Stop. " * 200))
    check(document, split_blocks(document, budget_tokens=20), 20)


def test_words_that_mean_something_to_a_tokenizer_are_only_words() -> None:
    document = a_document(("paragraph", "Type <|endoftext|> to stop. " * 20))
    check(document, split_blocks(document, budget_tokens=40), 40)


def test_furniture_is_left_out_and_an_empty_document_has_no_chunks() -> None:
    assert split_blocks(a_document(("furniture", "Page 1")), budget_tokens=100) == ()


def test_a_chunk_knows_the_headings_above_it() -> None:
    long = SENTENCE * 6
    document = a_document(("heading", "A"), ("heading", "B", 2), ("paragraph", long), ("paragraph", long + "x"))
    first, second = split_blocks(document, budget_tokens=110)
    assert (first.section, second.section) == ((), ("A", "B"))


def test_a_budget_that_holds_no_sentence_is_refused() -> None:
    with pytest.raises(ValueError, match="16"):
        split_blocks(a_document(("paragraph", "x")), budget_tokens=15)


def test_a_word_without_end_is_cut_in_a_moment() -> None:
    document = a_document(("paragraph", "Serial number " + "a1" * 200_000))
    before = time.process_time()
    chunks = split_blocks(document, budget_tokens=1500)
    assert time.process_time() - before < 15
    check(document, chunks, 1500)
