"""The `openai` engine: any OpenAI-compatible endpoint, through chat completions, which is what they all have.

In: a request. Out: its completion, or one of the product's errors. Formats, retries and messages are decided
in dialect, limits and trouble; only this file knows the `openai` package, and imports it at the first call.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.domain import Usage
from pipeline.engines.base import Completion, Message, Request
from pipeline.engines.dialect import Dialect, DialectMemory, ProcessMemory, adaptations
from pipeline.engines.limits import Retry
from pipeline.engines.trouble import Trouble, error_for, shown_url
from pipeline.errors import ConfigError, EngineError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

OPENAI_URL = "https://api.openai.com/v1"
_CONNECT_S = 10.0
# Same words at every run where the endpoint allows it; a regeneration takes the next seed.
_SEED = 20_480
# More refusals than an endpoint can have reasons for.
_ADAPTATIONS = 8
_IN_PROCESS = ProcessMemory()


@dataclass(frozen=True)
class Price:
    """What a model costs, in US dollars per million tokens."""

    input_usd: float
    cached_input_usd: float
    output_usd: float

    def of(self, usage: Usage) -> float:
        """The price of the usage."""
        fresh = usage.input_tokens - usage.cached_input_tokens
        dollars = (
            fresh * self.input_usd
            + usage.cached_input_tokens * self.cached_input_usd
            + usage.output_tokens * self.output_usd
        )
        return dollars / 1_000_000


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
        prices: Mapping[str, Price] | None = None,
        memory: DialectMemory | None = None,
        retry: Retry | None = None,
    ) -> None:
        """Takes the settings; nothing is imported or connected yet.

        Args:
            model: As the endpoint names it; ConfigError where it is missing, since names age.
            api_key: May be None for an endpoint other than OpenAI's own.
            base_url: None is OpenAI's own.
            timeout_s: For one call from its first to its last byte, so that a server that drips is cut off.
            temperature: None leaves it to the endpoint.
            prices: Model → price; the cost of other models is unknown.
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
        self._price = (prices or {}).get(model)
        self._memory = memory or _IN_PROCESS
        self._retry = retry or Retry()
        self._client: AsyncOpenAI | None = None
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
            settings={"temperature": self._temperature, "seed": _SEED},
        )

    async def complete(self, request: Request) -> Completion:
        """The reply; raises UnavailableError, RateLimitError, and ReplyError (too_long, refused)."""
        dialect = self._memory.recall(self.base_url, self._model) or self._first_dialect()
        learnt, tried = dialect, {dialect}
        for _ in range(_ADAPTATIONS):
            try:
                completion = await self._retry.run(partial(self._call, request, dialect))
            except Trouble as trouble:
                other = next((one for one in adaptations(dialect, trouble) if one not in tried), None)
                if other is None:
                    raise self._error(trouble) from trouble
                dialect = other
                tried.add(other)
                # What fits beside this question says nothing about the next one.
                learnt = dialect if not trouble.is_overflow else learnt
            else:
                if learnt != self._memory.recall(self.base_url, self._model):
                    self._memory.remember(self.base_url, self._model, learnt)
                return completion
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
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout

        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            timeout = Timeout(self._timeout_s, connect=min(_CONNECT_S, self._timeout_s))
            # A proxy set for the outside world does not reach a server on this machine.
            is_here = urlsplit(self.base_url).hostname in ("localhost", "127.0.0.1", "::1")
            self._loop = loop
            self._client = AsyncOpenAI(
                api_key=self._secret or "none",
                base_url=self.base_url,
                timeout=timeout,
                max_retries=0,
                http_client=DefaultAsyncHttpxClient(timeout=timeout, trust_env=False) if is_here else None,
            )
        return self._client

    async def _call(self, request: Request, dialect: Dialect) -> Completion:
        """One call; raises Trouble."""
        client = self._connected()
        return self._completion(await self._in_time(client.chat.completions.create(**self._body(request, dialect))))

    async def _models(self) -> tuple[str, ...]:
        """The models the endpoint lists; raises Trouble."""
        page = await self._in_time(self._connected().models.list())
        listed = getattr(page, "data", None)
        return tuple(str(getattr(one, "id", "")) for one in listed) if isinstance(listed, list) else ()

    async def _in_time(self, call: Awaitable[Any]) -> Any:
        """What the client returns, within the time one call may take; raises Trouble."""
        import openai

        try:
            return await asyncio.wait_for(call, self._timeout_s)
        except (TimeoutError, openai.APITimeoutError) as error:
            raise Trouble("timeout", f"no complete answer within {self._timeout_s:g} s") from error
        except openai.APIStatusError as error:
            raise _refusal(error.status_code, error.body, error.message, error.response.headers) from error
        except openai.APIConnectionError as error:
            cause = error.__cause__
            raise Trouble("connection", str(cause or error) or type(cause or error).__name__) from error
        except (openai.APIError, ValueError) as error:
            raise Trouble("junk", "its answer is not a chat completion") from error

    def _body(self, request: Request, dialect: Dialect) -> dict[str, Any]:
        limit = request.max_output_tokens
        if dialect.most_tokens is not None:
            limit = min(limit, dialect.most_tokens)
        messages = request.messages
        body: dict[str, Any] = {"model": self._model, dialect.limit_name: limit}
        if dialect.reply_format == "json_schema":
            name = re.sub(r"[^A-Za-z0-9_-]", "_", request.task)[:64]
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": name, "schema": request.schema, "strict": True},
            }
        else:
            messages = _with_schema(messages, request.schema)
            if dialect.reply_format == "json_object":
                body["response_format"] = {"type": "json_object"}
        body["messages"] = [{"role": one.role, "content": one.content} for one in messages]
        if dialect.takes_temperature and self._temperature is not None:
            body["temperature"] = self._temperature
        if dialect.takes_seed:
            body["seed"] = _SEED + request.variant
        return body

    def _completion(self, answer: Any) -> Completion:
        """The completion in what the client, which checks nothing, made of the answer; raises Trouble."""
        choices = getattr(answer, "choices", None)
        if not isinstance(choices, list) or not choices or getattr(choices[0], "message", None) is None:
            problem = getattr(answer, "error", None)
            if isinstance(problem, dict):
                # Some gateways answer 200 and put the failure inside.
                code = problem.get("code")
                raise _refusal(code if isinstance(code, int) else 502, problem, str(problem.get("message")), {})
            raise Trouble("junk", "its answer is not a chat completion")
        message, reason = choices[0].message, choices[0].finish_reason
        refusal = getattr(message, "refusal", None)
        text = message.content if isinstance(message.content, str) else ""
        finish = reason if reason in ("length", "content_filter") else "stop"
        if refusal:
            text, finish = str(refusal), "refusal"
        return Completion(text=text, finish_reason=finish, usage=self._usage(getattr(answer, "usage", None)))

    def _usage(self, told: Any) -> Usage:
        def number(owner: Any, name: str) -> int:
            value = getattr(owner, name, None)
            return value if isinstance(value, int) and value >= 0 else 0

        counted = Usage(
            calls=1,
            input_tokens=number(told, "prompt_tokens"),
            cached_input_tokens=number(getattr(told, "prompt_tokens_details", None), "cached_tokens"),
            output_tokens=number(told, "completion_tokens"),
        )
        return counted.changed(usd=self._price.of(counted)) if self._price and told else counted

    def _error(self, trouble: Trouble) -> EngineError:
        return error_for(
            trouble,
            base_url=self.base_url,
            model=self._model,
            secret=self._secret,
            after_s=self._retry.asked_pause_s(trouble.headers),
        )


def _refusal(status: int, body: object, message: str, headers: Mapping[str, str]) -> Trouble:
    """The facts of an HTTP error; servers differ in where they put them."""
    facts = body if isinstance(body, dict) else {}
    inner = facts.get("error")
    if isinstance(inner, dict):
        facts = inner
    return Trouble(
        "status",
        str(facts.get("message") or facts.get("detail") or message),
        status=status,
        code=f"{facts.get('code') or ''} {facts.get('type') or ''}".strip(),
        param=str(facts.get("param") or ""),
        headers={name.lower(): value for name, value in headers.items()},
    )


def _with_schema(messages: tuple[Message, ...], schema: dict[str, Any]) -> tuple[Message, ...]:
    """The messages with the schema after the task: behind everything a prompt cache may know already."""
    place = next(number for number, one in enumerate(messages) if one.role == "user")
    asked = "The reply is one JSON object that fits this JSON schema:"
    told = f"{messages[place].content}\n\n{asked}\n{json.dumps(schema)}"
    return (*messages[:place], Message("user", told), *messages[place + 1 :])
