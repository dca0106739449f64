"""Text on pictures, recognised by Tesseract where it is installed: words with their boxes and how sure each is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pipeline.ingest import programs
from pipeline.ingest.patience import MORE_S, ask_for_more

DPI = 200
"""The resolution to render a page at: below it errors double, above it time does."""
# A page of newsprint takes some 15 seconds; what takes longer is a photograph that Tesseract searches for letters.
_PAGE_S = MORE_S - 5
_WORD_LEVEL = "5"
# Our tags → Tesseract's names of languages (ISO 639-2/T, with scripts where a language has two).
_LANGUAGES = {
    "ar": "ara", "bg": "bul", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "et": "est",
    "fa": "fas", "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "id": "ind", "it": "ita",
    "ja": "jpn", "ko": "kor", "lt": "lit", "lv": "lav", "nl": "nld", "no": "nor", "nb": "nor", "pl": "pol", "pt": "por",
    "ro": "ron", "ru": "rus", "sk": "slk", "sl": "slv", "sr": "srp", "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr",
    "vi": "vie", "zh": "chi_sim",
}
# More than these together cost time and make errors.
_MOST_LANGUAGES = 3


class NoRecognitionError(Exception):
    """The page could not be recognised; the text says why."""


@dataclass(frozen=True)
class Word:
    """A recognised word, in pixels of the picture from its top left."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    """0..1, as Tesseract judges itself."""
    line: tuple[int, int, int]
    """Numbers of its block, paragraph and line."""


def can_recognise() -> bool:
    """Whether Tesseract and data for a language are there."""
    return bool(_installed() - {"osd", "equ"})


def recognised(picture: bytes, *, languages: Iterable[str] = ()) -> list[Word]:
    """The words on a picture, in Tesseract's reading order.

    Args:
        picture: A PNG file, about DPI pixels an inch.
        languages: BCP 47 tags of what may stand there; those that are installed count, else all that are.

    Raises:
        NoRecognitionError: Tesseract failed, or took too long.

    """
    ask_for_more()
    program = programs.found("tesseract")
    if program is None:
        raise NoRecognitionError("Tesseract is not installed")
    # Page layout with the page's turn where there is data to find it.
    layout = "1" if "osd" in _installed() else "3"
    command = [program, "stdin", "stdout", "--psm", layout, "--dpi", str(DPI), "-l", _wanted(languages), "tsv"]
    try:
        # One thread: Tesseract's own are slower together, and every page has its process already.
        said = programs.run(command, seconds=_PAGE_S, given=picture, environment={"OMP_THREAD_LIMIT": "1"})
    except TimeoutError as error:
        raise NoRecognitionError(f"it took longer than {_PAGE_S:g} s") from error
    except programs.ProgramError as error:
        if layout == "1" and "osd" not in str(error).lower():
            raise NoRecognitionError(str(error)) from error
        said = b""  # too few letters to tell which way is up: the page holds next to no text
    return list(_words(said.decode("utf-8", "replace")))


def _words(table: str) -> Iterable[Word]:
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if row["level"] != _WORD_LEVEL or not text:
            continue
        x, y = float(row["left"]), float(row["top"])
        yield Word(
            text, x, y, x + float(row["width"]), y + float(row["height"]),
            min(max(float(row["conf"]) / 100, 0.0), 1.0),
            (int(row["block_num"]), int(row["par_num"]), int(row["line_num"])),
        )


@cache
def _installed() -> frozenset[str]:
    """The names of the languages Tesseract has data for."""
    program = programs.found("tesseract")
    if program is None:
        return frozenset()
    try:
        said = programs.run([program, "--list-langs"], seconds=_PAGE_S).decode("utf-8", "replace")
    except (TimeoutError, programs.ProgramError):
        return frozenset()
    return frozenset(line.strip() for line in said.splitlines()[1:] if line.strip())


def _wanted(tags: Iterable[str]) -> str:
    installed = _installed() - {"osd", "equ"}
    named = [_LANGUAGES.get(tag.partition("-")[0].lower(), "") for tag in tags]
    wanted = [name for name in dict.fromkeys(named) if name in installed]
    if not wanted:
        wanted = sorted(installed, key=lambda name: (name != "eng", name))
    return "+".join(wanted[:_MOST_LANGUAGES])
