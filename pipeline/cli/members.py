"""`sme2module members`: who may sign in, and as what."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipeline.cli.options import shared_options
from pipeline.cli.output import result, result_json, table, talk

if TYPE_CHECKING:
    from pipeline.config import Settings

NAME = "members"
HELP = "add, remove or list the people who may sign in to review, and give them roles"

_ROLES = ("designer", "sme", "lead", "viewer")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the verbs below the command."""
    shared = shared_options(is_inner=True)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True, dest="verb")
    add = verbs.add_parser("add", help="let somebody in, or change the name of a member", parents=[shared])
    add.add_argument("email", metavar="EMAIL", help="address that the sign-in knows the person by")
    add.add_argument("--name", required=True, metavar="NAME", help="how the person is called")
    add.add_argument("--role", required=True, choices=_ROLES, help="what the person may do, see docs/teams.md")
    give = verbs.add_parser("role", help="give a member another role", parents=[shared])
    give.add_argument("email", metavar="EMAIL", help="address of the member")
    give.add_argument("role", metavar="ROLE", choices=_ROLES, help=f"{', '.join(_ROLES[:-1])} or {_ROLES[-1]}")
    remove = verbs.add_parser("remove", help="let somebody in no more; what the person did stays", parents=[shared])
    remove.add_argument("email", metavar="EMAIL", help="address of the member")
    listing = verbs.add_parser("list", help="list everybody, those who left too", parents=[shared])
    listing.add_argument("--json", action="store_true", help="print one JSON list")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Does what the verb says."""
    from pipeline.domain import Channel, Role
    from pipeline.wiring import build_services

    with build_services(settings) as services:
        people, by = services.membership, services.reviewer
        if args.verb == "add":
            made = people.add(args.email, name=args.name, role=Role(args.role), by=by, channel=Channel.CLI)
            result(f"{made.email}\t{made.role.value}")
            return 0
        if args.verb == "role":
            made = people.give(args.email, Role(args.role), by=by, channel=Channel.CLI)
            result(f"{made.email}\t{made.role.value}")
            return 0
        if args.verb == "remove":
            gone = people.remove(args.email, by=by, channel=Channel.CLI)
            result(f"{gone.email}\tremoved")
            return 0
        members = people.all()
    if args.json:
        result_json([one.dump() for one in members])
    elif not members:
        talk("no members yet; next: sme2module members add EMAIL --name NAME --role lead", settings)
    else:
        table(
            [
                (one.email, one.name, one.role.value, "" if one.is_active else "removed", f"{one.at:%Y-%m-%d}")
                for one in members
            ],
            head=("EMAIL", "NAME", "ROLE", "", "SINCE"),
        )
    return 0
