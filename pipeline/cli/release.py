"""`sme2module release`: signs a module off as a numbered, frozen release, lists releases, takes one out of use."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipeline.cli.named_release import Named, named
from pipeline.cli.output import counted, result, result_json, table, talk

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.review.releasing import Readiness, Signed
    from pipeline.wiring import Services

NAME = "release"
HELP = "sign a module off: freeze what is approved as a numbered release"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("id", metavar="ID", help="id of the module, or its beginning; ID@N with --deprecate, --retire")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="only say what is missing, and freeze nothing")
    what.add_argument("--deprecate", action="store_true", help="mark release ID@N as not to be used for new learners")
    what.add_argument("--list", action="store_true", help="list the module's releases")
    what.add_argument("--retire", action="store_true", help="take release ID@N out of use: it is not exported any more")
    parser.add_argument("--json", action="store_true", help="print one JSON value: the manifest, or what is missing")
    parser.add_argument("--note", metavar="T", help="what the release is, or why it is made; it goes into the manifest")
    parser.add_argument("--reason", metavar="T", help="with --deprecate or --retire: why")
    parser.add_argument(
        "--waive",
        action="append",
        default=[],
        metavar="ELEMENT=REASON",
        help="let an element go out that nobody approved or confirmed, and why; may be given several times. With a "
        "criterion in place of the element: an error on the module as a whole",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Releases, or says what is missing and returns 2."""
    from pipeline.errors import UsageError
    from pipeline.wiring import build_services

    asked = named(args.id)
    is_about_one = args.deprecate or args.retire
    if is_about_one != (asked.release is not None):
        raise UsageError(
            f"release {args.id}",
            why="no release is named" if is_about_one else "a release is made of a module",
            mend="name one as ID@N" if is_about_one else "leave out what follows the @",
        )
    if args.waive and (is_about_one or args.list):
        raise UsageError("--waive", why="nothing is released", mend="leave it out")
    if args.reason and not is_about_one:
        raise UsageError("--reason", why="it belongs to --deprecate and --retire", mend="leave it out")
    if args.note and (is_about_one or args.list or args.check):
        raise UsageError("--note", why="nothing is released", mend="leave it out")
    waived = _waivers(args.waive)
    with build_services(settings) as services:
        module = services.store.modules.resolve(asked.module)
        if args.list:
            return _list(module, args, services, settings)
        if is_about_one:
            return _move(Named(module, asked.release), args, services, settings)
        return _release(module, waived, args, services, settings)


def _waivers(given: list[str]) -> dict[str, str]:
    from pipeline.errors import UsageError

    waived = {}
    for one in given:
        name, sign, reason = one.partition("=")
        if not sign or not name.strip() or not reason.strip():
            raise UsageError(f"--waive {one}", why="it needs a reason", mend="write it as ELEMENT=REASON")
        waived[name.strip()] = reason.strip()
    return waived


def _release(
    module: str, waived: dict[str, str], args: argparse.Namespace, services: Services, settings: Settings
) -> int:
    from pipeline.cli.exits import UNUSABLE, print_error
    from pipeline.domain import Channel
    from pipeline.review.releasing import NotReadyError

    if args.check:
        readiness = services.releasing.readiness(module, waived=waived)
        if readiness.is_ready:
            if args.json:
                result_json(_told(readiness))
            else:
                result(f"{module} is ready: {readiness.approved} approved, {readiness.rejected} left out")
            return 0
        error = NotReadyError(readiness)
    else:
        try:
            signed = services.releasing.release(
                module, by=services.reviewer, waived=waived, note=args.note, channel=Channel.CLI
            )
        except NotReadyError as refused:
            error = refused
        else:
            _say(signed, args, settings)
            return 0
    print_error(error)
    if args.json:
        result_json(_told(error.readiness))
    else:
        _list_missing(error.readiness)
    return UNUSABLE


def _say(signed: Signed, args: argparse.Namespace, settings: Settings) -> None:
    manifest = signed.manifest
    if args.json:
        result_json(manifest.dump())
    else:
        result(f"{manifest.module}@{manifest.release}")
    waived = sum(one.waived is not None for one in manifest.elements)
    said = [counted(len(manifest.elements), "element")]
    said += [f"{waived} by a waiver"] if waived else []
    said += [f"{len(manifest.rejected)} left out"] if manifest.rejected else []
    same = "" if signed.is_new else ", which holds exactly this already"
    talk(f"release {manifest.release}{same}: {', '.join(said)}", settings)
    if args.note and not signed.is_new:
        talk("the note was not kept: a release that is made is not changed", settings)


def _list_missing(readiness: Readiness) -> None:
    table(
        [
            (one.target, one.label, one.lack.value, one.text, one.criterion or "")
            for one in readiness.outstanding
        ],
        head=("ELEMENT", "WHAT IT IS", "MISSING", "IN WORDS", "CRITERION"),
    )


def _told(readiness: Readiness) -> dict[str, object]:
    return {
        "module": readiness.module_id,
        "ready": readiness.is_ready,
        "approved": readiness.approved,
        "rejected": readiness.rejected,
        "waived": list(readiness.waived),
        "missing": [
            {
                "target": one.target, "label": one.label, "lack": one.lack.value, "text": one.text,
                "criterion": one.criterion, "waivable": one.is_waivable,
            }
            for one in readiness.outstanding
        ],
    }


def _list(module: str, args: argparse.Namespace, services: Services, settings: Settings) -> int:
    releases = services.releasing.of(module)
    if args.json:
        result_json([one.dump() for one in releases])
    elif releases:
        table(
            [
                (f"{one.module}@{one.number}", one.state, one.by, one.at.isoformat(timespec="seconds"),
                 str(len(one.revisions)))
                for one in releases
            ],
            head=("RELEASE", "STATE", "BY", "AT", "ELEMENTS"),
        )
    else:
        talk(f"{module} has no release yet; next: sme2module release {module}", settings)
    return 0


def _move(asked: Named, args: argparse.Namespace, services: Services, settings: Settings) -> int:
    from pipeline.domain import Channel

    assert asked.release is not None
    move = services.releasing.retire if args.retire else services.releasing.deprecate
    release = move(asked.module, asked.release, by=services.reviewer, reason=args.reason, channel=Channel.CLI)
    if args.json:
        result_json(release.dump())
    talk(f"{release.module}@{release.number} is {release.state}", settings)
    return 0
