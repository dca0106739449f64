"""What the openai engine sends, measured by the benchmark `tokens`: these marks are what a customer pays."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from benchmarks.tokens import FOLDERS, Sent, sent_for, sources, total
from pipeline.ingest import read_document
from pipeline.run import forecast

OWN, REAL = FOLDERS
needs_real_documents = pytest.mark.skipif(not sources(REAL), reason="the real documents lie beside the checkout")


@cache
def sent(path: Path) -> Sent:
    return sent_for(read_document(path))


def of_all() -> Sent:
    return total([sent(path) for folder in FOLDERS for path in sources(folder)])


def test_a_document_of_one_chunk_is_a_handful_of_questions_that_mostly_begin_alike() -> None:
    """A thousand tokens of source share the questions' rules and tasks, so they pay more a token than long ones."""
    own = [sent(path) for path in sources(OWN)]
    assert max(one.calls for one in own) <= 7
    assert total(own).ratio <= 10
    assert total(own).cached_pct >= 50


@needs_real_documents
def test_over_all_samples_few_tokens_are_sent_for_one_and_most_of_them_can_be_cached() -> None:
    assert of_all().ratio <= 8.5
    assert of_all().cached_pct >= 60


@needs_real_documents
def test_a_forecast_goes_by_what_is_measured_here() -> None:
    assert pytest.approx(of_all().calls_a_chunk, rel=0.05) == forecast.CALLS_A_CHUNK
    assert pytest.approx(of_all().ratio, rel=0.05) == forecast.SENT
    assert pytest.approx(of_all().received_ratio, rel=0.05) == forecast.RECEIVED
