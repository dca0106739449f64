"""Bytes of a text file to text: byte order marks, UTF-8, UTF-16 without a mark, else Windows-1252."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bytes no text holds in any of the single-byte encodings; form feed (0c) and escape (1b) are tolerated.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class Decoded(NamedTuple):
    """Text, and the encoding it was in."""

    text: str
    encoding: str
    is_certain: bool
    """False where the encoding was guessed from what the bytes look like."""


def decode(raw: bytes, *, is_cut: bool = False) -> Decoded | None:
    """The text with line ends as newlines, or None where the bytes are not text.

    Args:
        raw: A whole file, or its beginning.
        is_cut: Whether `raw` may end in the middle of a character.

    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _made(raw, encoding, is_cut=is_cut, is_certain=True)
    if wide := _wide_encoding(raw):
        return _made(raw, wide, is_cut=is_cut, is_certain=False)
    if len(_CONTROL.findall(raw)) > len(raw) // 1000:
        return None
    return _made(raw, "utf-8", is_cut=is_cut, is_certain=True) or _made(
        raw, "cp1252", is_cut=is_cut, is_certain=False
    )


def _made(raw: bytes, encoding: str, *, is_cut: bool, is_certain: bool) -> Decoded | None:
    # cp1252 leaves five bytes undefined; one of them must not make a letter unreadable.
    errors = "replace" if encoding == "cp1252" else "strict"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    try:
        text = decoder.decode(raw, final=not is_cut)
    except UnicodeDecodeError:
        return None
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), encoding, is_certain)


def _wide_encoding(raw: bytes) -> str | None:
    """UTF-16 without a mark: in Latin text every second byte is zero."""
    sample = raw[:4000]
    if len(sample) < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * len(sample) / 2 and even < odd / 10:
        return "utf-16-le"
    if even > 0.4 * len(sample) / 2 and odd < even / 10:
        return "utf-16-be"
    return None
