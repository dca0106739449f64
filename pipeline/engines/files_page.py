"""A question as one page of Markdown that a person, or a program, can answer without anything else of ours.

In: a request and the names of its files. Out: the page: what to do, the messages, the schema of the reply.
"""

from __future__ import annotations

import json
import re

from pipeline.engines.base import Request

_FENCE = re.compile("`{3,}")


def page_of(request: Request, *, name: str, key: str, reply: str) -> str:
    """The page; `reply` is the name of the file that its answer goes into."""
    messages = (f"## {message.role}\n\n{_fenced('text', message.content)}" for message in request.messages)
    pieces = (
        f"# {name}",
        "A question to a language model, or to you. Read the messages below as one conversation, the system's first, "
        "and answer the last of them with one JSON object that fits the schema at the end.",
        f"Save the answer in this folder as `{reply}` (or as `.reply.md`, with the object in a block of code; what "
        "stands around the object does no harm). Then run the command that wrote this page again.",
        f"- task: {request.task}\n- key: {key}\n- length: at most about {request.max_output_tokens} tokens",
        *messages,
        f"## schema of the reply\n\n{_fenced('json', json.dumps(request.schema, indent=1, ensure_ascii=False))}",
    )
    return "\n\n".join(pieces) + "\n"


def _fenced(kind: str, text: str) -> str:
    """The text as a block of code whose fence is longer than any in it."""
    longest = max((len(one) for one in _FENCE.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{kind}\n{text}\n{fence}"
