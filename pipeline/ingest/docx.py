"""Word files to pieces: the parts' XML is walked by hand.

python-docx leaves out tracked insertions, content controls and text boxes (its #340, #1123), its tables are quadratic,
and it refuses packages that Word opens.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.domain import BlockKind
from pipeline.ingest.base import Member, Piece, Reading, Sample
from pipeline.ingest.clean import one_line, with_typed_lists
from pipeline.ingest.docx_package import Package
from pipeline.ingest.docx_walk import BLOCKS, Walk
from pipeline.ingest.docx_xml import streamed
from pipeline.ingest.transcript_plain import with_turns

_MAX_MEMBER_BYTES = 100 << 20


@dataclass(frozen=True)
class DocxReader:
    """Word documents and templates of any Office version since 2007; macros in them are never run."""

    name: str = "docx"
    label: str = "Word document"
    suffixes: tuple[str, ...] = (".docx", ".docm", ".dotx", ".dotm")
    media_type: str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def recognises(self, sample: Sample) -> bool:
        """A zip archive with a Word part."""
        return sample.members is not None and any(
            name.replace("\\", "/").lower().startswith("word/") for name in sample.members
        )

    def read(self, path: Path) -> Reading:
        """Blocks in body order with the number of their paragraph; notes and comments after what they belong to.

        A page is not given: Word breaks pages anew on each machine, and what it stored is that of the last one.
        """
        with Package(path) as package:
            walk = Walk(package)
            heads = list(walk.furniture("header"))
            with package.stream(package.main) as stream:
                inside = list(walk.pieces(streamed(stream, str(path), "body", BLOCKS)))
            if not any(piece.kind is BlockKind.HEADING for piece in inside):
                inside = [walk.heading_instead.get(id(piece), (piece, piece))[1] for piece in inside]
            pieces = [*heads, *_with_whole_code(walk.languages.settled(inside)), *walk.furniture("footer")]
            return Reading(
                # Teams and others save the transcript of a call as a Word file.
                pieces=with_turns(pieces) or with_typed_lists(pieces),
                title=one_line(" ".join(walk.title)) or package.property("title"),
                language=package.property("language"),
                warnings=walk.warnings(),
                members=_members(path, walk.members),
            )


def _with_whole_code(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, with lines of code that follow one another as one."""
    lines: list[Piece] = []
    for piece in pieces:
        if piece.kind is BlockKind.CODE:
            lines.append(piece)
            continue
        yield from _joined_code(lines)
        lines = []
        yield piece
    yield from _joined_code(lines)


def _joined_code(lines: Sequence[Piece]) -> Iterator[Piece]:
    if lines:
        yield replace(lines[0], text="\n".join(line.text for line in lines))


def _members(path: Path, names: Sequence[str]) -> Iterator[Member]:
    """The embedded files, read when they are asked for."""
    if not names:
        return
    with Package(path) as package:
        for name in names:
            # One that is too large is empty here, and reported as such where members are read.
            yield Member(posixpath.basename(name), package.content(name, _MAX_MEMBER_BYTES) or b"")
