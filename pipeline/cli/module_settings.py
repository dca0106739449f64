"""`sme2module settings`: how learners take a module, and who looks after it; what a settings sheet tells uploaders."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.cli.output import result, result_json, talk

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.domain import ModuleSettings

NAME = "settings"
HELP = "show or change a module's settings: pass mark, attempts, owner, review date, contact"

_WITHOUT_LIMIT = "any"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("id", metavar="ID", help="id of the module, or its beginning")
    parser.add_argument(
        "--attempts", metavar="N",
        help='attempts at the test; "any" for as many as the learner likes (default: as it is)',
    )
    parser.add_argument("--contact", metavar="TEXT", help='whom learners ask; "" for nobody (default: as it is)')
    parser.add_argument("--json", action="store_true", help="print the settings as one JSON value")
    parser.add_argument("--owner", metavar="NAME", help='who looks after the module; "" for nobody (default: as it is)')
    parser.add_argument("--pass-mark", metavar="PERCENT", help="score to pass the test, 0 to 100 (default: as it is)")
    parser.add_argument(
        "--review-by", metavar="DATE",
        help='day by which the source is looked at again, as 2027-01-31; "" for none (default: as it is)',
    )
    parser.add_argument(
        "--shuffle", action=argparse.BooleanOptionalAction, default=None,
        help="whether questions and options come in another order each time (default: as it is)",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Saves what was given and prints the settings; what is released already stays as it was signed."""
    from pipeline.domain import Channel
    from pipeline.wiring import build_services

    changes = _changes(args)
    with build_services(settings) as services:
        module = services.store.modules.resolve(args.id)
        now = services.store.modules.load(module).settings
        if changes:
            wanted = now.model_copy(update=changes)
            is_changed = wanted != now
            if is_changed:
                now = services.review.change_settings(module, wanted, by=services.reviewer, channel=Channel.CLI)
            talk(f"{module}: {'saved' if is_changed else 'nothing to change'}", settings)
    if args.json:
        result_json(now.dump())
        return 0
    for name, value in _lines(now):
        result(f"{name:<12} {value}")
    return 0


def _changes(args: argparse.Namespace) -> dict[str, Any]:
    """Field → new value, of what was given; raises UsageError for what no setting can be."""
    changes: dict[str, Any] = {}
    if args.attempts is not None:
        changes["attempts"] = _attempts(args.attempts)
    if args.pass_mark is not None:
        changes["pass_mark"] = _pass_mark(args.pass_mark)
    if args.review_by is not None:
        changes["review_by"] = _day(args.review_by)
    if args.owner is not None:
        changes["owner"] = " ".join(args.owner.split()) or None
    if args.contact is not None:
        changes["help_contact"] = " ".join(args.contact.split()) or None
    if args.shuffle is not None:
        changes["shuffle"] = args.shuffle
    return changes


def _attempts(text: str) -> int | None:
    from pipeline.errors import UsageError

    if text.strip().casefold() == _WITHOUT_LIMIT:
        return None
    if not text.strip().isdecimal() or int(text) < 1:
        raise UsageError(f"--attempts {text}", why="it is no number of attempts", mend='give 1 or more, or "any"')
    return int(text)


def _pass_mark(text: str) -> float:
    from pipeline.errors import UsageError

    try:
        percent = float(text.strip().removesuffix("%"))
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= 100:
        raise UsageError(f"--pass-mark {text}", why="it is no percentage", mend="give a number from 0 to 100")
    return percent / 100


def _day(text: str) -> date | None:
    from pipeline.errors import UsageError

    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f"--review-by {text}", why="it is no date", mend="write it as 2027-01-31") from error


def _lines(now: ModuleSettings) -> tuple[tuple[str, str], ...]:
    return (
        ("pass mark", f"{now.pass_mark * 100:g}%"),
        ("attempts", str(now.attempts) if now.attempts is not None else _WITHOUT_LIMIT),
        ("shuffle", "yes" if now.shuffle else "no"),
        ("owner", now.owner or "not set"),
        ("review by", now.review_by.isoformat() if now.review_by else "not set"),
        ("contact", now.help_contact or "not set"),
    )
