"""`sme2module batch …`: converts a backlog, durably, and tells how it stands."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.exits import DONE
from pipeline.cli.options import shared_options
from pipeline.cli.ordering import add_order_arguments, order_from
from pipeline.cli.output import result, result_json, table, talk

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.wiring import Services

NAME = "batch"
HELP = "convert a backlog of documents, durably: run, status, watch, list, pause, resume, cancel, retry"

_VERBS = {
    "run": "convert the documents of a folder; the same again adds what is new and goes on",
    "status": "how a batch stands",
    "watch": "how a batch stands, until it has ended",
    "list": "every batch",
    "pause": "take up no further document and make no further call",
    "resume": "go on with a batch that was paused or stopped",
    "cancel": "end a batch; what is done stays",
    "retry": "try the failed documents again, and only those",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the verbs and their options."""
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True, dest="verb")
    for verb, told in _VERBS.items():
        sub = verbs.add_parser(verb, help=told, description=told, parents=[shared_options(is_inner=True)])
        if verb == "run":
            _add_run_arguments(sub)
        elif verb != "list":
            sub.add_argument("batch", nargs="?", metavar="BATCH", help="its id or folder (default: the newest)")
        if verb in ("resume", "retry"):
            _add_workers(sub)
        if verb == "resume":
            sub.add_argument("--budget", type=_dollars, metavar="USD", help="another budget for the batch")
        if verb not in ("cancel", "pause"):
            sub.add_argument("--json", action="store_true", help="print the figures as JSON")


def _add_run_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="folder with the documents")
    _add_workers(parser)
    parser.add_argument(
        "--budget", type=_dollars, metavar="USD", help="stop new calls before this much is spent (default: no limit)"
    )
    parser.add_argument(
        "--via", choices=("sync", "batch-api"), default="sync",
        help="calls at once, or through the endpoint's Batch API at half price within 24 hours (default: sync)",
    )
    parser.add_argument("--priority", type=int, default=0, metavar="N", help="higher goes first (default: 0)")
    parser.add_argument(
        "--share", type=_positive, default=1.0, metavar="N", dest="weight",
        help="share among batches of the same priority (default: 1)",
    )
    parser.add_argument("--concurrency", type=int, metavar="N", help="model calls in flight, over all workers")
    parser.add_argument(
        "--requests-per-minute", type=int, metavar="N", help="calls a minute, over all workers (default: no limit)"
    )
    parser.add_argument(
        "--tokens-per-minute", type=int, metavar="N", help="tokens a minute, over all workers (default: no limit)"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what it would take (documents, tokens, calls, cost, time) and stop"
    )
    add_order_arguments(parser)


def _add_workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers", type=_count, default=1, metavar="N",
        help="processes to start here; 0 leaves the work to workers running elsewhere (default: 1)",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Does what the verb says."""
    from pipeline.wiring import build_services

    if args.verb == "run":
        return _run(args, settings)
    with build_services(settings) as services:
        backlogs = services.backlogs
        if args.verb == "list":
            _print_list(services, args.json)
            return DONE
        batch = backlogs.get(args.batch)
        if args.verb == "status":
            return _print_status(services, batch.id, as_json=args.json)
        if args.verb == "watch":
            from pipeline.cli.batch_run import watch

            return watch(services, batch, as_json=args.json)
        if args.verb == "pause":
            was = backlogs.pause(batch.id)
            talk(f"batch {batch.id} {'is paused' if was else 'was not running'}", settings)
            return DONE
        if args.verb == "cancel":
            talk(f"batch {batch.id} is cancelled: {backlogs.cancel(batch.id)} documents are not done", settings)
            return DONE
        return _go_on(args, services, batch.id)


def _run(args: argparse.Namespace, settings: Settings) -> int:
    from pipeline.cli.batch_run import enqueue, forecast, work
    from pipeline.wiring import batch_spec, build_services

    order = order_from(args, language=settings.language)
    with build_services(settings, create=not settings.is_on_server) as services:
        spec = batch_spec(settings, order=order, via=args.via)
        if args.dry_run:
            return forecast(services, args.folder, spec, as_json=args.json)
        batch = enqueue(
            services, args.folder, spec, priority=args.priority, weight=args.weight, budget_usd=args.budget
        )
        return work(services, batch, workers=args.workers, as_json=args.json)


def _go_on(args: argparse.Namespace, services: Services, batch_id: str) -> int:
    from pipeline.cli.batch_run import work

    backlogs, settings = services.backlogs, services.settings
    if args.verb == "retry":
        count = backlogs.retry(batch_id)
        talk(f"{count} documents are tried again", settings)
        if count == 0:
            return _print_status(services, batch_id, as_json=args.json)
    else:
        backlogs.resume(batch_id, budget_usd=args.budget)
    return work(services, backlogs.get(batch_id), workers=args.workers, as_json=args.json)


def _print_status(services: Services, batch_id: str, *, as_json: bool) -> int:
    from pipeline.cli.batch_view import status_lines

    status = services.backlogs.status(batch_id)
    if as_json:
        result_json(status.dump())
    else:
        for line in status_lines(status):
            result(line)
    return DONE


def _print_list(services: Services, as_json: bool) -> None:
    from pipeline.cli.batch_view import row_of

    statuses = services.backlogs.list()
    if as_json:
        result_json([status.dump() for status in statuses])
        return
    if not statuses:
        talk("no batch yet; make one with sme2module batch run DIR", services.settings)
        return
    table([row_of(status) for status in statuses], head=("batch", "state", "done", "failed", "of", "cost", "folder"))


def _dollars(text: str) -> float:
    value = float(text)
    if value < 0:
        raise argparse.ArgumentTypeError("a budget is not negative")
    return value


def _positive(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("a share is more than 0")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 64:
        raise argparse.ArgumentTypeError("between 0 and 64 workers")
    return value
