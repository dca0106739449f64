"""From a path to a Document: checks on the file, the reader, then cleaning, sections, ids and language."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline import ids, language
from pipeline.domain import Block, BlockKind, Document, IngestWarning, Source
from pipeline.errors import NoTextError, SourceError, UnreadableError, UnsupportedFormatError
from pipeline.ingest.base import Picture, Piece, Reader, Reading
from pipeline.ingest.clean import code_lines, one_line
from pipeline.ingest.damage import stumbled_over
from pipeline.ingest.identify import identify_with
from pipeline.ingest.members import MembersRead

# The folder of a workspace that pictures are kept in.
FIGURES_FOLDER = "figures"
# A text of 200 MB is some 100,000 pages; nobody drafts training from it, and it would fill the memory.
MAX_FILE_BYTES = 200 * 1024 * 1024
# A document's title stands among its first blocks, below a letterhead at most.
_TITLE_PIECES = 8
_WORDLESS = (BlockKind.FURNITURE, BlockKind.CODE)
# A stray letter or page number is no text.
_FEW_CHARS = 3
_OUTSIDE_SECTIONS = (BlockKind.FURNITURE, BlockKind.COMMENT)


def read_with(
    path: Path, readers: Iterable[Reader], *, shown_path: str | None = None, figures: Path | None = None
) -> Document:
    """The document in the file, read by the one of the readers that recognises it; raises SourceError.

    Pictures are written into the folder `figures`, named by their content, where one is given.
    """
    shown = shown_name(path, shown_path)
    sha256, size = _checked(path, shown)
    readers = tuple(readers)
    members = MembersRead(readers)
    try:
        reader, is_mislabelled = identify_with(path, readers, shown=shown)
        reading = reader.read(path)
        members.read(reading.members, shown)
    except SourceError as error:
        # Readers know the path they open, people know the name they gave.
        raise _renamed(error, path, shown) from error
    except (Exception, RecursionError) as error:  # parsers raise anything on damaged bytes
        raise UnreadableError(
            shown, why=f"it is damaged: {stumbled_over(error)}", mend="open and save it again, or get a fresh copy",
        ) from error
    warnings = [*reading.warnings, *members.warnings, *members.left_out()]
    if is_mislabelled:
        message = f"the name ends in {path.suffix}, but the content is a {reader.label}; it was read as such"
        warnings.insert(0, IngestWarning(code="mislabelled", message=message))
    pieces = _cleaned([*reading.pieces, *members.pieces])
    if members.count and not pieces and members.failures:
        raise _nothing_inside(shown, members)
    if not any(piece.text for piece in pieces):
        if damage := next((warning for warning in warnings if warning.code == "damaged_part"), None):
            lost = damage.message.removesuffix("; get a fresh copy")
            raise UnreadableError(shown, why=f"nothing of it can be read: {lost}", mend="get a fresh copy")
        raise NoTextError(
            shown, why="it holds no text", mend="give a file with text, or run text recognition on its pictures"
        )
    warnings += _nothing_to_draft_from(pieces)
    source = Source(
        id=ids.source_id(sha256), path=shown, sha256=sha256, media_type=reader.media_type,
        title=_title(reading, pieces, shown), language=_language(reading, pieces), pages=reading.pages, bytes=size,
    )
    return Document(source=source, blocks=_blocks(pieces, figures, source.language), warnings=tuple(warnings))


def shown_name(path: Path, shown_path: str | None) -> str:
    """What to call the file in the document and in messages."""
    # A file name in another encoding holds characters that no JSON, database or terminal takes.
    return os.fsencode(shown_path or path).decode("utf-8", "backslashreplace")


def check_regular(path: Path, shown: str) -> None:
    """Raises SourceError where there is no such file, or it is a folder, a pipe or a device; opens nothing."""
    try:
        path.stat()
    except OSError as error:
        # A folder that may not be entered, a name too long, a link to nowhere.
        why = "there is no such file"
        if not isinstance(error, FileNotFoundError):
            why += f" or it cannot be reached ({error.strerror})"
        raise UnreadableError(shown, code="missing", why=why, mend="check the path") from error
    if path.is_dir():
        raise UnreadableError(
            shown, code="unsupported", why="it is a folder", mend="name the files in it"
        )
    if not path.is_file():
        raise UnsupportedFormatError(
            shown, why="it is not a file but a pipe or a device", mend="save it as a file and name that"
        )


def _checked(path: Path, shown: str) -> tuple[str, int]:
    """SHA-256 and size; raises SourceError for what cannot be a document."""
    check_regular(path, shown)
    try:
        size = path.stat().st_size
        if size == 0:
            raise UnreadableError(shown, code="empty", why="the file is empty (0 bytes)", mend="get a fresh copy")
        if size > MAX_FILE_BYTES:
            raise UnreadableError(
                shown, code="too_large",
                why=f"the file has {size >> 20} MB, and the limit is {MAX_FILE_BYTES >> 20} MB",
                mend="split it into smaller documents",
            )
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), size
    except OSError as error:
        raise UnreadableError(
            shown, why=f"it cannot be opened ({error.strerror})", mend="check its permissions"
        ) from error


def _renamed(error: SourceError, path: Path, shown: str) -> SourceError:
    if error.what in (shown, ""):
        return error
    what = shown if error.what == str(path) else error.what
    return type(error)(what, why=error.why, mend=error.mend, code=error.code)


def _cleaned(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with clean text; those without any are dropped, except pictures with a description."""
    made = []
    for piece in pieces:
        rows = None
        if piece.rows is not None:
            width = max((len(row) for row in piece.rows), default=0)
            flat = (tuple(one_line(cell) for cell in row) + ("",) * (width - len(row)) for row in piece.rows)
            rows = tuple(row for row in flat if any(row))
            text = "\n".join(" | ".join(row) for row in rows)
        elif piece.kind is BlockKind.CODE:
            text = code_lines(piece.text)
        else:
            text = one_line(piece.text)
        alt = one_line(piece.alt) if piece.alt else None
        if text.strip(" |\n") or (piece.kind is BlockKind.FIGURE and (alt or piece.picture)):
            made.append(replace(piece, text=text, rows=rows, alt=alt))
    return made


