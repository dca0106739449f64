"""Lists of objectives, one a line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.bank.base import Sample
from pipeline.domain import Bank, BankObjective
from pipeline.errors import UnsupportedFormatError

_MARK = re.compile(r"^\s*(?:[-*•–·▪]|\(?\d{1,3}[.)]|\(?[a-z][.)]|#{1,6})\s+")
_AIKEN = re.compile(r"^ANSWER:\s*[A-Z]\s*$", re.MULTILINE)


@dataclass(frozen=True)
class ObjectivesReader:
    """Text of one objective a line."""

    name: str = "objectives"
    label: str = "objectives, one a line"

    def recognises(self, sample: Sample) -> bool:
        """Any text that no other reader took, unless its name or first sign says it is something else."""
        is_text = sample.text is not None and sample.suffix in (".txt", ".text", ".md", "")
        return is_text and not (sample.text or "").lstrip().startswith(("<", "{", "["))

    def read(self, sample: Sample) -> Bank:
        """An objective for each line that is not empty, without its bullet or number."""
        text = sample.text or ""
        if _AIKEN.search(text):
            raise UnsupportedFormatError(
                str(sample.path), why="it looks like a question bank in Aiken format without its options",
                mend="begin each option with a letter and a full stop",
            )
        lines = (_MARK.sub("", line).strip() for line in text.split("\n"))
        kept = (line for line in lines if line)
        return Bank(
            format=self.name,
            objectives=tuple(BankObjective(row=row, text=line) for row, line in enumerate(kept, start=1)),
        )
