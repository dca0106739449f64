"""One call, one result: what the sources say of a file of claims that were made elsewhere."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline import language
from pipeline.bank.opened import text_of
from pipeline.domain import Claim, Document, Grounding
from pipeline.errors import UnreadableError, UnsupportedFormatError, UsageError
from pipeline.ground import Passages, as_document, ground_claim

Read = Callable[[Path, str], Document]
"""The document in a file, under the name to show for it; raises SourceError."""

# A shorter text does not tell its language; then the whole file does.
_TELLING_WORDS = 30
_SAMPLE_CLAIMS = 400
# Claims on one text stand together as a rule.
_TEXTS_KEPT = 32
_MOST_BYTES = 200 << 20


class ClaimRow(NamedTuple):
    """One claim of a file."""

    row: int
    """From 1, counting what is not empty."""
    claim: str
    source_text: str | None = None
    """What it is to be held against instead of the sources."""
    problem: str | None = None
    """Why it can't be grounded."""


class GroundedRow(NamedTuple):
    """One claim and what came of it; no grounding where the row has a problem."""

    row: ClaimRow
    grounding: Grounding | None


def read_claims(path: Path, shown: str) -> list[ClaimRow]:
    """The claims of a file: one a line, or JSON Lines where the file begins like that.

    Raises SourceError where it is missing, empty, or no text.
    """
    lines = [line.strip() for line in _text(path, shown).split("\n")]
    lines = [line for line in lines if line]
    if not lines:
        raise UnreadableError(shown, code="empty", why="the file is empty", mend="write a claim a line")
    if lines[0].startswith("[") and path.suffix.casefold() == ".json":
        raise UnsupportedFormatError(shown, why="it is one JSON list", mend="write one JSON object a line")
    if lines[0].startswith("{"):
        return [_json_row(row, line) for row, line in enumerate(lines, start=1)]
    return [ClaimRow(row, line) for row, line in enumerate(lines, start=1)]


def ground_file(path: Path, sources: Sequence[str], *, read: Read) -> Iterator[GroundedRow]:
    """Each claim of the file against its own text or the sources, in order.

    Raises SourceError where the file or a source can't be used, and UsageError where there is nothing to hold the
    claims against.
    """
    rows = read_claims(path, str(path))
    if not sources and all(row.source_text is None and row.problem is None for row in rows):
        raise UsageError(
            f"ground {path}", why="there is no source to hold the claims against",
            mend="name one with --source FILE, or give JSON Lines with claim and source_text",
        )
    documents = [read(Path(source), source) for source in sources]
    common = _language_of(rows)
    own = [document.source.language for document in documents if document.source.language]
    return _grounded(rows, Passages.of(documents, language=own[0] if own else common), common)


def _grounded(rows: Sequence[ClaimRow], sources: Passages, common: str) -> Iterator[GroundedRow]:
    kept: OrderedDict[str, Passages] = OrderedDict()
    for row in rows:
        problem = row.problem
        if problem is None and row.source_text is None and not sources.all:
            problem = "it has no source_text, and no --source is given"
        if problem is not None:
            yield GroundedRow(row._replace(problem=problem), None)
            continue
        passages = sources
        if row.source_text is not None:
            if row.source_text not in kept:
                kept[row.source_text] = Passages.of(
                    [as_document(row.source_text)], language=_language(row.source_text) or common
                )
                if len(kept) > _TEXTS_KEPT:
                    kept.popitem(last=False)
            passages = kept[row.source_text]
        yield GroundedRow(row, ground_claim(Claim(text=row.claim), passages))


def _language(text: str) -> str | None:
    return language.guess(text) if len(text.split()) >= _TELLING_WORDS else None


def _language_of(rows: Sequence[ClaimRow]) -> str:
    """The language that the claims of the file are in, told from all of them; "und" where they do not tell."""
    return language.guess(" ".join(row.claim for row in rows[:_SAMPLE_CLAIMS])) or "und"


def _json_row(row: int, line: str) -> ClaimRow:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return ClaimRow(row, "", problem="it is no JSON object")
    if not isinstance(value, dict):
        return ClaimRow(row, "", problem="it is no JSON object")
    claim, text = value.get("claim"), value.get("source_text")
    if not isinstance(claim, str) or not claim.strip():
        return ClaimRow(row, "", problem="`claim` is missing or empty")
    if text is not None and not isinstance(text, str):
        return ClaimRow(row, claim, problem="`source_text` is no text")
    return ClaimRow(row, claim.strip(), text)


def _text(path: Path, shown: str) -> str:
    try:
        if path.is_dir():
            raise UnsupportedFormatError(shown, why="it is a folder", mend="name the file in it")
        if path.stat().st_size > _MOST_BYTES:
            raise UnreadableError(shown, code="too_large", why="it has more than 200 MB", mend="split it")
        raw = path.read_bytes()
    except OSError as error:
        code = "missing" if isinstance(error, FileNotFoundError) else "corrupt"
        raise UnreadableError(
            shown, code=code, why=f"it can't be opened ({error.strerror})", mend="check the path"
        ) from error
    text, _ = text_of(raw)
    if text is None or raw.startswith(b"PK\x03\x04"):
        raise UnsupportedFormatError(shown, why="it is not text", mend="give a claim a line, or JSON Lines")
    return text
