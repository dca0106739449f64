"""`sme2module init`: makes a workspace."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.output import result, talk

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "init"
HELP = "make a workspace: a folder that keeps sources, modules and decisions"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("dir", nargs="?", type=Path, metavar="DIR", help="the folder (default: here)")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Makes the folder, its settings file and its database; what is there already stays as it is."""
    from pipeline.wiring import create_workspace

    # Not the nearest workspace upwards: whoever types init in a folder means this folder.
    root = (args.dir or args.workspace or Path.cwd()).absolute()
    create_workspace(settings.changed(workspace=root))
    result(str(root))
    talk("workspace ready; next: sme2module draft FILE --workspace " + str(root), settings)
    return 0
