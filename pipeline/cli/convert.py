"""`sme2module convert`: the whole way in one call, from files to packages marked as unreviewed drafts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.dry_run import add_dry_run_argument, say_forecast
from pipeline.cli.exits import ATTENTION, print_error, worst
from pipeline.cli.ordering import add_order_arguments, order_from
from pipeline.cli.output import progress, result, talk, talk_warnings

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "convert"
HELP = "convert documents into draft modules and packages, in one call"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a source document")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="DIR", help="folder for the modules")
    parser.add_argument(
        "--format",
        action="append",
        metavar="F",
        dest="formats",
        help="package format; may be given several times (default: html, docx, scorm12)",
    )
    add_dry_run_argument(parser)
    add_order_arguments(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Converts each file; one that fails is named, and the others are still done."""
    from pipeline.ingest.contained import warm_up

    warm_up()  # first of all, so that it goes on while we load the rest
    from pipeline.errors import ConfigError, Sme2ModuleError, UsageError
    from pipeline.run.oneoff import DEFAULT_FORMATS, convert_file, output_names
    from pipeline.wiring import build_services, exporters

    if args.output.exists() and not args.output.is_dir():
        raise UsageError(str(args.output), why="it is a file, not a folder", mend="choose another folder with -o")
    formats = tuple(exporters().get(name).name for name in args.formats or DEFAULT_FORMATS)
    order = order_from(args, language=settings.language, engine=settings.engine)
    settings = settings.changed(workspace=_workspace(args, settings))
    if args.dry_run:
        return say_forecast(args.files, order, settings)
    codes: list[int] = []
    is_made = False
    with build_services(settings, create=True) as services:
        for file, name in output_names([Path(file) for file in args.files]):
            try:
                with progress(settings, file.name) as report:
                    made = convert_file(
                        file,
                        args.output / name,
                        order=order,
                        formats=formats,
                        services=services.conversion,
                        report=report,
                        by=services.reviewer,
                    )
            except (ConfigError, UsageError):
                raise  # the same for every file
            except Sme2ModuleError as error:
                codes.append(error.exit_code)
                print_error(error)
                continue
            is_made = True
            talk_warnings(str(file), made.documents, settings)
            if made.stopped is not None:
                codes.append(made.stopped.exit_code)
                print_error(made.stopped)
                talk(
                    f"what was drafted so far is kept: sme2module show {made.module.id} "
                    f"--workspace {settings.workspace}",
                    settings,
                )
                continue
            result(str(args.output / name))
            talk(made.summary.line, settings)
            if made.summary.needs_attention:
                codes.append(ATTENTION)
    if is_made:
        talk(f"review them: sme2module review --workspace {settings.workspace}", settings)
    return worst(codes, of=len(args.files))


def _workspace(args: argparse.Namespace, settings: Settings) -> Path:
    """The given or nearest workspace, else one inside the output folder, so that a second run repeats nothing."""
    from pipeline.config import INNER_WORKSPACE, SETTINGS_FILE, find_workspace

    if args.workspace is not None or (settings.workspace / SETTINGS_FILE).is_file():
        return settings.workspace
    output = args.output.absolute()
    return find_workspace(output) or output / INNER_WORKSPACE
