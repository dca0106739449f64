"""`sme2module batch …`: converts a backlog, durably, and tells how it stands."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from contextlib import contextmanager
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
        each = ", a line whenever they change" if verb == "watch" else ""
        sub.add_argument("--json", action="store_true", help=f"print the figures as JSON{each}")


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
    from pipeline.cli.batch_view import counted
    from pipeline.domain import BatchState, Channel
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
            was = services.ordering.pause(batch.id, by=services.reviewer, channel=Channel.CLI)
            talk(f"batch {batch.id} {'is paused' if was else 'is not running, so there is nothing to pause'}", settings)
            return _print_json(services, batch.id) if args.json else DONE
        if args.verb == "cancel":
            count = services.ordering.cancel(batch.id, by=services.reviewer, channel=Channel.CLI)
            was = backlogs.get(batch.id).state is BatchState.CANCELLED
            told = f"is cancelled: {counted(count, 'document')} will not be done" if was else "had ended before"
            talk(f"batch {batch.id} {told}", settings)
            return _print_json(services, batch.id) if args.json else DONE
        return _go_on(args, services, batch.id)


def _run(args: argparse.Namespace, settings: Settings) -> int:
    from pipeline.cli.batch_run import enqueue, forecast, work
    from pipeline.domain import Channel, Via
    from pipeline.run.backlog import check_folder
    from pipeline.wiring import batch_spec, build_services

    order = order_from(args, language=settings.language, engine=settings.engine)
    # What would fail every document fails here, before there is a workspace or a batch.
    spec = batch_spec(settings, order=order, via=Via(args.via))
    check_folder(args.folder)
    if args.dry_run:
        with _onlooker(settings) as services:
            return forecast(services, args.folder, spec, as_json=args.json)
    with build_services(settings, create=not settings.is_on_server) as services:
        services.ordering.demand(f"converting {args.folder}", by=services.reviewer, channel=Channel.CLI)
        batch = enqueue(
            services, args.folder, spec, priority=args.priority, weight=args.weight, budget_usd=args.budget
        )
        services.ordering.started(batch.id, by=services.reviewer, channel=Channel.CLI)
        return work(services, batch, workers=args.workers, as_json=args.json)


def _go_on(args: argparse.Namespace, services: Services, batch_id: str) -> int:
    from pipeline.cli.batch_run import work
    from pipeline.cli.batch_view import counted
    from pipeline.domain import Channel

    backlogs, settings = services.backlogs, services.settings
    if args.verb == "retry":
        if not backlogs.retryable(batch_id):
            talk("there is no failed document that could be tried again", settings)
            return _print_status(services, batch_id, as_json=args.json)
        count = services.ordering.retry(batch_id, by=services.reviewer, channel=Channel.CLI)
        talk(f"{counted(count, 'document')} to be tried again", settings)
    elif not services.ordering.resume(
        batch_id, by=services.reviewer, budget_usd=args.budget, channel=Channel.CLI
    ):
        talk(f"batch {batch_id} is done; nothing is left to do", settings)
        return _print_status(services, batch_id, as_json=args.json)
    return work(services, backlogs.get(batch_id), workers=args.workers, as_json=args.json)


def _print_status(services: Services, batch_id: str, *, as_json: bool) -> int:
    from pipeline.cli.batch_view import status_lines

    if as_json:
        return _print_json(services, batch_id)
    for line in status_lines(services.backlogs.status(batch_id)):
        result(line)
    return DONE


def _print_json(services: Services, batch_id: str) -> int:
    result_json(services.backlogs.status(batch_id).dump())
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


@contextmanager
def _onlooker(settings: Settings) -> Iterator[Services]:
    """Services to look with; where there is no workspace yet, none is left behind."""
    from pipeline.config import SETTINGS_FILE
    from pipeline.scratch import scratch_folder
    from pipeline.wiring import build_services

    if settings.is_on_server or (settings.workspace / SETTINGS_FILE).is_file():
        with build_services(settings) as services:
            yield services
        return
    with scratch_folder() as folder:
        passing = settings.model_copy(update={"workspace": Path(folder), "database_url": None, "sources": None})
        with build_services(passing, create=True) as services:
            yield services


def _dollars(text: str) -> float:
    value = _number(text)
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no budget: give dollars, 0 or more")
    return value


def _positive(text: str) -> float:
    value = _number(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no share: give a number above 0")
    return value


def _count(text: str) -> int:
    value = _number(text)
    if not 0 <= value <= 64 or value != int(value):
        raise argparse.ArgumentTypeError(f"{text}: give a number from 0 to 64")
    return int(value)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from None
