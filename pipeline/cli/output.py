"""What commands print: results to standard output, talk and progress to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.domain import Document


_STAGES = {
    "ingest": "reading",
    "split": "splitting",
    "brief": "brief",
    "objectives": "objectives",
    "triage": "format",
    "lesson": "lessons",
    "items": "questions",
    "check": "checking",
    "export": "exporting",
}


def result(text: str) -> None:
    """A line of the result, on standard output."""
    sys.stdout.write(text + "\n")


def result_json(value: Any, *, on_one_line: bool = False) -> None:
    """One JSON value on standard output."""
    indent = None if on_one_line else 2
    is_utf8 = (sys.stdout.encoding or "").replace("-", "").lower() == "utf8"
    sys.stdout.write(json.dumps(value, ensure_ascii=not is_utf8, indent=indent) + "\n")


def counted(number: int, one: str) -> str:
    """The number with its noun: "1 error", "3 errors"; advice has no plural."""
    return f"{number:,} {one if number == 1 or one == 'advice' else one + 's'}"


def talk(text: str, settings: Settings | None = None) -> None:
    """A line for the person at the terminal, on standard error; nothing under --quiet."""
    if settings is None or not settings.quiet:
        sys.stderr.write(text + "\n")


def talk_warnings(name: str, documents: Sequence[Document], settings: Settings) -> None:
    """What the reader of the file of that name wants people to know, a line a warning."""
    for warning in (warning for document in documents for warning in document.warnings):
        talk(f"warning: {name}: {warning.message}", settings)


def table(rows: Sequence[Sequence[str]], *, head: Sequence[str]) -> None:
    """Columns on standard output: aligned on a terminal, separated by tabs in a pipe."""
    if not sys.stdout.isatty():
        for row in (head, *rows):
            result("\t".join(row))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    drawn = Table(*head, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        drawn.add_row(*(escape(cell) for cell in row))
    Console().print(drawn)


@contextmanager
def progress(settings: Settings, title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error; gives the function that stages report to."""
    if settings.quiet or not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        TextColumn("{task.fields[stage]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(title), total=None, stage="reading")

        def report(stage: str, done: int, total: int) -> None:
            shown = _STAGES.get(stage, stage)
            bar.update(
                task, completed=done, total=total or None, stage=f"{shown} {done}/{total}" if total > 1 else shown
            )

        yield report
