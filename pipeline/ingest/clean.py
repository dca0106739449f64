"""Text as an eye reads it: white space, invisible characters, words broken over lines, typed list markers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from pipeline.domain import BlockKind
from pipeline.ingest.base import Piece

# Soft hyphens, zero-width characters, byte order marks and direction marks: nothing a reader sees. The zero-width
# (non-)joiner stays, since Persian and Indic scripts are spelt with it.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_BULLETS = "•‣▪▫◦●○■□◆◇►▶➢➤✓✔✗❖·∙⁃*–—-"
_MARKER = re.compile(
    rf"^(?:(?P<bullet>[{re.escape(_BULLETS)}\uf0b7\uf0a7\uf0d8])|(?P<number>\(?(?:\d{{1,3}}|[a-zA-Z]|[ivx]{{2,5}}|[IVX]{{2,5}})[.)]"
    r"|\d{1,2}(?:\.(?:\d{1,2}|[a-z]|[ivx]{2,5})){1,4}[.)]?(?=\s+[A-Z])))\s+(?=\S)"
)
# Chinese and Japanese are written without spaces, so their lines are joined without one.
UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
# What the end of a paragraph is looked at for: its last word.
_TAIL_CHARS = 200
_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*")


class Marked(NamedTuple):
    """A line of a list: what stands before it, and its words."""

    marker: str
    text: str

    @property
    def is_bullet(self) -> bool:
        """Whether the marker is a sign and not a number or letter."""
        return self.marker == "•"

    @property
    def number(self) -> int | None:
        """The marker's number, counting letters from a = 1, or None for a bullet."""
        core = self.marker.strip("().")
        if core.isdigit():
            return int(core)
        return ord(core.lower()) - 96 if len(core) == 1 and core.isascii() and core.isalpha() else None


def one_line(text: str) -> str:
    """The text single-spaced, without invisible characters, ligatures written out."""
    if not text.isascii():
        text = _LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match.group()), _INVISIBLE.sub("", text))
    return " ".join(_CONTROL.sub(" ", text).split())


def code_lines(text: str) -> str:
    """Code as it stands, without blank lines around it and spaces at line ends."""
    return "\n".join(line.rstrip() for line in _CONTROL.sub("", text).split("\n")).strip("\n")


def marked(text: str) -> Marked | None:
    """The line's typed list marker and the rest, or None; every bullet sign becomes "•"."""
    match = _MARKER.match(text)
    if match is None:
        return None
    return Marked("•" if match["bullet"] else match["number"], text[match.end() :])


def vocabulary(texts: Sequence[str]) -> frozenset[str]:
    """The words of the lines in lower case, hyphenated ones whole, halves of broken ones left out; for `joined`."""
    words: set[str] = set()
    is_broken = False
    for text in texts:
        found = _WORD.findall(text.lower())
        starts_inside = is_broken
        is_broken = text.rstrip().endswith(("-", "\u2010", "\u00ad"))
        words.update(found[1 if starts_inside else 0 : len(found) - 1 if is_broken else None])
    return frozenset(words)


def joined(lines: Sequence[str], words: Collection[str], *, breaks_words: bool) -> str:
    """The lines of one paragraph as one line, with words that were broken over two lines made whole.

    Args:
        lines: In order.
        words: The document's words (`vocabulary`): they say whether a hyphen at a line's end belongs to the word.
        breaks_words: What an unknown hyphen is taken for: True where the format breaks words (typeset pages),
            False where people typed the line ends.

    """
    done: list[str] = []
    text = ""
    was_soft = False
    for raw in lines:
        line = one_line(raw)
        if not line:
            continue
        if len(text) > 2 * _TAIL_CHARS:  # or a paragraph of a megabyte would be copied with every line
            done.append(text[:-_TAIL_CHARS])
            text = text[-_TAIL_CHARS:]
        if not text or was_soft:
            text += line
        elif text.endswith(("-", "‐")) and line[:1].islower() and text[-2:-1].isalpha():
            text = _rejoined(text, line, words, breaks_words=breaks_words)
        elif text.endswith("/-") and breaks_words:  # an address broken after its stroke
            text = text[:-1] + line
        elif (text.endswith("-") and text[-2:-1].isalnum()) or (UNSPACED.match(text[-1]) and UNSPACED.match(line)):
            text += line
        else:
            text += " " + line
        # A soft hyphen at a line's end is a break by definition, and cleaning has taken it away.
        was_soft = raw.rstrip().endswith("\u00ad")
    return "".join([*done, text])


def _rejoined(text: str, line: str, words: Collection[str], *, breaks_words: bool) -> str:
    head = re.split(r"[^\w-]", text[:-1])[-1]
    tail = re.match(r"[\w-]*", line)
    rest = tail.group() if tail else ""
    whole, hyphenated = (head + rest).lower(), f"{head}-{rest}".lower()
    if whole in words:
        return text[:-1] + line
    if hyphenated in words or not breaks_words or "-" in head:
        return text + line
    if min(len(head), len(rest)) > 2 and head.lower() in words and rest.lower() in words:
        return text + line
    return text[:-1] + line


def with_typed_lists(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Paragraphs that begin with a typed bullet, or with a number that a neighbour continues, as list items."""
    pieces = [part for piece in pieces for part in _at_breaks(piece)]
    found = [marked(piece.text) if piece.kind is BlockKind.PARAGRAPH else None for piece in pieces]
    made = []
    for index, (piece, mark) in enumerate(zip(pieces, found, strict=True)):
        if mark is None or not (mark.is_bullet or _is_continued(found, index)):
            made.append(piece)
        elif not mark.is_bullet and not mark.marker.strip("().").isdigit():
            # "c)" is named by others ("as in c)"), and no list we make would count in letters: it stays in the text.
            made.append(replace(piece, kind=BlockKind.LIST_ITEM, level=piece.level or 1))
        else:
            made.append(
                replace(piece, kind=BlockKind.LIST_ITEM, text=mark.text, marker=mark.marker, level=piece.level or 1)
            )
    return tuple(made)


def _at_breaks(piece: Piece) -> list[Piece]:
    """The parts of a paragraph whose lines were parted by hand to make a list of two items or more."""
    lines = piece.text.split("\n") if piece.kind is BlockKind.PARAGRAPH else []
    if sum(marked(line.strip()) is not None for line in lines) < 2:
        return [piece]
    parts: list[str] = []
    for line in lines:
        if not parts or marked(line.strip()):
            parts.append(line.strip())
        else:
            parts[-1] += f"\n{line}"
    return [replace(piece, text=part) for part in parts if part.strip()]


def _is_continued(found: Sequence[Marked | None], index: int) -> bool:
    mark = found[index]
    number = mark.number if mark else None
    if number is None:
        return False
    around = [found[near] for near in (index - 1, index + 1) if 0 <= near < len(found)]
    return any(near is not None and near.number in (number - 1, number + 1) for near in around)
