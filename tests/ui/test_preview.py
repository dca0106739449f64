"""The learner's view beside the screens: who gets it, what it may do, and that it leads back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from pipeline.domain import Role
from pipeline.review.acting import Acting
from pipeline.review.previewing import Previewing
from pipeline.ui.preview import preview_link, preview_routes
from tests.builders import a_module, a_quiz_item
from tests.ui.desk import DRAFTED, Desk

SECRET = "s" * 40


def client(desk: Desk, *, nobody: Callable[[], str] | None = None, prefix: str = "") -> TestClient:
    def role_of(who: str) -> Role | None:
        return Role.LEAD if nobody else {"vic@example.org": Role.VIEWER}.get(who.lower())

    acting = Acting(desk.store, lambda: DRAFTED, role_of)
    app = Starlette(routes=[*preview_routes(lambda: Previewing(acting), prefix=prefix, nobody=nobody)])
    return TestClient(app, base_url="http://review.example.org", follow_redirects=False)


def here(desk: Desk) -> TestClient:
    return client(desk, nobody=lambda: "Ann")


@pytest.fixture
def cookie(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """The sign-in's cookie, as Streamlit writes it."""
    monkeypatch.setattr("pipeline.ui.preview.get_cookie_secret", lambda: SECRET)

    def written(secret: str = SECRET, **claims: Any) -> dict[str, str]:
        told = {"is_logged_in": True, "email": "Vic@example.org", "email_verified": True, **claims}
        return {"_streamlit_user": create_signed_value(secret, "_streamlit_user", json.dumps(told)).decode()}

    return written


def course_in(page: str) -> dict[str, Any]:
    found = re.search(r'id="course">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    course: dict[str, Any] = json.loads(found[1])
    return course


def test_the_page_holds_all_but_what_is_rejected_as_it_stands_now(desk: Desk) -> None:
    desk.save(a_module(items=(a_quiz_item(), a_quiz_item(id="q-2"))))
    desk.review.reject("m-1", "q-2", revision=1, reason="too easy", by="Ann")
    page = here(desk).get("/preview/m-1")
    course = course_in(page.text)
    assert [item["id"] for item in course["items"]] == ["q-1"]
    assert course["items"][0]["mark"] == "draft"
    assert course["review"] == "../review?module=m-1"
    view = desk.review.element("m-1", "q-1")
    desk.review.edit("m-1", view.element.model_copy(update={"stem": "Which valve?"}), based_on=view.revision, by="Ann")
    again = here(desk).get("/preview/m-1")
    assert course_in(again.text)["items"][0]["stem"] == "Which valve?"
    assert again.headers["cache-control"] == "no-store"


def test_the_page_is_locked_in(desk: Desk) -> None:
    desk.save()
    headers = here(desk).get("/preview/m-1").headers
    policy = headers["content-security-policy"].split("; ")
    assert "sandbox allow-scripts allow-modals" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not [rule for rule in policy if "connect" in rule or "self" in rule or "http" in rule]
    assert "set-cookie" not in headers


def test_looking_leaves_no_trace(desk: Desk) -> None:
    desk.save()
    before = len(desk.store.audit.of("m-1"))
    here(desk).get("/preview/m-1")
    assert len(desk.store.audit.of("m-1")) == before


def test_what_is_not_there_is_said(desk: Desk) -> None:
    answer = here(desk).get("/preview/m-9")
    assert answer.status_code == 404
    assert "m-9" in answer.text


def test_a_viewer_who_is_signed_in_looks(desk: Desk, cookie: Callable[..., dict[str, str]]) -> None:
    desk.save()
    answer = client(desk).get("/preview/m-1", headers={"cookie": _header(cookie())})
    assert answer.status_code == 200


def _header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "other"}, {"is_logged_in": False}, {"email_verified": False}, {"email_verified": "false"},
        {"email": None}, {"email": "  "},
    ],
)
def test_who_is_not_signed_in_goes_the_way_of_any_link(
    desk: Desk, cookie: Callable[..., dict[str, str]], wrong: dict[str, Any]
) -> None:
    desk.save()
    answer = client(desk).get("/preview/m-1?at=q-1", headers={"cookie": _header(cookie(**wrong))})
    assert (answer.status_code, answer.headers["location"]) == (303, "../c/m-1/q-1")
    assert "sealer" not in answer.text


def test_who_is_signed_in_and_no_member_is_refused(desk: Desk, cookie: Callable[..., dict[str, str]]) -> None:
    desk.save()
    answer = client(desk).get("/preview/m-1", headers={"cookie": _header(cookie(email="eve@example.org"))})
    assert answer.status_code == 403
    assert "eve@example.org is not a member" in answer.text


def test_below_a_path_it_stays_below_it_and_ids_cannot_lead_elsewhere(desk: Desk) -> None:
    desk.save()
    assert client(desk, nobody=lambda: "Ann", prefix="/review").get("/review/preview/m-1").status_code == 200
    assert preview_link("../a b", "x&y=/#") == "preview/..%2Fa%20b?at=x%26y%3D%2F%23"
    assert client(desk, nobody=lambda: "Ann").get("/preview/..%2F..%2Fevil").status_code == 404


def test_the_screens_link_to_it(desk: Desk) -> None:
    desk.save()
    app = desk.open("review", module="m-1", element="q-1")
    assert [one.proto.url for one in app.get("link_button")] == ["preview/m-1?at=q-1"]
    assert [one.proto.url for one in desk.open("module", module="m-1").get("link_button")] == ["preview/m-1"]
