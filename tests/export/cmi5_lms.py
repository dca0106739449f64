"""A cmi5 LMS with its record store in one small server: hands out a token once, keeps state, refuses what cmi5 forbids."""

from __future__ import annotations

import http.server
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"
MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"
ACTOR = {"objectType": "Agent", "account": {"homePage": "http://lms.example", "name": "learner-1"}}
OWN = ("initialized", "completed", "passed", "failed", "terminated")


class Cmi5Lms:
    """What the LMS knows of one registration."""

    def __init__(self, folder: Path, activity: str, *, mode: str = "Normal", mastery: float = 0.8) -> None:
        self.folder, self.activity, self.mode, self.mastery = folder, activity, mode, mastery
        self.registration = str(uuid.uuid4())
        self.statements: list[dict[str, Any]] = []
        self.breaches: list[str] = []
        self.state: dict[str, bytes] = {}
        self.session = 0
        self.tokens: set[str] = set()
        self.fetched: set[str] = set()
        self.origin = ""
        self.ended = threading.Event()

    def launch(self) -> str:
        """The address of a new session."""
        self.session += 1
        self.ended.clear()
        self.state["LMS.LaunchData"] = json.dumps(
            {
                "contextTemplate": {
                    "contextActivities": {"grouping": [{"id": f"{self.activity}/publisher"}]},
                    "extensions": {"https://w3id.org/xapi/cmi5/context/extensions/sessionid": f"s-{self.session}"},
                },
                "launchMode": self.mode, "masteryScore": self.mastery, "moveOn": "Passed",
                "returnURL": f"{self.origin}/back.html",
            }
        ).encode()
        query = {
            "endpoint": f"{self.origin}/xapi/", "fetch": f"{self.origin}/fetch?s={self.session}",
            "actor": json.dumps(ACTOR), "registration": self.registration, "activityId": self.activity,
        }
        return f"{self.origin}/package/index.html?" + "&".join(f"{name}={quote(value)}" for name, value in query.items())

    def said(self, session: int | None = None) -> list[str]:
        """The verbs, of one session where it is named."""
        return [_verb(one) for one in self.statements if session in (None, _session(one))]

    def take(self, statement: dict[str, Any]) -> None:
        """Judges a statement by cmi5 9.3 to 9.6, and keeps it."""
        verb, session = _verb(statement), _session(statement)
        context = statement.get("context", {})
        categories = {one["id"] for one in context.get("contextActivities", {}).get("category", [])}
        before = self.said(session)
        if context.get("registration") != self.registration or statement["actor"] != ACTOR:
            self.breaches.append(f"{verb}: of another registration or actor")
        if "grouping" not in context.get("contextActivities", {}):
            self.breaches.append(f"{verb}: without the context template")
        if "terminated" in before:
            self.breaches.append(f"{verb}: after terminated")
        if (verb in OWN and CMI5 in categories) != (verb in OWN):
            self.breaches.append(f"{verb}: its category is wrong")
        if not before and verb != "initialized":
            self.breaches.append(f"{verb}: before initialized")
        if verb in OWN and verb in before:
            self.breaches.append(f"{verb}: twice in a session")
        if verb in ("passed", "completed") and verb in self.said():
            self.breaches.append(f"{verb}: twice in a registration")
        if verb in ("passed", "failed") and {"passed", "failed"} & set(before):
            self.breaches.append("passed and failed in one session")
        if verb == "failed" and "passed" in self.said():
            self.breaches.append("failed after passed")
        if verb in ("completed", "passed", "failed"):
            if MOVE_ON not in categories:
                self.breaches.append(f"{verb}: without moveon")
            if "duration" not in statement.get("result", {}):
                self.breaches.append(f"{verb}: without duration")
        if verb in ("passed", "failed"):
            score = statement["result"]["score"]["scaled"]
            if (score >= self.mastery) != (verb == "passed"):
                self.breaches.append(f"{verb} with {score}")
            if context.get("extensions", {}).get(MASTERY) != self.mastery:
                self.breaches.append(f"{verb}: without the mastery score")
        if self.mode != "Normal" and verb not in ("initialized", "terminated"):
            self.breaches.append(f"{verb}: in {self.mode}")
        self.statements.append(statement)
        if verb == "terminated":
            self.ended.set()

    @contextmanager
    def open(self) -> Iterator[Cmi5Lms]:
        """Serves package and record store."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.origin = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _verb(statement: dict[str, Any]) -> str:
    return str(statement["verb"]["id"]).rsplit("/", 1)[-1]


def _session(statement: dict[str, Any]) -> int:
    extensions = statement.get("context", {}).get("extensions", {})
    return int(str(extensions.get("https://w3id.org/xapi/cmi5/context/extensions/sessionid", "s-0"))[2:])


def _handler(lms: Cmi5Lms) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(lms.folder))

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            pass

        def do_GET(self) -> None:
            path, query = self._asked()
            if not path.startswith("/xapi/"):
                super().do_GET()
            elif not self._may():
                self._reply(401)
            elif path == "/xapi/activities/state" and query["stateId"] in lms.state:
                self._reply(200, lms.state[query["stateId"]])
            else:
                self._reply(404)

        def do_POST(self) -> None:
            path, query = self._asked()
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if path == "/fetch":
                if query["s"] in lms.fetched:
                    lms.breaches.append("the token was fetched twice")
                lms.fetched.add(query["s"])
                lms.tokens.add(f"token-{query['s']}")
                self._reply(200, json.dumps({"auth-token": f"token-{query['s']}"}).encode())
            elif path == "/xapi/statements" and self._may():
                found = json.loads(body)
                for one in found if isinstance(found, list) else [found]:
                    lms.take(one)
                self._reply(200, b"[]")
            else:
                self._reply(401)

        def do_PUT(self) -> None:
            path, query = self._asked()
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if path == "/xapi/activities/state" and self._may() and query["stateId"] != "LMS.LaunchData":
                lms.state[query["stateId"]] = body
                self._reply(204)
            else:
                self._reply(403)

        def _asked(self) -> tuple[str, dict[str, str]]:
            parts = urlsplit(self.path)
            return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}

        def _may(self) -> bool:
            kind, _, token = (self.headers.get("Authorization") or "").partition(" ")
            is_versioned = self.headers.get("X-Experience-API-Version", "").startswith("1.0")
            if not is_versioned:
                lms.breaches.append("a request without the version of xAPI")
            return kind == "Basic" and token in lms.tokens

        def _reply(self, code: int, body: bytes = b"") -> None:
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
