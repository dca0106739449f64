"""`sme2module export`: a release, or a module's approved elements as they stand, as one package."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.named_release import named
from pipeline.cli.output import progress, result, talk

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "export"
HELP = "write a module as one package for a learner, an LMS or an editor"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument(
        "id", metavar="ID", help="id of the module, or its beginning: what is approved of it; ID@N is its release N"
    )
    parser.add_argument("--format", required=True, metavar="F", help="package format, such as scorm12")
    parser.add_argument(
        "--include-drafts", action="store_true", help="add what is not approved, marked as draft on every page"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="PATH", help="file to write, or a folder (default: here, TITLE-FORMAT)"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Says what the format does not carry, writes the package and prints its path; exit code 1 where an element stays
    out that the format has no form for.
    """
    from pipeline.domain import Channel
    from pipeline.errors import UsageError
    from pipeline.wiring import build_services, exporters

    exporters().get(args.format)
    asked = named(args.id)
    if asked.release is not None and args.include_drafts:
        raise UsageError("--include-drafts", why="a release holds no drafts", mend="leave it out, or the @ and number")
    with build_services(settings) as services:
        module = services.store.modules.resolve(asked.module)
        losses = services.exporting.losses(
            module, format_name=args.format, include_drafts=args.include_drafts, release=asked.release
        )
        for loss in losses:
            print(f"warning: {loss.what}", file=sys.stderr)
        with progress(settings, module) as report:
            report("export", 0, 1)
            written = services.exporting.export_file(
                module, format_name=args.format, include_drafts=args.include_drafts, output=args.output,
                by=services.reviewer, release=asked.release, channel=Channel.CLI,
            )
    result(str(written.path))
    talk(written.summary, settings)
    for finding in written.findings:
        talk(f"{finding.severity.value}: {finding.message}", settings)
    return 1 if any(loss.is_left_out for loss in losses) else 0
