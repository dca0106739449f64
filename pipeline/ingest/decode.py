"""Bytes of a text file to text, in whatever encoding they are: stated by a mark, UTF-8, UTF-16, or told by the bytes.

Western text in an old single-byte encoding is told by its words, since its encodings share most letters; other scripts
by charset-normalizer, which knows how their bytes follow one another.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import NamedTuple

from pipeline import language
from pipeline.domain import IngestWarning

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bytes no text holds in any of the single-byte encodings; shifts (0e, 0f), form feed and escape are tolerated.
_CONTROL = re.compile(rb"[\x00-\x08\x10-\x1a\x1c-\x1f]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_ESCAPES = re.compile("[\udc80-\udcff]+")
_SHIFTED = re.compile(rb"\x1b[$(&]|\x0e")
_LATIN = ("cp1252", "cp1250", "iso8859_2", "cp1254", "mac_roman")
_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýßœÿ’‘“”„–—…•°€§©®«»¿¡·½²³µ")
_SIGNS = "’‘“”„–—…•°€§©®«»"
_ALPHABETS = {
    tag: frozenset(letters + _SIGNS)
    for tag, letters in {
        "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž", "sk": "áäčďéíĺľňóôŕšťúýž", "hu": "áéíóöőúüű", "ro": "ăâîșşțţ",
        "hr": "čćđšž", "sl": "čšž", "tr": "çğıi̇öşüâîû", "pt": "áâãàçéêíóôõúü", "de": "äöüß", "sv": "åäöé",
    }.items()
}
_BEYOND_LATIN = 0x250
# What charset-normalizer takes for one another: nearly the same letters at nearly the same bytes.
_RIVALS = {"mac_cyrillic": ("cp1251",), "cp1251": ("mac_cyrillic",), "big5": ("cp950",)}
# Detecting looks at this much of a file at most.
_SAMPLE_BYTES = 60_000
# UTF-8 with more broken sequences than this share of its whole ones is no UTF-8.
_BROKEN_SHARE = 0.05
_PLAIN_SHARE = 0.85
# A sign in the middle of a word, or a capital after a small letter: read in the wrong encoding.
_IMPLAUSIBLE = re.compile(
    r"(?<=[^\W\d_])[\x80-\x9f¡-©«-´¶¸-»¿×÷ˇ˘˙˛˝†‡•‰‹›€™](?=[^\W\d_])|(?<=[a-zß-öø-ÿ])[À-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĽŁŃŇŐŘŚŠŞŤŢŮŰŹŻŽ]"
    r"|[\x80-\x9f�]"
)
_SCRIPTS = (
    re.compile("[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef\u3000-\u303f]"), re.compile("[\uac00-\ud7af]"),
    re.compile("[\u0400-\u04ff]"), re.compile("[\u0370-\u03ff]"), re.compile("[\u0590-\u05ff]"),
    re.compile("[\u0600-\u06ff]"), re.compile("[\u0900-\u0dff]"), re.compile("[\u0e00-\u0eff]"),
)


class Decoded(NamedTuple):
    """Text, and the encoding it was in."""

    text: str
    encoding: str
    is_certain: bool
    """False where the encoding was guessed from what the bytes look like."""
    broken: int = 0
    """How many bytes did not belong to the encoding; they were read as Windows-1252."""

    @property
    def warnings(self) -> tuple[IngestWarning, ...]:
        """What a person should know of how the bytes were read."""
        if self.broken:
            message = f"{self.broken} bytes are no {self.encoding.upper()}; they were read as Windows-1252"
        elif not self.is_certain:
            message = f"the file does not state its encoding; it was read as {self.encoding}"
        else:
            return ()
        return (IngestWarning(code="encoding_guessed", message=message),)


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
    if not _SHIFTED.search(raw) and (made := _made(raw, "utf-8", is_cut=is_cut, is_certain=True)):
        return made
    if made := _mended(raw, is_cut=is_cut):
        return made
    return _made(raw, detected(raw), is_cut=is_cut, is_certain=False) or _made(
        raw, "cp1252", is_cut=is_cut, is_certain=False
    )


def detected(raw: bytes) -> str:
    """The likeliest encoding of text that is neither UTF-8 nor UTF-16; "cp1252" where nothing tells."""
    sample = _sample(raw)
    runs = _HIGH_RUN.findall(sample)
    if not runs and not _SHIFTED.search(raw):
        return "utf-8"
    # Letters with accents stand alone among plain ones; other scripts are written in runs of high bytes.
    is_latin = sum(len(run) > 1 for run in runs) < 0.25 * len(runs) if runs else False
    if is_latin:
        return _likeliest(sample, _LATIN)
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    if best is None:
        return "cp1252"
    if best.encoding in ("ascii", "utf_8") or _is_latin(str(best)):
        return _likeliest(sample, _LATIN)
    return _likeliest(sample, (best.encoding, *_RIVALS.get(best.encoding, ())))


def _made(raw: bytes, encoding: str, *, is_cut: bool, is_certain: bool) -> Decoded | None:
    # cp1252 leaves five bytes undefined; one of them must not make a letter unreadable.
    errors = "strict" if encoding.startswith("utf") else "replace"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    try:
        text = decoder.decode(raw, final=not is_cut)
    except UnicodeDecodeError:
        return None
    return Decoded(_newlines(text), encoding, is_certain)


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _mended(raw: bytes, *, is_cut: bool) -> Decoded | None:
    """UTF-8 with a few bytes that are none, as where a line was pasted from a file in another encoding."""
    whole = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", raw))
    if not whole:
        return None
    text = raw.decode("utf-8", "surrogateescape")
    if is_cut:
        text = text[:-3] + _ESCAPES.sub("", text[-3:])
    broken = sum(len(run) for run in _ESCAPES.findall(text))
    if broken > max(1, _BROKEN_SHARE * whole):
        return None
    text = _ESCAPES.sub(
        lambda run: run.group().encode("utf-8", "surrogateescape").decode("cp1252", "replace"), text
    )
    return Decoded(_newlines(text), "utf-8", is_certain=not broken, broken=broken)


def _sample(raw: bytes) -> bytes:
    """The lines with high bytes, as far as the sample goes; all of a short file."""
    if len(raw) <= _SAMPLE_BYTES or _SHIFTED.search(raw):
        return raw[:_SAMPLE_BYTES]
    made: list[bytes] = []
    size = 0
    for line in raw.split(b"\n"):
        if _HIGH_RUN.search(line):
            made.append(line[: _SAMPLE_BYTES - size])
            size += len(made[-1]) + 1
            if size >= _SAMPLE_BYTES:
                break
    return b"\n".join(made)


def _likeliest(sample: bytes, encodings: Iterable[str]) -> str:
    """The encoding whose reading has the most known words and the fewest signs inside words; the first of equals."""
    readings = {encoding: sample.decode(encoding, "replace") for encoding in encodings}
    return max(readings, key=lambda encoding: round(_worth(readings[encoding]), 3))


def _worth(text: str) -> float:
    """How much the text looks like its language, about -1..2: its letters with accents, its words, signs in words."""
    tag = language.guess(text)
    letters = [char for char in text.lower() if not char.isascii()]
    own = _ALPHABETS.get(tag or "", _WESTERN)
    fits = sum(char in own or (char.isalpha() and ord(char) >= _BEYOND_LATIN) for char in letters)
    odd = len(_IMPLAUSIBLE.findall(text))
    return language.share_of_known_words(text) + (fits - odd) / max(1, len(letters))


def _is_latin(text: str) -> bool:
    letters = [char for char in text if char.isalpha() and not char.isascii()]
    return sum(ord(char) < _BEYOND_LATIN for char in letters) > 0.5 * len(letters)


def _wide_encoding(raw: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: in Latin text every second byte is zero; in others, one script is told."""
    sample = raw[:4000]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    zeros = [sample[first::4].count(0) / len(sample[first::4]) for first in range(4)]
    if min(zeros[2:]) > 0.9 and zeros[0] < 0.1:
        return "utf-32-le"
    if min(zeros[:2]) > 0.9 and zeros[3] < 0.1:
        return "utf-32-be"
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * len(sample) / 2 and even < odd / 10:
        return "utf-16-le"
    if even > 0.4 * len(sample) / 2 and odd < even / 10:
        return "utf-16-be"
    # Plain letters with a few zeros between are damaged text, and would be taken for Chinese.
    plain = sum(0x20 <= byte < 0x7F for byte in sample)
    for encoding in ("utf-16-le", "utf-16-be") if plain < _PLAIN_SHARE * len(sample) else ():
        text = sample.decode(encoding, "ignore")
        if any(mark in text for mark in "\n 。") and any(
            len(script.findall(text)) > 0.6 * len(text) for script in _SCRIPTS
        ):
            return encoding
    return None
