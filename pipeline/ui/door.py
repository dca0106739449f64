"""Who may come in at all while nobody signs in: only a browser on this machine.

In: every request and websocket of the server. Out: the request passed on, or refused. It does not matter how the server
was started or what stands before it: a request that came to another address than this machine's own, under another
name (a page elsewhere that lets its name point here), or through a proxy, is somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.config import is_this_machine

_REFUSED = (
    "This review screen is open on its own machine only, because nobody signs in.\n"
    "Set up sign-in (docs/teams.md), or start it with --without-sign-in if everybody who reaches it may lead.\n"
)
_FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip")


class Door:
    """Middleware that lets pass what comes from this machine, and what has a key of its own."""

    def __init__(self, app: ASGIApp, *, prefix: str = "") -> None:
        self._app = app
        self._with_own_key = f"{prefix}/sme/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on or refuses it."""
        if scope["type"] not in ("http", "websocket") or self._may_pass(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(_REFUSED, status_code=403)(scope, receive, send)

    def _may_pass(self, scope: Scope) -> bool:
        if scope["path"].startswith(self._with_own_key):
            return True
        server = scope.get("server")
        if server is not None and not is_this_machine(server[0]):
            return False
        return not _was_forwarded(scope["headers"]) and all(
            is_this_machine(host) for host in _hosts(scope["headers"])
        )


def _was_forwarded(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() in _FORWARDED for name, _ in headers)


def _hosts(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    """The names asked for, without their ports."""
    found = [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]
    return [one.rpartition("]")[0].lstrip("[") if one.startswith("[") else one.partition(":")[0] for one in found]
