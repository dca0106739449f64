"""`sme2module audit verify`: walks the audit trail from its first entry to its last."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipeline.cli.options import shared_options
from pipeline.cli.output import result, result_json, talk

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "audit"
HELP = "check that nobody has changed the audit trail"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verify = verbs.add_parser(
        "verify", help="recompute every hash of the trail; exit code 1 where it does not hold",
        parents=[shared_options(is_inner=True)],
    )
    verify.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Says how many entries there are and the last one's hash, or where the trail does not hold."""
    from pipeline.wiring import open_store

    with open_store(settings) as store:
        trail = store.audit.walk()
    broken = trail.broken
    if args.json:
        found = None if broken is None else {"number": broken.number, "why": broken.why}
        result_json({"entries": trail.entries, "head": trail.head, "is_whole": broken is None, "broken": found})
    elif broken is None:
        entries = "1 entry" if trail.entries == 1 else f"{trail.entries:,} entries"
        result(f"{entries}, nothing changed; head {trail.head}")
        talk(
            "compared: the trail's own entries, and each decision, text, comment and expert's answer with its entry; "
            "not compared: what the tables of members and of requests to experts hold now", settings,
        )
    else:
        result(f"broken at entry {broken.number}: {broken.why}")
    return 0 if broken is None else 1
