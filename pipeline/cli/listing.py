"""`sme2module list`: the modules of the workspace."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipeline.cli.output import counted, result_json, table, talk

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "list"
HELP = "list the modules of the workspace"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("--json", action="store_true", help="print one JSON list")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prints one line a module, newest first."""
    from dataclasses import asdict

    from pipeline.wiring import build_services

    with build_services(settings) as services:
        cards = services.review.modules()
    if args.json:
        result_json([asdict(card) for card in cards])
        return 0
    if not cards:
        talk("no modules yet; next: sme2module draft FILE", settings)
        return 0
    table(
        [
            (
                card.id,
                card.title,
                f"{card.progress.decided} of {card.progress.total} decided",
                f"{counted(card.error_findings, 'error')}, {counted(card.findings, 'finding')}",
                card.engine,
                ", ".join(card.sources),
            )
            for card in cards
        ],
        head=("ID", "TITLE", "REVIEW", "FINDINGS", "ENGINE", "SOURCES"),
    )
    return 0
