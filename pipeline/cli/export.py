"""`sme2module export`: a release, or a module's approved elements as they stand, as one package; or, with --verify,
whether a package is what it says it is.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.named_release import named
from pipeline.cli.output import progress, result, result_json, talk
from pipeline.cli.verify import verify

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.export import Loss
    from pipeline.review.release import Written

NAME = "export"
HELP = "write a module as one package for a learner, an LMS or an editor, or verify one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument(
        "id", metavar="ID", nargs="?",
        help="id of the module, or its beginning: what is approved of it; ID@N is its release N",
    )
    parser.add_argument(
        "--force", action="store_true",
        help="write over whatever file stands there (default: only over an earlier package of the same module)",
    )
    parser.add_argument("--format", metavar="F", help="package format, such as scorm12")
    parser.add_argument(
        "--include-drafts", action="store_true", help="add what is not approved, marked as draft on every page"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON value: what was written, or the verdict")
    parser.add_argument(
        "--no-settings-sheet", action="store_true",
        help="without the page for whoever uploads a package: settings, sources and notes for each LMS (default: it is "
        "written beside a package for an LMS)",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="PATH", help="file to write, or a folder (default: here, TITLE-FORMAT)"
    )
    parser.add_argument(
        "--verify", type=Path, metavar="FILE", help="hold a package against this workspace instead of writing one"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Says what the format does not carry, writes the package and prints its path; exit code 1 where an element stays
    out that the format has no form for. With --verify nothing is written.
    """
    from pipeline.domain import Channel
    from pipeline.errors import UsageError
    from pipeline.wiring import build_services, exporters

    if args.verify is not None:
        if args.id or args.format or args.output or args.include_drafts or args.no_settings_sheet or args.force:
            raise UsageError("--verify", why="it writes no package", mend="give the file alone: export --verify FILE")
        return verify(args, settings)
    if not args.id or not args.format:
        missing = "a module" if not args.id else "a format"
        raise UsageError(
            "export", why=f"{missing} is not named", mend="write export ID --format F, or export --verify FILE"
        )
    exporter = exporters().get(args.format)
    asked = named(args.id)
    if asked.release is not None and args.include_drafts:
        raise UsageError("--include-drafts", why="a release holds no drafts", mend="leave it out, or the @ and number")
    with build_services(settings) as services:
        module = services.store.modules.resolve(asked.module)
        losses = services.exporting.losses(
            module, format_name=exporter.name, include_drafts=args.include_drafts, release=asked.release
        )
        if args.output is not None and not args.output.is_dir() and not _ends_right(args.output, exporter.suffix):
            said = f"the name does not end in {exporter.suffix}, as a file of this format does ({exporter.label})"
            print(f"warning: {args.output.name}: {said}", file=sys.stderr)
        for loss in losses:
            print(f"warning: {loss.what}", file=sys.stderr)
        with progress(settings, module) as report:
            report("export", 0, 1)
            written = services.exporting.export_file(
                module, format_name=exporter.name, include_drafts=args.include_drafts, output=args.output,
                by=services.reviewer, release=asked.release, channel=Channel.CLI,
                with_sheet=not args.no_settings_sheet, force=args.force,
            )
    if args.json:
        result_json(_told(written, losses))
    else:
        result(str(written.path))
    talk(written.summary, settings)
    if written.sheet is not None:
        talk(f"settings for the LMS: {written.sheet}", settings)
    for finding in written.findings:
        talk(f"{finding.severity.value}: {finding.message}", settings)
    return 1 if any(loss.is_left_out for loss in losses) else 0


def _ends_right(path: Path, suffix: str) -> bool:
    return path.name.casefold().endswith(suffix)


def _told(written: Written, losses: tuple[Loss, ...]) -> dict[str, object]:
    return {
        "path": str(written.path),
        "sha256": written.sha256,
        "settings_sheet": str(written.sheet) if written.sheet else None,
        "summary": written.summary,
        "losses": [{"element": one.element, "what": one.what, "left_out": one.is_left_out} for one in losses],
        "findings": [one.dump() for one in written.findings],
    }
