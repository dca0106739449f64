"""One worker's permits of one endpoint, for requests and tokens a minute, and what a call is expected to use.

Plain bookkeeping like slot_share. Permits are bought in blocks of half a second's worth and become good at the moment
the database says, so the pace is kept to without asking for every call.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.domain import Rates, Usage
from pipeline.engines.base import CallSize
from pipeline.store.limits import USED_SHARE, Booking, per_second

_BLOCK_S = 0.5
_IDLE_S = 0.5
# Weight of the latest call in what is expected of the next one.
_WEIGHT = 0.1
# Before any reply was seen: this share of the most it may come to.
_FIRST_SHARE = 0.25
# Tasks have their own limits of output, and there are few tasks.
_MOST_LIMITS = 64


class Expectation:
    """How many tokens calls come to, learnt from those that ended."""

    def __init__(self) -> None:
        self.greatest_ratio = 1.0
        """The most that the endpoint's count of input exceeded ours by: what money is set aside for."""
        self._ratio: float | None = None
        self._outputs: dict[int, float] = {}

    def tokens(self, size: CallSize) -> float:
        """What the call is likely to come to, input and output."""
        output = self._outputs.get(size.output_tokens)
        if output is None:
            output = size.output_tokens * _FIRST_SHARE
        return size.input_tokens * (self._ratio or 1.0) + output

    def most(self, size: CallSize) -> Usage:
        """The most it can come to."""
        most_input = math.ceil(size.input_tokens * self.greatest_ratio)
        return Usage(calls=1, input_tokens=most_input, output_tokens=size.output_tokens)

    def learn(self, size: CallSize, usage: Usage) -> None:
        """What a call did come to."""
        if size.input_tokens and usage.input_tokens:
            ratio = usage.input_tokens / size.input_tokens
            self.greatest_ratio = max(self.greatest_ratio, ratio)
            self._ratio = ratio if self._ratio is None else self._ratio + _WEIGHT * (ratio - self._ratio)
        if size.output_tokens in self._outputs:
            known = self._outputs[size.output_tokens]
            self._outputs[size.output_tokens] = known + _WEIGHT * (usage.output_tokens - known)
        elif len(self._outputs) < _MOST_LIMITS:
            self._outputs[size.output_tokens] = float(usage.output_tokens)


@dataclass(frozen=True)
class Order:
    """What to buy."""

    requests: int
    tokens: float
    requests_seen: int | None
    tokens_seen: int | None


