"""`sme2module demo`: a first look, from a sample document to the review screen."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.output import progress, result, talk

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "demo"
HELP = "convert a sample document and open the review screen"

_FOLDER = "demo-workspace"
_SAMPLE = "lockout-procedure.docx"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("--no-browser", action="store_true", help="only print the review screen's address")
    parser.add_argument("--no-review", action="store_true", help="end after the conversion")
    parser.add_argument("--port", type=int, metavar="N", help="port of the review screen (default: 8501 or the next)")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Makes the workspace (default: demo-workspace here), converts, says what it made, and opens the screen."""
    from pipeline.ingest.contained import warm_up

    warm_up()  # first of all, so that it goes on while we load the rest
    from pipeline.cli.server import serve_review
    from pipeline.domain import Order
    from pipeline.library.locate import authored
    from pipeline.run.oneoff import DEFAULT_FORMATS, convert_file
    from pipeline.wiring import build_services

    # The demo shows what works with no key and no network, whatever is configured.
    root = (args.workspace or Path.cwd() / _FOLDER).absolute()
    settings = settings.changed(workspace=root, engine="embedded", model=None)
    sample = authored("samples") / _SAMPLE
    began = time.monotonic()
    with build_services(settings, create=True) as services, progress(settings, sample.name) as report:
        made = convert_file(
            sample,
            root / "packages" / sample.stem,
            order=Order(),
            formats=DEFAULT_FORMATS,
            services=services.conversion,
            report=report,
            by=services.reviewer,
        )
    for line in made.summary.lines:
        result(line)
    result(
        f"took         {time.monotonic() - began:.1f} s" + (" (kept from an earlier run)" if made.from_store else "")
    )
    result(f"packages     {root / 'packages' / sample.stem}")
    if args.no_review:
        talk(f"look at it: sme2module review --workspace {root}", settings)
        return 0
    return serve_review(settings, port=args.port, open_browser=not args.no_browser)
