"""Cues to spoken words: markup taken off, repeated lines of rolling captions dropped, and who speaks.

Speakers are told by voice tags (`<v Name>`), by labels ("Name: …", ">> NAME: …") where a file uses them all through,
and a change of an unnamed speaker by ">>" or a dash.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.ingest.clean import UNSPACED, one_line
from pipeline.ingest.transcript_captions import Cue

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:[ \t\n]+(?P<name>[^>]{0,200}))?>|(?P<closed></v\s*>)")
_READING = re.compile(r"<rt(?:\.[^\s>]*)?(?:\s[^>]*)?>.*?(?:</rt>|(?=</ruby>)|$)", re.DOTALL)
_TAG = re.compile(
    r"</?(?:c|b|i|u|s|em|strong|font|span|br|ruby|rt|lang)(?:\.[^\s>]*)?(?:\s[^<>]*)?/?>|<(?:\d+:)?\d+:\d+(?:[.,]\d+)?>"
    r"|\{\\[^}]*\}|\{/?[biu]\}",
    re.IGNORECASE,
)
_ROLLED_TAG = re.compile(r"<(?:\d+:)?\d+:\d+[.,]\d+>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|\w{2,31});", re.IGNORECASE)
_DASH = re.compile(r"^[-–—‐]\s*(?=[^\W\d_]|[\"'“‘¿¡♪\[(])")
_CHANGE = re.compile(r"\s*(?:>>+|»»?(?=\s*[A-Z]))\s*")
_LABEL = re.compile(
    r"^(?P<name>[^\W_][^:：;!?,<>{}\"“”]{0,47}?)\s*[:：](?:\s+|(?<=：))(?=\S)|^(?P<alone>[^\W_][^:：;!?,<>{}\"“”]{0,47}?)\s*[:：]$"
)
_PARTICLES = frozenset("a al and bin da de del den der di dos du el from la le of the und van von y zu".split())
# Words before a colon that name no one, in the languages transcripts mostly come in.
_NO_NAMES = frozenset(
    "note notes warning caution danger example question tip remember important summary result http https step rule "
    "chapter section part slide module lesson unit figure table appendix achtung hinweis beispiel frage wichtig "
    "schritt nota ejemplo importante attention exemple remarque info warn error debug subject date time".split()
)
# Of all cues, the least share that carries labels where labels name speakers.
_LABEL_SHARE = 0.02
_ROLLED_SHARE = 0.2


class Said(NamedTuple):
    """Words of one speaker within one cue."""

    text: str
    start: float
    end: float | None
    line: int
    speaker: str | None = None
    last_line: int | None = None
    """Where it is not the first."""
    opens: bool = False
    """Whether someone else begins to speak here, named or not."""
    is_parted: bool = False
    chapter: str | None = None


class _Voiced(NamedTuple):
    """A part of a cue in one voice."""

    cue: Cue
    lines: tuple[str, ...]
    voice: str | None
    is_first: bool


def said(cues: Sequence[Cue]) -> list[Said]:
    """What the cues say, in order, each word once."""
    voiced = _named([part for cue in cues for part in _voiced(cue)])
    is_rolled = any(_ROLLED_TAG.search(line) for cue in cues for line in cue.lines)
    voiced = _unrolled(voiced, is_certain=is_rolled)
    names = speakers([line for part in voiced for line in part.lines], cues=len(cues))
    has_voices = any(part.voice for part in voiced)
    made: list[Said] = []
    speaker: str | None = None
    for part in voiced:
        is_first = part.is_first
        if has_voices:
            speaker = part.voice
        # Where the file names its voices, a dash is only a dash.
        for turn in [_Turn(_joined(part.lines), None, opens=False)] if has_voices else _turns(part.lines, names):
            if turn.opens:
                speaker = turn.speaker
            if turn.text:
                cue = part.cue
                made.append(
                    Said(
                        turn.text, cue.start, cue.end, cue.line, speaker,
                        opens=turn.opens and not _repeats(made, speaker),
                        is_parted=is_first and cue.is_parted, chapter=cue.chapter if is_first else None,
                    )
                )
                is_first = False
    return made


def _named(parts: Sequence[_Voiced]) -> list[_Voiced]:
    """Parts whose first line is the speaker's name, as Teams once wrote it, with that name as their voice."""
    names = Counter(part.lines[0] for part in parts if _is_name_line(part))
    if not names or names.total() < 0.8 * len(parts) or len(names) > 0.7 * len(parts):
        return list(parts)
    return [
        part._replace(lines=part.lines[1:], voice=part.lines[0]) if _is_name_line(part) else part for part in parts
    ]


def _is_name_line(part: _Voiced) -> bool:
    name = part.lines[0]
    return part.voice is None and len(part.lines) > 1 and label_of(f"{name}: x") == name


def _repeats(made: Sequence[Said], speaker: str | None) -> bool:
    """Whether the speaker named is the one who has been speaking."""
    return speaker is not None and bool(made) and made[-1].speaker == speaker


def _joined(lines: Sequence[str]) -> str:
    text = ""
    for line in lines:
        text += spaced(text, line) + line
    return text


