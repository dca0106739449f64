"""The worker processes of one `batch run`: started, started again when one dies, and stopped together.

A worker is tied to us by its standard input: when this process ends, however it ends, the pipe closes, and the worker
stops as if it had been asked to.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from pipeline.errors import UnavailableError

# A worker that dies so often within so short a time will die again.
_MOST_DEATHS = 12
_SHORT_S = 60.0
# Beyond the grace that a worker gives its calls, and then what it ships.
_STOP_S = 50.0


@dataclass
class _Hand:
    """One worker process."""

    process: subprocess.Popen[bytes]
    said: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None


class Crew:
    """The workers of this command."""

    def __init__(
        self, command: Sequence[str], *, size: int, environment: Mapping[str, str], talk: Callable[[str], None]
    ) -> None:
        """Takes what starts a worker.

        Args:
            command: Its command line.
            size: How many.
            environment: Its environment.
            talk: Gets every line a worker writes to standard error.

        """
        self._command, self._environment, self._talk = list(command), dict(environment), talk
        self._deaths: list[float] = []
        self._progress: object = None
        self._errors: set[str] = set()
        self._hands = [self._start() for _ in range(size)]
        self.exit_code = 0
        """The worst that a worker ended with by itself."""

    @property
    def is_working(self) -> bool:
        """Whether a worker is left."""
        return bool(self._hands)

    def look(self, progress: object = None) -> None:
        """Replaces workers that were killed; raises UnavailableError where they die again and again.

        `progress` is anything that differs once something came of their work: then earlier deaths don't count.
        """
        if progress != self._progress:
            self._progress = progress
            self._deaths.clear()
        for hand in list(self._hands):
            code = hand.process.poll()
            if code is None:
                continue
            self._hands.remove(hand)
            self._join(hand)
            if code in (0, 2, 3):
                # Nothing left to do, or a failure that another one would meet as well: it has said which.
                self.exit_code = max(self.exit_code, code)
                continue
            self._count_death(code)
            self._hands.append(self._start())

    def stop(self) -> None:
        """Asks every worker to stop: calls under way come in, documents go back."""
        for hand in self._hands:
            if hand.process.poll() is None:
                hand.process.send_signal(signal.SIGTERM)

    def wait(self, *, kill: bool = False) -> None:
        """Until every worker has ended; with `kill` at once."""
        deadline = time.monotonic() + (0 if kill else _STOP_S)
        for hand in self._hands:
            try:
                hand.process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                hand.process.kill()
                hand.process.wait()
            self._join(hand)
        self._hands.clear()

    def _start(self) -> _Hand:
        # A session of its own: Ctrl-C reaches us alone, and we stop the workers in order.
        process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=sys.platform != "win32",
        )
        hand = _Hand(process)
        assert process.stderr is not None
        hand.reader = threading.Thread(target=self._listen, args=(process.stderr,), daemon=True)
        hand.reader.start()
        return hand

    def _listen(self, stream: IO[bytes]) -> None:
        for line in stream:
            said = line.decode("utf-8", "replace").rstrip()
            # What fails every worker alike is told once.
            if said.startswith("error: "):
                if said in self._errors:
                    continue
                self._errors.add(said)
            self._talk(said)

    def _join(self, hand: _Hand) -> None:
        if hand.reader is not None:
            hand.reader.join(timeout=2)
        for stream in (hand.process.stdin, hand.process.stderr):
            if stream is not None:
                stream.close()

    def _count_death(self, code: int) -> None:
        now = time.monotonic()
        self._deaths = [at for at in self._deaths if now - at < _SHORT_S] + [now]
        self._talk(f"a worker ended unexpectedly ({_named(code)}); another takes over")
        if len(self._deaths) > _MOST_DEATHS:
            self.stop()
            self.wait()
            raise UnavailableError(
                "worker", why=f"{len(self._deaths)} processes died within a minute ({_named(code)})",
                mend="run sme2module worker --verbose to see why", code="unreachable",
            )


def _named(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
