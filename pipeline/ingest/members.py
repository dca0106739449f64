"""Files inside files: each member is read by the reader of its own format, and its blocks say where they come from."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from pipeline.domain import Anchor, IngestWarning
from pipeline.errors import SourceError, UnreadableError
from pipeline.ingest.base import Member, Piece, Reader, Reading
from pipeline.ingest.damage import stumbled_over
from pipeline.ingest.identify import identify_with

# A message in an archive in an archive is met; anything deeper is a trap or a backup.
_MAX_DEPTH = 3
_MAX_MEMBERS = 1_000
_MAX_BYTES = 500 * 1024 * 1024
_ENDING_CHARS = 12
_NAMES_SHOWN = 10


class MembersRead:
    """The pieces and warnings of a file's members, those inside members included."""

    def __init__(self, readers: Iterable[Reader]) -> None:
        self.pieces: list[Piece] = []
        self.warnings: list[IngestWarning] = []
        self.count = 0
        """How many members were met."""
        self.failures: list[SourceError] = []
        """Why members could not be read, in order."""
        self._readers = tuple(readers)
        self._bytes = 0

    def read(self, members: Iterable[Member], shown: str, *, inside: str = "", depth: int = 1) -> None:
        """Adds the members' pieces; one that can't be read becomes a warning.

        Raises:
            SourceError: There are too many of them, they are too large, or they are nested too deeply.

        """
        for member in members:
            name = f"{inside}/{member.name}" if inside else member.name
            self.count += 1
            self._bytes += len(member.content)
            self._check(shown, name, depth)
            try:
                reading = self._reading(member, name)
            except SourceError as error:
                self.failures.append(type(error)(name, why=error.why, mend=error.mend, code=error.code))
                continue
            self.pieces += (_stamped(piece, name) for piece in reading.pieces)
            for warning in reading.warnings:
                self._warn(warning.code, warning.message, _placed(warning.anchor or Anchor(), name))
            self.read(reading.members, shown, inside=name, depth=depth + 1)

    def left_out(self) -> list[IngestWarning]:
        """A warning a reason why members could not be read, with their names."""
        by_reason: dict[tuple[str, str], list[SourceError]] = {}
        for failure in self.failures:
            by_reason.setdefault((failure.code, failure.why), []).append(failure)
        return [
            IngestWarning(
                code=code, message=f"left out: {_listed([one.what for one in some])}: {why}; {some[0].mend}",
                anchor=Anchor(inside=some[0].what),
            )
            for (code, why), some in by_reason.items()
        ]

    def _check(self, shown: str, name: str, depth: int) -> None:
        why = None
        if depth > _MAX_DEPTH:
            why = f"files are nested too deeply in it ({name})"
        elif self.count > _MAX_MEMBERS:
            why = f"it holds more than {_MAX_MEMBERS} files, which is the limit"
        elif self._bytes > _MAX_BYTES:
            why = f"it holds more than {_MAX_BYTES >> 20} MB of files, which is the limit"
        if why:
            raise UnreadableError(shown, code="too_large", why=why, mend="unpack it and give its documents one by one")

    def _reading(self, member: Member, name: str) -> Reading:
        if member.problem:
            raise UnreadableError(name, why=member.problem, mend="get a fresh copy")
        if not member.content:
            raise UnreadableError(name, code="empty", why="the file is empty (0 bytes)", mend="get a fresh copy")
        with tempfile.TemporaryDirectory(prefix="member-") as folder:
            ending = PurePosixPath(member.name).suffix
            ending = ending if ending[1:].isalnum() and ending.isascii() and len(ending) <= _ENDING_CHARS else ""
            path = Path(folder) / f"member{ending}"
            path.write_bytes(member.content)
            try:
                reader = identify_with(path, self._readers, shown=name).reader
                reading = reader.read(path)
                # What comes out lazily must be made while the file is there.
                return replace(reading, members=tuple(reading.members))
            except SourceError:
                raise
            except (Exception, RecursionError) as error:  # parsers raise anything on damaged bytes
                raise UnreadableError(
                    name, why=f"it is damaged: {stumbled_over(error)}", mend="get a fresh copy",
                ) from error

    def _warn(self, code: str, message: str, anchor: Anchor) -> None:
        self.warnings.append(IngestWarning(code=code, message=f"{anchor.inside}: {message}", anchor=anchor))


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    return shown if len(names) <= _NAMES_SHOWN else f"{shown} and {len(names) - _NAMES_SHOWN} more"


def _stamped(piece: Piece, name: str) -> Piece:
    return replace(piece, anchor=_placed(piece.anchor, name))


def _placed(anchor: Anchor, name: str) -> Anchor:
    return anchor.model_copy(update={"inside": name})
