"""The `openai` engine: any OpenAI-compatible endpoint, through chat completions, which is what they all have.

In: a request. Out: its completion, or one of the product's errors. The wire format, retries and messages are decided
in chat, dialect, limits and trouble; only this file knows the `openai` package, and imports it at the first call.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.domain import Price, Usage, Via
from pipeline.engines.base import Admission, Completion, Limiter, Request
from pipeline.engines.chat import SEED, billed, chat_body, completion_of, encoded, lowered, refusal, size_of
from pipeline.engines.dialect import Dialect, DialectMemory, ProcessMemory, adaptations
from pipeline.engines.limits import Retry, RetryRules
from pipeline.engines.trouble import Trouble, error_for, shown_url
from pipeline.errors import ConfigError, EngineError

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

OPENAI_URL = "https://api.openai.com/v1"
_CONNECT_S = 10.0
# More than a limiter lets through at once: waiting for a connection would count as the endpoint's silence.
_CONNECTIONS, _KEPT_CONNECTIONS = 2000, 200
# More refusals than an endpoint can have reasons for.
_ADAPTATIONS = 8
_IN_PROCESS = ProcessMemory()


class OpenAiEngine:
    """Drafts with a language model behind an endpoint."""

    name = "openai"
    reads_inputs = False

    def __init__(
        self,
        *,
        model: str | None,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout_s: float = 120.0,
        temperature: float | None = 0.3,
        price: Price | None = None,
        limiter: Limiter | None = None,
        memory: DialectMemory | None = None,
        retry: Retry | None = None,
    ) -> None:
        """Takes the settings; nothing is imported or connected yet.

        Args:
            model: As the endpoint names it; ConfigError where it is missing, since names age.
            api_key: May be None for an endpoint other than OpenAI's own.
            base_url: None is OpenAI's own.
            timeout_s: For one call from its first to its last byte, so that a server that drips is cut off; waiting
                for the limiter is not counted.
            temperature: None leaves it to the endpoint.
            price: What the model costs; None where nobody knows.
            limiter: Gives leave for every attempt; None lets all through.
            memory: Where to remember what the endpoint understands; None is this process.
            retry: How failed calls are made again.

        """
        if not model:
            raise ConfigError(
                "engine openai", why="no model is named", mend="pass --model with a name the endpoint knows"
            )
        self.base_url = (base_url or OPENAI_URL).rstrip("/")
        if urlsplit(self.base_url).scheme not in ("http", "https") or not urlsplit(self.base_url).hostname:
            raise ConfigError(
                "OPENAI_BASE_URL",
                why=f"{self.base_url!r} is no http address",
                mend="set it like http://host:port/v1",
            )
        if not api_key and self._is_openais_own:
            raise ConfigError("engine openai", why="there is no API key", mend="set OPENAI_API_KEY")
        self._model = model
        self._secret = api_key or ""
        self._timeout_s = timeout_s
        self._temperature = temperature
        self._price = price
        self._limiter = limiter
        self._memory = memory or _IN_PROCESS
        # Whoever allows a slow server hours means that it may be asked a second time.
        self._retry = retry or Retry(RetryRules(total_s=max(RetryRules.total_s, 3 * timeout_s)))
        self._client: AsyncOpenAI | None = None
        self._http: httpx2.AsyncClient | None = None
        self._headers: dict[str, str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def model(self) -> str:
        """The model string."""
        return self._model

    def request_key(self, request: Request) -> str:
        """The call's identity; without the dialect, which is no part of the question."""
        return request.key(
            engine=self.name,
            model=self._model,
            endpoint=self.base_url,
            settings={"temperature": self._temperature, "seed": SEED},
        )

    def body_of(self, request: Request) -> dict[str, Any]:
        """What would be posted, as far as the endpoint is known: a line of a batch file holds the same."""
        dialect = self._memory.recall(self.base_url, self._model) or self._first_dialect()
        return chat_body(request, dialect, model=self._model, temperature=self._temperature)

    def most_usd(self, request: Request) -> float:
        """What the answer can cost at most through the Batch API; 0 where nobody knows the price."""
        if self._price is None:
            return 0.0
        size = size_of(request, self._memory.recall(self.base_url, self._model) or self._first_dialect())
        most = Usage(input_tokens=size.input_tokens, output_tokens=size.output_tokens)
        return self._price.of(most, via=Via.BATCH_API)

    def read_answer(self, status: int, body: object) -> Completion:
        """The completion in a line of a file of answers; raises EngineError as `complete` does."""
        try:
            if status != 200:
                raise refusal(status, body, f"HTTP status {status}", {})
            return completion_of(body, {}, self._price, via=Via.BATCH_API)
        except Trouble as trouble:
            raise self._error(trouble) from trouble

    async def complete(self, request: Request) -> Completion:
        """The reply; raises UnavailableError, RateLimitError, BudgetError, and ReplyError (too_long, refused)."""
        known = self._memory.recall(self.base_url, self._model)
        dialect = learnt = known or self._first_dialect()
        tried, made = {dialect}, 0

        async def call(attempt: int) -> Completion:
            nonlocal made
            made += 1
            return await self._call(request, dialect, attempt)

        for _ in range(_ADAPTATIONS):
            try:
                completion = await self._retry.run(call)
            except Trouble as trouble:
                other = next((one for one in adaptations(dialect, trouble) if one not in tried), None)
                if other is None:
                    error = self._error(trouble)
                    error.attempts = made
                    raise error from trouble
                dialect = other
                tried.add(other)
                # What fits beside this question says nothing about the next one.
                learnt = dialect if not trouble.is_overflow else learnt
            except EngineError as error:
                error.attempts = made - 1  # the limiter's: this time nothing was sent
                raise
            else:
                if learnt != known:
                    self._memory.remember(self.base_url, self._model, learnt)
                return replace(completion, retries=made - 1) if made > 1 else completion
        raise AssertionError("an endpoint refused more than it can be asked")

    async def describe(self) -> str:
        """The endpoint, the model and whether it is listed; raises UnavailableError, RateLimitError."""
        try:
            listed = await self._retry.run(self._models)
        except Trouble as trouble:
            if trouble.status not in (404, 405, 501):
                raise self._error(trouble) from trouble
            listed = ()  # some gateways offer chat completions and nothing else
        known = "" if self._model in listed or not listed else ", a name the endpoint does not list"
        return f"{shown_url(self.base_url)} answers; model {self._model}{known}"

    async def aclose(self) -> None:
        """Closes the connections; to be awaited in the event loop that made the calls."""
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.close()

    @property
    def _is_openais_own(self) -> bool:
        return urlsplit(self.base_url).hostname == "api.openai.com"

    def _first_dialect(self) -> Dialect:
        # OpenAI's newer models refuse max_tokens; others may ignore max_completion_tokens.
        return Dialect(limit_name="max_completion_tokens" if self._is_openais_own else "max_tokens")

    def _connected(self) -> AsyncOpenAI:
        """The client of the running event loop; connections cannot move from one loop to another."""
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            import httpx2
            from openai import AsyncOpenAI, DefaultAioHttpClient, Timeout

            timeout = Timeout(self._timeout_s, connect=min(_CONNECT_S, self._timeout_s))
            # A proxy set for the outside world does not reach a server on this machine.
            is_here = urlsplit(self.base_url).hostname in ("localhost", "127.0.0.1", "::1")
            self._loop = loop
            # A backlog makes hundreds of calls a second: aiohttp takes half the CPU of the client's own transport.
            self._http = DefaultAioHttpClient(
                timeout=timeout,
                trust_env=not is_here,
                limits=httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_KEPT_CONNECTIONS),
            )
            self._client = AsyncOpenAI(
                api_key=self._secret or "none",
                base_url=self.base_url,
                timeout=timeout,
                max_retries=0,
                http_client=self._http,
            )
            told = {**self._client.default_headers, **self._client.auth_headers}
            # Some are placeholders for what is not sent.
            self._headers = {name: value for name, value in told.items() if isinstance(value, str)}
        return self._client

    async def _call(self, request: Request, dialect: Dialect, attempt: int) -> Completion:
        """One call, when the limiter gives leave; raises Trouble, and what the limiter raises."""
        content = encoded(chat_body(request, dialect, model=self._model, temperature=self._temperature))
        if self._limiter is None:
            return (await self._posted(content))[0]
        size = size_of(request, dialect)
        async with self._limiter.admit(size) as admission:
            try:
                completion, headers = await self._posted(content)
            except Trouble as trouble:
                self._say(admission, trouble, attempt)
                raise
            admission.answered(billed(completion, size, self._price), headers)
            return completion

    def _say(self, admission: Admission, trouble: Trouble, attempt: int) -> None:
        """Tells the limiter of a refusal; not of a question that may have been worked on: that stays in doubt."""
        if trouble.kind == "status":
            trouble.is_held = trouble.status == 429 and not trouble.is_quota
            hold_s = self._retry.wanted_pause_s(trouble, attempt) if trouble.is_held else None
            admission.refused(trouble.headers, hold_s=hold_s)
        elif not trouble.was_sent:
            admission.refused({}, hold_s=None)

    async def _posted(self, content: bytes) -> tuple[Completion, dict[str, str]]:
        """The completion and the answer's headers; raises Trouble.

        Sent with the client's connections and headers and past its own classes, which take as much CPU again.
        """
        self._connected()
        assert self._http is not None
        url = f"{self.base_url}/chat/completions"
        with self._troubles():
            async with asyncio.timeout(self._timeout_s):
                answer = await self._http.post(url, content=content, headers=self._headers)
            if not answer.is_success:
                told = answer.text.strip() or f"HTTP status {answer.status_code}"
                raise refusal(answer.status_code, _as_json(told), told, answer.headers)
            headers = lowered(answer.headers)
            return completion_of(json.loads(answer.content), headers, self._price), headers

    async def _models(self, attempt: int) -> tuple[str, ...]:
        """The models the endpoint lists; raises Trouble."""
        client = self._connected()
        with self._troubles():
            async with asyncio.timeout(self._timeout_s):
                page = await client.models.list()
        listed = getattr(page, "data", None)
        return tuple(str(getattr(one, "id", "")) for one in listed) if isinstance(listed, list) else ()

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        """Turns what the client and its connections raise into Trouble with the time it took."""
        import aiohttp
        import httpx2
        import openai

        started = time.monotonic()
        try:
            try:
                yield
            except openai.APIStatusError as error:
                raise refusal(error.status_code, error.body, error.message, error.response.headers) from error
            except (TimeoutError, OSError, aiohttp.ClientError, httpx2.HTTPError, openai.APIConnectionError) as error:
                raise self._lost(error) from error
            except (openai.APIError, ValueError) as error:
                raise Trouble("junk", "its answer is not a chat completion") from error
        except Trouble as trouble:
            trouble.seconds = time.monotonic() - started
            raise

    def _lost(self, error: Exception) -> Trouble:
        """What became of a call without an answer. The client's own classes take a lost connection for one that was
        never made, so the reason is looked for below them.
        """
        import aiohttp

        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, aiohttp.ClientError):
            cause = cause.__cause__
        connect_s = min(_CONNECT_S, self._timeout_s)
        if isinstance(cause, aiohttp.ConnectionTimeoutError):
            return Trouble("timeout", f"no connection within {connect_s:g} s", was_sent=False)
        if cause is None or isinstance(cause, aiohttp.ServerTimeoutError):
            if cause is None and not isinstance(error, TimeoutError):
                return Trouble("connection", str(error.__cause__ or error) or type(error).__name__)
            return Trouble("timeout", f"no complete answer within {self._timeout_s:g} s")
        was_sent = not isinstance(cause, aiohttp.ClientConnectorError | aiohttp.InvalidURL)
        why = str(getattr(cause, "os_error", None) or cause) or type(cause).__name__
        return Trouble("connection", why, was_sent=was_sent)

    def _error(self, trouble: Trouble) -> EngineError:
        return error_for(
            trouble,
            base_url=self.base_url,
            model=self._model,
            secret=self._secret,
            after_s=self._retry.asked_pause_s(trouble.headers),
        )


def _as_json(told: str) -> object:
    """What a refusal says, where it says it in JSON."""
    try:
        return json.loads(told)
    except ValueError:
        return None
