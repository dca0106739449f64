"""Captions to pieces: WebVTT (also as Teams, Zoom and YouTube write it) and SRT.

The way through: `transcript_captions` finds the cues, `transcript_speech` their words and speakers, `transcript_turns`
makes paragraphs of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import IngestWarning
from pipeline.errors import UnreadableError
from pipeline.ingest.base import Reading, Sample
from pipeline.ingest.decode import decode
from pipeline.ingest.transcript_captions import captions, is_timing
from pipeline.ingest.transcript_speech import said
from pipeline.ingest.transcript_turns import pieces_of

# Times stand in the first lines of an SRT file, after a number.
_HEAD_LINES = 3


@dataclass(frozen=True)
class VttReader:
    """WebVTT captions, as players, Teams, Zoom and YouTube write them."""

    name: str = "vtt"
    label: str = "WebVTT caption file"
    suffixes: tuple[str, ...] = (".vtt",)
    media_type: str = "text/vtt"

    def recognises(self, sample: Sample) -> bool:
        """Text that begins with WEBVTT."""
        return sample.text is not None and sample.text.lstrip("\ufeff \n").startswith("WEBVTT")

    def read(self, path: Path) -> Reading:
        """Paragraphs with times and speakers."""
        return _reading(path)


@dataclass(frozen=True)
class SrtReader:
    """SubRip captions, and WebVTT without its first line."""

    name: str = "srt"
    label: str = "SRT caption file"
    suffixes: tuple[str, ...] = (".srt",)
    media_type: str = "application/x-subrip"

    def recognises(self, sample: Sample) -> bool:
        """Text with a cue's times in its first lines, or anywhere in a file that is called captions."""
        lines = (line for line in (sample.text or "").split("\n") if line.strip("\ufeff \t"))
        if sample.suffix in (".srt", ".vtt"):
            return any(is_timing(line) for line in lines)
        return any(is_timing(line) for _, line in zip(range(_HEAD_LINES), lines, strict=False))

    def read(self, path: Path) -> Reading:
        """Paragraphs with times and speakers."""
        return _reading(path)


def _reading(path: Path) -> Reading:
    decoded = decode(path.read_bytes())
    if decoded is None:
        raise UnreadableError(str(path), why="it is not text all through", mend="get a fresh copy")
    found = captions(decoded.text)
    warnings = [*decoded.warnings]
    if found.bad_times:
        message = f"{found.bad_times} of {len(found.cues)} captions have times that are unreadable or run backwards"
        warnings.append(IngestWarning(code="bad_times", message=message))
    return Reading(
        pieces=pieces_of(said(found.cues)), title=found.title, language=found.language, warnings=tuple(warnings)
    )
