"""`sme2module show`: one module, as an outline or as the public JSON."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipeline.cli.output import result, result_json

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "show"
HELP = "show one module of the workspace"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("id", metavar="ID", help="id of the module, or its beginning")
    parser.add_argument("--json", action="store_true", help="print the module JSON")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prints the module."""
    from pipeline.run.outline import outline_lines
    from pipeline.wiring import build_services

    with build_services(settings) as services:
        module = services.module(args.id)
        documents = services.documents(module)
    if args.json:
        result_json(module.dump())
    else:
        for line in outline_lines(module, documents):
            result(line)
    return 0
