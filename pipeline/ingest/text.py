"""Plain text to pieces: hard-wrapped lines joined, headings and lists as people type them.

Works in three steps: lines → paragraphs of neighbouring lines (`_paragraphs`) → pieces of each (`_Classifier`), and
run-in heads ("Purpose. This procedure…") made headings where the whole text is written that way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.domain import Anchor, BlockKind
from pipeline.errors import UnreadableError
from pipeline.ingest.base import Piece, Reading, Sample
from pipeline.ingest.clean import joined, marked, one_line, vocabulary
from pipeline.ingest.decode import decode
from pipeline.ingest.transcript_plain import transcript
from pipeline.ingest.transcript_turns import pieces_of as pieces_of_speech

_UNDERLINE = re.compile(r"^\s*([=\-~^*_])\1{2,}\s*$")
_SECTION_NUMBER = re.compile(
    r"^(?:(\d+(?:\.\d+)+)\.?|(\d+)\.?|(?:Section|Chapter|Part|Appendix) [\dA-Z]+[.:]?)\s+(?=\S)"
)
_PAGE_NUMBER = re.compile(
    r"^\s*(?:(?:page|seite|p\.)\s*)?[-–]?\s*\d{1,4}\s*(?:(?:of|von|/)\s*\d{1,4}\s*)?[-–]?\s*$", re.I
)
_RUN_IN = re.compile(r"^([^\W\d_][^.:!?;]{1,60})\.\s+(?=[^\W\d_]*\w)")
_CELL_GAP = re.compile(r"\t+| {3,}")
_SENTENCE_END = (".", "!", "?", ":", ";", ".”", '."', ".)")
_LONG_LINE_CHARS = 120
_HEADING_CHARS = 80


@dataclass(frozen=True)
class _Line:
    number: int
    text: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())

    @property
    def bare(self) -> str:
        return self.text.strip()


@dataclass(frozen=True)
class TextReader:
    """Text without markup, in any of the usual encodings."""

    name: str = "text"
    label: str = "plain text file"
    suffixes: tuple[str, ...] = (".txt", ".text")
    media_type: str = "text/plain"

    def recognises(self, sample: Sample) -> bool:
        """Any text."""
        return sample.text is not None

    def read(self, path: Path) -> Reading:
        """Blocks with line numbers."""
        decoded = decode(path.read_bytes())
        if decoded is None:
            raise UnreadableError(
                str(path), why="it is not text all through, or its last bytes are missing", mend="get a fresh copy"
            )
        return Reading(pieces=pieces_of(decoded.text), warnings=decoded.warnings)


def pieces_of(text: str) -> tuple[Piece, ...]:
    """The text's blocks in order, with line numbers; those of a transcript with times and speakers too."""
    if spoken := transcript(text):
        before = "\n".join(text.split("\n")[: spoken.first_line - 1])
        return (*(pieces_of(before) if before.strip() else ()), *pieces_of_speech(spoken.spoken))
    lines = [_Line(number, line.expandtabs(8) if "\t" not in line.strip() else line)
             for number, line in enumerate(text.replace("\f", "\n").split("\n"), 1)]
    groups = list(_paragraphs(lines))
    words = vocabulary([line.text for line in lines])
    pieces = list(_Classifier(groups, words).pieces())
    return tuple(_with_run_in_heads(pieces))


