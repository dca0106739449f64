"""Asking a faulty endpoint with the openai engine; no pause is waited for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pipeline.engines.base import Completion, Request
from pipeline.engines.dialect import ProcessMemory
from pipeline.engines.limits import Retry
from pipeline.engines.openai_compatible import OpenAiEngine
from pipeline.errors import EngineError
from tests.engines.faulty_endpoint import FaultyEndpoint
from tests.engines.questions import a_request

KEY = "sk-test-1234567890abcdef"


class Pauses:
    """Stands in for sleeping, and notes how long it would have been."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def engine_at(endpoint: FaultyEndpoint, pauses: Pauses, **settings: Any) -> OpenAiEngine:
    base: dict[str, Any] = {
        "model": "m-1",
        "api_key": KEY,
        "base_url": endpoint.base_url,
        "timeout_s": 20.0,
        "memory": ProcessMemory(),
        "retry": Retry(settings.pop("rules", None), sleep=pauses, clock=lambda: 1_000_000.0, dice=lambda: 0.0),
    }
    return OpenAiEngine(**{**base, **settings})


def complete(engine: OpenAiEngine, *requests: Request) -> list[Completion]:
    async def asked() -> list[Completion]:
        try:
            return [await engine.complete(request) for request in requests or (a_request(),)]
        finally:
            await engine.aclose()

    return asyncio.run(asked())


def failure(engine: OpenAiEngine) -> EngineError:
    with pytest.raises(EngineError) as caught:
        complete(engine)
    line = caught.value.line
    assert "\n" not in line
    assert KEY not in line
    return caught.value
