"""What can go wrong between us and an endpoint, as plain facts, and the product's error for each.

The engine turns its client's exceptions into `Trouble`; retrying (`limits`), adapting (`dialect`) and the
errors people read are decided from status, code and message alone, so that no other file knows the client.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from pipeline.errors import EngineError, RateLimitError, ReplyError, UnavailableError

_QUOTA = re.compile(r"insufficient_quota|exceeded your current quota|billing|credit balance", re.IGNORECASE)
_OVERFLOW = re.compile(
    r"context_length_exceeded|exceed_context_size|maximum context length|context (?:window|size|length)"
    r"|(?:prompt|input|request) is too long|too many (?:input )?tokens",
    re.IGNORECASE,
)
_MODEL_UNKNOWN = re.compile(
    r"model_not_found|invalid_model"
    r"|model\b.{0,80}(?:not found|does(?: not|n't) exist|unknown|not available|invalid)"
    r"|(?:no such|unknown|invalid) model",
    re.IGNORECASE | re.DOTALL,
)
_DECLINED = re.compile(r"content_filter|content management policy|content_policy", re.IGNORECASE)
_KEY = re.compile(r"\b(?:sk|pk|key)-[\w*.-]{4,}")
_MESSAGE_CHARS = 240


@dataclass
class Trouble(Exception):
    """One failed call."""

    kind: Literal["status", "connection", "timeout", "junk"]
    """status: an HTTP error; junk: an answer that is no chat completion."""
    message: str
    status: int | None = None
    code: str = ""
    """The endpoint's own code and type, joined by a space."""
    param: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Response headers, names in lower case."""
    was_sent: bool = True
    """Whether the endpoint may have got the question; false where no connection was made."""
    seconds: float = 0.0
    """How long it took, from sending on."""
    is_held: bool = False
    """Whether a limiter holds all calls back for the pause that was asked for."""

    @property
    def told(self) -> str:
        """Everything the endpoint said, for looking things up in it."""
        return f"{self.code} {self.param} {self.message}"

    @property
    def is_quota(self) -> bool:
        """Whether the account is used up, so that waiting does not help."""
        return self.status in (402, 429) and bool(_QUOTA.search(self.told))

    @property
    def is_overflow(self) -> bool:
        """Whether question and reply do not fit the model's context."""
        return self.status in (400, 413, 422, 500) and bool(_OVERFLOW.search(self.told))

    @property
    def is_unknown_model(self) -> bool:
        """Whether the endpoint does not have the model."""
        return self.status in (400, 404, 422) and bool(_MODEL_UNKNOWN.search(self.told))

    @property
    def is_declined(self) -> bool:
        """Whether a content filter stopped the question (Azure answers 400)."""
        return self.status in (400, 403) and bool(_DECLINED.search(self.told))

    @property
    def may_pass(self) -> bool:
        """Whether the same call may succeed later."""
        if self.is_quota or self.is_overflow:
            return False
        if self.kind != "status":
            return True
        # 501 is "not implemented": it stays so.
        return self.status in (408, 409, 429) or ((self.status or 0) >= 500 and self.status != 501)


def error_for(trouble: Trouble, *, base_url: str, model: str, after_s: float | None, secret: str) -> EngineError:
    """The error to raise: one line with its mend, never with the key."""
    where = f"model endpoint {shown_url(base_url)}"
    said = _shown(trouble.message, secret)
    if trouble.kind == "timeout":
        return UnavailableError(
            where, why=said, mend="try again, or allow more time with SME2MODULE_TIMEOUT_S", code="timeout"
        )
    if trouble.kind == "connection":
        return UnavailableError(
            where,
            why=f"no connection: {said}",
            mend="check OPENAI_BASE_URL and that the server runs",
            code="unreachable",
        )
    if trouble.kind == "junk":
        return UnavailableError(
            where, why=said, mend="check OPENAI_BASE_URL: it usually ends in /v1", code="server_error"
        )
    if trouble.is_quota:
        return _final(
            RateLimitError(
                where,
                why="the quota of this account is used up",
                mend="check the account's plan and billing",
                code="quota",
            ),
            for_all=True,
        )
    if trouble.status == 429:
        return RateLimitError(
            where,
            why="it asks for a pause (429)" + ("" if after_s is None else f" of {after_s:.0f} s"),
            mend="wait, or lower SME2MODULE_CONCURRENCY",
            after_s=after_s,
        )
    if trouble.is_declined:
        return ReplyError(
            f"model {model}",
            why=f"the endpoint's content filter declined to answer: {said}",
            mend="use another endpoint, or write this piece by hand",
            code="refused",
        )
    if trouble.status in (401, 403):
        return _final(
            UnavailableError(
                where,
                why=f"it refuses the API key ({trouble.status})",
                mend="set OPENAI_API_KEY to a key that is valid there",
                code="unauthorised",
            ),
            for_all=True,
        )
    if trouble.is_overflow:
        return ReplyError(
            f"model {model}",
            why=f"question and reply do not fit its context: {said}",
            mend="use smaller chunks (SME2MODULE_CHUNK_TOKENS) or a model with a larger context",
            code="too_long",
        )
    if trouble.is_unknown_model:
        return _final(
            UnavailableError(
                where, why=f"it does not know the model {model!r}", mend="check --model", code="unknown_model"
            ),
            for_all=True,
        )
    if trouble.status == 404:
        return _final(
            UnavailableError(
                where,
                why="nothing answers there (404)",
                mend="check OPENAI_BASE_URL: it usually ends in /v1",
                code="not_found",
            ),
            for_all=True,
        )
    if trouble.status is not None and trouble.status >= 500:
        return UnavailableError(
            where, why=f"it failed ({trouble.status}): {said}", mend="try again later", code="server_error"
        )
    return _final(
        UnavailableError(
            where,
            why=f"it refuses the request ({trouble.status}): {said}",
            mend="check that --model and the endpoint belong together",
            code="bad_request",
        )
    )


def shown_url(url: str) -> str:
    """The address without what may be secret: user, password, query."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}".rstrip("/")


def _final(error: EngineError, *, for_all: bool = False) -> EngineError:
    """Marks an error that no retry mends, though others of its class may pass; `for_all` where it would meet every
    other question too.
    """
    error.may_be_retried = False
    error.pauses_batch = for_all
    return error


def _shown(message: str, secret: str) -> str:
    if "<html" in message.lower():
        return "it sent a web page"
    if secret:
        message = message.replace(secret, "…")
    text = " ".join(_KEY.sub("…", message).split()).rstrip(".")
    return text if len(text) <= _MESSAGE_CHARS else text[: _MESSAGE_CHARS - 1] + "…"
