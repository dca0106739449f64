"""`sme2module check`: findings of the rubrics on a module of the workspace or on a file."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipeline.cli.exits import ATTENTION, DONE
from pipeline.cli.output import counted, progress, result, result_json, talk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.config import Settings
    from pipeline.domain import Finding

NAME = "check"
HELP = "check a module against the rubrics"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("target", metavar="ID|FILE", help="id of a module, or a file: module JSON, or what lint takes")
    parser.add_argument(
        "--fail-on", choices=("error", "warning"), help="exit with 1 on findings of this severity or worse"
    )
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON list")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prints the open findings, worst first; findings alone leave the exit code 0 without --fail-on."""
    from pathlib import Path

    from pipeline.domain import Severity
    from pipeline.run.oneoff import check_file, open_findings
    from pipeline.wiring import bank_reader, build_services, rubrics

    findings: Sequence[Finding]
    problems: Sequence[str] = ()
    held_to = rubrics(settings)
    if Path(args.target).is_file():
        findings, problems = check_file(Path(args.target), held_to, read_bank=bank_reader(settings))
    else:
        with build_services(settings) as services:
            module = services.module(args.target)
            with progress(settings, module.title) as report:
                report("check", 0, 1)
                findings = open_findings(services.check(module, None), module)
    if args.json:
        result_json([finding.dump() for finding in findings])
    else:
        for finding in findings:
            result(f"{finding.severity.value}\t{finding.target}\t{finding.criterion}\t{finding.message}")
        counts = {one.value: sum(finding.severity is one for finding in findings) for one in Severity}
        talk(", ".join(counted(count, name) for name, count in counts.items()), settings)
    for rubric in held_to:
        for waiver in rubric.waives:
            talk(f"waived by {rubric.id} {rubric.version}: {waiver.criterion} ({waiver.by}: {waiver.reason})", settings)
    failing = {"error": {Severity.ERROR}, "warning": {Severity.ERROR, Severity.WARNING}}.get(args.fail_on, set())
    for problem in problems:
        talk(f"error: {args.target}: {problem}")
    return ATTENTION if problems or any(finding.severity in failing for finding in findings) else DONE
