"""Waiting for another thread or process to get somewhere: never longer than it takes, and never for ever."""

from __future__ import annotations

import time
from collections.abc import Callable

_LIMIT_S = 90.0
_LOOK_S = 0.02


def until(is_so: Callable[[], object], *, what: str = "it") -> None:
    """Returns as soon as it is so; fails after a time that no machine needs."""
    deadline = time.monotonic() + _LIMIT_S
    while not is_so():
        assert time.monotonic() < deadline, f"{what} never came to be"
        time.sleep(_LOOK_S)
