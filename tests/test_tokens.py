"""Token counts with no network, from shipped ranks whose hash is checked."""

from __future__ import annotations

import gzip

import pytest

from pipeline import tokens
from pipeline.errors import ConfigError


def test_counts_are_those_of_o200k_base() -> None:
    # Published ids: "hello world" is [24912, 2375] in o200k_base.
    assert tokens.encoding().encode("hello world") == [24912, 2375]
    assert tokens.count("") == 0


def test_a_special_token_in_a_source_is_plain_text() -> None:
    assert tokens.count("<|endoftext|>") > 1


def test_ranks_that_are_not_the_expected_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_loaded", [])
    monkeypatch.setattr(gzip, "decompress", lambda raw: b"aGk= 0\n")
    with pytest.raises(ConfigError, match="hash"):
        tokens.count("hello")
