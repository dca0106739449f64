"""Transcripts as text: what Teams, Zoom, YouTube and transcription services write without being a caption file.

A line with a time opens an entry: "Name   0:05", "[Name] 10:03:12", "[00:01:02] Name: text", "Name (00:12): text",
"10:03:12 From Name to Everyone: text", or a time alone. A text is taken for a transcript where such lines run through
it and their times go forward; a timetable or a log has other shapes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from pipeline.domain import BlockKind
from pipeline.ingest.base import Piece
from pipeline.ingest.transcript_captions import TIME, seconds
from pipeline.ingest.transcript_speech import Said, label_of
from pipeline.ingest.transcript_turns import pieces_of

_NAME = r"[^\W_][^\[\](){}:;!?,<>\t\"“”|]{0,47}?(?:\([^()]{1,24}\))?"
_RANGE = re.compile(rf"^\s*(?P<start>{TIME})\s*(?:-{{1,3}}>|→|[-–—])\s*(?P<end>{TIME})\s*$")
_TIME_FIRST = re.compile(rf"^\s*(?P<open>[\[(])?(?P<time>{TIME})(?(open)[\])])(?:\s*[-–—|:]\s+|\s+|$)(?P<rest>.*)$")
_NAME_FIRST = re.compile(
    rf"^\s*(?:\[(?P<boxed>[^\[\]]{{1,48}})\]|(?P<name>{_NAME}))"
    rf"(?P<gap>\s*:?\s*[\[(]|\s*[,|–—-]\s*|:\s*|\s+)(?P<time>{TIME})[\])]?\s*(?P<colon>:)?(?:\s+(?P<text>\S.*))?\s*$"
)
_CHAT = re.compile(r"^From\s+(?P<name>.{1,60}?)(?:\s+to\s+.{1,60}?)?\s*:\s*(?P<text>.*)$", re.IGNORECASE)
_LOG = re.compile(r"^\W*(?:info|warn(?:ing)?|error|debug|trace|fatal)\b", re.IGNORECASE)
_GAP = re.compile(r"[^\S\t]{4,}|\s{9,}")
_SENTENCE = (".", "!", "?", ",", ";", ":")
# Fewer lines with times than this share of a text's lines make no transcript.
_LEAST_SHARE = 0.08
_SORTED_SHARE = 0.85


class _Entry(NamedTuple):
    """What one line with a time opens."""

    opened: int
    """The line with the time."""
    line: int
    """The last line before its text, or the one it begins in: that with the time, or a name below it."""
    start: float
    end: float | None
    name: str | None
    text: str
    is_sure: bool
    """Whether the line could hardly be anything else."""
    may_name_next: bool = False
    """Whether the next line may be the speaker's name."""


class Transcript(NamedTuple):
    """A text read as a transcript."""

    first_line: int
    """Number of the line where it begins; what stands before is text like any other."""
    spoken: tuple[Said, ...]


def transcript(text: str) -> Transcript | None:
    """The text as a transcript, or None where it is none."""
    lines = text.split("\n")
    entries = _named([entry for number, line in enumerate(lines, 1) if (entry := _entry(line, number))], lines)
    filled = sum(bool(line.strip()) for line in lines)
    if not _is_transcript(entries, filled):
        return None
    spoken = []
    for entry, following in zip(entries, [*entries[1:], None], strict=True):
        last = following.opened - 1 if following else len(lines)
        while last > entry.line and not lines[last - 1].strip():
            last -= 1
        rest = [line.strip() for line in lines[entry.line : last]]
        name, words = entry.name, [entry.text, *rest]
        end = entry.end
        if end is None and following and following.start >= entry.start:
            end = following.start
        said = " ".join(word for word in words if word)
        if said:
            spoken.append(Said(said, entry.start, end, entry.opened, name, last_line=last))
    return Transcript(entries[0].opened, tuple(spoken)) if spoken else None


