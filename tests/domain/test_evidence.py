"""Evidence is a verbatim quote at an exact span."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipeline.domain import Evidence
from tests.builders import a_block, a_document, an_evidence


def test_a_quote_must_be_as_long_as_its_span() -> None:
    with pytest.raises(ValidationError):
        Evidence(source="s", block="b", quote="five!", start=0, end=4)


def test_it_holds_only_where_the_words_stand() -> None:
    document = a_document()
    proof = an_evidence(document, "Turn disconnect DS-7")
    block = document.block(proof.block)
    assert proof.holds_in(block)
    assert not proof.holds_in(block.model_copy(update={"text": "x" + block.text}))
    assert not proof.holds_in(a_block())
