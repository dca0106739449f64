"""A Batch API over HTTP that keeps files and batches, lists them page by page, and can be told to misbehave."""

from __future__ import annotations

import itertools
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

PAGE = 2


class BatchServer:
    """What it holds, what it was asked, and what it answers instead of working ("POST /batches" → status)."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[str, bytes]] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.instead: dict[str, tuple[int, Any]] = {}
        self.broken_off: set[str] = set()
        """Steps whose answer ends before its end."""
        self._numbers = itertools.count()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        """Status and JSON, or bytes."""
        step = f"{method} {re.sub(r'/(file|batch)-[0-9]+', '/ID', path)}"
        self.asked.append(step)
        if step in self.instead:
            return self.instead[step]
        ids = re.findall(r"(?:file|batch)-[0-9]+", path)
        if step == "POST /files":
            name = re.search(rb'filename="([^"]+)"', body)
            assert name is not None
            assert b'name="purpose"\r\n\r\nbatch' in body
            start = body.index(b"\r\n\r\n", name.start()) + 4
            there = self.new_file()
            self.files[there] = name[1].decode(), body[start : body.index(b"\r\n--", start)]
            return 200, self._file(there)
        if step == "GET /files":
            return 200, self._page([self._file(one) for one in reversed(self.files)], query)
        if step == "GET /files/ID/content":
            return 200, self.files[ids[0]][1]
        if step == "DELETE /files/ID":
            del self.files[ids[0]]
            return 200, {"id": ids[0], "object": "file", "deleted": True}
        if step == "POST /batches":
            asked = json.loads(body)
            made = {"id": f"batch-{len(self.batches)}", "object": "batch", "status": "validating", "created_at": 1, **asked}
            self.batches[made["id"]] = made
            return 200, made
        if step == "GET /batches":
            return 200, self._page(list(reversed(self.batches.values())), query)
        if step == "GET /batches/ID":
            return 200, self.batches[ids[0]]
        if step == "POST /batches/ID/cancel":
            self.batches[ids[0]]["status"] = "cancelling"
            return 200, self.batches[ids[0]]
        return 404, {"error": {"message": "no such page"}}

    def new_file(self) -> str:
        """An id that no file has had."""
        return f"file-{next(self._numbers)}"

    def _file(self, there: str) -> dict[str, Any]:
        name, content = self.files[there]
        return {
            "id": there, "object": "file", "bytes": len(content), "created_at": 1, "filename": name, "purpose": "batch",
            "status": "processed",
        }

    def _page(self, rows: list[dict[str, Any]], query: dict[str, list[str]]) -> dict[str, Any]:
        after = query.get("after", [None])[0]
        start = next((number + 1 for number, row in enumerate(rows) if row["id"] == after), 0)
        here = rows[start : start + PAGE]
        return {
            "object": "list", "data": here, "has_more": start + PAGE < len(rows),
            "first_id": here[0]["id"] if here else None, "last_id": here[-1]["id"] if here else None,
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def _talk(self) -> None:
                asked = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if not body and self.headers.get("Transfer-Encoding") == "chunked":
                    while size := int(self.rfile.readline(), 16):
                        body += self.rfile.read(size)
                        self.rfile.readline()
                status, told = server.answer(self.command, asked.path.removeprefix("/v1"), parse_qs(asked.query), body)
                payload = told if isinstance(told, bytes) else json.dumps(told).encode()
                self.close_connection = is_broken_off = server.asked[-1] in server.broken_off
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload) + is_broken_off))
                self.end_headers()
                self.wfile.write(payload)

            do_GET = do_POST = do_DELETE = _talk  # noqa: N815 - the base class calls them so

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        return Handler
