"""Runs the Streamlit server as a child process, on this machine only, until it is stopped."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import types
import urllib.error
import urllib.request
import webbrowser
from typing import TYPE_CHECKING

from pipeline.cli.environment import for_child
from pipeline.cli.output import result, talk
from pipeline.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from pipeline.config import Settings

_FIRST_PORT = 8501
_START_TIMEOUT_S = 60.0


def serve_review(settings: Settings, *, port: int | None, open_browser: bool) -> int:
    """The exit code after the server ended; prints its address when it answers."""
    from pipeline.library.locate import authored

    chosen = _free_port(port)
    address = f"http://127.0.0.1:{chosen}"
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(authored("app.py")),
        "--server.address=127.0.0.1",
        f"--server.port={chosen}",
        "--server.headless=true",
        "--browser.gatherUsageStats=false",
        "--server.maxUploadSize=50",
        "--server.fileWatcherType=none",
        "--client.toolbarMode=minimal",
        "--client.showErrorDetails=none",
        "--logger.level=warning",
    ]
    child = subprocess.Popen(command, env=for_child(settings), stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    # A terminal's Ctrl-C reaches the child too; a service manager's SIGTERM reaches only us.
    previous = signal.signal(signal.SIGTERM, lambda number, frame: _stop(child, number, frame))
    try:
        _wait_until_it_answers(child, address)
        result(address)
        talk("the review screen is open; stop it with Ctrl-C", settings)
        if open_browser:
            webbrowser.open(address)
        return 0 if child.wait() in (0, -signal.SIGTERM, -signal.SIGINT) else 3
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGTERM, previous)
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()


def _stop(child: subprocess.Popen[bytes], number: int, frame: types.FrameType | None) -> None:
    child.terminate()


def _free_port(wanted: int | None) -> int:
    ports = range(_FIRST_PORT, _FIRST_PORT + 50) if wanted is None else (wanted,)
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return port
    asked = str(wanted) if wanted is not None else f"{ports[0]} to {ports[-1]}"
    raise UsageError(f"port {asked}", why="it is in use or not allowed", mend="choose another with --port")


def _wait_until_it_answers(child: subprocess.Popen[bytes], address: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline and child.poll() is None:
        try:
            with opener.open(f"{address}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise UnavailableError(
        "review screen", why="its server did not start", mend="run sme2module doctor", code="unreachable"
    )
