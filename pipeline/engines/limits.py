"""How often and after what pause a failed call is made again: bounded, with jitter, as the server asks.

Sleep, clock and dice are given, so that tests wait for nothing.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TypeVar

from pipeline.engines.trouble import Trouble

T = TypeVar("T")


@dataclass(frozen=True)
class RetryRules:
    """How patient we are."""

    attempts: int = 4
    """Calls made at most, the first included."""
    timeouts: int = 2
    """Calls that may time out: after a long silence the next one is not likely to be better."""
    first_pause_s: float = 0.5
    longest_pause_s: float = 20.0
    longest_asked_s: float = 120.0
    """A server that asks for a longer pause is not waited for."""
    total_s: float = 600.0
    """Attempts and pauses together, after which no further attempt is begun. Waiting for limits is not counted: a long
    queue is no failure.
    """


class Retry:
    """Makes a call until it succeeds or waiting no longer helps."""

    def __init__(
        self,
        rules: RetryRules | None = None,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self.rules = rules or RetryRules()
        self._sleep, self._clock, self._dice = sleep, clock, dice

    async def run(self, call: Callable[[int], Awaitable[T]]) -> T:
        """What the call, which is told its number from 1 on, returns; raises the last Trouble."""
        timeouts, spent_s = 0, 0.0
        for attempt in range(1, self.rules.attempts + 1):
            try:
                return await call(attempt)
            except Trouble as trouble:
                timeouts += trouble.kind == "timeout"
                pause = self._pause(trouble, attempt)
                if pause is None or attempt == self.rules.attempts or timeouts >= self.rules.timeouts:
                    raise
                spent_s += trouble.seconds + pause
                if spent_s >= self.rules.total_s:
                    raise
                await self._sleep(pause)
        raise AssertionError("attempts must be at least 1")

    def wanted_pause_s(self, trouble: Trouble, attempt: int) -> float:
        """Seconds to leave the endpoint alone after its refusal: as it asks, else growing with the attempts."""
        asked = self.asked_pause_s(trouble.headers)
        if asked is not None:
            return asked
        grown: float = self.rules.first_pause_s * 2 ** (attempt - 1)
        return min(grown, self.rules.longest_pause_s)

    def asked_pause_s(self, headers: Mapping[str, str]) -> float | None:
        """Seconds of `retry-after-ms`, else of `Retry-After`, number or date (RFC 9110 §10.2.3)."""
        for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
            told = headers.get(name, "").strip()
            try:
                return max(0.0, float(told) * unit)
            except ValueError:
                continue
        try:
            return max(0.0, parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - self._clock())
        except ValueError:
            return None

    def _pause(self, trouble: Trouble, attempt: int) -> float | None:
        """Seconds to wait before the next call; None where there should be none."""
        if not trouble.may_pass or trouble.headers.get("x-should-retry") == "false":
            return None
        asked = self.asked_pause_s(trouble.headers)
        if asked is not None and asked > self.rules.longest_asked_s:
            return None
        wanted = self.wanted_pause_s(trouble, attempt)
        # Up to a quarter more, never less than was asked for: callers that failed together come back apart.
        # Where a limiter holds everybody back for as long as was asked, only that quarter is ours to wait.
        return wanted * ((0.0 if trouble.is_held else 1.0) + 0.25 * self._dice())
