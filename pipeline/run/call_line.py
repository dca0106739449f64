"""The calls of one process that wait for one endpoint and model, and the trips to the database on their behalf.

`Turnstile.step` is the whole of it: it lets begin what can, sends the trips that are due, and sets one timer for
what is due later. It runs after everything that may change the answer: a call comes, ends or is withdrawn, a trip
returns, the timer goes off.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from pipeline.domain import Price, Via
from pipeline.errors import BudgetError, StoreError
from pipeline.run.permits import Expectation, Permits
from pipeline.run.purse import Purse
from pipeline.run.slot_share import SlotShare
from pipeline.store.limits import Booking, Grant, balance, book, give_back, hold
from pipeline.store.money import Account, account
from pipeline.store.writer import Work, Writer

_log = logging.getLogger(__name__)
# An endpoint that asks for more is tried again after this.
_LONGEST_HOLD_S = 120.0
# After a hold the calls begin one after the other within about this time, each process after a pause of its own.
_RAMP_S, _JITTER_S = 1.0, 0.25
# A database that stays away for longer fails the calls that wait for it.
_PATIENCE_S = 30.0
_FAR_S = 3600.0


class Waiting(Protocol):
    """A call as the line sees it."""

    number: int
    started: bool
    future: asyncio.Future[None] | None
    tokens: float
    usd: float


@dataclass
class CallLine:
    """The calls of one batch, in order, and the batch's money."""

    batch: str
    purse: Purse | None
    calls: deque[Waiting] = field(default_factory=deque)

    @property
    def need(self) -> float:
        """What the first call may cost, 0 where none waits."""
        return self.calls[0].usd if self.calls else 0.0


