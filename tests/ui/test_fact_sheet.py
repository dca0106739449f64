"""The SME's page over HTTP: what it shows, what it takes, and what it refuses."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pipeline.domain import FactStatus
from pipeline.errors import DatabaseError
from pipeline.review.corrections import CORRECTION_CHARS
from pipeline.store import Store
from pipeline.ui.fact_sheet.routes import Pace, fact_sheet_routes
from tests.builders import a_document, a_module, a_quiz_item
from tests.databases import a_ready_workspace, content_of
from tests.review.asking import AskingDesk
from tests.ui.payloads import PAYLOADS

SITE = "http://review.example.org"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AskingDesk]:
    with Store.open(a_ready_workspace(tmp_path / "workspace")) as store:
        store.sources.add(a_document(), content_of(a_document()))
        yield AskingDesk(store).draft()


def client_of(desk: AskingDesk, **more: Any) -> TestClient:
    return TestClient(Starlette(routes=[*fact_sheet_routes(lambda: desk.sheets, **more)]), base_url=SITE)


@pytest.fixture
def client(desk: AskingDesk) -> TestClient:
    return client_of(desk)


@pytest.fixture
def link(desk: AskingDesk) -> str:
    return f"/sme/{desk.ask('q-1', 'p-1')[1]}"


class Tags(HTMLParser):
    """Every tag of a page's body with the names of its attributes; of the form also where it leads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.in_body: set[tuple[str, ...]] = set()
        self.feed(page.partition("<body>")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_body.add((tag, *sorted(name for name, _ in attrs if name not in ("checked", "class", "role"))))


def send(client: TestClient, link: str, **fields: str) -> Any:
    return client.post(link, data={name.replace("_", "-"): value for name, value in fields.items()})


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<body>")[2])))


def test_the_page_shows_each_statement_with_the_words_of_the_document(client: TestClient, link: str) -> None:
    answer = client.get(link)
    page = text_of(answer.text)
    assert answer.status_code == 200
    assert "Lee asks you about “Lock out the carton sealer”. About 2 min." in page
    assert "Statement 1 of 2" in page
    assert "Right: Turn valve B to its closed position" in page
    assert "If any reading is above zero, close the guard" in page
    assert "Correct" in page
    assert "Wrong or out of date" in page
    assert "Not my area" in page
    assert "Sam Rivera, these answers are recorded under your name" in page
    assert " checked" not in answer.text


def test_the_page_needs_no_script_and_lets_nothing_be_loaded(client: TestClient, link: str) -> None:
    answer = client.get(link)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<script|\son\w+=|\sstyle=|src=|<link", answer.text)
    assert "set-cookie" not in answer.headers


def test_looking_changes_nothing_whatever_is_in_the_address(desk: AskingDesk, client: TestClient, link: str) -> None:
    before = desk.store.audit.walk()
    for ask in (client.get, client.head):
        assert ask(f"{link}?s1=correct&do=done&saved=3").status_code == 200
    assert client.options(link).status_code == 405
    assert client.put(link).status_code == 405
    assert desk.store.audit.walk() == before


def test_answers_are_saved_and_shown_again(desk: AskingDesk, client: TestClient, link: str) -> None:
    answer = send(client, link, s1="correct", s2="wrong", s2_correction="Green\r\nbutton", do="save")
    page = text_of(answer.text)
    assert answer.history[0].status_code == 303
    assert "Saved. Thank you." in page
    assert "2 of 2 answered: 1 correct, 1 wrong or out of date, 0 not my area." in page
    assert answer.text.count(" checked") == 2
    assert "Green\nbutton</textarea>" in answer.text
    assert desk.status("p-1") is FactStatus.WRONG
    assert "Nothing was changed" in send(client, link, s1="correct", s2="wrong", s2_correction="Green\r\nbutton").text


def test_answers_may_come_in_parts_and_done_can_be_said_early(desk: AskingDesk, client: TestClient, link: str) -> None:
    assert "1 of 2 answered" in text_of(send(client, link, s1="unsure").text)
    page = text_of(send(client, link, do="done").text)
    assert "You said that you are done" in page
    assert desk.status("p-1") is FactStatus.NOT_ASKED


def test_words_without_a_tick_say_that_it_is_wrong(desk: AskingDesk, client: TestClient, link: str) -> None:
    send(client, link, s1_correction="It is valve C")
    assert desk.status("q-1") is FactStatus.WRONG


@pytest.mark.parametrize("fields", [{"s1": "dismissed"}, {"s1": "<b>"}, {"s9": "correct"}, {"do": "x"}])
def test_what_the_page_does_not_offer_is_passed_over(
    desk: AskingDesk, client: TestClient, link: str, fields: dict[str, str]
) -> None:
    assert send(client, link, **fields).status_code == 200
    assert desk.store.facts.said("m-1").answers == {}


def test_a_correction_that_is_too_long_is_shown_again_and_nothing_is_saved(
    desk: AskingDesk, client: TestClient, link: str
) -> None:
    answer = send(client, link, s1="correct", s2="wrong", s2_correction="x" * (CORRECTION_CHARS + 1))
    assert answer.status_code == 422
    assert "Your answers were not saved: a correction is longer than 4000 characters." in text_of(answer.text)
    assert "x" * 100 in answer.text
    assert desk.store.facts.said("m-1").answers == {}


def test_a_statement_that_was_changed_since_says_so(desk: AskingDesk, client: TestClient, link: str) -> None:
    desk.edit(a_quiz_item(stem="A reading is above 2 bar. What do you do first?"))
    page = text_of(client.get(link).text)
    assert page.count("This text has been changed since it was sent to you") == 1
    assert "above 2 bar" not in page
    send(client, link, s1="correct")
    assert desk.status("q-1") is FactStatus.NOT_ASKED


def test_wrong_expired_and_revoked_links_each_say_what_they_are(
    desk: AskingDesk, client: TestClient, link: str
) -> None:
    for wrong in (link[:-1] + ("A" if link[-1] != "A" else "B"), "/sme/r-1", "/sme/x.y"):
        for answer in (client.get(wrong), send(client, wrong, s1="correct")):
            assert answer.status_code == 404
            assert "This link is not valid" in answer.text
            assert answer.headers["cache-control"] == "no-store"
    send(client, link, s1="correct")
    desk.wait(days=14)
    for answer in (client.get(link), send(client, link, s2="correct")):
        assert answer.status_code == 410
        assert "This link has expired" in answer.text
        assert "1 of 2 answered" in answer.text
        assert "<form" not in answer.text
    desk.facts.revoke(desk.facts.requests()[0].request.id, by="Lee")
    assert client.get(link).status_code == 410
    assert "This link was taken back" in client.get(link).text


@pytest.mark.parametrize(
    ("headers", "is_taken"),
    [
        ({}, True),
        ({"origin": SITE, "sec-fetch-site": "same-origin"}, True),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "null"}, True),
        ({"origin": "https://public.example.org"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
    ],
)
def test_a_form_that_another_site_sends_is_refused(desk: AskingDesk, link: str, headers: dict[str, str], is_taken: bool) -> None:
    client = client_of(desk, public_url="https://public.example.org")
    answer = client.post(link, data={"s1": "correct"}, headers=headers)
    assert (answer.status_code == 200) is is_taken
    assert (desk.status("q-1") is FactStatus.CONFIRMED) is is_taken


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"s1=correct", "text/plain", 415),
        (b"s1=" + b"x" * 1_000_001, FORM["content-type"], 413),
        (b"&".join(b"a%d=1" % n for n in range(300)), FORM["content-type"], 400),
        (b"s1=correct\xff\xfe", FORM["content-type"], 400),
    ],
    ids=["json", "text", "too long", "too many fields", "no utf-8"],
)
def test_what_is_no_form_of_ours_is_refused(
    desk: AskingDesk, client: TestClient, link: str, body: bytes, kind: str, status: int
) -> None:
    assert client.post(link, content=body, headers={"content-type": kind}).status_code == status
    assert desk.store.facts.said("m-1").answers == {}


