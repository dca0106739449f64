"""An OpenAI-compatible endpoint that follows any JSON schema, with set latency and faults: `python -m
benchmarks.drafting_endpoint`.

It writes no sense: strings are sentences of the prompt, so that quotes are verbatim, and nothing more. It is for
measuring how a program calls a model and what a crash costs, never what is drafted. The same body gets the same reply
in every run. GET /stats: what was asked; GET /log: each answer as [hash of the body, hash of the reply's text].
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.request import Request, urlopen

_JUNK = 'Sure! Here is what you asked for:\n```json\n{"oops": '
_HANG_S = 3600.0


@dataclass
class Faults:
    """Shares of the requests, from 0 to 1."""

    p429: float = 0.0
    p500: float = 0.0
    phang: float = 0.0
    pcut: float = 0.0
    pjunk: float = 0.0


@dataclass
class DraftingEndpoint:
    """What it does and what came."""

    latency_s: float = 0.2
    faults: Faults = field(default_factory=Faults)
    counts: Counter[str] = field(default_factory=Counter)
    log: list[tuple[str, str]] = field(default_factory=list)
    first: float | None = None
    last: float | None = None
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    async def serve(self, port: int = 0) -> asyncio.Server:
        """Listens on 127.0.0.1."""
        return await asyncio.start_server(self._talk, "127.0.0.1", port, limit=2**24)

    def stats(self) -> dict[str, Any]:
        """What came so far."""
        answers = Counter(body for body, _ in self.log)
        span = self.last - self.first if self.first is not None and self.last is not None else None
        return {
            **self.counts,
            "distinct": len(answers),
            "repeats": sum(answers.values()) - len(answers),
            "span_s": span,
        }

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, *rest = head.decode("latin-1").split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
                asked = await reader.readexactly(int(headers.get("content-length", 0)))
                status, told, extra = await self._answer(line, asked)
                body = json.dumps(told).encode()
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                    f"{extra}\r\n".encode()
                    + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, line: str, asked: bytes) -> tuple[int, Any, str]:
        path = line.split(" ")[1]
        if path == "/stats":
            return 200, self.stats(), ""
        if path == "/log":
            return 200, self.log, ""
        if path == "/reset":
            self.counts.clear()
            self.log.clear()
            self.first = self.last = None
            return 200, {}, ""
        if path == "/configure":
            for name, value in json.loads(asked).items():
                setattr(self if name == "latency_s" else self.faults, name, value)
            return 200, {}, ""
        if not path.endswith("/chat/completions"):
            return 404, {"error": {"message": "not found", "code": "not_found"}}, ""
        return await self._complete(asked)

    async def _complete(self, asked: bytes) -> tuple[int, Any, str]:
        now = time.monotonic()
        self.first = self.first or now
        self.counts["requests"] += 1
        body, text = hashlib.sha256(asked).hexdigest(), reply_to(json.loads(asked), asked)
        dice = self.dice.random()
        for share, status in ((self.faults.p429, 429), (self.faults.p500, 500)):
            if dice < share:
                self.counts[f"refused_{status}"] += 1
                await asyncio.sleep(self.latency_s / 4)
                return status, {"error": {"message": "injected", "code": "injected"}}, (
                    "Retry-After: 0.3\r\n" if status == 429 else ""
                )
            dice -= share
        self.counts["in_flight"] += 1
        self.counts["most_in_flight"] = max(self.counts["most_in_flight"], self.counts["in_flight"])
        try:
            if dice < self.faults.phang:
                self.counts["hung"] += 1
                await asyncio.sleep(_HANG_S)
            dice -= self.faults.phang
            await asyncio.sleep(self.latency_s)
        finally:
            self.counts["in_flight"] -= 1
        reason = "stop"
        if dice < self.faults.pcut:
            text, reason = text[: len(text) // 2], "length"
            self.counts["cut"] += 1
        elif dice < self.faults.pcut + self.faults.pjunk:
            text = _JUNK
            self.counts["junk"] += 1
        else:
            self.counts["ok"] += 1
            self.log.append((body, hashlib.sha256(text.encode()).hexdigest()))
        self.last = time.monotonic()
        sent, received = len(asked) // 4, max(1, len(text) // 4)
        message = {"role": "assistant", "content": text}
        return (
            200,
            {
                "id": "c",
                "object": "chat.completion",
                "created": 0,
                "model": "fake",
                "choices": [{"index": 0, "finish_reason": reason, "message": message}],
                "usage": {"prompt_tokens": sent, "completion_tokens": received, "total_tokens": sent + received},
            },
            "",
        )


def reply_to(body: dict[str, Any], asked: bytes) -> str:
    """The text of the reply to a request, whose bytes decide what it says."""
    told = "\n".join(str(message["content"]) for message in body["messages"])
    found = [one.strip() for one in re.split(r"(?<=[.!?])\s+|\n+", told)]
    sentences = [one for one in found if 25 <= len(one) <= 300] or ["The source says nothing that could be used here."]
    pick = random.Random(hashlib.sha256(asked).digest())
    form = body.get("response_format") or {}
    if form.get("type") != "json_schema":
        return json.dumps({"text": pick.choice(sentences)})
    schema = form["json_schema"]["schema"]
    return json.dumps(_instance(schema, schema, pick, sentences))


def _instance(schema: dict[str, Any], root: dict[str, Any], pick: random.Random, sentences: list[str]) -> Any:
    if "$ref" in schema:
        target: Any = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target[part]
        return _instance(target, root, pick, sentences)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return pick.choice(schema["enum"])
    if "anyOf" in schema:
        return _instance(schema["anyOf"][0], root, pick, sentences)
    kind = schema.get("type", "string")
    if kind == "object":
        return {name: _instance(one, root, pick, sentences) for name, one in schema.get("properties", {}).items()}
    if kind == "array":
        return [_instance(schema["items"], root, pick, sentences) for _ in range(3)]
    if kind == "integer":
        return pick.randrange(3)
    if kind == "number":
        return round(pick.uniform(0, 3), 3)
    if kind == "boolean":
        return pick.random() < 0.5
    return None if kind == "null" else pick.choice(sentences)


@contextmanager
def running(*, latency_s: float = 0.2, faults: Faults | None = None) -> Iterator[str]:
    """The endpoint in a process of its own; its address, without /v1."""
    shares = vars(faults or Faults())
    command = [sys.executable, "-m", "benchmarks.drafting_endpoint", "--latency", str(latency_s)]
    command += [f"--{name}={value}" for name, value in shares.items()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(child.stdout.readline())}"
        finally:
            child.kill()


def asked(address: str, path: str, told: dict[str, Any] | None = None) -> Any:
    """What the endpoint answers to /stats, /log, /reset or /configure."""
    data = None if told is None else json.dumps(told).encode()
    with urlopen(Request(f"{address}{path}", data=data)) as answer:
        return json.load(answer)


async def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.2)
    for name in vars(Faults()):
        parser.add_argument(f"--{name}", type=float, default=0.0)
    options = vars(parser.parse_args())
    port, latency_s = options.pop("port"), options.pop("latency")
    server = await DraftingEndpoint(latency_s, Faults(**options)).serve(port)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
