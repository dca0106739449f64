"""Links to an element that survive a sign-in: a short-lived cookie keeps the way while the provider asks who comes.

`/c/MODULE/ELEMENT` leads to the element on the review screen. A sign-in comes back at the bare address, having
forgotten where it began; the screen then asks here, once a link.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

COOKIE = "s2m_to"
_MAX_AGE_S = 600
_MOST_CHARS = 1000
_MOST_KEPT = 10_000


@dataclass(frozen=True)
class Way:
    """Where a link leads."""

    module: str
    element: str | None
    number: str
    """Of this use of the link: a way is gone once."""


class Ways:
    """The ways that were gone; a cookie cannot be taken back by the screen, so it is remembered here."""

    def __init__(self) -> None:
        self._gone: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def take(self, way: Way) -> bool:
        """Whether the way was still to be gone; it is gone then."""
        with self._lock:
            if way.number in self._gone:
                return False
            self._gone[way.number] = None
            while len(self._gone) > _MOST_KEPT:
                self._gone.popitem(last=False)
            return True


WAYS = Ways()
"""Of this process."""


def deep_link(module: str, element: str | None = None) -> str:
    """The path of a link that may be sent to people."""
    return "/c/" + "/".join(quote(part, safe="") for part in (module, element) if part)


def deep_link_routes(*, prefix: str = "", is_https: bool = False) -> list[Route]:
    """The routes below `prefix`; `is_https` says that people reach the server by https even if it does not see it."""

    async def go(request: Request) -> Response:
        module, element = request.path_params["module"], request.path_params.get("element")
        asked = urlencode({name: value for name, value in (("module", module), ("element", element)) if value})
        page = "review" if element else "module"
        # Relative, so that it holds under whatever path a proxy serves us.
        response = RedirectResponse(f"{'../../' if element else '../'}{page}?{asked}", status_code=303)
        response.set_cookie(
            COOKIE, _written(module, element), max_age=_MAX_AGE_S, path=f"{prefix}/", httponly=True, samesite="lax",
            secure=is_https or request.url.scheme == "https",
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    return [
        Route(f"{prefix}/c/{{module}}/{{element}}", go, methods=["GET"]),
        Route(f"{prefix}/c/{{module}}", go, methods=["GET"]),
    ]


def _written(module: str, element: str | None) -> str:
    told = json.dumps([module[:_MOST_CHARS], element and element[:_MOST_CHARS], secrets.token_hex(8)])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def way_in(cookie: str | None) -> Way | None:
    """The way that a cookie keeps; None where there is none, or it is not ours."""
    if not cookie or len(cookie) > 8 * _MOST_CHARS:
        return None
    try:
        module, element, number = json.loads(base64.urlsafe_b64decode(cookie + "=="))
    except (ValueError, TypeError, binascii.Error):
        return None
    if not (isinstance(module, str) and isinstance(number, str) and (element is None or isinstance(element, str))):
        return None
    return Way(module, element, number)
