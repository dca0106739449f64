"""The learner's view beside the screens: a module as it stands, opened at an element, in a page that is locked in.

In: who opens previews and who asks, told by the browser's own sign-in. Out: one route and the link to it. The page may
run its own script, show its own pictures and nothing else: it reaches no address, no cookie and nothing the browser
keeps.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from urllib.parse import quote

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import AUTH_COOKIE_NAME, get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from pipeline.errors import NotAllowedError, Sme2ModuleError, UsageError
from pipeline.review.previewing import Previewing

_LOG = logging.getLogger(__name__)
HEADERS = {
    # Sandboxed without allow-same-origin: to the page the app's cookies, storage and windows do not exist. The page's
    # own policy narrows this further, to the hashes of its one script and one style sheet.
    "Content-Security-Policy": (
        "sandbox allow-scripts allow-modals; default-src 'none'; script-src 'unsafe-inline'; "
        "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


def preview_link(module: str, element: str | None = None) -> str:
    """The address of the preview, relative to the screens."""
    at = f"?at={quote(element, safe='')}" if element else ""
    return f"preview/{quote(module, safe='')}{at}"


def draw_preview_link(module: str, element: str | None = None) -> None:
    """The link, which opens beside the screen."""
    told = "Opens in a tab of its own; nothing is recorded"
    st.link_button("As the learner sees it", preview_link(module, element), type="tertiary", help=told)


def preview_routes(
    open_previewing: Callable[[], Previewing],
    *,
    prefix: str = "",
    nobody: Callable[[], str] | None = None,
) -> list[Route]:
    """The route below `prefix`; `nobody` names who looks where nobody signs in, and is None where people do."""

    async def show(request: Request) -> Response:
        module, element = request.path_params["module"], request.query_params.get("at")
        by = nobody() if nobody is not None else signed_in(request)
        if by is None:
            # The way of any link: it is kept while the provider asks who comes.
            to = "/".join(quote(one, safe="") for one in (module, element) if one)
            return RedirectResponse(f"../c/{to}", status_code=303, headers=HEADERS)
        try:
            page = await run_in_threadpool(lambda: open_previewing().page(module, by=by))
        except NotAllowedError as error:
            return PlainTextResponse(error.line, status_code=403, headers=HEADERS)
        except UsageError as error:
            return PlainTextResponse(error.line, status_code=404, headers=HEADERS)
        except Sme2ModuleError as error:
            _LOG.error("a preview cannot be shown: %s", error.line)
            return PlainTextResponse(error.line, status_code=503, headers=HEADERS)
        return HTMLResponse(page, headers=HEADERS)

    return [Route(f"{prefix}/preview/{{module}}", show, methods=["GET"])]


def signed_in(request: Request) -> str | None:
    """The verified e-mail address in the sign-in of the screens; None where there is none that counts."""

    def cookie(name: str) -> bytes | None:
        value = request.cookies.get(name)
        if value is None:
            return None
        return decode_signed_value(get_cookie_secret(), name, value.encode("latin-1", "replace"))

    kept = get_cookie_with_chunks(cookie, AUTH_COOKIE_NAME)
    try:
        told = json.loads(kept) if kept else {}
    except ValueError:
        return None
    email = told.get("email") if isinstance(told, dict) and told.get("is_logged_in") else None
    is_verified = isinstance(email, str) and told.get("email_verified") in (True, "true")
    return email.strip() or None if is_verified and email else None
