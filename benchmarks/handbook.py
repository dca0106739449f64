"""A handbook of any length: the samples again and again, with other things, people and numbers in each section."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.domain import Block, BlockKind
from pipeline.ingest import read_document

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
_NAMES = ("lockout-procedure.docx", "customer-data-policy.pdf", "return-a-parcel.md")
WORDS_A_PAGE = 400
_NOUNS = (
    ("machine", "press", "conveyor", "crane", "boiler", "kiln", "lathe", "mixer"),
    ("parcel", "crate", "pallet", "carton", "letter", "barrel", "roll", "drum"),
    ("manager", "supervisor", "coordinator", "officer", "director", "inspector", "planner", "auditor"),
    ("customer", "patient", "tenant", "member", "visitor", "student", "guest", "client"),
)
_NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?![\w,-]|\.\d)")


def handbook(pages: int) -> str:
    """Markdown of about that many pages; the same text for the same number."""
    documents = [read_document(SAMPLES / name).blocks for name in _NAMES]
    pieces: list[str] = []
    words = turn = 0
    while words < pages * WORDS_A_PAGE:
        pieces.append(_piece(documents[turn % len(documents)], turn))
        words += len(pieces[-1].split())
        turn += 1
    return "\n\n".join(pieces) + "\n"


def _piece(blocks: Sequence[Block], turn: int) -> str:
    lines: list[str] = []
    for block in blocks:
        if not block.is_teachable:
            continue
        text = _varied(block.text, turn)
        if block.kind is BlockKind.HEADING:
            site = f", site {turn}" if (block.level or 1) == 1 else ""
            lines.append(f"\n{'#' * (block.level or 1)} {text}{site}\n")
        elif block.kind is BlockKind.LIST_ITEM:
            marker = block.marker if re.fullmatch(r"\d+[.)]", block.marker or "") else "-"
            lines.append(f"{marker} {text}")
        elif block.rows:
            head, *rows = [[_varied(cell, turn).replace("|", "/") for cell in row] for row in block.rows]
            lines += ["", _row(head), _row(["---"] * len(head)), *map(_row, rows), ""]
        else:
            lines.append(f"\n{text}\n")
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _varied(text: str, turn: int) -> str:
    """The text on one line, with the turn's nouns, and its numbers from 2 on raised by the turn."""
    text = " ".join(text.split())
    for place, nouns in enumerate(_NOUNS, 1):
        other = nouns[(turn * place + turn // len(nouns)) % len(nouns)]
        text = re.sub(rf"\b{nouns[0]}(s?)\b", rf"{other}\1", text)
    return _NUMBER.sub(lambda found: str(int(found[0]) + turn) if int(found[0]) > 1 else found[0], text)
