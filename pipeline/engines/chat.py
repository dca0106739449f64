"""The wire format of chat completions: a question as the body that is sent, an answer as the completion it holds.

In: requests, and answers as plain JSON. Out: the same in the product's own words, or `Trouble`. Nothing is sent here,
so that a call and a line of a batch file are written and read alike.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pipeline.domain import Price, Usage, Via
from pipeline.engines.base import CallSize, Completion, Message, Request
from pipeline.engines.dialect import Dialect
from pipeline.engines.trouble import Trouble
from pipeline.tokens import count

# Same words at every run where the endpoint allows it; a regeneration takes the next seed.
SEED = 20_480
# What the format adds to every message.
_MESSAGE_TOKENS = 4


def chat_body(request: Request, dialect: Dialect, *, model: str, temperature: float | None) -> dict[str, Any]:
    """What is posted to /chat/completions."""
    messages = request.messages
    body: dict[str, Any] = {"model": model, dialect.limit_name: _limit(request, dialect)}
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
    if dialect.takes_temperature and temperature is not None:
        body["temperature"] = temperature
    if dialect.takes_seed:
        body["seed"] = SEED + request.variant
    return body


def encoded(body: Mapping[str, Any]) -> bytes:
    """The body as it goes over the wire; half a surrogate pair, which UTF-8 cannot say, becomes a question mark."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def size_of(request: Request, dialect: Dialect) -> CallSize:
    """What the call may come to; an estimate for models with another vocabulary than o200k_base."""
    told = sum(_MESSAGE_TOKENS + _counted(message.content) for message in request.messages)
    return CallSize(told + _counted(json.dumps(request.schema)), _limit(request, dialect))


def completion_of(
    answer: object, headers: Mapping[str, str], price: Price | None, *, via: Via = Via.SYNC
) -> Completion:
    """The completion in the JSON of an answer; raises Trouble where there is none."""
    facts = answer if isinstance(answer, dict) else {}
    choices = facts.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    message = choice.get("message")
    if not isinstance(message, dict):
        problem = facts.get("error")
        if isinstance(problem, dict):
            # Some gateways answer 200 and put the failure inside.
            code = problem.get("code")
            raise refusal(code if isinstance(code, int) else 502, problem, str(problem.get("message")), headers)
        raise Trouble("junk", "its answer is not a chat completion")
    reason, refused, content = choice.get("finish_reason"), message.get("refusal"), message.get("content")
    text = content if isinstance(content, str) else ""
    finish = reason if reason in ("length", "content_filter") else "stop"
    if refused:
        text, finish = str(refused), "refusal"
    return Completion(text=text, finish_reason=finish, usage=_usage(facts.get("usage"), price, via))


def billed(completion: Completion, size: CallSize, price: Price | None) -> Usage:
    """What the call is taken to have used: as told, or as counted where the endpoint tells nothing."""
    if completion.usage.input_tokens or completion.usage.output_tokens:
        return completion.usage
    counted = Usage(calls=1, input_tokens=size.input_tokens, output_tokens=count(completion.text))
    return counted.changed(usd=price.of(counted)) if price else counted


def refusal(status: int, body: object, message: str, headers: Mapping[str, str]) -> Trouble:
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
        headers=lowered(headers),
    )


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers by their names in lower case."""
    return {name.lower(): value for name, value in headers.items()}


def _usage(told: object, price: Price | None, via: Via) -> Usage:
    def number(owner: object, name: str) -> int:
        value = owner.get(name) if isinstance(owner, dict) else None
        return value if isinstance(value, int) and value >= 0 else 0

    details = told.get("prompt_tokens_details") if isinstance(told, dict) else None
    counted = Usage(
        calls=1,
        input_tokens=number(told, "prompt_tokens"),
        cached_input_tokens=min(number(details, "cached_tokens"), number(told, "prompt_tokens")),
        output_tokens=number(told, "completion_tokens"),
    )
    return counted.changed(usd=price.of(counted, via=via)) if price and told else counted


def _limit(request: Request, dialect: Dialect) -> int:
    most = dialect.most_tokens
    return request.max_output_tokens if most is None else min(request.max_output_tokens, most)


@lru_cache(maxsize=256)
def _counted(text: str) -> int:
    """Tokens of a text that many questions share, such as the source in the system message."""
    return count(text)


def _with_schema(messages: tuple[Message, ...], schema: dict[str, Any]) -> tuple[Message, ...]:
    """The messages with the schema after the task: behind everything a prompt cache may know already."""
    place = next(number for number, one in enumerate(messages) if one.role == "user")
    asked = "The reply is one JSON object that fits this JSON schema:"
    told = f"{messages[place].content}\n\n{asked}\n{json.dumps(schema)}"
    return (*messages[:place], Message("user", told), *messages[place + 1 :])
