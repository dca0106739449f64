"""`sme2module worker`: one more process that works on the backlogs of the workspace or of the team's database."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.cli.output import talk

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.run.worker import Plan, WorkerProcess

# Objects made until the youngest are looked at, and how many such looks until the older and the oldest are.
_COLLECT_AFTER = (20_000, 20, 20)

NAME = "worker"
HELP = "work on backlogs: SQLite on this machine, PostgreSQL from any machine that reaches the database"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("--until-idle", action="store_true", help="end when nothing is left to do (default: wait)")
    parser.add_argument("--batch", metavar="BATCH", help="with --until-idle: wait for the end of this batch only")
    # What `batch run` starts ends with it, however that ends.
    parser.add_argument("--tied", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Works until it is stopped, or until nothing is left."""
    import asyncio

    from pipeline.run.worker import Plan
    from pipeline.wiring import open_store, worker_process

    with open_store(settings) as store:
        plan = Plan(until_idle=args.until_idle, batch=store.batches.get(args.batch).id if args.batch else None)
        worker = worker_process(settings, store)
        if not args.tied:
            talk(f"worker {worker.me.id} is at work on {store.describe()}; stop it with Ctrl-C", settings)
        with _collecting_seldom():
            asyncio.run(_work(worker, plan, is_tied=args.tied))
    return 0


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Within it the cycle collector looks only at what comes from now on, and at that less often: it went through all
    that was imported, hundreds of thousands of objects, for some 6% of a worker's CPU. What a conversion leaves behind
    has next to no cycles.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


async def _work(worker: WorkerProcess, plan: Plan, *, is_tied: bool) -> None:
    import asyncio

    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.call_soon_threadsafe(worker.stop)

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, worker.stop)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: stop())
    if is_tied:
        threading.Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
    await worker.run(plan)


def _wait_for_end(stop: Callable[[], None]) -> None:
    """Reads standard input until the other side has gone."""
    # Not through sys.stdin: its lock, held by a thread that waits, makes the interpreter abort at the end.
    while os.read(sys.stdin.fileno(), 64):
        pass
    stop()
