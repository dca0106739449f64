"""`sme2module decisions`: decisions and edits as data, for tuning prompts and rubrics."""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.output import counted, result_json, table, talk

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.review.decision_log import DecisionRecord

NAME = "decisions"
HELP = "decisions and edits as data: what people changed, in which field, and why"
_HEAD = (
    "module", "number", "at", "by", "element", "element_kind", "kind", "revision", "reason", "criterion", "engine",
    "model", "prompts", "criteria", "field", "before", "after", "words_changed",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("id", nargs="?", metavar="ID", help="id of a module, or its beginning (default: all modules)")
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="write a row a changed field, or a decision that changed none"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object a decision, one a line")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prints the log."""
    from pipeline.export.package import write_whole
    from pipeline.review.decision_log import decision_records
    from pipeline.wiring import build_services

    with build_services(settings) as services:
        module = None if args.id is None else services.store.modules.resolve(args.id)
        records = decision_records(services.acting, by=services.reviewer, module_id=module)
        if args.json:
            for record in records:
                result_json(record.dump(), on_one_line=True)
            return 0
        kept = list(records)
    if args.csv is not None:
        write_whole(args.csv, _csv(kept).encode("utf-8-sig"))
        talk(f"{counted(len(kept), 'decision')} in {args.csv}", settings)
    elif kept:
        table(
            [
                (one.module, str(one.number), one.at.isoformat(timespec="seconds"), one.by, one.kind, one.element,
                 ", ".join(change.field for change in one.changes), one.reason or "")
                for one in kept
            ],
            head=("MODULE", "NO", "AT", "BY", "DECISION", "ELEMENT", "CHANGED", "REASON"),
        )
    else:
        talk("nobody has decided on anything yet", settings)
    return 0


def _csv(records: Iterable[DecisionRecord]) -> str:
    from pipeline.review.board import no_formula

    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(_HEAD)
    for one in records:
        told = one.dump()
        told["prompts"] = "; ".join(f"{name} {version}" for name, version in one.prompts.items())
        told["criteria"] = "; ".join(one.criteria)
        for change in one.changes or (None,):
            fields = {
                "field": change.field, "before": change.before, "after": change.after,
                "words_changed": change.words_changed,
            } if change else {}
            row = {**told, **fields}
            rows.writerow([no_formula(row.get(name)) for name in _HEAD])
    return written.getvalue()
