from __future__ import annotations

import pytest

from pipeline.ingest.decode import decode

WORDS = "Prüfe die Größe – 160 °C, “heiß”."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_survives_in_every_usual_encoding(encoding: str) -> None:
    decoded = decode(WORDS.encode(encoding))
    assert decoded is not None
    assert decoded.text == WORDS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_a_mark_is_recognised(encoding: str) -> None:
    decoded = decode("Close the valve before work begins.".encode(encoding))
    assert decoded is not None
    assert decoded.text == "Close the valve before work begins."


def test_only_a_guess_is_called_a_guess() -> None:
    assert decode(WORDS.encode()).is_certain  # type: ignore[union-attr]
    assert not decode(WORDS.encode("cp1252")).is_certain  # type: ignore[union-attr]


def test_line_ends_become_newlines() -> None:
    assert decode(b"a\r\nb\rc\n").text == "a\nb\nc\n"  # type: ignore[union-attr]


def test_a_beginning_may_end_inside_a_character() -> None:
    raw = "größe".encode()[:4]
    assert decode(raw, is_cut=True).text == "grö"  # type: ignore[union-attr]


def test_binary_is_no_text() -> None:
    assert decode(bytes(range(256)) * 4) is None
    assert decode(b"\xff\xfeabc") is None
