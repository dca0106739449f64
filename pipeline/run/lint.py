"""One call, one result: what the rubrics say of a file of items or objectives that was made elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.check.elsewhere import CheckedBank, check_bank
from pipeline.domain import Bank, Rubric
from pipeline.ingest.contained import ParseLimits, read_noun_contained

READER = "pipeline.bank:read_bank"
ReadBank = Callable[[Path], Bank]
"""The bank in a file; raises SourceError."""


def reads_banks(limits: ParseLimits) -> ReadBank:
    """What reads a bank in a process of its own, within those limits."""
    return lambda path: read_noun_contained(path, Bank, reader=READER, limits=limits)


def lint_file(path: Path, rubrics: Sequence[Rubric], *, read: ReadBank) -> tuple[Bank, CheckedBank]:
    """The file's items or objectives, and what the rubrics say of them; raises SourceError."""
    bank = read(path)
    return bank, check_bank(bank, rubrics)
