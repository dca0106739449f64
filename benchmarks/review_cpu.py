"""Processor time that one decision takes of the review server, told apart; no browser, so that it runs in a minute.

Processor time hardly depends on who else works on the machine, where what a browser waits for does (`review`).
"""

from __future__ import annotations

import functools
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.review_module import subject
from benchmarks.review_server import FLOOR, Server, ours, script
from benchmarks.review_wire import Wire

_WARM, _DECISIONS, _FLOOR_DECISIONS = 3, 20, 10
# The guard lets nobody approve what has not been on the screen for 0.6 s.
_LOOK_S = 0.65
# What the review screen draws at a decision: Streamlit's buttons, texts (bars of our own buttons counted as such), and
# blocks that hold others.
_SHAPE = {"buttons": "1", "texts": "16", "blocks": "10"}


@dataclass(frozen=True)
class _Used:
    """Milliseconds of processor time, messages and bytes a decision."""

    all_ms: float
    serving_ms: float
    """Of it the thread that talks to browsers."""
    helping_ms: float
    """Of it other processes, which draw pages."""
    messages: float
    kilobytes: float


def run() -> None:
    """Prints a table: what, how much."""
    with tempfile.TemporaryDirectory() as folder:
        reviewed = subject(Path(folder))
        with ours(reviewed.workspace) as server, Wire.at(
            server.address, "review", module=reviewed.module, element=reviewed.ids[0]
        ) as wire:
            wire.type("Your name", "Ann")
            screen = _measured(server, wire, lambda: _approves(wire), times=_DECISIONS)
        floors = []
        for shape in (_SHAPE, {"buttons": "1", "texts": "0", "blocks": "0"}):
            with script(FLOOR, Path(folder)) as server, Wire.at(server.address, "", **shape) as wire:
                floors.append(_measured(server, wire, functools.partial(wire.press, "Approve"), times=_FLOOR_DECISIONS))
    rows = [
        ("server's processor time a decision", f"{screen.all_ms:.0f} ms"),
        ("  of it the thread that talks to browsers", f"{screen.serving_ms:.0f} ms"),
        ("  of it child processes (pages drawn ahead)", f"{screen.helping_ms:.0f} ms"),
        ("messages, kilobytes a decision", f"{screen.messages:.0f}, {screen.kilobytes:.0f} kB"),
        ("an empty fragment of the same shape (Streamlit alone)", f"{floors[0].all_ms:.0f} ms"),
        ("an empty fragment of one button (Streamlit alone)", f"{floors[1].all_ms:.0f} ms"),
    ]
    width = max(len(name) for name, _ in rows)
    for name, figure in rows:
        print(f"{name.ljust(width)}  {figure}")


def _measured(server: Server, wire: Wire, decide: Callable[[], None], *, times: int) -> _Used:
    for _ in range(_WARM):
        time.sleep(_LOOK_S)
        decide()
    before, serving, own = server.cpu_ms(), server.serving_ms(), server.own_ms()
    messages, received = wire.messages, wire.received
    for _ in range(times):
        time.sleep(_LOOK_S)
        decide()
    everything, own_ms = server.cpu_ms() - before, server.own_ms() - own
    return _Used(
        all_ms=everything / times, serving_ms=(server.serving_ms() - serving) / times,
        helping_ms=(everything - own_ms) / times, messages=(wire.messages - messages) / times,
        kilobytes=(wire.received - received) / 1000 / times,
    )


def _approves(wire: Wire) -> None:
    before = wire.shown
    wire.press("Approve")
    if wire.shown == before:
        raise SystemExit(f"error: {before} was not approved")
