"""`sme2module export`: a module's approved elements as one package."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.output import progress, result, talk

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "export"
HELP = "write a module as one package for a learner, an LMS or an editor"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("id", metavar="ID", help="id of the module, or its beginning")
    parser.add_argument("--format", required=True, metavar="F", help="package format, such as scorm12")
    parser.add_argument(
        "--include-drafts", action="store_true", help="add what is not approved, marked as draft on every page"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="PATH", help="file to write, or a folder (default: here, TITLE-FORMAT)"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Writes the package and prints its path."""
    from pipeline.wiring import build_services, exporters

    exporters().get(args.format)
    with build_services(settings) as services:
        module = services.module(args.id)
        with progress(settings, module.title) as report:
            report("export", 0, 1)
            written = services.exporting.export_file(
                module.id, format_name=args.format, include_drafts=args.include_drafts, output=args.output
            )
    result(str(written.path))
    talk(written.summary, settings)
    for finding in written.findings:
        talk(f"{finding.severity.value}: {finding.message}", settings)
    return 0
