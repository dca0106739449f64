"""`sme2module ground`: whether sources support claims that were made elsewhere, and where."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from pipeline.cli.exits import ATTENTION, DONE
from pipeline.cli.output import progress, result, result_json, talk

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.domain import Grounding
    from pipeline.run.ground import ClaimRow

NAME = "ground"
HELP = "whether sources support claims made elsewhere, and where"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument(
        "claims", metavar="CLAIMS", help="a claim a line, or JSON Lines with `claim` and, if wanted, `source_text`"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a claim, as JSON Lines")
    parser.add_argument(
        "--source", action="append", default=[], metavar="FILE",
        help="a document to hold the claims against; may be given several times",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prints what the sources say of each claim; exit code 1 where a row could not be read."""
    from pathlib import Path

    from pipeline.run.ground import ground_file
    from pipeline.wiring import reads

    counts = {"supported": 0, "unsupported": 0, "unreadable": 0}
    with progress(settings, args.claims):
        grounded = ground_file(Path(args.claims), args.source, read=reads(settings))
    for row, grounding in grounded:
        if grounding is None:
            counts["unreadable"] += 1
            talk(f"error: {args.claims}: row {row.row}: {row.problem}")
        else:
            counts["supported" if grounding.supported else "unsupported"] += 1
        if args.json:
            result_json(_as_json(row, grounding), on_one_line=True)
        elif grounding is not None:
            _print_row(row, grounding)
    talk(
        f"{counts['supported']} of {counts['supported'] + counts['unsupported']} claims are supported"
        + (f", {counts['unreadable']} rows could not be read" if counts["unreadable"] else ""),
        settings,
    )
    return ATTENTION if counts["unreadable"] else DONE


def _as_json(row: ClaimRow, grounding: Grounding | None) -> dict[str, Any]:
    if grounding is None:
        return {
            "row": row.row, "claim": row.claim, "supported": None, "score": None, "evidence": [], "problems": [],
            "error": {"code": "unreadable_row", "message": row.problem},
        }  # fmt: skip
    return {"row": row.row, **grounding.dump()}


def _print_row(row: ClaimRow, grounding: Grounding) -> None:
    said = "supported" if grounding.supported else "unsupported"
    why = "; ".join(problem.text for problem in grounding.problems)
    quoted = grounding.evidence[0].quote if grounding.evidence else ""
    result("\t".join((str(row.row), said, f"{grounding.score:.2f}", why or quoted, row.claim)))
