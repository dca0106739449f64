"""Telemetry: what a worker tells reaches a collector over OTLP, and nothing is needed where nobody listens."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pipeline.errors import ConfigError
from pipeline.run.events import NoTelemetry
from pipeline.run.telemetry import telemetry_to

Received = list[tuple[str, bytes]]


@pytest.fixture
def collector() -> Iterator[tuple[str, Received]]:
    """A collector's address and what it got."""
    got: Received = []

    class Collects(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Collects)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    thread.join()
    server.server_close()


def test_spans_and_metrics_reach_the_collector(collector: tuple[str, Received]) -> None:
    address, got = collector
    telemetry = telemetry_to(address, worker="w-1")
    with telemetry.span("document", path="a.md"), telemetry.span("ingest"):
        telemetry.count("sme2module.documents", 1, outcome="done")
        telemetry.record("sme2module.seconds", 0.25, stage="ingest")
    telemetry.close()
    told = dict(got)
    assert {"/v1/traces", "/v1/metrics"} == set(told)
    assert all(word in told["/v1/traces"] for word in (b"document", b"ingest", b"a.md", b"sme2module", b"w-1"))
    assert all(word in told["/v1/metrics"] for word in (b"sme2module.documents", b"sme2module.seconds", b"done"))


def test_without_an_address_nothing_is_sent_and_nothing_is_needed() -> None:
    assert isinstance(telemetry_to(None, worker="w-1"), NoTelemetry)


def test_a_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, package=None: None)
    with pytest.raises(ConfigError, match=r"pip install 'sme2module\[telemetry\]'"):
        telemetry_to("http://127.0.0.1:4318", worker="w-1")