def test_a_body_that_never_ends_is_cut_off(client: TestClient, link: str) -> None:
    def endless() -> Iterator[bytes]:
        yield from (b"x" * 100_000 for _ in range(50))

    assert client.post(link, content=endless(), headers=FORM).status_code == 413


def test_a_link_is_not_used_more_often_than_people_do(desk: AskingDesk, link: str) -> None:
    now = [0.0]
    client = client_of(desk, pace=Pace(clock=lambda: now[0]))
    codes = [send(client, link, s1="correct").history[0].status_code for _ in range(30)]
    assert set(codes) == {303}
    busy = send(client, link, s1="wrong")
    assert (busy.status_code, busy.headers["retry-after"]) == (429, "60")
    assert desk.status("q-1") is FactStatus.CONFIRMED
    other = f"/sme/{desk.ask('r-1')[1]}"
    assert send(client, other, s1="correct").status_code == 200
    now[0] = 61.0
    assert send(client, link, s1="wrong").status_code == 200


def test_the_pace_remembers_only_the_links_used_last() -> None:
    pace = Pace(clock=lambda: 0.0, most_links=2)
    assert pace.allows("a", "look", a_minute=1)
    assert not pace.allows("a", "look", a_minute=1)
    for link in ("b", "c"):
        assert pace.allows(link, "look", a_minute=1)
    assert pace.allows("a", "look", a_minute=1)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_was_written_becomes_markup(tmp_path: Path, payload: str) -> None:
    document = a_document((("paragraph", f"Keep {payload} closed."),), title=payload)
    with Store.open(a_ready_workspace(tmp_path / "workspace")) as store:
        store.sources.add(document, content_of(document))
        item = a_quiz_item(stem=payload, document=a_document()).changed(evidence=())
        module = a_module(title=payload, items=(item,), sources=(document.source,), lessons=(), resources=(), objectives=())
        desk = AskingDesk(store).draft(module)
        _, token = desk.ask("q-1", to=payload.replace("\n", " ") or "x", note=payload, by="Lee")
        client = client_of(desk)
        plain = client.get(f"/sme/{token}")
        answer = send(client, f"/sme/{token}", s1="wrong", s1_correction=payload)
        for page in (plain.text, answer.text):
            assert Tags(page).in_body <= Tags(client_of(desk).get(f"/sme/{desk.ask('q-1', to='x')[1]}").text).in_body


