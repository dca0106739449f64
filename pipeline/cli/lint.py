"""`sme2module lint`: rubric findings on items or objectives made elsewhere."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from pipeline.cli.exits import ATTENTION, DONE
from pipeline.cli.output import progress, result, result_json, talk

if TYPE_CHECKING:
    from pipeline.check.elsewhere import CheckedBank, CheckedItem, CheckedObjective
    from pipeline.config import Settings
    from pipeline.domain import Bank, BloomLevel

NAME = "lint"
HELP = "rubric findings on quiz items or objectives made elsewhere"
# A level nobody can tell: the contract wants a string.
_NO_LEVEL = "unknown"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument(
        "file", metavar="FILE",
        help="objectives, one a line, in .txt; or items in .csv, .xlsx, .jsonl, Moodle .xml, GIFT .txt, QTI .zip, "
        "or a package of sme2module",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object an item or objective, as JSON Lines")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prints what there is to say of each row; exit code 1 where a row could not be read."""
    from pathlib import Path

    from pipeline.run.lint import lint_file
    from pipeline.wiring import bank_reader, rubrics

    with progress(settings, args.file):
        bank, checked = lint_file(Path(args.file), rubrics(settings), read=bank_reader(settings))
    for item in checked.items:
        if args.json:
            result_json(_item_json(item), on_one_line=True)
        else:
            _print_row(item.item.row, item)
    for objective in checked.objectives:
        if args.json:
            result_json(_objective_json(objective), on_one_line=True)
        else:
            _print_row(objective.objective.row, objective)
    _talk(args.file, bank, checked, settings)
    return ATTENTION if bank.problems else DONE


def _item_json(checked: CheckedItem) -> dict[str, Any]:
    item = checked.item
    said: dict[str, Any] = {
        "row": item.row, "flaws": list(checked.flaws), "findings": [one.dump() for one in checked.findings],
        "bloom": _level(checked.bloom), "place": item.place, "type": item.type.value if item.type else None,
    }
    if item.note:
        said["note"] = item.note
    if item.problem:
        said["error"] = {"code": "unreadable_row", "message": item.problem}
    return said


def _objective_json(checked: CheckedObjective) -> dict[str, Any]:
    return {
        "row": checked.objective.row, "text": checked.objective.text, "bloom": _level(checked.bloom),
        "measurable": checked.is_measurable, "findings": [one.dump() for one in checked.findings],
    }


def _level(bloom: BloomLevel | None) -> str:
    return bloom.value if bloom else _NO_LEVEL


def _print_row(row: int, checked: CheckedItem | CheckedObjective) -> None:
    for finding in checked.findings:
        result(f"{row}\t{finding.severity.value}\t{finding.criterion}\t{finding.message}")


def _talk(name: str, bank: Bank, checked: CheckedBank, settings: Settings) -> None:
    """What is no row's own: what could not be read, what was left out, what is said of the set."""
    for warning in bank.warnings:
        talk(f"warning: {name}: {warning}", settings)
    if checked.language != "en":
        said = f"the language is {checked.language}; only what needs no English words was checked"
        talk(f"warning: {name}: {said}", settings)
    for problem in bank.problems:
        talk(f"error: {name}: {problem}")
    noted: dict[str, int] = {}
    for item in bank.items:
        if item.note:
            noted[item.note] = noted.get(item.note, 0) + 1
    for note, count in noted.items():
        talk(f"note: {name}: {note} ({count})", settings)
    for finding in checked.of_the_whole:
        talk(f"{finding.severity.value}: the set: {finding.message}", settings)
    kind, count = ("objectives", len(checked.objectives)) if checked.objectives else ("items", len(checked.items))
    left_out = "".join(f", {count} {what} left out" for what, count in bank.skipped.items())
    talk(f"{count} {kind}, {len(checked.findings)} findings{left_out}", settings)
