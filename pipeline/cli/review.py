"""`sme2module review`: starts the review screen and prints its address."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.config import Settings


NAME = "review"
HELP = "open the review screen in the browser"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument(
        "--address", metavar="A", default="127.0.0.1",
        help="address to listen on (default: 127.0.0.1, this machine only); others need sign-in, see docs/teams.md",
    )
    parser.add_argument(
        "--fact-sheets-only", action="store_true",
        help="serve the pages behind links to SMEs and nothing else; they need no sign-in",
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--port", type=int, metavar="N", help="port to listen on (default: 8501 or the next free one)")
    parser.add_argument(
        "--without-sign-in", action="store_true",
        help="listen on another address although nobody signs in: whoever reaches it leads",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Runs until it is stopped with Ctrl-C."""
    from pipeline.cli.server import serve_fact_sheets, serve_review
    from pipeline.wiring import open_store

    open_store(settings).close()  # says now what is wrong with the workspace, not in the browser
    if args.fact_sheets_only:
        return serve_fact_sheets(settings, port=args.port, address=args.address)
    return serve_review(settings, port=args.port, open_browser=not args.no_browser, address=args.address)
