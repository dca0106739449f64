"""A real OpenID Connect provider in its own process, and a workspace whose team signs in with it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import until


@contextmanager
def provider(port: int, *users: dict[str, object]) -> Iterator[str]:
    """Runs the provider with these people; yields its address."""
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    for user in users:
        command += ["--user-claims", json.dumps(user)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(f"{address}/.well-known/openid-configuration"))
        yield address
    finally:
        child.terminate()
        child.wait(timeout=20)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def set_up_sign_in(workspace: Path, *, screen_port: int, provider_address: str) -> None:
    """Writes the workspace's secrets file."""
    file = workspace / ".streamlit" / "secrets.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        "[auth]\n"
        f'redirect_uri = "http://127.0.0.1:{screen_port}/oauth2callback"\n'
        'cookie_secret = "a long random text for tests only"\n'
        'client_id = "sme2module"\nclient_secret = "not checked"\n'
        f'server_metadata_url = "{provider_address}/.well-known/openid-configuration"\n',
        encoding="utf-8",
    )