def spaced(before: str, after: str) -> str:
    """What stands between two texts of one paragraph: a space, or nothing in Chinese and Japanese."""
    return "" if not before or (UNSPACED.match(before[-1]) and UNSPACED.match(after)) else " "


def speakers(lines: Sequence[str], *, cues: int) -> frozenset[str]:
    """The names that label lines, where labels are used all through; one label alone is only a word and a colon.

    Args:
        lines: Lines of spoken text.
        cues: How many cues they come from.

    """
    counts = Counter(
        name for line in lines for part in _CHANGE.split(line) if (name := label_of(_DASH.sub("", part)))
    )
    total = sum(counts.values())
    if total < max(2, _LABEL_SHARE * cues):
        return frozenset(name for name in counts if _is_shouted(name))
    is_habit = total >= 0.5 * cues
    return frozenset(
        name for name, count in counts.items()
        if count > 1 or is_habit or _is_shouted(name) or (len(name.split()) > 1 and max(counts.values()) > 1)
    )


def label_of(line: str) -> str | None:
    """The name before the line's colon, if it is shaped like one."""
    match = _LABEL.match(line)
    if match is None:
        return None
    name = one_line(match["name"] or match["alone"])
    words = re.sub(r"[(\[].*?[)\]]", "", name).split()
    if not words or len(words) > 5 or words[0].lower().strip(".") in _NO_NAMES:
        return None
    if not all(word[0].isupper() or word[0].isdigit() or not _has_case(word) or word in _PARTICLES for word in words):
        return None
    if re.search(r"\w{3,}\. ", name) or name.isdigit():
        return None
    return name


def _has_case(word: str) -> bool:
    return word.lower() != word.upper()


def _is_shouted(name: str) -> bool:
    return name.isupper() and sum(char.isalpha() for char in name) > 2


def _voiced(cue: Cue) -> list[_Voiced]:
    """The cue's parts by voice, as plain lines."""
    text = "\n".join(cue.lines)
    parts: list[_Voiced] = []
    voice: str | None = None
    at = 0
    for tag in [*_VOICE.finditer(text), None]:
        lines = _plain(text[at : tag.start() if tag else len(text)])
        if lines:
            parts.append(_Voiced(cue, lines, voice, is_first=not parts))
        if tag:
            voice = one_line(_unescaped(tag["name"] or "")) or None
            at = tag.end()
    return parts


def _plain(text: str) -> tuple[str, ...]:
    text = _TAG.sub(lambda tag: "\n" if tag.group().lower().startswith("<br") else "", _READING.sub("", text))
    return tuple(line for raw in _unescaped(text).split("\n") if (line := one_line(raw)))


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)


def _unrolled(parts: Sequence[_Voiced], *, is_certain: bool) -> list[_Voiced]:
    """Without cues given twice and, where captions roll, without the lines that were on the screen before."""
    once: list[_Voiced] = []
    for part in parts:
        twin = once[-1] if once else None
        if not twin or (twin.lines, twin.voice, twin.cue.start, twin.cue.end) != (
            part.lines, part.voice, part.cue.start, part.cue.end
        ):
            once.append(part)
    repeats = [_repeated(before.lines, part.lines) for before, part in pairwise(once)]
    count = sum(bool(repeat) for repeat in repeats)
    if not is_certain and count < max(3, _ROLLED_SHARE * len(once)):
        return once
    made = once[:1]
    for part, repeat in zip(once[1:], repeats, strict=True):
        rest = tuple(line for line in repeat if line) if repeat else part.lines
        if rest:
            made.append(part._replace(lines=rest))
    return made


def _repeated(before: tuple[str, ...], lines: tuple[str, ...]) -> tuple[str, ...]:
    """What is new in the lines, where they begin with the last ones of the cue before; () where nothing is repeated.

    A tuple of one empty line says that all of them are repeated.
    """
    for count in range(min(len(before), len(lines)), 0, -1):
        if before[-count:] == lines[:count]:
            return lines[count:] or ("",)
    last = before[-1]
    shared = [*before[:-1]] == [*lines[: len(before) - 1]] and len(lines) >= len(before)
    place = len(before) - 1 if shared else 0
    if len(last.split()) > 1 and lines[place].startswith(last + " "):
        return (lines[place][len(last) :].strip(), *lines[place + 1 :])
    return ()


class _Turn(NamedTuple):
    text: str
    speaker: str | None
    opens: bool


def _turns(lines: Sequence[str], names: frozenset[str]) -> list[_Turn]:
    """The lines of one voice, parted where someone else begins."""
    turns = [_Turn("", None, opens=False)]
    for line in lines:
        dash = _DASH.match(line)
        for number, part in enumerate(_CHANGE.split(line[dash.end() :] if dash else line)):
            label = label_of(part)
            if label in names and (match := _LABEL.match(part)):
                turns.append(_Turn(part[match.end() :], label, opens=True))
            elif number or dash:
                turns.append(_Turn(part, None, opens=True))
            else:
                turns[-1] = turns[-1]._replace(text=_joined([some for some in (turns[-1].text, part) if some]))
            dash = None
    return [turn for turn in turns if turn.text or turn.opens]
