"""Drafting that goes on while its page is reloaded, left or closed, tells how far it is, and can be stopped.

In: a piece of work that reports its progress. Out: where it stands, by the name it was started under. It lives as long
as the process; what was asked and paid for is kept by the store, so that what is started again goes on from there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from pipeline.draft import Report
from pipeline.errors import Sme2ModuleError

_LOG = logging.getLogger(__name__)


class StoppedError(Sme2ModuleError):
    """Somebody stopped the work."""

    code = "stopped"

    def __init__(self, name: str) -> None:
        super().__init__(f"drafting {name}", why="it was stopped", mend="start it again: it goes on from there")


@dataclass(frozen=True)
class Progress:
    """How far a piece of work is."""

    stage: str = "waiting"
    done: int = 0
    total: int = 0
    is_stopping: bool = False
    is_over: bool = False
    result: str | None = None
    """What came of it; None while it is going on, or where it failed."""
    failed: str | None = None
    """Why it failed, in a line."""


class UnderWay:
    """The work going on in this process."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._progress: dict[str, Progress] = {}

    def start(self, name: str, work: Callable[[Report], str]) -> None:
        """Begins the work in the background; where it is going on already, that goes on."""
        with self._guard:
            there = self._progress.get(name)
            if there is not None and not there.is_over:
                return
            self._progress[name] = Progress()
        threading.Thread(target=self._run, args=(name, work), name=f"draft {name}", daemon=True).start()

    def stop(self, name: str) -> None:
        """Ends it at its next step; nothing half-done is saved."""
        self._change(name, is_stopping=True)

    def progress(self, name: str) -> Progress | None:
        """Where it stands; None where nothing of that name was started, or it was forgotten."""
        with self._guard:
            return self._progress.get(name)

    def forget(self, name: str) -> None:
        """Drops what is over."""
        with self._guard:
            there = self._progress.get(name)
            if there is not None and there.is_over:
                del self._progress[name]

    def _run(self, name: str, work: Callable[[Report], str]) -> None:
        def report(stage: str, done: int, total: int) -> None:
            if self._change(name, stage=stage, done=done, total=total).is_stopping:
                raise StoppedError(name)

        try:
            self._change(name, result=work(report), is_over=True)
        except Sme2ModuleError as error:
            self._change(name, failed=error.line, is_over=True)
        except Exception as error:  # noqa: BLE001  the border of a thread: nobody else would hear of it
            _LOG.exception("drafting %s", name)
            self._change(name, failed=f"unexpected {type(error).__name__}: {error}", is_over=True)

    def _change(self, name: str, **fields: object) -> Progress:
        with self._guard:
            changed = replace(self._progress[name], **fields)  # type: ignore[arg-type]
            self._progress[name] = changed
            return changed
