"""The pictures of sources' pages as files: a browser fetches each once and keeps it, however many elements quote it.

In: source, number and seal of a page, from an address that a screen has drawn. Out: one route with its address. The
seal shows that the page was shown to somebody; where people sign in, whoever fetches it has to be a member besides.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pipeline.errors import Sme2ModuleError
from pipeline.review.source_pages import SourcePage, SourcePages

_LOG = logging.getLogger(__name__)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Of a page that its address names for good; kept by nobody between the server and the browser.
_KEPT = {**_HEADERS, "Cache-Control": "private, max-age=86400, immutable"}
_NOT_KEPT = {**_HEADERS, "Cache-Control": "no-store"}


def page_address(page: SourcePage) -> str:
    """Where the page's picture is, relative to the screens."""
    return f"page/{quote(page.source, safe='')}/{page.number}/{page.seal}"


def page_routes(
    open_pages: Callable[[], SourcePages],
    *,
    prefix: str = "",
    may_look: Callable[[Request], bool] = lambda _request: True,
) -> list[Route]:
    """The route below `prefix`; `may_look` says whether whoever asks is one of those who see the screens."""

    async def show(request: Request) -> Response:
        asked = request.path_params
        if not await run_in_threadpool(may_look, request):
            return PlainTextResponse("Sign in first.\n", status_code=403, headers=_NOT_KEPT)
        try:
            picture = await run_in_threadpool(
                lambda: open_pages().picture(asked["source"], asked["number"], asked["seal"])
            )
        except Sme2ModuleError as error:
            _LOG.error("a page cannot be shown: %s", error.line)
            return PlainTextResponse(error.line, status_code=503, headers=_NOT_KEPT)
        if picture is None:
            return PlainTextResponse("There is no such page.\n", status_code=404, headers=_NOT_KEPT)
        return Response(picture, media_type="image/jpeg", headers=_KEPT)

    return [Route(f"{prefix}/page/{{source}}/{{number:int}}/{{seal}}", show, methods=["GET"])]
