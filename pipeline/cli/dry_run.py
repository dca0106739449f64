"""`--dry-run` of convert and draft: what it would take, in words, and nothing is changed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.cli.exits import ATTENTION, DONE
from pipeline.cli.output import progress, result

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.domain import Order


def add_dry_run_argument(parser: argparse.ArgumentParser) -> None:
    """Declares it."""
    parser.add_argument(
        "--dry-run", action="store_true", help="say what it would take (documents, tokens, calls, cost) and stop"
    )


def say_forecast(names: Sequence[str], order: Order, settings: Settings) -> int:
    """Prints a line a matter; exit code 1 where some of the documents cannot be read."""
    from pipeline.cli.batch_forecast import forecast_lines
    from pipeline.wiring import forecast_sources

    with progress(settings, "reading") as report:
        expected = forecast_sources(settings, names, order=order, report=report)
    for line in forecast_lines(expected):
        result(line)
    return ATTENTION if expected.unreadable else DONE
