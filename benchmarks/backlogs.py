"""Backlogs for benchmarks and tests: many short documents that differ, made from one of ours."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_TEXT = (ROOT / "samples" / "return-a-parcel.md").read_text(encoding="utf-8")
_THINGS = ("parcel", "crate", "keg", "pallet", "drum", "case", "roll", "barrel", "sack", "canister")


def write_backlog(folder: Path, documents: int, *, is_short: bool = False) -> Path:
    """The folder with so many Markdown files, none like another in any section; short ones have two sections."""
    whole = _TEXT.partition("## Take back the parcel")[0] if is_short else _TEXT
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(documents):
        thing = f"{_THINGS[number % len(_THINGS)]} {number + 1:05d}"
        # Every paragraph names the thing, so that no two documents share a chunk.
        text = re.sub(r"(?m)^(?=[A-Z][a-z])(?!#)", f"For {thing}: ", whole).replace("parcel", thing)
        (folder / f"doc-{number + 1:05d}.md").write_text(text, encoding="utf-8")
    return folder
