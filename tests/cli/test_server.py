"""What `review` says of the server it starts: under which addresses it is reached, and who leads there."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import server
from pipeline.config import Settings

AUTH = """
[auth]
redirect_uri = "https://review.example.org/oauth2callback"
cookie_secret = "a long random text"
client_id = "sme2module"
"""


class _Ended:
    """A server that answers at once and ends."""

    def poll(self) -> int:
        return 0

    def wait(self, timeout: float | None = None) -> int:
        return 0


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """`said(address, **settings)` is what starting the review screen prints, on each of the two outputs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(server.subprocess, "Popen", lambda *_given, **_more: _Ended())
    monkeypatch.setattr(server, "_wait_until_it_answers", lambda *_given: None)
    monkeypatch.setattr(server, "addresses_of_this_machine", lambda **_more: ("pump", "10.0.0.5"))
    monkeypatch.setattr(server, "_free_port", lambda _wanted, _address: 8501)

    def start(address: str, **settings: Any) -> tuple[str, str]:
        made = Settings(workspace=tmp_path / "out" / ".sme2module", **settings)
        assert server.serve_review(made, port=None, open_browser=False, address=address) == 0
        told = capsys.readouterr()
        return told.out, told.err

    return start


def test_a_server_that_listens_everywhere_names_the_addresses_for_others_and_that_everybody_leads(said: Any) -> None:
    out, err = said("0.0.0.0", without_sign_in=True)
    assert out == "http://127.0.0.1:8501\n"
    assert "others reach it at http://pump:8501, http://10.0.0.5:8501" in err
    assert "everybody who reaches this server is a lead" in err
    _, err = said("0.0.0.0", without_sign_in=True, public_url="https://review.example.org")
    assert "others reach it at https://review.example.org\n" in err


def test_a_server_on_this_machine_alone_names_no_address_for_others(said: Any) -> None:
    out, err = said("127.0.0.1", without_sign_in=True)
    assert out == "http://127.0.0.1:8501\n"
    assert "others reach it" not in err
    assert "everybody who reaches" not in err


def test_the_secrets_file_that_counts_is_named_also_where_it_lies_above_the_workspace(said: Any, tmp_path: Path) -> None:
    file = tmp_path / "out" / ".streamlit" / "secrets.toml"
    file.parent.mkdir(parents=True)
    file.write_text(AUTH, encoding="utf-8")
    _, err = said("0.0.0.0")
    assert f"people sign in as {file} says" in err


def test_the_addresses_for_others_are_none_that_only_this_machine_has(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [("127.0.1.1", 0), ("10.0.0.5", 0), ("fe80::1%eth0", 0), ("fd00::5", 0)]
    monkeypatch.setattr(server.socket, "gethostname", lambda: "pump")
    monkeypatch.setattr(server.socket, "getaddrinfo", lambda *_given: [(0, 0, 0, "", one) for one in told])
    towards = {socket.AF_INET: ipaddress.ip_address("10.0.0.6"), socket.AF_INET6: None}
    monkeypatch.setattr(server, "_own_address_towards", lambda family, _far: towards[family])
    assert server.addresses_of_this_machine() == ("pump", "10.0.0.5", "10.0.0.6")
    assert server.addresses_of_this_machine(with_ipv6=True) == ("pump", "10.0.0.5", "10.0.0.6", "[fd00::5]")
    monkeypatch.setattr(server.socket, "getaddrinfo", lambda *_given: [(0, 0, 0, "", ("127.0.1.1", 0))])
    assert server.addresses_of_this_machine() == ("10.0.0.6",)
