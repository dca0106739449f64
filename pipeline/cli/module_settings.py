"""`sme2module settings`: how learners take a module, and who looks after it; what a settings sheet tells uploaders."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipeline.cli.output import result, result_json, talk

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "settings"
HELP = "show or change a module's settings: pass mark, attempts, owner, review date, contact"

_OPTIONS = {
    "pass_mark": "--pass-mark", "attempts": "--attempts", "shuffle": "--shuffle", "owner": "--owner",
    "review_by": "--review-by", "help_contact": "--contact",
}


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
    from pipeline.domain import Channel, ModuleSettings
    from pipeline.review.settings_given import LABELS, Given, in_words
    from pipeline.wiring import build_services

    given = Given(
        pass_mark=args.pass_mark, attempts=args.attempts, shuffle=args.shuffle, owner=args.owner,
        review_by=args.review_by, help_contact=args.contact,
    )
    given.applied(ModuleSettings(), names=_OPTIONS)  # what cannot be is said before anything is opened
    with build_services(settings) as services:
        module = services.store.modules.resolve(args.id)
        now = services.store.modules.load(module).settings
        if given != Given():
            wanted = given.applied(now, names=_OPTIONS)
            is_changed = wanted != now
            if is_changed:
                now = services.review.change_settings(
                    module, wanted, based_on=now, by=services.reviewer, channel=Channel.CLI
                )
            talk(f"{module}: {'saved' if is_changed else 'nothing to change'}", settings)
    if args.json:
        result_json(now.dump())
        return 0
    for name, value in in_words(now).items():
        result(f"{LABELS[name]:<12} {value}")
    return 0
