"""One worker's calls in flight towards one endpoint: how many it may have, keeps, and should ask for, and when.

Plain bookkeeping without a clock or a database of its own, so that every rule can be tried without waiting. What it
may use is never more than what is written in the database: it is lowered here first and there afterwards, and raised
there first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.store.limits import Grant

# Seconds between two looks at the database: while calls wait for slots that are to be had, …
_SOON_S = 0.06
# … while another worker may let go of some, …
_WATCH_S = 0.25
# … while there are other workers, and alone.
_TOGETHER_S, _ALONE_S = 0.5, 1.0
# Unused for so long, slots go back: to workers that wait for them, and to workers that may come.
_SPARE_S, _IDLE_S = 0.1, 1.0
# A lease counts as run out so long before it does.
_MARGIN_S = 1.0


@dataclass
class SlotShare:
    """The slots of one worker in one pool."""

    capacity: int = 0
    """Calls that may be under way."""
    active: int = 0
    """Calls that are."""
    written: int = 0
    """What the database says the worker has."""
    _target: int = 0
    _live: int = 1
    _others_wait: bool = False
    _fresh_until: float = field(default=float("-inf"))
    _sent: float | None = None
    _last: float = field(default=float("-inf"))
    _used_at: float = 0.0
    _peak: int = 0
    _asked: int = 0

    @property
    def live(self) -> int:
        """Workers that share the pool, as far as is known."""
        return max(self._live, 1)

    def is_free(self, now: float) -> bool:
        """Whether another call may begin: there is a slot, and it is certain that it is still ours."""
        return self.active < self.capacity and now < self._fresh_until

    def begin(self, waiting: int) -> None:
        """A call begins, while others wait."""
        self.active += 1
        self._peak = max(self._peak, self.active + waiting)

    def wish(self, waiting: int) -> None:
        """So many calls wait."""
        self._peak = max(self._peak, self.active + waiting)

    def end(self, now: float) -> None:
        """A call ended; its slot is not used again where the worker has more than its share."""
        self.active -= 1
        self._used_at = now
        if self.capacity > self._target:
            self.capacity = max(self._target, self.active)

    def lose(self) -> None:
        """The worker was taken for dead: it has nothing until the database says otherwise."""
        self.capacity = 0
        self._fresh_until = self._last = float("-inf")

    def due(self, now: float, waiting: int) -> float | None:
        """When to look at the database next; None where there is no reason to."""
        if self._sent is not None:
            return None
        if self.active == 0 and waiting == 0:
            if self.written == 0 and self._asked == 0:
                return None
            pause = _SPARE_S if self._others_wait else _IDLE_S
            return max(self._used_at + pause, self._last + _SOON_S)
        return self._last + self._pause(now, waiting)

    def _pause(self, now: float, waiting: int) -> float:
        # Calls that wait for permits or money while slots are free need no more of them.
        is_short = waiting > 0 and self.active >= self.capacity
        if now >= self._fresh_until or self.capacity < self.written or (is_short and self.written < self._target):
            return _SOON_S
        if self._others_wait and self._peak < self.capacity:
            return _SPARE_S
        if is_short and self._live > 1:
            return _WATCH_S
        return _TOGETHER_S if self._live > 1 else _ALONE_S

    def order(self, now: float, waiting: int) -> tuple[int, int]:
        """What to tell the database: slots kept and wanted. From here on no more than what is kept is used."""
        is_idle = self.active == 0 and waiting == 0
        if self._live > 1 or is_idle:
            in_use = 0 if is_idle else max(self._peak, self.active + waiting)
            self.capacity = max(self.active, min(self.capacity, in_use))
        self._sent, self._asked = now, max(self._peak if not is_idle else 0, self.active + waiting)
        self._peak = self.active + waiting
        # Calls under way are told of even where they are more than the worker has now (it was taken for dead).
        return max(self.capacity, self.active), self._asked

    def got(self, now: float, grant: Grant) -> None:
        """The database's answer."""
        assert self._sent is not None
        # The lease was read after the question was sent, so counted from there it ends too early at most.
        self._fresh_until = self._sent + grant.lease_s - _MARGIN_S
        self._last, self._sent = now, None
        self.written, self._target, self._live = grant.granted, grant.target, grant.live
        self._others_wait = grant.others_wait
        self.capacity = min(grant.granted, max(grant.target, self.active))

    def failed(self, now: float) -> None:
        """The database could not be asked; what it made of the question is not known."""
        self._last, self._sent = now, None
