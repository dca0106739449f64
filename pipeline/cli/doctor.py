"""`sme2module doctor`: what is installed, reachable and configured, and how to mend what is not."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipeline.cli.exits import DONE, SERVICE_FAILED
from pipeline.cli.output import progress, result, result_json

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "doctor"
HELP = "say what is installed, reachable and configured, and how to mend what is not"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("--json", action="store_true", help="print one JSON list")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prints one line a check; 3 where something that is configured does not work."""
    from pipeline.run.diagnosis import diagnose
    from pipeline.wiring import open_store, opens_asker

    with progress(settings, "checking"):
        checks = diagnose(settings, open_store=open_store, opens_asker=opens_asker)
    if args.json:
        result_json([check.dump() for check in checks])
    else:
        for check in checks:
            result(f"{check.state:8} {check.name}: {check.found}" + (f"; {check.mend}" if check.mend else ""))
    return SERVICE_FAILED if any(check.state == "failed" for check in checks) else DONE
