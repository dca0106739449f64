"""`sme2module ask`: statements to an SME, answered by a link that needs no account."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.cli.output import result, result_json, table, talk
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.domain import FactRequest
    from pipeline.review.fact_requests import Asked
    from pipeline.wiring import Services

NAME = "ask"
HELP = "ask a subject-matter expert whether statements of a module are true"

_BASE_URL = "http://127.0.0.1:8501"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("module", metavar="MODULE", nargs="?", help="id of the module, or its beginning")
    parser.add_argument(
        "--base-url", metavar="URL",
        help=f"address that the SME reaches the server by (default: the setting public_url, else {_BASE_URL})",
    )
    parser.add_argument(
        "--due", metavar="DAY", help="day to answer by, such as 2026-12-24; not later than the link ends"
    )
    parser.add_argument(
        "--element", action="append", metavar="ID",
        help="ask about this element; may be given again (default: those with the most to lose from being wrong)",
    )
    parser.add_argument("--email", metavar="A", help="address of the SME: what the answers are recorded under")
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    parser.add_argument("--list", action="store_true", help="list what was asked, and how far it is")
    parser.add_argument("--note", metavar="TEXT", help="a line of your own at the top of the page")
    parser.add_argument("--revoke", metavar="REQUEST", help="take the link of a request back; what was answered stays")
    parser.add_argument("--suggest", action="store_true", help="only print what would be asked, and why")
    parser.add_argument("--to", metavar="NAME", help="name of the SME")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prints the link and a message to send it with, or does what another option says."""
    from pipeline.domain import Channel
    from pipeline.review.fact_messages import message_with
    from pipeline.wiring import build_services

    with build_services(settings) as services:
        if args.revoke is not None:
            request = services.facts.revoke(args.revoke, by=services.reviewer, through=Channel.CLI)
            result(f"{request.id}\trevoked")
            return 0
        module = None if args.module is None else services.store.modules.resolve(args.module)
        if args.list:
            return _list(services.facts.requests(module), services, _base(args, settings), as_json=args.json)
        if module is None:
            raise UsageError("asking an SME", why="no module is named", mend="say sme2module ask MODULE --to NAME")
        if args.suggest:
            return _suggest(services, module, as_json=args.json)
        if args.to is None:
            raise UsageError("asking an SME", why="nobody is named", mend="say whom you ask with --to NAME")
        request = services.facts.ask(
            module, to=args.to, email=args.email, elements=args.element, due=_end_of(args.due), note=args.note,
            by=services.reviewer, through=Channel.CLI,
        )
        link = _base(args, settings) + services.facts.link(request)
        if args.json:
            result_json(_told(request, link))
            return 0
        result(link)
        from pipeline.config import is_this_machine

        if is_this_machine(urlsplit(link).hostname or ""):
            talk(
                "warning: this link opens on this machine only; name the address that others reach the server by with "
                "--base-url or the setting public_url", settings,
            )
        about = services.store.modules.summary(module)
        talk("\nA message to send it with:\n", settings)
        for line in message_with(link, request, title=about.title, language=about.language):
            talk(line, settings)
    return 0


def _base(args: argparse.Namespace, settings: Settings) -> str:
    if args.base_url is None:
        return settings.public_url or _BASE_URL
    try:
        return settings.changed(public_url=args.base_url).public_url or _BASE_URL
    except ValueError as error:
        raise UsageError(
            f"--base-url {args.base_url}", why="it is no address", mend="write it as https://review.example.org"
        ) from error


def _end_of(day: str | None) -> datetime | None:
    if day is None:
        return None
    try:
        parsed = datetime.strptime(day.strip(), "%Y-%m-%d")
    except ValueError as error:
        raise UsageError(
            f"--due {day}", why="it is no day", mend="write it as YEAR-MONTH-DAY, such as 2026-12-24"
        ) from error
    return datetime.combine(parsed.date(), time(23, 59, 59), tzinfo=UTC)


def _suggest(services: Services, module: str, *, as_json: bool) -> int:
    found = services.facts.suggested(module)
    if as_json:
        result_json(
            [
                {"element": one.element.id, "dangers": list(one.dangers), "statement": one.statement}
                for one in found
            ]
        )
        return 0
    table(
        [(one.element.id, ", ".join(one.dangers), " ".join(one.statement.split())[:100]) for one in found],
        head=("ELEMENT", "WHY", "STATEMENT"),
    )
    return 0


def _list(asked: tuple[Asked, ...], services: Services, base: str, *, as_json: bool) -> int:
    if as_json:
        result_json(
            [
                {
                    **_told(one.request, base + services.facts.link(one.request)), "answered": one.answered,
                    "open": one.is_open, "overdue": one.is_overdue, "state": one.state.value,
                }
                for one in asked
            ]
        )
        return 0
    table(
        [
            (
                one.request.id, one.request.module, one.request.to, f"{one.answered} of {len(one.request.statements)}",
                one.state.value, f"{one.request.due or one.request.expires:%Y-%m-%d}",
            )
            for one in asked
        ],
        head=("REQUEST", "MODULE", "SME", "ANSWERED", "STATE", "BY"),
    )
    return 0


def _told(request: FactRequest, link: str) -> dict[str, Any]:
    return {**request.dump(), "link": link}
