"""The one place where errors become exit codes: one line on standard error, a traceback only with --verbose."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

from pipeline.errors import ParkedError, Sme2ModuleError

DONE, ATTENTION, UNUSABLE, SERVICE_FAILED, INTERRUPTED = 0, 1, 2, 3, 130


def print_error(error: Sme2ModuleError) -> None:
    """The contract's line; what only waits for replies is no error."""
    sys.stderr.write(f"{error.line}\n" if isinstance(error, ParkedError) else f"error: {error.line}\n")


def guarded(command: Callable[[], int], *, verbose: bool) -> int:
    """The exit code of the command; known errors are printed, unknown ones are named as bugs."""
    try:
        code = command()
        sys.stdout.flush()  # now, while it can still be said that the disk is full or the reader gone
    except Sme2ModuleError as error:
        if verbose:
            traceback.print_exc()
        print_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("stopped: nothing half-done is left; run the same command again to go on\n")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output is gone (`| head`).
        _drop_output()
        return DONE
    except OSError as error:
        if verbose:
            traceback.print_exc()
        where = str(error.filename) if error.filename else "writing the output"
        said = " ".join(f"{where}: {error.strerror or error}".split())
        sys.stderr.write(f"error: {said}; check that there is room and that you may write there\n")
        _drop_output()
        return UNUSABLE
    except Exception as error:  # noqa: BLE001  the border: bugs get a line of their own instead of a traceback
        if verbose:
            traceback.print_exc()
        said = " ".join(str(error).split()) or type(error).__name__
        sys.stderr.write(
            f"error: unexpected {type(error).__name__}: {said}; run again with --verbose and report what it prints\n"
        )
        return SERVICE_FAILED
    return code


def _drop_output() -> None:
    """What is left to print goes nowhere; Python would complain about it again at shutdown."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def worst(codes: list[int], *, of: int) -> int:
    """The exit code of a command over `of` files from those of its failures (2 or 3) and findings (1)."""
    if SERVICE_FAILED in codes:
        return SERVICE_FAILED
    if UNUSABLE in codes:
        return UNUSABLE if of == 1 else ATTENTION
    return ATTENTION if ATTENTION in codes else DONE


class JsonLogFormatter(logging.Formatter):
    """One JSON object a log line, for --log-json."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        import json

        at = datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds")
        fields: dict[str, object] = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        told = getattr(record, "fields", None)
        if isinstance(told, dict):
            fields |= {name: value for name, value in told.items() if name not in fields}
        return json.dumps({**fields, "message": record.getMessage()}, ensure_ascii=False, default=str)


def set_up_logging(*, verbose: bool, quiet: bool, as_json: bool) -> None:
    """Logs of the product to standard error: warnings, everything with --verbose, errors with --quiet."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLogFormatter() if as_json else logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("pipeline")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.DEBUG if verbose else logging.ERROR if quiet else logging.WARNING)
    logger.propagate = False
