"""`aiken`: choice questions as the plainest text there is; it carries no feedback, and says so.

In: a package. Out: one UTF-8 file (docs.moodle.org: Aiken format). Each text is one line.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import ItemType, QuizItem
from pipeline.export.base import Loss, Package
from pipeline.export.package import write_whole
from pipeline.export.questions import demand_questions, losses_by_item, others_are_left_out
from pipeline.export.xml_text import xml_safe

# A line that begins so would be read as an option, or as the key.
_LIKE_AN_OPTION = re.compile(r"^([A-Za-z][.)]) ")
_LIKE_A_KEY = re.compile(r"^(ANSWER):", re.IGNORECASE)
_NO_BREAK, _WORD_JOINER = "\u00a0", "\u2060"


@dataclass(frozen=True)
class AikenExporter:
    """Writes an Aiken file."""

    name: str = "aiken"
    label: str = "Choice questions as plain text (Aiken)"
    suffix: str = ".txt"
    media_type: str = "text/plain"
    help: str = "single-choice and true/false questions with their keys and nothing else"

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """All feedback and hints, and every item that is no single choice."""
        kept = [item for item in package.module.items if _why_left_out(item) is None]
        feedback: tuple[Loss, ...] = (
            (Loss(None, f"Aiken has no place for feedback or hints: those of {len(kept)} questions are not in it"),)
            if any(item.hint or item.general_feedback or any(one.feedback for one in item.options) for item in kept)
            else ()
        )
        if package.manifest is not None:
            feedback = (*feedback, Loss(None, "Aiken has no comments: the release's manifest is not in it"))
        return (*others_are_left_out(package), *feedback, *losses_by_item(package, _why_left_out))

    def write(self, package: Package, path: Path) -> None:
        """Write the items it can carry; raises ExportError where there are none."""
        demand_questions(package, self.losses(package), label=self.label)
        questions = [_question(item) for item in package.module.items if _why_left_out(item) is None]
        write_whole(path, "\n".join(questions).encode())


def _why_left_out(item: QuizItem) -> str | None:
    if item.type not in (ItemType.SINGLE, ItemType.TRUE_FALSE):
        return "Aiken has only questions with one right option"
    if len(item.options) > len(string.ascii_uppercase):
        return "Aiken has 26 options at most"
    if not item.stem.strip() or not all(option.text.strip() for option in item.options):
        return "a text of it is empty"
    return None


def _question(item: QuizItem) -> str:
    letters = string.ascii_uppercase
    key = next(letter for letter, option in zip(letters, item.options, strict=False) if option.correct)
    options = (f"{letter}. {_line(option.text)}" for letter, option in zip(letters, item.options, strict=False))
    return "\n".join([_first_line(item.stem), *options, f"ANSWER: {key}", ""])


def _first_line(stem: str) -> str:
    line = _LIKE_AN_OPTION.sub(rf"\1{_NO_BREAK}", _line(stem))
    return _LIKE_A_KEY.sub(rf"\1{_WORD_JOINER}:", line)


def _line(text: str) -> str:
    return " ".join(xml_safe(text).split())
