"""What an SME is sent: a look at a fact sheet, in process and over HTTP from a running server, and a Word file."""

from __future__ import annotations

import time
import urllib.request
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.testclient import TestClient

from benchmarks.review_module import Subject
from pipeline.config import Settings
from pipeline.ui.fact_sheet.routes import fact_sheet_routes
from pipeline.wiring import build_services

# A link may be looked at 120 times a minute.
LOOKS = 50
WORD_ELEMENTS, WORD_FILES = 30, 5


@dataclass(frozen=True)
class Sheet:
    """A link that was sent, and what its page took in this process."""

    path: str
    in_process_ms: list[float]
    chars: int


def sent(reviewed: Subject) -> Sheet:
    """Asks an SME about what is suggested, and opens the page again and again."""
    with build_services(Settings(workspace=reviewed.workspace)) as services:
        path = services.facts.link(services.facts.ask(reviewed.module, to="Sam", by="Ann"))
        with TestClient(Starlette(routes=list(fact_sheet_routes(lambda: services.sheets)))) as client:
            chars, waits = 0, []
            for _ in range(LOOKS):
                began = time.perf_counter()
                answer = client.get(path)
                waits.append((time.perf_counter() - began) * 1000)
                answer.raise_for_status()
                chars = len(answer.text)
    return Sheet(path, waits, chars)


def word_files_ms(reviewed: Subject) -> list[float]:
    """Milliseconds that Word files of 30 elements take, each of other elements."""
    waits = []
    with build_services(Settings(workspace=reviewed.workspace)) as services:
        for number in range(WORD_FILES):
            elements = reviewed.ids[number * WORD_ELEMENTS : (number + 1) * WORD_ELEMENTS]
            began = time.perf_counter()
            file = services.word.export(reviewed.module, to="Sam", elements=elements, by="Ann")
            waits.append((time.perf_counter() - began) * 1000)
            assert len(file.content) > 10_000
    return waits


def over_http(address: str, sheet: Sheet) -> list[float]:
    """Milliseconds a look from the server at the address, each over a connection of its own."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    waits = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        with opener.open(address + sheet.path, timeout=30) as answer:
            assert answer.read()
        waits.append((time.perf_counter() - began) * 1000)
    return waits
