"""A worker that is started from the review screen: the command's own process, which outlives whoever started it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import StoreError

LOG_FILE = "worker.log"


def start_worker(workspace: Path, *, command: Sequence[str] = ()) -> subprocess.Popen[bytes]:
    """A new `sme2module worker` that works until nothing is left to do; raises StoreError where it cannot be started.

    It takes settings and key from our environment, belongs to no terminal, and goes on when we end. What it says is
    added to worker.log in the workspace. `command` stands in for it in tests.
    """
    asked = command or (
        sys.executable, "-m", "pipeline.cli", "worker", "--until-idle", "--workspace", str(workspace),
    )
    try:
        with (workspace / LOG_FILE).open("ab") as log:
            process = subprocess.Popen(
                asked,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=sys.platform != "win32",
            )
    except OSError as error:
        raise StoreError(
            "worker", why=f"it cannot be started ({error.strerror or error})",
            mend="start one in a terminal with sme2module worker",
        ) from error
    # Somebody has to ask how it ended, or it stays in the process table.
    threading.Thread(target=process.wait, name="sme2module-hired", daemon=True).start()
    return process


class Hiring:
    """The worker that was started here last; one at a time, however many people press the button."""

    def __init__(self, workspace: Path, *, command: Sequence[str] = ()) -> None:
        self._workspace, self._command = workspace, command
        self._process: subprocess.Popen[bytes] | None = None
        self._log_begins = 0
        self._lock = threading.Lock()

    @property
    def log(self) -> Path:
        """Where workers started here write."""
        return self._workspace / LOG_FILE

    @property
    def is_under_way(self) -> bool:
        """Whether the last one has not ended; for its first second or two it is on no list yet."""
        return self._process is not None and self._process.poll() is None

    @property
    def trouble(self) -> str | None:
        """The last line of a worker that ended with a failure; None where the last one did well, or there was none."""
        if self._process is None or not self._process.poll():
            return None
        try:
            with self.log.open("rb") as log:
                log.seek(self._log_begins)
                said = log.read().decode("utf-8", "replace").strip()
        except OSError:
            said = ""
        return said.rpartition("\n")[2].removeprefix("error: ") or f"exit code {self._process.returncode}"

    def start(self) -> int:
        """The process number of the worker: a new one, or the one that has not ended. Raises StoreError."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._log_begins = self.log.stat().st_size if self.log.is_file() else 0
                self._process = start_worker(self._workspace, command=self._command)
            return self._process.pid
