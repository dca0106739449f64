"""`sme2module ask` and `sme2module members`, and where `review` may listen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.store import Store, Workspace
from tests.builders import a_document, a_module
from tests.cli.conftest import Run
from tests.databases import AT, RUN, a_ready_workspace, content_of


@pytest.fixture
def here(run: Run, tmp_path: Path) -> Path:
    """A workspace in the folder of the commands, with the builders' module."""
    with Store.open(a_ready_workspace(tmp_path)) as store:
        store.sources.add(a_document(), content_of(a_document()))
        store.modules.save_draft(a_module(a_document()), author=RUN, at=AT)
    return tmp_path


def test_asking_prints_the_link_alone_and_a_message_beside_it(run: Run, here: Path) -> None:
    due = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
    ran = run("ask", "m-1", "--to", "Sam Rivera", "--element", "q-1", "--element", "p-1", "--due", due)
    assert ran.code == 0, ran.err
    assert f"Please answer by {due} 23:59 UTC." in ran.err
    (link,) = ran.out.splitlines()
    assert link.startswith("http://127.0.0.1:8501/sme/r-")
    assert "Please check 2 statements: Lock out the carton sealer" in ran.err
    assert ran.err.rstrip().endswith(link)
    assert run("ask", "Lock out", "--to", "Sam", "--quiet").err == ""


def test_json_tells_all_of_a_request_and_the_list_how_far_it_is(run: Run, here: Path) -> None:
    due = datetime.now(UTC) + timedelta(days=3)
    ran = run("ask", "m-1", "--to", "Sam", "--email", "Sam@Example.org", "--due", f"{due:%Y-%m-%d}", "--json",
              "--base-url", "https://review.example.org/")
    asked = json.loads(ran.out)
    assert asked["link"].startswith("https://review.example.org/sme/")
    assert asked["email"] == "sam@example.org"
    assert asked["due"].startswith(f"{due:%Y-%m-%d}T23:59:59")
    assert {"id", "element", "fact_hash", "text", "quote"} <= set(asked["statements"][0])
    (listed,) = json.loads(run("ask", "--list", "--json").out)
    assert (listed["id"], listed["answered"], listed["open"], listed["overdue"]) == (asked["id"], 0, True, False)
    assert json.loads(run("ask", "m-1", "--list", "--json").out) == [listed]
    assert "open" in run("ask", "--list").out
    assert run("ask", "--revoke", asked["id"]).out == f"{asked['id']}\trevoked\n"
    assert "revoked" in run("ask", "--list").out


def test_what_would_be_asked_can_be_looked_at_first(run: Run, here: Path) -> None:
    found = json.loads(run("ask", "m-1", "--suggest", "--json").out)
    assert found
    assert {"element", "dangers", "statement"} == set(found[0])
    assert "q-1" in run("ask", "m-1", "--suggest").out
    assert json.loads(run("ask", "--list", "--json").out) == []


