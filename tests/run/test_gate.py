"""An engine behind a gate: open, and closed."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.engines.base import Request
from pipeline.run.gate import Gate, GatedEngine, StoppedError
from tests.drafting import TaskEngine
from tests.run.backlogs import Blocked


def a_request() -> Request:
    return Request(task="brief", inputs=None, messages=(), schema={}, max_output_tokens=10, variant=0)  # type: ignore[arg-type]


def test_a_closed_gate_lets_no_call_through_and_says_why() -> None:
    engine, gate = TaskEngine(), Gate()
    gated = GatedEngine(engine, gate)
    asyncio.run(gated.complete(a_request()))
    gate.close("it was paused")
    with pytest.raises(StoppedError, match="it was paused"):
        asyncio.run(gated.complete(a_request()))
    assert engine.asked == ["brief"]


def test_a_call_that_is_under_way_comes_in() -> None:
    async def body() -> None:
        engine, gate = Blocked(), Gate()
        call = asyncio.create_task(GatedEngine(engine, gate).complete(a_request()))
        await asyncio.sleep(0.01)
        gate.close("stop")
        engine.let_go.set()
        assert (await call).text

    asyncio.run(body())


def test_what_it_says_of_itself_is_what_the_engine_behind_says() -> None:
    engine = TaskEngine()
    gated = GatedEngine(engine, Gate())
    assert (gated.name, gated.model, gated.reads_inputs) == (engine.name, engine.model, engine.reads_inputs)
    assert asyncio.run(gated.describe()) == "ready"
