"""A real OpenAI-compatible server (llama.cpp's, by xllamacpp) with a tiny model, in a process of its own.

Run as a program it serves until it is ended; imported it starts itself as one.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import IO, Self

CONTEXT_TOKENS = 8192
SLOTS = 2
_START_LIMIT_S = 120


class ModelServer:
    """The server process; it can be killed and started again on the same port."""

    def __init__(self, weights: Path, log: Path) -> None:
        self._weights, self._log_path = weights, log
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def base_url(self) -> str:
        """What OPENAI_BASE_URL would be."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Starts the process and waits until the model is loaded."""
        self._log = self._log_path.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.real_server.model_server", str(self._weights), str(self.port)],
            cwd=Path(__file__).resolve().parents[2],
            # Spinning threads on shared cores are fatal: 42 tokens a second become 2.7 (llm-facts §2).
            env={**os.environ, "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"},
            # Held open by this process alone: the server ends itself when its standard input does.
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        limit = time.monotonic() + _START_LIMIT_S
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > limit:
                self.kill()
                raise RuntimeError(f"the server did not start:\n{self._log_path.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """Ends the process at once, whatever it is doing."""
        if self._process is not None:
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def busy_slots(self) -> int:
        """How many requests are being worked on."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/slots", timeout=10) as answer:
            return sum(bool(slot["is_processing"]) for slot in json.load(answer))

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _serve(weights: str, port: int) -> None:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = weights
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_parallel = SLOTS
    parameters.n_ctx = SLOTS * CONTEXT_TOKENS
    parameters.kv_unified = False
    parameters.endpoint_slots = True
    # Two threads wait for each other at every step: where the cores are busy with other tests they take twice as long.
    parameters.cpuparams.n_threads = 1
    server = xllamacpp.Server(parameters)
    print(f"serving on {server.listening_address}", flush=True)
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
