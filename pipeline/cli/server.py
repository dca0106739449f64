"""Runs the server of the screens, or of the SMEs' pages alone, as a child process until it is stopped."""

from __future__ import annotations

import importlib.util
import ipaddress
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
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Addresses that are kept for documentation: nobody has them.
_FAR = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
_EVERYWHERE = {"0.0.0.0": LOCAL, "::": "[::1]"}


def serve_review(settings: Settings, *, port: int | None, open_browser: bool, address: str = LOCAL) -> int:
    """The exit code after the review screen's server ended; prints its address when it answers.

    Raises ConfigError where it would let in whoever reaches it.
    """
    from pipeline.config import demand_a_closed_door, find_sign_in, is_this_machine, secrets_files
    from pipeline.library.locate import authored

    sign_in = find_sign_in(settings, start=Path.cwd(), home=Path.home())
    demand_a_closed_door(settings, address=address, signs_in=sign_in is not None)
    if sign_in is not None:
        _demand_authlib()
        talk(f"people sign in as {sign_in.file} says", settings)
    else:
        if settings.without_sign_in and not is_this_machine(address):
            talk(
                "warning: nobody signs in: everybody who reaches this server is a lead here, and may change and "
                "release everything", settings,
            )
        else:
            talk("nobody signs in: whoever uses this machine leads (docs/teams.md sets up sign-in)", settings)
        if settings.verbose:
            looked = ", ".join(str(file) for file in secrets_files(settings, start=Path.cwd(), home=Path.home()))
            talk(f"no [auth] in any of {looked}", settings)
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
        # For its greeting, which nobody sees, it would ask a server elsewhere for this machine's address.
        "--logger.hideWelcomeMessage=true",
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
        for line in _for_others(settings, address=address, port=port):
            talk(line, settings)
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


def _for_others(settings: Settings, *, address: str, port: int) -> list[str]:
    """The lines that say under which addresses others reach the server; none where it listens on this machine only."""
    from pipeline.config import is_this_machine

    if is_this_machine(address):
        return []
    if settings.public_url is not None:
        return [f"others reach it at {settings.public_url}"]
    if address not in _EVERYWHERE:
        return []
    found = addresses_of_this_machine(with_ipv6=address == "::")
    if not found:
        return [f"warning: it listens on {address}, and this machine has no address that others could reach it by"]
    return [f"others reach it at {', '.join(f'http://{one}:{port}' for one in found)}"]


def addresses_of_this_machine(*, with_ipv6: bool = False) -> tuple[str, ...]:
    """Name and addresses of this machine as they stand in a URL, without those that only it reaches itself by.

    The name comes first, where it leads to one of the addresses; whether a network passes others on to them cannot be
    known here.
    """
    name = socket.gethostname()
    led_to = _addresses_of(name)
    found = {*led_to, *(one for family, far in _FAR.items() if (one := _own_address_towards(family, far)) is not None)}
    outside = sorted(
        (one for one in found if not (one.is_loopback or one.is_link_local) and (with_ipv6 or one.version == 4)),
        key=lambda one: (one.version, int(one)),
    )
    named = (name,) if led_to & set(outside) else ()
    return (*named, *(f"[{one}]" if one.version == 6 else str(one) for one in outside))


def _addresses_of(name: str) -> set[_Address]:
    try:
        return {ipaddress.ip_address(str(told[4][0]).partition("%")[0]) for told in socket.getaddrinfo(name, None)}
    except (OSError, UnicodeError):
        return set()


def _own_address_towards(family: socket.AddressFamily, far: str) -> _Address | None:
    """The address that this machine would write to a far one from; to "connect" by UDP sends nothing."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))
            return ipaddress.ip_address(probe.getsockname()[0].partition("%")[0])
    except OSError:
        return None


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
