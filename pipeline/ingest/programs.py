"""Programs that readers need, such as Tesseract: found on the PATH, run with a clock, and never left behind."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache

_PR_SET_PDEATHSIG = 1


class ProgramError(Exception):
    """A program failed; the text is the last of what it said."""


@cache
def found(*names: str) -> str | None:
    """The path of the first of the programs that is on the PATH; None where none is."""
    return next((path for name in names if (path := shutil.which(name))), None)


def run(
    command: Sequence[str], *, seconds: float, given: bytes | None = None, environment: Mapping[str, str] | None = None
) -> bytes:
    """What the program writes to its standard output.

    It inherits this process's limits, ends with it, and is killed with all it started when its time is over.

    Raises:
        TimeoutError: It took longer.
        ProgramError: It could not be started, or ended with another code than 0.

    """
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE if given is not None else subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": tempfile.gettempdir(), **(environment or {})},
            # Safe: the process that parses has one thread.
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )
    except OSError as error:
        raise ProgramError(f"{command[0]} could not be started ({error.strerror})") from error
    try:
        output, errors = process.communicate(given, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode != 0:
        said = errors.decode("utf-8", "replace").strip().splitlines()
        raise ProgramError(said[-1] if said else f"{command[0]} ended with code {process.returncode}")
    return output


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
