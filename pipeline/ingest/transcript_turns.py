"""Spoken words to blocks: joined over cue borders, a paragraph a few sentences of one speaker, with its times.

Captions cut sentences to fit a screen; a quote and its place need them whole. A paragraph is cut where a sentence ends;
where captions have no full stops, at the longest pause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.domain import Anchor, BlockKind
from pipeline.ingest.base import Piece
from pipeline.ingest.clean import joined, vocabulary
from pipeline.ingest.transcript_speech import Said, spaced

# A paragraph is full from here on, where its sentence ends with its cue; or from there on, where it doesn't.
_FULL_CHARS = 500
_OVERFULL_CHARS = 800
# What a paragraph never passes: an anchor in time is of use only if what it holds is found at once.
_MOST_CHARS = 1400
_MOST_S = 110.0
# Two sentences with this silence between them are two paragraphs.
_PAUSE_S = 4.0
# A cue as long as this is a turn of a plain transcript; times inside it are shared out over its characters.
_LONG_CUE_S = 120.0
_SENTENCE_END = re.compile(
    r"(?<![A-Z]\.)(?<!\b[A-Z])(?<!\b(?:Mr|Ms|Dr|St|vs|No))(?<!\b(?:Mrs|etc|e\.g|i\.e))[.!?…؟۔।]+[\"'”’»)\]]*\s+(?![a-zà-ÿ])|[。！？]+[」』）”]*"
)


# What ends with a quote and what is said of it stay together.
_QUOTES = "\"”»"


class _Span(NamedTuple):
    """A half-open range of a turn's text."""

    start: int
    end: int


def pieces_of(spoken: Iterable[Said]) -> tuple[Piece, ...]:
    """Paragraphs and headings of what is said, in order, with times, speakers and lines."""
    spoken = list(spoken)
    words = vocabulary([part.text for part in spoken])
    pieces: list[Piece] = []
    for turn in _turns(spoken):
        if turn[0].chapter:
            anchor = Anchor(start=turn[0].start, end=turn[0].end)
            pieces.append(Piece(BlockKind.HEADING, turn[0].chapter, level=1, anchor=anchor))
        pieces += _Turn(turn, words).paragraphs()
    return tuple(pieces)


def _turns(spoken: Sequence[Said]) -> Iterator[list[Said]]:
    turn: list[Said] = []
    for part in spoken:
        if turn and (part.opens or part.chapter or part.speaker != turn[-1].speaker):
            yield turn
            turn = []
        turn.append(part)
    if turn:
        yield turn


