"""Whether people sign in, and where a server may listen while they do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Settings, demand_a_closed_door, find_sign_in, is_this_machine, load_settings
from pipeline.errors import ConfigError

AUTH = """
[auth]
redirect_uri = "https://review.example.org/oauth2callback"
cookie_secret = "a long random text"
client_id = "sme2module"
client_secret = "s"
server_metadata_url = "https://id.example.org/.well-known/openid-configuration"
"""


def secrets(folder: Path, text: str = AUTH) -> Path:
    file = folder / ".streamlit" / "secrets.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return file


def found(tmp_path: Path, **settings: Any) -> Any:
    made = Settings(workspace=tmp_path / "out" / ".sme2module", **settings)
    return find_sign_in(made, start=tmp_path / "here", home=tmp_path / "home")


def test_without_a_secrets_file_or_without_auth_in_it_nobody_signs_in(tmp_path: Path) -> None:
    assert found(tmp_path) is None
    secrets(tmp_path / "out" / ".sme2module", '[database]\nname = "x"\n')
    assert found(tmp_path) is None


def test_the_workspaces_file_comes_before_that_of_the_folder_above_and_the_others(tmp_path: Path) -> None:
    home = secrets(tmp_path / "home")
    assert found(tmp_path).file == home
    here = secrets(tmp_path / "here")
    assert found(tmp_path).file == here
    above = secrets(tmp_path / "out")
    assert found(tmp_path).file == above
    own = secrets(tmp_path / "out" / ".sme2module")
    assert found(tmp_path).file == own
    assert found(tmp_path).providers == ()


def test_several_providers_are_named(tmp_path: Path) -> None:
    text = AUTH.replace('client_id = "sme2module"\n', "") + '[auth.campus]\nclient_id = "a"\n[auth.work]\nclient_id = "b"\n'
    secrets(tmp_path / "out" / ".sme2module", text)
    assert found(tmp_path).providers == ("campus", "work")


def test_sign_in_that_is_demanded_must_be_set_up(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no \.streamlit/secrets\.toml has \[auth\]"):
        found(tmp_path, sign_in=True)
    secrets(tmp_path / "out" / ".sme2module")
    assert found(tmp_path, sign_in=True) is not None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (AUTH.replace("/oauth2callback", "/callback"), "does not end in /oauth2callback"),
        (AUTH.replace('cookie_secret = "a long random text"', ""), "cookie_secret is missing"),
        (AUTH.replace('client_id = "sme2module"', ""), "client_id is missing"),
        ('auth = "yes"\n', "it is no table"),
        ("[auth\n", "it cannot be read"),
    ],
)
def test_sign_in_that_cannot_work_is_refused_rather_than_left_out(tmp_path: Path, text: str, says: str) -> None:
    secrets(tmp_path / "out" / ".sme2module", text)
    with pytest.raises(ConfigError, match=says):
        found(tmp_path)


@pytest.mark.parametrize(
    ("address", "is_here"),
    [("127.0.0.1", True), ("127.3.2.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("", False), ("192.168.1.4", False), ("example.org", False), ("localhost.example", False)],
)
def test_which_addresses_are_this_machine_alone(address: str, is_here: bool, tmp_path: Path) -> None:
    assert is_this_machine(address) is is_here
    settings = Settings(workspace=tmp_path)
    if is_here:
        demand_a_closed_door(settings, address=address, signs_in=False)
        return
    with pytest.raises(ConfigError, match="whoever reaches it would lead"):
        demand_a_closed_door(settings, address=address or None, signs_in=False)
    demand_a_closed_door(settings, address=address, signs_in=True)
    demand_a_closed_door(settings.changed(without_sign_in=True), address=address, signs_in=False)


@pytest.mark.parametrize(("given", "kept"), [("https://a.example/", "https://a.example"), ("http://a/b", "http://a/b")])
def test_a_public_address_is_kept_without_its_last_slash(tmp_path: Path, given: str, kept: str) -> None:
    assert load_settings({"public_url": given}, {}, start=tmp_path).public_url == kept


@pytest.mark.parametrize("given", ["a.example", "ftp://a", "https://", "https://a/?b=c", "javascript:x"])
def test_what_is_no_public_address_is_refused(tmp_path: Path, given: str) -> None:
    with pytest.raises(ConfigError, match="public_url: it is not an address"):
        load_settings({}, {"SME2MODULE_PUBLIC_URL": given}, start=tmp_path)
