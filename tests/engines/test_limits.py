"""Retrying: how often, after what pause, and when not at all."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.engines.limits import Retry, RetryRules
from pipeline.engines.trouble import Trouble

BUSY = Trouble("status", "busy", status=503)


def pauses_of(
    troubles: list[Trouble], *, rules: RetryRules | None = None, dice: float = 0.0
) -> tuple[list[float], bool]:
    """The pauses taken on the way through the troubles, and whether the call succeeded in the end."""
    taken: list[float] = []
    left = list(troubles)

    async def sleep(seconds: float) -> None:
        taken.append(seconds)

    async def call(attempt: int) -> str:
        if left:
            raise left.pop(0)
        return "done"

    retry = Retry(rules, sleep=sleep, clock=lambda: 0.0, dice=lambda: dice)
    try:
        return taken, asyncio.run(retry.run(call)) == "done"
    except Trouble:
        return taken, False


def test_pauses_double_up_to_a_longest_one() -> None:
    rules = RetryRules(attempts=6, first_pause_s=1.0, longest_pause_s=5.0)
    assert pauses_of([BUSY] * 5, rules=rules) == ([1.0, 2.0, 4.0, 5.0, 5.0], True)


def test_jitter_only_ever_lengthens_a_pause_by_a_quarter() -> None:
    asked = Trouble("status", "busy", status=429, headers={"retry-after": "8"})
    assert pauses_of([BUSY, asked], dice=1.0) == ([0.625, 10.0], True)


def test_attempts_are_bounded() -> None:
    assert pauses_of([BUSY] * 9, rules=RetryRules(attempts=3)) == ([0.5, 1.0], False)


def test_silence_is_believed_sooner_than_noise() -> None:
    silent = Trouble("timeout", "no answer")
    assert pauses_of([silent, silent], rules=RetryRules(attempts=9)) == ([0.5], False)
    assert pauses_of([silent, BUSY, BUSY]) == ([0.5, 1.0, 2.0], True)


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble("status", "no", status=400),
        Trouble("status", "no", status=401),
        Trouble("status", "no", status=404),
        Trouble("status", "no", status=501),
        Trouble("status", "quota", status=429, code="insufficient_quota"),
        Trouble("status", "maximum context length", status=500),
        Trouble("status", "busy", status=503, headers={"x-should-retry": "false"}),
        Trouble("status", "slow", status=429, headers={"retry-after": "121"}),
    ],
)
def test_what_waiting_does_not_mend_is_not_waited_for(trouble: Trouble) -> None:
    assert pauses_of([trouble]) == ([], False)


@pytest.mark.parametrize("told", ["soon", "-", ""])
def test_a_pause_that_makes_no_sense_is_our_own(told: str) -> None:
    trouble = Trouble("status", "slow", status=429, headers={"retry-after": told})
    assert pauses_of([trouble]) == ([0.5], True)


def test_where_a_limiter_holds_everybody_only_the_jitter_is_waited_for() -> None:
    asked = Trouble("status", "busy", status=429, headers={"retry-after": "8"}, is_held=True)
    assert pauses_of([asked], dice=1.0) == ([2.0], True)
    assert pauses_of([asked]) == ([0.0], True)


def test_attempts_and_pauses_together_have_an_end() -> None:
    rules = RetryRules(attempts=9, total_s=10.0)
    slow = Trouble("status", "busy", status=503, seconds=4.0)
    assert pauses_of([slow, slow], rules=rules) == ([0.5, 1.0], True)
    assert pauses_of([slow, slow, slow], rules=rules) == ([0.5, 1.0], False)
