"""One worker's share of a batch's money, without a database."""

from __future__ import annotations

from pipeline.domain import Price
from pipeline.run.purse import Purse
from pipeline.store.money import Account

PRICE = Price(input_usd=1, cached_input_usd=1, output_usd=1)
NO_BUDGET = Account(granted=0.0, budget_usd=None, spent_usd=0.0, in_doubt_usd=0.0, set_aside_usd=0.0)


def test_until_it_was_asked_there_may_be_a_budget() -> None:
    purse = Purse("b", PRICE)
    assert not purse.fits(0.1)
    purse.order(0.0, 0.1, 1)
    purse.got(0.0, NO_BUDGET)
    assert purse.fits(0.1)


def test_a_batch_without_a_budget_is_asked_about_at_once_after_a_rest() -> None:
    purse = Purse("b", PRICE)
    purse.order(0.0, 0.1, 1)
    purse.got(0.0, NO_BUDGET)
    purse.is_limited = True
    due = purse.due(0.1)
    assert due is not None
    assert due < 0.1, "not as late as where others have set the money aside"
