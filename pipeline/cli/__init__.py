"""The commands of the contract: one file each, listed here in the order of the help."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipeline import __version__
from pipeline.cli import (
    ask,
    audit,
    batch,
    board,
    check,
    convert,
    decisions,
    demo,
    doctor,
    draft,
    evaluate,
    export,
    ground,
    ingest,
    init,
    lint,
    listing,
    members,
    module_settings,
    release,
    review,
    show,
    word,
    worker,
)
from pipeline.cli.exits import guarded, set_up_logging
from pipeline.cli.options import Parser, shared_options

if TYPE_CHECKING:
    from pipeline.config import Settings


class Command(Protocol):
    """What a file of this folder offers."""

    NAME: str
    HELP: str

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        """Declares the command's own options."""
        ...

    @staticmethod
    def run(args: argparse.Namespace, settings: Settings) -> int:
        """Does it; returns the exit code."""
        ...


COMMANDS: tuple[Command, ...] = (
    demo,
    convert,
    init,
    ingest,
    draft,
    listing,
    show,
    check,
    lint,
    ground,
    review,
    members,
    ask,
    word,
    module_settings,
    release,
    export,
    board,
    decisions,
    audit,
    batch,
    worker,
    evaluate,
    doctor,
)  # type: ignore[assignment]


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of one command line."""
    if sys.stdout is None:  # closed by the caller (`>&-`); a file opened later must not become standard output
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  for good
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe that takes fewer characters than a source holds must not end the command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    arguments, unknown = _parser().parse_known_args(argv)
    command: Command = arguments.command
    if unknown:
        Parser(prog=f"sme2module {command.NAME}").error(f"there is no option or argument {' '.join(unknown)}")
    set_up_logging(verbose=arguments.verbose, quiet=arguments.quiet, as_json=arguments.log_json)

    def run() -> int:
        from pipeline.config import load_settings

        given = {name: value for name, value in vars(arguments).items() if value is not False}
        settings = load_settings(given, os.environ, start=Path.cwd())
        return command.run(arguments, settings)

    return guarded(run, verbose=arguments.verbose)


def _parser() -> argparse.ArgumentParser:
    shared = shared_options()
    parser = Parser(
        prog="sme2module",
        description="Turns documents of subject-matter experts into self-paced training modules.",
    )
    parser.add_argument("--version", action="version", version=f"sme2module {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    for command in COMMANDS:
        sub = commands.add_parser(command.NAME, help=command.HELP, description=command.HELP, parents=[shared])
        command.add_arguments(sub)
        sub.set_defaults(command=command)
    return parser