class _Turn:
    """One speaker's words in a row, as one text that knows which cue each character comes from."""

    def __init__(self, parts: Sequence[Said], words: frozenset[str]) -> None:
        self._parts = parts
        self._starts: list[int] = []
        """Where each part begins in the text."""
        texts: list[str] = []
        length = 0
        for part in parts:
            tail = texts[-1] if texts else ""
            self._starts.append(length)
            if tail.endswith(("-", "‐")):
                # A word broken over two cues is made whole by its last half-word alone: the text may be hours long.
                cut = tail.rfind(" ") + 1
                whole = joined([tail[cut:], part.text], words, breaks_words=False)
                texts[-1] = tail[:cut]
                length -= len(tail) - cut
                text = whole
            else:
                text = spaced(tail, part.text) + part.text
                self._starts[-1] += len(text) - len(part.text)
            texts.append(text)
            length += len(text)
        self._text = "".join(texts)

    def paragraphs(self) -> Iterator[Piece]:
        for span in self._packed(list(self._sentences())):
            text = self._text[span.start : span.end].strip()
            if text:
                yield Piece(BlockKind.PARAGRAPH, text, anchor=self._anchor(span))

    def _packed(self, sentences: Sequence[_Span]) -> Iterator[_Span]:
        start = 0
        for sentence, following in zip(sentences, [*sentences[1:], None], strict=True):
            if following is None or self._ends_paragraph(start, sentence, following):
                yield _Span(start, sentence.end)
                start = sentence.end

    def _ends_paragraph(self, start: int, sentence: _Span, following: _Span) -> bool:
        chars = sentence.end - start
        if self._text[start : sentence.end].rstrip()[-1:] in _QUOTES and following.end - start <= _MOST_CHARS:
            return self._duration(_Span(start, following.end)) > _MOST_S
        starts_cue = self._starts[self._part_at(following.start)] == following.start
        if starts_cue:
            part = self._parts[self._part_at(following.start)]
            before = self._parts[self._part_at(following.start) - 1]
            pause = part.start - (before.end if before.end is not None else part.start)
            if part.is_parted or pause >= _PAUSE_S or chars >= _FULL_CHARS:
                return True
        if chars >= _OVERFULL_CHARS or following.end - start > _MOST_CHARS:
            return True
        return self._duration(_Span(start, following.end)) > _MOST_S

    def _sentences(self) -> Iterator[_Span]:
        """Ranges that follow one another and make up the text; none is longer than a paragraph may be."""
        start = 0
        ends = [match.end() for match in _SENTENCE_END.finditer(self._text)]
        for end in [*ends, len(self._text)]:
            if end > start:
                yield from self._shortened(_Span(start, end))
                start = end

    def _shortened(self, span: _Span) -> Iterator[_Span]:
        """The span in parts where it is too long: cut at the longest pause between cues, else between words."""
        while span.end - span.start > _MOST_CHARS or self._duration(span) > _MOST_S:
            end = self._best_cut(span)
            if end is None:
                break
            yield _Span(span.start, end)
            span = _Span(end, span.end)
        yield span

    def _best_cut(self, span: _Span) -> int | None:
        first, last = self._part_at(span.start), self._part_at(span.end - 1)
        best: tuple[float, int] | None = None
        for index in range(first + 1, last + 1):
            at = self._starts[index]
            chars = at - span.start
            if chars <= 0:
                continue
            if best and (chars > _OVERFULL_CHARS or self._duration(_Span(span.start, at)) > _MOST_S):
                break
            before = self._parts[index - 1].end
            pause = self._parts[index].start - (before if before is not None else self._parts[index].start)
            # Of equal pauses the last that leaves a paragraph of the usual length.
            worth = pause if chars >= _FULL_CHARS / 2 else pause - 60
            if best is None or worth >= best[0]:
                best = worth, at
        if best:
            return best[1]
        return self._word_cut(span)

    def _word_cut(self, span: _Span) -> int | None:
        """A cut inside one cue, between words; a short text may last as long as it likes."""
        if span.end - span.start <= _OVERFULL_CHARS:
            return None
        most = min(span.end - 1, span.start + _OVERFULL_CHARS)
        while most - span.start > 1 and self._duration(_Span(span.start, most)) > _MOST_S:
            most = span.start + (most - span.start) // 2
        space = self._text.rfind(" ", span.start + 1, most)
        cut = space + 1 if space > 0 else most
        return cut if span.start < cut < span.end else None

    def _part_at(self, at: int) -> int:
        low, high = 0, len(self._starts) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._starts[middle] <= at else (low, middle - 1)
        return low

    def _duration(self, span: _Span) -> float:
        start, end = self._times(span)
        return (end or start) - start

    def _times(self, span: _Span) -> tuple[float, float | None]:
        first, last = self._part_at(span.start), self._part_at(span.end - 1)
        inside = self._time(first, span.start)
        start = self._parts[first].start if inside is None else inside
        ends = [part.end for part in self._parts[first:last] if part.end is not None]
        inside = self._time(last, span.end)
        end = self._parts[last].end if inside is None else inside
        return start, max([*ends, end]) if end is not None else None

    def _time(self, index: int, at: int) -> float | None:
        """Seconds at a place inside a cue that lasts long; None where the cue's own times are near enough."""
        part = self._parts[index]
        if part.end is None or part.end - part.start <= _LONG_CUE_S:
            return None
        begin = self._starts[index]
        length = (self._starts[index + 1] if index + 1 < len(self._starts) else len(self._text)) - begin
        return round(part.start + (part.end - part.start) * min(1.0, (at - begin) / max(1, length)), 1)

    def _anchor(self, span: _Span) -> Anchor:
        start, end = self._times(span)
        first, last = self._parts[self._part_at(span.start)], self._parts[self._part_at(span.end - 1)]
        return Anchor(start=start, end=end, speaker=first.speaker, lines=(first.line, last.last_line or last.line))
