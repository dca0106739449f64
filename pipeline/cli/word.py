"""`sme2module word …`: a Word file for an SME to work in, and what came back of it."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.exits import ATTENTION, DONE
from pipeline.cli.options import shared_options
from pipeline.cli.output import counted, result, result_json, table, talk
from pipeline.errors import UsageError
from pipeline.review.word_shortened import shortened_pair

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.domain.word import ReturnEntry, WordReturn

NAME = "word"
HELP = "a Word file for an expert, and its changes and comments back: export, import"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the verbs and their options."""
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True, dest="verb")
    told = "write a Word file with the module's texts for an expert to change, tick and comment"
    out = verbs.add_parser("export", help=told, description=told, parents=[shared_options(is_inner=True)])
    out.add_argument("id", metavar="ID", help="id of the module, or its beginning")
    out.add_argument("--due", metavar="DAY", help="day to send it back by, as 2026-12-24")
    out.add_argument(
        "--element", action="append", metavar="ID",
        help="only this element; may be given several times (default: all that are not rejected)",
    )
    out.add_argument("--json", action="store_true", help="print path, id and elements of the file as JSON")
    out.add_argument(
        "-o", "--output", type=Path, metavar="PATH", help="file to write, or a folder (default: here)"
    )
    out.add_argument("--to", metavar="NAME", help="the expert: the facts count as asked of them")
    told = "take a Word file in that came back: changes become proposals, comments threads, ticks answers"
    back = verbs.add_parser("import", help=told, description=told, parents=[shared_options(is_inner=True)])
    back.add_argument("file", metavar="FILE", type=Path, help=".docx; .odt, .doc and .rtf through LibreOffice")
    back.add_argument(
        "--from", dest="sender", metavar="NAME",
        help="whose words those are that carry no name (default: who saved it last, else whom it was sent to)",
    )
    back.add_argument("--json", action="store_true", help="print the report as JSON")
    back.add_argument("--recover", action="store_true", help="read what can be read of a damaged file")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Writes the file, or takes one in; 1 where rows of it could not be mapped."""
    return _export(args, settings) if args.verb == "export" else _import(args, settings)


def _export(args: argparse.Namespace, settings: Settings) -> int:
    from pipeline.domain import Channel
    from pipeline.domain.word import RowForm
    from pipeline.store.workspace import write_atomically
    from pipeline.wiring import build_services

    due = None if args.due is None else _end_of(args.due)
    with build_services(settings) as services:
        sent = services.word.export(
            services.store.modules.resolve(args.id), by=services.reviewer, to=args.to, elements=args.element, due=due,
            channel=Channel.CLI,
        )
    path: Path = args.output or Path.cwd()
    path = path / sent.name if path.is_dir() else path
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, sent.content)
    package = sent.package
    if args.json:
        result_json({
            "path": str(path), "package": package.id, "module": package.module, "to": package.to,
            "due": package.due.date().isoformat() if package.due else None, "elements": list(package.elements),
        })
    else:
        result(str(path))
    quotes = sum(one.form is RowForm.SOURCE for one in package.rows)
    talk(
        f"{counted(len(package.elements), 'element')} in {counted(len(package.rows), 'row')}, "
        f"{counted(quotes, 'quote')} of the source among them",
        settings,
    )
    return DONE


def _import(args: argparse.Namespace, settings: Settings) -> int:
    from pipeline.domain import Channel
    from pipeline.wiring import build_services

    with build_services(settings) as services:
        taken = services.word.take_in(
            args.file, name=args.file.name, by=services.reviewer, sender=args.sender, recover=args.recover,
            channel=Channel.CLI,
        )
    report = taken.report
    if args.json:
        result_json({**report.dump(), "again": taken.is_again})
    else:
        _print(report)
    for warning in report.warnings:
        talk(f"warning: {args.file.name}: {warning}", settings)
    if taken.is_again:
        when = report.at.strftime("%Y-%m-%d %H:%M")
        talk(f"this very file was taken in on {when} UTC by {report.by}: nothing was changed", settings)
    else:
        talk(_summary(report), settings)
    return ATTENTION if report.unmapped else DONE


def _print(report: WordReturn) -> None:
    rows = [(_status(one), one.element or "–", one.label or "–", *shortened_pair(one.before, one.after), one.why or "")
            for one in report.entries]
    if rows:
        table(rows, head=("row", "element", "field", "sent", "came back", "not mapped because"))
    for one in report.verdicts:
        why = f" (not recorded: {one.why})" if one.why else ""
        words = f"\t“{' '.join(one.correction.split())}”" if one.correction else ""
        result(f"{one.element}\t{one.verdict.value}\t{one.by}{words}{why}")


def _summary(report: WordReturn) -> str:
    parts = [
        counted(len(report.proposals), "proposal"), counted(len(report.comments), "comment"),
        counted(sum(one.is_recorded for one in report.verdicts), "answer"),
        f"{counted(len(report.unmapped), 'row')} to look at", f"{report.counts.get('unchanged', 0)} unchanged",
    ]
    if report.superseded:
        parts.append(f"{counted(len(report.superseded), 'earlier proposal')} replaced")
    return f"{report.module}: " + ", ".join(parts)


def _status(entry: ReturnEntry) -> str:
    more = (" moved" if entry.is_moved else "") + (" without id" if entry.lost_its_id else "")
    return entry.status.value + more


def _end_of(day: str) -> datetime:
    """The last moment of the day, in UTC."""
    try:
        return datetime.combine(datetime.strptime(day, "%Y-%m-%d").date(), time(23, 59, 59), tzinfo=UTC)
    except ValueError as error:
        raise UsageError(f"--due {day}", why="it is no day", mend="write it as 2026-12-24") from error
