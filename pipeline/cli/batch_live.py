"""A batch at work, on a terminal: a bar and a table that change in place. Elsewhere: a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from pipeline.cli.batch_view import cost_of, progress_of, told_left

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.config import Settings
    from pipeline.domain import BatchStatus

# In a log file a line a minute tells enough.
_LINE_S = 60.0


class Live(Protocol):
    """Where the figures are shown."""

    def show(self, status: BatchStatus) -> None:
        """The figures as they stand now."""
        ...

    def say(self, line: str) -> None:
        """A line that stays."""
        ...


@contextmanager
def live_view(settings: Settings) -> Iterator[Live]:
    """The view that fits where standard error goes."""
    if settings.quiet or not sys.stderr.isatty():
        yield _Lines(is_quiet=settings.quiet)
        return
    from rich.console import Console
    from rich.live import Live as RichLive

    with RichLive(console=Console(stderr=True), refresh_per_second=4, transient=True) as screen:
        yield _Screen(screen)


class _Lines:
    def __init__(self, *, is_quiet: bool) -> None:
        self._is_quiet = is_quiet
        self._last = time.monotonic()

    def show(self, status: BatchStatus) -> None:
        if not self._is_quiet and time.monotonic() - self._last > _LINE_S:
            self._last = time.monotonic()
            self.say(f"batch {status.batch}: {progress_of(status)}{told_left(status)}")

    def say(self, line: str) -> None:
        sys.stderr.write(line + "\n")


class _Screen:
    def __init__(self, screen: object) -> None:
        from rich.live import Live as RichLive

        assert isinstance(screen, RichLive)
        self._screen = screen

    def show(self, status: BatchStatus) -> None:
        self._screen.update(_table(status))

    def say(self, line: str) -> None:
        from rich.text import Text

        self._screen.console.print(Text(line), soft_wrap=True)


def _table(status: BatchStatus) -> Table:
    from rich.markup import escape
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    counts, calls, usage = status.documents, status.calls, status.usage
    ended = counts.done + counts.failed + counts.cancelled
    grid = Table.grid(padding=(0, 2))
    grid.add_row("batch", f"{status.batch} {escape(status.name)}")
    grid.add_row("", ProgressBar(total=max(counts.total, 1), completed=ended, width=48))
    grid.add_row("documents", progress_of(status))
    if status.engine != "embedded":
        grid.add_row(
            "calls", f"{calls.made:,} made, {calls.from_cache:,} from the store, {calls.retried:,} repeated"
        )
        grid.add_row("tokens", f"{usage.input_tokens:,} in, {usage.output_tokens:,} out")
        grid.add_row("cost", cost_of(status))
    grid.add_row("workers", str(status.workers))
    grid.add_row("", f"{status.state.value}{told_left(status)}")
    return grid