def _nothing_to_draft_from(pieces: Sequence[Piece]) -> list[IngestWarning]:
    """A warning where all the text is of kinds that nobody learns from: what drafting leaves out must not be all."""
    shown = (piece for piece in pieces if not piece.hidden and piece.kind not in _OUTSIDE_SECTIONS)
    if sum(len(piece.text) for piece in shown) >= _FEW_CHARS:
        return []
    message = (
        "there is no text to draft from: what there is is hidden, or repeats on every page, or is comments or a stray "
        "letter; look at the file, and bring one that shows its text"
    )
    return [IngestWarning(code="no_text", message=message)]


def _nothing_inside(shown: str, members: MembersRead) -> SourceError:
    first = members.failures[0]
    why = f"none of the {members.count} files in it can be read; the first: {first.what}: {first.why}"
    codes = {failure.code for failure in members.failures}
    code = codes.pop() if len(codes) == 1 else "unsupported"
    return UnreadableError(shown, code=code, why=why, mend=first.mend)


def _blocks(pieces: Sequence[Piece], figures: Path | None, tag: str | None) -> tuple[Block, ...]:
    names = [_picture_name(piece.picture) if piece.picture else None for piece in pieces]
    numbered = ids.block_ids(
        # A picture without any words is known by what it shows.
        (piece.kind.value, piece.text or piece.alt or name or "") for piece, name in zip(pieces, names, strict=True)
    )
    path: list[tuple[int, str]] = []
    blocks = []
    place: tuple[str | None, int | None] = (None, None)
    for block_id, piece, name in zip(numbered, pieces, names, strict=True):
        if (piece.anchor.inside, piece.anchor.slide) != place:
            # A slide without a title does not belong to the title before it.
            place, path = (piece.anchor.inside, piece.anchor.slide), []
        if piece.picture and name and figures is not None:
            _keep(piece.picture.content, figures / name)
        level = piece.level
        if piece.kind is BlockKind.HEADING:
            level = level or 1
            path = [above for above in path if above[0] < level]
        section = () if piece.kind in _OUTSIDE_SECTIONS else tuple(text for _, text in path)
        blocks.append(
            Block(
                id=block_id, kind=piece.kind, text=piece.text, level=level, rows=piece.rows, marker=piece.marker,
                alt=piece.alt, hidden=piece.hidden, language=_language_of(piece, tag), confidence=piece.confidence,
                file=f"{FIGURES_FOLDER}/{name}" if name and figures is not None else None,
                anchor=piece.anchor.model_copy(update={"section": section}) if section else piece.anchor,
            )
        )
        if piece.kind is BlockKind.HEADING and level is not None:
            path.append((level, piece.text))
    return tuple(blocks)


def _keep(content: bytes, path: Path) -> None:
    """Writes the file whole or not at all: this process may be killed at any time."""
    if not path.exists():
        partial = path.with_name(f".{path.name[:16]}-{os.getpid()}")
        partial.write_bytes(content)
        partial.replace(path)


def _picture_name(picture: Picture) -> str:
    return hashlib.sha256(picture.content).hexdigest() + picture.ending


def _title(reading: Reading, pieces: Sequence[Piece], shown: str) -> str:
    """What the file calls itself, else the one heading above all others near the top, else the file's name."""
    if reading.title and one_line(reading.title):
        return one_line(reading.title)
    text = [piece for piece in pieces if piece.kind is not BlockKind.FURNITURE]
    headings = [piece for piece in text if piece.kind is BlockKind.HEADING]
    highest = min((piece.level or 1 for piece in headings), default=1)
    top = [piece for piece in headings if (piece.level or 1) == highest]
    if top and (top[0] is text[0] or (len(top) == 1 and top[0] in text[:_TITLE_PIECES])):
        return top[0].text
    stem = re.sub(r"[\s_-]+", " ", Path(shown).stem).strip()
    return stem[:1].upper() + stem[1:]


def _language(reading: Reading, pieces: Sequence[Piece]) -> str | None:
    prose = " ".join(piece.text for piece in pieces[:400] if piece.kind not in _WORDLESS)
    stated = (reading.language or "").strip().replace("_", "-")
    if not language.is_tag(stated):
        return language.guess(prose)
    # Many a German text was typed into an American template.
    return language.foreign(prose, stated) or stated


def _language_of(piece: Piece, source: str | None) -> str | None:
    """The block's language where its file states it, or where it is surely not the source's."""
    if piece.language or piece.kind in _WORDLESS:
        return piece.language
    return language.foreign(piece.text, source)