class Turnstile:
    """One endpoint and model as one process sees it."""

    def __init__(
        self,
        writer: Writer,
        *,
        pool: str,
        worker: str,
        clock: Callable[[], float],
        dice: Callable[[], float],
    ) -> None:
        self.slots, self.permits, self.expectation = SlotShare(), Permits(), Expectation()
        self._writer, self._pool, self._worker = writer, pool, worker
        self._clock, self._dice = clock, dice
        self._lines: dict[str, CallLine] = {}
        # Lines with calls, or with something to report.
        self._busy: dict[str, CallLine] = {}
        self._waiting = self._number = 0
        self._head: Waiting | None = None
        self._not_before = self._held_until = self._ramp_until = 0.0
        self._told_until = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._trips: set[asyncio.Future[Any]] = set()
        self._failing_since: float | None = None
        self._is_closed = False

    def line(self, batch: str, price: Price | None, via: Via) -> CallLine:
        """The line of a batch's calls."""
        line = self._lines.get(batch)
        if line is None:
            line = self._lines[batch] = CallLine(batch, None if price is None else Purse(batch, price, via))
        return line

    def enter(self, line: CallLine, call: Waiting) -> None:
        """The call waits, or has begun when this returns."""
        if self._is_closed:
            raise RuntimeError("the limits are closed")
        self._number += 1
        call.number = self._number
        line.calls.append(call)
        self._busy[line.batch] = line
        self._waiting += 1
        self.step()

    def withdraw(self, line: CallLine, call: Waiting) -> None:
        """The call is not wanted any more, whether it still waits or has just got leave."""
        if call.started:
            call.started = False
            self.permits.put_back(1, call.tokens)
            if line.purse is not None:
                line.purse.refund(call.usd)
            self.leave(line)
        elif call in line.calls:
            line.calls.remove(call)
            self._waiting -= 1
            self.step()

    def leave(self, line: CallLine) -> None:
        """A call ended."""
        self.slots.end(self._clock())
        self._busy[line.batch] = line
        self.step()

    def hold(self, seconds: float) -> None:
        """The endpoint asks to be left alone: this process at once, the others when they next look."""
        now = self._clock()
        seconds = min(seconds, _LONGEST_HOLD_S)
        self._hold_until(now, now + seconds)
        # Calls that were turned down together say the same.
        if now + seconds > self._told_until + _JITTER_S:
            self._told_until = now + seconds
            self._send(partial(hold, pool=self._pool, seconds=seconds), lambda _: None, lambda _: None)

    def step(self) -> None:
        """Lets begin what can, and sends for what is missing."""
        if self._is_closed:
            return
        now = self._clock()
        self._begin(now)
        self.slots.wish(self._waiting)
        self._set_timer(now, min(self._look(now), self._buy(now), self._report(now)))

    async def close(self) -> None:
        """Gives everything back; calls that wait are cancelled."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        for line in self._lines.values():
            for call in line.calls:
                if call.future is not None:
                    call.future.cancel()
            line.calls.clear()
        self._waiting = 0
        while self._trips:
            await asyncio.wait(self._trips)
        now = self._clock()
        requests, tokens = self.permits.surrender()
        works: list[tuple[Work[Any], int, str]] = []
        if requests or tokens:
            works.append((partial(give_back, pool=self._pool, requests=requests, tokens=tokens), 3, self._pool))
        if self.slots.written:
            kept, _ = self.slots.order(now, 0)
            works.append((partial(balance, pool=self._pool, worker=self._worker, held=kept, wanted=0), 3, self._pool))
        for line in self._lines.values():
            if line.purse is not None and line.purse.has_news:
                works.append((self._accounting(line.purse, line.purse.order(now + _FAR_S, 0.0, 0)), 2, line.batch))
        for work, rank, key in works:
            try:
                await asyncio.wrap_future(self._writer.submit(work, rank=rank, key=key))
            except (StoreError, RuntimeError) as error:
                _log.warning("limits could not be given back: %s", error)

    # What begins

    def _begin(self, now: float) -> None:
        short: set[str] = set()
        while self._waiting:
            line = min(
                (one for one in self._busy.values() if one.calls and one.batch not in short),
                key=lambda one: one.calls[0].number, default=None,
            )
            self._head = None if line is None else line.calls[0]
            if line is None or self._head is None:
                return
            call = self._head
            if line.purse is not None and not line.purse.fits(call.usd):
                short.add(line.batch)
                continue
            if now < self._not_before or not self.slots.is_free(now) or not self.permits.fits(now, call.tokens):
                return
            line.calls.popleft()
            self._waiting -= 1
            self.slots.begin(self._waiting)
            self.permits.take(now, call.tokens)
            if line.purse is not None:
                line.purse.take(now, call.usd)
            if now < self._ramp_until:
                pause = _RAMP_S / max(self.slots.capacity, 1)
                self._not_before = now + pause * (0.5 + self._dice())
            call.started = True
            if call.future is not None and not call.future.done():
                call.future.set_result(None)
        self._head = None

    def _hold_until(self, now: float, until: float) -> None:
        if until > self._held_until:
            self._held_until = until
            self._not_before = until + _JITTER_S * self._dice()
            self._ramp_until = self._not_before + _RAMP_S

    # Trips: each of these sends what is due now, and returns when it is due again

    def _look(self, now: float) -> float:
        due = self.slots.due(now, self._waiting)
        if due is None or due > now:
            return due or now + _FAR_S
        held, wanted = self.slots.order(now, self._waiting)
        work = partial(
            balance, pool=self._pool, worker=self._worker, held=held, wanted=wanted,
            input_ratio=self.expectation.greatest_ratio,
        )

        def granted(grant: Grant) -> None:
            at = self._clock()
            self.slots.got(at, grant)
            self.permits.set_rates(grant.rates)
            self.expectation.greatest_ratio = max(self.expectation.greatest_ratio, grant.input_ratio)
            if grant.hold_s and at + grant.hold_s > self._held_until + _JITTER_S:
                self._told_until = at + grant.hold_s
                self._hold_until(at, at + grant.hold_s)

        self._send(work, granted, self.slots.failed)
        return now + _FAR_S

    def _buy(self, now: float) -> float:
        permits, live = self.permits, self.slots.live
        if not permits.is_limited:
            return now + _FAR_S
        permits.ripen(now)
        is_held = now < self._not_before
        # Who has a call under way soon wants the next one; during a hold permits would go stale.
        waiting = 0 if is_held or self._head is None else self._waiting + self.slots.active
        head = 0.0 if self._head is None else self._head.tokens
        due = permits.due(waiting, head, live)
        later = min(permits.next_good() or now + _FAR_S, self._not_before if is_held else now + _FAR_S)
        if due is None or due > now:
            return min(due or now + _FAR_S, later)
        if waiting == 0:
            requests, tokens = permits.surrender()
            self._send(
                partial(give_back, pool=self._pool, requests=requests, tokens=tokens),
                lambda _: None, lambda _: permits.put_back(requests, tokens),
            )
            return later
        order = permits.order(waiting, head, live)
        if order is not None:
            work = partial(
                book, pool=self._pool, requests=order.requests, tokens=order.tokens,
                requests_seen=order.requests_seen, tokens_seen=order.tokens_seen,
            )

            def booked(booking: Booking) -> None:
                permits.got(self._clock(), now, booking)

            self._send(work, booked, permits.failed)
        return later

    def _report(self, now: float) -> float:
        earliest = now + _FAR_S
        if now < self._not_before:
            earliest = self._not_before
        for line in list(self._busy.values()):
            purse = line.purse
            due = None if purse is None else purse.due(line.need)
            if purse is None or due is None:
                if not line.calls and (purse is None or purse.is_settled):
                    if purse is not None:
                        purse.is_limited = True  # while it rests it may be given a budget
                    del self._busy[line.batch]
            elif due > now:
                earliest = min(earliest, due)
            else:
                report = purse.order(now, line.need, len(line.calls) + self.slots.active)
                told = partial(self._accounted, line)
                self._send(self._accounting(purse, report), told, purse.failed, rank=2, key=line.batch)
        return earliest

    def _accounting(self, purse: Purse, report: Any) -> Work[Account]:
        return partial(
            account, batch=purse.batch, worker=self._worker, held=report.held, keep=report.keep, spent=report.spent,
            in_doubt=report.in_doubt, least=report.least, most=report.most,
        )

    def _accounted(self, line: CallLine, told: Account) -> None:
        purse = line.purse
        assert purse is not None
        purse.got(self._clock(), told)
        if purse.is_limited and any(purse.is_beyond(call.usd) for call in line.calls):
            beyond = [call for call in line.calls if purse.is_beyond(call.usd) and not purse.fits(call.usd)]
            self._fail(line, beyond, lambda: _too_dear(line.batch, told))

    # Errands

    def _send(
        self,
        work: Work[Any],
        landed: Callable[[Any], None],
        failed: Callable[[float], None],
        *,
        rank: int = 3,
        key: str | None = None,
    ) -> None:
        self._loop = self._loop or asyncio.get_running_loop()
        trip = asyncio.wrap_future(self._writer.submit(work, rank=rank, key=key or self._pool), loop=self._loop)
        self._trips.add(trip)
        trip.add_done_callback(partial(self._landed, landed, failed))

    def _landed(
        self, landed: Callable[[Any], None], failed: Callable[[float], None], trip: asyncio.Future[Any]
    ) -> None:
        self._trips.discard(trip)
        error = trip.exception()
        if error is None:
            self._failing_since = None
            landed(trip.result())
        else:
            now = self._clock()
            failed(now)
            if self._failing_since is None:
                self._failing_since = now
                _log.warning("the limits' database does not answer: %s", error)
            if not isinstance(error, StoreError) or now - self._failing_since > _PATIENCE_S:
                for line in self._lines.values():
                    self._fail(line, list(line.calls), lambda: error)
        # A writer that was closed first has nobody left to tell.
        with contextlib.suppress(RuntimeError):
            self.step()

    def _fail(self, line: CallLine, calls: list[Waiting], error: Callable[[], BaseException]) -> None:
        for call in calls:
            line.calls.remove(call)
            self._waiting -= 1
            if call.future is not None and not call.future.done():
                call.future.set_exception(error())

    def _set_timer(self, now: float, at: float) -> None:
        if self._timer is not None:
            # One that goes off too early does no harm; setting a new one for every call would cost more.
            if self._timer_at <= at and self._timer_at > now:
                return
            self._timer.cancel()
        self._loop = self._loop or asyncio.get_running_loop()
        self._timer_at = at
        self._timer = self._loop.call_later(max(at - now, 0.001), self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self.step()


def _too_dear(batch: str, told: Account) -> BudgetError:
    return BudgetError(
        f"batch {batch}",
        why=f"the budget of {told.budget_usd:.2f} USD would be passed ({told.spent_usd:.2f} spent, "
        f"{told.in_doubt_usd + told.set_aside_usd:.2f} set aside)",
        mend=f"raise it: sme2module batch resume {batch} --budget USD",
    )
