"""One worker's share of a batch's money: set aside before a call, settled after it.

Plain bookkeeping like slot_share. Every report to the database says what the worker keeps in all, so that one that is
made twice, or by a worker that was taken for dead meanwhile, changes nothing it should not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.domain import Price, Usage, Via
from pipeline.store.money import EPSILON_USD, Account

# Seconds between two reports: while a call waits for money, and else while there is something to report.
_SOON_S, _REPORT_S = 0.03, 0.2
# Where money that others have set aside stands in the way: until the next look whether it was not needed.
_OTHERS_S = 0.25
_BLOCK_S = 0.5
_IDLE_S = 0.25


@dataclass(frozen=True)
class Report:
    """What the database is told and asked."""

    held: float
    keep: float
    spent: float
    in_doubt: float
    least: float
    most: float


@dataclass
class Purse:
    """The money of one batch in one worker."""

    batch: str
    price: Price
    via: Via = Via.SYNC
    is_limited: bool = True
    """Whether there is a budget, or may be one: until the database was asked nobody knows."""
    free: float = 0.0
    """Set aside, and not yet for a call."""
    under_way: float = 0.0
    """Set aside for calls under way."""
    spent: float = 0.0
    in_doubt: float = 0.0
    """Both: since the last report."""
    account: Account | None = None
    """The database's latest answer."""
    _held: float = 0.0
    _report: Report | None = None
    _last: float = field(default=float("-inf"))
    _refused: bool = False
    _used_at: float = 0.0
    _pace: float = 0.0
    _paced_at: float = 0.0

    def cost(self, usage: Usage) -> float:
        """The usage's price."""
        return self.price.of(usage, via=self.via)

    def fits(self, usd: float) -> bool:
        """Whether a call that may cost so much can begin."""
        return not self.is_limited or self.free + EPSILON_USD >= usd

    def take(self, now: float, usd: float) -> None:
        """A call begins."""
        self.under_way += usd
        self.free = max(0.0, self.free - usd)
        self._used_at = now
        # What is spent a second, forgotten within seconds.
        self._pace = self._pace * max(0.0, 1 - (now - self._paced_at)) + usd if self._paced_at else usd
        self._paced_at = now

    def settle(self, usd: float, actual: float) -> None:
        """A call cost `actual` of what was set aside for it; the rest is for the next."""
        self.spent += actual
        self._release(usd, max(0.0, usd - actual))

    def doubt(self, usd: float) -> None:
        """Nobody knows whether a call was paid for."""
        self.in_doubt += usd
        self._release(usd, 0.0)

    def refund(self, usd: float) -> None:
        """A call was not made."""
        self._release(usd, usd)

    def is_beyond(self, usd: float) -> bool:
        """Whether a call of that price could pass the budget even if all that is under way came for nothing."""
        left = self.account.left_usd if self.account else None
        return left is not None and usd > left + EPSILON_USD

    def due(self, need: float) -> float | None:
        """When to report next, `need` being the price of the first call that waits, or 0; None for no reason."""
        if self._report is not None:
            return None
        is_short = need > 0 and not self.fits(need)
        if is_short:
            return self._last + (_OTHERS_S if self._refused and not self._is_dirty else _SOON_S)
        if need > 0 and self.is_limited and not self._refused and self.free < self._block / 2:
            return self._last + _SOON_S * 2
        if self._is_dirty:
            return self._last + _REPORT_S
        if need == 0 and self._held > (self.under_way if self.is_limited else 0.0) + EPSILON_USD:
            return max(self._used_at + _IDLE_S, self._last + _REPORT_S)
        return None

    def order(self, now: float, need: float, waiting: int) -> Report:
        """The next report; from here on only what it keeps is used."""
        least = most = 0.0
        if self.is_limited and need > 0 and (not self.fits(need) or self.free < self._block / 2):
            if self._refused and not self.fits(need):
                # Two workers that each hold a part of what a call needs would wait for each other for ever.
                self.free = 0.0
            least = max(need - self.free, EPSILON_USD) if not self.fits(need) else need
            most = max(least, min(waiting * need, self._block) - self.free)
        elif need == 0 and now >= self._used_at + _IDLE_S:
            self.free = 0.0
        elif self.free > 2 * self._block:
            self.free = self._block
        # Without a budget nothing is set aside; a batch that is given one later finds its calls under way counted.
        keep = self.free + self.under_way if self.is_limited else 0.0
        self._report = Report(self._held, keep, self.spent, self.in_doubt, least, most)
        self.spent = self.in_doubt = 0.0
        return self._report

    def got(self, now: float, account: Account) -> None:
        """The database's answer."""
        assert self._report is not None
        report, self._report = self._report, None
        self.account, self._last = account, now
        self.is_limited = account.budget_usd is not None
        self._refused = self.is_limited and report.least > 0 and account.granted == 0
        self.free += account.granted
        self._held = report.keep + account.granted
        if not self.is_limited:
            self.free = 0.0

    def failed(self, now: float) -> None:
        """The database could not be asked; what was to be reported is reported the next time."""
        assert self._report is not None
        report, self._report = self._report, None
        self.spent += report.spent
        self.in_doubt += report.in_doubt
        self._last = now

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way and nothing left to be reported."""
        return self._report is None and not self.has_news and self.under_way == 0

    @property
    def has_news(self) -> bool:
        """Whether the database does not know yet how the money stands."""
        kept = self.free + self.under_way if self.is_limited else 0.0
        return self._is_dirty or abs(self._held - kept) > EPSILON_USD or self.free > 0

    @property
    def _is_dirty(self) -> bool:
        return self.spent > 0 or self.in_doubt > 0

    @property
    def _block(self) -> float:
        return self._pace * _BLOCK_S

    def _release(self, usd: float, free: float) -> None:
        self.under_way = max(0.0, self.under_way - usd)
        if self.is_limited:
            self.free += free
