"""Short neighbouring chunks are asked about together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain import Chunk, ChunkSpan
from pipeline.draft.filled import filled


def chunks_of(*tokens: int, budget: int = 1000, source: str = "s-1") -> list[Chunk]:
    return [
        Chunk(
            id=f"c-{source}-{number}",
            source=source,
            text=f"Text {number}.",
            spans=(ChunkSpan(block=f"b-{number}", start=0, end=7, in_chunk=0),),
            tokens=count,
            budget_tokens=budget,
        )
        for number, count in enumerate(tokens)
    ]


@given(st.lists(st.integers(1, 1000), max_size=30))
def test_no_block_is_lost_and_no_budget_passed(tokens: list[int]) -> None:
    chunks = chunks_of(*tokens)
    joined = filled(chunks)
    assert [one for chunk in joined for one in chunk.block_ids] == [one for chunk in chunks for one in chunk.block_ids]
    assert all(chunk.tokens <= 1000 for chunk in joined)
    assert len({chunk.id for chunk in joined}) == len(joined)
    for chunk in joined:
        assert all(chunk.text[span.in_chunk :].startswith("Text ") for span in chunk.spans)


def test_chunks_are_about_even_instead_of_leaving_a_few_lines_over() -> None:
    assert [chunk.tokens for chunk in filled(chunks_of(*[300] * 4))] == [600, 600]
    assert [chunk.tokens for chunk in filled(chunks_of(300, 300, 300))] == [900]


def test_documents_are_not_mixed_and_an_unknown_budget_joins_nothing() -> None:
    two = [*chunks_of(100), *chunks_of(100, source="s-2")]
    assert filled(two) == two
    unknown = chunks_of(100, 100, budget=0)
    assert filled(unknown) == unknown