def _paragraphs(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Neighbouring lines that belong together: parted at empty lines, list markers, headings with a line below them,
    and where a short line ends a sentence.
    """
    lengths = sorted(len(line.bare) for line in lines if line.bare)
    width = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    is_wrapped = width <= _LONG_LINE_CHARS
    group: list[_Line] = []
    for index, line in enumerate(lines):
        following = lines[index + 1].text if index + 1 < len(lines) else ""
        starts_new = (
            not line.bare
            or marked(line.bare) is not None
            or (_UNDERLINE.match(following) and len(following.strip()) >= len(line.bare) / 2)
            or (group and not is_wrapped)
            or (group and _UNDERLINE.match(group[-1].text))
            or (group and _ends_early(group, line, width))
            or (group and _is_table_row(group[-1]) != _is_table_row(line))
        )
        if group and starts_new:
            yield group
            group = []
        if line.bare:
            group.append(line)
    if group:
        yield group


def _ends_early(group: Sequence[_Line], line: _Line, width: int) -> bool:
    last = group[-1]
    if _is_table_row(last) and _is_table_row(line):
        return False
    if marked(group[0].bare) and line.indent > group[0].indent:
        return False
    is_short = len(last.bare) + len(line.bare.split()[0]) + 1 < 0.75 * width
    return is_short and line.bare[:1].isupper() and (last.bare.endswith(_SENTENCE_END) or last.bare.isupper())


def _is_table_row(line: _Line) -> bool:
    return len(_cells(line)) > 1 and marked(line.bare) is None


def _cells(line: _Line) -> list[str]:
    if line.bare.count("|") > 1:
        return [cell.strip() for cell in line.bare.strip("|").split("|")]
    return _CELL_GAP.split(line.bare)


class _Classifier:
    """What each paragraph is; headings need to see their neighbours."""

    def __init__(self, groups: Sequence[list[_Line]], words: frozenset[str]) -> None:
        self._groups = groups
        self._words = words
        self._list_indents: list[int] = []

    def pieces(self) -> Iterator[Piece]:
        for index, group in enumerate(self._groups):
            yield self._piece(index, group)

    def _piece(self, index: int, group: list[_Line]) -> Piece:
        anchor = Anchor(lines=(group[0].number, group[-1].number))
        text = self._joined(group)
        if len(group) == 2 and _UNDERLINE.match(group[1].text):
            underlined = 1 if group[1].bare.startswith("=") else 2
            return Piece(BlockKind.HEADING, group[0].bare, level=underlined, anchor=anchor)
        if all(_PAGE_NUMBER.match(line.text) or _UNDERLINE.match(line.text) for line in group):
            return Piece(BlockKind.FURNITURE, text, anchor=anchor)
        if level := self._heading_level(index, group):
            self._list_indents = []
            return Piece(BlockKind.HEADING, text, level=level, anchor=anchor)
        if len(group) > 1 and all(_is_table_row(line) for line in group):
            rows = tuple(tuple(_cells(line)) for line in group if not set(line.bare) <= set("|+-=: "))
            if len({len(row) for row in rows}) == 1:
                return Piece(BlockKind.TABLE, "", rows=rows, anchor=anchor)
        if mark := marked(text):
            return Piece(
                BlockKind.LIST_ITEM, mark.text, level=self._depth(group[0].indent), marker=mark.marker, anchor=anchor
            )
        self._list_indents = []
        if all(line.bare.startswith(">") for line in group):
            quoted = [replace(line, text=line.bare.lstrip("> ")) for line in group]
            return Piece(BlockKind.QUOTE, self._joined(quoted), anchor=anchor)
        return Piece(BlockKind.PARAGRAPH, text, anchor=anchor)

    def _joined(self, group: Sequence[_Line]) -> str:
        return joined([line.text for line in group], self._words, breaks_words=False)

    def _depth(self, indent: int) -> int:
        while self._list_indents and indent < self._list_indents[-1]:
            self._list_indents.pop()
        if not self._list_indents or indent > self._list_indents[-1]:
            self._list_indents.append(indent)
        return len(self._list_indents)

    def _heading_level(self, index: int, group: Sequence[_Line]) -> int | None:
        """The level of a heading without a line under it, or None."""
        text = group[0].bare
        if len(group) > 1 or len(text) > _HEADING_CHARS + 40 or not any(char.isalpha() for char in text):
            return None
        if text.endswith((".", ",", ";")) or (text.endswith(":") and not text.isupper()) or _is_table_row(group[0]):
            return None
        if index == 0 and self._stands_alone(index) and marked(text) is None:
            return 1
        if len(text) > _HEADING_CHARS:
            return None
        if number := _SECTION_NUMBER.match(text):
            if self._has_list_neighbour(index) or not self._stands_alone(index):
                return None
            return 2 + number[1].count(".") if number[1] else 2
        if marked(text) is not None:
            return None
        if text.isupper() and sum(char.isalpha() for char in text) > 3:
            return 2
        is_short = len(text) <= 60 and len(text.split()) <= 8 and text[:1].isupper() and not text.endswith(("!", "?"))
        return 3 if is_short and self._stands_alone(index) and self._leads_prose(index) else None

    def _stands_alone(self, index: int) -> bool:
        """Whether there are empty lines around the paragraph."""
        group = self._groups[index]
        if index + 1 == len(self._groups):
            return False
        is_parted = index == 0 or group[0].number - self._groups[index - 1][-1].number > 1
        return is_parted and self._groups[index + 1][0].number - group[-1].number > 1

    def _leads_prose(self, index: int) -> bool:
        """Whether what follows is longer than a heading, or a list."""
        after = self._groups[index + 1]
        text = " ".join(line.bare for line in after)
        return len(text) > _HEADING_CHARS or text.endswith(".") or marked(text) is not None

    def _has_list_neighbour(self, index: int) -> bool:
        """Whether the paragraph before or after carries the next number: then it is a list, not a heading."""
        own = marked(self._groups[index][0].bare)
        if own is None or own.number is None:
            return False
        for near in (index - 1, index + 1):
            if 0 <= near < len(self._groups):
                mark = marked(self._groups[near][0].bare)
                if mark is not None and mark.number in (own.number - 1, own.number + 1):
                    return True
        return False


def _with_run_in_heads(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Heads that open a paragraph on its first line, as headings, where at least three paragraphs and half of the
    long ones begin so: one short first sentence alone is only a short sentence.
    """
    long = [piece for piece in pieces if piece.kind is BlockKind.PARAGRAPH and len(piece.text) > 120]
    heads = {id(piece): match for piece in long if (match := _RUN_IN.match(piece.text)) and _is_head(match[1])}
    if len(heads) < 3 or len(heads) < len(long) / 2:
        yield from pieces
        return
    for piece in pieces:
        match = heads.get(id(piece))
        if match is None:
            yield piece
            continue
        yield replace(piece, kind=BlockKind.HEADING, text=match[1], level=2)
        yield replace(piece, text=one_line(piece.text[match.end() :]))


def _is_head(text: str) -> bool:
    return len(text.split()) <= 6 and text[:1].isupper()
