"""Links to an element, and the way they keep over a sign-in."""

from __future__ import annotations

import base64
import json

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pipeline.ui.deep_links import COOKIE, Way, Ways, deep_link, deep_link_routes, way_in


def client(**more: object) -> TestClient:
    app = Starlette(routes=[*deep_link_routes(**more)])  # type: ignore[arg-type]
    return TestClient(app, base_url="http://review.example.org", follow_redirects=False)


def test_a_link_leads_to_the_element_and_keeps_the_way() -> None:
    answer = client().get(deep_link("m-1", "q-1"))
    assert answer.status_code == 303
    assert answer.headers["location"] == "../../review?module=m-1&element=q-1"
    way = way_in(answer.cookies[COOKIE])
    assert way is not None
    assert (way.module, way.element) == ("m-1", "q-1")
    flags = answer.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=lax" in flags
    assert "max-age=600" in flags
    assert "secure" not in flags


def test_a_link_to_a_module_leads_to_its_overview() -> None:
    assert client().get(deep_link("m-1")).headers["location"] == "../module?module=m-1"


def test_the_cookie_is_for_https_alone_where_people_come_by_it() -> None:
    assert "secure" in client(is_https=True).get("/c/m-1/q-1").headers["set-cookie"].lower()


def test_below_a_path_the_way_stays_below_it() -> None:
    answer = client(prefix="/review").get("/review/c/m-1/q-1")
    assert answer.headers["location"] == "../../review?module=m-1&element=q-1"
    assert "path=/review/" in answer.headers["set-cookie"].lower()


def test_ids_cannot_lead_elsewhere() -> None:
    answer = client().get("/c/" + "%2F%2Fevil.example" + "/q%26x%3D1%0d%0aSet-Cookie:a=b")
    location = answer.headers.get("location", "")
    assert answer.status_code in (303, 404)
    assert not location.startswith(("//", "http"))
    assert "\n" not in location
    assert len([name for name in answer.headers if name == "set-cookie"]) <= 1


@pytest.mark.parametrize(
    "cookie",
    [
        None, "", "x", "é", base64.urlsafe_b64encode(b"[1, 2, 3]").decode(), base64.urlsafe_b64encode(b"{}").decode(),
        base64.urlsafe_b64encode(json.dumps(["m-1", 5, "n"]).encode()).decode(), "A" * 100_000,
    ],
)
def test_a_cookie_that_is_not_ours_leads_nowhere(cookie: str | None) -> None:
    assert way_in(cookie) is None


def test_a_way_is_gone_once() -> None:
    ways, way = Ways(), Way("m-1", "q-1", "n")
    assert ways.take(way)
    assert not ways.take(way)
    assert ways.take(Way("m-1", "q-1", "other"))