def with_turns(pieces: Sequence[Piece]) -> tuple[Piece, ...] | None:
    r"""The pieces of a transcript that came as a document, with times and speakers in their anchors; None where the
    document is no transcript.

    Args:
        pieces: Paragraphs as the file has them, line breaks as "\n" and wide gaps kept. What stands before the first
            line with a time, and what is no paragraph, stays as it is, in its place.

    """
    texts: list[str] = []
    owners: list[int] = []
    for index, piece in enumerate(pieces):
        if piece.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING) and not piece.hidden:
            lines = piece.text.split("\n")
            texts += lines
            owners += [index] * len(lines)
    found = transcript("\n".join(texts))
    if found is None:
        return None
    made = [
        (owners[(piece.anchor.lines or (1, 1))[0] - 1], piece) for piece in pieces_of(found.spoken)
    ]
    first = owners[found.first_line - 1]
    spoken = set(owners[found.first_line - 1 :])
    kept = [(index, piece) for index, piece in enumerate(pieces) if index < first or index not in spoken]
    placed = [
        (
            index,
            replace(piece, anchor=pieces[index].anchor.model_copy(
                update={"start": piece.anchor.start, "end": piece.anchor.end, "speaker": piece.anchor.speaker}
            )),
        )
        for index, piece in made
    ]
    return tuple(piece for _, piece in sorted([*kept, *placed], key=lambda one: one[0]))


def _entry(line: str, number: int) -> _Entry | None:
    line = _GAP.sub("   ", line)
    if match := _RANGE.match(line):
        return _Entry(
            number, number, seconds(match["start"]), seconds(match["end"]), None, "",
            is_sure="." in line or "," in line, may_name_next=True,
        )
    if match := _TIME_FIRST.match(line):
        return _time_first(match, number)
    match = _NAME_FIRST.match(line)
    if match is None:
        return None
    name = (match["boxed"] or match["name"]).strip()
    gap, text = match["gap"], match["text"] or ""
    is_marked = bool(match["boxed"] or match["colon"] or "[" in gap or "(" in gap or "\t" in gap or len(gap) > 1)
    if label_of(f"{name}: x") is None or (text and not is_marked):
        return None
    return _Entry(number, number, seconds(match["time"]), None, name, text, is_sure=is_marked)


def _time_first(match: re.Match[str], number: int) -> _Entry | None:
    start, rest = seconds(match["time"]), match["rest"].strip()
    is_full = match["time"].count(":") > 1
    is_marked = bool(match["open"]) or is_full
    if _LOG.match(rest):
        return None
    if chat := _CHAT.match(rest):
        return _Entry(number, number, start, None, chat["name"].strip(), chat["text"], is_sure=is_marked)
    if name := label_of(rest):
        text = re.split(r"[:：]\s*", rest, maxsplit=1)[1]
        return _Entry(number, number, start, None, name, text, is_sure=is_marked)
    if not rest:
        return _Entry(number, number, start, None, None, "", is_sure=False)
    return _Entry(number, number, start, None, None, rest, is_sure=is_marked) if is_marked else None


def _named(entries: Sequence[_Entry], lines: Sequence[str]) -> list[_Entry]:
    """Entries whose time is followed by a name on the same or next line, where that name returns in the text."""
    candidates = [_name_near(entry, lines) for entry in entries]
    counts = Counter(name for name in candidates if name)
    # One name that returns shows what the others are, where most entries have one.
    is_habit = counts.total() > 0.5 * len(entries) and max(counts.values(), default=0) > 1
    made = []
    for entry, name in zip(entries, candidates, strict=True):
        if name is None or not (is_habit or counts[name] > 1):
            made.append(entry)
        elif entry.may_name_next:
            made.append(entry._replace(name=name, line=entry.line + 1, is_sure=True))
        else:
            made.append(entry._replace(name=name, text="", is_sure=True))
    return made


def _name_near(entry: _Entry, lines: Sequence[str]) -> str | None:
    if entry.name:
        return None
    near = entry.text
    if entry.may_name_next:
        near = lines[entry.line].strip() if entry.line < len(lines) else ""
    if not near or near.endswith(_SENTENCE) or label_of(f"{near}: x") != near:
        return None
    return near


def _is_transcript(entries: Sequence[_Entry], filled: int) -> bool:
    sure = [entry for entry in entries if entry.is_sure]
    names = Counter(entry.name for entry in entries if entry.name)
    if len(entries) < 2 or len(entries) < _LEAST_SHARE * filled:
        return False
    starts = [entry.start for entry in entries]
    forward = sum(before <= after for before, after in pairwise(starts))
    if forward < _SORTED_SHARE * (len(starts) - 1):
        return False
    if len(sure) > 0.5 * len(entries) and (len(sure) > 2 or names):
        return True
    returns = len(entries) > 2 and bool(names) and max(names.values()) > 1
    # Times alone on their lines: a pasted transcript begins within its first minute, a timetable in the morning.
    return returns or (len(entries) > 2 and starts[0] < 60)
