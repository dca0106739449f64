"""Runs the server of the screens, or of the SMEs' pages alone, as a child process until it is stopped."""

from __future__ import annotations

import importlib.util
import signal
import socket
import subprocess
import sys
import time
import types
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.environment import for_child
from pipeline.cli.output import result, talk
from pipeline.errors import ConfigError, UnavailableError, UsageError

if TYPE_CHECKING:
    from pipeline.config import Settings

_FIRST_PORT = 8501
_START_TIMEOUT_S = 60.0


LOCAL = "127.0.0.1"
"""Where the server listens unless told otherwise: nobody else reaches it."""
_EVERYWHERE = {"0.0.0.0": LOCAL, "::": "[::1]"}


def serve_review(settings: Settings, *, port: int | None, open_browser: bool, address: str = LOCAL) -> int:
    """The exit code after the review screen's server ended; prints its address when it answers.

    Raises ConfigError where it would let in whoever reaches it.
    """
    from pipeline.config import demand_a_closed_door, find_sign_in
    from pipeline.library.locate import authored

    sign_in = find_sign_in(settings, start=Path.cwd(), home=Path.home())
    demand_a_closed_door(settings, address=address, signs_in=sign_in is not None)
    if sign_in is not None:
        _demand_authlib()
        talk(f"people sign in as {sign_in.file} says", settings)
    elif settings.without_sign_in:
        talk("warning: nobody signs in: whoever reaches this server may change and release everything", settings)
    else:
        talk("nobody signs in: whoever uses this machine leads (docs/teams.md sets up sign-in)", settings)
    chosen = _free_port(port, address)
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(authored("app.py")),
        f"--server.address={address}",
        f"--server.port={chosen}",
        "--server.headless=true",
        "--browser.gatherUsageStats=false",
        "--server.maxUploadSize=50",
        "--server.fileWatcherType=none",
        "--client.toolbarMode=minimal",
        "--client.showErrorDetails=none",
        "--logger.level=warning",
    ]
    return _serve(command, settings, address=address, port=chosen, open_browser=open_browser, what="review screen")


def serve_fact_sheets(settings: Settings, *, port: int | None, address: str = LOCAL) -> int:
    """The same for the pages of SMEs alone, which their links let people in to: no sign-in is needed."""
    chosen = _free_port(port, address)
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "--factory",
        "pipeline.ui.fact_sheet.alone:application",
        f"--host={address}",
        f"--port={chosen}",
        "--log-level=warning",
        # A line of it would hold a link, and with it the key to the page.
        "--no-access-log",
    ]
    return _serve(command, settings, address=address, port=chosen, open_browser=False, what="server of fact sheets")


def _serve(
    command: list[str], settings: Settings, *, address: str, port: int, open_browser: bool, what: str
) -> int:
    here = _EVERYWHERE.get(address, f"[{address}]" if ":" in address else address)
    url = f"http://{here}:{port}"
    child = subprocess.Popen(command, env=for_child(settings), stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    # A terminal's Ctrl-C reaches the child too; a service manager's SIGTERM reaches only us.
    previous = signal.signal(signal.SIGTERM, lambda number, frame: _stop(child, number, frame))
    try:
        _wait_until_it_answers(child, url, what)
        result(url)
        talk(f"the {what} is open; stop it with Ctrl-C", settings)
        if open_browser:
            webbrowser.open(url)
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


def _demand_authlib() -> None:
    if importlib.util.find_spec("authlib") is None:
        raise ConfigError(
            "sign-in", why="the package Authlib is not installed", mend="run pip install 'sme2module[team]'"
        )


def _free_port(wanted: int | None, address: str) -> int:
    ports = range(_FIRST_PORT, _FIRST_PORT + 50) if wanted is None else (wanted,)
    try:
        family, *_, place = socket.getaddrinfo(address, None, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.bind((place[0], 0))
    except (OSError, UnicodeError) as error:
        raise UsageError(
            f"address {address}", why="this machine has no such address", mend="name one of its own with --address"
        ) from error
    for port in ports:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((place[0], port))
            except (OSError, OverflowError):
                continue
            return port
    asked = str(wanted) if wanted is not None else f"{ports[0]} to {ports[-1]}"
    raise UsageError(f"port {asked}", why="it is in use or not allowed", mend="choose another with --port")


def _wait_until_it_answers(child: subprocess.Popen[bytes], address: str, what: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline and child.poll() is None:
        try:
            with opener.open(f"{address}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise UnavailableError(
        what, why="its server did not start", mend="run sme2module doctor", code="unreachable"
    )
