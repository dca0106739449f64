"""`sme2module draft`: a module a source, in the workspace."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.exits import ATTENTION, print_error, worst
from pipeline.cli.ordering import add_order_arguments, order_from
from pipeline.cli.output import progress, result, talk, talk_warnings

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "draft"
HELP = "draft a module from each source, in the workspace"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("named", nargs="+", metavar="SOURCE", help="a file, or a source of the workspace")
    add_order_arguments(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Drafts each source's module; one that fails is named, and the others are still done."""
    from pipeline.ingest.contained import warm_up

    warm_up()  # first of all, so that it goes on while we load the rest
    from pipeline.errors import ConfigError, Sme2ModuleError, UsageError
    from pipeline.run.oneoff import Summary
    from pipeline.wiring import build_services

    order = order_from(args, language=settings.language)
    codes: list[int] = []
    with build_services(settings) as services:
        for name in args.named:
            try:
                with progress(settings, Path(name).name) as report:
                    made = services.conversion.convert(name, order=order, report=report)
            except (ConfigError, UsageError):
                raise  # the same for every source
            except Sme2ModuleError as error:
                codes.append(error.exit_code)
                print_error(error)
                continue
            talk_warnings(name, made.documents, settings)
            summary = Summary.of(made.module, made.documents)
            result(made.module.id)
            talk(summary.line, settings)
            if made.stopped is not None:
                codes.append(made.stopped.exit_code)
                print_error(made.stopped)
            elif summary.needs_attention:
                codes.append(ATTENTION)
    return worst(codes, of=len(args.named))