@pytest.mark.parametrize(
    ("language", "direction", "says"), [("ar", "rtl", "خاطئة أو قديمة"), ("de-AT", "ltr", "Falsch oder veraltet")]
)
def test_a_page_speaks_the_modules_language_and_runs_its_way(
    desk: AskingDesk, client: TestClient, language: str, direction: str, says: str
) -> None:
    desk.draft(a_module(id="m-2", language=language))
    request = desk.facts.ask("m-2", to="Sam", by="Lee", elements=["q-1"])
    page = client.get(desk.facts.link(request)).text
    assert ("\u20662026-12-05 09:30 UTC\u2069" in page) is (direction == "rtl")
    assert f'<html lang="{language[:2]}" dir="{direction}">' in page
    assert says in page


def test_a_wrong_link_speaks_the_readers_language(client: TestClient) -> None:
    answer = client.get("/sme/x", headers={"accept-language": "tlh, de-AT;q=0.8, en"})
    assert "Dieser Link ist nicht gültig" in answer.text
    assert '<html lang="de"' in answer.text


def test_a_database_that_is_away_is_a_clear_page(desk: AskingDesk, link: str) -> None:
    def broken() -> Any:
        raise DatabaseError("sqlite", why="it is gone", mend="bring it back")

    client = TestClient(Starlette(routes=[*fact_sheet_routes(broken)]), base_url=SITE)
    answer = client.get(link)
    assert answer.status_code == 503
    assert "sqlite" not in answer.text


def test_every_field_has_a_name_and_every_group_a_legend(client: TestClient, link: str) -> None:
    page = client.get(link).text
    assert re.search(r'<html lang="en" dir="ltr">', page)
    assert page.count("<h1>") == 1
    assert page.count("<fieldset") == page.count("<legend>") == 2
    for key in re.findall(r'<textarea id="([^"]+)"', page):
        assert f'for="{key}"' in page
    assert len(re.findall(r'<label class="choice"><input type="radio"', page)) == page.count('type="radio"') == 6
    assert "width=device-width" in page


def test_an_address_below_a_path_works_too(desk: AskingDesk) -> None:
    _, token = desk.ask("q-1")
    client = client_of(desk, prefix="/review")
    answer = client.post(f"/review/sme/{token}", content=urlencode({"s1": "correct"}), headers=FORM)
    assert answer.status_code == 200
    assert answer.url.path == f"/review/sme/{token}"
    assert client.get(f"/sme/{token}").status_code == 404
