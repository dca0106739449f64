"""What `batch run`, `resume`, `retry` and `watch` do in a terminal: fill the queue, start workers, look on, stop."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from pipeline.cli.batch_live import Live, live_view
from pipeline.cli.batch_view import counted, failure_lines, progress_of, status_lines
from pipeline.cli.environment import for_child
from pipeline.cli.exits import ATTENTION, DONE, INTERRUPTED, SERVICE_FAILED
from pipeline.cli.output import progress, result, result_json, talk
from pipeline.domain import Batch, BatchSpec, BatchState, BatchStatus

if TYPE_CHECKING:
    from pipeline.run.crew import Crew
    from pipeline.wiring import Services

_LOOK_S = 0.5
_ENDED = (BatchState.DONE, BatchState.PAUSED, BatchState.CANCELLED)


def enqueue(
    services: Services, folder: Path, spec: BatchSpec, *, priority: int, weight: float, budget_usd: float | None
) -> Batch:
    """The batch of the folder, with all its files in the queue."""
    settings = services.settings
    with progress(settings, "queueing") as report:
        batch, added = services.backlogs.start(
            folder,
            spec,
            rates=services.rates(),
            priority=priority,
            weight=weight,
            budget_usd=budget_usd,
            report=lambda files: report(counted(files, "file"), 0, 0),
        )
    fresh = added.new - added.duplicates - added.unreadable
    told = [f"{fresh:,} new, {added.known:,} known before" if added.known else counted(fresh, "document")]
    told += [f"{added.duplicates:,} with the same content as another"] if added.duplicates else []
    told += [f"{added.unreadable:,} that cannot be read"] if added.unreadable else []
    talk(f"batch {batch.id}: {', '.join(told)}", settings)
    return batch


def forecast(services: Services, folder: Path, spec: BatchSpec, *, as_json: bool) -> int:
    """Says what the folder would take, and changes nothing."""
    from pipeline.cli.batch_forecast import forecast_lines

    with progress(services.settings, "reading") as report:
        expected = services.forecast(folder, spec, report=lambda done, total: report("documents", done, total))
    if as_json:
        result_json(expected.dump())
    else:
        for line in forecast_lines(expected):
            result(line)
    return ATTENTION if expected.unreadable else DONE


def work(services: Services, batch: Batch, *, workers: int, as_json: bool) -> int:
    """Starts workers and looks on until the batch has ended, is paused, or somebody stops us."""
    from pipeline.run.crew import Crew

    settings = services.settings
    if workers == 0:
        talk(f"batch {batch.id} is queued; workers take it up: sme2module worker", settings)
        return _told(services, batch.id, as_json=as_json)
    command = [sys.executable, "-m", "pipeline.cli", "worker", "--until-idle", "--batch", batch.id, "--tied"]
    command += [flag for flag, is_on in _passed_on(services) if is_on]
    with _stoppable(), live_view(settings) as live:
        crew = Crew(command, size=workers, environment=for_child(settings), talk=live.say)
        try:
            exit_code = _look_on(services, batch, crew, live)
        except KeyboardInterrupt:
            return _stop(services, batch, crew, live)
        except BaseException:
            crew.stop()
            crew.wait()
            raise
        crew.stop()
        crew.wait()
    return max(exit_code, _told(services, batch.id, as_json=as_json))


def watch(services: Services, batch: Batch, *, as_json: bool) -> int:
    """Shows how the batch stands until it has ended; the figures as JSON Lines with `as_json`."""
    settings, last, is_warned = services.settings, None, False
    try:
        with live_view(settings) as live:
            while True:
                status = services.backlogs.status(batch.id)
                if as_json and status != last:
                    result_json(status.dump(), on_one_line=True)
                    sys.stdout.flush()
                live.show(status)
                if status.state in _ENDED:
                    break
                if last is not None and not settings.quiet and status.workers == last.workers == 0 and not is_warned:
                    live.say(f"no worker is at work; start one with sme2module batch resume {batch.id}")
                    is_warned = True
                last = status
                time.sleep(_LOOK_S)
    except KeyboardInterrupt:
        talk(f"not watching any more; batch {batch.id} goes on", settings)
        return INTERRUPTED
    if not as_json:
        for line in status_lines(status):
            result(line)
    return DONE


def _look_on(services: Services, batch: Batch, crew: Crew, live: Live) -> int:
    while True:
        # Before the figures are read: with nobody at work, what is open then stays open.
        is_working = crew.is_working
        status = services.backlogs.status(batch.id)
        crew.look((status.documents.done, status.documents.failed, status.calls.made))
        live.show(status)
        if status.state in (BatchState.DONE, BatchState.PAUSED):
            return DONE
        # After a cancel they go on until the endpoint was told of it.
        if not is_working:
            return max(crew.exit_code, ATTENTION)
        time.sleep(_LOOK_S)


def _stop(services: Services, batch: Batch, crew: Crew, live: Live) -> int:
    say = live.say if not services.settings.quiet else _nothing
    say("stopping: calls under way come in and are kept; Ctrl-C again stops at once")
    crew.stop()
    try:
        crew.wait()
    except KeyboardInterrupt:
        crew.wait(kill=True)
    status = services.backlogs.status(batch.id)
    if status.state in (BatchState.RUNNING, BatchState.QUEUED) and status.workers == 0:
        services.backlogs.pause(batch.id, "stopped at the terminal")
    if status.workers:
        say(f"stopped: {progress_of(status)}; {counted(status.workers, 'other worker')} may go on with it")
    else:
        mend = "" if status.state is BatchState.CANCELLED else f"; go on with sme2module batch resume {batch.id}"
        say(f"stopped: {progress_of(status)}{mend}")
    return INTERRUPTED


def _nothing(line: str) -> None:
    """Under --quiet."""


def _told(services: Services, batch_id: str, *, as_json: bool) -> int:
    """Prints how the batch ended; the exit code of it."""
    status = services.backlogs.status(batch_id)
    settings = services.settings
    if as_json:
        result_json(status.dump())
    else:
        result(batch_id)
        talk(f"batch {batch_id} {status.state.value}: {progress_of(status)}", settings)
        for line in failure_lines(status.failures):
            talk(f"failed: {line}", settings)
    return _exit_code(status)


def _exit_code(status: BatchStatus) -> int:
    if status.state is BatchState.PAUSED:
        # Whoever asked for the pause knows; a service that failed is the one line people need.
        if status.reason:
            reason = status.reason.removeprefix(f"batch {status.batch}: ")
            sys.stderr.write(f"error: batch {status.batch} is paused: {reason}\n")
            return SERVICE_FAILED
        return ATTENTION
    if status.state is BatchState.CANCELLED:
        return ATTENTION
    return ATTENTION if status.documents.failed else DONE


def _passed_on(services: Services) -> tuple[tuple[str, bool], ...]:
    settings = services.settings
    # What workers warn of, the end of the run tells.
    is_quiet = settings.quiet or not (settings.verbose or settings.log_json)
    return ("--verbose", settings.verbose), ("--log-json", settings.log_json), ("--quiet", is_quiet)


@contextmanager
def _stoppable() -> Iterator[None]:
    """A service manager's SIGTERM stops us as Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
