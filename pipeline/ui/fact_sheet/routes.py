"""The SME's page as routes of any ASGI application: a look changes nothing, only a form sent from the page does.

In: what opens the sheets, called when the first request comes. Out: one route. The token in the address is what lets a
person in and what no other site can know; a sending that a browser says came from elsewhere is refused all the same.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from pipeline.domain import FactVerdict
from pipeline.errors import Sme2ModuleError, UsageError
from pipeline.library.strings import Strings, languages, strings_for
from pipeline.review.fact_sheets import FactSheets, Given, LinkState, Saved
from pipeline.ui.fact_sheet.page import CHOICES, STYLE_HASH, Happened, closed_page, plain_page, sheet_page

_LOG = logging.getLogger(__name__)
_MOST_BYTES = 1_000_000
"""Of a form: thirty corrections of full length in the widest script."""
_MOST_FIELDS = 200
_LOOKS_A_MINUTE, _SENDINGS_A_MINUTE = 120, 30
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src '{STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


class Pace:
    """How often each link may be used in a minute; remembers the links used last."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, most_links: int = 5_000) -> None:
        self._clock, self._most = clock, most_links
        self._used: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
        self._lock = Lock()

    def allows(self, link: str, verb: str, *, a_minute: int) -> bool:
        """Whether it may be used once more now, which then counts."""
        now = self._clock()
        with self._lock:
            times = self._used.setdefault((link, verb), deque())
            self._used.move_to_end((link, verb))
            while len(self._used) > self._most:
                self._used.popitem(last=False)
            while times and now - times[0] >= 60:
                times.popleft()
            if len(times) >= a_minute:
                return False
            times.append(now)
            return True


def fact_sheet_routes(
    open_sheets: Callable[[], FactSheets],
    *,
    prefix: str = "",
    public_url: str | None = None,
    pace: Pace | None = None,
) -> list[Route]:
    """The routes below `prefix`, the path that the server is reached under; `public_url` is its address outside."""
    pages = _Pages(open_sheets, public_url=public_url, pace=pace or Pace())
    return [Route(f"{prefix}/sme/{{token}}", pages.answer, methods=["GET", "POST"], name="fact_sheet")]


class _Pages:
    def __init__(self, open_sheets: Callable[[], FactSheets], *, public_url: str | None, pace: Pace) -> None:
        self._open_sheets = open_sheets
        self._outside = urlsplit(public_url).netloc if public_url else None
        self._pace = pace

    async def answer(self, request: Request) -> Response:
        """The page, whatever is asked of it."""
        token = str(request.path_params["token"])
        say = strings_for(_wanted_language(request.headers.get("accept-language", "")))
        try:
            if request.method == "POST":
                return await self._take(request, token, say)
            return await run_in_threadpool(self._show, token, request.query_params.get("saved"), say)
        except Sme2ModuleError as error:
            _LOG.error("the page of a link cannot be shown: %s", error.line)
            return _page(plain_page(say, "sme_failed"), 503)

    def _show(self, token: str, saved: str | None, say: Strings) -> Response:
        sheets = self._open_sheets()
        request_id = sheets.request_of(token)
        if request_id is None:
            return _page(plain_page(say, "sme_unknown"), 404)
        if not self._pace.allows(request_id, "look", a_minute=_LOOKS_A_MINUTE):
            return _busy(say)
        sheet = sheets.open(token)
        if sheet is None:
            return _page(plain_page(say, "sme_unknown"), 404)
        say = strings_for(sheet.language)
        if sheet.state is not LinkState.OPEN:
            return _page(closed_page(sheet, say), 410)
        recorded = int(saved) if saved is not None and saved.isascii() and saved.isdigit() and len(saved) < 4 else None
        return _page(sheet_page(sheet, say, action=token, happened=Happened(recorded)), 200)

    async def _take(self, request: Request, token: str, say: Strings) -> Response:
        if not _came_from_here(request, self._outside):
            return _page(plain_page(say, "sme_refused"), 403)
        if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return _page(plain_page(say, "sme_refused"), 415)
        body = await _body(request)
        if body is None:
            return _page(plain_page(say, "sme_refused"), 413)
        try:
            fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            return _page(plain_page(say, "sme_refused"), 400)
        return await run_in_threadpool(self._save, token, fields, say)

    def _save(self, token: str, fields: Mapping[str, Sequence[str]], say: Strings) -> Response:
        sheets = self._open_sheets()
        request_id = sheets.request_of(token)
        if request_id is None:
            return _page(plain_page(say, "sme_unknown"), 404)
        if not self._pace.allows(request_id, "send", a_minute=_SENDINGS_A_MINUTE):
            return _busy(say)
        given = given_in(fields)
        try:
            saved: Saved | None = sheets.save(token, given, is_done=fields.get("do", [""])[-1] == "done")
        except UsageError as error:
            sheet = sheets.open(token)
            assert sheet is not None  # it was there a moment ago, and requests are never taken away
            happened = Happened(problem=error.why, typed=given)
            return _page(sheet_page(sheet, strings_for(sheet.language), action=token, happened=happened), 422)
        if saved is None:
            return _page(plain_page(say, "sme_unknown"), 404)
        if saved.sheet.state is not LinkState.OPEN:
            return _page(closed_page(saved.sheet, strings_for(saved.sheet.language)), 410)
        # Relative, so that it holds under whatever path a proxy serves us. A reload then sends nothing again.
        return RedirectResponse(f"{token}?saved={saved.recorded}", status_code=303, headers=HEADERS)


def given_in(fields: Mapping[str, Sequence[str]]) -> dict[str, Given]:
    """The answers in a form; words without a tick say that the statement is wrong."""
    verdicts = {verdict.value: verdict for verdict, _ in CHOICES}
    given = {}
    for key in dict.fromkeys(name.removesuffix("-correction") for name in fields if name != "do"):
        words = (fields.get(f"{key}-correction") or [""])[-1].replace("\r\n", "\n")
        verdict = verdicts.get((fields.get(key) or [""])[-1])
        if verdict is None and words.strip():
            verdict = FactVerdict.WRONG
        if verdict is not None:
            given[key] = Given(verdict, words)
    return given


async def _body(request: Request) -> bytes | None:
    """The body; None where it is too long or never came whole."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > _MOST_BYTES:
        return None
    found = bytearray()
    try:
        async for piece in request.stream():
            found += piece
            if len(found) > _MOST_BYTES:
                return None
    except ClientDisconnect:
        return None
    return bytes(found)


def _came_from_here(request: Request, outside: str | None) -> bool:
    """Whether nothing says that another site sent the form. With `no-referrer` browsers send `Origin: null`."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc in (request.headers.get("host"), outside)


def _wanted_language(accepted: str) -> str:
    """The first language of an Accept-Language header that there are strings in; English where there is none."""
    for part in accepted.split(",")[:10]:
        tag = part.partition(";")[0].strip().lower()
        if tag.partition("-")[0] in languages():
            return tag.partition("-")[0]
    return "en"


def _busy(say: Strings) -> Response:
    return _page(plain_page(say, "sme_busy"), 429, {"Retry-After": "60"})


def _page(html: str, status: int, more: Mapping[str, str] | None = None) -> Response:
    return HTMLResponse(html, status_code=status, headers={**HEADERS, **(more or {})})
