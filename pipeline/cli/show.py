"""`sme2module show`: one module, as an outline or as the public JSON."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipeline.cli.named_release import named
from pipeline.cli.output import result, result_json

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "show"
HELP = "show one module of the workspace"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("id", metavar="ID", help="id of the module, or its beginning; ID@N is its release N")
    parser.add_argument("--json", action="store_true", help="print the module JSON, of a release with its manifest")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prints the module."""
    from pipeline.run.outline import outline_lines
    from pipeline.wiring import build_services

    asked, manifest = named(args.id), None
    with build_services(settings) as services:
        if asked.release is None:
            module = services.module(asked.module)
        else:
            frozen = services.releasing.read(services.store.modules.resolve(asked.module), asked.release)
            module, manifest = frozen.content, frozen.manifest
        documents = services.documents(module)
    if args.json:
        result_json(module.dump() if manifest is None else {**module.dump(), "manifest": manifest.dump()})
        return 0
    if manifest is not None:
        at = manifest.at.isoformat(timespec="seconds")
        result(f"release        {manifest.release}, {frozen.release.state}, by {manifest.by} at {at}")
    for line in outline_lines(module, documents):
        result(line)
    return 0
