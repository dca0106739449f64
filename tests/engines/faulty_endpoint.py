"""A local HTTP endpoint that answers what the test tells it to: the faults a real server shows once in a while."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """One answer of the endpoint."""

    status: int = 200
    body: Any = None
    """Sent as JSON; bytes as they are."""
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
    hangs: bool = False
    """Nothing is sent until the endpoint is closed."""
    drips: bool = False
    """The head is sent, then a byte now and then."""
    cut_after: int | None = None
    """Only so many bytes of the body are sent before the connection ends."""


def chat(content: str | None = '{"title": "T"}', **fields: Any) -> Reply:
    """A chat completion."""
    message = {"role": "assistant", "content": content, "refusal": fields.pop("refusal", None)}
    usage = {
        "prompt_tokens": 1000,
        "completion_tokens": 50,
        "total_tokens": 1050,
        "prompt_tokens_details": {"cached_tokens": 600},
    }
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": fields.pop("finish_reason", "stop")}],
        "usage": fields.pop("usage", usage),
    }
    return Reply(body=body, **fields)


def refusal(status: int, message: str, *, headers: dict[str, str] | None = None, **facts: Any) -> Reply:
    """An error in OpenAI's form."""
    return Reply(status=status, body={"error": {"message": message, **facts}}, headers=headers or {})


class FaultyEndpoint:
    """Answers with the queued replies, in order, then by `answer` where it is given, and keeps what it was asked; 599
    where nothing is left to say."""

    def __init__(self, answer: Callable[[dict[str, Any]], Reply] | None = None) -> None:
        self._answer = answer or (lambda asked: Reply(599, {"error": "queue empty"}))
        self.asked: list[dict[str, Any]] = []
        self.authorisations: list[str | None] = []
        self._replies: deque[Reply] = deque()
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def will(self, *replies: Reply) -> None:
        """Queues replies."""
        self._replies.extend(replies)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                asked = json.loads(self.rfile.read(length))
                endpoint.asked.append(asked)
                endpoint.authorisations.append(self.headers.get("Authorization"))
                self._send(asked)

            def do_GET(self) -> None:
                endpoint.asked.append({"path": self.path})
                self._send({"path": self.path})

            def _send(self, asked: dict[str, Any]) -> None:
                reply = endpoint._replies.popleft() if endpoint._replies else endpoint._answer(asked)
                if reply.hangs:
                    endpoint._closing.wait()
                    return
                payload = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                self.send_response(reply.status)
                for name, value in {"Content-Type": reply.media_type, **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                if reply.drips:
                    while not endpoint._closing.wait(0.02):
                        try:
                            self.wfile.write(b" ")
                        except OSError:
                            return
                    return
                self.wfile.write(payload[: reply.cut_after])

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        return Handler
