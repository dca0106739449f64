"""What a batch has spent, has set aside for calls under way, and may still spend.

`account` is a piece of work for the `Writer`. Spent + in doubt + set aside never passes the budget; what a worker
that is taken for dead had set aside is in doubt until it comes back and says what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from pipeline.store.batch_schema import BATCHES, RESERVATIONS, WORKERS

# Sums of prices don't come out even.
EPSILON_USD = 1e-9
# Money is given in blocks as long as there is room for so many of them; then, to each call what it needs.
_BLOCKS_OF_ROOM = 16

# Made once: making a statement costs more than carrying it out.
_WORKER = select(WORKERS.c.id).where(WORKERS.c.id == bindparam("for_worker")).with_for_update(key_share=True)
_MONEY = (
    select(BATCHES.c.budget_usd, BATCHES.c.spent_usd, BATCHES.c.in_doubt_usd)
    .where(BATCHES.c.id == bindparam("for_batch"))
    .with_for_update(key_share=True)
)
_SET_MONEY = (
    update(BATCHES)
    .where(BATCHES.c.id == bindparam("for_batch"))
    .values(spent_usd=bindparam("new_spent"), in_doubt_usd=bindparam("new_in_doubt"))
)
_OWN = (RESERVATIONS.c.batch == bindparam("for_batch")) & (RESERVATIONS.c.worker == bindparam("for_worker"))
_HAS = select(RESERVATIONS.c.usd).where(_OWN)
_OTHERS = select(func.sum(RESERVATIONS.c.usd)).where(
    RESERVATIONS.c.batch == bindparam("for_batch"), RESERVATIONS.c.worker != bindparam("for_worker")
)
_SET_OWN = update(RESERVATIONS).where(_OWN).values(usd=bindparam("new_usd"))
_DROP_OWN = delete(RESERVATIONS).where(_OWN)


@dataclass(frozen=True)
class Account:
    """How a batch's money stands after a worker's report."""

    granted: float
    """Set aside for the worker on top of what it keeps; 0 where the least it asked for is not there."""
    budget_usd: float | None
    spent_usd: float
    in_doubt_usd: float
    set_aside_usd: float
    """By all workers, this one included."""

    @property
    def left_usd(self) -> float | None:
        """What could be spent if every call under way came for nothing; None without a budget."""
        return None if self.budget_usd is None else self.budget_usd - self.spent_usd - self.in_doubt_usd


def account(
    connection: Connection,
    now: datetime,
    *,
    batch: str,
    worker: str,
    held: float,
    keep: float,
    spent: float = 0.0,
    in_doubt: float = 0.0,
    least: float = 0.0,
    most: float = 0.0,
) -> Account:
    """Records what came to a worker's share of the money, and sets more aside for it.

    Args:
        connection: within a transaction.
        now: the database's time.
        batch: whose money it is.
        worker: who reports.
        held: what the worker had set aside after its last report.
        keep: what of it stays set aside.
        spent: what was paid since the last report.
        in_doubt: what went to calls since then whose answer never came.
        least: the smallest further amount that is of use.
        most: what is taken where there is plenty.

    """
    # Held until the end: whoever takes this worker for dead puts what it has set aside in doubt as it is then.
    own = {"for_batch": batch, "for_worker": worker}
    is_known = connection.execute(_WORKER, {"for_worker": worker}).first() is not None
    row = connection.execute(_MONEY, {"for_batch": batch}).one()
    has: float | None = connection.execute(_HAS, own).scalar()
    others: float = connection.execute(_OTHERS, own).scalar() or 0.0
    spent_usd, in_doubt_usd = row.spent_usd + spent, row.in_doubt_usd + in_doubt
    if has is None and held > 0:
        # It was taken for dead, and what it held is in doubt; here it says what became of it.
        in_doubt_usd = max(0.0, in_doubt_usd - held)
    if not is_known:
        in_doubt_usd += keep  # nobody would look after the row of a worker that is not on the list
    if (spent_usd, in_doubt_usd) != (row.spent_usd, row.in_doubt_usd):
        connection.execute(
            _SET_MONEY, {"for_batch": batch, "new_spent": spent_usd, "new_in_doubt": in_doubt_usd}
        )
    granted = 0.0
    if is_known:
        if row.budget_usd is not None:
            room = row.budget_usd - spent_usd - in_doubt_usd - others - keep
            granted = _granted(room, least, most)
        if has is None and keep + granted > 0:
            connection.execute(insert(RESERVATIONS).values(batch=batch, worker=worker, usd=keep + granted))
        elif has is not None and has != keep + granted:
            connection.execute(_SET_OWN, own | {"new_usd": keep + granted})
    elif has is not None:
        connection.execute(_DROP_OWN, own)
    return Account(
        granted=granted, budget_usd=row.budget_usd, spent_usd=spent_usd, in_doubt_usd=in_doubt_usd,
        set_aside_usd=others + (keep + granted if is_known else 0.0),
    )


def _granted(room: float, least: float, most: float) -> float:
    if least <= 0 or room + EPSILON_USD < least:
        return 0.0
    return max(least, most) if room >= _BLOCKS_OF_ROOM * max(least, most) else least