@dataclass
class Permits:
    """The permits of one worker in one pool."""

    requests: float = 0
    tokens: float = 0.0
    """Below zero where calls used more than was bought for them."""
    _requests_per_s: float | None = None
    _tokens_per_s: float | None = None
    _ripening: deque[tuple[float, int, float]] = field(default_factory=deque)
    _order: Order | None = None
    _again_at: float = 0.0
    _used_at: float = 0.0
    _requests_seen: int | None = None
    _tokens_seen: int | None = None

    @property
    def is_limited(self) -> bool:
        """Whether there is any such limit."""
        return self._requests_per_s is not None or self._tokens_per_s is not None

    def set_rates(self, rates: Rates) -> None:
        """The limits as they are now; what was bought under others is kept where there is still such a limit."""
        self._requests_per_s = per_second(rates.requests_per_minute)
        self._tokens_per_s = per_second(rates.tokens_per_minute)
        if self._requests_per_s is None:
            self.requests = 0
        if self._tokens_per_s is None:
            self.tokens = 0.0

    def weighed(self, tokens: float) -> float:
        """What so many tokens in one call are counted as: more than they are where a call is a good part of a minute's
        limit, since the minute that begins with it has the whole of it on top of what is refilled.
        """
        if self._tokens_per_s is None:
            return tokens
        limit = self._tokens_per_s * 60 / USED_SHARE
        return tokens * max(1.0, USED_SHARE * limit / max(limit - tokens, limit / 4))

    def fits(self, now: float, tokens: float) -> bool:
        """Whether a call of that size may be sent now."""
        if not self.is_limited:
            return True
        self.ripen(now)
        return (self._requests_per_s is None or self.requests >= 1) and (
            self._tokens_per_s is None or self.tokens >= tokens
        )

    def ripen(self, now: float) -> None:
        """Makes usable what has become good."""
        while self._ripening and self._ripening[0][0] <= now:
            _, requests, tokens = self._ripening.popleft()
            self.requests += requests
            self.tokens += tokens

    def take(self, now: float, tokens: float) -> None:
        """A call is sent."""
        if self._requests_per_s is not None:
            self.requests -= 1
        if self._tokens_per_s is not None:
            self.tokens -= tokens
        self._used_at = now

    def put_back(self, requests: int, tokens: float) -> None:
        """What a call turned out not to need; negative tokens are what it needed beyond."""
        if self._requests_per_s is not None:
            self.requests += requests
        if self._tokens_per_s is not None:
            self.tokens += tokens

    def see(self, headers: Mapping[str, str]) -> None:
        """What the endpoint says is left. 0 and less is nonsense some send: whoever has nothing left answers 429."""
        if self._requests_per_s is not None:
            self._requests_seen = _positive(headers.get("x-ratelimit-remaining-requests"))
        if self._tokens_per_s is not None:
            self._tokens_seen = _positive(headers.get("x-ratelimit-remaining-tokens"))

    def next_good(self) -> float | None:
        """When permits become good that were bought."""
        return self._ripening[0][0] if self._ripening else None

    def due(self, waiting: int, head: float, live: int) -> float | None:
        """When to ask the database next; None where there is no reason to."""
        if self._order is not None or not self.is_limited:
            return None
        if waiting:
            return self._again_at if self._shortage(waiting, head, live) else None
        has_any = self.requests > 0 or abs(self.tokens) >= 1 or self._ripening
        return self._used_at + _IDLE_S if has_any else None

    def order(self, waiting: int, head: float, live: int) -> Order | None:
        """What to buy for the calls that wait, the first of which needs `head` tokens; None for nothing."""
        shortage = self._shortage(waiting, head, live)
        if shortage is None:
            return None
        self._order = Order(*shortage, self._requests_seen, self._tokens_seen)
        self._requests_seen = self._tokens_seen = None
        return self._order

    def got(self, now: float, sent: float, booking: Booking) -> None:
        """The database's answer to the order."""
        assert self._order is not None
        order, self._order = self._order, None
        if booking.is_granted:
            # Counted from its arrival, so that no permit is used before it is good.
            self._ripening.append((now + booking.ready_s if booking.ready_s else sent, order.requests, order.tokens))
        else:
            self._again_at = now + booking.again_s

    def failed(self, now: float) -> None:
        """The database could not be asked."""
        self._order, self._again_at = None, now + _BLOCK_S

    def surrender(self) -> tuple[int, float]:
        """Everything, to be given back."""
        requests = int(self.requests) + sum(one[1] for one in self._ripening)
        tokens = self.tokens + sum(one[2] for one in self._ripening)
        self.requests, self.tokens = 0, 0.0
        self._ripening.clear()
        return requests, tokens

    def _shortage(self, waiting: int, head: float, live: int) -> tuple[int, float] | None:
        """Requests and tokens to buy; None while there is half a block or all that is waited for."""
        requests, tokens = 0, 0.0
        coming_requests = self.requests + sum(one[1] for one in self._ripening)
        coming_tokens = self.tokens + sum(one[2] for one in self._ripening)
        if self._requests_per_s is not None:
            wanted = min(waiting, max(1, math.ceil(self._requests_per_s * _BLOCK_S / live)))
            if coming_requests < max(1.0, wanted / 2):
                requests = math.ceil(wanted - coming_requests)
        if self._tokens_per_s is not None:
            # The others in the line are taken to be like the first.
            enough = max(head, min(waiting * head, self._tokens_per_s * _BLOCK_S / live))
            if coming_tokens < max(head, enough / 2):
                tokens = enough - coming_tokens
        return (requests, tokens) if requests > 0 or tokens > 0 else None


def _positive(text: str | None) -> int | None:
    try:
        value = int(float(text)) if text else 0
    except (ValueError, OverflowError):
        return None
    return value if value > 0 else None
