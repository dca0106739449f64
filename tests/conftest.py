"""What every test gets: no network, no settings of the machine, no pauses, a frozen clock, golden files."""

from __future__ import annotations

import asyncio
import difflib
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.engines.limits import Retry
from tests.browsers import chromium
from tests.databases import (
    address,
    empty_database,
    opens_store,
    postgres,
    ready_database,
    ready_file,
    starts_empty,
    store,
    workspace,
)

# Here and nowhere else: imported in two places, a fixture of the session is made twice, and with it a server.
__all__ = [
    "address", "chromium", "empty_database", "opens_store", "postgres", "ready_database", "ready_file", "starts_empty",
    "store", "workspace",
]

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """--update-golden rewrites the expected files; the change is judged in the diff."""
    parser.addoption("--update-golden", action="store_true", help="write what was made over the expected files")


@pytest.fixture(autouse=True)
def _no_outside_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine can be reached."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and str(address[0]) not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings come from the test alone."""
    for name in list(os.environ):
        if name.startswith(("SME2MODULE_", "OPENAI_")) and not name.startswith("SME2MODULE_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_pauses_before_a_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is never tested by waiting; who counts pauses gives `Retry` a sleep of their own."""

    async def at_once(seconds: float) -> None:
        await asyncio.sleep(0)

    monkeypatch.setitem(Retry.__init__.__kwdefaults__, "sleep", at_once)


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test pulls the plug; who is about what is written when gives `os.fsync` a meaning of their own."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def samples() -> Path:
    """The product's own sample documents."""
    return ROOT / "samples"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares text with tests/golden/NAME and shows the difference; --update-golden accepts it."""

    def compare(name: str, actual: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            assert not os.environ.get("CI"), "--update-golden is left on"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8", newline="\n")
            return
        assert path.exists(), f"no golden file {path}; make it with --update-golden and read it"
        expected = path.read_text(encoding="utf-8")
        if expected != actual:
            diff = difflib.unified_diff(expected.splitlines(), actual.splitlines(), "expected", "actual", lineterm="")
            pytest.fail(f"{name} differs:\n" + "\n".join(list(diff)[:80]))

    return compare
