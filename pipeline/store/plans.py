"""The plan that a module was or will be drafted from; it belongs to its module, and every change of it is a new row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from pipeline.domain import Plan
from pipeline.store.database import Database
from pipeline.store.review_schema import PLANS
from pipeline.store.rows import lock_module


class Plans:
    """The plans of a workspace's modules."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, module_id: str) -> Plan | None:
        """The module's plan; None where it was drafted without one."""
        with self._database.read() as connection:
            return _latest(connection, module_id)

    def keep(self, module_id: str, plan: Plan, *, by: str, at: datetime) -> bool:
        """Makes it the module's plan; whether it differs from the one before."""
        with self._database.write() as connection:
            return self.keep_within(connection, module_id, plan, by=by, at=at)

    def keep_within(self, connection: Connection, module_id: str, plan: Plan, *, by: str, at: datetime) -> bool:
        """The same within the caller's transaction, in which the module is there already."""
        lock_module(connection, module_id)
        before = _latest(connection, module_id)
        if before == plan:
            return False
        last = connection.execute(select(func.max(PLANS.c.number)).where(PLANS.c.module == module_id)).scalar()
        connection.execute(
            insert(PLANS).values(module=module_id, number=(last or 0) + 1, content=plan.dump(), by=by, at=at)
        )
        return True


def _latest(connection: Connection, module_id: str) -> Plan | None:
    content = connection.execute(
        select(PLANS.c.content).where(PLANS.c.module == module_id).order_by(PLANS.c.number.desc()).limit(1)
    ).scalar()
    return None if content is None else Plan.model_validate(content)
