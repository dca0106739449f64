"""A small OpenAI-compatible endpoint that enforces limits, for benchmarks and tests: `python -m benchmarks.endpoint`.

POST …/chat/completions after a latency; refused with 429 where the requests or the tokens of the last 60 seconds
pass the limit. GET /stats: answered, refused, tokens, in flight at most. Prints its port when it listens.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.request import urlopen

WINDOW_S = 60.0
_REPLY = json.dumps({"text": "All that was asked for is said here, in one sentence. " * 8})


@dataclass
class Endpoint:
    """The limits and what came."""

    latency_s: float = 0.2
    requests_per_minute: int = 0
    tokens_per_minute: int = 0
    counts: dict[str, int] = field(
        default_factory=lambda: {"answered": 0, "refused": 0, "tokens": 0, "in_flight": 0, "most_in_flight": 0}
    )
    _window: deque[tuple[float, int]] = field(default_factory=deque)
    _tokens: int = 0

    async def serve(self, port: int = 0) -> asyncio.Server:
        """Listens on 127.0.0.1."""
        return await asyncio.start_server(self._talk, "127.0.0.1", port)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
                asked = await reader.readexactly(int(headers.get("content-length", 0)))
                if lines[0].startswith("GET"):
                    status, told, extra = 200, dict(self.counts), ""
                else:
                    status, told, extra = await self._answer(asked)
                body = json.dumps(told).encode()
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                    f"{extra}\r\n".encode() + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, asked: bytes) -> tuple[int, dict[str, Any], str]:
        used_in, used_out = len(asked) // 4, len(_REPLY) // 4
        now = time.monotonic()
        while self._window and self._window[0][0] < now - WINDOW_S:
            self._tokens -= self._window.popleft()[1]
        requests, tokens = self.requests_per_minute, self.tokens_per_minute
        if (requests and len(self._window) >= requests) or (tokens and self._tokens + used_in + used_out > tokens):
            self.counts["refused"] += 1
            wait_s = max(0.05, self._window[0][0] + WINDOW_S - now) if self._window else 1.0
            refusal = {"error": {"message": "Rate limit reached", "code": "rate_limit_exceeded"}}
            return 429, refusal, f"Retry-After: {wait_s:.2f}\r\n"
        self._window.append((now, used_in + used_out))
        self._tokens += used_in + used_out
        counts = self.counts
        counts["in_flight"] += 1
        counts["most_in_flight"] = max(counts["most_in_flight"], counts["in_flight"])
        try:
            await asyncio.sleep(self.latency_s)
        finally:
            counts["in_flight"] -= 1
        counts["answered"] += 1
        counts["tokens"] += used_in + used_out
        return 200, {
            "id": "c", "object": "chat.completion", "created": 0, "model": "m",
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": _REPLY}}],
            "usage": {
                "prompt_tokens": used_in, "completion_tokens": used_out, "total_tokens": used_in + used_out,
            },
        }, ""


@contextmanager
def running(*, latency_s: float = 0.2, requests_per_minute: int = 0, tokens_per_minute: int = 0) -> Iterator[str]:
    """The endpoint in a process of its own; its address, without /v1."""
    command = [
        sys.executable, "-m", "benchmarks.endpoint", "--latency", str(latency_s),
        "--rpm", str(requests_per_minute), "--tpm", str(tokens_per_minute),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(child.stdout.readline())}"
        finally:
            child.terminate()


def counts_of(address: str) -> dict[str, int]:
    """What the endpoint has counted so far."""
    with urlopen(f"{address}/stats") as answer:
        counts: dict[str, int] = json.load(answer)
    return counts


async def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--rpm", type=int, default=0)
    parser.add_argument("--tpm", type=int, default=0)
    options = parser.parse_args()
    server = await Endpoint(options.latency, options.rpm, options.tpm).serve(options.port)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
