"""Who may come in while nobody signs in."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from pipeline.ui.door import Door


async def page(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("in")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("in")
    await socket.close()


INNER = Starlette(
    routes=[Route("/", page), Route("/sme/{token}", page), Route("/smeared", page), WebSocketRoute("/stream", stream)],
    middleware=[Middleware(Door)],
)


def at(host: str, server: str = "127.0.0.1") -> TestClient:
    """A client that names `host`, whose connection came in on the address `server`."""

    async def behind(scope: dict[str, object], receive: object, send: object) -> None:
        if scope["type"] in ("http", "websocket"):
            scope["server"] = (server, 8501)
        await INNER(scope, receive, send)  # type: ignore[arg-type]

    return TestClient(behind, base_url=f"http://{host}")  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "LOCALHOST", "[::1]:8501", "127.0.0.9"])
def test_a_browser_on_this_machine_comes_in(host: str) -> None:
    assert at(host).get("/").text == "in"


@pytest.mark.parametrize("host", ["review.example.org", "192.0.2.7:8501", "localhost.evil.example", "127.0.0.1.nip.io"])
def test_a_page_elsewhere_whose_name_points_here_does_not(host: str) -> None:
    answer = at(host).get("/")
    assert answer.status_code == 403
    assert "--without-sign-in" in answer.text
    assert at(host).get("/smeared").status_code == 403


@pytest.mark.parametrize("server", ["192.0.2.7", "0.0.0.0", "10.0.0.1"])
def test_what_came_in_on_another_address_does_not_whatever_it_names(server: str) -> None:
    assert at("127.0.0.1", server).get("/").status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "x-forwarded-host", "Forwarded", "X-Real-IP"])
def test_what_came_through_a_proxy_does_not(header: str) -> None:
    assert at("127.0.0.1").get("/", headers={header: "203.0.113.5"}).status_code == 403


def test_a_websocket_is_refused_as_a_page_is() -> None:
    with at("127.0.0.1").websocket_connect("ws://127.0.0.1/stream") as socket:
        assert socket.receive_text() == "in"
    with pytest.raises(WebSocketDisconnect), at("127.0.0.1").websocket_connect("ws://review.example.org/stream"):
        raise AssertionError("it was let in")


def test_the_pages_behind_links_have_a_key_of_their_own() -> None:
    assert at("review.example.org").get("/sme/x").text == "in"