def test_an_element_that_is_asked_about_says_so_in_the_module_json(run: Run, here: Path) -> None:
    run("ask", "m-1", "--to", "Sam", "--element", "q-1")
    shown = json.loads(run("show", "m-1", "--json").out)
    assert {one["id"]: one["fact_status"] for one in shown["items"]} == {"q-1": "asked", "q-2": "not_asked"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("m-1",), "nobody is named"),
        ((), "no module is named"),
        (("m-9", "--to", "Sam"), "there is no such module"),
        (("m-1", "--to", "Sam", "--element", "q-9"), "has no such element"),
        (("m-1", "--to", "Sam", "--due", "24.12.2026"), "it is no day; write it as YEAR-MONTH-DAY, such as 2026-12-24"),
        (("m-1", "--to", "Sam", "--due", "2020-01-01"), "it has passed; choose a day from 20"),
        (("m-1", "--to", "Sam", "--due", "2999-01-01"), "the link ends before it"),
        (("m-1", "--to", "Sam", "--email", "sam"), "it is none"),
        (("m-1", "--to", "Sam", "--base-url", "review.example.org"), "it is no address"),
        (("--revoke", "r-9"), "there is none"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(run: Run, here: Path, arguments: tuple[str, ...], says: str) -> None:
    ran = run("ask", *arguments)
    assert ran.code == 2
    assert len(ran.errors) == 1
    assert says in ran.errors[0]
    assert ran.out == ""


def test_members_are_added_listed_and_removed(run: Run, here: Path) -> None:
    assert "no members yet" in run("members", "list").err
    assert run("members", "add", "Ann@Example.org", "--name", "Ann", "--role", "lead").out == "ann@example.org\tlead\n"
    assert run("members", "add", "vi@example.org", "--name", "Vi", "--role", "viewer").code == 0
    listed = json.loads(run("members", "list", "--json").out)
    assert [(one["email"], one["role"], one["is_active"]) for one in listed] == [
        ("ann@example.org", "lead", True), ("vi@example.org", "viewer", True),
    ]
    assert run("members", "role", "vi@example.org", "designer").out == "vi@example.org\tdesigner\n"
    gone = run("members", "remove", "vi@example.org")
    assert (gone.code, gone.out) == (0, "vi@example.org\tremoved\n")
    assert "removed" in run("members", "list").out
    for refused in (("remove", "ann@example.org"), ("role", "ann@example.org", "viewer")):
        ran = run("members", *refused)
        assert (ran.code, len(ran.errors)) == (2, 1)
        assert "nobody else leads; make somebody else a lead first" in ran.errors[0]
    again = run("members", "add", "ann@example.org", "--name", "Ann", "--role", "viewer")
    assert again.code == 2
    assert "members role ann@example.org viewer" in again.errors[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "ann", "--name", "Ann", "--role", "lead"), "it is none"),
        (("add", "ann@example.org", "--name", " ", "--role", "lead"), "the name is empty"),
        (("add", "ann@example.org", "--name", "Ann", "--role", "boss"), "invalid choice"),
        (("remove", "ann@example.org"), "there is none"),
        (("role", "ann@example.org", "lead"), "there is none"),
        ((), "VERB"),
    ],
)
def test_a_member_that_cannot_be_is_refused(run: Run, here: Path, arguments: tuple[str, ...], says: str) -> None:
    ran = run("members", *arguments)
    assert ran.code == 2
    assert len(ran.errors) == 1
    assert says in ran.errors[0]


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1"])
def test_without_sign_in_the_screen_listens_nowhere_else(run: Run, here: Path, address: str) -> None:
    ran = run("review", "--no-browser", "--address", address)
    assert ran.code == 2
    assert "nobody signs in" in ran.errors[0]
    assert "--without-sign-in" in ran.errors[0]


def test_sign_in_that_is_demanded_or_wrong_stops_the_screen(run: Run, here: Path) -> None:
    (here / "sme2module.toml").write_text("sign_in = true\n", encoding="utf-8")
    assert "[auth]" in run("review", "--no-browser").errors[0]
    secrets = here / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text('[auth]\ncookie_secret = "x"\nredirect_uri = "https://a.example/"\n', encoding="utf-8")
    assert "does not end in /oauth2callback" in run("review", "--no-browser").errors[0]


def test_an_address_this_machine_does_not_have_is_refused(run: Run, here: Path) -> None:
    for address in ("203.0.113.77", "no such host.invalid"):
        ran = run("review", "--fact-sheets-only", "--address", address)
        assert ran.code == 2
        assert "this machine has no such address" in ran.errors[0]
    assert Workspace(here).database_file.is_file()


def test_in_a_team_the_trail_says_who_acted_by_command(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.wiring.services._account_name", lambda: "root")
    run("members", "add", "ann@example.org", "--name", "Ann", "--role", "lead")
    asked = json.loads(run("ask", "m-1", "--to", "Sam", "--element", "q-1", "--json").out)
    run("ask", "--revoke", asked["id"], "--reviewer", "Ann@Example.org")
    run("members", "role", "ann@example.org", "lead", "--reviewer", "Kim")
    run("members", "add", "bo@example.org", "--name", "Bo", "--role", "sme", "--reviewer", "Kim")
    with Store.open(Workspace(here)) as store:
        trail = [(one.action, one.by, one.channel.value) for one in store.audit.of()]
    assert trail == [
        ("role", "root", "cli"), ("ask", "command line (root)", "cli"), ("revoke", "ann@example.org", "cli"),
        ("role", "Kim", "cli"),
    ]
