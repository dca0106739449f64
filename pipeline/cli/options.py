"""The command line's parser, and the options that every command takes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn


class Parser(argparse.ArgumentParser):
    """argparse, with the contract's error line instead of a usage block."""

    def error(self, message: str) -> NoReturn:
        """Ends with exit code 2."""
        said = " ".join(message.split())
        sys.stderr.write(f"error: {self.prog}: {said}; see {self.prog} --help\n")
        raise SystemExit(2)


def shared_options(*, is_inner: bool = False) -> Parser:
    """A parent parser with them. `is_inner`: for a command within a command, which must not undo with its defaults
    what was given before it.
    """
    default = argparse.SUPPRESS if is_inner else None
    flag = argparse.SUPPRESS if is_inner else False
    shared = Parser(add_help=False)
    group = shared.add_argument_group("options of every command")
    group.add_argument("--log-json", action="store_true", default=flag, help="write log lines as JSON")
    group.add_argument("--quiet", action="store_true", default=flag, help="no progress and no summary")
    group.add_argument(
        "--reviewer", metavar="WHO", default=default,
        help="who acts, as the audit trail is to say it: a name, or a member's e-mail address (default: the setting)",
    )
    group.add_argument(
        "--verbose", action="store_true", default=flag, help="more log, and a traceback when something fails"
    )
    group.add_argument(
        "--workspace",
        metavar="DIR",
        type=Path,
        default=default,
        help="folder of the workspace (default: the nearest one upwards with sme2module.toml, else here)",
    )
    return shared
