"""What the openai engine sends, measured by the benchmark `tokens`: these marks are what a customer pays."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks.tokens import FOLDERS, Sent, sent_for, sources, total
from pipeline.ingest import read_document

OWN, REAL = FOLDERS


@cache
def sent() -> dict[str, Sent]:
    return {path.name: sent_for(read_document(path)) for folder in FOLDERS for path in sources(folder)}


def test_a_document_of_one_chunk_is_four_questions_that_mostly_begin_alike() -> None:
    """A thousand tokens of source share four questions' rules and tasks, so they pay more a token than long ones."""
    own = [sent()[path.name] for path in sources(OWN)]
    assert [one.calls for one in own] == [4, 4, 4]
    assert total(own).ratio <= 7.9
    assert total(own).cached_pct >= 55


@pytest.mark.skipif(not sources(REAL), reason="the real documents lie beside the checkout")
def test_over_all_samples_at_most_six_tokens_are_sent_for_one_and_most_of_them_can_be_cached() -> None:
    everything = total(list(sent().values()))
    assert everything.ratio <= 6
    assert everything.cached_pct >= 60
